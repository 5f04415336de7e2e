"""工数の見積もりの根拠 (requirements CST-01 … CST-04): what was counted, the unit hours, and their product.

An estimate is never one figure and never stands without its inputs: every line holds the count, the unit hours and both
ends of the range, with the layout and without it.  Hours are decimals, so that sums are exact.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, PlainSerializer, model_validator

from chukan_layout.model.layout import Strict

SCHEMA_VERSION = "1"
#: What is counted: name, in Japanese, in English.  ``UnitHours`` may give hours to any of them, more than once.
COUNTED: dict[str, tuple[str, str]] = {
    "files": ("移行ファイルの数", "files of the layout"),
    "host_files": ("固定長（ホスト）のファイルの数", "files of fixed-length records"),
    "items_plain": ("演算なしで対応する項目の数", "matched items without operations"),
    "items_converted": ("演算つきで対応する項目の数", "matched items with operations"),
    "items_constant": ("固定値を設定する項目の数", "items set to a constant"),
    "items_required_unset": ("設定不能の必須項目の数", "required items that cannot be set"),
    "source_items": ("移行元の項目の数", "items of the source"),
    "source_individual": ("個別移行が残る移行元の項目の数", "source items left to individual migration"),
    "source_discarded": ("破棄する移行元の項目の数", "source items discarded"),
    "code_tables": ("コード対応表の数", "code correspondence tables"),
    "code_values": ("コード対応表の値の数", "values in code correspondence tables"),
    "gaiji": ("移行先の字が決まっていない外字の数", "user-defined characters without a target"),
    "records": ("記録の件数", "records"),
    "rules_found": ("指摘が出た検査の数", "checks with findings"),
    "findings": ("指摘の件数", "findings"),
}
#: Counts of what remains individual whatever the layout (CST-01).
INDIVIDUAL = frozenset({"source_individual"})
Counted = Literal[
    "files", "host_files", "items_plain", "items_converted", "items_constant", "items_required_unset", "source_items",
    "source_individual", "source_discarded", "code_tables", "code_values", "gaiji", "records", "rules_found", "findings",
]  # fmt: skip
Side = Literal["移行元", "移行先", "地方公共団体"]
Hours = Annotated[Decimal, Field(ge=0), PlainSerializer(float, return_type=float, when_used="json")]


class Range(Strict):
    """From ``low`` to ``high`` hours."""

    low: Hours = Decimal(0)
    high: Hours = Decimal(0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError("the first figure is above the second")
        return self

    def __add__(self, other: Range) -> Range:
        return Range(low=self.low + other.low, high=self.high + other.high)

    def times(self, factor: Decimal) -> Range:
        return Range(low=self.low * factor, high=self.high * factor)


class Unit(Strict):
    """Hours per ``per`` of a count: ``hours`` through the layout, ``without`` by the former way.

    ``once`` work is done once for several bodies that share a mapping, through the layout; by the former way by each.
    """

    count: Counted
    step: str = Field(min_length=1)
    side: Side
    hours: tuple[Hours, Hours] = (Decimal(0), Decimal(0))
    without: tuple[Hours, Hours] = (Decimal(0), Decimal(0))
    per: int = Field(default=1, ge=1)
    once: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.hours[0] > self.hours[1] or self.without[0] > self.without[1]:
            raise ValueError("hours = [least, most]: the first figure is above the second")
        return self


class UnitHours(Strict):
    """The file of unit hours.  ``source`` says who set them; the one shipped is ``draft``."""

    title: str
    source: str
    unit: tuple[Unit, ...] = Field(min_length=1)


class Actual(Strict):
    """Hours that a step really took on a side (CST-03)."""

    step: str
    side: Side
    hours: Hours
    note: str = ""


class Actuals(Strict):
    actual: tuple[Actual, ...] = ()


class Line(Strict):
    """A unit with its count.  ``amount`` and the hours are None when the count is not known."""

    unit: Unit
    amount: int | None
    hours: Range | None
    without: Range | None


Sums = tuple[Range | None, Range | None]


class Basis(Strict):
    """One body or mapping or dump, counted and multiplied."""

    label: str
    kind: Literal["mapping", "run", "profile"]
    layout_version: str = ""
    counts: dict[str, int | None]
    lines: tuple[Line, ...]

    @property
    def unknown(self) -> list[str]:
        """Counts that have unit hours and could not be counted: they are in no sum."""
        return list(dict.fromkeys(line.unit.count for line in self.lines if line.amount is None))

    def total(self, step: str | None = None, side: str | None = None, individual: bool | None = None) -> Sums:
        """Sums through the layout and without it, of the lines of a step, of a side, of what remains individual.

        None where lines are asked for and not one of them could be counted: not known is not nothing.
        """
        asked = [
            line for line in self.lines
            if step in (None, line.unit.step) and side in (None, line.unit.side)
            and individual in (None, line.unit.count in INDIVIDUAL)
        ]  # fmt: skip
        known = [(line.hours, line.without) for line in asked if line.hours is not None and line.without is not None]
        if asked and not known:
            return None, None
        with_, without = Range(), Range()
        for layout, former in known:
            with_, without = with_ + layout, without + former
        return with_, without


class Estimate(Strict):
    """Everything; ``bodies`` is how many municipalities share one mapping."""

    schema_version: str = SCHEMA_VERSION
    tool_version: str
    units: UnitHours
    bodies: int
    basis: tuple[Basis, ...]
    actual: tuple[Actual, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """For JSON: the sums beside the lines that they are made of."""
        made = self.model_dump(mode="json")
        for data, basis in zip(made["basis"], self.basis, strict=True):
            for name, sums in (("total", basis.total()), ("individual", basis.total(individual=True))):
                layout, without = (r.model_dump(mode="json") if r is not None else None for r in sums)
                data[name] = {"layout": layout, "without": without}
            data["unknown"] = basis.unknown
        return {**made, "promise": False, "formula": FORMULA[1]}


FORMULA = (
    "工数 = 数 ÷ 単位 × 単位工数（下限〜上限）× 団体数。「共用」の作業は、レイアウトを使うと団体数を掛けない。合計は行の和で、途中で丸めない。",
    "hours = count / per x unit hours (least to most) x bodies; work marked shared is not multiplied through the layout; sums are of unrounded lines",
)
