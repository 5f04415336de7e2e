"""Codes drawn, and which items have a value: conditions of the layout hold afterwards."""

from __future__ import annotations

import re

import numpy as np

from chukan_layout.model.layout import Compare, Condition, GroupCount, History, Implies, Item, Periods, Sum
from chukan_layout.sample.city.table import Table, ranked

#: Days that come when something ends.
END = re.compile("終了|喪失|廃止|消滅|取消|抹消|解除|返還|死亡|退職|脱退|中止|失効|離職|転出|閉鎖|廃車|廃業")
RARE = re.compile("備考|摘要|減免|還付|差押|猶予|停止|取下|不服|過誤|特記|備忘|メモ|督促|催告|破産|欠損")
ROUNDS = 12


def draw_codes(table: Table) -> None:
    """A code for every code item: the first of a table are the commonest, flags are mostly off."""
    for item in table.file.items:
        if item.code and item.name not in table.values:
            table.set(item.name, _drawn(table, item), fixed=False)


def _drawn(table: Table, item: Item) -> np.ndarray:
    codes = table.codes[item.name]
    if item.name == "最新フラグ" and "1" in codes:
        return np.where(table.rows.last, codes.index("1"), codes.index("0") if "0" in codes else 0)
    if set(codes) == {"0", "1"}:
        return np.where(table.rng.random(table.n) < 0.08, codes.index("1"), codes.index("0"))
    if item.name == "性別" and {"1", "2"} <= set(codes):
        sex = table.party("sex").fill_null(1).to_numpy()
        return np.where(sex == 2, codes.index("2"), codes.index("1"))
    weights = 1 / (np.arange(len(codes)) + 1.0) ** 1.1
    found: np.ndarray = table.rng.choice(len(codes), table.n, p=weights / weights.sum())
    return found


def draw_presence(table: Table) -> None:
    """Where each item has a value before conditions are looked at."""
    money = {n for c in table.file.row_checks if isinstance(c, Sum) for n in (c.total, *c.plus, *c.minus)}
    ends = {c.end for c in table.file.keyed_checks if isinstance(c, Periods)}
    rules = [c for c in table.file.row_checks if isinstance(c, Implies)]
    wanted = {then.item for rule in rules for then in rule.then if then.present}
    closed = closed_rows(table)
    table.firm |= ends
    for item in table.file.items:
        name = item.name
        if name in table.fixed:
            continue
        if item.required or name in table.file.key or name in money:
            has = np.ones(table.n, bool)
        elif name in ends or (item.type == "DATE" and END.search(name)) or (item.code and END.search(name)):
            has = closed.copy()
        elif RARE.search(name):
            has = table.rng.random(table.n) < 0.04
        elif item.type in ("9", "S9", "9V", "YEAR") or (item.code and set(table.codes[name]) == {"0", "1"}):
            has = np.ones(table.n, bool)
        else:
            has = table.rng.random(table.n) < (0.3 if name in wanted else 0.75)
        # a number of another record may be left out, but not be made up
        table.has[name] = has & table.has[name] if name in table.values and not item.code else has


def closed_rows(table: Table) -> np.ndarray:
    """Records whose span has ended: all but the latest, those of people who have gone, a few more."""
    _, rank, count = spans(table)
    gone = (~table.party("live").fill_null(True)).to_numpy()
    closed: np.ndarray = (rank < count - 1) | gone | (table.rng.random(table.n) < 0.07)
    return closed


def spans(table: Table) -> tuple[str, np.ndarray, np.ndarray]:
    """The periods check that rules the file (the one with the fewest key items), place and number within its key."""
    known = [c for c in table.file.keyed_checks if isinstance(c, Periods)]
    keys = [(len(c.key), c.id, c.key) for c in known]
    keys += [(len(c.key) + 100, c.id, c.key) for c in table.file.keyed_checks if isinstance(c, History) and c.start == "one"]
    for _, ident, key in sorted(keys):
        columns = [table.column(table.file.item(k)) for k in key if k in table.values]
        if len(columns) == len(key):
            rank, count = ranked(columns)
            return ident, rank, count
    return "", table.rows.history, table.rows.history + 1 + (~table.rows.last)


