"""Kinds of faults that a city can be given: each looks in a layout for items that only one rule is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from chukan_layout.model.layout import (
    CodeTable,
    Compare,
    Condition,
    Foreign,
    History,
    Item,
    LayoutFile,
    Periods,
    Sum,
    Totals,
    Unique,
)
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
        return self.used[item.name] <= times and item.name not in self.layout.key and self.column(item.name) is not None

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


def _rule(target: Target, item: Item, kind: str) -> str:
    return f"{target.layout.area:02d}-{target.layout.no:02d}-{item.no:03d}-{kind}"


def _check(target: Target, ident: str) -> str:
    return f"{target.layout.area:02d}-{target.layout.no:02d}-{ident}"


def _filled(target: Target, item: str) -> Sequence[int]:
    column = target.column(item)
    return np.flatnonzero((target.frame[column] != "").to_numpy()).tolist() if column else []


def _where(target: Target, conditions: Sequence[Condition], rows: Sequence[int]) -> Sequence[int]:
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


def blank(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.required and target.free(item) and not item.applies_when:
            yield Change(_rule(target, item, "REQ"), item.name, "", _filled(target, item.name))


def bad_code(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.code in target.codes and target.free(item):
            yield Change(_rule(target, item, "COD"), item.name, "?x", _filled(target, item.name))


def bad_day(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.type == "DATE" and target.free(item) and not item.required:
            value = target.day(item.name, date(2026, 2, 28))[:-2] + "30"
            yield Change(_rule(target, item, "CAL"), item.name, value, _filled(target, item.name))


def too_long(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        text = item.type in ("X", "N") and not item.code and not item.check_digit and not item.exact
        if text and target.free(item) and item.digits <= 200 and not item.name.endswith("番号"):
            char = {"full": "架", "kana": "ア"}.get(item.charset_class, "9")
            yield Change(_rule(target, item, "DIG"), item.name, char * (item.digits + 1), _filled(target, item.name))


def no_number(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.type in NUMBERS and not item.code and target.free(item):
            yield Change(_rule(target, item, "TYP"), item.name, "1x", _filled(target, item.name))


def wrong_sum(target: Target) -> Iterator[Change]:
    for check in target.layout.row_checks:
        if isinstance(check, Sum):
            item = target.layout.item(check.total)
            if item.type == "9V" or item.max is not None or not target.free(item, 1):
                continue
            rows = _where(target, check.when, _filled(target, item.name))
            yield Change(_check(target, check.id), item.name, _large(item), rows)


def _large(item: Item) -> str:
    """A number that nothing adds up to."""
    return str(10 ** min(item.digits, 11) - 3)


def wrong_order(target: Target) -> Iterator[Change]:
    for check in target.layout.row_checks:
        if not isinstance(check, Compare) or check.op not in ("<=", ">="):
            continue
        early, late = (check.left, check.right) if check.op == "<=" else (check.right, check.left)
        item = target.layout.item(late)
        if item.type != "DATE" or target.layout.item(early).type != "DATE" or not target.free(item, 1):
            continue
        both = set(_filled(target, early)) & set(_filled(target, late))
        rows = _where(target, check.when, sorted(both))
        # nobody here was born before that day
        yield Change(_check(target, check.id), late, target.day(late, date(1900, 1, 31)), rows)


def missing(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.required_when and not item.applies_when and target.used[item.name] == OWN and target.column(item.name):
            rows = _where(target, item.required_when, _filled(target, item.name))
            yield Change(_rule(target, item, "CND"), item.name, "", rows)


def orphan(target: Target) -> Iterator[Change]:
    for check in target.layout.keyed_checks:
        if isinstance(check, Foreign) and len(check.items) == 1:
            item = target.layout.item(check.items[0])
            names = {(t.area or target.layout.area, t.file) for t in check.targets}
            if item.code or item.check_digit or item.type not in ("X", "N") or not names <= target.there:
                continue
            if target.used[item.name] > 1 + sum(c.item == item.name for c in check.when) * OWN:
                continue
            if item.name in target.layout.key or target.column(item.name) is None:
                continue
            rows = _where(target, check.when, _filled(target, item.name))
            yield Change(_check(target, check.id), item.name, "9" * item.digits, rows)


def gap(target: Target) -> Iterator[Change]:
    for check in target.layout.keyed_checks:
        if isinstance(check, History) and target.used[check.number] == OWN + 1 and target.column(check.number):
            yield Change(_check(target, check.id), check.number, "77", _where(target, (), _last(target, check.key)))


def overlap(target: Target) -> Iterator[Change]:
    for check in target.layout.keyed_checks:
        required = isinstance(check, Periods) and target.layout.item(check.end).required
        if isinstance(check, Periods) and not check.when and not required and target.used[check.end] <= OWN + 1:
            last = set(_last(target, check.key))
            rows = [r for r in _filled(target, check.end) if r not in last and r + 1 in last]
            yield Change(_check(target, check.id), check.end, "", rows, later=1)


def _last(target: Target, key: Sequence[str]) -> Sequence[int]:
    """The last record of each key; records of a key stand together."""
    columns = [target.column(k) for k in key]
    if None in columns:
        return range(target.frame.height)
    keys = target.frame.select(pl.concat_str([pl.col(str(c)) for c in columns], separator="/").alias("k"))["k"]
    return np.flatnonzero((keys != keys.shift(-1)).fill_null(True).to_numpy()).tolist()


def again(target: Target) -> Iterator[Change]:
    kinds = [c for c in target.layout.keyed_checks if not isinstance(c, Foreign | Totals)]
    counted = target.used["@counted"]
    if len(kinds) == 1 and isinstance(kinds[0], Unique) and not counted and not kinds[0].when:
        yield Change(_check(target, kinds[0].id), "", "", range(target.frame.height))


def wrong_total(target: Target) -> Iterator[Change]:
    for check in target.layout.keyed_checks:
        if isinstance(check, Totals) and (check.of_area or target.layout.area, check.of_file) in target.there:
            item = target.layout.item(check.amount)
            if target.free(item, 1) and item.max is None:
                rows = _where(target, check.when, _filled(target, item.name))
                yield Change(_check(target, check.id), item.name, _large(item), rows)


#: Kind -> (what it is, who makes it).
KINDS: dict[str, tuple[str, Maker]] = {
    "required": ("必須項目の空欄", blank), "code": ("コード表にないコード", bad_code), "date": ("暦にない日", bad_day),
    "long": ("桁あふれ", too_long), "number": ("数でない値", no_number), "sum": ("内訳と合わない合計", wrong_sum),
    "order": ("日付の前後", wrong_order), "orphan": ("参照先のない番号", orphan), "duplicate": ("重複したレコード", again),
    "totals": ("明細と合わない合計", wrong_total), "conditional": ("条件付き必須の空欄", missing),
    "history": ("履歴番号の欠番", gap), "period": ("重なる期間", overlap),
}  # fmt: skip
