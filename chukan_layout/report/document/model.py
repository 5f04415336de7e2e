"""What a document is made of.  Plain values: a block says what it is, the renderers say how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Cell = str | int | float
Kind = Literal["text", "note", "good", "bad", "warn"]


@dataclass(frozen=True)
class Heading:
    """``level`` 2 opens a chapter (a sheet of a workbook), 3 a part of it."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Para:
    text: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Bullets:
    """A list; ``numbered`` for steps in order."""

    lines: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and values, one pair a line: the head of a document."""

    pairs: Sequence[tuple[str, Cell]]


@dataclass(frozen=True)
class Column:
    """``width`` in characters of the workbook; numbers stand at the right by themselves."""

    name: str
    width: int = 14
    mono: bool = False


@dataclass(frozen=True)
class Table:
    """``empty`` is said instead of a table without rows; ``total`` marks the last row as the sum."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    empty: str = "なし"
    total: bool = False


@dataclass(frozen=True)
class Series:
    name: str
    values: Sequence[float]
    colour: str


@dataclass(frozen=True)
class Bars:
    """Lying bars, stacked by series.  ``most`` is the value of the full width (the largest sum when 0)."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    most: float = 0


@dataclass(frozen=True)
class Approval:
    """Boxes to be signed: who, as what (◎ 意思決定機関, ○ 事務局 …), and a place for name, date and seal."""

    title: str
    boxes: Sequence[tuple[str, str, str]]  # role, mark, name when known


@dataclass(frozen=True)
class Contents:
    """The chapters of the document, to be gone to."""

    title: str


Block = Heading | Para | Bullets | Contents | Facts | Table | Bars | Approval


@dataclass(frozen=True)
class Document:
    """``name`` is the file name without its suffix."""

    name: str
    title: str
    blocks: Sequence[Block]
    subtitle: str = ""
    footer: str = ""
    lang: str = "ja"
    landscape: bool = False
    terms: Sequence[tuple[str, str]] = field(default=())

    def chapters(self) -> list[tuple[str, list[Block]]]:
        """Blocks by the heading of level 2 above them; the first chapter has no heading."""
        found: list[tuple[str, list[Block]]] = [("", [])]
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == 2:
                found.append((block.text, []))
            else:
                found[-1][1].append(block)
        return found


def shown(cell: Cell) -> str:
    """A cell as text: whole numbers with commas."""
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:g}" if isinstance(cell, float) else cell
