"""A charset as the kernel takes it (``native/src/charset/blob.rs`` reads what :func:`pack` writes).

An entry of a table is a code point, or a base with a second character (:func:`pair`), or :data:`UNDEFINED`.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Sequence
from typing import Any

UNDEFINED = 0xFFFFFFFF
Points = array  # array("I"): one entry per code
SELECTORS = range(0xE0100, 0xE01F0)
#: Second characters that are no variation selectors, in the kernel's order.
SECONDS = (0x309A, 0x300, 0x301, 0x2E5, 0x2E9, 0x3099, 0x20)


def empty(entries: int) -> array[int]:
    """A table of 256 or 65,536 codes without a character."""
    return array("I", [UNDEFINED]) * entries


def entry(text: str) -> int:
    """The entry of one character, or of a base and its second; ValueError for any other text."""
    if len(text) == 1:
        return ord(text)
    if len(text) != 2:
        raise ValueError(f"an entry is one or two characters: {text!r}")
    base, second = map(ord, text)
    if second in SELECTORS:
        index = second - SELECTORS.start
    elif second in SECONDS:
        index = len(SELECTORS) + SECONDS.index(second)
    else:
        raise ValueError(f"U+{second:04X} cannot be a second character")
    return 1 << 31 | index << 21 | base


def text_of(value: int) -> str:
    """The text of an entry; empty for :data:`UNDEFINED`."""
    if value == UNDEFINED:
        return ""
    if not value >> 31:
        return chr(value)
    index = value >> 21 & 0x3FF
    second = SELECTORS[index] if index < len(SELECTORS) else SECONDS[index - len(SELECTORS)]
    return chr(value & 0x1FFFFF) + chr(second)


def pack(header: dict[str, Any], tables: Sequence[array[int]]) -> bytes:
    """Header and tables as one value; the fields of the header are those of ``Header`` in the kernel."""
    head = json.dumps({**header, "tables": [len(t) for t in tables]}, separators=(",", ":")).encode()
    return b"".join((b"CHC1", len(head).to_bytes(4, "little"), head, *map(little, tables)))


def little(table: array[int]) -> bytes:
    """The entries as little-endian bytes."""
    if sys.byteorder != "little":
        table = array("I", table)
        table.byteswap()
    return table.tobytes()


def from_little(raw: bytes) -> array[int]:
    """The table of little-endian bytes."""
    table = array("I", raw)
    if sys.byteorder != "little":
        table.byteswap()
    return table
