"""Days in their order: within the span of a record, later ones after earlier ones."""

from __future__ import annotations

import re

import numpy as np

from chukan_layout.model.layout import Compare, Dated, Joined, Periods
from chukan_layout.sample.city.parties import DAY, SINCE
from chukan_layout.sample.city.presence import spans
from chukan_layout.sample.city.table import Table
from chukan_layout.sample.people import DAY0

_ORDER = {"<=": (0, 0), "<": (0, 1), ">=": (1, 0), ">": (1, 1)}
Edge = tuple[str, str, int]


def draw(table: Table) -> None:
    """Every day of a file; fixed ones stay and the others keep to them."""
    names = [i.name for i in table.file.items if i.type == "DATE"]
    if not names:
        return
    edges = _edges(table, set(names))
    known = [n for n in names if n in table.values]
    begin, end = _windows(table)
    start, stop = _ends(table, edges)
    before, after = _reach(edges, start, back=True), _reach(edges, stop, back=False)
    level = _levels(names, edges)
    middle = [n for n in names if n not in before | after | {start, stop}]
    top = max([level[n] for n in middle] or [0]) + 1
    length = np.maximum(end - begin, 0)
    for name in names:
        if name in known:
            continue
        if name == start or name in before:
            value = begin
        elif name == stop:
            value = end
        elif name in after:
            value = end + (level[name] - level[stop]) * 2
        else:
            value = begin + (length * (level[name] + table.rng.random(table.n) * 0.9) / top).astype(np.int64)
        table.values[name] = value.astype(np.int64)
    _settle(table, edges, set(known), names)
    _tie(table, edges, stop)


def codes_of_their_day(table: Table) -> None:
    """Codes that were not in force on the day of their record become the first of the table that were."""
    for check in table.file.row_checks:
        item = table.file.item(check.item) if isinstance(check, Dated) else None
        if item is None or not isinstance(check, Dated) or not check.at or item.name in table.fixed:
            continue
        spans = [_span(v.valid_from, v.valid_to) for v in table.plan.codes[item.code or ""].values]
        day, place = table.values[check.at], table.values[item.name]
        first, last = np.array(spans).T
        inside = (first[:, None] <= day) & (day <= last[:, None])
        wrong = table.has[check.at] & table.has[item.name] & ~inside[place, np.arange(table.n)] & inside.any(axis=0)
        table.values[item.name] = np.where(wrong, inside.argmax(axis=0), place)


def _span(first: str | None, last: str | None) -> tuple[int, int]:
    days = [np.datetime64(text, "D").astype(int) if text else None for text in (first, last)]
    return (-(10**7) if days[0] is None else days[0], 10**7 if days[1] is None else days[1])


def _edges(table: Table, names: set[str]) -> list[Edge]:
    """(earlier, later, days between at least)."""
    found = []
    for check in table.file.row_checks:
        if isinstance(check, Compare) and {check.left, check.right} <= names:
            if check.op in _ORDER:
                turn, gap = _ORDER[check.op]
                pair = (check.right, check.left) if turn else (check.left, check.right)
                found.append((*pair, gap))
            elif check.op == "==":
                found += [(check.left, check.right, 0), (check.right, check.left, 0)]
    return found


def _windows(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """The span of each record: its share of the party's time, or its fiscal year."""
    start = table.party("start").fill_null(SINCE).cast(int).to_numpy()
    end = table.party("end").fill_null(DAY).cast(int).to_numpy()
    if table.plan.years or _yearly(table):
        first = _first_of(table.rows.year)
        born = table.party("born").fill_null(SINCE - 20_000).cast(int).to_numpy()
        start, end = np.maximum(first, np.minimum(born, first + 360)), first + 364
    start = _old_enough(table, start)
    end = np.maximum(start, end)
    _ident, rank, count = spans(table)
    length = end - start
    begin = start + length * rank // count
    stop = np.maximum(start + length * (rank + 1) // count - 1, begin)
    return begin, stop


def _old_enough(table: Table, start: np.ndarray) -> np.ndarray:
    """Not before the birth, nor before the age that a check of the file asks for, as far as it is reached by today."""
    born = table.party("born")
    known = born.is_not_null().to_numpy()
    days = born.fill_null(0).cast(int).to_numpy()
    for check in table.file.keyed_checks:
        if isinstance(check, Joined) and check.to_item == "生年月日" and check.op in (">=", ">"):
            reached = _birthday(days, check.years) + check.days + (check.op == ">")
            start = np.where(known & (reached <= DAY), np.maximum(start, reached), start)
    return start


def _birthday(born: np.ndarray, years: int) -> np.ndarray:
    """The day so many years later; 29 February becomes 1 March in a common year."""
    day = DAY0 + born
    month = day.astype("M8[M]")
    later = (month + 12 * years).astype("M8[D]") + (day - month.astype("M8[D]"))
    days: np.ndarray = (later - DAY0).astype(np.int64)
    return days


def _yearly(table: Table) -> bool:
    return any(i.type == "YEAR" and i.name in table.file.key for i in table.file.items)


def _first_of(year: np.ndarray) -> np.ndarray:
    """The first of April of each year, as days."""
    days = {y: int((np.datetime64(f"{y:04d}-04-01") - DAY0).astype(int)) for y in np.unique(year).tolist()}
    return np.array([days[y] for y in year.tolist()], np.int64)


def _ends(table: Table, edges: list[Edge]) -> tuple[str, str]:
    ident, _, _ = spans(table)
    for check in table.file.keyed_checks:
        if isinstance(check, Periods) and check.id == ident:
            return check.start, check.end
    for a, b, _ in edges:
        if re.search("開始|取得|適用|認定|設定", a) and re.search("終了|喪失|廃止|解除|満了", b):
            return a, b
    return "", ""


def _levels(names: list[str], edges: list[Edge]) -> dict[str, int]:
    """How many days must come before each, one after the other."""
    level = dict.fromkeys(names, 0)
    for _ in names:
        for a, b, _gap in edges:
            if level[b] <= level[a] < len(names):
                level[b] = level[a] + 1
    return level


def _reach(edges: list[Edge], of: str, back: bool) -> set[str]:
    """Everything before (or after) a day."""
    found: set[str] = set()
    more = {of} if of else set()
    while more:
        more = {(a if back else b) for a, b, _ in edges if (b if back else a) in more} - found - {of}
        found |= more
    return found


def _settle(table: Table, edges: list[Edge], known: set[str], names: list[str]) -> None:
    """Push free days forward or back past the days they are compared with."""
    for _ in range(min(len(names), 6) + 1):
        moved = False
        for a, b, gap in edges:
            low, high = table.values[a], table.values[b]
            bad = (low + gap > high) & table.has[a] & table.has[b]
            if not bad.any():
                continue
            if b not in known:
                table.values[b] = np.where(bad, low + gap, high)
            elif a not in known:
                table.values[a] = np.where(bad, high - gap, low)
            else:
                weak = a if not table.file.item(a).required else b
                if not table.file.item(weak).required:
                    table.has[weak] = table.has[weak] & ~bad
            moved = True
        if not moved:
            return


def _tie(table: Table, edges: list[Edge], stop: str) -> None:
    """What follows the last day is there only where that day is."""
    if not stop:
        return
    for name in _reach(edges, stop, back=False):
        item = table.file.item(name)
        if not item.required and name not in table.fixed and not item.required_when:
            table.has[name] = table.has[name] & table.has[stop]
