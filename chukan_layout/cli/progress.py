"""The progress of a run on stderr: records, rate, remaining time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chukan_layout.cli.common import Common
from chukan_layout.read.discover import Source
from chukan_layout.run.api import silent
from chukan_layout.run.order import Progress


@contextmanager
def run_progress(common: Common, sources: Sequence[Source]) -> Iterator[Progress]:
    """A function to tell progress to; it draws a bar when stderr is a terminal and nobody forbade it."""
    if not common.progress_shown():
        yield silent
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        TextColumn("{task.fields[records]:,} 件"), TimeRemainingColumn(),
    )  # fmt: skip
    with Bars(*columns, console=common.console(), transient=True) as bars:
        task = bars.add_task("変換" if common.lang == "ja" else "running", total=_bytes(sources), records=0)

        def tell(name: str, size: int, records: int) -> None:
            before = bars.tasks[0].fields["records"]
            bars.update(task, advance=size, description=Path(name).name, records=before + records)

        yield tell


def _bytes(sources: Sequence[Source]) -> int:
    files = [p for s in sources if isinstance(s, Path) for p in (s.rglob("*") if s.is_dir() else [s]) if p.is_file()]
    return sum(p.stat().st_size for p in files)
