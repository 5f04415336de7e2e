"""Code masters: every code table of the areas as one table that a receiving system loads beside the data (EXT-02)."""

from __future__ import annotations

from collections.abc import Iterator

from chukan_layout.model.layout import LayoutSet

COLUMNS = ("業務番号", "業務", "コード名", "コード", "名称", "有効開始年月日", "有効終了年月日", "出所", "備考")


def masters(layouts: LayoutSet) -> Iterator[tuple[str, ...]]:
    """COLUMNS, then a row for each code: of which 業務 and コード名, what it means, when it may be given, and where that is from."""
    yield COLUMNS
    for area in layouts.areas:
        for table in area.codes.values():
            for value in table.values:
                days = (str(value.valid_from or ""), str(value.valid_to or ""))
                yield (f"{area.no:02d}", area.name, table.name, value.code, value.name, *days, table.source, value.note or table.note)
