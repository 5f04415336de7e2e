"""User-defined areas of vendors' codes → the private-use characters they stand for.

Sources: Windows EUDCCodeRange (CP932 F040–F9FC → U+E000–E757, linear); Fujitsu JEF 80A1–A0FE, Hitachi KEIS
81A1–A0FE, NEC JIPS(J) 7421–7E7E and E0A1–FEFE as jef4j 0.12.2 maps them (CC0); EUC-JP-MS F5A1–FEFE and
8FF5A1–8FFEFE as the C library's iconv maps them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

Notation = Literal["unicode", "cp932", "jef", "keis", "jips", "euc", "juki"]
NOTATIONS: tuple[Notation, ...] = get_args(Notation)
_FIRST = 0xE000


def private_of(code: int, notation: Notation) -> int | None:
    """The code point that a code of a vendor's user area stands for; None when it is outside that area."""
    return _WAYS[notation](code)


def _unicode(code: int) -> int | None:
    return code if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else None


def _cp932(code: int) -> int | None:
    high, low = code >> 8, code & 0xFF
    if not (0xF0 <= high <= 0xF9 and 0x40 <= low <= 0xFC and low != 0x7F):
        return None
    return _FIRST + (high - 0xF0) * 188 + low - 0x40 - (low > 0x7F)


def _rows(code: int, first: int, last: int, start: int, low_from: int = 0xA1) -> int | None:
    """Cells of 94 a row from row ``first`` on."""
    high, low = code >> 8, code & 0xFF
    if not (first <= high <= last and low_from <= low < low_from + 94):
        return None
    return start + (high - first) * 94 + low - low_from


def _jef(code: int) -> int | None:
    return _rows(code, 0x80, 0xA0, _FIRST)


def _keis(code: int) -> int | None:
    return _rows(code, 0x81, 0xA0, _FIRST)


def _jips(code: int) -> int | None:
    return _rows(code, 0x74, 0x7E, _FIRST, 0x21) or _rows(code, 0xE0, 0xFE, 0xE40A)


def _euc(code: int) -> int | None:
    if code >> 16 == 0x8F:
        return _rows(code & 0xFFFF, 0xF5, 0xFE, 0xE3AC)
    return _rows(code, 0xF5, 0xFE, _FIRST)


_WAYS: dict[Notation, Callable[[int], int | None]] = {
    "unicode": _unicode,
    "juki": _unicode,
    "cp932": _cp932,
    "jef": _jef,
    "keis": _keis,
    "jips": _jips,
    "euc": _euc,
}
