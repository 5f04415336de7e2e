"""Formats for continuous integration: what their readers are promised."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from chukan_layout.model.report import Report
from chukan_layout.report.registry import render
from tests.golden.report_fixture import report

SARIF_SCHEMA = Path(__file__).parents[1] / "data" / "sarif-2.1.0.schema.json"


def text(fmt: str, made: Report, lang: str = "ja") -> str:
    result = render(made, fmt, lang)
    return result if isinstance(result, str) else result.decode()


def hostile() -> Report:
    """Values that would be commands, tags or line ends."""
    bad = "::error::x\r\n%0A<b>&\x00\u202e"
    samples = [s.model_copy(update={"value": bad, "key": bad, "path": f"a,b:{bad}"}) for s in report().samples]
    return report().model_copy(update={"samples": samples})


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("made", [report(), hostile()], ids=["plain", "hostile"])
def test_sarif_obeys_its_schema_and_counts_exactly(made: Report, lang: str) -> None:
    log = json.loads(text("sarif", made, lang))
    jsonschema.validate(log, json.loads(SARIF_SCHEMA.read_text(encoding="utf-8")))
    (run,) = log["runs"]
    counted = {r["ruleId"]: r["occurrenceCount"] for r in run["results"] if "occurrenceCount" in r}
    assert counted == {rule.id: rule.count for rule in made.rules}
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert run["invocations"][0]["executionSuccessful"] is not bool(made.errors)


def test_junit_fails_what_failed() -> None:
    root = ET.fromstring(text("junit", report()))
    failed = {case.get("name") for case in root.iter("testcase") if case.find("failure") is not None}
    grave = {rule.id for rule in report().rules if rule.severity == "error"}
    assert failed == grave
    assert len(list(root.iter("skipped"))) == len(report().skipped)
    assert len(list(root.iter("error"))) == len(report().errors)
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite)
    assert int(root.get("failures", "")) == len(failed)


def test_junit_passes_items_without_findings() -> None:
    names = [case.get("name") for case in ET.fromstring(text("junit", report())).iter("testcase")]
    assert "003 備考" in names
    assert "001 世帯番号" not in names, "its rule is told instead"


def test_junit_of_hostile_values_can_be_parsed() -> None:
    assert ET.fromstring(text("junit", hostile())).tag == "testsuites"


def test_github_lines_hold_one_command_each() -> None:
    lines = text("github", hostile()).splitlines()
    assert all(line.startswith(("::error", "::warning", "::notice")) for line in lines)
    assert sum(line.startswith("::error") for line in lines) >= 1
    about_place = [line for line in lines if "file=a%2Cb" in line]
    assert len(about_place) == len(report().samples)


def test_json_lines_end_with_the_summary() -> None:
    lines = [json.loads(line) for line in text("jsonl", report()).splitlines()]
    assert lines[-1]["type"] == "summary" and lines[-1]["verdict"] == report().verdict
    assert sum(line["type"] == "rule" for line in lines) == len(report().rules)
    assert sum(line["type"] == "finding" for line in lines) == len(report().samples)
