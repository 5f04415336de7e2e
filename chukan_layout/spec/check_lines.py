"""Checks of the lines of a mapping: items, their sources, and items without one."""

from __future__ import annotations

from collections.abc import Iterator

from chukan_layout.model.mapping import Concat, Const, Date, Lookup, MapItem
from chukan_layout.spec import conditions
from chukan_layout.spec.problem import Found, Kind
from chukan_layout.spec.suggest import near
from chukan_layout.spec.views import MapView

NO_ITEM = Kind(
    "M101", "error",
    "項目「{name}」は移行ファイル「{file}」にありません",
    "the file {file} has no item {name}",
    "項目の名前を直す",
    "correct the name of the item",
)  # fmt: skip
TWICE = Kind(
    "M102", "error",
    "項目「{name}」に二つの行があります",
    "two lines give the item {name}",
    "一行にまとめる",
    "make them one line",
)  # fmt: skip
NO_SOURCE = Kind(
    "M103", "error",
    "必須の項目「{name}」に移行元がなく、理由もありません",
    "the required item {name} has neither a source nor a reason",
    "[[item]] を足すか、[[unset]] に理由を書く",
    "add an [[item]], or give the reason in [[unset]]",
)  # fmt: skip
UNSET_MAPPED = Kind(
    "M104", "error",
    "「{name}」は [[item]] で作られているのに [[unset]] にもあります",
    "{name} is made by an [[item]], and is in [[unset]] as well",
    "どちらかを取り除く",
    "remove one of them",
)  # fmt: skip
UNSET_UNKNOWN = Kind(
    "M105", "error",
    "[[unset]] の項目「{name}」は移行ファイル「{file}」にありません",
    "[[unset]] names {name}, which the file {file} does not have",
    "項目の名前を直す",
    "correct the name of the item",
)  # fmt: skip
UNSET_TWICE = Kind(
    "M106", "error",
    "[[unset]] に「{name}」が二つあります",
    "{name} is twice in [[unset]]",
    "一つにする",
    "keep one",
)  # fmt: skip
NO_COLUMN = Kind(
    "M107", "error",
    "移行元項目「{name}」は columns にありません",
    "the column {name} is not in columns",
    "名前を直すか、columns に足す",
    "correct the name, or add it to columns",
)  # fmt: skip
NOT_JOINED = Kind(
    "M108", "error",
    "「{name}」には移行元が {count} 個あるので、最初の演算は concat、lookup、date (parts) のどれかです",
    "{name} has {count} sources: the first operation must be concat, lookup or date with parts",
    "最初の演算を直すか、移行元を一つにする",
    "correct the first operation, or keep one source",
)  # fmt: skip
NOT_CONST = Kind(
    "M109", "error",
    "「{name}」には移行元 (from) がないので、最初の演算は const です",
    "{name} has no source: the first operation must be const",
    "from を書くか、const で始める",
    "write from, or begin with const",
)  # fmt: skip
UNREAD = Kind(
    "M110", "error",
    "「{name}」は const で始まるので、移行元 {columns} の値は失われます",
    "{name} begins with const: the values of {columns} are lost",
    "from を取り、その移行元項目の行き先を決める",
    "remove from, and say where the column goes",
)  # fmt: skip
PARTS = Kind(
    "M111", "error",
    "「{name}」の date (parts) の移行元は 年・月・日 か 元号・年・月・日 です ({count} 個あります)",
    "date with parts of {name} takes year, month, day, or era, year, month, day ({count} given)",
    "移行元の数を直す",
    "correct the number of sources",
)  # fmt: skip


def no_item(view: MapView) -> Iterator[Found]:
    if view.target is None:
        return
    for i, line in enumerate(view.file.item):
        if line.to not in view.target.items:
            hint = near(line.to, view.target.items)
            yield NO_ITEM.found(view.doc, "item", i, "to", hint=hint, name=line.to, file=view.file.file)


