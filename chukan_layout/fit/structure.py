"""Structure fit of one item: name, データ型, 桁数, コード, 必須, from the mapping alone.

A mapping states no types and lengths of the source, so what cannot be known is 要確認, never 一致.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict

from chukan_layout.model.fit import Agreement
from chukan_layout.model.layout import CodeTable, Item
from chukan_layout.model.mapping import (
    CodeMap,
    Const,
    Date,
    Default,
    Lookup,
    Map,
    MapItem,
    Number,
    Op,
    Pad,
    Substr,
    SubstrBytes,
)

_DATES = ("DATE",)
_NUMBERS = ("9", "9V", "S9")


def name_fit(item: Item, line: MapItem | None) -> Agreement:
    """一致: the source calls it the same."""
    if line is None or not line.from_:
        return "―"
    return "一致" if line.from_ == (item.name,) else "変換"


def type_fit(item: Item, line: MapItem | None) -> Agreement:
    """変換: an operation makes the type."""
    if line is None:
        return "―"
    if item.type in _DATES:
        return "変換" if _has(line, Date) else "要確認"
    if item.type in _NUMBERS:
        return "変換" if _has(line, Number) or _has(line, Const) else "要確認"
    return "一致" if not line.ops else "変換"


def digits_fit(item: Item, line: MapItem | None, maps: Dict[str, CodeMap]) -> Agreement:
    """不一致: what the operations give is longer than the layout's digits, or is cut."""
    if line is None:
        return "―"
    longest = max((length for op in line.ops if (length := _length(op, maps)) is not None), default=None)
    if longest is not None and longest > item.digits:
        return "不一致"
    if any(isinstance(op, Substr | SubstrBytes) for op in line.ops):
        return "変換"
    made = longest is not None or (item.type == "DATE" and _has(line, Date))
    return "一致" if made else "要確認"


def code_fit(item: Item, line: MapItem | None, maps: Dict[str, CodeMap], codes: Dict[str, CodeTable]) -> Agreement:
    """一致: every value of the code map is in the layout's table; 要確認: no map, the codes are taken as they are."""
    table = codes.get(item.code or "")
    if line is None or table is None:
        return "―"
    given = [value for op in line.ops for value in _values(op, maps)]
    if not given:
        return "要確認"
    return "一致" if set(given) <= set(table.codes) else "不一致"


def required_fit(item: Item, line: MapItem | None) -> Agreement:
    """不一致: required and without a source; 要確認: set from a constant."""
    if not item.required:
        return "―"
    if line is None:
        return "不一致"
    return "一致" if line.from_ else "要確認"


def _has(line: MapItem, kind: type[Op]) -> bool:
    return any(isinstance(op, kind) for op in line.ops)


def _length(op: Op, maps: Dict[str, CodeMap]) -> int | None:
    """Characters that the operation gives, when it says so."""
    if isinstance(op, Pad):
        return op.width
    if isinstance(op, Substr):
        return op.length
    values = _values(op, maps)
    return max(map(len, values), default=None)


def _values(op: Op, maps: Dict[str, CodeMap]) -> list[str]:
    if isinstance(op, Const | Default):
        return [op.value]
    if isinstance(op, Map | Lookup) and op.table in maps:
        return [code for _, code in maps[op.table].pairs] + ([op.default] if op.default else [])
    return []
