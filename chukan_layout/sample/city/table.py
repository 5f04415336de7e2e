"""One file in the making: a column of values and one of presence per item, as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

from chukan_layout.model.layout import Condition, Item
from chukan_layout.sample.city.plan import FilePlan
from chukan_layout.sample.city.rows import Rows, gathered

NUMBERS = ("9", "S9", "9V")


class Table:
    """``values``: per item whole numbers (numbers, years, dates as days since 1970), places in the code table, or a
    series of texts.  ``has``: where the item has a value.  ``fixed``: items that nothing may change any more.
    """

    def __init__(self, plan: FilePlan, rows: Rows, parties: pl.DataFrame, rng: np.random.Generator) -> None:
        self.plan, self.rows, self.parties, self.rng = plan, rows, parties, rng
        self.file, self.n = plan.file, len(rows)
        self.values: dict[str, Any] = {}
        self.has: dict[str, np.ndarray] = {}
        self.fixed: set[str] = set()
        self.firm: set[str] = set()  # ends of spans: rules are kept by changing something else
        self.codes = {i.name: self._codes(i) for i in self.file.items if i.code}

    def _codes(self, item: Item) -> list[str]:
        table = self.plan.codes.get(item.code or "")
        return list(table.codes) if table and table.codes else ["0"]

    def party(self, column: str) -> pl.Series:
        """What the party of each record has in a column."""
        return gathered(self.parties[column], self.rows.party)

    def kind(self, item: Item) -> str:
        if item.code:
            return "code"
        if item.type in NUMBERS:
            return "number"
        return {"DATE": "date", "YEAR": "year", "TIME": "time"}.get(item.type, "text")

    def only(self, keep: np.ndarray) -> None:
        """Keep some of the records."""
        self.rows, self.n = self.rows.only(keep), int(keep.sum())
        kept = pl.Series(keep)
        for name, values in self.values.items():
            self.values[name] = values.filter(kept) if isinstance(values, pl.Series) else values[keep]
            self.has[name] = self.has[name][keep]

    def set(self, name: str, values: Any, has: np.ndarray | None = None, fixed: bool = True) -> None:
        self.values[name] = values
        self.has[name] = np.ones(self.n, bool) if has is None else has
        if fixed:
            self.fixed.add(name)

    def set_text(self, name: str, texts: pl.Series, fixed: bool = True) -> None:
        """Values in the standard's writing, blank where null or empty, as this item keeps them."""
        item = self.file.item(name)
        has = (texts.cast(pl.String).fill_null("") != "").to_numpy()
        kind = self.kind(item)
        if kind == "code":
            self.set(name, self._places(item.name, texts), has, fixed)
        elif kind in ("number", "year"):
            scale = 10**item.scale
            number = texts.cast(pl.Float64, strict=False).fill_null(0) * scale if item.scale else texts.cast(
                pl.Int64, strict=False).fill_null(0)
            self.set(name, number.cast(pl.Int64).to_numpy().copy(), has, fixed)
        elif kind == "date":
            day = texts if texts.dtype == pl.Date else texts.cast(pl.String).replace("", None).str.to_date()
            self.set(name, day.to_physical().cast(pl.Int64).fill_null(0).to_numpy().copy(), has, fixed)
        else:
            self.set(name, texts.cast(pl.String).fill_null(""), has, fixed)

    def _places(self, name: str, texts: pl.Series) -> np.ndarray:
        codes = self.codes[name]
        place = texts.cast(pl.String).fill_null("").replace_strict(codes, range(len(codes)), default=0)
        found: np.ndarray = place.cast(pl.Int64).to_numpy().copy()
        return found

    def true(self, condition: Condition) -> np.ndarray:
        """Where a condition holds; an item without values yet counts as blank."""
        has = self.has.get(condition.item)
        if has is None:
            has = np.zeros(self.n, bool)
        if condition.present is not None:
            return has if condition.present else ~has
        among = condition.in_ if condition.in_ is not None else condition.not_in or ()
        inside = self._inside(condition.item, among, has)
        # a blank value is no code: it is neither in a list nor, for the checks, outside of it
        return inside if condition.in_ is not None else ~inside

    def _inside(self, name: str, among: Iterable[str], has: np.ndarray) -> np.ndarray:
        if name not in self.values:
            return np.zeros(self.n, bool)
        if name in self.codes:
            places = [i for i, c in enumerate(self.codes[name]) if c in among]
            found: np.ndarray = np.isin(self.values[name], places) & has
            return found
        values = self.values[name]
        if isinstance(values, pl.Series):
            among_texts: np.ndarray = values.is_in(list(among)).to_numpy() & has
            return among_texts
        numbers = [int(x) for x in among if x.lstrip("-").isdigit()]
        among_numbers: np.ndarray = np.isin(values, numbers) & has
        return among_numbers

    def all_true(self, conditions: Iterable[Condition]) -> np.ndarray:
        told = np.ones(self.n, bool)
        for condition in conditions:
            told &= self.true(condition)
        return told

    def frame(self, vendor_twins: bool = True) -> pl.DataFrame:
        """The items as columns: texts, whole numbers and dates; blank is null."""
        columns = {item.name: self.column(item) for item in self.file.items}
        return pl.DataFrame(columns)

    def column(self, item: Item) -> pl.Series:
        values, has = self.values[item.name], self.has[item.name]
        if item.code:
            values = pl.Series([*self.codes[item.name], ""]).gather(np.where(has, values, len(self.codes[item.name])))
        elif not isinstance(values, pl.Series):
            values = pl.Series(values)
            if item.type == "DATE":
                values = values.cast(pl.Int32).cast(pl.Date)
        if has.all():
            return values
        return pl.DataFrame({"v": values, "t": has}).select(pl.when("t").then("v"))["v"]


def ranked(keys: list[pl.Series]) -> tuple[np.ndarray, np.ndarray]:
    """Place (from 0) of each record among those with the same key, and how many they are."""
    frame = pl.DataFrame([k.alias(str(i)) for i, k in enumerate(keys)])
    names = frame.columns
    told = frame.select(
        pl.int_range(pl.len()).over(names).alias("@rank"), pl.len().over(names).alias("@count")
    )
    return told["@rank"].to_numpy(), told["@count"].to_numpy().astype(np.int64)
