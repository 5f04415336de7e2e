"""The report model: the one source of truth of every rendered report (``report.json``, ◆ DESIGN §4).

It holds nothing that differs between two runs over the same input with the same ``as_of``: times and machines
are in the manifest.  Requirements: RPT-04, VAL-04, CLN-03, FIT-01, FIT-02, FIT-04, LAY-06.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1"
Verdict = Literal["pass", "fail", "error"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)


class LayoutRef(Part):
    """The version that was asked for and what it resolved to (LAY-06)."""

    version: str
    requested: str
    title: str = ""
    source: str = ""


class Rows(Part):
    """``in`` is always ``out + rejected + merged + removed`` (CLN-03)."""

    in_: int = Field(default=0, alias="in", serialization_alias="in")
    out: int = 0
    rejected: int = 0
    merged: int = 0
    removed: int = 0

    model_config = ConfigDict(extra="forbid", populate_by_name=True, defer_build=True)

    @property
    def balanced(self) -> bool:
        return self.in_ == self.out + self.rejected + self.merged + self.removed

    def __add__(self, other: Rows) -> Rows:
        return Rows(
            in_=self.in_ + other.in_,
            out=self.out + other.out,
            rejected=self.rejected + other.rejected,
            merged=self.merged + other.merged,
            removed=self.removed + other.removed,
        )


class Fit(Part):
    """適合率: items of the layout that have a source, of all its items; ``rate`` is truncated to three decimals."""

    items_total: int
    items_matched: int
    rate: float
    side: Literal["source", "destination"] = "source"

    @classmethod
    def of(cls, matched: int, total: int) -> Fit:
        return cls(items_total=total, items_matched=matched, rate=matched * 1000 // total / 1000 if total else 0.0)


class HashTotals(Part):
    """``records``: sum of 64-bit hashes of the output records, in hexadecimal; ``sums``: totals of numeric items."""

    records: str
    sums: dict[str, int] = {}


class ItemCount(Part):
    """How many records have a value, none, the explicit empty value, do not need one, or failed."""

    no: int
    name: str
    value: int = 0
    null: int = 0
    empty: int = 0
    na: int = 0
    failed: int = 0
    findings: dict[str, int] = {}


class SourceRef(Part):
    """``recognised``: by what the file was known, ``name`` or ``header`` with the share of items that agree."""

    path: str
    encoding: str
    bytes: int
    recognised: str = ""


class FileReport(Part):
    """``absent`` are the items of the layout that the file has no column for: nothing about them was checked."""

    area: int
    area_name: str
    file: str
    name: str
    path: str
    source: SourceRef
    rows: Rows
    findings: dict[str, int]
    fit: Fit
    hash_totals: HashTotals
    items: list[ItemCount] = []
    sources: dict[str, int] = {}
    absent: list[str] = []


class RuleCount(Part):
    """A rule with at least one finding."""

    id: str
    kind: str
    severity: str
    area: int
    file: str
    item_no: int
    item_name: str
    title_ja: str
    title_en: str
    message_ja: str
    message_en: str
    action_ja: str
    action_en: str
    owner: str
    source: str
    count: int


class Sample(Part):
    """A finding shown as an example; ``value`` is masked."""

    rule: str
    severity: str
    area: int
    file: str
    path: str
    line: int
    offset: int
    key: str
    item_no: int
    item_name: str
    value: str
    message_ja: str
    message_en: str
    action_ja: str
    action_en: str
    owner: str


class Skipped(Part):
    """A check that did not run, and why: neither a finding nor an error."""

    check: str
    reason_ja: str
    reason_en: str
    file: str = ""


class Cleansed(Part):
    """What a cleansing rule did to ``count`` values or records, or would do (CLN-03)."""

    rule: str
    kind: Literal["normalise", "repair", "purge"]
    #: safe by its class; approved by a person; waiting for a decision, nothing done; planned, nothing written.
    state: Literal["safe", "approved", "waiting", "planned"]
    name_ja: str
    name_en: str = ""
    area: int
    file: str
    items: list[str] = []
    source: str = "draft"
    reason: str = ""
    count: int = 0
    approved_by: str = ""
    approved_on: str = ""


class ToolError(Part):
    """Something that the tool could not do: neither a finding nor a skipped check."""

    message_ja: str
    message_en: str
    path: str = ""


class Totals(Part):
    files: int = 0
    rows: Rows = Rows()
    findings: int = 0
    findings_by_severity: dict[str, int] = {}


class Report(Part):
    schema_version: str = SCHEMA_VERSION
    tool_version: str
    command: Literal["convert", "validate"]
    verdict: Verdict
    layout: LayoutRef
    mapping: str = ""
    municipality: str = ""
    as_of: str = ""
    fail_on: str = "error"
    min_fit: float = 0.0
    files: list[FileReport] = []
    rules: list[RuleCount] = []
    totals: Totals = Totals()
    cleansing: list[Cleansed] = []
    skipped: list[Skipped] = []
    errors: list[ToolError] = []
    samples: list[Sample] = []

    def to_json(self) -> str:
        """Deterministic JSON, one line per leaf."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"
