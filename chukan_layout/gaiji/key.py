"""Keys for finding the same name written differently (duplicate search).  Never for output.

``name_key`` folds what does not tell two persons apart: width, kana size and kind, blanks, variation selectors,
old and variant forms of kanji (髙 高, 邊 邉 辺, 齋 斎).  Two names with one key are candidates, not the same name.

Sources: MJ縮退マップ 1.2.0 (all schemes but 辞書類 and 読み・字形), MJ文字情報一覧表 006.02 (base of a glyph),
Unicode NFKC (width, compatibility ideographs).
"""

from __future__ import annotations

import unicodedata
from functools import cache

import polars as pl

from chukan_layout.gaiji import data

#: Schemes of the map that fold: 包摂, 告示582号, 親字・正字, 通達.  Dictionaries and look-alikes are too loose.
_FOLDING = range(8)
#: Characters of names that mean the same.  ヶ and ヵ are written large or small at will.
_ALIKE = {"ヶ": "ケ", "ヵ": "カ", "ゝ": "々", "ヽ": "々", "仝": "々", "〻": "々", "‐": "-", "−": "-", "―": "-", "ー": "-", "─": "-", "—": "-", "–": "-", "～": "〜"}  # fmt: skip
_SMALL = dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True))
_DROP = r"[\s\u3000・･.,，、。．'’\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}\u200B-\u200F\uFEFF]+"


@cache
def fold_table() -> dict[str, str]:
    """Character → the character that stands for its variants; only where the two differ."""
    best = _best_targets()
    kanji = {chr(c): unicodedata.normalize("NFKC", chr(_end(c, best))) for c in best}
    kana = {chr(c): chr(c + 0x60) for c in range(0x3041, 0x3097)}
    kana = {c: _SMALL.get(_ALIKE.get(k, k), _ALIKE.get(k, k)) for c, k in kana.items()}
    return {c: k for c, k in (kanji | kana | _SMALL | _ALIKE).items() if c != k}


def fold_frame() -> pl.DataFrame:
    """:func:`fold_table` as a frame of ``char`` and ``key``."""
    table = fold_table()
    return pl.DataFrame({"char": list(table), "key": list(table.values())})


def name_key(series: pl.Series) -> pl.Series:
    """The key of each name; null stays null, and a name of nothing but blanks becomes the empty text.

    >>> name_key(pl.Series(["髙橋　ヒロシ", "高橋 ひろし"])).to_list()
    ['高橋ヒロシ', '高橋ヒロシ']
    """
    table = fold_table()
    text = series.cast(pl.String).str.normalize("NFKC").str.replace_all(_DROP, "")
    text = text.to_frame("n").select(pl.col("n").str.replace_many(list(table), list(table.values()))).to_series()
    return text.str.replace_all("(.)々", "$1$1").alias(series.name)


def char_key(char: str) -> str:
    """The key of one character."""
    return fold_table().get(char, unicodedata.normalize("NFKC", char))


def _best_targets() -> dict[int, int]:
    """The most official other character each character may be reduced to."""
    glyphs = data.mj().select("mj", base=pl.coalesce("ivs_base", "impl", "corr"))
    edges = (
        data.shrink_edges()
        .filter(pl.col("scheme").is_in(list(_FOLDING)))
        .join(glyphs, on="mj")
        .filter(pl.col("base") != pl.col("to"))
        .sort("scheme", pl.col("rank").fill_null(0), pl.col("hop").fill_null(0), "mj", "to")
        .unique("base", keep="first", maintain_order=True)
    )
    return dict(zip(edges["base"].to_list(), edges["to"].to_list(), strict=True))


def _end(point: int, best: dict[int, int]) -> int:
    """Where the chain of reductions ends; the smallest of a circle."""
    seen = [point]
    while (following := best.get(seen[-1])) is not None:
        if following in seen:
            return min(seen[seen.index(following) :])
        seen.append(following)
    return seen[-1]
