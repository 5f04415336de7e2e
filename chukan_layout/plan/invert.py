"""The way back: from the standard to a vendor's columns, derived from the same mapping lines.

A column is invertible when one line takes it alone (or dates and flags derived from it, parts of a split, items
told apart by conditions) and each of its operations has an inverse; an ``inverse`` stated in the mapping wins.
What cannot be inverted is left blank and said, never guessed.  Requirements: CNV-01, VAL-05.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from chukan_layout.model.layout import LayoutFile
from chukan_layout.model.mapping import (
    Coalesce,
    Concat,
    Const,
    Dash,
    Date,
    DatePart,
    Default,
    FileMapping,
    FormatDate,
    Gaiji,
    KanaFull,
    KanaHalf,
    Lookup,
    Map,
    MapItem,
    Mapping,
    Number,
    Op,
    Pad,
    Scan,
    Split,
    Strip,
    ToFull,
    ToHalf,
    Trim,
    WaveDash,
    When,
)
from chukan_layout.model.refusal import Refused

#: Shapes of dates that can be written.
Written = Literal["iso", "ymd8", "wareki_letter", "wareki_kanji", "wareki_code1", "wareki_code2"]


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


class _Lossy(Refused):
    """Why there is no way back."""


def back_table(name: str) -> str:
    """The name of the inverse of a table; without the mark an ``inverse`` of a mapping names the table as it is."""
    return f"{name}⁻¹"


def inverse_pairs(mapping: Mapping, name: str) -> list[tuple[str, str]]:
    """Pairs (target, source) of the inverse of a code or gaiji table.

    Where several sources give one target, the ``inverse`` of a code map decides; without it the target has no pair.
    """
    code_map = mapping.codes.get(name)
    chosen = {target: source for source, target in code_map.inverse} if code_map else {}
    pairs = code_map.pairs if code_map else mapping.gaiji[name].pairs
    often = Counter(target for _, target in pairs)
    single = {target: source for source, target in pairs if often[target] == 1}
    return list((single | chosen).items())


def invert(file: LayoutFile, mapping: FileMapping, vendor: Mapping) -> list[Back | NoWayBack]:
    """One answer per column of the vendor's file, in its order."""
    names = {item.name for item in file.items}
    lines = [line for line in mapping.item if line.to in names]
    return [_column(column, lines, vendor) for column in mapping.source.columns]


def _column(column: str, every: Sequence[MapItem], vendor: Mapping) -> Back | NoWayBack:
    lines = [line for line in every if column in line.from_]
    if not lines:
        return NoWayBack(column, "標準の項目に対応しない", "no standard item takes it")
    for line in lines:
        if line.inverse is not None and len(line.from_) == 1:
            return Back(column, (line.to,), line.inverse)
    try:
        return _derive(column, lines, vendor)
    except _Lossy as lossy:
        return NoWayBack(column, lossy.ja, lossy.en)


def _derive(column: str, lines: Sequence[MapItem], vendor: Mapping) -> Back:
    told = [line for line in lines if not _is_unknown_part(line)] or [lines[0]]
    parts = _split_lines(told)
    if parts:
        return Back(column, *parts)
    always = [line for line in told if not line.when]
    if not always and len(told) > 1:
        return _either(column, told, vendor)
    line = (always or told)[0]
    if len(line.from_) > 1:
        return _part(column, line, vendor)
    ops = _undo(line.ops, vendor)
    unknown = next((x for x in lines if _unknown_part(x) == "unknown_text"), None)
    if unknown is not None and any(isinstance(op, FormatDate) for op in ops):
        return _dated(column, line, unknown, ops)
    return Back(column, (line.to,), ops)


def _either(column: str, lines: Sequence[MapItem], vendor: Mapping) -> Back:
    """Lines with conditions: undone alike, whichever item has a value has the column's value."""
    ways = {_undo(line.ops, vendor) if len(line.from_) == 1 else None for line in lines}
    (way, *others) = ways
    if way is None or others:
        raise _Lossy(
            "条件で分かれた項目の戻し方が一つに決まらない",
            "items told apart by conditions are not undone alike",
        )
    fill = (Coalesce(op="coalesce", source=i) for i in range(1, len(lines)))
    return Back(column, tuple(line.to for line in lines), (*fill, *way))


def _split_lines(lines: Sequence[MapItem]) -> tuple[tuple[str, ...], tuple[Op, ...]] | None:
    """The items of all parts of a split, and how they are joined; None for anything else or with parts lacking."""
    parts: dict[int, MapItem] = {}
    separators = set()
    for line in lines:
        ops = [op for op in line.ops if not isinstance(op, Trim)]
        if len(line.from_) != 1 or line.when or len(ops) != 1 or not isinstance(ops[0], Split):
            return None
        parts[ops[0].index] = line
        separators.add(ops[0].separator)
    if len(parts) < 2 or len(separators) > 1 or set(parts) != set(range(len(parts))):
        return None
    return tuple(parts[i].to for i in range(len(parts))), (Concat(op="concat", separator=separators.pop()),)


