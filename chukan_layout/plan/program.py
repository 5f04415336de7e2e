"""The compiled program: what the kernel needs, with the names that make its numbers readable."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from chukan_layout.model.cleansing import Rule as CleansingRule
from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import Condition, KeyedCheck
from chukan_layout.plan.records import RecordPlan


@dataclass(frozen=True)
class KeyedTask:
    """One keyed check; ``emit`` is its place among the keys the kernel emits, None when it cannot be judged."""

    check: KeyedCheck
    rule: int
    emit: int | None


@dataclass(frozen=True)
class ParentDemand:
    """Keys that a check asks of another 移行ファイル, with an amount to add up or a day to compare with."""

    area: int
    file: str
    items: tuple[str, ...]
    amount: str | None = None
    day: str | None = None
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class ParentKey:
    """Keys of this file that checks of other files refer to; ``emit`` is their place among its keys."""

    demand: ParentDemand
    emit: int


@dataclass(frozen=True)
class Program:
    """``spec`` is the kernel's JSON (docs/architecture.md); rule numbers in it index ``rules``.

    ``columns`` are the output columns in order, ``residual`` the source items kept beside them, ``source_columns``
    the names of the source's fields in order.  ``matched`` counts the items of the layout that have a source
    (requirement FIT-01); a constant of the mapping is a value but no source, so it does not count.
    """

    area: int
    file: str
    spec: dict[str, Any]
    rules: tuple[Rule, ...]
    columns: tuple[str, ...]
    residual: tuple[str, ...]
    source_columns: tuple[str, ...]
    key: tuple[str, ...]
    matched: int
    keyed: tuple[KeyedTask, ...] = ()
    parents: tuple[ParentKey, ...] = ()
    missing: tuple[str, ...] = field(default=())
    #: The cleansing rules of the file; their numbers in ``spec`` index this.
    cleansing: tuple[CleansingRule, ...] = ()
    #: How the file is cut into records, None for delimited files.
    records: RecordPlan | None = None

    @property
    def spec_bytes(self) -> bytes:
        """The JSON as UTF-8."""
        return json.dumps(self.spec, ensure_ascii=False).encode()
