"""The report as JUnit XML, for continuous integration: a suite per file, a test per item and per rule that failed.

A test of an item passes when no record broke a rule about it; a check that did not run is a skipped test; what the
tool could not do is an error.  Warnings and infos are told in ``system-out`` and do not fail (requirement VAL-04).
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from chukan_layout.model.finding import at_or_above
from chukan_layout.model.report import FileReport, Report, RuleCount, Sample
from chukan_layout.report.inert import inert
from chukan_layout.report.terminal import Lang

#: Examples told with a failure.
EXAMPLES = 5


def render(report: Report, lang: Lang) -> bytes:
    """UTF-8 XML as the common parsers read it (testsuites, testsuite, testcase, failure, skipped, error)."""
    root = ET.Element("testsuites", name="chukan " + report.command)
    rules = {(r.area, r.file, r.id): r for r in report.rules}
    for file in report.files:
        _suite_of(root, file, report, rules, lang)
    _suite_of_run(root, report, lang)
    totals = {
        key: str(sum(int(suite.get(key, "0")) for suite in root))
        for key in ("tests", "failures", "errors", "skipped")
    }
    root.attrib.update(totals)
    ET.indent(root, " ")
    raw: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return raw + b"\n"


def _suite_of(
    root: ET.Element, file: FileReport, report: Report, rules: dict[tuple[int, str, str], RuleCount], lang: Lang
) -> None:
    name = f"{file.area:02d}-{file.area_name}/{file.file} ({file.source.path})"
    suite = ET.SubElement(root, "testsuite", name=inert(name))
    broken = [rules[key] for i in sorted(file.findings) if (key := (file.area, file.file, i)) in rules]
    for item in file.items:
        if not any(rule.item_no == item.no for rule in broken):
            _case(suite, file, f"{item.no:03d} {item.name}")
    for rule in broken:
        case = _case(suite, file, rule.id)
        _failed(case, rule, file, report, lang)
    balance = _case(suite, file, "件数照合 (counts reconcile)")
    rows = file.rows
    ET.SubElement(balance, "system-out").text = (
        f"in {rows.in_} = out {rows.out} + rejected {rows.rejected} + merged {rows.merged} + removed {rows.removed}"
    )
    if not rows.balanced:
        ET.SubElement(balance, "failure", message="件数が合いません (counts do not reconcile)")
    _count(suite)


def _failed(case: ET.Element, rule: RuleCount, file: FileReport, report: Report, lang: Lang) -> None:
    said = rule.message_en if lang == "en" else rule.message_ja
    advice = rule.action_en if lang == "en" else rule.action_ja
    count = file.findings[rule.id]
    lines = [f"{said} {advice}", *(_example(s) for s in _samples(report, rule, file)[:EXAMPLES])]
    if report.fail_on == "never" or not at_or_above(rule.severity, report.fail_on):
        ET.SubElement(case, "system-out").text = inert(f"{rule.severity} × {count}\n") + "\n".join(map(inert, lines))
        return
    failure = ET.SubElement(case, "failure", type=rule.severity, message=inert(f"{said} × {count}"))
    failure.text = "\n".join(map(inert, lines))


def _samples(report: Report, rule: RuleCount, file: FileReport) -> list[Sample]:
    return [s for s in report.samples if s.rule == rule.id and s.path == file.source.path]


def _example(sample: Sample) -> str:
    return f"{sample.path}:{sample.line} byte {sample.offset} key {sample.key} {sample.item_name}={sample.value}"


def _suite_of_run(root: ET.Element, report: Report, lang: Lang) -> None:
    """What belongs to no file that was read: broken files, skipped checks, errors of the tool."""
    suite = ET.SubElement(root, "testsuite", name="chukan")
    told = {rule for file in report.files for rule in file.findings}
    for rule in report.rules:
        if rule.id in told:
            continue
        case = ET.SubElement(suite, "testcase", classname="chukan", name=rule.id)
        said = rule.message_en if lang == "en" else rule.message_ja
        ET.SubElement(case, "failure", type=rule.severity, message=inert(f"{said} × {rule.count}"))
    for skipped in report.skipped:
        case = ET.SubElement(suite, "testcase", classname="chukan", name=inert(f"{skipped.check} {skipped.file}".strip()))
        reason = skipped.reason_en if lang == "en" else skipped.reason_ja
        ET.SubElement(case, "skipped", message=inert(reason))
    for error in report.errors:
        case = ET.SubElement(suite, "testcase", classname="chukan", name=inert(error.path or "run"))
        said = error.message_en if lang == "en" else error.message_ja
        ET.SubElement(case, "error", message=inert(said))
    if not len(suite):
        ET.SubElement(suite, "testcase", classname="chukan", name="run")
    _count(suite)


def _case(suite: ET.Element, file: FileReport, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=f"{file.area:02d}-{file.area_name}.{file.file}", name=inert(name))


def _count(suite: ET.Element) -> None:
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite)))
    for key, tag in kinds.items():
        suite.set(key, str(sum(case.find(tag) is not None for case in suite)))
