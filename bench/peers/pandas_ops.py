"""Every operation of a mapping on pandas columns: value so far, source columns → value.  Blank is ""."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import singledispatch

import pandas as pd

from bench.peers import definitions as d
from chukan_layout.model import mapping as m

Tables = Mapping[str, Mapping[str, str]]


def value_of(line: m.MapItem, frame: pd.DataFrame, tables: Tables) -> pd.Series:
    """The whole of one line of a mapping."""
    sources = [frame[name] for name in line.from_]
    value = sources[0] if sources else pd.Series("", index=frame.index, dtype=str)
    for op in line.ops:
        value = run(op, value, sources, tables)
    return value


def _table(value: pd.Series, table: Mapping[str, str], default: str | None) -> pd.Series:
    return value.map(table).fillna(default or "").where(value != "", "")


def _chars(value: pd.Series, table: Mapping[str, str]) -> pd.Series:
    return value.str.translate(str.maketrans(dict(table)))


def _pairs(value: pd.Series, table: Mapping[str, str]) -> pd.Series:
    pattern = "|".join(map(re.escape, sorted(table, key=len, reverse=True)))
    return value.str.replace(pattern, lambda found: table[found[0]], regex=True)


@singledispatch
def run(op: object, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    raise NotImplementedError(type(op).__name__)


@run.register
def _(op: m.Trim, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    way = {"both": value.str.strip, "left": value.str.lstrip, "right": value.str.rstrip}
    return way[op.side](d.BLANKS)


@run.register
def _(op: m.ToFull, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _chars(value, d.width(op.what))


@run.register
def _(op: m.ToHalf, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _chars(value, {f: h for h, f in d.width(op.what).items()})


@run.register
def _(op: m.KanaFull, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _pairs(value, d.KANA)


@run.register
def _(op: m.KanaHalf, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _chars(value, {f: h for h, f in d.KANA.items()})


@run.register
def _(op: m.KanaLarge, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _chars(value, d.SMALL)


@run.register
def _(op: m.LongVowel, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return value.str.replace(rf"([ァ-ヺー])[{d.DASHES}]", r"\1ー", regex=True)


@run.register
def _(op: m.Dash, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _chars(value, dict.fromkeys(d.DASHES, op.to))


@run.register
def _(op: m.WaveDash, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _chars(value, d.WAVE if op.to == "jis" else {jis: ms for ms, jis in d.WAVE.items()})


@run.register
def _(op: m.Upper, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return value.str.upper()


@run.register
def _(op: m.Gaiji, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _chars(value, tables[op.table])


@run.register
def _(op: m.Map, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _table(value, tables[op.table], op.default)


@run.register
def _(op: m.Lookup, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    key = sources[0].str.strip(d.BLANKS)
    for other in sources[1:]:
        key = key + op.separator + other.str.strip(d.BLANKS)
    return _table(key, tables[op.table], op.default)


@run.register
def _(op: m.Pad, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return value.str.pad(op.width, fillchar=op.char).where(value != "", "")


@run.register
def _(op: m.Strip, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    short = value.str.lstrip(op.char)
    return short.where(short != "", value.str.slice(0, 1))


@run.register
def _(op: m.Remove, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return _chars(value, dict.fromkeys(op.chars, ""))


@run.register
def _(op: m.Insert, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    joined = value.str.slice(0, op.at) + op.text + value.str.slice(op.at)
    return joined.where(value.str.len() > op.at, value)


@run.register
def _(op: m.Number, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    plain = pd.to_numeric(_chars(value, d.NUMBER), errors="coerce")
    return plain.map(lambda n: "" if pd.isna(n) else f"{n:.{op.scale}f}").astype(str)


@run.register
def _(op: m.Concat, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    joined = pd.Series("", index=value.index, dtype=str)
    for part in sources:
        blank = part.str.strip(d.BLANKS) == ""
        between = pd.Series(op.separator, index=value.index).where((joined != "") & ~blank, "")
        joined = joined + between + part.where(~blank, "")
    return joined


@run.register
def _(op: m.Split, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    parts = value.str.split(op.separator, regex=False)
    return parts.str[op.index :].str.join(op.separator) if op.rest else parts.str.get(op.index).fillna("")


@run.register
def _(op: m.Substr, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return value.str.slice(op.start, op.start + op.length)


@run.register
def _(op: m.Const, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return pd.Series(op.value, index=value.index, dtype=str)


@run.register
def _(op: m.Default, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return value.where(value != "", op.value)


@run.register
def _(op: m.Coalesce, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return value.where(value != "", sources[op.source])


@run.register
def _(op: m.When, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    chosen = value if op.otherwise is None else value.where(value == "", op.otherwise)
    return chosen.mask(value.isin(op.in_), op.then)


@run.register
def _(op: m.NullIf, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    return value.mask(value.isin(op.in_), "")


@run.register
def _(op: m.Date, value: pd.Series, sources: Sequence[pd.Series], tables: Tables) -> pd.Series:
    if op.part != "date":
        unknown = value.str.contains("不詳|頃|推定|上旬|中旬|下旬", regex=True)
        if op.part == "unknown_text":
            return value.where(unknown, "")
        return unknown.map({True: "1", False: "0"}).where(value != "", "")
    day = pd.Series("", index=value.index, dtype=str)
    for shape in op.shapes:
        day = day.where(day != "", _day(shape, value, sources, op))
    return day


PATTERNS = {
    "ymd8": r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})$",
    "iso": r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})$",
    "wareki_letter": r"^(?P<e>[A-Z])(?P<y>\d{2})[-./]?(?P<m>\d{2})[-./]?(?P<d>\d{2})$",
    "wareki_code1": r"^(?P<e>\d)(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})$",
    "wareki_code2": r"^(?P<e>\d{2})(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})$",
    "wareki_kanji": r"^(?P<e>明治|大正|昭和|平成|令和)(?P<y>元|\d{1,2})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日$",
}


def _day(shape: str, value: pd.Series, sources: Sequence[pd.Series], op: m.Date) -> pd.Series:
    if shape == "parts":
        names = ("e", "y", "m", "d") if len(sources) == 4 else ("y", "m", "d")
        parts = pd.DataFrame(dict(zip(names, sources, strict=True)))
    else:
        parts = value.str.extract(PATTERNS[shape])
    year = pd.to_numeric(parts["y"].replace("元", "1"), errors="coerce")
    first = last = None
    if "e" in parts:
        position = {"wareki_letter": 0, "wareki_kanji": 1}.get(shape)
        names = op.eras if position is None else [era[position] for era in d.ERAS]
        year = year + parts["e"].map({n: era[2] for n, era in zip(names, d.ERAS, strict=True)})
        first, last = (
            parts["e"].map({n: era[i] for n, era in zip(names, d.ERAS, strict=True)}) for i in (3, 4)
        )
    text = year.map(lambda y: "" if pd.isna(y) else f"{y:04.0f}").astype(str)
    text = text + "-" + parts["m"].str.zfill(2) + "-" + parts["d"].str.zfill(2)
    good = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").notna()
    if first is not None and last is not None:
        good &= (text >= first.fillna("9")) & (text <= last.fillna(""))
    return text.where(good, "").fillna("")
