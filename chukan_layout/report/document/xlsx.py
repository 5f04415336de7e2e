"""A document as a workbook: a sheet per chapter, charts of the workbook's own, nothing of the data is a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from chukan_layout.report.document.model import (
    Approval,
    Bars,
    Block,
    Bullets,
    Cell,
    Document,
    Facts,
    Heading,
    Para,
    Table,
)
from chukan_layout.report.inert import inert

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST = 32_767
FONT = "Yu Gothic"
#: Width of the page of a chapter, in columns, and in characters.
COLUMNS, CHARACTERS = 6, 110
#: Lines of a printed page, and points of one line of a cell.
PAGE, POINTS = 34, 15.5
#: Half-width characters of our type in a column of width 1, which is measured in a larger one.
FITS = 1.1
#: From so many bars on the chart stands beside its numbers, so that neither is cut by the end of a page.
MANY = 12
#: Texts that are read as figures and stand at the right: 46/47, 97.8 %, 0.978, 1.0〜3.0.  Digits alone may be a code.
_FIGURE = re.compile(r"-?[\d,]+(\.\d+)?( ?[/〜] ?[\d,]+(\.\d+)?| ?%)|-?[\d,]+\.\d+( ?%)?")


def render(document: Document) -> bytes:
    """The bytes of an .xlsx file; the same for the same document."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": document.title, "created": EPOCH.replace(tzinfo=None)})
        styles = _styles(book)
        taken: set[str] = set()
        for heading, blocks in _sheets(document):
            name = _sheet_name(heading or "表紙", taken)
            _Sheet(book, styles, name, document, heading).write(blocks)
    return out.getvalue()


def _sheets(document: Document) -> list[tuple[str, list[Block]]]:
    """Chapters by sheet: short ones that follow each other share one, so that a printed page is not nearly empty.

    The words (用語) keep a sheet of their own, where readers look for it.
    """
    made: list[tuple[str, list[Block]]] = []
    room = 0
    for number, (heading, blocks) in enumerate(document.chapters()):
        if not (heading or blocks or not number):
            continue
        lines = 2 + sum(map(_lines, blocks))
        if made and lines <= room and heading != "用語":
            made[-1][1].extend([Heading(heading), *blocks])
            room -= lines
        else:
            made.append((heading, list(blocks)))
            room = PAGE - lines
    return made


