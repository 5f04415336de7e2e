"""The report as workflow commands of GitHub Actions: annotations beside the lines, masked."""

from __future__ import annotations

from chukan_layout.model.report import Report, Sample
from chukan_layout.report.inert import inert
from chukan_layout.report.terminal import Lang

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, lang: Lang) -> str:
    """``::error file=…,line=…,title=…::…`` for sampled findings, then one line per rule, error and verdict."""
    english = lang == "en"
    lines = [_annotation(sample, english) for sample in report.samples]
    for rule in report.rules:
        said = rule.message_en if english else rule.message_ja
        lines.append(_command(LEVELS[rule.severity], f"{said} × {rule.count}", title=rule.id))
    for error in report.errors:
        said = error.message_en if english else error.message_ja
        lines.append(_command("error", said, file=error.path))
    for skipped in report.skipped:
        reason = skipped.reason_en if english else skipped.reason_ja
        lines.append(_command("notice", reason, title=f"{skipped.check} {skipped.file}".strip()))
    rows = report.totals.rows
    lines.append(
        _command("notice", f"{report.verdict}: in {rows.in_} = out {rows.out} + rejected {rows.rejected}"
                 f" + merged {rows.merged} + removed {rows.removed}, findings {report.totals.findings}", title="chukan")
    )  # fmt: skip
    return "\n".join(lines) + "\n"


def _annotation(sample: Sample, english: bool) -> str:
    said = sample.message_en if english else sample.message_ja
    value = f" [{sample.value}]" if sample.value else ""
    line = str(sample.line) if sample.line > 0 else ""
    return _command(LEVELS[sample.severity], said + value, file=sample.path, line=line, title=sample.rule)


def _command(level: str, message: str, **properties: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level}{' ' + told if told else ''}::{_data(message)}"


def _data(text: str) -> str:
    """Line ends and percent signs as the runner wants them; without it a value could give commands of its own."""
    return inert(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
