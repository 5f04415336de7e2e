"""``chukan profile``: what a dump holds is recovered from the dump alone."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from chukan_layout.cli.main import cli
from chukan_layout.cli.profile import profile
from chukan_layout.profile.api import profile_all
from chukan_layout.profile.dialect import dialect_of
from chukan_layout.profile.model import Column, FileProfile
from chukan_layout.spec.load import load_mapping, mapping_folder


def run(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(profile, [str(w) for w in words], standalone_mode=False)
    assert result.exception is None and (result.return_value or 0) == code, (result.output, result.exception)
    return result


def found(*paths: Path) -> dict[str, Any]:
    return json.loads(run(*paths, "--format", "json", "--quiet").stdout)  # type: ignore[no-any-return]


def one(path: Path, raw: bytes) -> FileProfile:
    path.write_bytes(raw)
    return profile_all([(path, path.name)]).files[0]


def by_name(file: FileProfile) -> dict[str, Column]:
    return {c.name: c for c in file.columns}


@pytest.fixture(scope="module")
def of_vendor_a(vendor_a: Path) -> dict[str, FileProfile]:
    files = sorted(p for p in vendor_a.rglob("*.csv") if not p.name.startswith("injected"))
    return {f.name: f for f in profile_all([(p, p.name) for p in files]).files}


def test_vendor_a_is_recovered_without_being_told(of_vendor_a: dict[str, FileProfile]) -> None:
    mapping = load_mapping("vendorA", list(of_vendor_a))
    sources = {f.source.files[0].split("*")[0]: f.source for f in mapping.files}
    for name, file in of_vendor_a.items():
        source = next(s for start, s in sources.items() if name.startswith(start))
        assert file.encoding.name == source.encoding, name
        assert file.dialect is not None
        assert (file.dialect.delimiter, file.dialect.newline, file.dialect.header) == (source.delimiter, source.newline, True)
        assert [c.name for c in file.columns] == list(source.columns)
        assert file.ragged == file.undecodable == 0


def test_types_dates_and_check_digits_of_vendor_a(of_vendor_a: dict[str, FileProfile]) -> None:
    columns = by_name(of_vendor_a["JUMIN01.csv"])
    types = {name: columns[name].type for name in ("宛名番号", "漢字氏名", "カナ氏名", "続柄1", "異動事由", "通称名")}
    assert types == {"宛名番号": "9", "漢字氏名": "N", "カナ氏名": "X", "続柄1": "X", "異動事由": "X", "通称名": "-"}
    assert columns["生年月日"].date == "wareki_letter"
    assert columns["異動日"].date == "ymd8"
    assert columns["個人番号"].check_digit == "個人番号" and columns["個人番号"].secret
    assert columns["市区町村コード"].check_digit == "団体コード"
    assert columns["続柄1"].zero_led and not columns["宛名番号"].zero_led


def test_codes_of_vendor_a_are_those_of_its_code_maps(of_vendor_a: dict[str, FileProfile]) -> None:
    columns = by_name(of_vendor_a["JUMIN01.csv"])
    with_codes = {name for name, c in columns.items() if c.codes}
    assert {"最新区分", "住民区分", "住民状態", "性別", "続柄1", "異動事由", "国籍コード"} <= with_codes
    assert not with_codes & {"宛名番号", "漢字氏名", "生年月日", "個人番号", "番地", "世帯主名", "異動日"}
    assert {v.shown for v in columns["性別"].codes} == {"1", "2"}
    assert sum(v.count for v in columns["性別"].codes) == columns["性別"].filled


def test_keys_of_vendor_a(vendor_a: Path) -> None:
    files = sorted(p for p in vendor_a.rglob("*.csv"))
    whole = profile_all([(p, p.name) for p in files])
    keys = {f.name: f.keys[0].columns for f in whole.files if f.keys}
    assert keys["JUMIN01.csv"] == ("宛名番号", "履歴番号")
    assert keys["KOJIN01.csv"] == ("宛名番号",)
    assert keys["SETAI01.csv"] == ("世帯番号",)
    pointing = {(f.file, f.column, f.to_file, f.to_column) for f in whole.foreign}
    assert ("JUMIN01.csv", "世帯番号", "SETAI01.csv", "世帯番号") in pointing
    assert ("SETAI01.csv", "世帯主番号", "KOJIN01.csv", "宛名番号") in pointing
    assert not any(column == "世帯番号" and to == "宛名番号" for _, column, _, to in pointing)


def test_no_value_of_a_person_is_in_any_output(vendor_a: Path, tmp_path: Path) -> None:
    text = (vendor_a / "JUMIN01.csv").read_bytes().decode("cp932")
    rows = list(csv.DictReader(io.StringIO(text)))
    personal = {row[name] for row in rows for name in ("漢字氏名", "カナ氏名", "個人番号", "住民票コード", "生年月日", "番地")} - {""}
    made = tmp_path / "made"
    for form in ("table", "json", "html"):
        run(vendor_a / "JUMIN01.csv", "--format", form, "--output-file", made)
        shown = made.read_text(encoding="utf-8")
        assert not [p for p in personal if len(p) > 3 and p in shown], form


def test_counts_are_exact(tmp_path: Path) -> None:
    chance = random.Random(1)
    rows = [[str(n), str(chance.randrange(30)), chance.choice(["", " ", "甲", "乙"]), f"{n % 9000:05d}"] for n in range(20000)]
    text = "番号,区分,印,枝\r\n" + "".join(",".join(row) + "\r\n" for row in rows)
    file = one(tmp_path / "a.csv", text.encode("cp932"))
    columns = by_name(file)
    for n, name in enumerate(("番号", "区分", "印", "枝")):
        values = [row[n].strip() for row in rows]
        filled = [v for v in values if v]
        assert columns[name].filled == len(filled)
        assert columns[name].empty + columns[name].spaces == len(values) - len(filled)
        if columns[name].exact:
            assert columns[name].distinct == len(set(filled))
        else:
            assert abs(columns[name].distinct - len(set(filled))) < 0.05 * len(set(filled))
    assert columns["区分"].exact and columns["番号"].exact
    shown = {v.shown: v.count for v in columns["区分"].codes}
    assert shown == {v: sum(row[1] == v for row in rows) for v in {row[1] for row in rows}}
    assert file.keys[0].columns == ("番号",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "euc_jp", "cp932", "iso2022_jp"])
@pytest.mark.parametrize("delimiter", ["\t", ",", "|"])
def test_charsets_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [("番号", "氏名", "備考"), *((str(n), f"山田　太郎{n % 7}", '"改行\nと""引用符"""') for n in range(300))]
    raw = "".join(delimiter.join(cells) + "\r\n" for cells in lines).encode(encoding)
    file = one(tmp_path / "a.txt", raw)
    assert file.dialect is not None, file
    assert (file.dialect.delimiter, file.dialect.quote, file.dialect.newline) == (delimiter, '"', "crlf")
    assert (file.records, file.ragged, file.undecodable) == (300, 0, 0)
    assert by_name(file)["備考"].distinct == 1


