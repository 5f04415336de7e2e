"""What a run is asked to do, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass, field
from typing import Literal

from chukan_layout.engines.engine import Engine
from chukan_layout.engines.local import LocalEngine
from chukan_layout.model.cleansing import Chosen
from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import Mapping
from chukan_layout.model.report import Report
from chukan_layout.read.discover import Source
from chukan_layout.rules.policy import EVERY_RULE, Policy
from chukan_layout.run.cleansing import Example

SAMPLES = 20
#: What is told while files are read: file, bytes and records of it.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Order:
    """What a run is asked to do.  ``direction`` back writes the vendor's files from the standard's.

    ``formats`` is empty for a validation: of the standard's files, or of a vendor's through its ``mapping``.  A fit rate below ``min_fit`` fails the run.  With ``metadata_only`` neither
    keys nor values of records are kept anywhere.  ``records_before`` counts the records of a 移行ファイル that this run's will
    stand behind.  ``cleansing`` are the rules that change values and remove records of a conversion.  ``only`` are the 移行ファイル to be taken (area, id), and ``selected`` what they are called; None takes
    all.  ``block`` is for tests; it must not change with ``jobs`` or ``engine``.
    """

    sources: Sequence[Source]
    layouts: LayoutSet
    requested: str
    mapping: Mapping | None = None
    direction: Literal["convert", "validate", "back"] = "convert"
    formats: tuple[str, ...] = ("csv",)
    jobs: int = 1
    reveal: bool = False
    fail_on: str = "error"
    as_of: str = ""
    municipality: str = ""
    policy: Policy = EVERY_RULE
    min_fit: float = 0.0
    sample_limit: int = SAMPLES
    metadata_only: bool = False
    block: int = 0
    records_before: Mapping_[tuple[int, str], int] = field(default_factory=dict)
    cleansing: Chosen = field(default_factory=Chosen)
    only: tuple[tuple[int, str], ...] | None = None
    selected: str = ""
    engine: Engine = field(default_factory=LocalEngine)

    @property
    def cleanses(self) -> bool:
        return bool(self.cleansing.rules or self.cleansing.waiting)

    @property
    def writes(self) -> bool:
        """Whether data come out, and with them rejects, residual items and the ledger of gaiji."""
        return bool(self.formats)


@dataclass
class Result:
    report: Report
    inputs: list[tuple[str, int, str]] = field(default_factory=list)
    outputs: list[tuple[str, int, str]] = field(default_factory=list)
    headers: dict[str, bytes] = field(default_factory=dict)
    #: By rule, for a plan of cleansing.
    examples: dict[str, list[Example]] = field(default_factory=dict)
