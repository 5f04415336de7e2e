"""What a workbook said so far: areas, files, items and code tables before they become models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chukan_layout.spec.problem import Problem
from chukan_layout.spec.workbook import values
from chukan_layout.spec.workbook.kinds import ALTERED, PASSED_OVER, UNREADABLE_CELL
from chukan_layout.spec.workbook.tables import Line

#: More repetitions than this stay one item, with the number among its attributes.
MOST_REPEATS = 60


@dataclass
class ItemDraft:
    line: Line
    data: dict[str, Any]
    attributes: dict[str, str]


@dataclass
class FileDraft:
    no: int
    name: str
    place: str
    description: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    items: list[ItemDraft] = field(default_factory=list)
    key: list[str] = field(default_factory=list)


@dataclass
class TableDraft:
    name: str
    place: str
    description: str = ""
    note: str = ""
    values: list[dict[str, str]] = field(default_factory=list)
    number: str = ""


@dataclass
class AreaDraft:
    name: str
    no: int | None = None
    version: str | None = None
    files: dict[str, FileDraft] = field(default_factory=dict)
    tables: dict[str, TableDraft] = field(default_factory=dict)

    def file(self, name: str, place: str) -> FileDraft:
        """The file of a name, made when it is new."""
        found = self.files.get(values.same(name))
        if found is None:
            found = self.files[values.same(name)] = FileDraft(len(self.files) + 1, name.strip(), place)
        return found

    def table(self, name: str, place: str) -> TableDraft:
        found = self.tables.get(values.same(name))
        if found is None:
            found = self.tables[values.same(name)] = TableDraft(name.strip(), place)
        return found


class Notes:
    """Problems gathered on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def unreadable(self, line: Line, name: str, what: str, allowed: str) -> None:
        value = line.cells.get(name, "").strip()
        shown = value if len(value) <= 40 else value[:40] + "…"
        problem = UNREADABLE_CELL.problem(line.place(name), 0, what=what, value=shown, allowed=allowed)
        self.problems.append(problem)

    def passed(self, place: str, what: str) -> None:
        self.problems.append(PASSED_OVER.problem(place, 0, what=what if len(what) <= 60 else what[:60] + "…"))

    def altered(self, place: str, name: str, what: str) -> None:
        self.problems.append(ALTERED.problem(place, 0, name=name, what=what))


def shape_of_value(line: Line, notes: Notes) -> dict[str, Any]:
    """Type, digits and scale of an item; what cannot be read is told, and left out."""
    data: dict[str, Any] = {}
    kind = values.data_type(line.cells["type"])
    if kind is None:
        notes.unreadable(line, "type", "データ型", "使えるもの: " + "、".join(values.TYPES))
    else:
        data["type"] = kind
    text = line.cells.get("digits", "")
    size = (values.WIDTHS[kind], 0) if kind in values.WIDTHS and not text.strip() else values.digits(text)
    if size is None or not 1 <= size[0] <= 4000:
        notes.unreadable(line, "digits", "桁数", "1 から 4000 の数、小数は 5,2 の形")
    else:
        data["digits"] = size[0]
        if size[1]:
            data["scale"] = size[1]
    return data


def expanded(draft: ItemDraft, times: int, notes: Notes) -> list[ItemDraft]:
    """An item that repeats, as numbered items; as it is when it is numbered already, or repeats too often."""
    name = str(draft.data["name"])
    place = draft.line.place("repeat")
    if times <= 1:
        return [draft]
    if times > MOST_REPEATS:
        draft.attributes["繰り返し"] = str(times)
        notes.altered(place, name, f"繰り返し {times} 回は一つの項目とした")
        return [draft]
    draft.data["repeat"] = times
    if name[-1].isdecimal():
        return [draft]
    notes.altered(place, name, f"繰り返し {times} 回を {name}1 から {name}{times} の項目とした")
    return [
        ItemDraft(draft.line, {**draft.data, "name": f"{name}{i}"}, dict(draft.attributes)) for i in range(1, times + 1)
    ]