def test_no_header_ragged_records_and_duplicates(tmp_path: Path) -> None:
    rows = [f"{n},A{n % 3},2024010{n % 9 + 1}" for n in range(200)]
    rows[50] += ",余り"
    rows[120] = "120"
    rows += rows[:3]
    file = one(tmp_path / "a.csv", "\n".join(rows).encode())
    assert file.dialect is not None and not file.dialect.header
    assert [c.name for c in file.columns] == ["列1", "列2", "列3"]
    assert (file.records, file.ragged, file.ragged_at, file.duplicates) == (203, 2, (51, 121), 3)
    assert by_name(file)["列3"].date == "ymd8"


def test_a_file_that_holds_everything_many_times_is_told(tmp_path: Path) -> None:
    once = "".join(f"{n},甲{n}\n" for n in range(6000))
    file = one(tmp_path / "a.csv", ("番号,名\n" + once * 5).encode())
    assert (file.records, file.duplicates) == (30000, 24000)


def test_a_code_that_hardly_anybody_has_is_not_shown(tmp_path: Path) -> None:
    text = "番号,区分\n" + "".join(f"{n},{'9' if n == 7 else '1'}\n" for n in range(500))
    codes = by_name(one(tmp_path / "a.csv", text.encode()))["区分"].codes
    assert [(v.shown, v.count) for v in codes] == [("1", 499), ("(1 値 values)", 1)]


