"""Layer one: which MJ glyph a unit of text is.

A unit is a character, or a character and the variation selector behind it.  An identity is the number of an
MJ図形名 (22335 is MJ022335); added glyphs of 行政事務標準文字 (GJ000001…) count from :data:`GJ`.

Sources: MJ文字情報一覧表 006.02 (実装したUCS, Moji_Joho IVS, SVS, 住基・戸籍・登記 numbers), IVD 2022-09-13
(Adobe-Japan1, Hanyo-Denshi), ``gaiji/aj1.parquet`` (made by shape, see gaiji/README.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import polars as pl

from chukan_layout.gaiji import data

#: GJ000001 is this plus one.
GJ = 10_000_000
_NAME = re.compile(r"^\{?(MJ|GJ)(\d{6})\}?$")


@dataclass(frozen=True)
class Identity:
    """What a unit is, and how that is known (a class of the ledger)."""

    mj: int
    how: str


def name_of(mj: int) -> str:
    """The MJ図形名 (or GJ name) of a number."""
    return f"GJ{mj - GJ:06d}" if mj > GJ else f"MJ{mj:06d}"


def number_of(name: str) -> int | None:
    """The number of a name or tag (``MJ022335``, ``{MJ022335}``); None for anything else."""
    found = _NAME.match(name)
    if found is None:
        return None
    return int(found[2]) + (GJ if found[1] == "GJ" else 0)


@cache
def known() -> frozenset[int]:
    """Numbers of all MJ図形名."""
    return frozenset(data.mj()["mj"].to_list())


@cache
def texts() -> dict[int, tuple[str | None, str | None]]:
    """MJ → its own character (実装したUCS), its sequence (Moji_Joho IVS); None where it has none."""
    rows = data.mj().select("mj", "impl", "ivs_base", "ivs_vs").rows()
    return {
        mj: (chr(impl) if impl else None, chr(base) + chr(selector) if base else None)
        for mj, impl, base, selector in rows
    }


@cache
def base_of() -> dict[int, str]:
    """MJ → the character it is a shape of (対応するUCS, else what it is implemented on)."""
    rows = data.mj().select("mj", pl.coalesce("corr", "ivs_base", "impl")).rows()
    return {mj: chr(base) for mj, base in rows if base}


@cache
def glyphs_of() -> dict[str, tuple[int, ...]]:
    """Character → the MJ glyphs that are shapes of it (by sequence or own code)."""
    found: dict[str, list[int]] = {}
    for mj, (own, sequence) in texts().items():
        for base in {(own or "")[:1], (sequence or "")[:1]} - {""}:
            found.setdefault(base, []).append(mj)
    return {base: tuple(glyphs) for base, glyphs in found.items()}


@cache
def by_number(kind: str) -> dict[int, int]:
    """Number of another system → MJ: ``koseki``, ``juki``, ``toki``, ``nyukan``, ``nyukan_gaiji``."""
    rows = data.mj().filter(pl.col(kind).is_not_null()).select(kind, "mj").sort("mj", descending=True).rows()
    return {int(number): int(mj) for number, mj in rows}


@cache
def unicode_units() -> dict[str, Identity]:
    """Unit of Unicode text → MJ.  A unit that is not here is no MJ glyph or not a known one."""
    units: dict[str, Identity] = {}
    units |= {unit: Identity(mj, "aj1_equiv") for unit, mj in _adobe().items()}
    units |= {chr(base) + chr(vs): Identity(mj, "aj1_shape") for base, vs, mj in data.adobe().rows()}
    units |= {unit: Identity(mj, "hd_equiv") for unit, mj in _hanyo_denshi().items()}
    rows = data.mj().filter(pl.col("svs_base").is_not_null()).select("mj", "svs_base", "svs_vs").rows()
    units |= {chr(base) + chr(selector): Identity(mj, "svs") for mj, base, selector in rows}
    for mj, (own, sequence) in texts().items():
        units |= {unit: Identity(mj, "identity") for unit in (own, sequence) if unit}
    return units


@cache
def juki_units() -> dict[str, Identity]:
    """Character as 住基ネット統一文字 code (as Unicode text shows it) → MJ."""
    return {chr(code): Identity(mj, "juki_remap") for code, mj in by_number("juki").items()}


@cache
def registered() -> dict[str, str]:
    """Every sequence of the IVD → its collections, joined by a space."""
    names = {0: "Adobe-Japan1", 1: "Hanyo-Denshi", 2: "Moji_Joho", 3: "MSARG", 4: "KRName"}
    found: dict[str, str] = {}
    for base, selector, collection in data.ivd().select("base", "vs", "coll").sort("coll").rows():
        unit = chr(base) + chr(selector)
        found[unit] = f"{found[unit]} {names[collection]}" if unit in found else names[collection]
    return found


def _adobe() -> dict[str, int]:
    """Adobe-Japan1 sequences whose base has only one glyph."""
    pairs = data.ivd().filter(pl.col("coll") == 0).select("base", "vs").rows()
    glyphs = glyphs_of()
    found = {}
    for base, selector in pairs:
        shapes = glyphs.get(chr(base), ())
        if len(shapes) == 1:
            found[chr(base) + chr(selector)] = shapes[0]
    return found


def _hanyo_denshi() -> dict[str, int]:
    """Hanyo-Denshi sequences that Moji_Joho has not, by the 戸籍・住基・登記 number in their name."""
    found = {}
    numbers = {"KS": (by_number("koseki"), 10), "JT": (by_number("juki"), 16), "TK": (by_number("toki"), 10)}
    for base, selector, code in data.ivd().filter(pl.col("coll") == 1).select("base", "vs", "code").rows():
        table, radix = numbers.get(code[:2], ({}, 10))
        try:
            mj = table.get(int(code[2:].rstrip("S"), radix))
        except ValueError:
            continue
        if mj is not None:
            found[chr(base) + chr(selector)] = mj
    return found
