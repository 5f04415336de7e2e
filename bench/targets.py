"""The promises about speed and memory, as ratios within one run on one machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import cases
from bench.measure import Case

M1, M5 = 1_000_000, 5_000_000
PEAK_MB = 500
Sizes = Mapping[int, Mapping[str, Case]]  # rows asked for -> case name -> case


@dataclass(frozen=True)
class Outcome:
    """One promise: what was measured against what was promised."""

    promise: str
    measured: float
    limit: float
    unit: str = ""

    @property
    def kept(self) -> bool:
        return self.measured <= self.limit


def outcomes(sizes: Sizes) -> list[Outcome]:
    """Every promise that the measured sizes can decide."""
    found: list[Outcome] = []
    for rows, csv2, both2 in ((M1, 0.45, 0.70), (M5, 0.30, 0.50)):
        if rows in sizes:
            found += _against_floor(sizes[rows], f"{rows // 1_000_000}M", csv2, both2)
    if M1 in sizes:
        one = sizes[M1]
        found.append(Outcome("1M: CSV, 1 job / 下限", one[cases.CSV1].ratio(one[cases.FLOOR]), 0.50))
        found.append(Outcome("1M: 全件に指摘 / 正常 (wall)", one[cases.FAULTY2].ratio(one[cases.CSV2]), 2.0))
    if M1 in sizes and M5 in sizes:
        small, large = sizes[M1][cases.CSV2], sizes[M5][cases.CSV2]
        found.append(Outcome("5M / 1M: 時間 (wall), CSV, 2 jobs", large.wall / small.wall, 5.3))
        found.append(Outcome("5M / 1M: メモリ (peak), CSV, 2 jobs", large.peak_mb / small.peak_mb, 1.15))
        small, large = sizes[M1][cases.BOTH2], sizes[M5][cases.BOTH2]
        found.append(
            Outcome("5M / 1M: メモリ (peak), CSV + Parquet, 2 jobs", large.peak_mb / small.peak_mb, 1.15)
        )
    return found


def of_validation(found: Sequence[Case]) -> list[Outcome]:
    """Validation alone against the peers that were at hand: times of ours to theirs, in percent.

    The peers say only what single columns demand, so that they are held against the same rules; that every rule is
    checked, those of calendar, check digits, keys and between items among them, has a promise of its own.
    """
    by_name = {case.name: case for case in found if case.samples}
    if not {cases.VALIDATE, cases.SAME} <= by_name.keys():
        return []
    every, same = by_name[cases.VALIDATE], by_name[cases.SAME]
    outcomes = []
    peers = [c for name, c in by_name.items() if name not in (cases.VALIDATE, cases.VALIDATE1, cases.SAME)]
    if cases.FRICTIONLESS in by_name:
        share = 100 * every.wall / by_name[cases.FRICTIONLESS].wall
        outcomes.append(Outcome("検証 2 jobs, 全規則 / frictionless (80倍 = 1.25%)", share, 1.25, " %"))
    others = [case for case in peers if case.name != cases.FRICTIONLESS]
    if others:
        fastest = min(others, key=lambda case: case.wall)
        for own, rules, times in ((same, "同じ規則", 4), (every, "全規則", 2)):
            promise = f"検証 2 jobs, {rules} / 最速の {fastest.name} ({times}倍 = {100 / times:.0f}%)"
            outcomes.append(Outcome(promise, 100 * own.wall / fastest.wall, 100 / times, " %"))
    return outcomes


def _against_floor(size: Mapping[str, Case], label: str, csv2: float, both2: float) -> list[Outcome]:
    floor, stretch = size[cases.FLOOR], size[cases.STRETCH]
    return [
        Outcome(f"{label}: CSV, 2 jobs / 下限", size[cases.CSV2].ratio(floor), csv2),
        Outcome(f"{label}: CSV + Parquet, 2 jobs / 下限", size[cases.BOTH2].ratio(floor), both2),
        Outcome(f"{label}: CSV, 2 jobs / polars UTF-8 (stretch)", size[cases.CSV2].ratio(stretch), 1.0),
        Outcome(f"{label}: メモリ (peak), CSV, 2 jobs", size[cases.CSV2].peak_mb, PEAK_MB, " MB"),
        Outcome(f"{label}: メモリ (peak), CSV + Parquet, 2 jobs", size[cases.BOTH2].peak_mb, PEAK_MB, " MB"),
    ]
