"""Rule tables of a body: notations, targets, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter

from chukan_layout.gaiji.areas import private_of
from chukan_layout.gaiji.rule_files import RuleFileError
from chukan_layout.gaiji.rules import RuleTable, read_rules, target_of


def table(tmp_path: Path, text: str, name: str = "a.csv", encoding: str = "utf-8") -> RuleTable:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_rules(path)


@pytest.mark.parametrize(
    ("code", "notation", "point"),
    [
        (0xF040, "cp932", 0xE000), (0xF9FC, "cp932", 0xE757), (0xF080, "cp932", 0xE03F), (0x889F, "cp932", None),
        (0x80A1, "jef", 0xE000), (0xA0FE, "jef", 0xEC1D), (0x41A1, "jef", None),
        (0x81A1, "keis", 0xE000), (0xA0FE, "keis", 0xEBBF),
        (0x7421, "jips", 0xE000), (0x7E7E, "jips", 0xE409), (0xE0A1, "jips", 0xE40A), (0xFEFE, "jips", 0xEF6B),
        (0xF5A1, "euc", 0xE000), (0xFEFE, "euc", 0xE3AB), (0x8FF5A1, "euc", 0xE3AC), (0x8FFEFE, "euc", 0xE757),
    ],
)  # fmt: skip
def test_user_areas(code: int, notation: str, point: int | None) -> None:
    assert private_of(code, notation) == point  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "mj"),
    [("MJ022335", 22335), ("{MJ022335}", 22335), ("U+845B_E0102", 22335), ("葛", 22336), ("葛\U000e0102", 22335), ("U+845B", 22336), ("MJ099999", None), ("x", None), ("住基:845B", 22335)],
)  # fmt: skip
def test_targets_in_any_notation(text: str, mj: int | None) -> None:
    assert target_of(text) == mj


def test_headings_tell_the_notation(tmp_path: Path) -> None:
    found = table(tmp_path, "外字コード(SJIS),MJ図形名,同定区分,備考\nF040,MJ022335,字形一致,x\nF041,,,\n", encoding="cp932")
    assert found.usable and [(r.unit, r.mj) for r in found.rules] == [("\ue000", 22335), ("\ue001", None)]


def test_one_table_in_four_formats(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("source,target\nU+E000,MJ022335\n", encoding="utf-8-sig")
    (tmp_path / "a.tsv").write_text("source\ttarget\nU+E000\tMJ022335\n", encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps([{"source": "U+E000", "target": "MJ022335"}]), encoding="utf-8")
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    for r, line in enumerate((("source", "target"), ("U+E000", "MJ022335"))):
        sheet.write_row(r, 0, line)
    book.close()
    for name in ("a.csv", "a.tsv", "a.json", "a.xlsx"):
        assert [(r.unit, r.mj) for r in read_rules(tmp_path / name).rules] == [("\ue000", 22335)], name


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("U+E000,MJ022335,\nU+E000,MJ022336,", "移行先が二つ以上"),
        ("U+E000,MJ999999,", "知られた字形"),
        ("U+E000,MJ022335,ほぼ同じ", "同定区分"),
        ("F040,MJ022335,", "表記"),
        ("ZZZZ,MJ022335,", "読めません"),
    ],
)
def test_a_wrong_table_is_not_used(tmp_path: Path, rows: str, says: str) -> None:
    found = table(tmp_path, f"source,target,同定区分\n{rows}\n")
    assert not found.usable
    assert any(says in p.ja for p in found.problems if p.severity == "error")


def test_two_codes_of_one_glyph_are_a_warning(tmp_path: Path) -> None:
    found = table(tmp_path, "source,target\nU+E000,MJ022335\nU+E001,MJ022335\n")
    assert found.usable and "元に戻せません" in found.problems[0].ja


@pytest.mark.parametrize(("name", "raw"), [("a.xlsx", b"PK\x03\x04broken"), ("a.json", b"{"), ("a.csv", b"\xff\x81\x00")])
def test_a_broken_file_is_said_to_be(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(RuleFileError):
        read_rules(tmp_path / name)
