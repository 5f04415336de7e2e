"""A document as a workbook: a sheet per chapter, charts of the workbook's own, nothing of the data is a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from chukan_layout.report.document.grid import LABEL, NUMBER, PLAIN, Grid, Span, boxes_in_line, grid_of
from chukan_layout.report.document.model import (
    Approval,
    Bars,
    Block,
    Bullets,
    Cell,
    Contents,
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
#: Chapters of the contents in one column; pixels of a column of width 1.
TALLEST, PIXELS = 14, 7
#: Lines of a printed page, and points of one line of a cell; a little more than a page is made smaller to be one.
PAGE, POINTS, SHRUNK = 34, 15.5, 1.35
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
        sheets = [(_sheet_name(heading or "表紙", taken), heading, blocks) for heading, blocks in _sheets(document)]
        links = {text: name for name, heading, blocks in sheets for text in (heading, *_joined(blocks))}
        for name, heading, blocks in sheets:
            _Sheet(book, styles, name, document, heading).write(blocks, links)
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


def _joined(blocks: Sequence[Block]) -> list[str]:
    return [b.text for b in blocks if isinstance(b, Heading) and b.level == 2]


def _lines(block: Block) -> int:
    """About how many lines a block takes on a page."""
    if isinstance(block, Table):
        return 3 + len(block.rows) if block.rows else 2
    if isinstance(block, Approval):
        return 2 + 6 * -(-len(block.boxes) // boxes_in_line(block))
    if isinstance(block, Facts):
        return 1 + len(block.pairs)
    if isinstance(block, Bullets):
        return 1 + len(block.lines)
    if isinstance(block, Bars):
        return 3 + len(block.labels) if len(block.labels) > MANY else 8 + int(2.4 * len(block.labels))
    return 2


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
    right = {"align": "right", "indent": 1}
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
        "link": {**plain, "font_color": "#2F74A8", "text_wrap": False},
        "head": {**box, "bold": True, "bg_color": "#E8EDF1"},
        "headright": {**box, **right, "bold": True, "bg_color": "#E8EDF1"},
        "cell": box,
        "right": {**box, **right},
        "sumright": {**box, **right, "bold": True, "top": 2},
        "number": {**box, **right, "num_format": "#,##0.######"},
        "whole": {**box, **right, "num_format": "#,##0"},
        "sum": {**box, "bold": True, "top": 2},
        "wholesum": {**box, **right, "bold": True, "top": 2, "num_format": "#,##0"},
        "seal": {**box, "border_color": "#1F2A33"},
    }
    return {name: book.add_format(style) for name, style in made.items()}


class _Sheet:
    """Blocks one below the other on the columns of a grid."""

    def __init__(self, book: Any, styles: dict[str, Any], name: str, document: Document, heading: str) -> None:
        self.book, self.styles, self.document = book, styles, document
        self.sheet, self.name, self.row, self.heading = book.add_worksheet(name), name, 0, heading
        self.grid, self.links = Grid(PLAIN), dict[str, str]()
        self.repeated: Table | None = None
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.set_footer(f"&L&8{_plain(document.title)}&C&8{_plain(name)}&R&8&P / &N")

    def write(self, blocks: Sequence[Block], links: dict[str, str]) -> None:
        """``links`` are the sheets of the chapters, for the contents."""
        tables = [b for b in blocks if isinstance(b, Table) and b.rows]
        self.grid, self.links = grid_of(blocks), links
        lines = 2 + sum(map(_lines, blocks))
        self.sheet.fit_to_pages(1, 1 if lines <= SHRUNK * PAGE else 0)
        for i, width in enumerate(self.grid.widths):
            self.sheet.set_column(i, i, width)
        if self.document.landscape or len(self.grid.widths) > 7:
            self.sheet.set_landscape()
        if self.heading:
            self._ruled(0, self.heading)
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

    def _ruled(self, row: int, text: str) -> None:
        self.sheet.write_string(row, 0, inert(text), self.styles["h2"])
        for column in range(1, len(self.grid.widths)):
            self.sheet.write_blank(row, column, None, self.styles["h2"])
        self.sheet.set_row(row, 25)

    def _block(self, block: Block, alone: bool) -> None:
        if isinstance(block, Heading):
            if block.level == 2:
                self._ruled(self.row, block.text)
            else:
                self.sheet.write_string(self.row, 0, inert(block.text), self.styles["h3"])
                self.sheet.set_row(self.row, 19)
            self.row += 1
        elif isinstance(block, Para):
            self._text(block.text, block.kind)
            self.row += 1
        elif isinstance(block, Bullets):
            for i, line in enumerate(block.lines, 1):
                self._text(f"{i}. {line}" if block.numbered else f"・{line}", "text")
            self.row += 1
        elif isinstance(block, Contents):
            self._contents(block)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block, alone)
        elif isinstance(block, Bars):
            self._bars(block)
        else:
            self._approval(block)

    def _at(self, row: int, span: Span, cell: Cell, style: str) -> None:
        """One cell, over all the columns of ``span``."""
        first, last = span
        if last > first:
            self.sheet.merge_range(row, first, row, last, "", self.styles[style])
        if isinstance(cell, str):
            self.sheet.write_string(row, first, inert(cell)[:LONGEST], self.styles[style])
        else:
            self.sheet.write_number(row, first, cell, self.styles[style])

    def _text(self, text: str, style: str) -> None:
        span = (0, len(self.grid.widths) - 1)
        self._at(self.row, span, text, style)
        lines = -(-_width(text) // max(20, self.grid.width(span) - 4)) or 1
        self.sheet.set_row(self.row, 16 * lines + 2)
        self.row += 1

    def _contents(self, contents: Contents) -> None:
        self.sheet.write_string(self.row, 0, inert(contents.title), self.styles["h3"])
        chapters = [text for text, _ in self.document.chapters() if text]
        columns = 1 if len(chapters) <= TALLEST else 2
        down = -(-len(chapters) // columns)
        places = [span[0] for span in self.grid.spans([self.grid.width((0, len(self.grid.widths) - 1)) // columns] * columns)]
        for i, text in enumerate(chapters):
            row, column = self.row + 1 + i % down, places[i // down]
            self.sheet.write_url(row, column, f"internal:'{self.links[text]}'!A1", self.styles["link"], f"{i + 1}　{inert(text)}"[:LONGEST])
        self.row += down + 2

    def _facts(self, facts: Facts) -> None:
        names, values = self.grid.pair()
        for name, value in facts.pairs:
            self._at(self.row, names, name, "name")
            text = f"{value:,}" if isinstance(value, int) else str(value)
            self._at(self.row, values, text, "text")
            lines = -(-_width(text) // max(20, int(self.grid.width(values) * FITS) - 2)) or 1
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
        head, spans = self.row, self.grid.of(table)
        for i, (column, span) in enumerate(zip(table.columns, spans, strict=True)):
            said = [row[i] for row in table.rows if row[i] not in ("", "―")]
            figures = bool(said) and all(not isinstance(cell, str) or _figure(cell) for cell in said)
            self._at(head, span, column.name, "headright" if figures else "head")
        self._height(head, spans, [column.name for column in table.columns])
        for n, row in enumerate(table.rows):
            total = table.total and n == len(table.rows) - 1
            for cell, span in zip(row, spans, strict=True):
                self._at(head + 1 + n, span, cell, _style(cell, total))
            self._height(head + 1 + n, spans, row)
        self.row = head + len(table.rows) + 2
        if table is self.repeated:
            self.sheet.repeat_rows(head)
        if alone:
            self.sheet.freeze_panes(head + 1, 0)
            self.sheet.autofilter(head, 0, self.row - 2, len(table.columns) - 1)

    def _height(self, row: int, spans: Sequence[Span], cells: Sequence[Cell]) -> None:
        """As high as the longest text of the row asks; programs other than Excel do not see to it themselves."""
        wide = [max(4, int(self.grid.width(span) * FITS)) for span in spans]
        lines = max((_lines_of(cell, w) for cell, w in zip(cells, wide, strict=False) if isinstance(cell, str)), default=1)
        if lines > 1:
            self.sheet.set_row(row, min(400, POINTS * lines + 3))

    def _bars(self, bars: Bars) -> None:
        """The numbers, and a chart of the workbook: below them, or beside them where they are many."""
        self.sheet.write_string(self.row, 0, inert(bars.title), self.styles["h3"])
        spans = self.grid.spans([LABEL, *(NUMBER for _ in bars.series)])
        top = self.row + 1
        for i, name in enumerate(["", *(s.name for s in bars.series)]):
            self._at(top, spans[i], name, "headright" if i else "head")
        for n, label in enumerate(bars.labels):
            self._at(top + 1 + n, spans[0], label, "cell")
            self._height(top + 1 + n, spans, [label])
            for i, series in enumerate(bars.series, 1):
                self._at(top + 1 + n, spans[i], series.values[n], "number")
        last = top + len(bars.labels)
        beside = spans[-1][1] + 1
        room = PIXELS * sum(self.grid.widths[beside:])
        many = len(bars.labels) > MANY and room >= 360
        tall = 20 * (len(bars.labels) + 1) if many else max(170, 26 * len(bars.labels) + 70)
        chart = self._chart(bars, spans, top, last)
        chart.set_size({"width": room - 14 if many else min(760, PIXELS * sum(self.grid.widths)), "height": tall})
        place = (top, beside, {"x_offset": 10}) if many else (last + 2, 0, {})
        self.sheet.insert_chart(*place[:2], chart, place[2])
        self.row = max(last, top + tall // 20) + 2 if many else last + 4 + tall // 20

    def _chart(self, bars: Bars, spans: Sequence[Span], top: int, last: int) -> Any:
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        for i, series in enumerate(bars.series, 1):
            column = spans[i][0]
            chart.add_series({
                "name": series.name, "categories": [self.name, top + 1, 0, last, 0],
                "values": [self.name, top + 1, column, last, column], "fill": {"color": series.colour}, "gap": 40,
            })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_y_axis({"reverse": True, "num_font": {"name": FONT, "size": 8}, "interval_unit": 1})
        chart.set_x_axis({"max": bars.most or None, "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E2E7EB"}}})
        chart.set_legend({"none": True} if len(bars.series) == 1 else {"position": "bottom"})
        return chart

    def _approval(self, approval: Approval) -> None:
        self.sheet.write_string(self.row, 0, inert(approval.title), self.styles["h3"])
        many = min(boxes_in_line(approval), len(self.grid.widths))
        spans = self.grid.spans([sum(self.grid.widths) // many] * many)
        for start in range(0, len(approval.boxes), many):
            line = approval.boxes[start : start + many]
            roles = [f"{mark} {role}".replace("（", "\n（", 1) for role, mark, _ in line]
            for span, said, (_, _, name) in zip(spans, roles, line, strict=False):
                self._at(self.row + 1, span, said, "head")
                self._at(self.row + 2, span, name, "seal")
                self._at(self.row + 3, span, "　　年　月　日", "seal")
            self._height(self.row + 1, spans, roles)
            self.sheet.set_row(self.row + 2, 38)
            self.row += 3
        self.row += 2


def _lines_of(text: str, wide: int) -> int:
    return sum(-(-_width(part) // wide) or 1 for part in text.split("\n"))


def _style(cell: Cell, total: bool) -> str:
    if isinstance(cell, str):
        return ("sumright" if total else "right") if _figure(cell) else "sum" if total else "cell"
    if isinstance(cell, int):
        return "wholesum" if total else "whole"
    return "number"


def _plain(text: str) -> str:
    """Text for a footer, where & begins a code."""
    return inert(text).replace("&", "&&")
