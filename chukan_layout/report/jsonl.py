"""The report as JSON lines, for programs that read as it comes: each line says its ``type``."""

from __future__ import annotations

import json

from chukan_layout.model.report import Report
from chukan_layout.report.terminal import Lang


def render(report: Report, lang: Lang) -> str:
    """Lines ``file``, ``rule``, ``finding`` (samples, masked), ``skipped``, ``error`` and at last ``summary``."""
    del lang
    whole = report.model_dump(by_alias=True, mode="json")
    parts = (("file", "files"), ("rule", "rules"), ("finding", "samples"), ("skipped", "skipped"), ("error", "errors"))
    lines = [{"type": kind, **part} for kind, key in parts for part in whole.pop(key)]
    lines.append({"type": "summary", **whole})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
