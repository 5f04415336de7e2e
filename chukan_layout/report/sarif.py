"""The report as SARIF 2.1.0 (OASIS), for tools that show findings beside the lines they are about.

Results are the sampled findings, whose values are masked; ``occurrenceCount`` of a rule's first result and the run's
properties hold the exact counts.  Checks that did not run and errors of the tool are notifications of the invocation,
not results.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from chukan_layout.model.report import Report, RuleCount, Sample
from chukan_layout.report.inert import inert
from chukan_layout.report.terminal import Lang

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report, lang: Lang) -> str:
    """One run with its rules, results and notifications."""
    numbers = {rule.id: i for i, rule in enumerate(report.rules)}
    run = {
        "tool": {
            "driver": {
                "name": "chukan",
                "version": report.tool_version,
                "rules": [_rule(rule, lang) for rule in report.rules],
            }
        },
        "language": "en-US" if lang == "en" else "ja-JP",
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": [
                    _notice("error", e.message_en if lang == "en" else e.message_ja, e.path) for e in report.errors
                ],
                "toolConfigurationNotifications": [
                    _notice("note", f"{s.check}: {s.reason_en if lang == 'en' else s.reason_ja}", s.file)
                    for s in report.skipped
                ],
            }
        ],
        "results": _results(report, numbers, lang),
        "properties": {
            "verdict": report.verdict,
            "layoutVersion": report.layout.version,
            "rows": report.totals.rows.model_dump(by_alias=True),
            "findings": {rule.id: rule.count for rule in report.rules},
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(rule: RuleCount, lang: Lang) -> dict[str, Any]:
    english = lang == "en"
    return {
        "id": rule.id,
        "name": rule.kind,
        "shortDescription": {"text": inert(rule.title_en if english else rule.title_ja)},
        "fullDescription": {"text": inert(rule.message_en if english else rule.message_ja)},
        "help": {"text": inert(rule.action_en if english else rule.action_ja)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"owner": rule.owner, "source": rule.source, "count": rule.count},
    }


def _results(report: Report, numbers: dict[str, int], lang: Lang) -> list[dict[str, Any]]:
    """Sampled findings; a rule without a sample has one result without a place."""
    results: list[dict[str, Any]] = []
    told: set[str] = set()
    counts = {rule.id: rule.count for rule in report.rules}
    for sample in report.samples:
        results.append(_result(sample, numbers, lang) | _occurrences(counts, sample.rule, told))
    for rule in report.rules:
        if rule.id not in told:
            message = rule.message_en if lang == "en" else rule.message_ja
            results.append(
                {"ruleId": rule.id, "ruleIndex": numbers[rule.id], "level": LEVELS[rule.severity],
                 "message": {"text": inert(message)}} | _occurrences(counts, rule.id, told)
            )  # fmt: skip
    return results


def _occurrences(counts: dict[str, int], rule: str, told: set[str]) -> dict[str, int]:
    if rule in told:
        return {}
    told.add(rule)
    return {"occurrenceCount": max(1, counts.get(rule, 1))}


def _result(sample: Sample, numbers: dict[str, int], lang: Lang) -> dict[str, Any]:
    said = sample.message_en if lang == "en" else sample.message_ja
    value = f" [{sample.value}]" if sample.value else ""
    region: dict[str, int] = {"startLine": sample.line} if sample.line > 0 else {}
    if sample.offset >= 0:
        region["byteOffset"] = sample.offset
    return {
        "ruleId": sample.rule,
        "ruleIndex": numbers.get(sample.rule, -1),
        "level": LEVELS[sample.severity],
        "message": {"text": inert(f"{said}{value} ({sample.item_name} / key {sample.key})")},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": quote(sample.path)}, "region": region}}
        ],
    }


def _notice(level: str, text: str, path: str) -> dict[str, Any]:
    notice: dict[str, Any] = {"level": level, "message": {"text": inert(text)}}
    if path:
        notice["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": quote(path)}}}]
    return notice
