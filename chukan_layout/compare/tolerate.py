"""Declared tolerances applied to differences; a declaration that let nothing through is said to be unused."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import cast

import polars as pl

from chukan_layout.compare.classes import AFTER, BEFORE
from chukan_layout.model.comparison import DifferenceClass, Tolerance, Tolerances
from chukan_layout.model.layout import Item


class Declared:
    """Tolerances with the count of what each let through: ``max`` is over the whole comparison."""

    def __init__(self, tolerances: Tolerances) -> None:
        self._all = tolerances
        self._used = [0] * len(tolerances.tolerate)
        self._records_used = [0] * len(tolerances.records)

    def unused(self) -> list[str]:
        """Declarations that let nothing through, as text."""
        told = [f"tolerate[{n}] {t.file} {t.item}: {t.reason}" for n, t in enumerate(self._all.tolerate) if not self._used[n]]
        return told + [f"records[{n}] {t.file} {t.side}: {t.reason}" for n, t in enumerate(self._all.records) if not self._records_used[n]]

    def records(self, file: str, side: str, count: int) -> int:
        """How many of ``count`` records on one side only are tolerated."""
        left = count
        for n, t in enumerate(self._all.records):
            if t.side == side and fnmatchcase(file, t.file):
                taken = min(left, t.max - self._records_used[n])
                self._records_used[n] += taken
                left -= taken
        return count - left

    def pairs(self, found: pl.DataFrame, file: str, item: Item) -> pl.DataFrame:
        """Declared pairs of codes are differences of the class code, not changes."""
        if not item.code:
            return found
        said = [t for t in self._of(file, item) if t.before is not None and t.after is not None]
        for t in said:
            same = (pl.col(BEFORE) == t.before) & (pl.col(AFTER) == t.after) & (pl.col("class") == "changed")
            found = found.with_columns(pl.when(same).then(pl.lit("code")).otherwise(pl.col("class")).alias("class"))
        return found

    def spared(self, found: pl.DataFrame, file: str, item: Item) -> dict[DifferenceClass, int]:
        """By class, how many differences a declaration lets through."""
        spared: dict[DifferenceClass, int] = {}
        taken = pl.Series([False] * found.height, dtype=pl.Boolean)
        for n, t in enumerate(self._all.tolerate):
            if not _about(t, file, item):
                continue
            fits = found.select(_fits(t)).to_series() & ~taken
            rows = found.filter(fits).group_by("class").agg(pl.col("len").sum()).sort("class").rows()
            if t.max is not None and self._used[n] + sum(c for _, c in rows) > t.max:
                continue  # more than was expected: none of them is expected any more
            for cls, count in rows:
                name = cast("DifferenceClass", cls)
                spared[name] = spared.get(name, 0) + int(count)
                self._used[n] += int(count)
            taken = taken | fits
        return spared

    def _of(self, file: str, item: Item) -> list[Tolerance]:
        return [t for t in self._all.tolerate if _about(t, file, item)]


def _about(t: Tolerance, file: str, item: Item) -> bool:
    return fnmatchcase(file, t.file) and fnmatchcase(item.name, t.item)


def _fits(t: Tolerance) -> pl.Expr:
    said = pl.lit(True)
    if t.classes:
        said = said & pl.col("class").is_in(list(t.classes))
    if t.before is not None:
        said = said & (pl.col(BEFORE).fill_null("") == t.before)
    if t.after is not None:
        said = said & (pl.col(AFTER).fill_null("") == t.after)
    return said.alias("fits")
