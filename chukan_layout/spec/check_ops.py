"""Checks of the operations of a mapping against the tables they use and the item they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chukan_layout.charset.of_source import by_lines
from chukan_layout.model.mapping import (
    Concat,
    Const,
    Date,
    DatePart,
    Default,
    FormatDate,
    Gaiji,
    Lookup,
    Map,
    Number,
    Op,
    Pad,
    Split,
    Strip,
    Substr,
    SubstrBytes,
    When,
)
from chukan_layout.spec import meaning, names
from chukan_layout.spec.problem import Found, Kind
from chukan_layout.spec.suggest import near
from chukan_layout.spec.views import MapView

NO_MAP = Kind(
    "M120", "error",
    "コード対応表「{table}」が codes.toml にありません",
    "there is no code map {table} in codes.toml",
    "[[map]] を足すか、名前を直す",
    "add a [[map]], or correct the name",
)  # fmt: skip
NO_GAIJI = Kind(
    "M121", "error",
    "外字表「{table}」が gaiji.toml にありません",
    "there is no gaiji table {table} in gaiji.toml",
    "[[table]] を足すか、名前を直す",
    "add a [[table]], or correct the name",
)  # fmt: skip
WIDE_PAD = Kind(
    "M122", "error",
    "「{name}」は {digits} 桁ですが、pad が {width} 桁にします",
    "{name} has {digits} digits, but pad makes {width}",
    "width を桁数以内にする",
    "let width be within the digits",
)  # fmt: skip
BAD_LITERAL = Kind(
    "M123", "error",
    "「{name}」に書く値 {value} ({op}) は、項目の検査 {kinds} に合いません",
    "the value {value} ({op}) for {name} fails the check {kinds} of the item",
    "値か項目を直す",
    "correct the value or the item",
)  # fmt: skip
NOT_A_DATE = Kind(
    "M124", "error",
    "「{name}」は型 {type} ですが、date が日付にします",
    "{name} is of type {type}, but date makes a date of it",
    "DATE の項目にするか、part・format_date・date_part を使う",
    "send it to a DATE item, or use part, format_date or date_part",
)  # fmt: skip
OTHER_TABLE = Kind(
    "M125", "error",
    "「{name}」のコード表は「{due}」ですが、対応表「{table}」は「{to}」のためのものです",
    "the code table of {name} is {due}, but the code map {table} is for {to}",
    "正しい対応表を使う",
    "use the right code map",
)  # fmt: skip
FINE_NUMBER = Kind(
    "M126", "error",
    "「{name}」の小数は {due} 桁ですが、number が {scale} 桁にします",
    "{name} has {due} fraction digits, but number makes {scale}",
    "scale を合わせる",
    "let the scales agree",
)  # fmt: skip
NO_SHAPE = Kind(
    "M127", "error",
    "「{name}」の date に shapes がありません",
    "date of {name} has no shapes",
    "移行元の日付の形を書く",
    "write the shapes of the source's dates",
)  # fmt: skip
BYTES_OF_OTHER = Kind(
    "M128", "error",
    "文字コード {charset} の移行元では substr_bytes は使えません。「{name}」",
    "substr_bytes cannot be used on a source in {charset}: {name}",
    "substr (文字数) を使うか、固定長のファイルなら項目を分けて定義する",
    "use substr (characters), or define separate fields of a file of records",
)  # fmt: skip

_SHORTEN = (Strip, Substr, SubstrBytes, Split, Map, Lookup, Date, Number)


def no_table(view: MapView) -> Iterator[Found]:
    for i, line in enumerate(view.file.item):
        for key, ops in (("ops", line.ops), ("inverse", line.inverse or ())):
            for j, op in enumerate(ops):
                at = ("item", i, key, j)
                if isinstance(op, Map | Lookup) and op.table not in view.mapping.codes:
                    hint = near(op.table, view.mapping.codes)
                    yield NO_MAP.found(view.doc, *at, hint=hint, needs=names.MAPS, table=op.table)
                if isinstance(op, Gaiji) and op.table not in view.mapping.gaiji:
                    hint = near(op.table, view.mapping.gaiji)
                    yield NO_GAIJI.found(view.doc, *at, hint=hint, needs=names.GAIJI, table=op.table)


def bytes_of_other(view: MapView) -> Iterator[Found]:
    if view.file.source.record is None and by_lines(view.file.source) is None:
        return
    for i, line in enumerate(view.file.item):
        for j, op in enumerate(line.ops):
            if isinstance(op, SubstrBytes):
                words = {"name": line.to, "charset": view.file.source.encoding}
                yield BYTES_OF_OTHER.found(view.doc, "item", i, "ops", j, **words)


def wide_pad(view: MapView) -> Iterator[Found]:
    for i, line, item in view.lines():
        for j, op in enumerate(line.ops):
            shortened = any(isinstance(later, _SHORTEN) for later in line.ops[j + 1 :])
            if isinstance(op, Pad) and op.width > item.digits and not shortened:
                words = {"name": item.name, "digits": str(item.digits), "width": str(op.width)}
                yield WIDE_PAD.found(view.doc, "item", i, "ops", j, **words)


def _literals(op: Op) -> list[str]:
    """Values that the operation itself brings."""
    if isinstance(op, Const | Default):
        return [op.value]
    if isinstance(op, Map | Lookup):
        return [op.default] if op.default else []
    if isinstance(op, When):
        return [op.then, op.otherwise or ""]
    return []


def bad_literal(view: MapView) -> Iterator[Found]:
    """Values written in the mapping, taken through the operations that follow, against the item's check."""
    pairs = {name: dict(table.pairs) for name, table in view.mapping.codes.items()}
    pairs |= {name: dict(table.pairs) for name, table in view.mapping.gaiji.items()}
    for i, line, item in view.lines():
        table = view.target.table(item) if view.target else None
        for j, op in enumerate(line.ops):
            rest = line.ops[j + 1 :]
            for value in _literals(op) if _simple(rest, pairs) else ():
                kinds = meaning.outcome(value, rest, pairs, item, table.codes if table else None)
                if kinds:
                    words = {"name": item.name, "value": value, "op": op.op, "kinds": "・".join(kinds)}
                    yield BAD_LITERAL.found(view.doc, "item", i, "ops", j, **words)


