"""Amounts, counts and rates: drawn by the name of the item, then made to add up."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from chukan_layout.model.layout import Compare, Item, Sum
from chukan_layout.sample.city.table import NUMBERS, Table, ranked

#: What a number is, by words in its name, the first that fits: (words, least, most, multiple).
SIZES: tuple[tuple[re.Pattern[str], int, int, int], ...] = tuple(
    (re.compile(words), low, high, step)
    for words, low, high, step in (
        ("月数", 1, 12, 1), ("月$|支給月|対象月", 1, 12, 1), ("日数", 1, 28, 1), ("時間", 1, 160, 1), ("回数|回$", 1, 9, 1),
        ("持分_?分子", 1, 1, 1), ("持分_?分母", 1, 4, 1), ("年齢|満年", 1, 90, 1), ("経年|建築年", 1, 60, 1),
        ("人数|者数|員数|人員|子数|親族数|件数|台数|枚数|部数|戸数|口数|世帯数|^数|個数|階数|本数", 1, 4, 1),
        ("割合|率|係数|点数|補正|パーセント|身長|体重|値$|血圧", 1, 99, 1), ("指数", 1, 99, 1), ("面積|地積|床面積|延床", 40, 400, 1),
        ("単価", 100, 90_000, 10), ("価格|評価額|評点|課税標準|資産|取得価額|予算", 300_000, 9_000_000, 1000),
        ("割額|税額|料額|税相当", 1_000, 60_000, 100), ("所得|収入|給与|年金額|支払金額", 0, 4_000_000, 1000), ("控除", 0, 480_000, 10_000),
        ("額|税|料|金|費|残高|手当|給付|報酬|支給|合計|計$|円", 1_000, 90_000, 100),
        ("履歴|番号|回|連番|順|枝番|期", 1, 9, 1),
    )
)  # fmt: skip


def draw(table: Table) -> None:
    """All numbers of a file; sums hold afterwards, and so do comparisons wherever that can be arranged."""
    items = {i.name: i for i in table.file.items if i.type in NUMBERS and not i.code}
    known = {n for n in items if n in table.values}
    for item in items.values():
        if item.name not in known:
            table.values[item.name] = _drawn(table, item)
    _compare(table, items, known)
    _sums(table, items, known)
    _compare(table, items, known)


def _drawn(table: Table, item: Item) -> np.ndarray:
    low, high, step = 0, 9, 1
    for words, *size in SIZES:
        if words.search(item.name):
            low, high, step = size
            break
    unit = 10**item.scale
    top = 10**item.digits - 1
    if item.max is not None:
        top = min(top, int(float(item.max)))
    bottom = int(float(item.min)) if item.min is not None else 0
    high, low = min(high, top), max(low, bottom)
    low = min(low, high)
    drawn: np.ndarray = table.rng.integers(low // step, high // step + 1, table.n) * step
    drawn = np.clip(drawn, bottom, top)
    if item.scale:
        tenths: np.ndarray = np.where(drawn < top, table.rng.integers(0, 10, table.n) * (unit // 10), 0)
        drawn = drawn * unit + tenths
    return drawn


def _shown(table: Table, name: str) -> np.ndarray:
    """The value as sums see it: nothing counts as 0."""
    found: np.ndarray = np.where(table.has[name], table.values[name], 0)
    return found


def _sums(table: Table, items: dict[str, Item], known: set[str]) -> None:
    """Every equation once: those with a known total are split, the others are added up, details first."""
    left = [c for c in table.file.row_checks if isinstance(c, Sum)]
    left = [c for c in left if c.total in items and all(n in items for n in (*c.plus, *c.minus))]
    while left:
        check = _next(left, known)
        left.remove(check)
        if check.total in known:
            _split(table, check, items, known)
        else:
            _add(table, check, items, known)
        known |= {check.total, *check.plus, *check.minus}


def _next(left: Sequence[Sum], known: set[str]) -> Sum:
    """An equation whose total is known, else one whose addends are no totals of others; the longest first."""
    told = [c for c in left if c.total in known]
    if told:
        return max(told, key=lambda c: len(set(c.plus) - known))
    totals = {c.total for c in left}
    free = [c for c in left if not totals & {*c.plus, *c.minus}]
    return max(free or left, key=lambda c: len(c.plus) + len(c.minus))


def _add(table: Table, check: Sum, items: dict[str, Item], known: set[str]) -> None:
    plus = sum((_shown(table, n) for n in check.plus), np.zeros(table.n, np.int64))
    _reduce(table, check, plus, items, known)
    minus = sum((_shown(table, n) for n in check.minus), np.zeros(table.n, np.int64))
    total = plus - minus
    low = _low(items[check.total])
    short = np.maximum(low - total, 0)
    for name in check.plus:
        # what is taken away may be more than there is only where it was given: then there is more of it
        if name not in known and short.any():
            table.values[name] = table.values[name] + np.where(table.has[name], short, 0)
            short = np.where(table.has[name], 0, short)
    total = sum(_shown(table, n) for n in check.plus) - minus
    table.values[check.total] = total


def _low(item: Item) -> int:
    return int(float(item.min)) if item.min is not None else 0


def _reduce(table: Table, check: Sum, plus: np.ndarray, items: dict[str, Item], known: set[str]) -> None:
    """What is taken away, so far as it is free: mostly nothing, never more than half of what there is."""
    free = [n for n in check.minus if n not in known]
    for name in free:
        part = np.where(table.rng.random(table.n) < 0.2, plus // (2 * len(check.minus) + 2) // 10 * 10, 0)
        part = np.minimum(part, 10 ** items[name].digits - 1)
        table.values[name] = np.maximum(part, _low(items[name]))


def _split(table: Table, check: Sum, items: dict[str, Item], known: set[str]) -> None:
    """Addends of a known total: random shares, the rest on the last."""
    total = _shown(table, check.total)
    for name in check.minus:
        if name not in known:
            table.values[name] = np.full(table.n, _low(items[name]))
    minus = sum((_shown(table, n) for n in check.minus), np.zeros(table.n, np.int64))
    free = [n for n in check.plus if n not in known]
    rest = total + minus - sum((_shown(table, n) for n in check.plus if n in known), np.zeros(table.n, np.int64))
    if not free:
        return
    for place, name in enumerate(free):
        has = table.has[name]
        later = np.zeros(table.n, bool)
        for other in free[place + 1 :]:
            later |= table.has[other]
        part = np.where(later, (rest * table.rng.uniform(0, 0.9, table.n)).astype(np.int64) // 100 * 100, rest)
        part = np.where(has, np.maximum(part, 0), 0)
        table.values[name] = part
        rest = rest - part


def _compare(table: Table, items: dict[str, Item], known: set[str]) -> None:
    """Free numbers are moved between what they are compared with."""
    checks = [c for c in table.file.row_checks if isinstance(c, Compare) and c.left in items and c.right in items]
    summed = {n for c in table.file.row_checks if isinstance(c, Sum) for n in (c.total, *c.plus, *c.minus)}
    for _ in range(3):
        for check in checks:
            left, right, op = check.left, check.right, check.op
            if op in (">", ">="):
                left, right, op = right, left, "<" if op == ">" else "<="
            gap = 1 if op == "<" else 0
            a, b = table.values[left], table.values[right]
            if op == "==":
                table.values[left if left not in known else right] = b if left not in known else a
            elif op == "!=":
                table.values[left] = np.where(a == b, a + 1, a)
            elif left not in known and (left not in summed or right in known):
                table.values[left] = np.minimum(a, b - gap)
            elif right not in known:
                table.values[right] = np.maximum(b, a + gap)


def histories(table: Table) -> None:
    """History numbers 1, 2, 3 … per key, the greatest marked latest; other numbers of the key count things."""
    from chukan_layout.model.layout import History

    for check in table.file.keyed_checks:
        if not isinstance(check, History) or check.start == "any":
            continue
        columns = [table.column(table.file.item(k)) for k in check.key]
        rank, count = ranked(columns)
        table.set(check.number, rank + 1)
        if check.latest:
            codes = table.codes[check.latest]
            table.set(check.latest, np.where(rank == count - 1, codes.index("1"), codes.index("0")))
