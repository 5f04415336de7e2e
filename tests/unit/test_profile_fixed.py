"""``chukan profile`` of host files: record length, fields, numbers, found from the bytes."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chukan_layout.charset import registry
from chukan_layout.cli.profile import profile
from chukan_layout.profile.api import profile_all
from chukan_layout.profile.model import FileProfile

SURNAMES = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 林 佐々木".split()
GIVEN = "太郎 花子 一郎 美咲 翔太 健一 由美子 蓮 結衣".split()
KANA = "ｻﾄｳ ｽｽﾞｷ ﾀｶﾊｼ ﾀﾅｶ ｲﾄｳ ﾜﾀﾅﾍﾞ".split()
PLACES = "みどり野市中央 みどり野市山手 東町 大字原".split()
ROOT = Path(__file__).resolve().parents[2]
#: number, kana, name (N), birth, sex, address (M), tax (packed), balance (zoned), reason, filler
WIDTHS = [10, 20, 40, 8, 1, 60, 4, 9, 3, 21]
STARTS = list(itertools.accumulate(WIDTHS[:-1], initial=0))


def packed(n: int, digits: int) -> bytes:
    return bytes.fromhex(f"{abs(n):0{digits}d}" + ("D" if n < 0 else "C"))


def zoned(n: int, charset: registry.Charset) -> bytes:
    raw = charset.encode(f"{abs(n):09d}", "single").raw
    return raw[:-1] + bytes(((0xD0 if n < 0 else 0xC0) | abs(n) % 10,))


def host_file(name: str, records: int, seed: int = 1) -> bytes:
    made, r = registry.get(name), random.Random(seed)
    space, wide = bytes((made.space,)), made.wide_space.to_bytes(2, "big")
    out = []
    for n in range(records):
        born = f"{r.randrange(1930, 2024)}{r.randrange(1, 13):02}{r.randrange(1, 29):02}"
        name_ = made.encode(f"{r.choice(SURNAMES)}　{r.choice(GIVEN)}", "double").raw
        cells = [
            made.encode(f"{n + 1:010d}", "single").raw,
            made.encode(f"{r.choice(KANA)} {r.choice(['ﾀﾛｳ', 'ﾊﾅｺ', 'ｹﾝ'])}", "single").raw.ljust(20, space),
            name_ + wide * ((40 - len(name_)) // 2),
            made.encode(born, "single").raw,
            made.encode(str(r.randrange(1, 3)), "single").raw,
            made.encode(f"{r.choice(PLACES)}{r.randrange(1, 99)}番地", "mixed").raw.ljust(60, space),
            packed(r.randrange(-500, 900_000), 7),
            zoned(r.randrange(-99_999, 9_999_999), made),
            made.encode(r.choice(["A01", "A03", "B10"]), "single").raw,
            space * 21,
        ]
        out.append(b"".join(cells))
    return b"".join(out)


def one(path: Path, raw: bytes, **settings: object) -> FileProfile:
    path.write_bytes(raw)
    return profile_all([(path, path.name)], **settings).files[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["jef-kana", "keis83", "ibm930", "ibm939", "jips-e", "jips-j", "lets-j"])
def test_length_and_fields_of_host_records(tmp_path: Path, name: str) -> None:
    file = one(tmp_path / "JUKI.DAT", host_file(name, 3000))
    assert file.encoding.name == name
    assert file.fixed is not None
    assert (file.fixed.length, file.fixed.divides, file.records) == (sum(WIDTHS), True, 3000)
    assert [c.start for c in file.columns] == STARTS
    assert [c.type for c in file.columns] == ["X", "X", "N", "D", "9", "M", "S9", "S9", "X", "-"]


@pytest.mark.parametrize("records", [60, 400])
@pytest.mark.parametrize("seed", [2, 3])
def test_few_records_are_enough_for_the_length(tmp_path: Path, records: int, seed: int) -> None:
    file = one(tmp_path / "A.DAT", host_file("jef-kana", records, seed))
    assert file.fixed is not None and file.fixed.length == sum(WIDTHS)


def test_values_of_host_records(tmp_path: Path) -> None:
    file = one(tmp_path / "A.DAT", host_file("jef-kana", 2000))
    number, kana, name, born, sex, _, tax, balance, reason, filler = file.columns
    assert file.keys[0].columns == (number.name,)
    assert born.date == "ymd8" and sex.kinds == {"digits": 2000}
    assert {v.shown for v in sex.codes} == {"1", "2"} and sum(v.count for v in sex.codes) == 2000
    assert tax.digits == 7 and balance.type == "S9" and filler.filled == 0
    assert reason.distinct == 3 and name.kinds == {"wide": 2000} and kana.kinds["half_kana"] == 2000
    assert file.undecodable == 0


def test_names_of_host_records_stay_hidden(tmp_path: Path) -> None:
    (tmp_path / "A.DAT").write_bytes(host_file("keis83", 2000))
    for form in ("table", "json", "html"):
        result = CliRunner().invoke(profile, [str(tmp_path / "A.DAT"), "--format", form], standalone_mode=False)
        assert result.exception is None
        assert not [w for w in (*SURNAMES[:5], *GIVEN[:3], *KANA, "みどり野市") if w in result.output]


def test_words_without_a_name_of_their_column_stay_hidden(tmp_path: Path) -> None:
    made = registry.get("jef-kana")
    kana = ["ｻﾄｳ", "ｽｽﾞｷ", "ﾀﾅｶ"]
    raw = b"".join(made.encode(f"{n:06d}{kana[n % 3]:<8}{n % 4}", "single").raw for n in range(600))
    file = one(tmp_path / "A.DAT", raw, encoding="jef-kana", record_length=15)
    shown = [v.shown for c in file.columns for v in (*c.codes, *c.frequent)]
    assert {"0", "1", "2", "3"} <= set(shown) and not set(kana) & set(shown)


def test_vendor_b_is_recovered_without_being_told(chukan: Any, tmp_path: Path) -> None:
    if not (ROOT / "mappings" / "vendorB").is_dir():
        pytest.skip("vendorB がない (no vendorB yet)")
    chukan("sample", "--area", "住民基本台帳", "--rows", 500, "--seed", 3, "--as", "vendorB", "--out", tmp_path / "b")
    path = max((tmp_path / "b").iterdir(), key=lambda p: p.stat().st_size)
    file = profile_all([(path, path.name)]).files[0]
    assert file.fixed is not None
    assert (file.encoding.name, file.fixed.length, file.fixed.divides) == ("jef-kana", 400, True)


def test_lines_of_one_length(tmp_path: Path) -> None:
    chance = random.Random(1)
    lines = [f"{n:06d}{chance.choice(['ｱｲｳ', 'ｶｷ ', 'ｻｼｽ'])}{chance.randrange(10**6):06d}2024040{n % 9 + 1}" for n in range(500)]
    file = one(tmp_path / "a.txt", "".join(line + "\r\n" for line in lines).encode("cp932"))
    assert file.fixed is not None
    assert (file.fixed.length, file.fixed.newline, file.records) == (25, "crlf", 500)
    dates = [c for c in file.columns if c.date == "ymd8"]
    assert [c.start for c in dates] == [15]


def test_a_remainder_is_told(tmp_path: Path) -> None:
    raw = host_file("jef-kana", 300)
    file = one(tmp_path / "A.DAT", raw + raw[:50], record_length=sum(WIDTHS))
    assert file.fixed is not None and not file.fixed.divides
    assert file.records == 300 and any("50" in ja for ja, _ in file.notes)


def test_the_length_may_be_stated(tmp_path: Path) -> None:
    (tmp_path / "A.DAT").write_bytes(host_file("ibm930", 20))
    words = [str(tmp_path / "A.DAT"), "--record-length", "176", "--encoding", "ibm930", "--format", "json"]
    result = CliRunner().invoke(profile, words, standalone_mode=False)
    value = json.loads(result.stdout)
    assert value["files"][0]["fixed"]["length"] == 176 and value["files"][0]["records"] == 20


def test_length_words_are_told(tmp_path: Path) -> None:
    made, chance = registry.get("jef-kana"), random.Random(5)
    records = [made.encode(f"{n:06d}" + "漢字" * chance.randrange(1, 20)).raw for n in range(200)]
    raw = b"".join((len(r) + 4).to_bytes(2, "big") + b"\0\0" + r for r in records)
    file = one(tmp_path / "A.DAT", raw)
    assert file.shape == "" and "RDW" in file.notes[0][0]


def test_what_has_no_length_is_told(tmp_path: Path) -> None:
    raw = registry.get("jef-kana").encode("".join(random.Random(1).choices("漢字仮名交文章", k=400))).raw
    file = one(tmp_path / "A.DAT", raw)
    assert file.shape == "" and "--record-length" in file.notes[0][0]
