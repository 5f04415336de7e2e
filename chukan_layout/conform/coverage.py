"""What was asked, what was checked, and how it ended: every rule of the layouts with its outcome.

pass     the rule was applied to every record and held
warn     it was broken, at a severity that does not fail the run
fail     it was broken
skip     it could not be applied: the item has no column, or a file it refers to is not there
omit     the 移行ファイル is not among the inputs
error    the 移行ファイル is there and could not be read
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from chukan_layout.model.finding import Rule, at_or_above
from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.report import FileReport, Report
from chukan_layout.rules.generated import rules_of
from chukan_layout.rules.structure import STRUCTURE

OUTCOMES = ("pass", "warn", "fail", "skip", "omit", "error")


def coverage(report: Report, layouts: LayoutSet) -> dict[str, Any]:
    """``{"counts": {outcome: n}, "requirements": [{rule, file, item, source, outcome, findings}]}`` in order of the layouts."""
    rows = [row for area in layouts.areas for file in area.files for row in _of_file(report, rules_of(file))]
    rows += _of_structure(report)
    counts = Counter(row["outcome"] for row in rows)
    return {"counts": {outcome: counts[outcome] for outcome in OUTCOMES}, "requirements": rows}


def _of_file(report: Report, rules: list[Rule]) -> list[dict[str, Any]]:
    if not rules:
        return []
    parts = [f for f in report.files if (f.area, f.file) == (rules[0].area, rules[0].file)]
    skipped = {s.check for s in report.skipped}
    return [_row(rule, _count(parts, rule), _outcome(report, parts, rule, skipped)) for rule in rules]


def _count(parts: list[FileReport], rule: Rule) -> int:
    return sum(part.findings.get(rule.id, 0) for part in parts)


def _outcome(report: Report, parts: list[FileReport], rule: Rule, skipped: set[str]) -> str:
    if not parts:
        return "omit"
    if _count(parts, rule):
        severity = next((r.severity for r in report.rules if r.id == rule.id), rule.severity)
        return "fail" if report.fail_on != "never" and at_or_above(severity, report.fail_on) else "warn"
    if all(set(part.findings) & {"S-HEADER", "S-EMPTY"} for part in parts):
        return "error"
    if rule.id in skipped or all(rule.item_name in part.absent for part in parts):
        return "skip"
    return "pass"


def _of_structure(report: Report) -> list[dict[str, Any]]:
    rows = []
    for rule in STRUCTURE.values():
        count = sum(file.findings.get(rule.id, 0) for file in report.files)
        outcome = "omit" if not report.files else "fail" if count else "pass"
        rows.append(_row(rule, count, outcome))
    return rows


def _row(rule: Rule, count: int, outcome: str) -> dict[str, Any]:
    return {
        "rule": rule.id, "file": rule.file, "item": rule.item_name, "title": rule.title_ja, "source": rule.source,
        "outcome": outcome, "findings": count,
    }  # fmt: skip
