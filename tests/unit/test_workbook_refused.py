"""What is no workbook of layouts is refused before anything is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from chukan_layout.spec.problem import SpecError
from chukan_layout.spec.workbook import book as opening
from tests.workbook_support import GAKUREI, ITEM_HEADS, Rows, chukan, imported, save, school, whole


def test_formulas_are_refused(tmp_path: Path) -> None:
    path = school(tmp_path / "e.xlsx")
    book = openpyxl.load_workbook(path)
    book["データ項目一覧表"]["D4"] = "=10+5"
    book.save(path)
    with pytest.raises(SpecError) as refused:
        imported(path)
    assert [(p.code, p.path) for p in refused.value.problems] == [("W003", "e.xlsx データ項目一覧表!D4")]


def not_a_zip(path: Path) -> None:
    path.write_text("業務名,就学\n", "utf-8")


def locked(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def cut(path: Path) -> None:
    school(path)
    path.write_bytes(path.read_bytes()[:3000])


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


def broken_part(path: Path) -> None:
    _with_part(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>")


def bomb(path: Path) -> None:
    _with_part(path, "xl/media/zeros.bin", bytes(8 << 20))


def entities(path: Path) -> None:
    _with_part(path, "xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def no_table(path: Path) -> None:
    save(path, 表紙=[["中間標準レイアウト仕様"], ["担当", "電算係"]])


def _with_part(path: Path, name: str, raw: bytes) -> None:
    source = io.BytesIO(school(path).read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, raw)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (not_a_zip, "W001"), (locked, "W002"), (cut, "W001"), (other_zip, "W001"), (broken_part, "W001"),
        (bomb, "W004"), (entities, "W004"), (no_table, "W005"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_of_layouts(tmp_path: Path, make: Callable[[Path], None], code: str) -> None:
    path = tmp_path / "f.xlsx"
    make(path)
    result = chukan("layout", "import", path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert code in result.stderr
    assert "f.xlsx" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILE", 100), ("MAX_UNPACKED", 1000), ("MAX_PARTS", 3), ("MAX_ROWS", 3)])
def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(opening, limit, value)
    with pytest.raises(SpecError) as refused:
        imported(school(tmp_path / "g.xlsx"))
    assert refused.value.problems[0].code == "W004"


def test_what_the_sheets_do_not_say_is_asked_for(tmp_path: Path) -> None:
    rows: Rows = [["移行ファイル名", "学齢簿ファイル"], ITEM_HEADS, *GAKUREI]
    path = save(tmp_path / "h.xlsx", 一覧=rows)
    assert {p.code for p in imported(path).problems} >= {"W008"}
    assert whole(imported(path, area="就学", version="2.2")).areas[0].no == 5
