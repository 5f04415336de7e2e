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


def summarise(report: Report, common: Common, out: Path | None, never_fail: bool = False) -> int:
    """A summary for people on stderr; 0 clean, 1 findings at or above ``--fail-on``, 2 errors of the tool."""
    if not common.quiet:
        from chukan_layout.report.terminal import print_report

        print_report(report, common.console(), common.lang)
        if out is not None:
            _tell_time(report, common, out)
    return 0 if never_fail and report.verdict == "fail" else EXIT[report.verdict]


def _tell_time(report: Report, common: Common, run: Path) -> None:
    """Where the results are, with volume, time and rate (PRF-01; a run of less than a second counts as one), and whether the
    run was done within its time (PRF-03)."""
    from datetime import timedelta

    from chukan_layout.model.manifest import Manifest

    told = Manifest.model_validate_json((run / "manifest.json").read_bytes())
    rows, seconds = report.totals.rows.in_, max(1, told.seconds)
    common.say(
        f"結果: {run}（{rows:,} 件、{seconds:,} 秒、毎秒 {rows // seconds:,} 件）",
        f"results: {run} ({rows:,} records, {seconds:,} s, {rows // seconds:,}/s)",
    )
    if told.time_budget is None:
        return
    took, most = (timedelta(seconds=s) for s in (told.seconds, told.time_budget))
    if told.within_budget:
        common.say(f"時間の枠 {most} のうち {took} で終わりました。", f"done in {took} of {most}")
    else:
        common.say(f"時間の枠 {most} に収まらず、{took} かかりました。", f"took {took}, more than {most}")
