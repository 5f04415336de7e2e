"""Every charset by name: ``get("jef")`` gives its table for the kernel, and decodes and encodes.

A charset is a segmenter (states, shift codes, lead bytes), single-byte and double-byte tables, and policies:

- ``dash``: ``ms`` (～∥－￠￡￢― as Windows has them, the default everywhere, so that sources can be joined), ``jis`` or
  ``table`` (as each source of the tables has them);
- ``slice``: 0 leaves user-defined characters at U+E000 and up, as every vendor does; 1 to 5 give the source its own slice
  of plane 16 (U+100000 + (slice - 1) * 3200h), the vendor's extension area included, so that two sources never meet;
- ``jef``: ``code`` or ``face`` (:func:`chukan_layout.charset.relations.jef`);
- ``keis_space``: ``wide``, or ``narrow``: the code 4040 means two half-width spaces, as at some sites;
- ``ivs``: of a user's table (:mod:`chukan_layout.charset.user`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from typing import Literal, NamedTuple

from chukan_layout import _kernel
from chukan_layout.charset import catalogue, user
from chukan_layout.charset.blob import UNDEFINED, entry, pack
from chukan_layout.charset.catalogue import Draft

Mode = Literal["single", "double", "mixed"]
SLICE = 0x3200
#: Where the extension area begins in a slice: behind every vendor's user-defined area.
EXTENSION = 0x1900
SLICES = range(6)
_TO_MS = {0x301C: 0xFF5E, 0x2016: 0x2225, 0x2212: 0xFF0D, 0xA2: 0xFFE0, 0xA3: 0xFFE1, 0xAC: 0xFFE2, 0x2014: 0x2015}
_TO_JIS = {ms: jis for jis, ms in _TO_MS.items()}


class UnknownCharset(KeyError):
    """There is no charset of that name; ``near`` are names like it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.near = get_close_matches(name.lower(), [*names(), *catalogue.ALIASES], 3)


@dataclass(frozen=True)
class Policies:
    """Choices that a mapping may pin (see the top of this module)."""

    dash: Literal["ms", "jis", "table"] = "ms"
    slice: int = 0
    jef: Literal["code", "face"] = "code"
    keis_space: Literal["wide", "narrow"] = "wide"
    ivs: Literal["none", "hanyo-denshi", "adobe-japan1"] = "hanyo-denshi"


class Problem(NamedTuple):
    """What was odd in bytes: where, the bytes in hexadecimal, and ``undefined``, ``user-defined``, ``odd-byte``,
    ``missing-shift-out`` or ``redundant-shift``."""

    offset: int
    hex: str
    kind: str


class Decoded(NamedTuple):
    text: str
    problems: tuple[Problem, ...]


class Encoded(NamedTuple):
    """``missing``: index and character of what the charset hasn't got, written as 〓 or ?."""

    raw: bytes
    missing: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Charset:
    """``table`` is what the kernel's ``Codec`` takes; ``source`` says where the tables come from."""

    name: str
    kind: Literal["pc", "host", "unicode"]
    title_ja: str
    title_en: str
    source: str
    policies: Policies
    table: bytes = field(repr=False)
    #: Number of codes with a character, of user-defined codes, of shift codes.
    codes: int = 0
    users: int = 0
    shifts: tuple[tuple[str, ...], ...] = ()
    space: int = 0x20
    wide_space: int = 0x8140

    def decode(self, raw: bytes, mode: Mode = "mixed") -> Decoded:
        """The text of a field; nothing is lost: ``encode`` gives the bytes back (native/src/charset/codec.rs)."""
        text, listed = codec(self).decode(raw, mode)
        return Decoded(text, tuple(Problem(at, raw[at : at + n].hex().upper(), kind) for at, n, kind in listed))

    def encode(self, text: str, mode: Mode = "mixed") -> Encoded:
        """The bytes of a text, shift codes included when ``mixed``."""
        raw, missing = codec(self).encode(text, mode)
        return Encoded(bytes(raw), tuple(missing))


def names() -> list[str]:
    """Names of all charsets: those of the package, then the user's."""
    return [*catalogue.DRAFTS, *user.names()]


def exists(name: str) -> bool:
    """Whether there is a charset of that name or other name, without making its tables."""
    wanted = catalogue.ALIASES.get(name.lower(), name.lower())
    return wanted in catalogue.DRAFTS or user.stamp(wanted) is not None


