"""``chukan charset``: list, show, detect, add."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chukan_layout.charset import catalogue
from chukan_layout.cli.charset import charset
from chukan_layout.cli.main import cli

TABLE = "code\tunicode\toptions\tdoubt\n# a note\n41A1\t4E02\n41A2\tU+304B+309A\n41A3\t4E24\t\t?\n41A4\t4E28\tunmappable\n"


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(charset, words, standalone_mode=False)
    assert result.exception is None and (result.return_value or 0) == code, result.output
    return result


@pytest.fixture(autouse=True)
def own_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's tables of a test are its own."""
    monkeypatch.setenv("CHUKAN_CHARSETS", str(tmp_path / "charsets"))
    return tmp_path / "charsets"


def test_list_names_every_charset_with_its_source() -> None:
    value = json.loads(run("list", "--format", "json").stdout)
    assert [one["name"] for one in value] == list(catalogue.DRAFTS)
    assert all(one["source"] and one["title_ja"] for one in value)
    jef = next(one for one in value if one["name"] == "jef-kana")
    assert jef["shifts"] == [["29"], ["28", "38", "30E2"]] and jef["aliases"] == ["jef"]
    rows = list(csv.DictReader(io.StringIO(run("list", "--format", "csv").stdout)))
    assert len(rows) == len(value) and all(row["出所"] for row in rows)


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [("jef", "28B0A129", "亜"), ("keis83", "0A42B0A10A41", "亜"), ("ibm939", "0E45580FC1", "西A"), ("sjis", "889FFBFC", "亜髙")],
)
def test_show_reads_bytes(name: str, code: str, text: str) -> None:
    value = json.loads(run("show", name, "--hex", code, "--format", "json").stdout)
    assert (value["text"], value["problems"]) == (text, [])
    back = json.loads(run("show", name, "--text", value["text"], "--format", "json").stdout)
    assert back["hex"] == code and not back["missing"]


def test_show_tells_what_was_odd() -> None:
    value = json.loads(run("show", "jef", "--hex", "28B0A1B0", "--format", "json", code=1).stdout)
    assert {(p["offset"], p["hex"], p["kind"]) for p in value["problems"]} == {
        (3, "B0", "odd-byte"), (0, "28", "missing-shift-out")
    }  # fmt: skip
    assert "閉じるシフトコードがない" in run("show", "jef", "--hex", "28B0A1", code=1).stdout
    assert "この文字コードにない" in run("show", "shift-jis", "--text", "①", code=1).stdout


def test_policies() -> None:
    wave = [json.loads(run("show", "jef", "--hex", "28A1C129", "--policy", f"dash={p}", "--format", "json").stdout)["text"]
            for p in ("ms", "jis")]  # fmt: skip
    assert wave == ["～", "〜"]
    own = run("show", "jef", "--hex", "2880A129", "--policy", "slice=2", "--format", "json")
    assert json.loads(own.stdout)["text"] == chr(0x103200)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["charset", "show", "keis8"], "keis83"),
        (["charset", "show", "jef", "--policy", "jef=shape"], "shape"),
        (["charset", "show", "jef", "--policy", "jef"], "KEY=VALUE"),
        (["charset", "show", "jef", "--policy", "colour=red"], "colour"),
        (["charset", "show", "jef", "--hex", "0G"], "0G"),
    ],
)
def test_mistakes_of_use_are_told(words: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2
    assert said in result.output and "Traceback" not in result.output


def test_detect_masks_and_ends_with_1_without_a_candidate(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("0001,山田　太郎,ﾔﾏﾀﾞ\r\n".encode("cp932") * 20)
    value = json.loads(run("detect", str(tmp_path / "a.csv"), "--format", "json").stdout)
    best = value[0]["candidates"][0]
    assert (value[0]["file"], best["name"]) == ("a.csv", "cp932")
    assert best["records"][0] == "9999,漢漢　漢漢,ｱｱｱｱ" and best["evidence"][0]["ja"]
    (tmp_path / "empty").write_bytes(b"")
    run("detect", str(tmp_path / "a.csv"), str(tmp_path / "empty"), code=1)


def test_a_table_becomes_a_charset(tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    table.write_text(TABLE, encoding="utf-8")
    said = run("add", "city-jef", str(table), "--base", "jef").stdout
    assert "2 行" in said and "疑いの印がある" in said and "対応する文字がない" in said
    value = json.loads(run("show", "city-jef", "--hex", "2841A141A2B0A129", "--format", "json").stdout)
    assert value["text"] == "丂か゚亜"
    assert json.loads(run("show", "city-jef", "--text", value["text"], "--format", "json").stdout)["hex"] == "2841A141A2B0A129"
    kept = json.loads(run("show", "city-jef", "--hex", "2841A329", "--format", "json", code=1).stdout)
    assert kept["text"] == chr(0xF41A3), "a doubtful line is left out and the code kept"
    assert "city-jef" in run("list", "--format", "csv").stdout


def test_what_show_writes_add_reads(tmp_path: Path) -> None:
    whole = tmp_path / "keis.tsv"
    run("show", "keis83", "--format", "tsv", "--output-file", str(whole))
    run("add", "mine", str(whole), "--base", "keis83")
    raw = "0A42B0A181A1A1A10A41C1"
    read = [run("show", name, "--hex", raw, "--format", "json").stdout for name in ("keis83", "mine")]
    assert read[0] == read[1]


@pytest.mark.parametrize(
    ("name", "text", "base", "said"),
    [
        ("x", "code\tunicode\n41A1\tZZ\n", "jef", "2行"),
        ("x", "code\tunicode\n4\t4E02\n", "jef", "2行"),
        ("x", "a\tb\n", "jef", "見出し"),
        ("x", "", "jef", "空"),
        ("cp932", "code\tunicode\n41A1\t4E02\n", "jef", "名前"),
        ("X Y", "code\tunicode\n41A1\t4E02\n", "jef", "名前"),
        ("x", "code\tunicode\n41A1\t4E02\n", "utf-8", "utf-8"),
        ("x", "code\tunicode\n41A1\tD800\n", "jef", "2行"),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    tmp_path: Path, own_tables: Path, name: str, text: str, base: str, said: str
) -> None:
    table = tmp_path / "t.tsv"
    table.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(cli, ["charset", "add", name, str(table), "--base", base])
    assert result.exit_code == 2 and said in result.output, result.output
    assert not list(own_tables.glob("*")), "nothing is kept of it"


@pytest.mark.parametrize(("file", "base"), [("jef", "jef"), ("keis78", "keis78"), ("keis83", "keis83"), ("jips_j", "jips-j")])
def test_the_shared_tables_load(shared: Path, file: str, base: str) -> None:
    path = shared / "facts" / "charsets" / f"{file}.tsv"
    run("add", "vendor", str(path), "--base", base)
    before, after = (json.loads(run("show", name, "--format", "json").stdout) for name in (base, "vendor"))
    assert after["codes"] >= before["codes"] and "vendor.tsv sha256:" in after["source"]
