"""The report of a run, from what it has counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chukan_layout import __version__
from chukan_layout.model.finding import Rule, at_or_above
from chukan_layout.model.report import (
    Cleansed,
    FileReport,
    LayoutRef,
    Report,
    Rows,
    RuleCount,
    Skipped,
    ToolError,
    Totals,
)  # fmt: skip
from chukan_layout.run.findings import RunFindings
from chukan_layout.run.order import Order


def report_of(
    order: Order,
    files: list[FileReport],
    findings: RunFindings,
    skipped: Sequence[Skipped],
    errors: list[ToolError],
    cleansing: list[Cleansed],
) -> Report:
    """The rules by how often they were broken; the verdict is ``error`` after any error of the tool."""
    layouts = order.layouts
    rules = sorted(findings.counts.items(), key=lambda c: (-c[1], c[0].id, c[0].file))
    severities = Counter[str]()
    for rule, n in rules:
        severities[rule.severity] += n
    failing = any(at_or_above(s, order.fail_on) for s, n in severities.items() if n)
    failing |= any(f.fit.rate < order.min_fit for f in files)
    left_out = [Skipped(check=pattern, reason_ja=ja, reason_en=en) for pattern, ja, en in order.policy.left_out]
    samples = dict(findings.samples)  # two rules of one id, of two files, share their examples
    return Report(
        tool_version=__version__,
        command="convert" if order.writes else "validate",
        verdict="error" if errors else "fail" if failing else "pass",
        layout=LayoutRef(version=layouts.version, requested=order.requested, title=layouts.title, source=layouts.source),
        mapping=order.mapping.vendor if order.mapping else "",
        municipality=order.municipality,
        as_of=order.as_of,
        fail_on=order.fail_on,
        min_fit=order.min_fit,
        files=files,
        rules=[RuleCount(**_said(rule), count=n) for rule, n in rules],
        totals=Totals(
            files=len(files),
            rows=sum((f.rows for f in files), Rows()),
            findings=sum(severities.values()),
            findings_by_severity=dict(severities),
        ),
        cleansing=cleansing,
        skipped=[*skipped, *left_out],
        errors=errors,
        samples=[s for rule, _ in rules for s in samples.pop(rule.id, [])],
    )


def _said(rule: Rule) -> dict[str, Any]:
    said = rule._asdict()
    del said["stable_since"]
    return said
