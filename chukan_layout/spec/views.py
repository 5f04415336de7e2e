"""What the checks look at: one 移行ファイル among its siblings, one mapped file with its layout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from chukan_layout.model.layout import Area, CodeTable, Condition, Item, LayoutFile, LayoutSet
from chukan_layout.model.mapping import FileMapping, MapItem, Mapping
from chukan_layout.spec import names


@dataclass(frozen=True)
class FileView:
    """A 移行ファイル in its area."""

    layouts: LayoutSet
    area: Area
    file: LayoutFile

    @property
    def doc(self) -> str:
        return names.file(self.area.no, self.file.id)

    @property
    def codes_doc(self) -> str:
        return names.codes(self.area.no)

    @cached_property
    def items(self) -> dict[str, Item]:
        """Items by name."""
        return {item.name: item for item in self.file.items}

    def table(self, item: Item) -> CodeTable | None:
        """The code table of an item, when it has one that exists."""
        return self.area.codes.get(item.code) if item.code is not None else None


@dataclass(frozen=True)
class MapView:
    """One file of a mapping; ``target`` is None when its 移行ファイル is unknown."""

    mapping: Mapping
    file: FileMapping
    target: FileView | None

    @property
    def doc(self) -> str:
        return names.mapping(self.file.id)

    def lines(self) -> list[tuple[int, MapItem, Item]]:
        """Position, line and standard item of every line whose item exists."""
        items = self.target.items if self.target else {}
        return [(i, line, items[line.to]) for i, line in enumerate(self.file.item) if line.to in items]


def file_views(layouts: LayoutSet) -> list[FileView]:
    return [FileView(layouts, area, file) for area in layouts.areas for file in area.files]


def condition_lists(file: LayoutFile) -> list[tuple[tuple[str | int, ...], tuple[Condition, ...]]]:
    """Every list of conditions of a layout file, with its place in the TOML."""
    found: list[tuple[tuple[str | int, ...], tuple[Condition, ...]]] = []
    for i, item in enumerate(file.items):
        found.append((("file", "items", i, "required_when"), item.required_when))
        found.append((("file", "items", i, "applies_when"), item.applies_when))
    for header, checks in (("row_check", file.row_checks), ("keyed_check", file.keyed_checks)):
        for i, check in enumerate(checks):
            for name in ("when", "then", "where", "count"):  # of_when is about another file
                found.append(((header, i, name), getattr(check, name, ())))
    return [(at, conditions) for at, conditions in found if conditions]
