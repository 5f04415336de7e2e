"""How many bytes a field takes and how they are to be read, per vendor.

Source: the vendors' COBOL manuals as carried in the project's notes on encodings (NEC A-VX: COMP is zoned, COMP-1 and
COMP-2 are 2- and 4-byte binaries; Hitachi and others: binaries of 2, 4 or 8 bytes by digits).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chukan_layout.copybook.picture import Picture
from chukan_layout.model.record import FieldType, Profile

Usage = Literal[
    "DISPLAY", "BINARY", "NATIVE", "COMP-X", "PACKED", "PACKED-PLAIN", "FLOAT", "DOUBLE", "NATIONAL", "INDEX", "POINTER",
]  # fmt: skip

#: Words of a USAGE clause.
USAGES: dict[str, Usage] = {
    "DISPLAY": "DISPLAY",
    **dict.fromkeys(("BINARY", "COMP", "COMPUTATIONAL", "COMP-4", "COMPUTATIONAL-4"), "BINARY"),
    **dict.fromkeys(("COMP-5", "COMPUTATIONAL-5"), "NATIVE"),
    **dict.fromkeys(("COMP-X", "COMPUTATIONAL-X"), "COMP-X"),
    **dict.fromkeys(("PACKED-DECIMAL", "COMP-3", "COMPUTATIONAL-3"), "PACKED"),
    **dict.fromkeys(("COMP-6", "COMPUTATIONAL-6", "COMP-3U"), "PACKED-PLAIN"),
    **dict.fromkeys(("COMP-1", "COMPUTATIONAL-1"), "FLOAT"),
    **dict.fromkeys(("COMP-2", "COMPUTATIONAL-2"), "DOUBLE"),
    **dict.fromkeys(("NATIONAL", "DISPLAY-1"), "NATIONAL"),
    "INDEX": "INDEX",
    "POINTER": "POINTER",
}
#: Words of which a USAGE clause only tells together with the number that follows.
_AVX: dict[str, tuple[FieldType, int]] = {"FLOAT": ("binary", 2), "DOUBLE": ("binary", 4)}


@dataclass(frozen=True)
class Storage:
    """``align`` is the boundary of SYNC; ``nibble`` False for packed numbers without a sign."""

    type: FieldType
    bytes: int
    align: int = 1
    nibble: bool = True


def storage(pic: Picture | None, usage: Usage, profile: Profile, separate: bool = False) -> Storage | None:
    """The storage of an elementary item; None when usage and picture do not go together."""
    if usage in ("FLOAT", "DOUBLE"):
        return _real(pic, usage, profile)
    if usage in ("INDEX", "POINTER"):
        return Storage("binary", 4, 4) if pic is None else None
    if pic is None:
        return None
    if pic.category == "national":
        return Storage("N", pic.size * 2) if usage in ("DISPLAY", "NATIONAL") else None
    if usage == "NATIONAL":
        return Storage("N", pic.size * 2)
    if pic.category == "text":
        return Storage("X", pic.size) if usage == "DISPLAY" else _opaque(pic, usage)
    if pic.category == "edited":
        return Storage("edited", pic.size) if usage == "DISPLAY" else None
    return _number(pic, usage, profile, separate)


def _real(pic: Picture | None, usage: Usage, profile: Profile) -> Storage | None:
    if profile == "nec-avx":
        kind, size = _AVX[usage]
        return Storage(kind, size, size)
    if pic is not None:
        return None
    return Storage("float", 4, 4) if usage == "FLOAT" else Storage("float", 8, 8)


def _opaque(pic: Picture, usage: Usage) -> Storage | None:
    """PIC X(n) COMP-X and COMP-5: a binary of n bytes."""
    return Storage("binary", pic.size) if usage in ("COMP-X", "NATIVE") and pic.size <= 8 else None


def _number(pic: Picture, usage: Usage, profile: Profile, separate: bool) -> Storage | None:
    if usage == "DISPLAY" or (usage == "BINARY" and profile == "nec-avx"):
        return Storage("zoned", pic.digits + separate)
    if usage == "PACKED":
        return Storage("packed", pic.digits // 2 + 1)
    if usage == "PACKED-PLAIN":
        return Storage("packed", (pic.digits + 1) // 2, nibble=False)
    if pic.digits > 18:
        return Storage("binary", 16, 8) if pic.digits <= 38 and usage in ("BINARY", "NATIVE") else None
    if usage == "COMP-X":
        return Storage("binary", next(n for n in range(1, 9) if 10**pic.digits - 1 < 1 << (8 * n)))
    size = 2 if pic.digits <= 4 else 4 if pic.digits <= 9 else 8
    return Storage("binary", size, size)