def base_of(name: str) -> str:
    """The charset of the package that a user's adds to; any other name as it is."""
    known = name in catalogue.DRAFTS or user.stamp(name) is None
    return name if known else user.load(name).base


def get(name: str, **policies: object) -> Charset:
    """The charset of a name or another name for it; :class:`UnknownCharset`, ValueError for a policy that isn't."""
    wanted = catalogue.ALIASES.get(name.lower(), name.lower())
    try:
        chosen = Policies(**policies)  # type: ignore[arg-type]
    except TypeError as wrong:
        raise ValueError(str(wrong)) from None
    _check(chosen)
    return _made(wanted, chosen, user.stamp(wanted) if wanted not in catalogue.DRAFTS else None)


def _check(chosen: Policies) -> None:
    allowed = {
        "dash": ("ms", "jis", "table"),
        "slice": tuple(SLICES),
        "jef": ("code", "face"),
        "keis_space": ("wide", "narrow"),
        "ivs": ("none", "hanyo-denshi", "adobe-japan1"),
    }
    for policy, values in allowed.items():
        if getattr(chosen, policy) not in values:
            raise ValueError(f"{policy}: {getattr(chosen, policy)!r} ({', '.join(map(str, values))})")


@cache
def _made(name: str, policies: Policies, stamp: object) -> Charset:
    if name in catalogue.DRAFTS:
        draft = catalogue.DRAFTS[name](policies.jef)
    elif stamp is not None:
        table = user.load(name)
        draft = user.applied(catalogue.DRAFTS[table.base](policies.jef), table, policies.ivs)
    else:
        raise UnknownCharset(name)
    return _charset(name, draft, policies)


def _charset(name: str, draft: Draft, policies: Policies) -> Charset:
    if policies.keis_space == "narrow" and draft.wide_space == 0x4040 and draft.keis:
        draft.tables[-1][0x4040] = entry("  ")
    for table in draft.tables:
        if len(table) > 256:
            _dash(table, policies.dash)
    users = sum(0xE000 <= value <= 0xF8FF for table in draft.tables for value in table)
    if policies.slice:
        _slice(draft, policies.slice)
    header = {**draft.header, "space": draft.space, "wide_space": draft.wide_space}
    states = draft.header.get("states", ())
    return Charset(
        name=name,
        kind=draft.kind,
        title_ja=draft.title_ja,
        title_en=draft.title_en,
        source=draft.source,
        policies=policies,
        table=pack(header, draft.tables),
        codes=sum(value != UNDEFINED for table in draft.tables for value in table),
        users=users,
        shifts=tuple(tuple(state.get("enter", ())) for state in states),
        space=draft.space,
        wide_space=draft.wide_space,
    )


def _dash(table: array[int], dash: str) -> None:
    swap = {"ms": _TO_MS, "jis": _TO_JIS}.get(dash)
    if swap is None:
        return
    for unit, value in enumerate(table):
        if value in swap:
            table[unit] = swap[value]


def _slice(draft: Draft, number: int) -> None:
    start = 0x100000 + (number - 1) * SLICE
    for table in draft.tables:
        for unit, value in enumerate(table):
            if 0xE000 <= value <= 0xF8FF:
                table[unit] = start + value - 0xE000
    if draft.extension:
        table = draft.tables[draft.extension_table]
        rows, cells = draft.extension
        codes = [row << 8 | cell for row in rows for cell in cells]
        for index, unit in enumerate(codes[: SLICE - EXTENSION]):
            if table[unit] == UNDEFINED:
                table[unit] = start + EXTENSION + index


def codec(charset: Charset) -> _kernel.Codec:
    """The kernel's codec of a charset, made once."""
    return _codec(charset.table)


@cache
def _codec(table: bytes) -> _kernel.Codec:
    return _kernel.Codec(table)


def units(name: str) -> array[int]:
    """The table of a charset of lead bytes as the kernel's delimited path takes it: singles and pairs in one plane,
    three-byte codes in a second."""
    draft = catalogue.DRAFTS[name]("code")
    singles, doubles, *triples = draft.tables
    for table in (doubles, *triples):
        _dash(table, Policies().dash)
    doubles[:256] = singles
    return sum(triples, doubles)


def with_policies(charset: Charset, **policies: object) -> Charset:
    """The same charset with other policies."""
    chosen = replace(charset.policies, **policies)  # type: ignore[arg-type]
    return get(charset.name, **vars(chosen))


Maker = Callable[[str], Draft]
