"""Why two values differ: polars expressions, tried from the mildest class to ``changed``."""

from __future__ import annotations

import polars as pl

from chukan_layout.model.comparison import DifferenceClass
from chukan_layout.model.layout import Item

BEFORE, AFTER = "before", "after"
_FULL = {chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_HIRAGANA = {chr(c): chr(c + 0x60) for c in range(0x3041, 0x3097)}
_BARS = dict.fromkeys("-‐‑‒–—―−ｰ", "ー")
#: First year of an era less one, by its letter and by its old code.
_ERAS = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}


def difference(item: Item) -> pl.Expr:
    """The class of a pair of unequal values of ``item`` in the columns before and after."""
    a, b = pl.col(BEFORE), pl.col(AFTER)
    blank_a, blank_b = a.fill_null("") == "", b.fill_null("") == ""
    chain = (
        pl.when(blank_a & blank_b).then(_class("empty"))
        .when(blank_b).then(_class("lost"))
        .when(blank_a).then(_class("gained"))
        .when(_spaces(a) == _spaces(b)).then(_class("whitespace"))
    )  # fmt: skip
    if item.type == "DATE":
        chain = chain.when(_day(a) == _day(b)).then(_class("date"))
    if item.type in ("9", "9V", "S9"):
        chain = chain.when(_number(a) == _number(b)).then(_class("number"))
    if item.code:
        chain = chain.when(_zeros(a) == _zeros(b)).then(_class("code"))
    chain = chain.when(_width(a) == _width(b)).then(_class("width"))
    return chain.when(_kana(a) == _kana(b)).then(_class("kana")).otherwise(_class("changed"))


def _class(name: DifferenceClass) -> pl.Expr:
    return pl.lit(name)


def _spaces(value: pl.Expr) -> pl.Expr:
    return value.str.replace_all(r"[\s　]+", "")


def _width(value: pl.Expr) -> pl.Expr:
    return _spaces(value).str.replace_many(_FULL)


def _kana(value: pl.Expr) -> pl.Expr:
    return _spaces(value).str.normalize("NFKC").str.replace_many({**_HIRAGANA, **_BARS}).str.replace_many(_SMALL)


def _zeros(value: pl.Expr) -> pl.Expr:
    return _width(value).str.strip_chars_start("0")


def _number(value: pl.Expr) -> pl.Expr:
    plain = _width(value).str.replace_all("[,+]", "").str.replace("^[△▲]", "-")
    whole = plain.str.contains(r"^-?\d+(\.\d+)?$")
    return pl.when(whole).then(plain.cast(pl.Decimal(38, 9), strict=False))


def _day(value: pl.Expr) -> pl.Expr:
    """YYYYMMDD of the common forms; null for others, which then are no ``date``."""
    plain = _width(value).str.replace_all("[-/.]", "")
    digits = pl.when(plain.str.contains(r"^\d{8}$")).then(plain)
    era = plain.str.to_uppercase().str.extract(r"^([MTSHR])\d{6}$").replace_strict(_ERAS, default=None, return_dtype=pl.Int64)
    year = (era + plain.str.slice(1, 2).cast(pl.Int64, strict=False)).cast(pl.String)
    return pl.coalesce(digits, year + plain.str.slice(3, 4))