def _simple(ops: Sequence[Op], tables: dict[str, dict[str, str]]) -> bool:
    """Whether the outcome depends on the value alone, and all tables are there."""
    return not any(
        isinstance(op, Concat | Lookup)
        or (isinstance(op, Date) and "parts" in op.shapes)
        or (isinstance(op, Map | Gaiji) and op.table not in tables)
        for op in ops
    )


def not_a_date(view: MapView) -> Iterator[Found]:
    for i, line, item in view.lines():
        for j, op in enumerate(line.ops):
            rest = line.ops[j + 1 :]
            reshaped = any(isinstance(later, FormatDate | DatePart | Substr | Split | Map) for later in rest)
            dated = isinstance(op, Date) and op.part == "date"
            if dated and item.type != "DATE" and not reshaped:
                yield NOT_A_DATE.found(view.doc, "item", i, "ops", j, name=item.name, type=item.type)


def other_table(view: MapView) -> Iterator[Found]:
    for i, line, item in view.lines():
        maps = [(j, op) for j, op in enumerate(line.ops) if isinstance(op, Map | Lookup)]
        if not maps or item.code is None:
            continue
        j, op = maps[-1]
        table = view.mapping.codes.get(op.table)
        if table and table.to is not None and table.to != item.code:
            words = {"name": item.name, "due": item.code, "table": op.table, "to": table.to}
            yield OTHER_TABLE.found(view.doc, "item", i, "ops", j, **words)


def fine_number(view: MapView) -> Iterator[Found]:
    for i, line, item in view.lines():
        last = len(line.ops) - 1
        if last >= 0 and isinstance(op := line.ops[last], Number) and op.scale > item.scale:
            words = {"name": item.name, "due": str(item.scale), "scale": str(op.scale)}
            yield FINE_NUMBER.found(view.doc, "item", i, "ops", last, **words)


def no_shape(view: MapView) -> Iterator[Found]:
    for i, line in enumerate(view.file.item):
        for j, op in enumerate(line.ops):
            if isinstance(op, Date) and not op.shapes:
                yield NO_SHAPE.found(view.doc, "item", i, "ops", j, name=line.to)


CHECKS = (no_table, bytes_of_other, wide_pad, bad_literal, not_a_date, other_table, fine_number, no_shape)
