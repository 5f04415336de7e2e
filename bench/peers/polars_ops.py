"""Every operation of a mapping as a polars expression: value so far, source columns → value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch

import polars as pl

from bench.peers import definitions as d
from chukan_layout.model import mapping as m

Tables = Mapping[str, Mapping[str, str]]


def value_of(line: m.MapItem, tables: Tables) -> pl.Expr:
    """The whole of one line of a mapping."""
    sources = [pl.col(name) for name in line.from_]
    value = sources[0] if sources else pl.lit(None, pl.String)
    for op in line.ops:
        value = run(op, value, sources, tables)
    return pl.when(value.str.len_chars() > 0).then(value)


def _replace(value: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    return value.str.replace_many(list(table), list(table.values()), leftmost=True)


@singledispatch
def run(op: object, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    raise NotImplementedError(type(op).__name__)


@run.register
def _(op: m.Trim, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    way = {
        "both": value.str.strip_chars,
        "left": value.str.strip_chars_start,
        "right": value.str.strip_chars_end,
    }
    return way[op.side](d.BLANKS)


@run.register
def _(op: m.ToFull, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, d.width(op.what))


@run.register
def _(op: m.ToHalf, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, {f: h for h, f in d.width(op.what).items()})


@run.register
def _(op: m.KanaFull, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, d.KANA)


@run.register
def _(op: m.KanaHalf, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, {f: h for h, f in d.KANA.items()})


@run.register
def _(op: m.KanaLarge, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, d.SMALL)


@run.register
def _(op: m.LongVowel, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return value.str.replace_all(rf"([ァ-ヺー])[{d.DASHES}]", "${1}ー")


@run.register
def _(op: m.Dash, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, dict.fromkeys(d.DASHES, op.to))


@run.register
def _(op: m.WaveDash, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, d.WAVE if op.to == "jis" else {jis: ms for ms, jis in d.WAVE.items()})


@run.register
def _(op: m.Upper, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return value.str.to_uppercase()


@run.register
def _(op: m.Gaiji, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, tables[op.table])


@run.register
def _(op: m.Map, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    known = value.replace_strict(dict(tables[op.table]), default=op.default, return_dtype=pl.String)
    return pl.when(value.str.len_chars() > 0).then(known)


@run.register
def _(op: m.Lookup, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    parts = [s.fill_null("").str.strip_chars(d.BLANKS) for s in sources]
    key = pl.concat_str(parts, separator=op.separator)
    return key.replace_strict(dict(tables[op.table]), default=op.default, return_dtype=pl.String)


@run.register
def _(op: m.Pad, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return pl.when(value.str.len_chars() > 0).then(value.str.pad_start(op.width, op.char))


@run.register
def _(op: m.Strip, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    short = value.str.strip_chars_start(op.char)
    return pl.when(short == "").then(value.str.slice(0, 1)).otherwise(short)


@run.register
def _(op: m.Remove, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return _replace(value, dict.fromkeys(op.chars, ""))


@run.register
def _(op: m.Insert, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    joined = value.str.slice(0, op.at) + pl.lit(op.text) + value.str.slice(op.at)
    return pl.when(value.str.len_chars() > op.at).then(joined).otherwise(value)


@run.register
def _(op: m.Number, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    plain = _replace(value, d.NUMBER)
    if op.scale:
        return plain.cast(pl.Decimal(38, op.scale), strict=False).cast(pl.String)
    return plain.cast(pl.Int64, strict=False).cast(pl.String)


@run.register
def _(op: m.Concat, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    filled = [pl.when(s.str.strip_chars(d.BLANKS).str.len_chars() > 0).then(s) for s in sources]
    return pl.concat_str(filled, separator=op.separator, ignore_nulls=True)


@run.register
def _(op: m.Split, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    parts = value.str.split(op.separator)
    return (
        parts.list.slice(op.index).list.join(op.separator)
        if op.rest
        else parts.list.get(op.index, null_on_oob=True)
    )


@run.register
def _(op: m.Substr, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return value.str.slice(op.start, op.length)


@run.register
def _(op: m.Const, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return pl.lit(op.value)


@run.register
def _(op: m.Default, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return pl.when(value.str.len_chars() > 0).then(value).otherwise(pl.lit(op.value))


@run.register
def _(op: m.Coalesce, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return pl.when(value.str.len_chars() > 0).then(value).otherwise(sources[op.source])


@run.register
def _(op: m.When, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    other = value if op.otherwise is None else pl.lit(op.otherwise)
    chosen = pl.when(value.is_in(list(op.in_))).then(pl.lit(op.then)).otherwise(other)
    return pl.when(value.str.len_chars() > 0).then(chosen)


@run.register
def _(op: m.NullIf, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    return pl.when(~value.is_in(list(op.in_))).then(value)


@run.register
def _(op: m.Date, value: pl.Expr, sources: Sequence[pl.Expr], tables: Tables) -> pl.Expr:
    if op.part == "unknown_text":
        return pl.when(value.str.contains("不詳|頃|推定|上旬|中旬|下旬")).then(value)
    if op.part == "unknown_flag":
        unknown = value.str.contains("不詳|頃|推定|上旬|中旬|下旬")
        return pl.when(value.str.len_chars() > 0).then(unknown.cast(pl.Int8).cast(pl.String))
    return pl.coalesce([_day(shape, value, sources, op) for shape in op.shapes])


SEVEN = r"^(.)[-./]?(\d{2})[-./]?(\d{2})[-./]?(\d{2})$"
PATTERNS = {
    "wareki_letter": SEVEN,
    "wareki_code1": SEVEN,
    "wareki_code2": r"^(\d{2})(\d{2})(\d{2})(\d{2})$",
    "wareki_kanji": r"^(明治|大正|昭和|平成|令和)(元|\d{1,2})年(\d{1,2})月(\d{1,2})日$",
}


def _day(shape: str, value: pl.Expr, sources: Sequence[pl.Expr], op: m.Date) -> pl.Expr:
    if shape == "ymd8":
        return _iso(value.str.to_date("%Y%m%d", strict=False))
    if shape == "iso":
        return _iso(value.str.replace_all("[/.]", "-").str.to_date("%Y-%m-%d", strict=False))
    if shape == "parts":
        return _wareki(list(sources), op.eras) if len(sources) == 4 else _western(sources)
    names = {
        "wareki_letter": [e[0] for e in d.ERAS],
        "wareki_kanji": [e[1] for e in d.ERAS],
    }.get(shape, list(op.eras))
    groups = value.str.extract_groups(PATTERNS[shape])
    return _wareki([groups.struct.field(str(i)) for i in (1, 2, 3, 4)], names)


def _wareki(parts: list[pl.Expr], names: Sequence[str]) -> pl.Expr:
    era = parts[0].replace_strict(dict(zip(names, range(5), strict=True)), default=None, return_dtype=pl.Int8)
    base = era.replace_strict({i: e[2] for i, e in enumerate(d.ERAS)}, default=None, return_dtype=pl.Int32)
    first = era.replace_strict({i: e[3] for i, e in enumerate(d.ERAS)}, default=None, return_dtype=pl.String)
    last = era.replace_strict({i: e[4] for i, e in enumerate(d.ERAS)}, default=None, return_dtype=pl.String)
    year = parts[1].str.replace("元", "1").cast(pl.Int32, strict=False) + base
    day = _western([year.cast(pl.String), parts[2], parts[3]])
    return pl.when(day.is_between(first, last)).then(day)


def _western(parts: Sequence[pl.Expr]) -> pl.Expr:
    padded = [parts[0].str.zfill(4), parts[1].str.zfill(2), parts[2].str.zfill(2)]
    return _iso(pl.concat_str(padded, separator="-").str.to_date("%Y-%m-%d", strict=False))


def _iso(day: pl.Expr) -> pl.Expr:
    return day.dt.to_string("%Y-%m-%d")
