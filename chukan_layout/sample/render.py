"""Records written as files of the standard or of a vendor.

A vendor's column is what its mapping takes from it, backwards: the inverse of each mapping line in polars
expressions (codes, dates in the vendor's shape, unpadded numbers).  ``ValueError`` names a column that the sample
cannot write.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from chukan_layout.model.layout import Item, LayoutFile
from chukan_layout.model.mapping import Date, FileMapping, Map, MapItem, Mapping, Pad, Remove
from chukan_layout.plan.eras import ERAS
from chukan_layout.plan.invert import inverse_pairs

Frame = pl.DataFrame


def standard(frame: Frame, file: LayoutFile) -> Frame:
    """The columns of the layout, all texts; items that the sample does not make are blank."""
    return frame.select(_standard(item, frame).alias(item.name) for item in file.items)


def _standard(item: Item, frame: Frame) -> pl.Expr:
    if item.name not in frame.columns:
        return pl.lit(_constant(item))
    column = pl.col(item.name)
    kind = frame.schema[item.name]
    if kind == pl.Date:
        return column.dt.strftime("%Y-%m-%d").fill_null("")
    text = column.cast(pl.String).fill_null("")
    return text.str.zfill(item.digits) if item.name.endswith(("宛名番号", "世帯番号")) else text


def _constant(item: Item) -> str:
    """Flags of dates that are all known, and the branch number."""
    if item.name.endswith("枝番号"):
        return "0"
    return ""


def vendor(frame: Frame, mapping: FileMapping, of: Mapping) -> Frame:
    """The vendor's columns, all texts."""
    return frame.select(_vendor(c, frame, mapping, of).alias(c) for c in mapping.source.columns)


def _vendor(column: str, frame: Frame, mapping: FileMapping, of: Mapping) -> pl.Expr:
    lines = [line for line in mapping.item if column in line.from_]
    line = next((x for x in lines if _part(x) in ("", "date")), None)
    if line is None or line.to not in frame.columns:
        return pl.lit("0" if line is not None and line.to.endswith("枝番号") else "")
    if len(line.from_) > 1:
        return _date_part(line, column, frame)
    twin = f"{line.to}@vendor"
    text = pl.col(twin if twin in frame.columns else line.to)
    if frame.schema[line.to] == pl.Date:
        return _date(line, frame, any(x.to == f"{line.to}_不詳表記" and x.from_ != line.from_ for x in mapping.item))
    text = text.cast(pl.String).fill_null("")
    for op in line.ops:
        if isinstance(op, Map):
            pairs = inverse_pairs(of, op.table)
            text = text.replace([p[0] for p in pairs], [p[1] for p in pairs])
        elif isinstance(op, Remove) and op.chars == "-":
            text = pl.when(text != "").then(text.str.slice(0, 3) + "-" + text.str.slice(3)).otherwise(pl.lit(""))
        elif isinstance(op, Pad) and line.to.startswith("在留期間"):
            text = text.str.strip_chars_start("0")
    return text


def _part(line: MapItem) -> str:
    return next((op.part for op in line.ops if isinstance(op, Date)), "")


def _date(line: MapItem, frame: Frame, apart: bool) -> pl.Expr:
    """The date; its text when it is not known, unless the vendor has a column of its own for that."""
    op = next(op for op in line.ops if isinstance(op, Date))
    known = SHAPES[op.shapes[0]](pl.col(line.to))
    unknown = f"{line.to}_不詳表記"
    other = pl.col(unknown) if unknown in frame.columns and not apart else pl.lit("")
    return known.fill_null(other)


def _wareki(date: pl.Expr) -> pl.Expr:
    """S550412: by the era of the day."""
    shape: pl.Expr = pl.lit(None, pl.String)
    for era in ERAS:
        first = pl.date(*era.first)
        year = (date.dt.year() - era.base).cast(pl.String).str.zfill(2)
        shape = pl.when(date >= first).then(pl.lit(era.letter) + year + date.dt.strftime("%m%d")).otherwise(shape)
    return shape


def _wareki_kanji(date: pl.Expr) -> pl.Expr:
    """昭和55年4月12日; the first year of an era is 元年."""
    shape: pl.Expr = pl.lit(None, pl.String)
    for era in ERAS:
        number = date.dt.year() - era.base
        year = pl.when(number == 1).then(pl.lit("元")).otherwise(number.cast(pl.String))
        day = date.dt.month().cast(pl.String) + "月" + date.dt.day().cast(pl.String) + "日"
        shape = pl.when(date >= pl.date(*era.first)).then(pl.lit(era.name) + year + "年" + day).otherwise(shape)
    return shape


#: How a date is written, by the name of its shape.
SHAPES: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "ymd8": lambda date: date.dt.strftime("%Y%m%d"),
    "wareki_letter": _wareki,
    "wareki_kanji": _wareki_kanji,
}


def _date_part(line: MapItem, column: str, frame: Frame) -> pl.Expr:
    """One column of a date in parts (era, year, month, day or year, month, day)."""
    if frame.schema[line.to] != pl.Date:
        raise ValueError(f"{column}: the sample cannot take {line.to} apart")
    date, place = pl.col(line.to), line.from_.index(column)
    if len(line.from_) == 3:
        part = (date.dt.year(), date.dt.month(), date.dt.day())[place].cast(pl.String)
        return part.fill_null("")
    written = _wareki(date)
    if place == 0:
        letters = [e.letter for e in ERAS]
        op = next(op for op in line.ops if isinstance(op, Date))
        return written.str.slice(0, 1).replace(letters, list(op.eras)).fill_null("")
    return written.str.slice(2 * place - 1, 2).fill_null("")
