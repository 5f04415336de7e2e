"""Workbooks and XML as sources: the same results as from CSV, places in the user's terms, traps refused."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from chukan_layout.read import sheet, xml
from chukan_layout.read.canonical import TableRefused
from chukan_layout.spec.load import mapping_folder
from tests.run_support import DATA, HEADER, Ran, household, households, ran, standard_file, vendor_file

COLUMNS = HEADER.split(",")
DAY = datetime(2020, 4, 1)  # noqa: DTZ001 (cells have no zone)


def vendor(folder: Path, **source: str) -> Path:
    """vendorA's 世帯 alone, with another source."""
    own = folder / "own"
    own.mkdir()
    for name in ("vendor.toml", "codes.toml", "gaiji.toml"):
        shutil.copy(mapping_folder("vendorA") / name, own / name)
    text = (mapping_folder("vendorA") / "世帯.toml").read_text("utf-8")
    head, source_table = text.split("[source]\n", 1)
    lines = [line for line in source_table.split("\n") if line.split(" =")[0] not in ("files", "encoding")]
    told = [f"{key} = {value}" for key, value in source.items()]
    (own / "世帯.toml").write_text(head + "[source]\n" + "\n".join([*told, 'encoding = "utf-8"', *lines]), "utf-8")
    return own


def workbook(path: Path, records: Sequence[str], above: int = 0, sheet: str = "世帯") -> Path:
    book = Workbook()
    book.active.title = "表紙"
    table = book.create_sheet(sheet)
    for row in range(above):
        table.cell(row + 1, 1, "世帯一覧" if row == 0 else None)
    for at, line in enumerate([HEADER, *records], above + 1):
        for column, value in enumerate(line.split(","), 1):
            cell = table.cell(at, column)
            if column == 1 and value.isdigit():
                cell.value, cell.number_format = int(value), "000000000"
            elif column == COLUMNS.index("人数") + 1 and value.isdigit():
                cell.value = float(value)
            else:
                cell.value = value or None
    book.save(path)
    return path


Run = Callable[..., Ran]


