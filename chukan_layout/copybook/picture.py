"""PICTURE strings: category, digits, scale and size (JIS X 3002, PICTURE clause)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chukan_layout.copybook.tokens import Token

Category = Literal["numeric", "edited", "text", "national"]
_PART = re.compile(r"(CR|DB|.)(?:\((\d+)\))?", re.I)
_NUMERIC = set("9SVP")
_TEXT = set("XAB0/9")
_EDIT = set("Z*+-,.$¥\\B0/9VPECD")


@dataclass(frozen=True)
class Picture:
    """``size`` counts characters, sign and point of a number not among them; ``scale`` below 0 for 9PP."""

    category: Category
    size: int
    digits: int = 0
    scale: int = 0
    signed: bool = False


def picture(token: Token) -> Picture:
    """What a PICTURE says; CopybookError for one that means nothing."""
    parts = _parts(token)
    symbols = [s for s, _ in parts]
    kinds = set(symbols)
    if kinds & {"N", "G"}:
        if kinds - set("NGB"):
            raise _wrong(token)
        return Picture("national", sum(n for _, n in parts))
    if kinds <= _NUMERIC and "9" in kinds:
        return _numeric(token, parts)
    if kinds <= _TEXT and kinds & {"X", "A"}:
        return Picture("text", sum(n for _, n in parts))
    if kinds <= _EDIT | {"CR", "DB"} and kinds & set("9Z*+-$¥\\"):
        return _edited(parts)
    raise _wrong(token)


def _parts(token: Token) -> list[tuple[str, int]]:
    text, at, parts = token.text.upper(), 0, []
    while at < len(text):
        found = _PART.match(text, at)
        if not found or found[1] in "()" or (found[2] is not None and not 0 < int(found[2]) < 1 << 20):
            raise _wrong(token)
        parts.append((found[1].upper(), int(found[2] or 1)))
        at = found.end()
    return parts


def _wrong(token: Token) -> Exception:
    return token.error(f"PICTURE「{token.text}」を読めません", f"PICTURE {token.text} means nothing")


def _numeric(token: Token, parts: list[tuple[str, int]]) -> Picture:
    symbols = "".join(s * n for s, n in parts)
    if symbols.count("S") > 1 or symbols.count("V") > 1 or "S" in symbols[1:]:
        raise _wrong(token)
    signed = symbols.startswith("S")
    body = symbols.lstrip("S")
    digits = body.count("9")
    if digits > 38 or not re.fullmatch(r"V?P*9+(V?9*)|9+P*V?|P*V?9+", body):
        raise _wrong(token)
    lead, trail = len(body) - len(body.replace("V", "").lstrip("P")) - body.count("V"), len(body.rstrip("V")) - len(
        body.rstrip("V").rstrip("P")
    )
    if body.lstrip("V").startswith("P"):
        return Picture("numeric", digits, digits, digits + lead, signed)
    if trail:
        return Picture("numeric", digits, digits, -trail, signed)
    scale = len(body) - body.index("V") - 1 if "V" in body else 0
    return Picture("numeric", digits, digits, scale, signed)


def _edited(parts: list[tuple[str, int]]) -> Picture:
    size = sum(n * len(s) for s, n in parts if s not in ("V", "P"))
    symbols = [s for s, n in parts for _ in range(n)]
    point = next((i for i, s in enumerate(symbols) if s in (".", "V")), len(symbols))
    float_ = {s for s in "+-$¥\\" if symbols.count(s) > 1}
    digit = {"9", "Z", "*"} | float_
    digits = sum(s in digit for s in symbols) - len(float_)
    scale = sum(s in digit for s in symbols[point:])
    return Picture("edited", size, max(digits, 1), scale, bool(set(symbols) & {"+", "-", "CR", "DB"}))