def _lines(block: Block) -> int:
    """About how many lines a block takes on a page."""
    if isinstance(block, Table):
        return 3 + len(block.rows)
    if isinstance(block, Approval):
        return 2 + 6 * -(-len(block.boxes) // COLUMNS)
    if isinstance(block, Facts):
        return 1 + len(block.pairs)
    if isinstance(block, Bullets):
        return 1 + len(block.lines)
    return 6 + 3 * len(block.labels) if isinstance(block, Bars) else 2


def _width(text: str) -> int:
    """Of a text in half-width characters."""
    return sum(2 if ord(c) > 0xFF else 1 for c in text)


def _figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None


def _sheet_name(text: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\']", "・", text)[:28] or "頁"
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        name = f"{base[:26]}{number}"
    taken.add(name.lower())
    return name


def _styles(book: Any) -> dict[str, Any]:
    plain = {"font_name": FONT, "font_size": 10, "valign": "top", "text_wrap": True}
    box = {**plain, "border": 1, "border_color": "#CFD6DB"}
    made = {
        "title": {**plain, "font_size": 18, "bold": True, "text_wrap": False},
        "h2": {**plain, "font_size": 14, "bold": True, "bottom": 2, "text_wrap": False},
        "h3": {**plain, "font_size": 11, "bold": True, "text_wrap": False},
        "text": plain,
        "note": {**plain, "font_color": "#4A5560", "font_size": 9},
        "good": {**plain, "font_color": "#1D5F8F"},
        "bad": {**plain, "font_color": "#B34700", "bold": True},
        "warn": {**plain, "bg_color": "#FDF9EA", "left": 5, "left_color": "#E3C55C"},
        "name": {**plain, "font_color": "#4A5560"},
        "head": {**box, "bold": True, "bg_color": "#E8EDF1"},
        "headright": {**box, "bold": True, "bg_color": "#E8EDF1", "align": "right"},
        "cell": box,
        "right": {**box, "align": "right"},
        "sumright": {**box, "bold": True, "top": 2, "align": "right"},
        "number": {**box, "num_format": "#,##0.######"},
        "whole": {**box, "num_format": "#,##0"},
        "sum": {**box, "bold": True, "top": 2},
        "wholesum": {**box, "bold": True, "top": 2, "num_format": "#,##0"},
        "seal": {**box, "border_color": "#1F2A33"},
    }
    return {name: book.add_format(style) for name, style in made.items()}


class _Sheet:
    """Blocks one below the other; long tables set the widths of the columns."""

    def __init__(self, book: Any, styles: dict[str, Any], name: str, document: Document, heading: str) -> None:
        self.book, self.styles, self.document = book, styles, document
        self.sheet, self.name, self.row, self.heading = book.add_worksheet(name), name, 0, heading
        self.span = COLUMNS
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.set_footer(f"&L&8{_plain(document.title)}&C&8{_plain(name)}&R&8&P / &N")

    def write(self, blocks: Sequence[Block]) -> None:
        tables = [b for b in blocks if isinstance(b, Table) and b.rows]
        self.span = max([COLUMNS, *(len(t.columns) for t in tables)])
        self._widths(tables)
        if self.document.landscape or self.span > 7:
            self.sheet.set_landscape()
        if self.heading:
            self.sheet.write_string(0, 0, self.heading, self.styles["h2"])
            for column in range(1, self.span):
                self.sheet.write_blank(0, column, None, self.styles["h2"])
            self.sheet.set_row(0, 25)
        else:
            self.sheet.write_string(0, 0, self.document.title, self.styles["title"])
            self.sheet.set_row(0, 30)
            self.sheet.write_string(1, 0, inert(self.document.subtitle), self.styles["name"])
            self.row = 1
        self.row += 2
        long = [t for t in tables if len(t.rows) > 25]
        self.repeated = long[0] if long and long == tables[-1:] else None
        alone = len(tables) == 1 and self.repeated is not None and isinstance(blocks[-1], Table)
        for block in blocks:
            self._block(block, alone)

    def _widths(self, tables: Sequence[Table]) -> None:
        wide = [0] * self.span
        for table in tables:
            for i, column in enumerate(table.columns):
                wide[i] = max(wide[i], min(70, column.width))
        for i, w in enumerate(wide):
            wide[i] = w or 16
            self.sheet.set_column(i, i, wide[i])
        self.characters, self.wide = sum(wide), wide

    def _block(self, block: Block, alone: bool) -> None:
        if isinstance(block, Heading):
            style = "h2" if block.level == 2 else "h3"
            self.sheet.write_string(self.row, 0, inert(block.text), self.styles[style])
            if block.level == 2:
                for column in range(1, self.span):
                    self.sheet.write_blank(self.row, column, None, self.styles[style])
            self.sheet.set_row(self.row, 25 if block.level == 2 else 19)
            self.row += 1
        elif isinstance(block, Para):
            self._text(block.text, block.kind)
            self.row += 1
        elif isinstance(block, Bullets):
            for i, line in enumerate(block.lines, 1):
                self._text(f"{i}. {line}" if block.numbered else f"・{line}", "text")
            self.row += 1
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block, alone)
        elif isinstance(block, Bars):
            self._bars(block)
        else:
            self._approval(block)

    def _text(self, text: str, style: str) -> None:
        text = inert(text)[:LONGEST]
        self.sheet.merge_range(self.row, 0, self.row, self.span - 1, "", self.styles[style])
        self.sheet.write_string(self.row, 0, text, self.styles[style])
        lines = -(-_width(text) // max(20, self.characters - 4)) or 1
        self.sheet.set_row(self.row, 16 * lines + 2)
        self.row += 1

    def _facts(self, facts: Facts) -> None:
        for name, value in facts.pairs:
            self.sheet.write_string(self.row, 0, name, self.styles["name"])
            self.sheet.merge_range(self.row, 1, self.row, self.span - 1, "", self.styles["text"])
            text = inert(f"{value:,}" if isinstance(value, int) else str(value))[:LONGEST]
            self.sheet.write_string(self.row, 1, text, self.styles["text"])
            lines = -(-_width(text) // max(20, self.characters - self.wide[0] - 2)) or 1
            self.sheet.set_row(self.row, 16 * lines + 2)
            self.row += 1
        self.row += 1

    def _table(self, table: Table, alone: bool) -> None:
        if table.title:
            self.sheet.write_string(self.row, 0, inert(table.title), self.styles["h3"])
            self.row += 1
        if not table.rows:
            self._text(table.empty, "note")
            self.row += 1
            return
        head = self.row
        for i, column in enumerate(table.columns):
            said = [row[i] for row in table.rows if row[i] not in ("", "―")]
            figures = bool(said) and all(not isinstance(cell, str) or _figure(cell) for cell in said)
            self.sheet.write_string(head, i, column.name, self.styles["headright" if figures else "head"])
        self._height(head, [column.name for column in table.columns])
        for n, row in enumerate(table.rows):
            total = table.total and n == len(table.rows) - 1
            for i, cell in enumerate(row):
                self._cell(head + 1 + n, i, cell, total)
            self._height(head + 1 + n, row)
        self.row = head + len(table.rows) + 2
        if table is self.repeated:
            self.sheet.repeat_rows(head)
        if alone:
            self.sheet.freeze_panes(head + 1, 0)
            self.sheet.autofilter(head, 0, self.row - 2, len(table.columns) - 1)

    def _height(self, row: int, cells: Sequence[Cell]) -> None:
        """As high as the longest text of the row asks; programs other than Excel do not see to it themselves."""
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        lines = max(-(-_width(text) // max(4, int(self.wide[i] * FITS))) for i, text in enumerate(texts)) if texts else 1
        if lines > 1:
            self.sheet.set_row(row, min(400, POINTS * lines + 3))

    def _cell(self, row: int, column: int, cell: Cell, total: bool) -> None:
        if isinstance(cell, str):
            style = ("sumright" if total else "right") if _figure(cell) else "sum" if total else "cell"
            self.sheet.write_string(row, column, inert(cell)[:LONGEST], self.styles[style])
        else:
            whole = "wholesum" if total else "whole"
            self.sheet.write_number(row, column, cell, self.styles[whole if isinstance(cell, int) else "number"])

    def _bars(self, bars: Bars) -> None:
        """The numbers, and beside them a chart of the workbook."""
        self.sheet.write_string(self.row, 0, inert(bars.title), self.styles["h3"])
        top = self.row + 1
        for i, name in enumerate(["", *(s.name for s in bars.series)]):
            self.sheet.write_string(top, i, name, self.styles["headright" if i else "head"])
        for n, label in enumerate(bars.labels):
            self.sheet.write_string(top + 1 + n, 0, inert(label), self.styles["cell"])
            self._height(top + 1 + n, [label])
            for i, series in enumerate(bars.series, 1):
                self.sheet.write_number(top + 1 + n, i, series.values[n], self.styles["number"])
        last = top + len(bars.labels)
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        for i, series in enumerate(bars.series, 1):
            chart.add_series({
                "name": series.name, "categories": [self.name, top + 1, 0, last, 0],
                "values": [self.name, top + 1, i, last, i], "fill": {"color": series.colour}, "gap": 40,
            })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_y_axis({"reverse": True, "num_font": {"name": FONT, "size": 9}})
        chart.set_x_axis({"max": bars.most or None, "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E2E7EB"}}})
        chart.set_legend({"none": True} if len(bars.series) == 1 else {"position": "bottom"})
        many = len(bars.labels) > MANY
        tall = 20 * len(bars.labels) + 60 if many else max(170, 34 * len(bars.labels) + 70)
        chart.set_size({"width": 720, "height": tall})
        self.sheet.insert_chart(*((top, len(bars.series) + 2) if many else (last + 2, 0)), chart)
        self.row = max(last, top + tall // 20) + 2 if many else last + 4 + tall // 20

    def _approval(self, approval: Approval) -> None:
        self.sheet.write_string(self.row, 0, inert(approval.title), self.styles["h3"])
        for start in range(0, len(approval.boxes), COLUMNS):
            line = approval.boxes[start : start + COLUMNS]
            for i, (role, mark, name) in enumerate(line):
                self.sheet.write_string(self.row + 1, i, f"{mark} {role}", self.styles["head"])
                self.sheet.write_string(self.row + 2, i, inert(name), self.styles["seal"])
                self.sheet.write_string(self.row + 3, i, "　　年　月　日", self.styles["seal"])
            self._height(self.row + 1, [f"{mark} {role}" for role, mark, _ in line])
            self.sheet.set_row(self.row + 2, 52)
            self.row += 3
        self.row += 2


def _plain(text: str) -> str:
    """Text for a footer, where & begins a code."""
    return inert(text).replace("&", "&&")
