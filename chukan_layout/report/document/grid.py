"""The columns of a sheet: the largest table sets them, and every other one is laid over them.

A table whose columns are not those of the sheet takes several of them for one of its own, so that a sheet with a
wide and a narrow table is not as wide as both together, and prints in letters that can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from chukan_layout.report.document.model import Approval, Bars, Block, Table

#: Half-width characters: of a page without tables, the least and the most of any page.
PLAIN, LEAST, MOST = (16,) * 6, 96, 150
#: A column is not made narrower than this to fit.
NARROW = 12
#: Of the names of facts, and of the labels, the numbers and the rest of a chart.
NAME, LABEL, NUMBER, REST = 18, 28, 10, (14, 14, 14, 14)
#: Of a page with more boxes to be signed than go into two lines.
CROWDED = (15,) * 8
Span = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """``widths`` of the columns in half-width characters; ``names`` are the headings of the table that set them."""

    widths: tuple[int, ...]
    names: tuple[str, ...] = ()

    def width(self, span: Span) -> int:
        """Of the columns from the first to the last of ``span``, both included."""
        return sum(self.widths[span[0] : span[1] + 1])

    def of(self, table: Table) -> list[Span]:
        """Where the columns of ``table`` stand."""
        if tuple(c.name for c in table.columns) == self.names:
            return [(i, i) for i in range(len(self.names))]
        return self.spans([c.width for c in table.columns])

    def spans(self, wanted: Sequence[int]) -> list[Span]:
        """Columns next to each other about as wide as ``wanted``; there must be at least as many columns."""
        ends = list(accumulate(self.widths))
        found: list[Span] = []
        start = 0
        for i, width in enumerate(wanted):
            left = len(wanted) - i - 1
            target = (ends[start - 1] if start else 0) + width
            # too wide is better than too narrow: words that are cut into lines are hard to read
            end = min(range(start, len(ends) - left), key=lambda j: (ends[j] - target if ends[j] >= target else 2 * (target - ends[j]), j))
            found.append((start, end))
            start = end + 1
        return found

    def pair(self) -> tuple[Span, Span]:
        """The columns of a name and of what is said of it."""
        name = self.spans([NAME, max(1, sum(self.widths) - NAME)])[0]
        return name, (name[1] + 1, len(self.widths) - 1)


def grid_of(blocks: Sequence[Block]) -> Grid:
    """The grid of a sheet with these blocks."""
    tables = [b for b in blocks if isinstance(b, Table) and b.rows]
    series = max((len(b.series) for b in blocks if isinstance(b, Bars)), default=0)
    if not tables:
        boxes = max((boxes_in_line(b) for b in blocks if isinstance(b, Approval)), default=0)
        return Grid((LABEL, *(NUMBER,) * series, *REST) if series else CROWDED if boxes == len(CROWDED) else PLAIN)
    main = max(tables, key=lambda t: (len(t.columns), len(t.rows)))
    names = tuple(c.name for c in main.columns)
    same = [t for t in tables if tuple(c.name for c in t.columns) == names]
    wide = [max(t.columns[i].width for t in same) for i in range(len(names))]
    while len(wide) < 2 or sum(wide) < LEAST or len(wide) <= series:
        wide.append(16)
    return Grid(tuple(_narrowed(wide)), names)


def boxes_in_line(approval: Approval) -> int:
    """How many boxes to be signed stand beside each other."""
    return len(PLAIN) if len(approval.boxes) <= 2 * len(PLAIN) else len(CROWDED)


def _narrowed(wide: Sequence[int]) -> list[int]:
    """Not wider than a page: wide columns give way in proportion, narrow ones stay."""
    over = sum(wide) - MOST
    giving = sum(w - NARROW for w in wide if w > NARROW)
    if over <= 0 or not giving:
        return list(wide)
    share = min(1.0, over / giving)
    return [w - ceil((w - NARROW) * share) if w > NARROW else w for w in wide]
