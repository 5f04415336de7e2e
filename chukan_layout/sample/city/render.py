"""Records of the city as texts: in the standard's writing, or in a vendor's by its mapping run backwards.

Written apart from the engine's own way back (:mod:`chukan_layout.plan.invert`), so that a round trip through the
engine proves something.  ``ValueError`` names an operation that the sample cannot undo.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from chukan_layout.model.layout import LayoutFile
from chukan_layout.model.mapping import (
    Date,
    FileMapping,
    Gaiji,
    KanaFull,
    Map,
    MapItem,
    Mapping,
    Number,
    Pad,
    Remove,
    ToFull,
    Trim,
)
from chukan_layout.plan.invert import inverse_pairs
from chukan_layout.sample.lists import half_kana
from chukan_layout.sample.render import SHAPES


@cache
def _kana() -> tuple[list[str], list[str]]:
    full = [chr(c) for c in range(0x30A1, 0x30F7)] + ["ー", "・", "　"]
    half = [half_kana(c) for c in full]
    wide = [chr(0xFF10 + i) for i in range(10)] + [chr(0xFF21 + i) for i in range(26)]
    narrow = [chr(0x30 + i) for i in range(10)] + [chr(0x41 + i) for i in range(26)]
    return full + wide, half + narrow


def standard(frame: pl.DataFrame, file: LayoutFile) -> pl.DataFrame:
    """The items as texts; blank is empty."""
    return frame.select(_text(item.name, item.scale, frame).alias(item.name) for item in file.items)


def _text(name: str, scale: int, frame: pl.DataFrame) -> pl.Expr:
    column = pl.col(name)
    if frame.schema[name] == pl.Date:
        return column.dt.strftime("%Y-%m-%d").fill_null("")
    if scale:
        unit = 10**scale
        whole, rest = (column.abs() // unit).cast(pl.String), (column.abs() % unit).cast(pl.String)
        sign = pl.when(column < 0).then(pl.lit("-")).otherwise(pl.lit(""))
        shown: pl.Expr = sign + whole + "." + rest.str.zfill(scale)
        return shown.fill_null("")
    return column.cast(pl.String).fill_null("")


def vendor(frame: pl.DataFrame, file: LayoutFile, mapping: FileMapping, of: Mapping) -> pl.DataFrame:
    """The vendor's columns as texts; a column that no item comes from is blank."""
    texts = standard(frame, file)
    lines: dict[str, MapItem] = {}
    for line in mapping.item:
        for column in line.from_:
            lines.setdefault(column, line)
    dates = [n for n, kind in frame.schema.items() if kind == pl.Date]
    shown = texts.with_columns(frame[n].alias(f"{n}@day") for n in dates)
    return shown.select(_column(c, lines.get(c), set(dates), of).alias(c) for c in mapping.source.columns)


def _column(column: str, line: MapItem | None, dates: set[str], of: Mapping) -> pl.Expr:
    if line is None:
        return pl.lit("")
    text = pl.col(line.to)
    for op in reversed(line.ops):
        if isinstance(op, Date) and line.to in dates:
            text = SHAPES[op.shapes[0]](pl.col(f"{line.to}@day")).fill_null("")
        elif isinstance(op, Map):
            pairs = inverse_pairs(of, op.table)
            text = text.replace([p[0] for p in pairs], [p[1] for p in pairs])
        elif isinstance(op, Gaiji):
            pairs = sorted(inverse_pairs(of, op.table), key=lambda p: -len(p[0]))
            text = text.str.replace_many([p[0] for p in pairs], [p[1] for p in pairs], leftmost=True)
        elif isinstance(op, KanaFull):
            text = text.str.replace_many(*_kana())
        elif isinstance(op, Remove) and op.chars == "-":
            text = pl.when(text != "").then(text.str.slice(0, 3) + "-" + text.str.slice(3)).otherwise(pl.lit(""))
        elif isinstance(op, Pad):
            bare = text.str.strip_chars_start(op.char)
            text = pl.when((bare == "") & (text != "")).then(pl.lit(op.char)).otherwise(bare)
        elif not isinstance(op, Trim | ToFull | Number):
            raise ValueError(f"{column}: the sample cannot undo {op.op}")
    return text
