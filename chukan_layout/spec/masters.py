"""Code masters: every code table of the areas as one table that a receiving system loads beside the data (EXT-02)."""

from __future__ import annotations

from collections.abc import Container, Iterator

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import Mapping

COLUMNS = ("業務番号", "業務", "コード名", "コード", "名称", "有効開始年月日", "有効終了年月日", "出所", "備考")


def masters(layouts: LayoutSet, wanted: Container[tuple[int, str]] | None = None) -> Iterator[tuple[str, ...]]:
    """COLUMNS, then a row for each code: of which 業務 and コード名, what it means, when it may be given, and where that is from.

    Of all code tables, or of those in ``wanted`` (number of the 業務, name of the table).
    """
    yield COLUMNS
    for area in layouts.areas:
        for table in area.codes.values():
            if wanted is not None and (area.no, table.name) not in wanted:
                continue
            for value in table.values:
                days = (str(value.valid_from or ""), str(value.valid_to or ""))
                yield (f"{area.no:02d}", area.name, table.name, value.code, value.name, *days, table.source, value.note or table.note)


def codes_of(layouts: LayoutSet, mapping: Mapping) -> set[tuple[int, str]]:
    """The code tables of the items that a mapping takes, as (number of the 業務, name)."""
    items = {(a.no, f.id, i.name): i.code for a in layouts.areas for f in a.files for i in f.items if i.code}
    taken = ((f.area, f.file, line.to) for f in mapping.files for line in f.item)
    return {(place[0], code) for place in taken if (code := items.get(place))}
