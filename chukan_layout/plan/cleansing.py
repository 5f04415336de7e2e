"""Cleansing rules (model/cleansing.py) chosen for a run and put into its programs.

Requirements: CLN-02 (unneeded data removed by declared rule), CLN-03 (every change listed with its rule).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

from chukan_layout.model.cleansing import (
    Approvals,
    Chosen,
    Cleansing,
    Normalise,
    Purge,
    Repair,
    Rule,
    Test,
    items_of,
)
from chukan_layout.model.layout import LayoutFile, LayoutSet
from chukan_layout.model.mapping import Coalesce, MapItem, Op
from chukan_layout.model.mapping import Mapping as VendorMapping
from chukan_layout.model.refusal import Refused

#: Operations that look at all sources of an item: another source would change what they mean.
_OF_ALL_SOURCES = {"concat", "lookup"}


class CleansingRefused(Refused):
    """Rules or decisions that cannot be followed; nothing of them is applied."""


def chosen(
    files: Sequence[Cleansing], approvals: Approvals, layouts: LayoutSet, mapping: VendorMapping, as_of: str, everything: bool = False
) -> Chosen:
    """The rules a run applies: the safe ones and the approved, or ``everything`` for a plan.

    ``as_of`` (ISO or blank) is the day of the run, for retention periods.  Raises CleansingRefused for rules that name
    what the layout has not got, two rules of one id, an approval of an unknown rule, or a period without a day.
    """
    rules = tuple(rule for file in files for rule in file.rules)
    for name, n in Counter(rule.id for rule in rules).items():
        if n > 1:
            raise CleansingRefused(f"クレンジングの規則 {name} が {n} 個あります。", f"there are {n} cleansing rules {name}")
    known = {rule.id for rule in rules}
    for name, n in Counter(a.rule for a in approvals.approve).items():
        if name not in known:
            raise CleansingRefused(f"判断のある規則 {name} がありません。規則のファイルと合わせてください。", f"{name} is approved, but there is no such rule")
        if n > 1:
            raise CleansingRefused(f"規則 {name} の判断が {n} 個あります。", f"{name} is approved {n} times")
    for rule in rules:
        _check(rule, layouts, as_of)
        if isinstance(rule, Repair) and rule.from_ is not None:
            _check_source(rule, rule.from_, mapping)
    approved = {a.rule for a in approvals.approve}
    applied = tuple(r for r in rules if everything or r.class_ == "safe" or r.id in approved)
    return Chosen(rules=applied, waiting=tuple(r for r in rules if r not in applied), approvals=approvals.approve)


def _check(rule: Rule, layouts: LayoutSet, as_of: str) -> None:
    file = next((f for a in layouts.areas if a.no == rule.area for f in a.files if f.id == rule.file), None)
    if file is None:
        if all(a.no != rule.area for a in layouts.areas):
            return  # an area that is not in this run
        raise CleansingRefused(
            f"規則 {rule.id}: 業務 {rule.area:02d} に移行ファイル「{rule.file}」がありません。", f"rule {rule.id}: area {rule.area:02d} has no file {rule.file}"
        )
    items = {item.name: item for item in file.items}
    for name in items_of(rule):
        if name not in items:
            raise CleansingRefused(f"規則 {rule.id}: 「{rule.file}」に項目「{name}」がありません。", f"rule {rule.id}: {rule.file} has no item {name}")
        if not isinstance(rule, Purge) and items[name].secret == "mynumber":
            raise CleansingRefused(f"規則 {rule.id}: 個人番号は書き換えられません。", f"rule {rule.id}: a 個人番号 is never changed")
    if isinstance(rule, Purge):
        for test in rule.when:
            if (test.before or test.older_than_years) and items[test.item].type != "DATE":
                raise CleansingRefused(f"規則 {rule.id}: 「{test.item}」は日付の項目ではありません。", f"rule {rule.id}: {test.item} is no date")
            if test.older_than_years and not as_of:
                raise CleansingRefused(
                    f"規則 {rule.id} は保存期間を数える日が要ります。--as-of を指定してください。", f"rule {rule.id} counts years back from a day: give --as-of"
                )


def _check_source(rule: Repair, column: str, mapping: VendorMapping) -> None:
    ours = [m for m in mapping.files if (m.area, m.file) == (rule.area, rule.file)]
    if ours and all(column not in m.source.columns for m in ours):
        raise CleansingRefused(f"規則 {rule.id}: 移行元に項目「{column}」がありません。", f"rule {rule.id}: the source has no item {column}")
    lines = [line for m in ours for line in m.item if line.to == rule.item]
    if any(len(line.from_) > 1 or any(op.op in _OF_ALL_SOURCES for op in line.ops) for line in lines):
        raise CleansingRefused(
            f"規則 {rule.id}: 「{rule.item}」は移行元の項目をいくつも使うため、from では補えません。",
            f"rule {rule.id}: {rule.item} is made of several items of the source and cannot be filled by from",
        )


class Cleansed(NamedTuple):
    """An item's mapping with the operations of its rules, and which of them belong to which rule."""

    sources: list[int]
    ops: tuple[Op, ...]
    parts: list[list[int]]


def cleansed(rules: Sequence[Rule], item: str, line: MapItem, sources: Sequence[int], place: Mapping[str, int]) -> Cleansed:
    """``rules`` are those of the file, by whose places they are known; ``place`` has the source's columns."""
    made = Cleansed(list(sources), line.ops, [])
    for number, rule in enumerate(rules):
        if not isinstance(rule, Purge) and item in items_of(rule):
            made = _with(made, number, rule, place)
    return made


def _with(made: Cleansed, number: int, rule: Normalise | Repair, place: Mapping[str, int]) -> Cleansed:
    sources, ops = made.sources, tuple(rule.ops)
    if isinstance(rule, Repair) and rule.from_ is not None and rule.from_ in place:
        sources = [*sources, place[rule.from_]]
        ops = (Coalesce(op="coalesce", source=len(sources) - 1), *ops)
    start = len(made.ops)
    return Cleansed(sources, made.ops + ops, [*made.parts, [number, start, start + len(ops)]])


def purges(rules: Sequence[Rule], file: LayoutFile, active: Container[str], as_of: str) -> list[dict[str, Any]]:
    """The kernel's purges; rules that ask for an item without a source hold for no record and are left out."""
    return [
        {"rule": number, "when": [_condition(file, test, as_of) for test in rule.when]}
        for number, rule in enumerate(rules)
        if isinstance(rule, Purge) and all(test.item in active for test in rule.when)
    ]


def idle(rules: Sequence[Rule], active: Container[str]) -> list[str]:
    """Ids of the rules that this source gives nothing to do, its items having no source."""
    return [r.id for r in rules if not (all if isinstance(r, Purge) else any)(i in active for i in items_of(r))]


def _condition(file: LayoutFile, test: Test, as_of: str) -> dict[str, Any]:
    told: dict[str, Any] = {"item": file.index(test.item)}
    if test.older_than_years:
        return told | {"before": years_before(dt.date.fromisoformat(as_of), test.older_than_years).isoformat()}
    if test.before:
        return told | {"before": test.before.isoformat()}
    return told | test.model_dump(by_alias=True, exclude_none=True, include={"in_", "not_in", "present"})


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day ``years`` earlier; 28 February for a 29th that there was not."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
