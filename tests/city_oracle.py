"""Every check of a layout once more, in plain polars: what a clean city must satisfy, judged without the kernel.

Frames hold an item per column: texts, whole numbers (in units of the last decimal), dates; blank is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce

import polars as pl

from chukan_layout.model.layout import (
    CodeTable,
    Compare,
    Condition,
    Dated,
    Foreign,
    GroupCount,
    History,
    Implies,
    Item,
    Joined,
    LayoutFile,
    Periods,
    Sum,
    Totals,
    Unique,
)
from chukan_layout.plan.reference import check

Frames = dict[tuple[int, str], pl.DataFrame]


def problems(file: LayoutFile, codes: dict[str, CodeTable], frames: Frames) -> Iterator[str]:
    """What is wrong with the records of a file, a line per item or check."""
    frame = frames[file.area, file.id]
    if not frame.height:
        yield "no records"
        return
    for item in file.items:
        yield from _item(file, item, frame, codes)
    for row in file.row_checks:
        n = frame.filter(_dated(row, file, codes) if isinstance(row, Dated) else _row(row)).height
        if n:
            yield f"{row.id} {row.name}: {n} of {frame.height}"
    for keyed in file.keyed_checks:
        n = _keyed(file, keyed, frames)
        if n:
            yield f"{keyed.id} {keyed.name}: {n} of {frame.height}"


def _text(item: Item, value: object) -> str:
    if value is None:
        return ""
    if item.scale:
        whole, rest = divmod(abs(int(str(value))), 10**item.scale)
        return f"{'-' if int(str(value)) < 0 else ''}{whole}.{rest:0{item.scale}d}"
    return str(value)


def _item(file: LayoutFile, item: Item, frame: pl.DataFrame, codes: dict[str, CodeTable]) -> Iterator[str]:
    column = frame[item.name]
    table = codes.get(item.code or "")
    bad: dict[str, str] = {}
    for value in column.unique(maintain_order=True).to_list():
        for kind in check(_text(item, value), item, table.codes if table else None):
            bad.setdefault(kind, _text(item, value))
    for kind, value in bad.items():
        yield f"{item.name} {kind} {value!r} {column.null_count()} blank"
    for conds, kind, blank in ((item.required_when, "CND", True), (item.applies_when, "ABS", False)):
        if conds:
            there = pl.col(item.name).is_null() if blank else pl.col(item.name).is_not_null()
            held = _all(conds)
            n = frame.filter(there & (held if blank else ~held)).height
            if n:
                yield f"{item.name} {kind}: {n} of {frame.height}"


def _cond(c: Condition) -> pl.Expr:
    column = pl.col(c.item)
    if c.present is not None:
        return column.is_not_null() if c.present else column.is_null()
    text = column.cast(pl.String).fill_null("")
    return text.is_in(list(c.in_)) if c.in_ is not None else ~text.is_in(list(c.not_in or ()))


def _all(conds: Iterable[Condition]) -> pl.Expr:
    return reduce(lambda a, b: a & b, (_cond(c) for c in conds), pl.lit(True))


def _row(row: Compare | Implies | Sum) -> pl.Expr:
    if isinstance(row, Implies):
        return _all(row.when) & ~_all(row.then)
    if isinstance(row, Sum):
        def zero(n: str) -> pl.Expr:
            return pl.col(n).fill_null(0)

        plus = sum((zero(n) for n in row.plus), pl.lit(0))
        minus = sum((zero(n) for n in row.minus), pl.lit(0))
        return _all(row.when) & ((pl.col(row.total) - plus + minus).abs() > row.tolerance).fill_null(False)
    left, right = pl.col(row.left), pl.col(row.right)
    told = {"<=": left <= right, "<": left < right, ">=": left >= right, ">": left > right,
            "==": left == right, "!=": left != right}[row.op]  # fmt: skip
    return _all(row.when) & ~told.fill_null(True)


def _dated(row: Dated, file: LayoutFile, codes: dict[str, CodeTable]) -> pl.Expr:
    if row.at is None:
        return pl.lit(False)
    day, bad = pl.col(row.at).dt.strftime("%Y-%m-%d"), pl.lit(False)
    for value in codes[file.item(row.item).code or ""].values:
        out = (day < (value.valid_from or "")) | (day > (value.valid_to or "9"))
        bad = bad | ((pl.col(row.item) == value.code) & out)
    return _all(row.when) & bad.fill_null(False)


def _keyed(file: LayoutFile, c: object, frames: Frames) -> int:
    frame = frames[file.area, file.id]
    if isinstance(c, Unique):
        rows = frame.filter(_all(c.when) & pl.any_horizontal(pl.col(i).is_not_null() for i in c.items))
        return rows.height - rows.select(c.items).unique().height
    if isinstance(c, GroupCount):
        rows = frame.filter(_all(c.where))
        count = rows.group_by(c.group).agg(_all(c.count).sum().alias("n"))
        return count.filter((pl.col("n") < c.min) | (pl.col("n") > c.max)).height
    if isinstance(c, History):
        return _history(frame, c)
    if isinstance(c, Foreign):
        return _foreign(file, frame, c, frames)
    if isinstance(c, Totals):
        return _totals(file, frame, c, frames)
    if isinstance(c, Joined):
        return _joined(file, frame, c, frames)
    assert isinstance(c, Periods)
    return _periods(frame, c)


def _joined(file: LayoutFile, frame: pl.DataFrame, c: Joined, frames: Frames) -> int:
    there = frames[c.to_area or file.area, c.to_file].filter(_all(c.to_when) & pl.col(c.to_item).is_not_null())
    names = [str(k) for k in range(len(c.items))]
    keys = [pl.col(i).cast(pl.String).alias(n) for i, n in zip(c.to_items, names, strict=True)]
    born = there.select(*keys, pl.col(c.to_item).alias("there")).group_by(names, maintain_order=True).last()
    # 29 February becomes 1 March: a day before, years later, and a day on
    leap = (pl.col("there").dt.month() == 2) & (pl.col("there").dt.day() == 29) & (c.years % 4 != 0)
    moved = pl.col("there").dt.offset_by(f"{c.years}y")
    bound = pl.when(leap).then(moved.dt.offset_by("1d")).otherwise(moved).dt.offset_by(f"{c.days}d")
    own = [pl.col(i).cast(pl.String).alias(n) for i, n in zip(c.items, names, strict=True)]
    both = frame.filter(_all(c.when)).select(*own, pl.col(c.item).alias("here")).join(born, on=names)
    here = pl.col("here")
    told = {"<=": here <= bound, "<": here < bound, ">=": here >= bound, ">": here > bound}[c.op]
    return both.filter(~told.fill_null(True)).height


def _history(frame: pl.DataFrame, c: History) -> int:
    number = pl.col(c.number).cast(pl.Int64)
    if c.start == "any":
        years = frame.group_by(c.key).agg((number.max() - number.min() + 1 == number.n_unique()).alias("run"))
        return years.filter(~pl.col("run")).height
    told = frame.sort(number).group_by(c.key, maintain_order=True).agg(
        (number == pl.int_range(1, pl.len() + 1)).all().alias("run"),
        *([(pl.col(c.latest) == "1").sum().alias("marks"), (pl.col(c.latest).last() == "1").alias("last")]
          if c.latest else [pl.lit(1).alias("marks"), pl.lit(True).alias("last")]),
    )  # fmt: skip
    return told.filter(~(pl.col("run") & (pl.col("marks") == 1) & pl.col("last"))).height


def _foreign(file: LayoutFile, frame: pl.DataFrame, c: Foreign, frames: Frames) -> int:
    left = frame.filter(_all(c.when) & pl.all_horizontal(pl.col(i).is_not_null() for i in c.items))
    left = left.select(pl.col(i).cast(pl.String).alias(str(k)) for k, i in enumerate(c.items))
    names = left.columns
    for target in c.targets:
        there = frames.get((target.area or file.area, target.file))
        if there is None:
            continue
        right = there.select(pl.col(i).cast(pl.String).alias(str(k)) for k, i in enumerate(target.items))
        left = left.join(right.unique(), on=names, how="anti")
    return left.height


def _totals(file: LayoutFile, frame: pl.DataFrame, c: Totals, frames: Frames) -> int:
    there = frames[c.of_area or file.area, c.of_file].filter(_all(c.of_when))
    names = [str(k) for k in range(len(c.items))]
    right = there.select(
        *(pl.col(i).cast(pl.String).alias(n) for i, n in zip(c.of_items, names, strict=True)), pl.col(c.of_amount).alias("v")
    ).group_by(names).agg(pl.col("v").fill_null(0).sum())  # fmt: skip
    left = frame.filter(_all(c.when) & pl.col(c.amount).is_not_null()).select(
        *(pl.col(i).cast(pl.String).alias(n) for i, n in zip(c.items, names, strict=True)), pl.col(c.amount).alias("a")
    )
    both = left.join(right, on=names, how="left").with_columns(pl.col("v").fill_null(0))
    return both.filter((pl.col("a") - pl.col("v")).abs() > c.tolerance).height


def _periods(frame: pl.DataFrame, c: Periods) -> int:
    rows = frame.filter(_all(c.when) & pl.col(c.start).is_not_null()).sort(c.start, maintain_order=True)
    after = pl.col(c.start).shift(-1).over(c.key)
    end = pl.col(c.end)
    wrong = after.is_not_null() & (end.is_null() | (after <= end))
    if c.gapless:
        wrong = wrong | (after.is_not_null() & (after != end.dt.offset_by("1d")))
    return rows.filter(wrong).height
