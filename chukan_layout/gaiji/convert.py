"""Conversion of text columns: source unit → MJ → output, with a ledger of every replacement; and the way back.

The definition is :func:`convert_text` (one text, plain Python); :class:`Converter` does the same to a column in
native code, and a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from chukan_layout import _kernel
from chukan_layout.gaiji import data, represent
from chukan_layout.gaiji.identity import (
    GJ,
    Identity,
    juki_units,
    name_of,
    unicode_units,
)
from chukan_layout.gaiji.represent import SHRINKING, Representation, Stop

SourceKind = Literal["unicode", "juki"]
#: What a unit becomes that has no target: 〓, ●, the reading of the record, or itself.
Fallback = Literal["geta", "bullet", "reading", "keep"]
FALLBACKS: dict[str, str | None] = {"geta": "〓", "bullet": "●", "reading": None, "keep": None}

PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))

LEDGER = {
    "key": pl.String,
    "row": pl.UInt32,
    "column": pl.String,
    "position": pl.UInt32,
    "out_position": pl.UInt32,
    "source_hex": pl.String,
    "mj": pl.String,
    "target": pl.String,
    "class": pl.String,
    "table_version": pl.String,
}


class Entry(NamedTuple):
    """What a unit becomes: None leaves it as it is; ``mj`` is "" where it is no known glyph."""

    target: str | None
    mj: str
    how: str


class Restored(ValueError):
    """The text is not what the ledger says; nothing was restored."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


@dataclass(frozen=True)
class Policy:
    """How to read and how to write.

    ``rules``: unit of the body (private use or any other) → MJ number and class.  ``planes``: GJ number → its
    plane-16 character.  ``defaults``: character → MJ that the source's fonts showed for it (JIS78, JIS90).
    """

    to: Representation
    fallback: Fallback
    stop: Stop = "full"
    source: SourceKind = "unicode"
    rules: Mapping[str, Identity] = field(default_factory=dict)
    planes: Mapping[int, str] = field(default_factory=dict)
    defaults: Mapping[str, int] = field(default_factory=dict)
    rules_version: str = ""

    @property
    def version(self) -> str:
        """The versions of all tables that decide, for the ledger."""
        used = [data.MJ_VERSION]
        if self.to in SHRINKING:
            used += [data.MJSM_VERSION, data.NTA_VERSION]
        return "; ".join([*used, *([self.rules_version] if self.rules_version else [])])


