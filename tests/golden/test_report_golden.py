"""Rendered reports, byte for byte.  ``CHUKAN_UPDATE_GOLDEN=1`` writes them anew; then read the difference."""

from __future__ import annotations

import io
import os
from pathlib import Path

import openpyxl
import pytest

from chukan_layout.model.report import Report
from chukan_layout.report import xlsx
from chukan_layout.report.registry import FORMATS, render
from tests.golden.report_fixture import report

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("fmt", "lang", "name"),
    [
        ("html", "ja", "report.html"),
        ("html", "en", "report.en.html"),
        ("json", "ja", "report.json"),
        ("human", "ja", "report.txt"),
        ("human", "en", "report.en.txt"),
    ],
)
def test_report_is_as_kept(fmt: str, lang: str, name: str) -> None:
    made = render(report(), fmt, lang)
    assert isinstance(made, str)
    golden = HERE / name
    if os.environ.get("CHUKAN_UPDATE_GOLDEN"):
        golden.write_bytes(made.encode())
    assert made.encode() == golden.read_bytes(), "if this is meant: CHUKAN_UPDATE_GOLDEN=1, and read the diff"


@pytest.mark.parametrize("fmt", sorted(FORMATS))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_same_report_same_bytes(fmt: str, lang: str) -> None:
    assert render(report(), fmt, lang) == render(report(), fmt, lang)


@pytest.mark.parametrize("fmt", sorted(FORMATS))
def test_a_report_of_nothing(fmt: str) -> None:
    bare = report().model_copy(
        update={"files": [], "rules": [], "samples": [], "skipped": [], "errors": [], "verdict": "error"}
    )
    assert render(bare, fmt, "ja")


def test_json_is_the_model() -> None:
    made = render(report(), "json", "en")
    assert Report.model_validate_json(made) == report()


def test_sheets_of_the_workbook() -> None:
    raw = render(report(), "xlsx", "ja")
    assert isinstance(raw, bytes)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert book.sheetnames == ["総括", "ファイル別", "規則別", "指摘の例", "未実施", "用語"]
    files = book["ファイル別"]
    assert [c.value for c in files[2]][4:9] == [1000, 990, 7, 2, 1]
    assert all(sheet.auto_filter.ref for sheet in book)
    assert [c.value for c in book["未実施"][3]][:3] == ["ツールの誤り", "", "KAKEI.csv"]


def test_a_file_that_does_not_balance_is_called_out() -> None:
    broken = report()
    broken.files[0] = broken.files[0].model_copy(
        update={"rows": broken.files[0].rows.model_copy(update={"out": 1})}
    )
    made = render(broken, "html", "ja")
    assert isinstance(made, str) and "一致しないファイルがある" in made and "全ファイルで一致" not in made


def test_rows_beyond_a_sheet_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST", 4)
    book = openpyxl.load_workbook(io.BytesIO(xlsx.table("指摘", [("番号", 8)], ([n] for n in range(7)))))
    assert book.sheetnames == ["指摘", "指摘 (2)", "指摘 (3)"]
    values = [row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert values == list(range(7))
    assert all(sheet["A1"].value == "番号" and sheet.auto_filter.ref for sheet in book)
