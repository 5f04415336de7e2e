"""Kinds of faults that a city can be given: each looks in a layout for items that only one rule is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chukan_layout.model.layout import Compare, Foreign, History, Item, Periods, Sum, Totals, Unique
from chukan_layout.sample.city.contradictions import KINDS as CONTRADICTIONS
from chukan_layout.sample.city.target import (
    NUMBERS,
    OWN,
    Change,
    Maker,
    Target,
    check_of,
    filled,
    last_of_key,
    rule_of,
    where,
)


def blank(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.required and target.free(item) and not item.applies_when:
            yield Change(rule_of(target, item, "REQ"), item.name, "", filled(target, item.name))


def bad_code(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.code in target.codes and target.free(item):
            yield Change(rule_of(target, item, "COD"), item.name, "?x", filled(target, item.name))


def bad_day(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.type == "DATE" and target.free(item) and not item.required:
            value = target.day(item.name, date(2026, 2, 28))[:-2] + "30"
            yield Change(rule_of(target, item, "CAL"), item.name, value, filled(target, item.name))


def too_long(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        text = item.type in ("X", "N") and not item.code and not item.check_digit and not item.exact
        if text and target.free(item) and item.digits <= 200 and not item.name.endswith("番号"):
            char = {"full": "架", "kana": "ア"}.get(item.charset_class, "9")
            yield Change(
                rule_of(target, item, "DIG"), item.name, char * (item.digits + 1), filled(target, item.name)
            )


def no_number(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if item.type in NUMBERS and not item.code and target.free(item):
            yield Change(rule_of(target, item, "TYP"), item.name, "1x", filled(target, item.name))


def wrong_sum(target: Target) -> Iterator[Change]:
    for check in target.layout.row_checks:
        if isinstance(check, Sum):
            item = target.layout.item(check.total)
            if item.type == "9V" or item.max is not None or not target.free(item, 1):
                continue
            rows = where(target, check.when, filled(target, item.name))
            yield Change(check_of(target, check.id), item.name, _large(item), rows)


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
        both = set(filled(target, early)) & set(filled(target, late))
        rows = where(target, check.when, sorted(both))
        # nobody here was born before that day
        yield Change(check_of(target, check.id), late, target.day(late, date(1900, 1, 31)), rows)


def missing(target: Target) -> Iterator[Change]:
    for item in target.layout.items:
        if (
            item.required_when
            and not item.applies_when
            and target.used[item.name] == OWN
            and target.column(item.name)
        ):
            rows = where(target, item.required_when, filled(target, item.name))
            yield Change(rule_of(target, item, "CND"), item.name, "", rows)


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
            rows = where(target, check.when, filled(target, item.name))
            yield Change(check_of(target, check.id), item.name, "9" * item.digits, rows)


def gap(target: Target) -> Iterator[Change]:
    for check in target.layout.keyed_checks:
        if (
            isinstance(check, History)
            and check.start == "one"
            and target.used[check.number] == OWN + 1
            and target.column(check.number)
        ):
            yield Change(
                check_of(target, check.id),
                check.number,
                "77",
                where(target, (), last_of_key(target, check.key)),
            )


def overlap(target: Target) -> Iterator[Change]:
    for check in target.layout.keyed_checks:
        required = isinstance(check, Periods) and target.layout.item(check.end).required
        if (
            isinstance(check, Periods)
            and not check.when
            and not required
            and target.used[check.end] <= OWN + 1
        ):
            last = set(last_of_key(target, check.key))
            rows = [r for r in filled(target, check.end) if r not in last and r + 1 in last]
            yield Change(check_of(target, check.id), check.end, "", rows, later=1)


def again(target: Target) -> Iterator[Change]:
    kinds = [c for c in target.layout.keyed_checks if not isinstance(c, Foreign | Totals)]
    counted = target.used["@counted"]
    if len(kinds) == 1 and isinstance(kinds[0], Unique) and not counted and not kinds[0].when:
        yield Change(check_of(target, kinds[0].id), "", "", range(target.frame.height))


def wrong_total(target: Target) -> Iterator[Change]:
    for check in target.layout.keyed_checks:
        if isinstance(check, Totals) and (check.of_area or target.layout.area, check.of_file) in target.there:
            item = target.layout.item(check.amount)
            if target.free(item, 1) and item.max is None:
                rows = where(target, check.when, filled(target, item.name))
                yield Change(check_of(target, check.id), item.name, _large(item), rows)


#: Kind -> (what it is, who makes it).
KINDS: dict[str, tuple[str, Maker]] = {
    "required": ("必須項目の空欄", blank), "code": ("コード表にないコード", bad_code), "date": ("暦にない日", bad_day),
    "long": ("桁あふれ", too_long), "number": ("数でない値", no_number), "sum": ("内訳と合わない合計", wrong_sum),
    "order": ("日付の前後", wrong_order), "orphan": ("参照先のない番号", orphan), "duplicate": ("重複したレコード", again),
    "totals": ("明細と合わない合計", wrong_total), "conditional": ("条件付き必須の空欄", missing),
    "history": ("履歴番号の欠番", gap), "period": ("重なる期間", overlap), **CONTRADICTIONS,
}  # fmt: skip
