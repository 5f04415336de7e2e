"""A document for a terminal: plain text, full-width characters counted as two."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from chukan_layout.report.document.model import (
    Approval,
    Bars,
    Block,
    Bullets,
    Contents,
    Document,
    Facts,
    Heading,
    Para,
    Table,
    shown,
)
from chukan_layout.report.inert import inert

#: Widest cell; what is longer ends with an ellipsis.
WIDEST = 48


def render(document: Document) -> str:
    """Title, then every block; long cells are cut (the other formats have them whole)."""
    lines = [document.title, document.subtitle, ""] if document.subtitle else [document.title, ""]
    for n, block in enumerate(document.blocks):
        if isinstance(block, Bars | Contents) or _only_drawn(document.blocks[n : n + 3]):
            continue  # a table beside it says the same; there are no pages to go to
        lines += [*_block(block), ""]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _only_drawn(blocks: Sequence[Block]) -> bool:
    """Whether the first of these opens a chapter that holds a chart and nothing else."""
    drawn = len(blocks) > 1 and isinstance(blocks[0], Heading) and isinstance(blocks[1], Bars)
    return drawn and (len(blocks) == 2 or isinstance(blocks[2], Heading))


def width(text: str) -> int:
    """Columns that ``text`` takes on a terminal."""
    return sum(2 if east_asian_width(c) in "FWA" else 1 for c in text)


def _cut(text: str) -> str:
    if width(text) <= WIDEST:
        return text
    kept, used = "", 0
    for c in text:
        used += width(c)
        if used > WIDEST - 2:
            break
        kept += c
    return kept + "…"


def _block(block: Block) -> list[str]:
    if isinstance(block, Heading):
        return [("■ " if block.level == 2 else "― ") + inert(block.text)]
    if isinstance(block, Para):
        return [inert(block.text)]
    if isinstance(block, Bullets):
        return [f"{f'{i}.' if block.numbered else '・'} {inert(line)}" for i, line in enumerate(block.lines, 1)]
    if isinstance(block, Facts):
        left = max((width(name) for name, _ in block.pairs), default=0)
        return [f"{name}{' ' * (left - width(name))}  {inert(shown(value))}" for name, value in block.pairs]
    if isinstance(block, Table):
        return _table(block)
    assert isinstance(block, Approval)
    return [block.title, *(f"  {mark} {role}  {name or '＿＿＿＿'}" for role, mark, name in block.boxes)]


def _table(table: Table) -> list[str]:
    if not table.rows:
        return [f"{table.title}: {table.empty}" if table.title else table.empty]
    cells = [[_cut(inert(shown(cell))) for cell in row] for row in [[c.name for c in table.columns], *table.rows]]
    widths = [max(width(row[c]) for row in cells) for c in range(len(table.columns))]
    right = [all(not isinstance(row[c], str) for row in table.rows) for c in range(len(table.columns))]

    def line(row: list[str]) -> str:
        padded = []
        for cell, w, r in zip(row, widths, right, strict=True):
            space = " " * (w - width(cell))
            padded.append(space + cell if r else cell + space)
        return "  ".join(padded)

    title = [table.title] if table.title else []
    return [*title, line(cells[0]), "  ".join("-" * w for w in widths), *map(line, cells[1:])]