class Converter:
    """A compiled :class:`Policy`."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.identities = self._identities()

    def _identities(self) -> dict[str, Identity]:
        units = dict(unicode_units())
        if self.policy.source == "juki":
            units |= juki_units()
        units |= {char: Identity(mj, "default_shape") for char, mj in self.policy.defaults.items()}
        return units | dict(self.policy.rules)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Every unit that changes or is to be reported."""
        policy = self.policy
        out = represent.written(policy.to, policy.stop)
        planes = dict(policy.planes)
        found: dict[str, Entry] = {}
        for unit, identity in self.identities.items():
            way = out.get(identity.mj)
            if way is None and identity.mj > GJ:
                way = represent.write_added(identity.mj, policy.to, planes)
            if way is None:
                found[unit] = Entry(self.lost, name_of(identity.mj), "fallback")
            elif way.text != unit:
                how = identity.how if way.how == "identity" else way.how
                found[unit] = Entry(way.text, name_of(identity.mj), how)
            elif unit in policy.rules:
                found[unit] = Entry(None, name_of(identity.mj), identity.how)
        if policy.to == "mj_name":
            found["{"] = Entry("{{", "", "escape")
            found["}"] = Entry("}}", "", "escape")
        if policy.to in SHRINKING:
            self._shrink_others(found)
        found |= {chr(c): self._lone for low, high in SELECTORS for c in range(low, high + 1)}
        return found

    @property
    def _lone(self) -> Entry:
        """A selector of a sequence that no table has: kept where sequences are written, else the character stays."""
        return Entry(None if self.policy.to.startswith("mj_") else "", "", "unknown_ivs")

    def _shrink_others(self, found: dict[str, Entry]) -> None:
        """Symbols and other characters outside the target set that the 国税庁 map has."""
        inside = represent.target_set(self.policy.to)
        rows = data.nta().filter(pl.col("src").str.len_chars() == 1)["src"].to_list()
        for char in rows:
            if char not in inside and char not in self.identities:
                way = represent.shrink_text(char, self.policy.to, self.policy.stop)
                if way is not None:
                    found[char] = Entry(way.text, "", way.how)

    @property
    def lost(self) -> str | None:
        """What a unit without a target becomes; None: itself (for ``reading`` the record is written later)."""
        return FALLBACKS[self.policy.fallback]

    @cached_property
    def watched(self) -> list[tuple[int, int]]:
        """Code points that are reported though no table has them."""
        if self.policy.to not in SHRINKING:
            plane16 = self.policy.to == "mj_plus"
            # Without the font no code of plane 16 is known; with it, those that it lacks are no GJ.
            known = sorted(ord(c) for c in self.policy.planes.values())
            holes = [(a + 1, b - 1) for a, b in pairwise([0xFFFFF, *known, 0x10FFFE]) if b - a > 1] if known else []
            return [*(PRIVATE[:2] if plane16 else PRIVATE), *(holes if plane16 else []), *SELECTORS]
        points = sorted(ord(c) for c in represent.target_set(self.policy.to) | {"\n", "\r", "\t"})
        gaps = zip([-1, *points], [*points, 0x110000], strict=True)
        return [(low + 1, high - 1) for low, high in gaps if high - low > 1]

    @cached_property
    def _native(self) -> tuple[_kernel.GaijiTable, pl.DataFrame]:
        """The compiled table, and what each of its units is."""
        units, entries = list(self.entries), list(self.entries.values())
        pairs = [(unit, entry.target) for unit, entry in self.entries.items()]
        return _kernel.GaijiTable(pairs, self.watched, self.lost), _legend(units, entries, 0, None)

    def unresolved(self, unit: str) -> Entry:
        """What a watched unit without an entry becomes."""
        if unit in self.identities:
            return self.entries.get(unit, Entry(None, name_of(self.identities[unit].mj), "identity"))
        private = any(low <= ord(unit) <= high for low, high in PRIVATE)
        return Entry(self.lost, "", "unknown_gaiji" if private else "fallback")

    def convert(self, series: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
        """A column of texts → the new column, and the hits: row, position, out_position, unit, target, mj, class."""
        table, legend = self._native
        offsets, text, validity = _buffers(series)
        done = table.convert(offsets, text)
        new_offsets, new_data, count, rows, positions, out_positions, ids, others = done
        column = _series(series.name, len(series), validity, new_offsets, new_data)
        if others:
            more = [chr(c) for c in others]
            legend = pl.concat([legend, _legend(more, [self.unresolved(c) for c in more], len(legend), self.lost)])
        hits = pl.DataFrame(
            {
                "row": _numbers(rows, count),
                "position": _numbers(positions, count),
                "out_position": _numbers(out_positions, count),
                "id": _numbers(ids, count),
            }
        )
        return column, pl.concat([hits.drop("id"), legend.drop("id")[hits["id"]]], how="horizontal")

    def ledger(self, hits: pl.DataFrame, column: str, keys: pl.Series | None) -> pl.DataFrame:
        """Hits of a column as rows of the ledger; ``keys`` are the record keys of all rows."""
        key = pl.lit("", pl.String) if keys is None else pl.lit(keys.cast(pl.String)).gather(pl.col("row"))
        return hits.select(
            key.alias("key"),
            "row",
            pl.lit(column).alias("column"),
            "position",
            "out_position",
            hex_of(hits["unit"]).alias("source_hex"),
            "mj",
            "target",
            "class",
            pl.lit(self.policy.version).alias("table_version"),
        ).cast(LEDGER)  # type: ignore[arg-type]


def convert_text(converter: Converter, text: str) -> str:
    """One text converted: what :meth:`Converter.convert` means."""
    out, i = "", 0
    watched = converter.watched
    while i < len(text):
        pair = text[i : i + 2]
        unit = pair if len(pair) == 2 and _is_selector(pair[1]) and pair in converter.entries else text[i]
        entry = converter.entries.get(unit)
        if entry is None and any(low <= ord(unit[0]) <= high for low, high in watched):
            entry = converter.unresolved(unit)
            entry = entry._replace(target=converter.lost)
        out += unit if entry is None or entry.target is None else entry.target
        i += len(unit)
    return out


def restore(series: pl.Series, ledger: pl.DataFrame) -> pl.Series:
    """The column before the replacements that ``ledger`` lists for it.

    Raises :class:`Restored` with the row where the text is not what the ledger says.
    """
    steps = ledger.sort("row", "out_position", "position", maintain_order=True)
    pairs = steps.select("target", "source_hex").unique(maintain_order=True)
    pairs = pairs.with_columns(unit_id=pl.int_range(pl.len(), dtype=pl.UInt32))
    ids = steps.join(pairs, on=["target", "source_hex"], how="left", maintain_order="left")
    units = [(target, text_of(code)) for target, code in pairs.select("target", "source_hex").rows()]
    offsets, text, validity = _buffers(series)
    try:
        made = _kernel.gaiji_restore(offsets, text, ids.select("row", "out_position", "unit_id").rows(), units)
    except ValueError as differs:
        raise Restored(int(differs.args[0])) from None
    return _series(series.name, len(series), validity, *made)


def hex_of(units: pl.Series) -> pl.Series:
    """Units as code points in hex, joined by a blank: ``845B E0102``."""
    distinct = units.unique()
    table = {u: " ".join(f"{ord(c):04X}" for c in u) for u in distinct.to_list()}
    return units.replace_strict(table, return_dtype=pl.String) if table else units


def text_of(code: str) -> str:
    """The unit of :func:`hex_of`."""
    return "".join(chr(int(part, 16)) for part in code.split())


def _legend(units: Sequence[str], entries: Sequence[Entry], first: int, lost: str | None) -> pl.DataFrame:
    """Units by their number from ``first`` on; what has no target becomes ``lost``, or stays."""
    shown = [e.target if e.target is not None else (lost if lost is not None else u) for u, e in zip(units, entries, strict=True)]
    return pl.DataFrame(
        {
            "id": np.arange(first, first + len(units), dtype=np.uint32),
            "unit": units,
            "target": shown,
            "mj": [e.mj for e in entries],
            "class": [e.how for e in entries],
        },
        schema_overrides={"unit": pl.String, "target": pl.String, "mj": pl.String, "class": pl.String},
    )


def _is_selector(char: str) -> bool:
    return any(low <= ord(char[-1]) <= high for low, high in SELECTORS)


def _buffers(series: pl.Series) -> tuple[memoryview, memoryview, pa.Buffer | None]:
    """Offsets, text and validity of a column; the kernel takes plain bytes."""
    array = series.cast(pl.String).rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    array = array.cast(pa.large_string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if array.offset:
        array = pa.concat_arrays([array])
    validity, offsets, text = array.buffers()
    if offsets is None or not len(array):
        offsets = pa.py_buffer(np.zeros(1, np.int64))
    places = memoryview(offsets).cast("B")[: (len(array) + 1) * 8]
    return places, memoryview(text or pa.py_buffer(b"")).cast("B"), validity


def _series(name: str, rows: int, validity: pa.Buffer | None, offsets: object, text: object) -> pl.Series:
    array = pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(text), validity)
    return pl.Series(name, array, dtype=pl.String)


def _numbers(buffer: object, count: int) -> pl.Series:
    return pl.Series(np.frombuffer(buffer, np.uint32, count) if count else np.zeros(0, np.uint32))  # type: ignore[call-overload]


def concat_ledgers(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Ledgers of several columns as one."""
    return pl.concat(parts) if parts else pl.DataFrame(schema=LEDGER)