def repair(table: Table) -> None:
    """Change presence and codes until required_when, applies_when, implies and group counts all hold."""
    for turn in range(ROUNDS):
        changed = _groups(table)
        for item in table.file.items:
            changed |= _item(table, item)
        for check in table.file.row_checks:
            if isinstance(check, Implies):
                changed |= _implied(table, check, turn)
            elif isinstance(check, Compare) and check.left in table.codes and check.right in table.codes:
                changed |= _compared(table, check)
        if not changed:
            return


def _item(table: Table, item: Item) -> bool:
    has = table.has[item.name]
    due = np.zeros(table.n, bool)
    may = np.ones(table.n, bool)
    if item.required_when:
        due = table.all_true(item.required_when)
    if item.applies_when:
        may = table.all_true(item.applies_when)
        if item.required:
            return False
    new = (has | due) & may
    if (new == has).all():
        return False
    table.has[item.name] = new
    return True


def _implied(table: Table, check: Implies, turn: int) -> bool:
    bad = table.all_true(check.when) & ~table.all_true(check.then)
    if not bad.any():
        return False
    # now and then the other way round, so that two rules do not undo each other for ever
    fixable = [c for c in check.then if _may_change(table, c)]
    if turn >= 4 or len(fixable) < len(check.then):
        for condition in check.when:
            if _may_change(table, condition) and _force(table, condition, bad, False):
                return True
    changed = False
    for condition in check.then:
        if _may_change(table, condition):
            changed |= _force(table, condition, bad & ~table.true(condition), True)
    return changed


def _may_change(table: Table, condition: Condition) -> bool:
    name = condition.item
    if name in table.fixed or name in table.file.key or name in table.firm:
        return False
    if condition.present is not None:
        return condition.present or not table.file.item(name).required
    return name in table.codes


def _force(table: Table, condition: Condition, where: np.ndarray, holds: bool) -> bool:
    """Make a condition hold (or fail) in some records."""
    if not where.any():
        return False
    name = condition.item
    if condition.present is not None:
        value = condition.present == holds
        if not value and table.file.item(name).required:
            return False
        table.has[name] = np.where(where, value, table.has[name])
        return True
    codes = table.codes[name]
    among = condition.in_ if condition.in_ is not None else condition.not_in or ()
    inside = (condition.in_ is not None) == holds
    places = [i for i, c in enumerate(codes) if (c in among) == inside]
    if not places:
        if holds or table.file.item(name).required:
            return False
        table.has[name] = table.has[name] & ~where
        return True
    table.values[name] = np.where(where, table.rng.choice(places, table.n), table.values[name])
    if inside or holds:
        table.has[name] = table.has[name] | where
    return True


def _compared(table: Table, check: Compare) -> bool:
    left, right = table.values[check.left], table.values[check.right]
    told = {"<=": left <= right, "<": left < right, ">=": left >= right, ">": left > right,
            "==": left == right, "!=": left != right}[check.op]  # fmt: skip
    bad = ~told & table.has[check.left] & table.has[check.right] & table.all_true(check.when)
    if not bad.any() or check.left in table.fixed:
        return False
    table.values[check.left] = np.where(bad, right, left)
    return check.op in ("<=", ">=", "==")


def _groups(table: Table) -> bool:
    changed = False
    for check in table.file.keyed_checks:
        if isinstance(check, GroupCount):
            changed |= _group(table, check)
    return changed


def _group(table: Table, check: GroupCount) -> bool:
    """The first records of each group count, the others do not, as many as are allowed."""
    where = table.all_true(check.where)
    counted = table.all_true(check.count) & where
    columns = [table.column(table.file.item(k)).filter(where) for k in check.group if k in table.values]
    if len(columns) < len(check.group) or not where.any():
        return False
    rank = np.zeros(table.n, np.int64)
    # those that count already come first in their group
    order = np.argsort(~counted[where], kind="stable")
    within, _ = ranked([c.gather(order) for c in columns])
    back = np.empty(len(order), np.int64)
    back[order] = within
    rank[where] = back
    more = where & ~counted & (rank < check.min)
    less = where & counted & (rank >= check.max)
    changed = False
    for condition in check.count:
        if _may_change(table, condition):
            changed |= _force(table, condition, more & ~table.true(condition), True)
    for condition in check.count:
        if less.any() and _may_change(table, condition):
            changed |= _force(table, condition, less, False)
            break
    return changed
