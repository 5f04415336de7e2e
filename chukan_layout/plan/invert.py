"""The way back: from the standard to a vendor's columns, derived from the same mapping lines.

A column is invertible when one line takes it alone (or dates and flags derived from it) and each of its
operations has an inverse; an ``inverse`` stated in the mapping wins.  What cannot be inverted is left blank and
said, never guessed.  Requirements: CNV-01, VAL-05.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chukan_layout.model.layout import LayoutFile
from chukan_layout.model.mapping import (
    Coalesce, Concat, Const, Date, DatePart, Dash, Default, FileMapping, FormatDate, Gaiji, Insert, KanaFull, KanaHalf,
    Lookup, Map, MapItem, Mapping, Number, Op, Pad, Remove, Split, Strip, ToFull, ToHalf, Trim, WaveDash,
)  # fmt: skip


class Back(NamedTuple):
    """How a column comes back: from which standard items, by which operations."""

    column: str
    sources: tuple[str, ...]
    ops: tuple[Op, ...]


class NoWayBack(NamedTuple):
    """Why a column does not come back."""

    column: str
    reason_ja: str
    reason_en: str


class _Lossy(Exception):
    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja, self.en = ja, en


#: Names of the tables that inverse maps get in the program.
def back_table(name: str) -> str:
    return f"{name}⁻¹"


def inverse_pairs(mapping: Mapping, name: str) -> list[tuple[str, str]]:
    """Pairs of the inverse of a code or gaiji table; where several sources give one code, ``inverse`` decides,
    else the first source in the table."""
    pairs: dict[str, str] = {}
    if name in mapping.gaiji:
        for source, target in mapping.gaiji[name].pairs:
            pairs.setdefault(target, source)
        return list(pairs.items())
    code_map = mapping.codes[name]
    for target, source in code_map.inverse:
        pairs.setdefault(target, source)
    for source, target in code_map.pairs:
        pairs.setdefault(target, source)
    return list(pairs.items())


def invert(file: LayoutFile, mapping: FileMapping, vendor: Mapping) -> list[Back | NoWayBack]:
    """One answer per column of the vendor's file, in its order."""
    return [_column(column, file, mapping, vendor) for column in mapping.source.columns]


def _column(column: str, file: LayoutFile, mapping: FileMapping, vendor: Mapping) -> Back | NoWayBack:
    lines = [line for line in mapping.item if column in line.from_]
    if not lines:
        return NoWayBack(column, "標準の項目に対応しない", "no standard item takes it")
    try:
        for line in lines:
            if line.inverse is not None and len(line.from_) == 1:
                return Back(column, (line.to,), line.inverse)
        return _derive(column, lines, vendor)
    except _Lossy as lossy:
        return NoWayBack(column, lossy.ja, lossy.en)


def _derive(column: str, lines: Sequence[MapItem], vendor: Mapping) -> Back:
    line = next((x for x in lines if not _is_unknown_part(x)), lines[0])
    if len(line.from_) > 1:
        return _part(column, line)
    ops: list[Op] = []
    for op in reversed(line.ops):
        ops += _inverse(op, vendor)
    unknown = next((x for x in lines if _unknown_part(x) == "unknown_text"), None)
    if unknown is not None and any(isinstance(op, FormatDate) for op in ops):
        return _dated(column, line, unknown, ops)
    return Back(column, (line.to,), tuple(ops))


def _dated(column: str, line: MapItem, unknown: MapItem, ops: list[Op]) -> Back:
    """A date or, where there is none, the text of the unknown date."""
    return Back(column, (line.to, unknown.to), (*ops, Coalesce(op="coalesce", source=1)))


def _unknown_part(line: MapItem) -> str:
    return next((op.part for op in line.ops if isinstance(op, Date)), "")


def _is_unknown_part(line: MapItem) -> bool:
    return _unknown_part(line).startswith("unknown")


def _part(column: str, line: MapItem) -> Back:
    """One column of a date in parts, or of a concatenation with a separator."""
    first, place = line.ops[0] if line.ops else None, line.from_.index(column)
    if isinstance(first, Date) and "parts" in first.shapes:
        parts = ("era", "era_year", "month", "day") if len(line.from_) == 4 else ("year", "month", "day")
        width = len(first.eras[0]) if parts[place] == "era" else 0
        back = DatePart(op="date_part", part=parts[place], width=width, eras=first.eras)
        return Back(column, (line.to,), (back,))
    if isinstance(first, Concat) and first.separator:
        return Back(column, (line.to,), (Split(op="split", separator=first.separator, index=place),))
    if isinstance(first, Lookup):
        raise _Lossy("複数項目の検索は戻せない", "a lookup of several items has no inverse")
    raise _Lossy("区切りのない連結は分けられない", "joined without a separator, it cannot be taken apart")


def _inverse(op: Op, vendor: Mapping) -> list[Op]:
    """The operations that undo one operation on canonical values."""
    if isinstance(op, Trim | Dash | WaveDash | Number):
        return []
    if isinstance(op, Pad):
        return [Strip(op="strip", char=op.char)]
    if isinstance(op, Map):
        return [Map(op="map", table=back_table(op.table), default=None)]
    if isinstance(op, Gaiji):
        return [Gaiji(op="gaiji", table=back_table(op.table))]
    if isinstance(op, KanaFull):
        return [ToHalf(op="to_half", what=("space",)), KanaHalf(op="kana_half")]
    if isinstance(op, KanaHalf):
        return [KanaFull(op="kana_full")]
    if isinstance(op, ToFull | ToHalf):
        return []
    if isinstance(op, Insert):
        return [Remove(op="remove", chars=op.text)]
    if isinstance(op, Date):
        return [_format(op)]
    if isinstance(op, FormatDate):
        return [Date(op="date", shapes=(op.shape,), eras=op.eras)]
    if isinstance(op, Const | Default):
        raise _Lossy("定数・既定値は元の値を持たない", "a constant holds nothing of the source")
    raise _Lossy(f"操作 {op.op} は戻せない", f"the operation {op.op} has no inverse")


def _format(op: Date) -> FormatDate:
    written = ("iso", "ymd8", "wareki_letter", "wareki_kanji", "wareki_code1", "wareki_code2")
    for shape in op.shapes:
        if shape in written:
            return FormatDate(op="format_date", shape=shape, eras=op.eras)  # type: ignore[arg-type]
    raise _Lossy("この日付の形では書けない", "no shape of this date can be written")
