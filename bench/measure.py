"""Runs one command to its end and says what it took: wall seconds, processor seconds, peak memory.

The figures are of the whole process (wait4), its start-up and its children included.  This module
imports nothing large: Linux counts the memory of the process that forks into the peak of its child.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TAIL = 2000  # characters of standard error kept for the message


class CommandError(RuntimeError):
    """A measured command ended with an exit code that it must not end with."""


@dataclass(frozen=True)
class Sample:
    """One run of one command."""

    wall: float
    cpu: float
    peak_mb: float


@dataclass
class Case:
    """A command with the samples of its runs; ``outputs`` are removed before each run."""

    name: str
    command: Sequence[str]
    outputs: tuple[Path, ...] = ()
    accepted: tuple[int, ...] = (0,)
    samples: list[Sample] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """Median wall seconds of the runs."""
        return statistics.median(s.wall for s in self.samples)

    @property
    def peak_mb(self) -> float:
        """Greatest peak of the runs: memory is a promise, not an average."""
        return max(s.peak_mb for s in self.samples)

    @property
    def best(self) -> float:
        """Least wall seconds of the runs."""
        return min(s.wall for s in self.samples)

    def ratio(self, other: Case) -> float:
        """Median of wall / wall of the other, round by round: a slow minute of the machine slows both.

        Rounds that only one of them had do not count.
        """
        pairs = zip(self.samples, other.samples, strict=False)
        return statistics.median(mine.wall / its.wall for mine, its in pairs)

    @property
    def spread(self) -> float:
        """(Slowest - fastest) / median: how far the figure can be trusted."""
        walls = [s.wall for s in self.samples]
        return (max(walls) - min(walls)) / self.wall


def run_once(case: Case, log: Path) -> Sample:
    """One run; CommandError when the exit code is not one of ``case.accepted``."""
    for output in case.outputs:
        if output.is_dir():
            shutil.rmtree(output)
        else:
            output.unlink(missing_ok=True)
    os.sync()  # the last case's dirty pages are not this case's work
    with log.open("wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(case.command, stdout=subprocess.DEVNULL, stderr=stderr)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in case.accepted:
        tail = log.read_text(encoding="utf-8", errors="replace")[-TAIL:]
        raise CommandError(f"{case.name}: exit code {process.returncode}\n{tail}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def interleave(cases: Sequence[Case], repeat: int, log: Path, say: Callable[[str], None]) -> None:
    """``repeat`` rounds of all the cases, so that a slow minute of the machine falls on every one of them."""
    for number in range(repeat):
        for case in cases:
            sample = run_once(case, log)
            case.samples.append(sample)
            say(f"{number + 1}/{repeat}  {case.name:<44} {sample.wall:7.2f} s {sample.peak_mb:7.0f} MB")
