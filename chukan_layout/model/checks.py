"""Checks of a layout: conditions, checks between the items of a record, checks between records and files.

``source`` says where a check is from, ``note`` what it cannot see.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Severity = Literal["error", "warning", "info"]
Source = Annotated[
    str, Field(pattern=r"^(official:V\d+\.\d+|successor:\d{3}(/\d+)?|law:.+|draft)$")
]
#: What happens to the record or the value when a check fails.
Action = Literal["reject", "null", "keep"]


class Strict(BaseModel):
    """Base of every declarative object: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Condition(Strict):
    """One test on one item of the same record: its code is in a list, or it is present or absent."""

    item: str
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    not_in: tuple[str, ...] | None = None
    present: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        if sum(x is not None for x in (self.in_, self.not_in, self.present)) != 1:
            raise ValueError("exactly one of in, not_in, present")
        return self


class Compare(Strict):
    """Two items of one record compared, when both have a value (dates, numbers)."""

    kind: Literal["compare"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    left: str
    op: Literal["<=", "<", ">=", ">", "==", "!="]
    right: str
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    action: Action = "keep"
    source: Source
    reason: str = ""
    note: str = ""


class Implies(Strict):
    """When all of ``when`` hold, all of ``then`` must."""

    kind: Literal["implies"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    when: tuple[Condition, ...]
    then: tuple[Condition, ...]
    severity: Severity = "error"
    action: Action = "keep"
    source: Source
    reason: str = ""
    note: str = ""


class Sum(Strict):
    """合計: ``total`` equals the sum of ``plus`` less ``minus``, give or take ``tolerance``; blanks count as 0.

    Not judged when ``total`` is blank (requirement VAL-07 for values that a calculation leaves half way).
    """

    kind: Literal["sum"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    total: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    tolerance: int = Field(default=0, ge=0)
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    action: Action = "keep"
    source: Source
    reason: str = ""
    note: str = ""


class Dated(Strict):
    """コードの有効期間: the code of ``item`` could be given on the day in ``at``, by the dates of its code table.

    Without ``at`` the day is that of the run (``--as-of``); a run that names none lists the check as skipped.  Not
    judged where the code or the day is blank, nor for codes without dates.
    """

    kind: Literal["dated"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    item: str
    at: str | None = None
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    action: Action = "keep"
    source: Source
    reason: str = ""
    note: str = ""


class Unique(Strict):
    kind: Literal["unique"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    items: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""


class Target(Strict):
    """Items of a 移行ファイル that a foreign key may refer to; ``area`` is its 業務 when it is another one."""

    file: str
    items: tuple[str, ...]
    area: int | None = None


class Foreign(Strict):
    """外部キー: the items of this file must stand in ``to_items`` of ``to_file``, or in one of ``or_to``.

    ``to_area`` is the 業務 of ``to_file`` when it is another one.  Not judged unless every 移行ファイル referred
    to is among the inputs: a person who is not in 住民基本台帳 may be in 住登外管理.
    """

    kind: Literal["foreign"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    items: tuple[str, ...]
    to_file: str
    to_items: tuple[str, ...]
    to_area: int | None = None
    or_to: tuple[Target, ...] = ()
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everything the key may refer to."""
        return (Target(file=self.to_file, items=self.to_items, area=self.to_area), *self.or_to)


class GroupCount(Strict):
    """Among the records that satisfy ``where``, each group has min..max records that satisfy ``count``."""

    kind: Literal["group_count"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    group: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    count: tuple[Condition, ...]
    min: int = 0
    max: int = 1
    severity: Severity = "error"
    source: Source
    note: str = ""


class History(Strict):
    """Per key the history number runs 1, 2, 3 ... and exactly the greatest is marked latest.

    With ``start = "any"`` it runs on from the smallest there is, each number as often as it comes: years without a hole.
    """

    kind: Literal["history"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    key: tuple[str, ...]
    number: str
    latest: str | None = None
    start: Literal["one", "any"] = "one"
    severity: Severity = "error"
    source: Source
    note: str = ""


class Totals(Strict):
    """明細の合計: ``amount`` equals the sum of ``of_amount`` over the records of ``of_file`` with the same key.

    ``items`` are the key here, ``of_items`` the key there; no record there counts as 0.  A blank ``amount`` is not
    judged.  ``of_when`` says which records there count.
    """

    kind: Literal["totals"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    items: tuple[str, ...]
    amount: str
    of_file: str
    of_items: tuple[str, ...]
    of_amount: str
    of_area: int | None = None
    of_when: tuple[Condition, ...] = ()
    tolerance: int = Field(default=0, ge=0)
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""


class Periods(Strict):
    """期間: per key the spans from ``start`` to ``end`` (both included, a blank end is open) do not overlap.

    With ``gapless`` each span must begin on the day after the one before it ended.
    """

    kind: Literal["periods"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    key: tuple[str, ...]
    start: str
    end: str
    gapless: bool = False
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""


class Joined(Strict):
    """他ファイルの日付との比較: ``item`` stands in ``op`` to ``to_item`` of the record with the same key there.

    Both are dates; ``years`` and then ``days`` are added to the one there.  An age is reached on the eve of the birthday
    (年齢計算ニ関スル法律): 65歳到達 is ``>=`` 生年月日 with 65 years and -1 day; 29 February becomes 1 March in a common year.
     Not judged where either date is blank or no record there has the key; of several
    there, the last one counts.  ``to_when`` says which records there count.
    """

    kind: Literal["joined"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    items: tuple[str, ...]
    item: str
    op: Literal["<=", "<", ">=", ">"]
    to_file: str
    to_items: tuple[str, ...]
    to_item: str
    to_area: int | None = None
    to_when: tuple[Condition, ...] = ()
    years: int = Field(default=0, ge=0, le=150)
    days: int = Field(default=0, ge=-366, le=366)
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""


RowCheck = Annotated[Compare | Implies | Sum | Dated, Field(discriminator="kind")]
KeyedCheck = Annotated[
    Unique | Foreign | GroupCount | History | Totals | Periods | Joined, Field(discriminator="kind")
]