def twice(view: MapView) -> Iterator[Found]:
    seen: set[str] = set()
    for i, line in enumerate(view.file.item):
        if line.to in seen:
            yield TWICE.found(view.doc, "item", i, "to", name=line.to)
        seen.add(line.to)


def no_source(view: MapView) -> Iterator[Found]:
    given = {line.to for line in view.file.item} | {u.to for u in view.file.unset}
    for item in view.target.file.items if view.target else ():
        if item.required and item.name not in given:
            yield NO_SOURCE.found(view.doc, "mapping", "file", name=item.name)


def unset_mapped(view: MapView) -> Iterator[Found]:
    mapped = {line.to for line in view.file.item}
    for i, unset in enumerate(view.file.unset):
        if unset.to in mapped:
            yield UNSET_MAPPED.found(view.doc, "unset", i, name=unset.to)


def unset_unknown(view: MapView) -> Iterator[Found]:
    for i, unset in enumerate(view.file.unset if view.target else ()):
        if view.target and unset.to not in view.target.items:
            words = {"name": unset.to, "file": view.file.file}
            yield UNSET_UNKNOWN.found(view.doc, "unset", i, hint=near(unset.to, view.target.items), **words)


def unset_twice(view: MapView) -> Iterator[Found]:
    seen: set[str] = set()
    for i, unset in enumerate(view.file.unset):
        if unset.to in seen:
            yield UNSET_TWICE.found(view.doc, "unset", i, name=unset.to)
        seen.add(unset.to)


def no_column(view: MapView) -> Iterator[Found]:
    columns = view.file.source.columns
    for i, line in enumerate(view.file.item):
        for j, name in enumerate(line.from_):
            if name not in columns:
                yield NO_COLUMN.found(view.doc, "item", i, "from", j, hint=near(name, columns), name=name)


def _takes_all(line: MapItem) -> bool:
    first = line.ops[0] if line.ops else None
    return isinstance(first, Concat | Lookup) or (isinstance(first, Date) and "parts" in first.shapes)


def not_joined(view: MapView) -> Iterator[Found]:
    for i, line in enumerate(view.file.item):
        constant = line.ops and isinstance(line.ops[0], Const)
        if len(line.from_) > 1 and not constant and not _takes_all(line):
            yield NOT_JOINED.found(view.doc, "item", i, "ops", 0, name=line.to, count=len(line.from_))


def not_const(view: MapView) -> Iterator[Found]:
    for i, line in enumerate(view.file.item):
        if not line.from_ and not (line.ops and isinstance(line.ops[0], Const)):
            yield NOT_CONST.found(view.doc, "item", i, "ops", name=line.to)


def unread(view: MapView) -> Iterator[Found]:
    for i, line in enumerate(view.file.item):
        if line.from_ and line.ops and isinstance(line.ops[0], Const):
            yield UNREAD.found(view.doc, "item", i, "from", name=line.to, columns="、".join(line.from_))


def parts(view: MapView) -> Iterator[Found]:
    for i, line in enumerate(view.file.item):
        dated = any(isinstance(op, Date) and "parts" in op.shapes for op in line.ops)
        if dated and len(line.from_) not in (3, 4):
            yield PARTS.found(view.doc, "item", i, "from", name=line.to, count=len(line.from_))


def condition_items(view: MapView) -> Iterator[Found]:
    for i, line in enumerate(view.file.item):
        if view.target:
            yield from conditions.unknown_items(view.target, view.doc, ("item", i, "when"), line.when)


def condition_codes(view: MapView) -> Iterator[Found]:
    for i, line in enumerate(view.file.item):
        if view.target:
            yield from conditions.unknown_codes(view.target, view.doc, ("item", i, "when"), line.when)


CHECKS = (
    no_item, twice, no_source, unset_mapped, unset_unknown, unset_twice, no_column, not_joined, not_const,
    unread, parts, condition_items, condition_codes,
)  # fmt: skip
