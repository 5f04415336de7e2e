"""changes.toml: what a version or an overlay has otherwise than the set it builds on.

A folder whose common.toml says ``base`` holds only the differences: this file, and areas or 移行ファイル of its own.
Each entry gives its reason, so that nobody takes a guess for the text of the specification.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from chukan_layout.model.layout import CodeValue, Item, Source, Strict


class Without(Strict):
    """An area, or one 移行ファイル of it, that this set does not have."""

    area: int
    file: str | None = None
    reason: str = Field(min_length=1)


class Rename(Strict):
    """An item under another name; keys, conditions and checks that name it follow."""

    area: int
    file: str
    item: str
    to: str
    reason: str = Field(min_length=1)


class Remove(Strict):
    """An item or a check that this set does not have."""

    area: int
    file: str
    item: str | None = None
    check: str | None = None
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one(self) -> Remove:
        if (self.item is None) == (self.check is None):
            raise ValueError("exactly one of item, check")
        return self


class Change(Strict):
    """Fields of an item with other values; ``set`` is written like the item itself."""

    area: int
    file: str
    item: str
    set: dict[str, Any]
    reason: str = Field(min_length=1)


class Add(Strict):
    """An item more, after the item ``after`` (first when blank, last when absent); its number is given anew."""

    area: int
    file: str
    after: str | None = None
    item: Item
    reason: str = Field(min_length=1)


class Table(Strict):
    """A code table with other values, or one more.  ``pairs`` are (code of the base, code here)."""

    area: int
    name: str
    source: Source
    note: str = ""
    values: tuple[CodeValue, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    reason: str = Field(min_length=1)


class Changes(Strict):
    """changes.toml of a set that has a base."""

    without: tuple[Without, ...] = ()
    rename: tuple[Rename, ...] = ()
    remove: tuple[Remove, ...] = ()
    change: tuple[Change, ...] = ()
    add: tuple[Add, ...] = ()
    table: tuple[Table, ...] = ()

    def absent(self) -> set[int]:
        """Numbers of the areas that are taken out whole."""
        return {w.area for w in self.without if w.file is None}
