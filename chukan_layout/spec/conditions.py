"""Conditions name items of the record and codes of their tables: in layouts and in mappings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chukan_layout.model.layout import Condition
from chukan_layout.spec.problem import At, Found, Kind
from chukan_layout.spec.suggest import near
from chukan_layout.spec.views import FileView

UNKNOWN_ITEM = Kind(
    "L301", "error",
    "条件の項目「{name}」は {file} にありません",
    "the condition names {name}, which {file} does not have",
    "項目の名前を直す",
    "correct the name of the item",
)  # fmt: skip
UNKNOWN_CODE = Kind(
    "L302", "error",
    "条件のコード「{code}」はコード表「{table}」にありません",
    "the condition names the code {code}, which the code table {table} does not have",
    "コードを直す",
    "correct the code",
)  # fmt: skip


def unknown_items(
    view: FileView, doc: str, at: At, tests: Sequence[Condition]
) -> Iterator[Found]:
    """Conditions on items that the 移行ファイル does not have."""
    for i, test in enumerate(tests):
        if test.item not in view.items:
            hint = near(test.item, view.items)
            yield UNKNOWN_ITEM.found(doc, *at, i, hint=hint, name=test.item, file=view.file.id)


def unknown_codes(
    view: FileView, doc: str, at: At, tests: Sequence[Condition]
) -> Iterator[Found]:
    """Conditions on codes that the item's table does not have."""
    for i, test in enumerate(tests):
        item = view.items.get(test.item)
        table = view.table(item) if item else None
        for code in (*(test.in_ or ()), *(test.not_in or ())) if table else ():
            if table and code not in table.codes:
                hint = near(code, table.codes)
                yield UNKNOWN_CODE.found(doc, *at, i, hint=hint, code=code, table=table.name)