def test_gaiji_are_listed(tmp_path: Path) -> None:
    text = "番号,氏名\r\n" + "".join(f"{n},{'髙橋' if n % 2 else '' + chr(0xE000)}　一\r\n" for n in range(100))
    column = by_name(one(tmp_path / "a.csv", text.encode("cp932")))["氏名"]
    assert column.unusual == {"髙": 50, "\ue000": 50}


@pytest.mark.parametrize("raw", [b"", b"PAR1xxxx", b"PK\x03\x04xx", b"%PDF-1.7", b"\x00" * 500, b"<?xml version='1.0'?><a/>"])
def test_what_is_no_text_is_told_and_stops_nothing(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "b.csv").write_text("番号,区分\n" + "1,2\n" * 10, encoding="utf-8")
    (tmp_path / "a.bin").write_bytes(raw)
    bad, good = found(tmp_path)["files"]
    assert (bad["shape"], good["shape"], good["records"]) == ("", "delimited", 10)
    assert bad["notes"][0][0] and bad["notes"][0][1]
    run(tmp_path / "a.bin", code=2)


def test_any_bytes_give_an_answer(tmp_path: Path) -> None:
    chance = random.Random(9)
    for n in range(40):
        raw = chance.randbytes(chance.randrange(1, 3000)) if n % 2 else bytes(chance.choices(b'ab1,"\r\n \x8f\xe0\x1b$B', k=2000))
        one(tmp_path / "a", raw)


def test_zip_and_workbook(vendor_a: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "移行元.zip", "w") as book:
        book.write(vendor_a / "SETAI01.csv", "世帯/SETAI01.csv")
    target = tmp_path / "一覧.xlsx"
    run(tmp_path / "移行元.zip", "--format", "xlsx", "--output-file", target)
    sheets = openpyxl.load_workbook(target)
    listed = list(sheets["現行システムデータ一覧"].iter_rows(values_only=True))
    assert listed[0] == ("テーブル名称", "データ項目名称", "データ型", "桁数", "データ量")
    assert listed[1][:3] == ("移行元.zip/世帯/SETAI01.csv", "世帯番号", "9")
    assert {"項目", "コード値", "外字など", "参照の候補", "注記"} <= set(sheets.sheetnames)


