"""Reads the charset tables that :mod:`chukan_layout.charset.build` makes."""

from __future__ import annotations

import zlib
from array import array
from functools import cache
from pathlib import Path

from chukan_layout.charset.blob import from_little, little

FOLDER = Path(__file__).parent / "data"
#: Charsets that the kernel decodes without a table.
TABLELESS = frozenset({"utf-8", "utf-16le", "utf-16be"})


@cache
def charset_table(name: str) -> bytes:
    """The table of a charset as the kernel takes it (u32 per code unit); empty for UTF-8 and UTF-16.

    Raises KeyError for a charset that there is no table for.
    """
    if name in TABLELESS:
        return b""
    if name in ("shift-jis", "euc-jp-strict"):
        from chukan_layout.charset.registry import units

        return little(units(name))
    path = FOLDER / f"{name}.bin"
    if not path.is_file():
        raise KeyError(name)
    return zlib.decompress(path.read_bytes())


def points(name: str) -> array[int]:
    """A table of its own for the caller to change: 256 or 65,536 entries, or two times that."""
    return from_little(charset_table(name))
