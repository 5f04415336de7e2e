"""The summary for a terminal, as plain text."""

from __future__ import annotations

import io

from rich.console import Console

from chukan_layout.model.report import Report
from chukan_layout.report.inert import inert
from chukan_layout.report.terminal import Lang, print_report

WIDTH = 140


def render(report: Report, lang: Lang) -> str:
    """The same text whatever the terminal and its colours."""
    text = io.StringIO()
    console = Console(
        file=text, width=WIDTH, color_system=None, force_terminal=False, force_jupyter=False,
        legacy_windows=False, highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    print_report(report, console, lang)
    return "\n".join(inert(line.rstrip()) for line in text.getvalue().split("\n"))
