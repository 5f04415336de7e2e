"""照合 (comparison) of two dumps as plain data: counts, sums, hash totals, differences by class.

A difference is tolerated only when a declaration says so; everything else fails the comparison.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chukan_layout.model.layout import Strict

SCHEMA_VERSION = "1"
DifferenceClass = Literal[
    "whitespace",  # equal without spaces
    "width",       # equal when full and half width are one
    "kana",        # equal when kinds and sizes of kana and long-vowel marks are one
    "code",        # the same code written otherwise (leading zeros), or a declared pair
    "number",      # the same number written otherwise
    "date",        # the same day written otherwise
    "empty",       # blank against explicitly empty
    "lost",        # a value before, none after
    "gained",      # none before, a value after
    "changed",     # another value
]  # fmt: skip
CLASSES: dict[DifferenceClass, tuple[str, str]] = {
    "whitespace": ("空白だけの違い", "spaces only"),
    "width": ("全角・半角の違い", "width of characters"),
    "kana": ("カナの表し方の違い", "form of kana"),
    "code": ("コードの表し方の違い", "form of a code"),
    "number": ("数の表し方の違い", "form of a number"),
    "date": ("日付の表し方の違い", "form of a date"),
    "empty": ("未入力と明示的な空の違い", "blank or explicitly empty"),
    "lost": ("値が失われた", "value lost"),
    "gained": ("値が加わった", "value gained"),
    "changed": ("値が変わった", "value changed"),
}


class Tolerance(Strict):
    """A difference that is expected: of which items (a glob), which classes or which pair, and why."""

    item: str = "*"
    file: str = "*"
    classes: tuple[DifferenceClass, ...] = ()
    before: str | None = None
    after: str | None = None
    max: int | None = Field(default=None, ge=0)
    reason: str


class RecordTolerance(Strict):
    """Records that may be on one side only: so many, and why (merged, removed, rejected …)."""

    file: str = "*"
    side: Literal["before", "after"]
    max: int = Field(ge=0)
    reason: str


class Tolerances(Strict):
    """A tolerances file: ``[[tolerate]]`` and ``[[records]]``."""

    tolerate: tuple[Tolerance, ...] = ()
    records: tuple[RecordTolerance, ...] = ()


class Side(Strict):
    """One side of a file."""

    records: int = 0
    duplicates: int = 0
    hash_total: str = "0"
    sums: dict[str, str] = {}


class ItemDifference(Strict):
    """How often an item differs, by class; ``tolerated`` are those that a declaration lets through."""

    no: int
    name: str
    classes: dict[DifferenceClass, int]
    tolerated: dict[DifferenceClass, int] = {}

    @property
    def count(self) -> int:
        return sum(self.classes.values())

    @property
    def open(self) -> int:
        return self.count - sum(self.tolerated.values())


class Pair(Strict):
    """A sampled difference for 目視確認; masked unless the user asked to see it."""

    key: str
    item: str
    cls: DifferenceClass
    before: str
    after: str


class FileComparison(Strict):
    area: int
    area_name: str
    file: str
    name: str
    before: Side
    after: Side
    matched: int = 0
    identical: int = 0
    only_before: int = 0
    only_after: int = 0
    only_before_tolerated: int = 0
    only_after_tolerated: int = 0
    items: tuple[ItemDifference, ...] = ()
    samples: tuple[Pair, ...] = ()
    only_before_keys: tuple[str, ...] = ()
    only_after_keys: tuple[str, ...] = ()
    missing: Literal["", "before", "after"] = ""

    @property
    def open(self) -> int:
        """Differences that nothing tolerates."""
        records = self.only_before - self.only_before_tolerated + self.only_after - self.only_after_tolerated
        return records + sum(i.open for i in self.items) + bool(self.missing)


class Comparison(Strict):
    schema_version: str = SCHEMA_VERSION
    tool_version: str
    layout_version: str
    before: str
    after: str
    verdict: Literal["pass", "fail"]
    revealed: bool = False
    files: tuple[FileComparison, ...]
    tolerances: tuple[Tolerance, ...] = ()
    record_tolerances: tuple[RecordTolerance, ...] = ()
    unused: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Deterministic JSON."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"
