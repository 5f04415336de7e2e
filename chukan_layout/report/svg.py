"""Small drawings of the HTML report: pure functions from numbers to SVG.

No script and no style sheet: colours are attributes, a hover text is a ``<title>``.  Everything that is written
goes through :func:`markupsafe.escape`.  The colours can be told apart by colour-blind readers (Okabe and Ito) and
in grey; none of them is the only bearer of a meaning.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from chukan_layout.report.inert import inert

#: Least width of a part that is not zero, of 1000: what is rare stays visible.
LEAST = 4.0
HEAT = ("#f1f4f7", "#cfe0ee", "#9fc3de", "#639dc6", "#2f74a8", "#0b4a7c")
LABEL = 96
FONT = 11


@dataclass(frozen=True)
class Part:
    """A share of a bar: how many, in which colour, and what is said of it."""

    count: int
    colour: str
    title: str


def bar(parts: Sequence[Part], width: int = 1000, height: int = 14) -> Markup:
    """One horizontal bar of shares."""
    drawn = Markup()
    x = 0.0
    for part, w in zip(parts, widths([p.count for p in parts], width), strict=True):
        if w:
            drawn += _rect(x, 0, w, height, part.colour, part.title)
            x += w
    return _svg(width, height, "、".join(p.title for p in parts if p.count), drawn, stretch=True)


def share(count: int, most: int, colour: str, width: int = 160, height: int = 10) -> Markup:
    """A bar as long as ``count`` of ``most``."""
    length = max(1.5, width * count / most) if count and most else 0.0
    return _svg(width, height, f"{count:,}", _rect(0, 0, length, height, colour, f"{count:,}"))


def widths(counts: Sequence[int], width: float) -> list[float]:
    """Widths in proportion; a count that is not zero is never narrower than ``LEAST``.  They add up to ``width``."""
    total = sum(counts)
    if not total:
        return [0.0] * len(counts)
    least = LEAST * width / 1000
    raw = [max(least, width * n / total) if n else 0.0 for n in counts]
    widest = raw.index(max(raw))
    raw[widest] -= sum(raw) - width
    return raw


def heat(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]], label: str) -> Markup:
    """A grid: ``columns`` are names of items in order, a row is a name and a count for each column."""
    cell, tall = _cell(len(columns)), 15
    most = max((n for _, counts in rows for n in counts), default=0)
    drawn = Markup()
    for r, (name, counts) in enumerate(rows):
        y = r * tall
        drawn += _text(LABEL - 6, y + 11, name, "end")
        # one pale strip for the cells without a finding: a city has hundreds of files
        drawn += _rect(LABEL, y, len(counts) * cell - 1, tall - 1, HEAT[0], f"{name}: 0")
        for c, n in enumerate(counts):
            if n:
                title = f"{c + 1} {columns[c]} {name}: {n:,}"
                drawn += _rect(LABEL + c * cell, y, cell - 1, tall - 1, heat_colour(n, most), title)
    drawn += _ticks(len(columns), cell, len(rows) * tall + 11)
    return _svg(LABEL + cell * len(columns) + 4, len(rows) * tall + 16, label, drawn)


def heat_colour(count: int, most: int) -> str:
    """The palest for none, then darker with the logarithm."""
    if count <= 0:
        return HEAT[0]
    share_of_log = math.log1p(count) / math.log1p(max(most, count))
    return HEAT[max(1, min(len(HEAT) - 1, math.ceil(share_of_log * (len(HEAT) - 1))))]


def columns(stacks: Sequence[tuple[str, Sequence[Part]]], label: str, height: int = 64) -> Markup:
    """One upright stacked bar per item, in order."""
    cell = _cell(len(stacks))
    drawn = _text(LABEL - 6, 10, "100%", "end") + _text(LABEL - 6, height, "0%", "end")
    for c, (name, parts) in enumerate(stacks):
        total = sum(p.count for p in parts)
        if not total:
            continue
        said = "、".join(p.title for p in parts if p.count)
        y = float(height)
        for part, h in zip(parts, widths([p.count for p in parts], height), strict=True):
            if h:
                y -= h
                drawn += _rect(LABEL + c * cell, y, cell - 1, h, part.colour, f"{name}: {said}")
    drawn += _ticks(len(stacks), cell, height + 12)
    return _svg(LABEL + cell * len(stacks) + 4, height + 17, label, drawn)


def _cell(count: int) -> int:
    return max(4, min(22, 840 // max(1, count)))


def _ticks(count: int, cell: int, y: int) -> Markup:
    step = 1 if cell >= 18 else 5 if cell >= 8 else 10
    shown = [n for n in range(1, count + 1) if n == 1 or n % step == 0]
    return Markup().join(_text(LABEL + (n - 0.5) * cell, y, str(n), "middle") for n in shown)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rect(x: float, y: float, width: float, height: float, colour: str, title: str) -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>').format(
        _number(x), _number(y), _number(width), _number(height), colour, inert(title)
    )


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="#4a5560">{}</text>').format(
        _number(x), _number(y), FONT if anchor == "end" else FONT - 2, anchor, inert(text)
    )


def _svg(width: float, height: float, label: str, drawn: Markup, stretch: bool = False) -> Markup:
    size = Markup('width="100%" height="{}" preserveAspectRatio="none"').format(_number(height))
    if not stretch:
        size = Markup('width="{}" height="{}"').format(_number(width), _number(height))
    return Markup('<svg role="img" aria-label="{}" viewBox="0 0 {} {}" {}>{}</svg>').format(
        escape(inert(label)), _number(width), _number(height), size, drawn
    )