def test_against_a_mapping(vendor_a: Path, tmp_path: Path) -> None:
    text = (vendor_a / "SETAI01.csv").read_bytes().decode("cp932").replace("人数", "世帯人数").replace("\r\n", "\n")
    (tmp_path / "SETAI01.csv").write_text(text, encoding="utf-8")
    (tmp_path / "NANIKA.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    value = json.loads(run(tmp_path, "--against", "vendorA", "--format", "json", code=1).stdout)
    told = {(d["file"], d["column"]): d["en"] for d in value["differences"]}
    assert told["SETAI01.csv", "人数"] == "stated, not in the file"
    assert told["SETAI01.csv", "世帯人数"] == "in the file, not stated"
    assert "no mapping" in told["NANIKA.csv", ""]
    whole = [d["en"] for d in value["differences"] if d["file"] == "SETAI01.csv"]
    assert "encoding: stated 'cp932', found 'utf-8'" in whole and "newline: stated 'crlf', found 'lf'" in whole
    run(vendor_a / "SETAI01.csv", "--against", "vendorA")


@pytest.mark.parametrize(("base", "told"), [("cp932", []), ("euc-jp", ["encoding: stated 'city', found 'cp932'"])])
def test_against_a_mapping_with_a_charset_of_ones_own(
    vendor_a: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chukan: Any, base: str, told: list[str]
) -> None:
    """A file of the user's charset looks like one of the charset that it adds to."""
    monkeypatch.setenv("CHUKAN_CHARSETS", str(tmp_path / "charsets"))
    table = tmp_path / "city.tsv"
    table.write_text("code\tunicode\nF9A1\t4E02\n", encoding="utf-8")
    chukan("charset", "add", "city", table, "--base", base)
    own = tmp_path / "own"
    shutil.copytree(mapping_folder("vendorA"), own, ignore=shutil.ignore_patterns("[0-3][0-9]-*"))
    mapping = own / "世帯.toml"
    mapping.write_text(mapping.read_text("utf-8").replace('encoding = "cp932"', 'encoding = "city"'), encoding="utf-8")
    value = json.loads(run(vendor_a / "SETAI01.csv", "--against", own, "--format", "json", code=int(bool(told))).stdout)
    assert [d["en"] for d in value["differences"]] == told


def test_against_a_mapping_codes_and_dates(vendor_a: Path, tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO((vendor_a / "JUMIN01.csv").read_bytes().decode("cp932"))))
    sex, day = rows[0].index("性別"), rows[0].index("異動日")
    for n, row in enumerate(rows[1:]):
        row[sex] = "X" if n % 10 == 0 else row[sex]
        row[day] = "2024/4/1"
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    (tmp_path / "JUMIN01.csv").write_bytes(out.getvalue().encode("cp932"))
    value = json.loads(run(tmp_path, "--against", "vendorA", "--format", "json", code=1).stdout)
    told = {d["column"]: d["ja"] for d in value["differences"]}
    assert "X (" in told["性別"] and "実際は iso" in told["異動日"]


def test_against_the_standard(chukan: Any, tmp_path: Path) -> None:
    chukan("sample", "--area", "住民基本台帳", "--rows", 200, "--seed", 3, "--out", tmp_path / "s")
    files = sorted((tmp_path / "s").rglob("*.csv"))
    path = next(p for p in files if "住民情報" in p.name)
    text = path.read_text(encoding="utf-8-sig")
    header, rest = text.split("\n", 1)
    path.write_text(header.replace("宛名番号", "あて名番号", 1) + "\n" + rest, encoding="utf-8")
    value = json.loads(run(path, "--against", "standard", "--format", "json", code=1).stdout)
    assert ("宛名番号", "a required item is missing") in {(d["column"], d["en"]) for d in value["differences"]}


@pytest.mark.parametrize(
    ("words", "said"), [(["--encoding", "jeff"], "jef"), (["--against", "vendorZ"], "vendorZ"), (["--format", "xlsx"], "--output-file")]
)
def test_mistakes_of_use_are_told(tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["profile", str(tmp_path / "a.csv"), *words])
    assert result.exit_code == 2
    assert said in result.output and "Traceback" not in result.output


@pytest.mark.parametrize(
    ("text", "delimiter", "header"),
    [
        ("番号,氏名\n1,甲\n2,乙\n", ",", True),
        ("1,2\n3,4\n5,6\n", ",", False),
        ("a;b;c\n1;2,5;3\n1;2,6;3\n", ";", True),
        ("甲,乙\n丙,丁\n戊,己\n", ",", False),
        ("12:30\t1\n12:40\t2\n12:50\t3\n", "\t", False),
    ],
)
def test_dialects(text: str, delimiter: str, header: bool) -> None:
    told = dialect_of(text)
    assert told is not None
    assert (told[0].delimiter, told[0].header) == (delimiter, header)


def test_what_has_no_delimiter_has_no_dialect() -> None:
    assert dialect_of("一行目\n二行目\n三行目\n") is None
