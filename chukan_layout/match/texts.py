"""Names, dates, addresses and numbers as they are compared: what is written differently and means the same is one value.

Each function takes a column of different values and gives one as long; null where nothing is left to compare.
"""

from __future__ import annotations

import polars as pl

from chukan_layout.gaiji.key import fold_table, name_key
from chukan_layout.plan.eras import ERAS

_LARGE = dict(
    zip("ァィゥェォッャュョヮヵヶヂヅヲ", "アイウエオツヤユヨワカケジズオ", strict=True)
) | dict.fromkeys("ー・‐-－ 　", "")
_UNVOICED = dict(
    zip(
        "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ",
        "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウ",
        strict=True,
    )
)
_HIRAGANA = {chr(c): chr(c + 0x60) for c in range(0x3041, 0x3097)}
_KANJI_DIGITS = dict(zip("〇一二三四五六七八九", "0123456789", strict=True))
_BLANKS = r"[\s\u3000]+"
_KANA_ONLY = r"^[\u3041-\u309F\u30A0-\u30FF\uFF66-\uFF9F\s\u3000・]+$"


def _each(series: pl.Series, change: pl.Expr) -> pl.Series:
    return series.to_frame("v").select(change.alias("v"))["v"]


def _swap(expr: pl.Expr, table: dict[str, str]) -> pl.Expr:
    return expr.str.replace_many(list(table), list(table.values()))


_V = pl.col("v")
_NFKC = _V.str.normalize("NFKC")


def is_kana(series: pl.Series) -> pl.Series:
    """Whether a name is of kana alone."""
    return series.str.contains(_KANA_ONLY)


def first_part(series: pl.Series) -> pl.Series:
    """What stands before the first blank; null without one."""
    return _each(series, _V.str.strip_chars().str.extract(r"^([^\s\u3000]+)[\s\u3000]+\S"))


def last_part(series: pl.Series) -> pl.Series:
    """What stands after the first blank; null without one."""
    return _each(series, _V.str.strip_chars().str.extract(r"^[^\s\u3000]+[\s\u3000]+(.+)$"))


def kanji(series: pl.Series) -> pl.Series:
    """Old and variant forms folded, blanks dropped."""
    return name_key(series)


def plain_kanji(series: pl.Series) -> pl.Series:
    """Width and blanks only: what :func:`kanji` is worth is measured against this."""
    return _each(series, _NFKC.str.replace_all(_BLANKS, ""))


def kana(series: pl.Series) -> pl.Series:
    """Katakana, full width, all large, without long vowel marks: equality."""
    return _each(series, _swap(_swap(_NFKC, _HIRAGANA), _LARGE).str.replace_all(_BLANKS, ""))


def kana_key(series: pl.Series) -> pl.Series:
    """:func:`kana` with long vowels and voicing folded: オオ and オウ, タ and ダ are one."""
    long_o = kana(series).to_frame("v").select(
        _V.str.replace_all(r"([オコソトノホモヨロゴゾドボポ])[ウオ]+", "$1").str.replace_all(r"([ウクスツヌフムユルグズブプ])ウ+", "$1").alias("v")
    )["v"]  # fmt: skip
    return _each(long_o, _swap(_V, _UNVOICED))


def start(letters: int):  # type: ignore[no-untyped-def]
    """A function that keeps the first ``letters`` of a value."""
    return lambda series: _each(series, _V.str.slice(0, letters))


def roman(series: pl.Series) -> pl.Series:
    """Words in capitals, sorted."""
    words = _NFKC.str.to_uppercase().str.replace_all(r"[^A-Z ]", " ").str.extract_all(r"[A-Z]+")
    return _each(series, words.list.sort().list.join(" "))


def digits(series: pl.Series) -> pl.Series:
    """Digits alone; null when there is none or nothing but zeros."""
    only = _NFKC.str.replace_all(r"\D", "")
    return _each(series, pl.when(only.str.strip_chars("0") != "").then(only))


def town(series: pl.Series) -> pl.Series:
    """町字 without 大字, 字, 丁目."""
    text = (
        _NFKC.str.replace_all(_BLANKS, "")
        .str.replace_all(r"[0-9一二三四五六七八九十]+丁目.*$", "")
        .str.replace_all("^大字|字", "")
    )
    return name_key(_each(series, text.str.replace_all("ケ|ヶ|が|ガ|之", "ノ")))


def block(series: pl.Series) -> pl.Series:
    """The number of the 丁目 in a 町字; null without one."""
    number = _NFKC.str.extract(r"([0-9一二三四五六七八九十]+)丁目")
    return _each(series, _swap(number.replace("十", "10").str.replace("^十", "1"), _KANJI_DIGITS))


def lot(series: pl.Series) -> pl.Series:
    """番地 and 号 as numbers with a hyphen between: 5番3号, 5番地の3 and 5-3 are one."""
    text = _swap(_NFKC, _KANJI_DIGITS)
    return _each(series, text.str.extract_all(r"[0-9]+").list.join("-"))


def room(series: pl.Series) -> pl.Series:
    """The last number of a 方書."""
    return _each(series, _NFKC.str.extract(r"(\d+)\D*$"))


def year(series: pl.Series) -> pl.Series:
    """The year of a date or of its 不詳表記 (昭和50年頃), as text."""
    text = _NFKC
    found = text.str.extract(r"^(\d{4})")
    for era in ERAS:
        in_era = (
            text.str.extract(era.name + r"(\d+|元)年").replace("元", "1").cast(pl.Int32, strict=False)
            + era.base
        )
        found = found.fill_null(in_era.cast(pl.String))
    return _each(series, found)


def month_day(series: pl.Series) -> pl.Series:
    """Month and day of an ISO date as 100 m + d; null for anything else."""
    number = _V.str.slice(5, 2).cast(pl.Int32, strict=False) * 100 + _V.str.slice(8, 2).cast(
        pl.Int32, strict=False
    )
    there = _V.str.contains(r"^\d{4}-\d{2}-\d{2}") & (number % 100 > 0) & (number > 100)
    return _each(series, pl.when(there).then(number))


def company(series: pl.Series) -> pl.Series:
    """A trade name without the kind of company (株式会社, ㈱, (有) …) and blanks, variants folded."""
    kinds = "株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|公益社団法人|一般財団法人|公益財団法人|医療法人|社会福祉法人|宗教法人|学校法人|特定非営利活動法人"
    text = _NFKC.str.replace_all(r"\((株|有|同|資|名|一社|公社|一財|公財|医|福|宗|学|特非)\)|" + kinds, "")
    return name_key(_each(series, text))


def plain(series: pl.Series) -> pl.Series:
    """Width and blanks folded."""
    return _each(series, _NFKC.str.to_uppercase().str.replace_all(_BLANKS, " ").str.strip_chars())


def fold_is_loaded() -> bool:
    """Whether the table of kanji variants is there (tests)."""
    return bool(fold_table())
