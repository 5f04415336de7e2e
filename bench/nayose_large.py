"""名寄せ of a prefecture on one machine: the command a user gives, with its wall clock, processor time and memory.

    python -m bench.nayose_large [--rows 10000000] [--seed 501] [--data DIR] [--page bench/NAYOSE-10M.md]

``--data`` is a labelled registry made before (``chukan sample --duplicates 0.047``); without it one is made below
``bench/data``.  The seed was not looked at while building.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench.nayose import DATA, RATE

HERE = Path(__file__).parent
#: Minutes and GB that the project promises for ten million records.
MINUTES, GB = 10.0, 8.0


def chukan(*words: object) -> tuple[str, float, float, float]:
    """What a command said; wall seconds, processor seconds and GB of its process at most."""
    start = time.perf_counter()
    command = [str(Path(sys.executable).with_name("chukan")), *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: findings
        raise SystemExit(f"chukan {words[0]} {words[1]} failed")
    return said, time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=501)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--page", type=Path, default=HERE / "NAYOSE-10M.md")
    given = parser.parse_args()
    data = given.data or DATA / f"large-{given.rows}-{given.seed}"
    if not (data / "truth.csv").exists():
        chukan("sample", "--rows", given.rows, "--seed", given.seed, "--duplicates", RATE, "--out", data, "--quiet")
    out = data.with_name(data.name + ".found")
    shutil.rmtree(out, ignore_errors=True)
    load = os.getloadavg()[0]
    said, wall, cpu, gb = chukan("match", "find", data, "--out", out, "--format", "json", "--quiet")
    quality, *_ = chukan("match", "evaluate", out, "--truth", data / "truth.csv", "--quiet")
    given.page.write_text(page(json.loads(said), quality, wall, cpu, gb, load), encoding="utf-8")


def page(report: dict[str, object], quality: str, wall: float, cpu: float, gb: float, load: float) -> str:
    """The measured run as Markdown."""
    kept = {True: "○", False: "×"}
    bands = report["bands"]
    assert isinstance(bands, dict)
    rows = (
        ("時間 (wall, minutes)", f"{wall / 60:.1f}", f"≤ {MINUTES:g}", kept[wall / 60 <= MINUTES]),
        ("メモリ (peak, GB)", f"{gb:.1f}", f"≤ {GB:g}", kept[gb <= GB]),
        ("CPU 秒 (processor seconds)", f"{cpu:,.0f}", "", ""),
        ("記録 (records)", f"{report['records']:,}", "", ""),
        ("比べた組 (pairs compared)", f"{report['pairs_compared']:,}", "", ""),
        ("自動候補・要確認の組 (pairs of the bands)", f"{bands['auto']:,}・{bands['review']:,}", "", ""),
    )
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return (
        "# 名寄せ、1,000万人 (record linkage, ten million)\n\n"
        f"`python -m bench.nayose_large`、{time.strftime('%Y-%m-%d')}、{os.cpu_count()} プロセッサー、始めの負荷 {load:.1f}。"
        "`chukan match find` の始めから確認票 (XLSX、HTML) を書き終えるまで。合成データ。\n"
        "From the start of `chukan match find` to the last byte of its review sheets, on synthetic data.\n\n"
        f"| | 測った値 (measured) | 約束 (promise) | |\n|---|---|---|---|\n{table}\n\n"
        "## 正解と比べて (against the truth)\n\n"
        f"```\n{quality.strip()}\n```\n"
    )


if __name__ == "__main__":
    main()
