"""report.json of a run folder, or what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chukan_layout.model.report import Report


def read_report(run: Path) -> Report:
    """The report of a run; CliError when there is none, it is broken, or of another schema version."""
    from chukan_layout.cli.report import NAME, _read

    return _read(run / NAME)
