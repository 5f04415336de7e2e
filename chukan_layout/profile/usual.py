"""Characters that an inventory need not mention: JIS X 0208, half-width kana, ASCII."""

from __future__ import annotations

from functools import cache

from chukan_layout.charset.tables import points

_TWINS = "～∥－￠￡￢―〜‖−¢£¬—"


@cache
def usual() -> bytes:
    """A bit for each of the first 65,536 characters, as the kernel's ``Survey`` takes them."""
    bits = bytearray(8192)
    for point in (*range(0x20, 0x7F), *points("jisx0208"), *range(0xFF61, 0xFFA0), *map(ord, _TWINS)):
        if point < 0x10000:
            bits[point >> 3] |= 1 << (point & 7)
    return bytes(bits)
