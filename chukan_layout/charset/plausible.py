"""How much a text looks like Japanese administration, and what of it may be shown."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_MARKS = frozenset("　、。・ー々「」（）―－−〜～ヶケ〒")
#: Half-width kana that ﾞ and ﾟ may follow.
_VOICED = frozenset("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ")
_NEWLINES = frozenset("\r\n\t\x1a\x0c")


#: ASCII says nothing, and most files are full of it.
_PLAIN = re.compile(r"[\r\n\t -~]+")
#: Characters that are enough for a score.
MOST = 8000


@cache
def common_kanji() -> frozenset[str]:
    """JIS X 0208 level 1: what most names and addresses are written with."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xD0) for cell in range(0xA1, 0xFF))
    return frozenset("".join(code.decode("euc_jp", "ignore") for code in codes))


def score(text: str) -> float:
    """Between about -3 and 1 per character that is not ASCII; 0 for plain ASCII."""
    total, count, before = 0.0, 0, ""
    for c in _PLAIN.sub(" ", text)[:MOST]:
        weight = _weight(c, before)
        before = c
        if weight is not None:
            total += weight
            count += 1
    return total / max(count, 1)


def _weight(c: str, before: str) -> float | None:
    point = ord(c)
    if point < 0x80:
        return -3.0 if point < 0x20 and c not in _NEWLINES else None
    if 0x3041 <= point <= 0x30FE or c in _MARKS:
        return 1.0
    if 0x4E00 <= point <= 0x9FFF:
        return 0.95 if c in common_kanji() else 0.3
    if 0xFF01 <= point <= 0xFF5E:
        return 0.9
    if 0xFF61 <= point <= 0xFF9F:
        if c in "ﾞﾟ" and before not in _VOICED:
            return -0.8
        return 0.55
    if 0x2460 <= point <= 0x24FF or 0x2160 <= point <= 0x217B or 0x3200 <= point <= 0x33FF:
        return 0.4
    if 0x2190 <= point <= 0x266F:
        return 0.3
    if 0xF900 <= point <= 0xFAFF:
        return 0.2
    if 0xE000 <= point <= 0xF8FF or point >= 0xF0000:
        return -1.0
    return -0.8 if point < 0x250 else -0.4


_SHOWN = {"ASCII": "", "CJK": "漢", "HIRAGANA": "あ", "KATAKANA": "ア", "HALFWIDTH": "ｱ"}


def masked(text: str) -> str:
    """The text with every letter, kanji and digit replaced by one that stands for its kind."""
    return "".join(map(_mask, text))


def _mask(c: str) -> str:
    category = unicodedata.category(c)
    if c.isdecimal():
        return "9" if c.isascii() else "９"
    if category[0] == "L":
        if c.isascii():
            return "A" if c.isupper() else "a"
        word = unicodedata.name(c, "").split(" ")[0].split("-")[0]
        return _SHOWN.get(word, "字")
    if category in ("Co", "Cn"):
        return "�"
    if category[0] == "C":
        return "·"
    return c if category[0] != "M" else ""
