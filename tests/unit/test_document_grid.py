"""Sheets with several tables: columns are shared, nothing is wider than a page, and every cell is where it belongs."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from openpyxl import load_workbook

from chukan_layout.report.document.grid import LEAST, MOST, Grid, grid_of
from chukan_layout.report.document.html import render as html
from chukan_layout.report.document.markdown import render as markdown
from chukan_layout.report.document.model import (
    Approval,
    Bars,
    Block,
    Cell,
    Column,
    Contents,
    Document,
    Facts,
    Heading,
    Series,
    Table,
)
from chukan_layout.report.document.xlsx import render

WIDE = (("番号", 20), ("移行ファイル", 22), ("項目", 24), ("内容", 40), ("重さ", 8), ("件数", 10), ("対応方法", 50), ("期限", 14))


def table(heads: Sequence[tuple[str, int]], rows: Sequence[Sequence[Cell]]) -> Table:
    return Table([Column(name, width) for name, width in heads], rows)


def test_a_wide_table_is_made_to_fit_and_narrow_columns_stay() -> None:
    grid = grid_of([table(WIDE, [["x"] * 8])])
    assert sum(grid.widths) <= MOST and grid.widths[4] == 8 and grid.widths[6] > 30


def test_a_small_table_is_laid_over_the_columns_of_the_large_one() -> None:
    small = table((("対応の主体", 24), ("指摘の件数", 14)), [["移行元", 3]])
    grid = grid_of([small, table(WIDE, [["x"] * 8])])
    spans = grid.of(small)
    assert spans[0][0] == 0 and spans[1][0] == spans[0][1] + 1, "beside each other"
    assert all(grid.width(span) >= wanted for span, wanted in zip(spans, (24, 14), strict=True))


@pytest.mark.parametrize("wanted", [(1,) * 8, (200, 1), (3, 90, 3, 3), (40,) * 3])
def test_spans_never_overlap_and_never_run_out(wanted: Sequence[int]) -> None:
    grid = Grid((10, 12, 30, 6, 8, 40, 14, 20))
    spans = grid.spans(wanted)
    places = [c for first, last in spans for c in range(first, last + 1)]
    assert places == list(range(len(places))) and len(places) <= 8 and len(spans) == len(wanted)


def test_pages_without_tables_are_wide_enough() -> None:
    assert sum(grid_of([Facts([("a", "b")])]).widths) >= LEAST
    many = Approval("承認", [("業務所管課（就学）", "○", "")] * 25)
    assert len(grid_of([many]).widths) == 8


def test_cells_links_and_charts_of_a_workbook() -> None:
    blocks: list[Block] = [
        Contents("目次"), Heading("一"), table((("甲", 10), ("乙", 10)), [["あ", 1]]), table(WIDE, [["い"] * 8]),
        Heading("二"), Bars("図", [f"業務{n}" for n in range(20)], [Series("件", list(range(20)), "#2f74a8")]),
    ]  # fmt: skip
    document = Document("書類", "書類", blocks, landscape=True)
    book = load_workbook(io.BytesIO(render(document)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"あ", "い", "業務19", 19} <= {cell.value for cell in cells}
    links = {cell.value: cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert set(links) == {"1　一", "2　二"} and all(at.split("!")[0].strip("'") in book.sheetnames for at in links.values())
    assert sum(len(sheet._charts) for sheet in book) == 1
    assert '<a href="#c2">二</a>' in html(document) and '<h2 id="c2">二</h2>' in html(document)
    assert "1. 一\n2. 二" in markdown(document)
