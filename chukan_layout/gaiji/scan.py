"""Inventory: every unusual unit of text, how often and where, what it is, and whether it resolves to an MJ glyph.

Unusual: private use, variation sequences (by collection), compatibility ideographs, characters of the Hangul area in
Japanese text (住基ネット統一文字 read as Unicode), plane 16, kanji outside JIS X 0208 and the other characters that
CP932 does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from chukan_layout.gaiji import represent
from chukan_layout.gaiji.convert import PRIVATE, SELECTORS, Converter, Entry, Policy, hex_of
from chukan_layout.gaiji.identity import Identity, juki_units, name_of, registered, unicode_units

#: Rows kept for each unit as examples.
SAMPLES = 5
_CONTEXT = 6
#: File, column, rows and their contexts.
_Place = tuple[str, str, list[int], list[str]]
_HANGUL = (0xAA00, 0xD7FF)


@dataclass
class Inventory:
    """Units over all columns looked at so far.  Merges by adding (any order gives the same counts)."""

    rules: Mapping[str, Identity] = field(default_factory=dict)
    parts: list[pl.DataFrame] = field(default_factory=list)
    values: int = 0

    def add(self, source: str, column: str, series: pl.Series) -> None:
        """Look at a column of a file."""
        _, hits = self._looker.convert(series)
        self.values += len(series)
        if not len(hits):
            return
        counted = (
            hits.group_by("unit")
            .agg(
                pl.len().alias("count"),
                pl.col("row").n_unique().alias("rows"),
                pl.col("row").head(SAMPLES).alias("row"),
                pl.col("position").head(SAMPLES).alias("position"),
            )
            .sort("unit")
        )
        contexts = [
            [masked_context(series[int(r)], int(p), len(unit)) for r, p in zip(rows, places, strict=True)]
            for unit, rows, places in counted.select("unit", "row", "position").rows()
        ]
        self.parts.append(
            counted.select(
                "unit", "count", "rows", pl.lit(source).alias("file"), pl.lit(column).alias("column"), "row",
                pl.Series("context", contexts, dtype=pl.List(pl.String)),
            )
        )  # fmt: skip

    @cached_property
    def _looker(self) -> Converter:
        return _Looker(Policy(to="cp932", fallback="keep", rules=self.rules))

    def units(self) -> list[dict[str, Any]]:
        """One entry a unit: hex, class, MJ, resolves or not, counts, places, samples; the most frequent first."""
        if not self.parts:
            return []
        places = pl.concat(self.parts)
        by_unit: dict[str, list[_Place]] = {}
        for unit, *place in places.sort("file", "column").select("unit", "file", "column", "row", "context").iter_rows():
            by_unit.setdefault(unit, []).append(tuple(place))
        total = places.group_by("unit").agg(pl.col("count").sum(), pl.col("rows").sum()).sort(["count", "unit"], descending=[True, False])
        total = total.with_columns(hex_of(total["unit"]).alias("hex"))
        found = []
        for unit, count, rows, code in total.rows():
            kind, mj = classify(unit, self.rules)
            own = by_unit[unit]
            found.append(
                {
                    "unit": unit,
                    "hex": code,
                    "class": kind,
                    "mj": name_of(mj) if mj else "",
                    "resolved": mj is not None,
                    "count": count,
                    "rows": rows,
                    "columns": [f"{f}:{c}" for f, c, _, _ in own],
                    "samples": _samples(own),
                }
            )
        return found


class _Looker(Converter):
    """A converter that changes nothing and reports everything CP932 does not have, and every sequence."""

    @cached_property
    def entries(self) -> dict[str, Entry]:
        units: Iterable[str] = {*registered(), *(u for u in unicode_units() if len(u) > 1), *self.policy.rules}
        return {unit: Entry(None, "", "") for unit in sorted(units)}


def classify(unit: str, rules: Mapping[str, Identity] | None = None) -> tuple[str, int | None]:
    """The class of a unit and the MJ glyph it resolves to (None: it does not)."""
    if rules and unit in rules:
        return "外字 (表あり)", rules[unit].mj
    found = unicode_units().get(unit)
    mj = found.mj if found else None
    point = ord(unit[0])
    if len(unit) > 1:
        return _sequence(unit), mj
    if point >= 0x100000:
        return "面16 (GJ か外字)", mj
    if any(low <= point <= high for low, high in PRIVATE):
        return "外字", mj
    if any(low <= point <= high for low, high in SELECTORS):
        return "異体字セレクタ (登録なし)", None
    if _HANGUL[0] <= point <= _HANGUL[1]:
        return "住基統一文字の疑い", juki_units()[unit].mj if unit in juki_units() else None
    if 0xF900 <= point <= 0xFAFF or 0x2F800 <= point <= 0x2FA1F:
        return "互換漢字", mj
    if mj is not None:
        return ("JIS X 0213 の漢字" if unit in represent.target_set("x0213") else "JIS 外の漢字"), mj
    return "CP932 にない文字", None


def _sequence(unit: str) -> str:
    if ord(unit[1]) < 0xE0100:
        return "SVS"
    return f"IVS {registered().get(unit, '登録なし')}"


def masked_context(text: str | None, position: int, length: int) -> str:
    """The unit between its neighbours, of which only the kind is told."""
    if text is None:
        return ""
    before, unit, after = text[max(0, position - _CONTEXT) : position], text[position : position + length], text[position + length :][:_CONTEXT]
    return f"{_masked(before)}【{unit}】{_masked(after)}"


def _masked(text: str) -> str:
    return "".join(_kind(char) for char in text)


def _kind(char: str) -> str:
    point = ord(char)
    if char.isspace():
        return "　"
    if char.isdigit():
        return "9"
    if 0x3041 <= point <= 0x3096:
        return "あ"
    if 0x30A1 <= point <= 0x30FC or 0xFF66 <= point <= 0xFF9D:
        return "ア"
    if any(low <= point <= high for low, high in SELECTORS):
        return ""
    return "A" if point < 0x80 else "漢"


def _samples(own: Sequence[_Place]) -> list[dict[str, Any]]:
    found = [
        {"file": file, "column": column, "row": row + 1, "context": context}
        for file, column, places, contexts in own
        for row, context in zip(places, contexts, strict=True)
    ]
    return found[:SAMPLES]


def totals(units: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Number of units by class."""
    found: dict[str, int] = {}
    for unit in units:
        found[unit["class"]] = found.get(unit["class"], 0) + 1
    return found