@pytest.fixture
def convert(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(source: Path, mapping: str | Path, out: Path, *more: str, to: str | Path = "standard") -> Ran:
        return ran(capsys, "convert", source, "--from", mapping, "--to", to, "--out", out, "--no-progress", *more)

    return run


@pytest.fixture
def of_csv(tmp_path: Path, convert: Run) -> bytes:
    """What the CSV of the same households gives."""
    vendor_file(tmp_path / "a" / "SETAI_1.csv", households(range(1, 40)))
    assert convert(tmp_path / "a", "vendorA", tmp_path / "run-csv").code == 0
    return (tmp_path / "run-csv" / DATA).read_bytes()


def findings(run: Path) -> list[dict[str, str]]:
    with (run / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def report(run: Path) -> dict[str, Any]:
    return json.loads((run / "report.json").read_text("utf-8"))


def test_a_sheet_gives_what_the_csv_gives(tmp_path: Path, convert: Run, of_csv: bytes) -> None:
    own = vendor(tmp_path, files='["setai*.xlsx"]', format='"xlsx"', sheet='"世帯"', header_row="3")
    (tmp_path / "b").mkdir()
    workbook(tmp_path / "b" / "setai.xlsx", households(range(1, 40)), above=2)
    for jobs in ("1", "2"):
        done = convert(tmp_path / "b", own, tmp_path / f"run{jobs}", "--jobs", jobs)
        assert done.code == 0, done.err
        assert (tmp_path / f"run{jobs}" / DATA).read_bytes() == of_csv
    assert [s["check"] for s in report(tmp_path / "run1")["skipped"]].count("sheet") == 1
    assert not (tmp_path / "run1" / ".unpacked").exists()


def test_findings_name_the_row_of_the_sheet_and_rejects_replay(
    tmp_path: Path, convert: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    own = vendor(tmp_path, files='["setai*.xlsx"]', format='"xlsx"', sheet='"世帯"', header_row="3")
    records = [household(1, 方書="上の行\n下の行"), household(2), household(3, 設定日="20201399"), household(4)]
    workbook(tmp_path / "setai.xlsx", records, above=2)
    first = convert(tmp_path / "setai.xlsx", own, tmp_path / "run")
    assert first.code == 1, first.err
    places = {(f["path"], f["line"]) for f in findings(tmp_path / "run") if f["item_name"] == "世帯設定年月日"}
    assert places == {("setai.xlsx/世帯.csv", "6")}  # two rows above, the heading, the third record


def test_a_cell_beyond_the_heading_is_rejected_and_can_be_replayed(
    tmp_path: Path, convert: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    own = vendor(tmp_path, files='["setai*.xlsx"]', format='"xlsx"', sheet='"世帯"')
    workbook(tmp_path / "setai.xlsx", [household(1), household(2) + ",はみ出し", household(3)])
    assert convert(tmp_path / "setai.xlsx", own, tmp_path / "run").code == 1
    rows = report(tmp_path / "run")["totals"]["rows"]
    assert (rows["in"], rows["out"], rows["rejected"]) == (3, 2, 1)
    kept = (tmp_path / "run" / "rejects" / "setai.xlsx" / "世帯.csv").read_text("utf-8")
    assert kept.count("\n") <= 1 and "はみ出し" in kept
    done = ran(capsys, "replay", tmp_path / "run", "--from", own, "--out", tmp_path / "again")
    assert done.code == 1, done.err
    rows = report(tmp_path / "again")["totals"]["rows"]
    assert (rows["in"], rows["out"], rows["rejected"]) == (3, 2, 1)


def vendor_xml(path: Path, records: Sequence[str], encoding: str = "utf-8") -> Path:
    lines = [
        "<世帯 連番=\"1\">" + "".join(f"<{c}>{v}</{c}>" for c, v in zip(COLUMNS, line.split(","), strict=True) if v) + "</世帯>"
        for line in records
    ]
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<一覧>\n<件数>{len(lines)}</件数>\n' + "\n".join(lines) + "\n</一覧>\n"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode({"Shift_JIS": "cp932"}.get(encoding, encoding)))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "Shift_JIS", "EUC-JP"])
def test_vendor_xml_gives_what_the_csv_gives(tmp_path: Path, convert: Run, of_csv: bytes, encoding: str) -> None:
    own = vendor(tmp_path, files='["setai*.xml"]', format='"xml"', record_element='"世帯"')
    vendor_xml(tmp_path / "b" / "setai.xml", households(range(1, 40)), encoding)
    done = convert(tmp_path / "b", own, tmp_path / "run")
    assert done.code == 0, done.err
    assert (tmp_path / "run" / DATA).read_bytes() == of_csv
    residual = pq.read_table(tmp_path / "run" / "residual" / "setai.xml" / "世帯.csv.parquet")
    assert residual["@連番"].to_pylist() == ["1"] * 39  # nobody expected it, and it is not lost


def test_our_own_xml_comes_back(tmp_path: Path, convert: Run, capsys: pytest.CaptureFixture[str]) -> None:
    vendor_file(tmp_path / "a" / "SETAI_1.csv", [household(1, 方書="\x01&<荘>"), *households(range(2, 40))])
    run = tmp_path / "run"
    convert(tmp_path / "a", "vendorA", run, "--data-format", "csv", "--data-format", "xml", "--fail-on", "never")
    folder = (run / DATA).parent
    (tmp_path / "csv").mkdir(), (tmp_path / "xml").mkdir()
    shutil.copytree(folder, tmp_path / "csv" / folder.name, ignore=shutil.ignore_patterns("*.xml"))
    shutil.copytree(folder, tmp_path / "xml" / folder.name, ignore=shutil.ignore_patterns("*.csv"))
    results = []
    for shape in ("csv", "xml"):
        done = convert(tmp_path / shape, "standard", tmp_path / f"back-{shape}", "--fail-on", "never", to="vendorA")
        assert done.code == 0, done.err
        results.append([p.read_bytes() for p in sorted((tmp_path / f"back-{shape}" / "data").rglob("*")) if p.is_file()])
        checked = ran(capsys, "validate", tmp_path / shape, "--out", tmp_path / f"check-{shape}", "--fail-on", "never")
        assert checked.code == 0, checked.err
    assert results[0] and results[0] == results[1]
    rules = [[(r["id"], r["count"]) for r in report(tmp_path / f"check-{s}")["rules"]] for s in ("csv", "xml")]
    assert rules[0] == rules[1]


def test_the_same_data_in_two_forms_are_read_once(tmp_path: Path, convert: Run, capsys: pytest.CaptureFixture[str]) -> None:
    vendor_file(tmp_path / "a" / "SETAI_1.csv", households(range(1, 9)))
    convert(tmp_path / "a", "vendorA", tmp_path / "run", "--data-format", "csv", "--data-format", "xml")
    assert ran(capsys, "validate", tmp_path / "run" / "data", "--out", tmp_path / "check").code == 0
    result = report(tmp_path / "check")
    assert result["totals"]["rows"]["in"] == 8
    assert [s["file"] for s in result["skipped"] if s["check"] == "file"] == ["01-住民基本台帳/世帯.xml"]


def test_a_book_of_nothing_we_know_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").mkdir()
    standard_file(tmp_path / "a" / "世帯.csv", range(1, 4))
    (tmp_path / "a" / "議事録.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" * 9)
    assert ran(capsys, "validate", tmp_path / "a", "--out", tmp_path / "check").code == 0
    assert "議事録.xlsx" in [s["file"] for s in report(tmp_path / "check")["skipped"]]


TRAPS = {
    "entity": (b'<!DOCTYPE a [<!ENTITY b "c">]><a><r><x>&b;</x></r></a>', "DTD"),
    "cut": (b"<a>\n<r><x>1</x>", "2 行"),
    "deep": (b"<a><r>" + b"<x>" * 100 + b"</x>" * 100 + b"</r></a>", "入れ子"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_xml_traps_are_refused(tmp_path: Path, trap: str) -> None:
    raw, told = TRAPS[trap]
    (tmp_path / "a.xml").write_bytes(raw)
    with pytest.raises(TableRefused) as refused:
        xml.to_csv(tmp_path / "a.xml", "r", ["x"], tmp_path / "a.csv")
    assert told in refused.value.ja


def test_nested_repeated_and_nil(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        '<a xmlns:xsi="u"><n:r xmlns:n="v"><x>1</x><x>2</x><y><z/>尾</y><w xsi:nil="true"/></n:r><r><x> 3\r\n</x></r></a>', "utf-8"
    )
    xml.to_csv(tmp_path / "a.xml", "r", ["x"], tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig") == (
        '"x","x[2]","y/z","y/text()","w"\r"1","2","","尾",\r" 3\n",,,,\r'
    )


def test_values_of_cells(tmp_path: Path) -> None:
    book = Workbook()
    rows = [["a", "b", "c"], [DAY, DAY.replace(hour=9, minute=30), 12.5], [], [1e3, True, "=1+1"]]
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert sheet.to_csv(tmp_path / "a.xlsx", None, tmp_path / "a.csv") == (1, [])
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig").split("\r") == [
        '"a","b","c"', '"2020-04-01","2020-04-01 09:30:00","12.5"', "", '"1000","TRUE",', "",
    ]  # fmt: skip


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b" " * (70 << 20))


def _dtd(path: Path) -> None:
    with zipfile.ZipFile(workbook(path, []).with_suffix(".zip"), "w") as to, zipfile.ZipFile(path) as book:
        for part in book.namelist():
            raw = book.read(part)
            to.writestr(part, b'<!DOCTYPE a [<!ENTITY b "c">]>' + raw[raw.find(b"<workbook"):] if part == "xl/workbook.xml" else raw)
    path.with_suffix(".zip").rename(path)


BAD_BOOKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "broken": (lambda p: p.write_bytes(b"PK\x03\x04" + b"x" * 99), "ブックとして読めません"),
    "old": (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 99), "パスワード"),
    "bomb": (_bomb, "爆弾"),
    "dtd": (_dtd, "DTD"),
    "sheet": (lambda p: workbook(p, [], sheet="別"), "シート「世帯」がありません"),
}


@pytest.mark.parametrize("bad", BAD_BOOKS)
def test_a_bad_book_does_not_silence_the_others(tmp_path: Path, convert: Run, bad: str) -> None:
    own = vendor(tmp_path, files='["setai*.xlsx"]', format='"xlsx"', sheet='"世帯"')
    (tmp_path / "b").mkdir()
    make, told = BAD_BOOKS[bad]
    make(tmp_path / "b" / "setai_1.xlsx")
    workbook(tmp_path / "b" / "setai_2.xlsx", households(range(1, 5)))
    done = convert(tmp_path / "b", own, tmp_path / "run")
    assert done.code == 2
    result = report(tmp_path / "run")
    assert told in json.dumps(result, ensure_ascii=False)
    assert result["totals"]["rows"]["out"] == 4


def test_a_missing_heading_is_a_finding(tmp_path: Path, convert: Run) -> None:
    own = vendor(tmp_path, files='["setai*.xlsx"]', format='"xlsx"')
    book = Workbook()
    book.active.append(COLUMNS[1:])
    book.active.append(household(1).split(",")[1:])
    book.save(tmp_path / "setai.xlsx")
    assert convert(tmp_path / "setai.xlsx", own, tmp_path / "run").code == 1
    (found,) = findings(tmp_path / "run")
    assert found["rule"] == "S-HEADER" and "世帯番号" in found["value"]
