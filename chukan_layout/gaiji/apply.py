"""Conversion of whole tables: columns through the converter, one ledger, and what the conversion cost.

What is lost is said here: units that are not resolved, values that no longer fit, names that became equal, and
whether the conversion can be undone on this data without the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from chukan_layout.gaiji.convert import LEDGER, Converter, concat_ledgers, hex_of

#: Classes of the ledger that lose the character.
LOST = ("fallback", "unknown_gaiji", "unknown_ivs", "reading")
Measure = Literal["bytes", "utf16", "chars"]
#: Examples of a kind that a report shows.
EXAMPLES = 20
_ROW = "__chukan_row"


@dataclass(frozen=True)
class Limit:
    """How long a value of a target column may be."""

    column: str
    most: int
    measure: Measure = "bytes"


@dataclass
class Applied:
    """A converted table, its ledger and its report (plain values, ready for JSON)."""

    table: pl.DataFrame
    ledger: pl.DataFrame
    report: dict[str, Any] = field(default_factory=dict)


def apply(
    converter: Converter,
    table: pl.DataFrame,
    columns: Sequence[str],
    *,
    key: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    limits: Sequence[Limit] = (),
) -> Applied:
    """Convert ``columns`` of a table.

    ``key``: columns that name a record, for the ledger, and whose collisions are told first.  ``readings``: column →
    column of its reading, for the fallback ``reading``: a value with a unit that has no target becomes its reading.
    """
    keys = table.select(pl.concat_str(list(key), separator="|", ignore_nulls=True)).to_series() if key else None
    made, ledgers = table, []
    for column in columns:
        new, hits = converter.convert(table[column])
        ledger = converter.ledger(hits, column, keys)
        if converter.policy.fallback == "reading" and readings and column in readings:
            new, ledger = _read_aloud(table[column], new, ledger, table[readings[column]])
        made = made.with_columns(new.alias(column))
        ledgers.append(ledger)
    ledger = concat_ledgers(ledgers)
    return Applied(made, ledger, report(converter, table, made, ledger, columns, key, limits))


def _read_aloud(
    source: pl.Series, new: pl.Series, ledger: pl.DataFrame, reading: pl.Series
) -> tuple[pl.Series, pl.DataFrame]:
    """Values with a lost unit become their reading; the ledger holds the whole value."""
    lost = ledger.filter(pl.col("class").is_in(LOST))
    rows = lost["row"].unique().sort()
    rows = rows.filter(reading.gather(rows).fill_null("") != "")
    if not len(rows):
        return new, ledger
    first = lost.filter(pl.col("row").is_in(rows.implode())).unique("row", keep="first", maintain_order=True).sort("row")
    whole = first.with_columns(
        position=pl.lit(0, pl.UInt32),
        out_position=pl.lit(0, pl.UInt32),
        source_hex=hex_of(source.gather(first["row"])),
        target=reading.gather(first["row"]),
        **{"class": pl.lit("reading")},
    ).cast(LEDGER)  # type: ignore[arg-type]
    kept = ledger.filter(~pl.col("row").is_in(rows.implode()))
    return new.scatter(first["row"], whole["target"]), pl.concat([kept, whole]).sort("row", "position", maintain_order=True)


def report(
    converter: Converter,
    before: pl.DataFrame,
    after: pl.DataFrame,
    ledger: pl.DataFrame,
    columns: Sequence[str],
    key: Sequence[str],
    limits: Sequence[Limit],
) -> dict[str, Any]:
    """What happened, in counts: units, classes, unresolved, overflow, collisions, reversible or not."""
    units = (
        ledger.group_by("source_hex", "mj", "target", "class")
        .agg(pl.len().alias("count"), pl.col("row").n_unique().alias("rows"), pl.col("column").unique().sort())
        .sort(["count", "source_hex"], descending=[True, False])
    )
    classes = ledger.group_by("class").len().sort(["len", "class"], descending=[True, False])
    lost = units.filter(pl.col("class").is_in(LOST))
    ordered = [*[c for c in columns if c in key], *[c for c in columns if c not in key]]
    return {
        "to": converter.policy.to,
        "stop": converter.policy.stop,
        "fallback": converter.policy.fallback,
        "table_version": converter.policy.version,
        "rows": len(before),
        "columns": list(columns),
        "replaced": len(ledger),
        "rows_touched": ledger["row"].n_unique(),
        "classes": dict(classes.rows()),
        "units": units.to_dicts(),
        "unresolved": lost.to_dicts(),
        "overflow": [_overflow(after, limit, key) for limit in limits],
        "collisions": [_collisions(before[c], after[c], c, c in key) for c in ordered],
        "reversible": [_reversible(before[c], after[c], ledger, c) for c in columns],
    }


def _overflow(after: pl.DataFrame, limit: Limit, key: Sequence[str]) -> dict[str, Any]:
    """Values longer than the target column takes: bytes of UTF-8, UTF-16 units, or characters."""
    text = pl.col(limit.column)
    beyond = text.str.count_matches(r"[\x{10000}-\x{10FFFF}]")
    size = {"bytes": text.str.len_bytes(), "utf16": text.str.len_chars() + beyond, "chars": text.str.len_chars()}
    over = after.with_row_index(_ROW).with_columns(size[limit.measure].alias("__size"))
    over = over.filter(pl.col("__size") > limit.most)
    name = pl.concat_str(list(key), separator="|", ignore_nulls=True) if key else pl.lit("")
    rows = over.head(EXAMPLES).select(pl.col(_ROW).alias("row"), name.alias("key"), pl.col("__size").alias("size"))
    return {
        "column": limit.column, "measure": limit.measure, "limit": limit.most, "count": len(over),
        "longest": over["__size"].max() if len(over) else None, "examples": rows.to_dicts(),
    }  # fmt: skip


def _collisions(before: pl.Series, after: pl.Series, column: str, is_key: bool) -> dict[str, Any]:
    """Different values of a column that became equal."""
    pairs = pl.DataFrame({"old": before, "new": after}).with_row_index("row")
    changed = pairs.filter(pl.col("old") != pl.col("new"))["new"].unique()
    groups = (
        pairs.filter(pl.col("new").is_in(changed.implode()))
        .group_by("new", maintain_order=True)
        .agg(pl.col("old").n_unique().alias("values"), pl.len().alias("rows"), pl.col("row").head(4))
        .filter(pl.col("values") > 1)
    )
    shown = groups.head(EXAMPLES).select("values", "rows", pl.col("row").alias("first_rows"))
    return {"column": column, "key": is_key, "count": len(groups), "examples": shown.to_dicts()}


def _reversible(before: pl.Series, after: pl.Series, ledger: pl.DataFrame, column: str) -> dict[str, Any]:
    """Whether the source can be told from the result alone, on the units present in this column."""
    pairs = ledger.filter(pl.col("column") == column).select("source_hex", "target").unique().sort("target", "source_hex")
    many = pairs.group_by("target", maintain_order=True).agg("source_hex").filter(pl.col("source_hex").list.len() > 1)
    reasons = [f"{' / '.join(_u(h) for h in hexes)} → {_shown(target)}" for target, hexes in many.rows()]
    if not reasons and len(pairs):
        reasons = [f"{_shown(t)} ×{n}" for t, n in _native(before, pairs["target"].unique())]
    return {"column": column, "reversible": not reasons, "because": reasons[:EXAMPLES], "reasons": len(reasons)}


def _native(before: pl.Series, targets: pl.Series) -> list[tuple[str, int]]:
    """Targets that the source column held already, as what they are."""
    there = before.drop_nulls()
    found = []
    for target in targets.to_list():
        if not target:
            found.append(("", 0))
            continue
        count = int(there.str.contains(target, literal=True).sum())
        if count:
            found.append((target, count))
    return found


def _u(code: str) -> str:
    return "_".join(f"U+{part}" if i == 0 else part for i, part in enumerate(code.split()))


def _shown(text: str) -> str:
    return text or "∅"
