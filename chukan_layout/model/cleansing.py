"""データクレンジング: rules for values that are put right and for records that are not needed (CLN-02, CLN-03).

A file of rules is written once for a layout and may be given with any mapping; ``source`` says where a rule is from.
A rule of the class ``safe`` is applied wherever it is given.  One of the class ``decision`` is applied only when an
:class:`Approval` names it and who approved it; until then the run says how many records wait for it.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chukan_layout.model.checks import Source, Strict
from chukan_layout.model.mapping import Op

RuleId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{1,19}$")]
Class = Literal["safe", "decision"]


class Test(Strict):
    """One test on one item of the standard: its value is in a list, present or absent, or a date before a day.

    ``older_than_years`` is the day of the run (``--as-of``) that many years back: a retention period (保存期間).
    """

    item: str
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    not_in: tuple[str, ...] | None = None
    present: bool | None = None
    before: dt.date | None = None
    older_than_years: int | None = Field(default=None, ge=1, le=200)

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if sum(x is not None for x in (self.in_, self.not_in, self.present, self.before, self.older_than_years)) != 1:
            raise ValueError("exactly one of in, not_in, present, before, older_than_years")
        return self


class _Rule(Strict):
    id: RuleId
    name: str = Field(min_length=1)
    name_en: str = ""
    area: int
    file: str
    class_: Class = Field(default="decision", alias="class")
    source: Source
    reason: str = ""
    note: str = ""


class Normalise(_Rule):
    """正規化: operations of a mapping, run behind the mapping's own on each of ``items``."""

    items: tuple[str, ...] = Field(min_length=1)
    ops: tuple[Op, ...] = Field(min_length=1)


class Repair(_Rule):
    """補正: operations on one item, with the evidence for the new value.

    With ``from`` (an item of the source) a blank value is first taken from there.
    """

    item: str
    from_: str | None = Field(default=None, alias="from")
    ops: tuple[Op, ...] = ()
    evidence: str = Field(min_length=1)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.from_ is None and not self.ops:
            raise ValueError("from or ops")
        return self


class Purge(_Rule):
    """不要データの削除: records for which all of ``when`` hold are kept apart, in ``RUN/removed``."""

    when: tuple[Test, ...] = Field(min_length=1)


Rule = Normalise | Repair | Purge


class Cleansing(Strict):
    """The rules of one file, in the order in which they are applied; records are judged with their new values."""

    normalise: tuple[Normalise, ...] = ()
    repair: tuple[Repair, ...] = ()
    purge: tuple[Purge, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (*self.normalise, *self.repair, *self.purge)


class Approval(Strict):
    """Somebody's decision that a rule is to be applied."""

    rule: RuleId
    by: str = Field(min_length=1)
    on: dt.date
    note: str = ""


class Approvals(Strict):
    approve: tuple[Approval, ...] = ()


class Chosen(Strict):
    """What a run applies, and what waits for a decision."""

    rules: tuple[Normalise | Repair | Purge, ...] = ()
    waiting: tuple[Normalise | Repair | Purge, ...] = ()
    approvals: tuple[Approval, ...] = ()

    def approval(self, rule: str) -> Approval | None:
        return next((a for a in self.approvals if a.rule == rule), None)


def kind_of(rule: Rule) -> Literal["normalise", "repair", "purge"]:
    return "normalise" if isinstance(rule, Normalise) else "repair" if isinstance(rule, Repair) else "purge"


def items_of(rule: Rule) -> tuple[str, ...]:
    """The items whose values the rule changes; for a purge those it looks at."""
    if isinstance(rule, Normalise):
        return rule.items
    return (rule.item,) if isinstance(rule, Repair) else tuple(dict.fromkeys(t.item for t in rule.when))
