"""What stands in one cell: numbers, marks, types, versions.  Each gives None for what it does not know."""

from __future__ import annotations

import re
import unicodedata
from typing import get_args

from chukan_layout.model.layout import DataType

TYPES: tuple[str, ...] = get_args(DataType)
_YES = frozenset("○〇◯●✓レ") | {"有", "あり", "必須", "有り", "要", "1"}
_NO = frozenset("-－ー―‐×") | {"", "無", "なし", "任意", "無し", "空白", "不要", "0"}
#: What a date, time or year is long when the sheet does not say.
WIDTHS = {"DATE": 10, "TIME": 8, "YEAR": 4}


def tight(text: str) -> str:
    """Half-width where possible (NFKC), without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


def number(text: str) -> int | None:
    """15, １５, 15桁, (15)."""
    found = re.fullmatch(r"\(?(\d{1,6})(?:\.0+)?\)?\s*(?:桁|回|文字)?", tight(text))
    return int(found[1]) if found else None


def digits(text: str) -> tuple[int, int] | None:
    """桁数 and 小数: 15, or 5,2 and 5.2 for five digits with two after the point."""
    found = re.fullmatch(r"\(?(\d{1,4})\s*[,.、]\s*(\d)\)?\s*桁?", tight(text))
    if found and int(found[2]):
        return int(found[1]), int(found[2])
    whole = number(text)
    return None if whole is None else (whole, 0)


def mark(text: str) -> bool | None:
    """○ and its like, or blank."""
    word = text.strip()
    if word in _YES or tight(word) in _YES:
        return True
    return False if word in _NO or tight(word) in _NO else None


def data_type(text: str) -> str | None:
    """Ｘ, Ｎ, ９ ... as X, N, 9."""
    word = tight(text).upper()
    return word if word in TYPES else None


def version(text: str) -> str | None:
    """2.2 of V2.2, Ｖ２．２, 第2.2版, バージョン 2.2."""
    found = re.search(r"(\d+(?:\.\d+)+)", tight(text))
    return found[1] if found else None


def same(name: str) -> str:
    """A name of a file or table to compare with: plain, without the word ファイル at its end."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).removesuffix("ファイル")
