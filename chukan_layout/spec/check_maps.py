"""Checks of コード対応表 and 外字表 of a mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chukan_layout.model.layout import CodeTable, LayoutSet
from chukan_layout.model.mapping import CodeMap, FileMapping, Gaiji, GaijiTable, Lookup, Map, Mapping
from chukan_layout.spec import names
from chukan_layout.spec.problem import Found, Kind
from chukan_layout.spec.suggest import near

NO_TABLE = Kind(
    "M301", "error",
    "対応表「{map}」の行き先のコード表「{to}」がレイアウトにありません",
    "the code map {map} goes to the code table {to}, which the layouts do not have",
    "to を直す",
    "correct to",
)  # fmt: skip
NO_CODE = Kind(
    "M302", "error",
    "対応表「{map}」の行き先 {code} はコード表「{to}」にありません",
    "the code map {map} gives {code}, which the code table {to} does not have",
    "コード表にあるコードにする",
    "use a code of the table",
)  # fmt: skip
SAME_SOURCE = Kind(
    "M303", "error",
    "表「{map}」に移行元の値 {value} が二つあります",
    "the source value {value} is twice in the table {map}",
    "一つにする",
    "keep one",
)  # fmt: skip
UNUSED = Kind(
    "M304", "warning",
    "表「{map}」はどの行も使っていません",
    "no line uses the table {map}",
    "使うか、取り除く",
    "use it, or remove it",
)  # fmt: skip
NO_INVERSE = Kind(
    "M305", "warning",
    "対応表「{map}」では {values} がどれも {code} になり、戻す値が inverse にありません",
    "in the code map {map} all of {values} become {code}, and inverse does not say which to write back",
    "inverse に [移行元の値, コード] を書く",
    "write [source value, code] in inverse",
)  # fmt: skip
BAD_INVERSE = Kind(
    "M306", "error",
    "対応表「{map}」の inverse の [{value}, {code}] は pairs にありません",
    "the pair [{value}, {code}] of inverse in the code map {map} is not in pairs",
    "pairs の中から選ぶ",
    "choose one of pairs",
)  # fmt: skip
INVERSE_TWICE = Kind(
    "M307", "error",
    "対応表「{map}」の inverse にコード {code} が二つあります",
    "the code {code} is twice in inverse of the code map {map}",
    "一つにする",
    "keep one",
)  # fmt: skip
NOT_ONE_CHAR = Kind(
    "M308", "error",
    "外字表「{map}」の元の字 {value} は一文字ではありません",
    "the source {value} of the gaiji table {map} is not one character",
    "\\uE000 のように一文字で書く",
    "write one character, such as \\uE000",
)  # fmt: skip
SAME_NAME = Kind(
    "M309", "error",
    "「{map}」という名前がコード対応表にも外字表にもあります",
    "{map} is the name of both a code map and a gaiji table",
    "一方の名前を変える",
    "rename one of them",
)  # fmt: skip


def _tables(mapping: Mapping, layouts: LayoutSet, table: CodeMap) -> tuple[list[CodeTable], bool]:
    """Code tables that ``table`` is for: of its own area, of those whose lines use it, or of any; whether of any."""
    own, name = names.area_of_map(table.name), table.to
    if name is None:
        return [], False
    used = {own} if own is not None else {f.area for f in mapping.files if _uses(f, table.name)}
    here = [a.codes[name] for a in layouts.areas if a.no in used and name in a.codes]
    return here or [a.codes[name] for a in layouts.areas if name in a.codes], not here


def _uses(file: FileMapping, name: str) -> bool:
    return any(isinstance(op, Map | Lookup) and op.table == name for line in file.item for op in line.ops)


def _maps(mapping: Mapping) -> Iterator[tuple[str, int, CodeMap]]:
    """Code maps with their document and their place in it."""
    places: Counter[str] = Counter()
    for table in mapping.codes.values():
        doc = names.maps(table.name)
        yield doc, places[doc], table
        places[doc] += 1


def _groups(mapping: Mapping) -> Iterator[tuple[str, str, int, CodeMap | GaijiTable]]:
    """Both kinds of tables with document, header and place."""
    yield from ((doc, "map", i, table) for doc, i, table in _maps(mapping))
    yield from ((names.GAIJI, "table", i, table) for i, table in enumerate(mapping.gaiji.values()))


def no_table(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    known = [name for area in layouts.areas for name in area.codes]
    for doc, i, table in _maps(mapping):
        if table.to is not None and table.to not in known:
            words = {"map": table.name, "to": table.to}
            yield NO_TABLE.found(doc, "map", i, "to", hint=near(table.to, known), **words)


def no_code(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    for doc, i, table in _maps(mapping):
        targets, of_any = _tables(mapping, layouts, table)
        # The lines that say which area's it is may be in a file that could not be read.
        needs = names.mapping("") if of_any else ""
        for j, (_, code) in enumerate(table.pairs):
            for target in targets:
                if code and code not in target.codes:
                    words = {"map": table.name, "code": code, "to": target.name}
                    yield NO_CODE.found(doc, "map", i, "pairs", j, needs=needs, **words)


def same_source(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    del layouts
    for doc, header, i, table in _groups(mapping):
        seen: set[str] = set()
        for j, (value, _) in enumerate(table.pairs):
            if value in seen:
                yield SAME_SOURCE.found(doc, header, i, "pairs", j, map=table.name, value=_visible(value))
            seen.add(value)


def unused(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    del layouts
    lines = [line for file in mapping.files for line in file.item]
    ops = [op for line in lines for op in (*line.ops, *(line.inverse or ()))]
    used = {op.table for op in ops if isinstance(op, Map | Lookup | Gaiji)}
    for doc, header, i, table in _groups(mapping):
        if table.name not in used:
            yield UNUSED.found(doc, header, i, needs=names.mapping(""), map=table.name)


def _merged(table: CodeMap) -> dict[str, list[str]]:
    """Codes that several source values give, with these values."""
    values: dict[str, list[str]] = {}
    for value, code in table.pairs:
        if code:
            values.setdefault(code, []).append(value)
    return {code: sources for code, sources in values.items() if len(sources) > 1}


def no_inverse(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    del layouts
    for doc, i, table in _maps(mapping):
        stated = {code for _, code in table.inverse}
        for code, values in _merged(table).items():
            if code not in stated:
                words = {"map": table.name, "values": "、".join(values), "code": code}
                yield NO_INVERSE.found(doc, "map", i, **words)


def bad_inverse(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    del layouts
    for doc, i, table in _maps(mapping):
        for j, (value, code) in enumerate(table.inverse):
            if (value, code) not in table.pairs:
                words = {"map": table.name, "value": value, "code": code}
                yield BAD_INVERSE.found(doc, "map", i, "inverse", j, **words)
        for code, count in Counter(code for _, code in table.inverse).items():
            if count > 1:
                yield INVERSE_TWICE.found(doc, "map", i, "inverse", map=table.name, code=code)


def not_one_char(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    del layouts
    for i, table in enumerate(mapping.gaiji.values()):
        for j, (value, _) in enumerate(table.pairs):
            if len(value) != 1:
                words = {"map": table.name, "value": _visible(value)}
                yield NOT_ONE_CHAR.found(names.GAIJI, "table", i, "pairs", j, **words)


def same_name(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    del layouts
    for i, name in enumerate(mapping.gaiji):
        if name in mapping.codes:
            yield SAME_NAME.found(names.GAIJI, "table", i, "name", map=name)


def _visible(text: str) -> str:
    return "".join(f"U+{ord(c):04X}" if 0xE000 <= ord(c) <= 0xF8FF else c for c in text)


MAPPING_CHECKS = (
    no_table, no_code, same_source, unused, no_inverse, bad_inverse, not_one_char, same_name,
)  # fmt: skip