def _dated(column: str, line: MapItem, unknown: MapItem, ops: Sequence[Op]) -> Back:
    """A date or, where there is none, the text of the unknown date."""
    return Back(column, (line.to, unknown.to), (*ops, Coalesce(op="coalesce", source=1)))


def _unknown_part(line: MapItem) -> str:
    return next((op.part for op in line.ops if isinstance(op, Date)), "")


def _is_unknown_part(line: MapItem) -> bool:
    return _unknown_part(line).startswith("unknown")


def _part(column: str, line: MapItem, vendor: Mapping) -> Back:
    """One column of a date in parts, or of a concatenation with a separator (blank parts only at its end)."""
    first, place = line.ops[0] if line.ops else None, line.from_.index(column)
    if isinstance(first, Date) and "parts" in first.shapes:
        if first.zeros == "min" or first.nines == "max":
            raise _Lossy(
                "端の日付は部分に分けて書けない", "the first and last days cannot be written in parts"
            )
        parts = ("era", "era_year", "month", "day") if len(line.from_) == 4 else ("year", "month", "day")
        width = len(first.eras[0]) if parts[place] == "era" else 0
        back = DatePart(op="date_part", part=parts[place], width=width, eras=first.eras)
        return Back(column, (line.to,), (*_undo(line.ops[1:], vendor), back))
    if isinstance(first, Concat) and first.separator:
        last = place == len(line.from_) - 1
        taken = Split(op="split", separator=first.separator, index=place, rest=last)
        return Back(column, (line.to,), (*_undo(line.ops[1:], vendor), taken))
    if isinstance(first, Lookup):
        raise _Lossy("複数項目の検索は戻せない", "a lookup of several items has no inverse")
    raise _Lossy("区切りのない連結は分けられない", "joined without a separator, it cannot be taken apart")


def _undo(ops: Sequence[Op], vendor: Mapping) -> tuple[Op, ...]:
    """The operations that undo all of ``ops``, the last one first."""
    back: list[Op] = []
    for i in reversed(range(len(ops))):
        op = ops[i]
        if isinstance(op, ToFull) and any(isinstance(before, KanaFull) for before in ops[:i]):
            # a column of half-width kana is half width throughout
            back.append(ToHalf(op="to_half", what=op.what))
        else:
            back += _inverse(op, vendor)
    return tuple(back)


def _inverse(op: Op, vendor: Mapping) -> list[Op]:
    """The operations that undo one operation on canonical values."""
    if isinstance(op, Trim | Dash | Number | ToFull | ToHalf | Scan):
        return []
    if isinstance(op, WaveDash):
        return [WaveDash(op="wave_dash", to="ms" if op.to == "jis" else "jis")]
    if isinstance(op, Pad):
        return [Strip(op="strip", char=op.char)]
    if isinstance(op, Map):
        if not inverse_pairs(vendor, op.table):
            raise _Lossy("どのコードも複数の元の値から来る", "every code has several sources")
        return [Map(op="map", table=back_table(op.table), default=None)]
    if isinstance(op, Gaiji):
        return [Gaiji(op="gaiji", table=back_table(op.table))]
    if isinstance(op, KanaFull):
        return [KanaHalf(op="kana_half")]
    if isinstance(op, KanaHalf):
        return [KanaFull(op="kana_full")]
    if isinstance(op, Date):
        return _format(op)
    if isinstance(op, FormatDate):
        return [Date(op="date", shapes=(op.shape,), eras=op.eras)]
    if isinstance(op, Const | Default):
        raise _Lossy("定数・既定値は元の値を持たない", "a constant holds nothing of the source")
    raise _Lossy(f"操作 {op.op} は戻せない", f"the operation {op.op} has no inverse")


_WRITTEN: dict[str, Written] = {
    "iso": "iso", "ymd8": "ymd8", "wareki_letter": "wareki_letter", "wareki_kanji": "wareki_kanji",
    "wareki_code1": "wareki_code1", "wareki_code2": "wareki_code2",
}  # fmt: skip


def _format(op: Date) -> list[Op]:
    """The first shape that can be written; the first and last days are zeros and nines again where it has them."""
    shape = next((_WRITTEN[shape] for shape in op.shapes if shape in _WRITTEN), None)
    if shape is None:
        raise _Lossy("この日付の形では書けない", "no shape of this date can be written")
    back: list[Op] = [FormatDate(op="format_date", shape=shape, eras=op.eras)]
    zeros, nines = ("00000101", "00000000"), ("99991231", "99999999")
    for wanted, (day, text) in ((op.zeros == "min", zeros), (op.nines == "max", nines)):
        if wanted and shape != "ymd8":
            raise _Lossy(
                "端の日付はこの形で書けない", "the first and last days cannot be written in this shape"
            )
        if wanted:
            back.append(When.model_validate({"op": "when", "in": (day,), "then": text}))
    return back
