"""What a run says at its end, and its exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chukan_layout.cli.common import Common
    from chukan_layout.model.report import Report

#: The value of ``--fail-on`` under which findings do not change the exit code.
NEVER = "never"
EXIT = {"pass": 0, "fail": 1, "error": 2}


def _speed(report: Report, run: Path) -> tuple[str, str]:
    """Volume, time and rate of a run folder (PRF-01); a run of less than a second counts as one."""
    from chukan_layout.model.manifest import Manifest

    rows = report.totals.rows.in_
    seconds = max(1, Manifest.model_validate_json((run / "manifest.json").read_bytes()).seconds)
    return f"（{rows:,} 件、{seconds:,} 秒、毎秒 {rows // seconds:,} 件）", f" ({rows:,} records, {seconds:,} s, {rows // seconds:,}/s)"


def summarise(report: Report, common: Common, out: Path | None, never_fail: bool = False) -> int:
    """A summary for people on stderr; 0 clean, 1 findings at or above ``--fail-on``, 2 errors of the tool."""
    if not common.quiet:
        from chukan_layout.report.terminal import print_report

        print_report(report, common.console(), common.lang)
        if out is not None:
            ja, en = _speed(report, out)
            common.say(f"結果: {out}{ja}", f"results: {out}{en}")
    return 0 if never_fail and report.verdict == "fail" else EXIT[report.verdict]
