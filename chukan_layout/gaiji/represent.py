"""Layer two: how an MJ glyph is written in the output, and what is lost by it.

Lossless: ``mj_ivs`` (own character, else sequence), ``mj_ivs_always`` (sequence wherever one is registered),
``mj_plus`` (the same, and plane 16 for GJ glyphs), ``mj_name`` (``{MJ022335}``).  Lossy: ``ucs`` (selectors go),
``x0213``, ``x0208``, ``cp932`` (縮退).

縮退 keeps a character that the target set has (self first), else goes by evidence: 包摂, 告示582号, 通達, 親字・正字,
辞書, 読み・字形, 国税庁 map.  A stop class says how far: ``safe`` 包摂 only, ``legal`` also 告示 and 通達, ``full`` all.
39 % of the glyphs have no target at any class: what they become is the fallback, which is always asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import polars as pl

from chukan_layout.gaiji import data
from chukan_layout.gaiji.identity import GJ, base_of, name_of, texts

Representation = Literal["mj_ivs", "mj_ivs_always", "mj_plus", "mj_name", "ucs", "x0213", "x0208", "cp932"]
Stop = Literal["safe", "legal", "full"]
REPRESENTATIONS: tuple[Representation, ...] = get_args(Representation)
STOPS: tuple[Stop, ...] = get_args(Stop)
#: Representations whose target is a character set that most MJ glyphs are not in.
SHRINKING: frozenset[Representation] = frozenset({"x0213", "x0208", "cp932"})

#: Scheme of MJ縮退マップ → class of the ledger, in order of evidence.
CLASSES = {0: "包摂", 1: "告示582_1", 2: "告示582_2", 4: "通達2842_俗字", 5: "通達2842_別字", 6: "通達2842", 7: "通達5202", 3: "親字", 8: "辞書", 9: "類推"}  # fmt: skip
_ORDER = {scheme: i for i, scheme in enumerate(CLASSES)}
_ALLOWED: dict[str, frozenset[str]] = {
    "safe": frozenset({"包摂"}),
    "legal": frozenset(CLASSES[s] for s in (0, 1, 2, 4, 5, 6, 7)),
    "full": frozenset([*CLASSES.values(), "nta", "二段"]),
}


@dataclass(frozen=True)
class Written:
    """A text and how it came about (a class of the ledger)."""

    text: str
    how: str


@cache
def target_set(representation: Representation) -> frozenset[str]:
    """The characters of a target set.  Raises KeyError for a representation that has none."""
    return _SETS[representation]()


@cache
def written(representation: Representation, stop: Stop = "full") -> dict[int, Written]:
    """MJ → how it is written; a glyph that cannot be written is not in it."""
    if representation in SHRINKING:
        return _shrunk(representation, stop)
    return {mj: found for mj in texts() if (found := _own(mj, representation)) is not None}


def write_added(mj: int, representation: Representation, planes: dict[int, str]) -> Written | None:
    """How a GJ glyph is written: by its plane-16 code (``planes``, from the user's copy of the font) or its name."""
    if representation == "mj_name":
        return Written(f"{{{name_of(mj)}}}", "identity")
    if representation == "mj_plus" and mj > GJ and mj in planes:
        return Written(planes[mj], "identity")
    return None


def shrink_text(char: str, representation: Representation, stop: Stop) -> Written | None:
    """縮退 of a character that is no MJ glyph (symbols, other scripts) by the 国税庁 map; None without a target."""
    if char in target_set(representation):
        return Written(char, "identity")
    if stop == "full" and (text := _nta().get(char)) and all(c in target_set(representation) for c in text):
        return Written(text, "nta")
    return None


def _own(mj: int, representation: Representation) -> Written | None:
    own, sequence = texts()[mj]
    if representation == "mj_name":
        return Written(f"{{{name_of(mj)}}}", "identity")
    if representation == "ucs":
        base = own or base_of().get(mj)
        return None if base is None else Written(base, "identity" if own else "vs_dropped")
    text = (sequence or own) if representation == "mj_ivs_always" else (own or sequence)
    return Written(text, "identity") if text else None


def _shrunk(representation: Representation, stop: Stop) -> dict[int, Written]:
    inside = target_set(representation)
    allowed = _ALLOWED[stop]
    found: dict[int, Written] = {}
    for mj, (own, _) in texts().items():
        if own is not None and own in inside:
            found[mj] = Written(own, "identity")
    candidates = _candidates()
    for mj, ways in candidates.items():
        if mj in found:
            continue
        way = next((w for w in ways if w.text in inside and w.how in allowed), None)
        if way is not None:
            found[mj] = way
    if stop == "full":
        for mj, ways in candidates.items():
            if mj not in found and (further := _further(ways, inside, found)) is not None:
                found[mj] = further
    return found


def _further(ways: Iterable[Written], inside: frozenset[str], found: dict[int, Written]) -> Written | None:
    """Out of JIS X 0213: by the 国税庁 map, or in two steps of the MJ map."""
    for way in ways:
        text = _nta().get(way.text)
        if text and all(c in inside for c in text):
            return Written(text, "nta")
    own = _by_own()
    for way in ways:
        second = found.get(own.get(way.text, 0))
        if second is not None:
            return Written(second.text, "二段")
    return None


@cache
def _candidates() -> dict[int, tuple[Written, ...]]:
    """MJ → its targets by the 縮退 map, the best evidence first."""
    edges = (
        data.shrink_edges()
        .with_columns(order=pl.col("scheme").replace_strict(_ORDER, return_dtype=pl.UInt8))
        .sort("mj", "order", pl.col("rank").fill_null(0), pl.col("hop").fill_null(0), "to")
    )
    found: dict[int, list[Written]] = {}
    for mj, to, scheme in edges.select("mj", "to", "scheme").rows():
        found.setdefault(mj, []).append(Written(chr(to), CLASSES[scheme]))
    base = base_of()
    for mj, ways in found.items():  # of equal evidence the glyph's own character comes first
        ways.sort(key=lambda w: (_RANK[w.how], w.text != base.get(mj)))
    return {mj: tuple(ways) for mj, ways in found.items()}


_RANK = {how: i for i, how in enumerate(CLASSES.values())}


@cache
def _by_own() -> dict[str, int]:
    return {own: mj for mj, (own, _) in texts().items() if own}


@cache
def _nta() -> dict[str, str]:
    """国税庁 map: single characters → text, where it has one and it differs."""
    rows = data.nta().filter((pl.col("n") > 0) & (pl.col("src2") == "") & (pl.col("src").str.len_chars() == 1))
    return {src: to for src, to in rows.select("src", "to").rows() if to and src != to}


def _encodable(codec: str, length: Callable[[bytes], bool]) -> frozenset[str]:
    found = []
    for point in range(0x110000):
        if 0xD800 <= point < 0xE000 or 0xE000 <= point < 0xF900:
            continue
        if point >= 0x30000:
            break
        try:
            raw = chr(point).encode(codec)
        except UnicodeEncodeError:
            continue
        if length(raw):
            found.append(chr(point))
    return frozenset(found)


def _x0208() -> frozenset[str]:
    """ASCII, half-width kana and JIS X 0208 (Python's euc_jp: one or two bytes), and CP932's twins of its signs."""
    twins = "～－∥￠￡￢―"
    plain = _encodable("euc_jp", lambda raw: len(raw) == 1 or (len(raw) == 2))
    return plain | frozenset(twins)


def _x0213() -> frozenset[str]:
    """ASCII, half-width kana and the single characters of JIS X 0213 by the 国税庁 list (not Python's codec, which
    also takes JIS X 0212)."""
    singles = data.nta().filter(pl.col("src").str.len_chars() == 1)["src"].to_list()
    own = data.mj().filter(pl.col("impl").is_not_null() & pl.col("x0213").is_not_null())["impl"].to_list()
    return _x0208() | frozenset(singles) | frozenset(chr(c) for c in own)


def _cp932() -> frozenset[str]:
    """What Windows-31J has, user-defined characters apart."""
    return _encodable("cp932", lambda raw: raw not in (b"\x80", b"\xa0", b"\xfd", b"\xfe", b"\xff"))


@cache
def legacy_characters() -> frozenset[str]:
    """Everything that CP932 and EUC-JP-MS (JIS X 0208 and 0212) files can hold, user-defined characters apart."""
    return target_set("cp932") | _encodable("euc_jp", bool)


_SETS: dict[Representation, Callable[[], frozenset[str]]] = {"x0208": _x0208, "x0213": _x0213, "cp932": _cp932}
