"""The comparison itself: lazy joins on the primary key, a slice of the keys at a time.

Memory is bounded by the slice: a file is cut by a hash of its key into slices of about :data:`SLICE` bytes, each is
joined, counted and forgotten.  Only counts, distinct differing pairs of one item at a time and a few samples stay.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import polars as pl

from chukan_layout import __version__
from chukan_layout.compare.classes import AFTER, BEFORE, difference
from chukan_layout.compare.mask import masked
from chukan_layout.compare.tables import Dump, columns_of, dump_of
from chukan_layout.compare.tolerate import Declared
from chukan_layout.model.comparison import (
    Comparison,
    DifferenceClass,
    FileComparison,
    ItemDifference,
    Pair,
    Side,
    Tolerances,
)
from chukan_layout.model.layout import Item, LayoutFile, LayoutSet

SLICE = 256 << 20
_SEED = 20_130_401
#: Between the parts of a key; in no file of the standard.
_BETWEEN = "\x1f"
_TWIN, _HASH = "\x00twin", "\x00hash"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Order:
    """``samples`` pairs of each item and class are kept; ``slice`` bytes of a file are joined at a time."""

    before: Path
    after: Path
    layouts: LayoutSet
    tolerances: Tolerances = field(default_factory=Tolerances)
    samples: int = 5
    reveal: bool = False
    slice: int = SLICE


@dataclass
class _Counts:
    """What adds up over the slices of one file."""

    before: list[pl.DataFrame] = field(default_factory=list)
    after: list[pl.DataFrame] = field(default_factory=list)
    matched: int = 0
    identical: int = 0
    only: dict[str, int] = field(default_factory=lambda: {BEFORE: 0, AFTER: 0})
    only_keys: dict[str, list[str]] = field(default_factory=lambda: {BEFORE: [], AFTER: []})
    pairs: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    twins: dict[str, int] = field(default_factory=lambda: {BEFORE: 0, AFTER: 0})


def compare(order: Order, progress: Progress = lambda name, done, total: None) -> Comparison:
    """Compare the two dumps of ``order``; files that only one has are said so and fail the comparison."""
    with tempfile.TemporaryDirectory(prefix="chukan-") as scratch:
        before = dump_of(order.before, order.layouts, Path(scratch) / "before")
        after = dump_of(order.after, order.layouts, Path(scratch) / "after")
        declared = Declared(order.tolerances)
        known = {**before.layouts, **after.layouts}
        files = []
        for n, key in enumerate(sorted(known, key=lambda k: (k[0], known[k].no))):
            progress(known[key].name, n, len(known))
            files.append(_file(order, known[key], before, after, declared))
    skipped = [f"{name}: {reason}" for name, reason in (*before.skipped, *after.skipped)]
    open_ = sum(f.open for f in files) or not files
    return Comparison(
        tool_version=__version__, layout_version=order.layouts.version, before=order.before.name, after=order.after.name,
        verdict="fail" if open_ else "pass", revealed=order.reveal, files=tuple(files),
        tolerances=order.tolerances.tolerate, record_tolerances=order.tolerances.records,
        unused=tuple(declared.unused()), skipped=tuple(skipped),
    )  # fmt: skip


def _file(order: Order, layout: LayoutFile, before: Dump, after: Dump, declared: Declared) -> FileComparison:
    place = (layout.area, layout.id)
    tables = {BEFORE: before.tables.get(place), AFTER: after.tables.get(place)}
    here = {side: set(columns_of(t)) for side, t in tables.items() if t is not None}
    items = [i for i in layout.items if any(i.name in names for names in here.values())]
    names = [i.name for i in items]
    numeric = [i for i in items if i.type in ("9", "9V", "S9")]
    counts = _Counts()
    parts = max(1, -(-(before.sizes.get(place, 0) + after.sizes.get(place, 0)) // order.slice))
    for part in range(parts):
        frames = {side: _slice(t, names, layout.key, part, parts) for side, t in tables.items()}
        counts.before.append(_side(frames[BEFORE], names, numeric))
        counts.after.append(_side(frames[AFTER], names, numeric))
        _join(order, layout, frames, items, counts)
    spared = {side: declared.records(layout.id, side, counts.only[side]) for side in (BEFORE, AFTER)}
    differences, samples = _differences(order, layout, items, counts, declared)
    missing = next((side for side in (BEFORE, AFTER) if tables[side] is None), "")
    return FileComparison(
        area=layout.area, area_name=layout.area_name, file=layout.id, name=layout.name,
        before=_side_total(counts.before, numeric, counts.twins[BEFORE]),
        after=_side_total(counts.after, numeric, counts.twins[AFTER]),
        matched=counts.matched, identical=counts.identical,
        only_before=counts.only[BEFORE], only_after=counts.only[AFTER],
        only_before_tolerated=spared[BEFORE], only_after_tolerated=spared[AFTER],
        items=tuple(differences), samples=tuple(samples),
        only_before_keys=tuple(sorted(counts.only_keys[BEFORE])[: order.samples]),
        only_after_keys=tuple(sorted(counts.only_keys[AFTER])[: order.samples]),
        missing=missing,
    )  # fmt: skip


def _slice(table: pl.LazyFrame | None, names: Sequence[str], key: Sequence[str], part: int, parts: int) -> pl.DataFrame:
    """The records of one slice; records with one key get numbers, in the order of their contents."""
    if table is None:
        return pl.DataFrame(schema={**dict.fromkeys(names, pl.String), _TWIN: pl.UInt32})
    there = set(columns_of(table))
    lazy = table.select(pl.col(n) if n in there else pl.lit(None, pl.String).alias(n) for n in names)
    if parts > 1:
        lazy = lazy.filter(pl.struct(key).hash(_SEED) % parts == part)
    frame = lazy.collect(engine="streaming")
    if frame.select(pl.struct(key).is_duplicated().any()).item():
        frame = frame.sort(names).with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over(list(key)).alias(_TWIN))
    else:
        frame = frame.with_columns(pl.lit(0, pl.UInt32).alias(_TWIN))
    return frame


def _side(frame: pl.DataFrame, names: Sequence[str], numeric: Sequence[Item]) -> pl.DataFrame:
    """Records, sums and the hash total of a slice."""
    plain = [pl.col(n).str.replace_all(",", "").cast(pl.Decimal(38, 6), strict=False).sum().alias(n) for n in (i.name for i in numeric)]
    hashed = pl.struct(names).hash(_SEED).cast(pl.UInt64).cast(pl.Int128).sum().alias(_HASH)
    return frame.select(pl.len().alias(_TWIN), hashed, *plain)


def _side_total(parts: Sequence[pl.DataFrame], numeric: Sequence[Item], twins: int) -> Side:
    rows = [part.row(0, named=True) for part in parts]
    sums = {}
    for item in numeric:
        total = sum(row[item.name] or 0 for row in rows)
        sums[item.name] = f"{total:f}".rstrip("0").rstrip(".") if "." in f"{total:f}" else f"{total}"
    total_hash = sum(int(row[_HASH] or 0) for row in rows) & ((1 << 64) - 1)
    return Side(records=sum(row[_TWIN] for row in rows), duplicates=twins, hash_total=f"{total_hash:016x}", sums=sums)


def _join(order: Order, layout: LayoutFile, frames: dict[str, pl.DataFrame], items: Sequence[Item], counts: _Counts) -> None:
    key = [*layout.key, _TWIN]
    for side in (BEFORE, AFTER):
        counts.twins[side] += frames[side].filter(pl.col(_TWIN) > 0).height
        other = frames[AFTER if side == BEFORE else BEFORE]
        alone = frames[side].join(other, on=key, how="anti", nulls_equal=True)
        counts.only[side] += alone.height
        shown = alone.select(layout.key).sort(layout.key).head(order.samples)
        counts.only_keys[side] += [_key(layout, row, order.reveal) for row in shown.rows()]
    both = frames[BEFORE].join(frames[AFTER], on=key, how="inner", nulls_equal=True, suffix="\x00after")
    compared = [i for i in items if i.name not in layout.key]
    counts.matched += both.height
    if not compared:
        counts.identical += both.height
        return
    unequal = [pl.col(i.name).ne_missing(pl.col(f"{i.name}\x00after")).alias(i.name) for i in compared]
    flags = both.select(unequal)
    counts.identical += both.height - int(flags.select(pl.any_horizontal(pl.all()).sum()).item() or 0)
    for item in compared:
        if not flags.get_column(item.name).any():
            continue
        rows = both.filter(flags.get_column(item.name))
        pairs = rows.select(
            pl.col(item.name).alias(BEFORE), pl.col(f"{item.name}\x00after").alias(AFTER),
            pl.concat_str([pl.col(k).fill_null("") for k in layout.key], separator=_BETWEEN).alias("key"),
        )
        found = pairs.with_columns(difference(item).alias("class")).group_by("class", BEFORE, AFTER).agg(pl.len(), pl.col("key").min())
        counts.pairs.setdefault(item.name, []).append(found)


def _differences(
    order: Order, layout: LayoutFile, items: Sequence[Item], counts: _Counts, declared: Declared
) -> tuple[list[ItemDifference], list[Pair]]:
    differences, samples = [], []
    for item in items:
        if item.name not in counts.pairs:
            continue
        # The same pair may stand in several slices: it is one pair again before it is sampled.
        found = pl.concat(counts.pairs[item.name]).group_by("class", BEFORE, AFTER).agg(pl.col("len").sum(), pl.col("key").min())
        found = found.sort("class", "key", BEFORE, AFTER, nulls_last=False)
        found = declared.pairs(found, layout.id, item)
        classes = {cast("DifferenceClass", c): int(n) for c, n in found.group_by("class").agg(pl.col("len").sum()).sort("class").rows()}
        spared = declared.spared(found, layout.id, item)
        differences.append(ItemDifference(no=item.no, name=item.name, classes=classes, tolerated=spared))
        for row in found.group_by("class", maintain_order=True).head(order.samples).iter_rows(named=True):
            key = row["key"].split(_BETWEEN)
            samples.append(Pair(
                key=_key(layout, key, order.reveal), item=item.name, cls=row["class"],
                before=masked(row[BEFORE] or "", item.secret, order.reveal), after=masked(row[AFTER] or "", item.secret, order.reveal),
            ))  # fmt: skip
    return differences, samples


def _key(layout: LayoutFile, values: Sequence[str | None], reveal: bool) -> str:
    return "|".join(masked(v or "", layout.item(n).secret, reveal) for n, v in zip(layout.key, values, strict=True))
