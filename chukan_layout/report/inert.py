"""Text from data, made harmless to look at.

Escaping is the work of the format; this replaces what no format escapes: characters that cannot be seen or that
turn the order of the characters beside them (a name could be made to read as another).
"""

from __future__ import annotations

_CONTROLS = {c: chr(0x2400 + c) for c in range(0x20)} | {0x7F: "␡"}
_C1 = dict.fromkeys(range(0x80, 0xA0), "�")
_BIDI = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")
_NOTHING = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "�")
_TABLE = _CONTROLS | _C1 | _BIDI | _NOTHING


def inert(text: str) -> str:
    """``text`` with controls as their pictures (␊), and direction marks and lone surrogates as �."""
    return text if text.isprintable() else text.translate(_TABLE)
