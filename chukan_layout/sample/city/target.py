"""A written file in which faults are put: its columns as written, its rules, and which rules its items serve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from chukan_layout.model.layout import CodeTable, Condition, Item, LayoutFile
from chukan_layout.model.mapping import Date, FileMapping, Map, Mapping
from chukan_layout.plan.invert import inverse_pairs
from chukan_layout.sample.render import SHAPES

NUMBERS = ("9", "S9", "9V")
#: What a rule that tells records apart or conditions weighs: its items serve nothing else.
OWN = 9


@dataclass
class Target:
    """One written file: its layout, the texts of its columns as written, and which rules its items serve."""

    layout: LayoutFile
    codes: dict[str, CodeTable]
    mapping: FileMapping | None
    path: Path
    frame: pl.DataFrame
    encoding: str
    end: str
    used: Counter[str]
    vendor: Mapping | None
    there: set[tuple[int, str]]  # files of the city

    def column(self, item: str) -> str | None:
        """The column that an item is written in; None when there is none, or several."""
        if self.mapping is None:
            return item
        lines = [line for line in self.mapping.item if line.to == item]
        return lines[0].from_[0] if len(lines) == 1 and len(lines[0].from_) == 1 else None

    def free(self, item: Item, times: int = 0) -> bool:
        """Whether so many rules at most are about the item, and none needs it to tell records apart."""
        return (
            self.used[item.name] <= times
            and item.name not in self.layout.key
            and self.column(item.name) is not None
        )

    def written(self, item: str, code: str) -> str:
        """A code as this file writes it."""
        if self.mapping is None or self.vendor is None:
            return code
        line = next(line for line in self.mapping.item if line.to == item)
        tables = [op.table for op in line.ops if isinstance(op, Map)]
        return dict(inverse_pairs(self.vendor, tables[0])).get(code, code) if tables else code

    def day(self, item: str, day: date) -> str:
        """A day as this file writes it."""
        frame = pl.DataFrame({"d": [day]})
        shape = "iso"
        if self.mapping is not None:
            line = next(line for line in self.mapping.item if line.to == item)
            shape = next(op.shapes[0] for op in line.ops if isinstance(op, Date))
        text = pl.col("d").dt.strftime("%Y-%m-%d") if shape == "iso" else SHAPES[shape](pl.col("d"))
        return str(frame.select(text).item())


class Change(NamedTuple):
    """``value`` goes into ``item`` of one of ``rows`` (places); ``rule`` is due there, or ``later`` records on.

    A blank item means the whole record once more at the end.
    """

    rule: str
    item: str
    value: str
    rows: Sequence[int]
    later: int = 0


Maker = Callable[[Target], Iterator[Change]]


def rule_of(target: Target, item: Item, kind: str) -> str:
    return f"{target.layout.area:02d}-{target.layout.no:02d}-{item.no:03d}-{kind}"


def check_of(target: Target, ident: str) -> str:
    return f"{target.layout.area:02d}-{target.layout.no:02d}-{ident}"


def filled(target: Target, item: str) -> Sequence[int]:
    column = target.column(item)
    return np.flatnonzero((target.frame[column] != "").to_numpy()).tolist() if column else []


def where(target: Target, conditions: Sequence[Condition], rows: Sequence[int]) -> Sequence[int]:
    """The rows at which conditions hold, in the file's own writing; none when that cannot be said."""
    keep = np.zeros(target.frame.height, bool)
    keep[list(rows)] = True
    for c in conditions:
        column = target.column(c.item)
        if column is None or c.not_in is not None:
            return ()
        text = target.frame[column]
        if c.present is not None:
            keep &= ((text != "") == c.present).to_numpy()
        else:
            keep &= text.is_in([target.written(c.item, code) for code in c.in_ or ()]).to_numpy()
    return np.flatnonzero(keep).tolist()


def last_of_key(target: Target, key: Sequence[str]) -> Sequence[int]:
    """The last record of each key; records of a key stand together."""
    columns = [target.column(k) for k in key]
    if None in columns:
        return range(target.frame.height)
    keys = target.frame.select(pl.concat_str([pl.col(str(c)) for c in columns], separator="/").alias("k"))[
        "k"
    ]
    return np.flatnonzero((keys != keys.shift(-1)).fill_null(True).to_numpy()).tolist()
