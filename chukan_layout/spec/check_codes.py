"""Checks of コード表 and of the items that use them."""

from __future__ import annotations

from collections.abc import Iterator

from chukan_layout.model.layout import Area
from chukan_layout.spec import meaning, names
from chukan_layout.spec.problem import Found, Kind
from chukan_layout.spec.suggest import near
from chukan_layout.spec.views import FileView

NO_TABLE = Kind(
    "L201", "error",
    "「{name}」のコード表「{table}」が codes.toml にありません",
    "the code table {table} of {name} is not in codes.toml",
    "コード表を足すか、名前を直す",
    "add the table, or correct its name",
)  # fmt: skip
UNUSED = Kind(
    "L202", "warning",
    "コード表「{table}」はどの項目も使っていません",
    "no item uses the code table {table}",
    "使う項目に code を書くか、表を取り除く",
    "name it in an item, or remove it",
)  # fmt: skip
TOO_NARROW = Kind(
    "L203", "error",
    "「{name}」は {digits} 桁ですが、コード表「{table}」に {longest} 桁のコード {code} があります",
    "{name} has {digits} digits, but {code} of the code table {table} has {longest}",
    "桁数を広げるか、コード表を直す",
    "widen the item, or correct the table",
)  # fmt: skip
UNFIT = Kind(
    "L204", "error",
    "コード表「{table}」のコード {code} は、「{name}」の型または文字種に合いません ({kind})",
    "the code {code} of the table {table} does not fit the type or charset of {name} ({kind})",
    "コードか、項目の型・文字種を直す",
    "correct the code, or the type or charset of the item",
)  # fmt: skip
SAME_CODE = Kind(
    "L205", "error",
    "コード表「{table}」にコード {code} が二つあります",
    "the code {code} is twice in the table {table}",
    "一つにする",
    "keep one",
)  # fmt: skip
EMPTY = Kind(
    "L206", "error",
    "コード表「{table}」に値がないか、空のコードがあります",
    "the code table {table} has no values, or a blank code",
    "コードを書く",
    "write the codes",
)  # fmt: skip


def no_table(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if item.code is not None and item.code not in view.area.codes:
            hint = near(item.code, view.area.codes)
            words = {"name": item.name, "table": item.code}
            yield NO_TABLE.found(
                view.doc, "file", "items", i, "code", hint=hint, needs=view.codes_doc, **words
            )


def too_narrow(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        table = view.table(item)
        longest = max(table.codes, key=len, default="") if table else ""
        if table and len(longest) > item.digits:
            yield TOO_NARROW.found(
                view.doc, "file", "items", i, "digits",
                name=item.name, digits=item.digits, table=table.name, longest=len(longest), code=longest,
            )  # fmt: skip


def unfit(view: FileView) -> Iterator[Found]:
    """The first code of each table that the type or charset of an item forbids; widths are told above."""
    for i, item in enumerate(view.file.items):
        table = view.table(item)
        bare = item.model_copy(update={"exact": False, "min": None, "max": None, "digits": 4000})
        for value in table.values if table else ():
            kinds = meaning.failures(value.code, bare, None)
            if table and kinds:
                words = {"table": table.name, "code": value.code, "name": item.name, "kind": kinds[0]}
                yield UNFIT.found(view.doc, "file", "items", i, "code", **words)
                break


def unused(area: Area) -> Iterator[Found]:
    used = {item.code for file in area.files for item in file.items}
    for i, name in enumerate(area.codes):
        if name not in used:
            yield UNUSED.found(names.codes(area.no), "table", i, needs=names.file(area.no, ""), table=name)


def same_code(area: Area) -> Iterator[Found]:
    for i, table in enumerate(area.codes.values()):
        seen: set[str] = set()
        for j, code in enumerate(table.codes):
            if code in seen:
                words = {"table": table.name, "code": code}
                yield SAME_CODE.found(names.codes(area.no), "table", i, "values", j, **words)
            seen.add(code)


def empty(area: Area) -> Iterator[Found]:
    for i, table in enumerate(area.codes.values()):
        if not table.values or not all(code.strip() for code in table.codes):
            yield EMPTY.found(names.codes(area.no), "table", i, "values", table=table.name)


CHECKS = (no_table, too_narrow, unfit)
AREA_CHECKS = (unused, same_code, empty)
