"""Kinds of faults about what a value is beside others: items that do not apply, wrong characters, check digits, ranges,
codes out of their day, rules between items and between the records of a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from chukan_layout.model.layout import Condition, Dated, GroupCount, Implies, Item
from chukan_layout.plan.reference import check_digit_ok
from chukan_layout.sample.city.target import (
    NUMBERS,
    OWN,
    Change,
    Maker,
    Target,
    check_of,
    filled,
    rule_of,
    where,
)

#: A character that an item of the class may not hold, and one that it may.
_WRONG = {"half": "架", "digit": "X", "alnum": "架", "full": "A", "kana": "架"}
_RIGHT = {"half": "9", "digit": "9", "alnum": "9", "full": "架", "kana": "ア", "any": "9"}
#: Operations that would put a wrong character right before it is looked at.
_MENDING = ("to_full", "to_half", "kana_full", "kana_half", "upper", "pad", "remove", "date", "map")


def unneeded(target: Target) -> Iterator[Change]:
    """ABS: a value where the item does not apply."""
    for item in target.layout.items:
        if not item.applies_when or target.used[item.name] != OWN or target.column(item.name) is None:
            continue
        value = _some(target, item)
        if value:
            empty = set(range(target.frame.height)) - set(filled(target, item.name))
            yield Change(
                rule_of(target, item, "ABS"),
                item.name,
                value,
                _against(target, item.applies_when, sorted(empty)),
            )


def wrong_character(target: Target) -> Iterator[Change]:
    """CHR: a character of another width or class."""
    for item in target.layout.items:
        if (
            item.type not in ("X", "N")
            or item.code
            or not target.free(item)
            or item.charset_class not in _WRONG
        ):
            continue
        if not set(_operations(target, item)) & set(_MENDING):
            value = _WRONG[item.charset_class] * (item.digits if item.exact else 1)
            yield Change(rule_of(target, item, "CHR"), item.name, value, filled(target, item.name))


def wrong_digit(target: Target) -> Iterator[Change]:
    """CDG: the last digit of a number another one."""
    for item in target.layout.items:
        column = target.column(item.name)
        if not item.check_digit or not target.free(item) or column is None or item.check_digit == "juminhyo":
            continue
        for row in filled(target, item.name)[:50]:
            text = target.frame[column][row]
            for digit in "0123456789":
                if digit != text[-1:] and not check_digit_ok(item.check_digit, text[:-1] + digit):
                    yield Change(rule_of(target, item, "CDG"), item.name, text[:-1] + digit, [row])
                    break


def out_of_range(target: Target) -> Iterator[Change]:
    """RNG: a number below the least or above the greatest."""
    for item in target.layout.items:
        if item.type not in NUMBERS or item.scale or item.code or not target.free(item):
            continue
        high = str(int(item.max) + 1) if item.max is not None else ""
        low = str(int(item.min) - 1) if item.min is not None and int(item.min) > 0 else ""
        value = high if high and len(high) <= item.digits else low
        if value:
            yield Change(rule_of(target, item, "RNG"), item.name, value, filled(target, item.name))


def out_of_its_day(target: Target) -> Iterator[Change]:
    """A code that could not be given on the day of its record."""
    for check in target.layout.row_checks:
        if not isinstance(check, Dated) or check.at is None:
            continue
        item = target.layout.item(check.item)
        both = sorted(set(filled(target, item.name)) & set(filled(target, check.at)))
        rows = where(target, check.when, both)
        if target.used[item.name] != OWN or item.name in target.layout.key or target.column(check.at) is None:
            continue
        for value in target.codes[item.code or ""].values:
            if value.valid_from or value.valid_to:
                wrong = date.fromisoformat(value.valid_to) + timedelta(1) if value.valid_to else None
                before = date.fromisoformat(value.valid_from) - timedelta(1) if value.valid_from else None
                day = target.frame[target.column(check.at) or ""]
                late = [r for r in rows if _later(target, check.at, day[r], wrong)] if wrong else []
                early = [r for r in rows if not _later(target, check.at, day[r], before)] if before else []
                yield Change(
                    check_of(target, check.id),
                    item.name,
                    target.written(item.name, value.code),
                    late or early,
                )


def contradiction(target: Target) -> Iterator[Change]:
    """implies: one of what must hold does not."""
    for check in target.layout.row_checks:
        if not isinstance(check, Implies):
            continue
        rows = where(target, check.when, range(target.frame.height))
        for condition in check.then:
            item = target.layout.item(condition.item)
            if (
                target.used[item.name] != OWN
                or item.name in target.layout.key
                or target.column(item.name) is None
            ):
                continue
            value = _failing(target, item, condition)
            if value is not None and not (value == "" and item.required):
                held = where(target, [condition], rows)
                yield Change(check_of(target, check.id), item.name, value, held)
                break


def wrong_count(target: Target) -> Iterator[Change]:
    """group_count: a group of one record without what each must have, or a second record with what one may have."""
    for check in target.layout.keyed_checks:
        if not isinstance(check, GroupCount) or len(check.count) != 1:
            continue
        item = target.layout.item(check.count[0].item)
        uses = OWN * (1 + sum(c.item == item.name for c in check.where))
        columns = [target.column(name) for name in check.group]
        if target.used[item.name] != uses or None in columns or target.column(item.name) is None:
            continue
        within = where(target, check.where, range(target.frame.height))
        has = where(target, check.count, within)
        keys = target.frame.select(pl.concat_str([pl.col(str(c)) for c in columns], separator="/"))[:, 0]
        inside, counted = np.zeros(len(keys), bool), np.zeros(len(keys), bool)
        inside[list(within)], counted[list(has)] = True, True
        told = pl.DataFrame({"k": keys, "in": inside, "has": counted}).with_columns(
            pl.col("in").sum().over("k").alias("n"), pl.col("has").sum().over("k").alias("m"),
            (pl.col("has").cum_sum().over("k") > 0).alias("after"),
        )  # fmt: skip
        if check.min == 1:
            value = _failing(target, item, check.count[0])
            rows = told.select(pl.arg_where((pl.col("n") == 1) & pl.col("has")))[:, 0].to_list()
        else:
            value = target.written(item.name, check.count[0].in_[0]) if check.count[0].in_ else None
            second = pl.col("in") & ~pl.col("has") & (pl.col("m") == check.max) & pl.col("after")
            rows = told.select(pl.arg_where(second))[:, 0].to_list()
        if value is not None:
            yield Change(check_of(target, check.id), item.name, value, rows)


def _operations(target: Target, item: Item) -> list[str]:
    if target.mapping is None:
        return []
    return [op.op for line in target.mapping.item if line.to == item.name for op in line.ops]


def _some(target: Target, item: Item) -> str:
    """A value that no rule of the item itself minds; blank when none comes to mind."""
    if item.code:
        codes = target.codes[item.code].codes
        return target.written(item.name, codes[0])
    if item.check_digit or item.min is not None or item.max is not None:
        return ""
    if item.type == "DATE":
        return target.day(item.name, date(2020, 4, 1))
    if item.type in ("X", "N"):
        return _RIGHT[item.charset_class] * (item.digits if item.exact else 1)
    return "1" if item.type in NUMBERS and not item.scale else ""


def _against(target: Target, conditions: Sequence[Condition], rows: Sequence[int]) -> Sequence[int]:
    """The rows at which one of the conditions certainly does not hold: its item has another code."""
    for c in conditions:
        column = target.column(c.item)
        if column is None or c.in_ is None or target.layout.item(c.item).code is None:
            continue
        known = target.codes[target.layout.item(c.item).code or ""].codes
        others = [target.written(c.item, code) for code in known if code not in c.in_]
        keep = target.frame[column].is_in(others).to_numpy()
        return [r for r in rows if keep[r]]
    return ()


def _failing(target: Target, item: Item, c: Condition) -> str | None:
    """A value of the item with which the condition does not hold; None when there is none."""
    if c.present is not None:
        return "" if c.present else _some(target, item) or None
    if not item.code:
        return None
    codes = target.codes[item.code].codes
    wrong = (
        [k for k in codes if k not in c.in_]
        if c.in_ is not None
        else [k for k in codes if k in (c.not_in or ())]
    )
    return target.written(item.name, wrong[0]) if wrong else None


def _later(target: Target, item: str, text: str, day: date | None) -> bool:
    """Whether a written day is that day or later; days of one era are written in their order."""
    return day is not None and text >= target.day(item, day)


#: Kind -> (what it is, who makes it).
KINDS: dict[str, tuple[str, Maker]] = {
    "unneeded": ("対象外の項目に値", unneeded), "character": ("使えない文字", wrong_character),
    "check digit": ("検査数字の不一致", wrong_digit), "range": ("範囲外の値", out_of_range),
    "dated": ("その日に使えないコード", out_of_its_day), "contradiction": ("項目どうしの矛盾", contradiction),
    "group": ("組の中の件数", wrong_count),
}  # fmt: skip
