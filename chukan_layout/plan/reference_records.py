"""What the fields of host records mean, in plain Python: the oracle of the kernel's record reader.

Sources: the vendors' COBOL manuals as carried in the project's notes on encodings.  Text fields are what
:meth:`chukan_layout.charset.registry.Charset.decode` gives once the padding is cut off.
"""

from __future__ import annotations

from decimal import Decimal

from chukan_layout.model.record import RecordField

PLUS, MINUS = (0x0A, 0x0C, 0x0E, 0x0F), (0x0B, 0x0D)


class NotANumber(ValueError):
    """The bytes of a numeric field are no number."""


def blank(raw: bytes, space: int) -> bool:
    """All spaces, or all zero bits: no value."""
    return all(b == space for b in raw) or all(b == 0 for b in raw)


def packed(raw: bytes, f: RecordField, space: int = 0x40) -> int | None:
    """Packed decimal: a digit in each half byte, the sign in the last one."""
    if blank(raw, space) and (f.nibble or raw[0]):
        return None
    halves = [h for b in raw for h in (b >> 4, b & 15)]
    sign = halves.pop() if f.nibble else 0x0F
    if any(h > 9 for h in halves) or sign not in PLUS + MINUS or (sign in MINUS and not f.signed):
        raise NotANumber
    value = int("".join(map(str, halves)))
    return -value if sign in MINUS else value


def zoned(raw: bytes, f: RecordField, space: int = 0x40) -> int | None:
    """Zoned decimal of a host: a digit in each byte, the sign in the zone of the last (or first) one."""
    if blank(raw, space):
        return None
    minus = False
    body = raw
    holder = 0 if f.sign.startswith("leading") else len(raw) - 1
    if f.signed and f.sign.endswith("separate"):
        mark = raw[holder]
        if mark not in (0x4E, 0x60):
            raise NotANumber
        minus = mark == 0x60
        body, holder = (raw[1:] if holder == 0 else raw[:-1]), -1
    digits = ""
    for i, b in enumerate(body):
        zone, digit = b >> 4, b & 15
        allowed = (PLUS + MINUS if f.signed else PLUS) if i == holder else (0x0F,)
        if digit > 9 or zone not in allowed:
            raise NotANumber
        minus |= i == holder and zone in MINUS
        digits += str(digit)
    return -int(digits) if minus else int(digits)


def binary(raw: bytes, f: RecordField, space: int = 0x40, little: bool = False) -> int | None:
    """A binary number; spaces are no value where they cannot be one of so many digits."""
    value = int.from_bytes(raw, "little" if little else "big", signed=f.signed)
    if all(b == space for b in raw) and value >= 10**f.digits:
        return None
    return value


def text(value: int | None, f: RecordField) -> str:
    """A number as the mapping sees it: leading zeros stay without sign and scale, else it is canonical."""
    if value is None:
        return "" if f.blank == "null" else text(0, f)
    if not f.signed and f.scale == 0:
        return str(value).zfill(f.digits)
    if f.scale <= 0:
        return str(value * 10**-f.scale)
    sign = "-" if value < 0 else ""
    return f"{sign}{Decimal(abs(value)).scaleb(-f.scale):.{f.scale}f}"
