"""What a workbook lacks (keys, checks, secret classes), taken from layouts that have the same files and items.

What comes from the workbook stays: only fields that the official columns do not carry are filled.
"""

from __future__ import annotations

from chukan_layout.model.layout import Area, CodeTable, Item, LayoutFile, LayoutSet
from chukan_layout.spec.check_layout import inconsistencies
from chukan_layout.spec.workbook import values
from chukan_layout.spec.workbook.extra import ITEM_COLUMNS, PERIOD, fields

_OWN_ITEM = [name for name in fields(Item, ITEM_COLUMNS) if name not in ("source", "attributes")]


def completed(layouts: LayoutSet, base: LayoutSet) -> LayoutSet:
    """``layouts`` with what ``base`` adds to its files; what would disagree with the workbook is left out."""
    there = {area.no: area for area in base.areas}
    areas = tuple(_area(a, there[a.no]) if a.no in there else a for a in layouts.areas)
    whole = layouts.model_copy(update={"areas": areas})
    before = {(a.no, f.id): f for a in layouts.areas for f in a.files}
    while bad := _doubtful(whole, before):
        files = {f.id: f for f in bad}
        number = bad[0].area
        area = whole.area(number)
        changed = area.model_copy(update={"files": tuple(files.get(f.id, f) for f in area.files)})
        whole = whole.model_copy(update={"areas": tuple(changed if a.no == number else a for a in whole.areas)})
    return whole


def _area(area: Area, base: Area) -> Area:
    there = {values.same(f.name): f for f in base.files}
    files = tuple(_file(f, there[n]) if (n := values.same(f.name)) in there else f for f in area.files)
    codes = {name: _dated(table, base.codes[name]) if name in base.codes else table for name, table in area.codes.items()}
    return area.model_copy(update={"files": files, "codes": codes})


def _dated(table: CodeTable, base: CodeTable) -> CodeTable:
    """The table with the base's periods, for codes of the same name; what the book says stays."""
    there = {(v.code, v.name): v for v in base.values if v.valid_source}
    values = tuple(
        v.model_copy(update={name: getattr(there[v.code, v.name], name) for name in PERIOD})
        if (v.code, v.name) in there and not v.valid_source
        else v
        for v in table.values
    )
    return table.model_copy(update={"values": values})


def _file(file: LayoutFile, base: LayoutFile) -> LayoutFile:
    there = {i.name: i for i in base.items}
    items = tuple(_item(i, there[i.name]) if i.name in there else i for i in file.items)
    required = {i.name for i in items if i.required}
    key = file.key or (base.key if set(base.key) <= required else ())
    checks = {"row_checks": file.row_checks or base.row_checks, "keyed_checks": file.keyed_checks or base.keyed_checks}
    return file.model_copy(update={"items": items, "key": key, "id": base.id, **checks})


def _item(item: Item, base: Item) -> Item:
    """The item with the base's checks, when it is of the same type; its secret class in any case."""
    if (item.type, item.digits, item.scale) != (base.type, base.digits, base.scale):
        return item.model_copy(update={"secret": base.secret})
    return item.model_copy(update={name: getattr(base, name) for name in _OWN_ITEM})


def _doubtful(layouts: LayoutSet, before: dict[tuple[int, str], LayoutFile]) -> list[LayoutFile]:
    """Files of one area without the checks and fields that do not fit the rest; none when all fit."""
    drop: dict[tuple[int, str], set[tuple[str, int]]] = {}
    known = {f"file:{a.no:02d}/{f.id}": (a.no, f) for a in layouts.areas for f in a.files}
    for found in inconsistencies(layouts):
        place = (found.at[1:3] if found.at[:2] == ("file", "items") else found.at[:2]) if found.doc in known else ()
        if len(place) == 2 and place[0] in ("row_check", "keyed_check", "items") and isinstance(place[1], int):
            no, file = known[found.doc]
            drop.setdefault((no, file.id), set()).add((str(place[0]), place[1]))
    made: list[LayoutFile] = []
    for (no, file_id), places in drop.items():
        file = next(f for f in layouts.area(no).files if f.id == file_id)
        slim = _without(file, places, before)
        if slim != file and (not made or made[0].area == no):
            made.append(slim)
    return made


def _without(
    file: LayoutFile, places: set[tuple[str, int]], before: dict[tuple[int, str], LayoutFile]
) -> LayoutFile:
    rows = tuple(c for i, c in enumerate(file.row_checks) if ("row_check", i) not in places)
    keyed = tuple(c for i, c in enumerate(file.keyed_checks) if ("keyed_check", i) not in places)
    first = before.get((file.area, file.id))
    plain = {i.name: i for i in first.items} if first else {}
    items = tuple(
        plain[item.name].model_copy(update={"secret": item.secret}) if ("items", i) in places and item.name in plain else item
        for i, item in enumerate(file.items)
    )
    return file.model_copy(update={"row_checks": rows, "keyed_checks": keyed, "items": items})
