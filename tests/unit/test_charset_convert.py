"""``chukan charset convert``: there and back."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from chukan_layout.charset import convert as conversion
from chukan_layout.charset import registry
from chukan_layout.charset.convert import Converted, Told, convert
from chukan_layout.cli.charset import charset
from chukan_layout.cli.main import cli

TEXT = "番号,氏名,カナ,備考\n" + "".join(f"{n},山田　太郎,ﾔﾏﾀﾞ ﾀﾛｳ,二丁目{n % 9}番地\n" for n in range(400))


def through(raw: bytes, from_: str, to: str) -> tuple[bytes, Converted, list[Told]]:
    out, told = io.BytesIO(), []
    done = convert(io.BytesIO(raw), out, registry.get(from_), registry.get(to), told.append)
    return out.getvalue(), done, told


@pytest.fixture(params=[97, 4 << 20])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Parts so small that they cut characters and shift codes, and as they are."""
    monkeypatch.setattr(conversion, "BLOCK", request.param)
    return int(request.param)


@pytest.mark.parametrize("name", ["iso-2022-jp", "shift-jis-2004", "euc-jis-2004", "jef-kana", "keis83", "ibm930", "jips-j", "utf-16le", "cp932"])
def test_there_and_back(block: int, name: str) -> None:
    raw = registry.get(name).encode(TEXT).raw
    text, done, told = through(raw, name, "utf-8")
    assert text.decode() == TEXT and told == [] and done.lossless
    again, _, told = through(text, "utf-8", name)
    assert told == []
    assert registry.get(name).decode(again).text == TEXT


def test_iso_2022_jp_is_read_as_python_does(block: int) -> None:
    text, _, _ = through(TEXT.encode("iso2022_jp_ext"), "iso-2022-jp", "utf-8")
    assert text.decode() == TEXT


def test_codes_without_a_character_are_told_and_come_back(block: int) -> None:
    lines = [b"1,\x85\x40,\xf0\x40\r\n", b"2,\xea\xa2\r\n", b"3,\x80\r\n"] * 50
    raw = b"".join(lines)
    text, done, told = through(raw, "cp932", "utf-8")
    assert done.kinds == {"undefined": 100, "user-defined": 50}
    assert [(t.what, raw[t.offset : t.offset + len(t.what) // 2].hex().upper()) for t in told][:3] == [
        ("8540", "8540"), ("F040", "F040"), ("80", "80")
    ]  # fmt: skip
    assert all(raw[t.offset :].startswith(bytes.fromhex(t.what)) for t in told)
    again, _, _ = through(text, "utf-8", "cp932")
    assert again == raw


def test_any_bytes_come_back(block: int) -> None:
    chance = random.Random(3)
    for name in ("shift-jis", "cp932", "euc-jp-strict"):
        raw = bytes(chance.choices([*range(256), 0x0A, 0x0A, 0x82, 0xA0], k=3000))
        text, done, _ = through(raw, name, "utf-8")
        again, back, _ = through(text, "utf-8", name)
        assert done.lossless and not back.kinds["missing"]
        assert registry.get(name).decode(again).text == text.decode()


def test_characters_that_the_target_lacks_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,丂①\n2,甲\n", encoding="utf-8")
    words = ["convert", str(tmp_path / "a.csv"), "--from", "utf-8", "--to", "shift-jis", "--out", str(tmp_path / "b.csv"),
             "--problems", str(tmp_path / "p.csv")]  # fmt: skip
    result = CliRunner().invoke(charset, words, standalone_mode=False)
    assert result.return_value == 1
    assert (tmp_path / "b.csv").read_bytes() == "1,〓〓\n2,甲\n".encode("shift_jis")
    rows = list(csv.reader(io.StringIO((tmp_path / "p.csv").read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["byte", "code", "kind"] and [row[1:] for row in rows[1:]] == [["U+4E02", "missing"], ["U+2460", "missing"]]
    assert (tmp_path / "b.csv").stat().st_mode & 0o077 == 0


def test_a_converted_file_is_ready_for_a_mapping(vendor_a: Path, tmp_path: Path) -> None:
    raw = (vendor_a / "SETAI01.csv").read_bytes()
    (tmp_path / "a").write_bytes(registry.get("iso-2022-jp").encode(raw.decode("cp932").replace("\ue000", "")).raw)
    result = CliRunner().invoke(cli, ["charset", "convert", str(tmp_path / "a"), "--from", "jis", "--out", str(tmp_path / "b")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "b").read_text(encoding="utf-8").startswith("世帯番号,")


def test_the_source_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["charset", "convert", str(path), "--from", "utf-8", "--to", "jef", "--out", str(path)])
    assert result.exit_code == 2 and path.read_text(encoding="utf-8") == "1\n"
