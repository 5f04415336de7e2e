"""``python bench/scale.py --rows 1m --rows 2m``: time and memory of one registry as its rows grow; writes bench/SCALE.md.

One machine, two jobs.  Each size is made, converted, validated and removed before the next, so that the disk holds one.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AREA = "住民基本台帳"
COMMAND = [sys.executable, "-c", "from chukan_layout.cli.main import main; main()"]


def rows_of(text: str) -> int:
    return int(float(text[:-1]) * {"k": 1e3, "m": 1e6}[text[-1]]) if text[-1] in "km" else int(text)


def measured(*words: object) -> tuple[float, float, int]:
    """Seconds, processor seconds and largest memory (MB) of the command; SystemExit when it ends in an error."""
    start = time.monotonic()
    process = subprocess.Popen([*COMMAND, *map(str, words), "--quiet"])
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{words[0]}: exit {process.returncode}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def size_of(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e9


def one(rows: int, scratch: Path) -> list[object]:
    source, run = scratch / "source", scratch / "run"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        measured("sample", "--area", AREA, "--rows", rows, "--seed", 1, "--as", "vendorA", "--out", source)
        converted = measured("convert", source, "--from", "vendorA", "--to", "standard", "--out", run, "--jobs", 2)
        validated = measured("validate", run / "data", "--jobs", 2)
        return [rows, size_of(source), size_of(run), converted, validated]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def page(measures: list[list[object]], load: float) -> str:
    lines = [
        "# 規模 (scale)", "",
        (f"`python bench/scale.py`、{datetime.now(UTC):%Y-%m-%d}、{os.cpu_count()} プロセッサー、{platform.machine()}、"
        f"始めの負荷 (load average) {load:.1f}。"), "",
        "| 人数 (persons) | 移行元 GB | 結果 GB | 変換 秒 | うち CPU 秒 | MB | 検証 秒 | うち CPU 秒 | MB | 百万人あたりの変換 CPU 秒 |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]  # fmt: skip
    for rows, gb_in, gb_out, (c, cpu, mb), (v, v_cpu, v_mb) in measures:  # type: ignore[misc]
        lines.append(f"| {rows:,} | {gb_in:.2f} | {gb_out:.2f} | {c:.1f} | {cpu:.1f} | {mb} | {v:.1f} | {v_cpu:.1f} | {v_mb} | {cpu / rows * 1e6:.1f} |")  # type: ignore[has-type]
    rows, gb_in, gb_out, (c, *_), (v, *_) = measures[-1]  # type: ignore[misc]
    lines += ["", "## 外挿 (extrapolated, not measured)", "",
              "最も大きい測定から、時間とディスクだけを比例で。メモリの外挿はしない。 Time and disk in proportion to the largest measured size; memory is not extrapolated.", "",
              "| | 変換 時間 | 検証 時間 | ディスク GB |", "|---|--:|--:|--:|"]  # fmt: skip
    for name, people in (("都道府県 1,000 万人", 10e6), ("全国 1 億 2,500 万人", 125e6)):
        times = people / rows  # type: ignore[has-type]
        lines.append(f"| {name} | {c * times / 3600:.2f} | {v * times / 3600:.2f} | {(gb_in + gb_out) * times:.0f} |")  # type: ignore[has-type]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", action="append", type=rows_of, required=True)
    parser.add_argument("--scratch", type=Path, default=ROOT / "bench" / "data" / "scale")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "SCALE.md")
    a = parser.parse_args()
    load, measures = os.getloadavg()[0], []
    for rows in sorted(a.rows):
        measures.append(one(rows, a.scratch))
        print(measures[-1], flush=True)
    a.results.write_text(page(measures, load), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
