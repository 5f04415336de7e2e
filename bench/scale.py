"""``python bench/scale.py --rows 1m --rows 10m --city 300k``: time, memory and disk as rows grow; writes bench/SCALE.md.

One machine, two jobs: a registry of so many persons, and a city of so many residents in all areas as one run; each is
converted and validated, then removed.  ``--make`` only makes the sources, for a later run to find (apart from what is
measured); ``--add`` keeps the lines measured before, by bench/data/scale.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
AREA = "住民基本台帳"
COMMAND = [sys.executable, "-c", "from chukan_layout.cli.main import main; main()"]
#: The aim of issue 9: convert and validate within so many MB whatever the size.
MOST_MB = 1024


class Line(NamedTuple):
    """``what`` is persons or residents; ``records`` those read; of each command seconds, processor seconds, MB."""

    what: str
    size: int
    records: int
    gb_in: float
    gb_out: float
    convert: tuple[float, float, int]
    validate: tuple[float, float, int]
    load: float


def rows_of(text: str) -> int:
    return int(float(text[:-1]) * {"k": 1e3, "m": 1e6}[text[-1]]) if text[-1] in "km" else int(text)


def measured(*words: object) -> tuple[float, float, int]:
    """Seconds, processor seconds and largest memory (MB) of the command; SystemExit when it ends in an error."""
    start = time.monotonic()
    process = subprocess.Popen([*COMMAND, *map(str, words), "--quiet"], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{words[0]}: exit {process.returncode}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def size_of(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e9


def made(what: str, size: int, scratch: Path) -> Path:
    """The folder with the source, made if it isn't there."""
    source = scratch / f"{what}-{size}"
    done = source.with_name(source.name + ".done")
    if not done.exists():
        shutil.rmtree(source, ignore_errors=True)
        wanted = ("--area", AREA, "--rows", size) if what == "persons" else ("--city", "--residents", size)
        measured("sample", *wanted, "--seed", 1, "--as", "vendorA", "--out", source)
        done.touch()
    return source


def one(what: str, size: int, scratch: Path) -> Line:
    source, run = made(what, size, scratch), scratch / "run"
    shutil.rmtree(run, ignore_errors=True)
    try:
        load = os.getloadavg()[0]
        converted = measured("convert", source, "--from", "vendorA", "--to", "standard", "--out", run, "--jobs", 2)
        report = json.loads((run / "report.json").read_text(encoding="utf-8"))
        gb_in, gb_out = size_of(source), size_of(run)
        validated = measured("validate", run / "data", "--jobs", 2)
        return Line(what, size, report["totals"]["rows"]["in"], gb_in, gb_out, converted, validated, load)
    finally:
        shutil.rmtree(run, ignore_errors=True)
        shutil.rmtree(source, ignore_errors=True)
        source.with_name(source.name + ".done").unlink(missing_ok=True)


HEAD = ("| {} | 記録 (records) | 移行元 GB | 結果 GB | 変換 秒 | CPU 秒 | MB | 検証 秒 | CPU 秒 | MB | 百万記録あたり 変換 CPU 秒 | 検証 CPU 秒 | ディスク GB |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")  # fmt: skip


def row(m: Line) -> str:
    (c, c_cpu, c_mb), (v, v_cpu, v_mb), million = m.convert, m.validate, m.records / 1e6
    return (f"| {m.size:,} | {m.records:,} | {m.gb_in:.2f} | {m.gb_out:.2f} | {c:.0f} | {c_cpu:.0f} | {c_mb} | {v:.0f} | {v_cpu:.0f} | {v_mb} | "
            f"{c_cpu / million:.2f} | {v_cpu / million:.2f} | {(m.gb_in + m.gb_out) / million:.2f} |")  # fmt: skip


def times(name: str, people: float, m: Line) -> str:
    """In proportion to a measured line, in minutes."""
    n = people / m.size
    disk = (m.gb_in + m.gb_out) * n
    return f"| {name} | {m.convert[1] * n / 2 / 60:.1f} | {m.convert[0] * n / 60:.1f} | {m.validate[0] * n / 60:.1f} | {disk:,.0f} |"


def page(lines: list[Line]) -> str:
    persons = sorted((m for m in lines if m.what == "persons"), key=lambda m: m.size)
    cities = sorted((m for m in lines if m.what == "residents"), key=lambda m: m.size)
    loads = "、".join(f"{m.load:.1f}" for m in persons + cities)
    out = ["# 規模 (scale)", "",
           f"`python bench/scale.py`、{datetime.now(UTC):%Y-%m-%d}、{os.cpu_count()} プロセッサー、{platform.machine()}、`--jobs 2`。始めの負荷 (load average): {loads}。",
           "秒は壁時計、MB は最大の常駐メモリ。 Seconds of the wall, MB of the largest resident set.", ""]  # fmt: skip
    for title, name, told in (("住民記録だけ (住民基本台帳の七ファイル)", "人数 (persons)", persons), ("全業務の市を一回で (a city of all areas in one run)", "住民 (residents)", cities)):
        if told:
            out += [f"## {title}", "", HEAD[0].format(name), HEAD[1], *map(row, told), ""]
    if len(persons) > 1:
        first, last = persons[0], persons[-1]
        grown = (last.convert[1] / last.records) / (first.convert[1] / first.records)
        most = max(m.convert[2] for m in lines), max(m.validate[2] for m in lines)
        held = "守られた" if max(most) <= MOST_MB else "守られていない"
        out += [(f"記録 1 件あたりの変換の CPU は、{first.size:,} 人から {last.size:,} 人へ {grown:.2f} 倍 (1 なら比例)。最大メモリは変換 {most[0]} MB、検証 {most[1]} MB: "
                f"1 GB 以下の約束は、測ったすべての大きさで{held}。"), ""]  # fmt: skip
    out += ["## 外挿 (extrapolated, not measured)", "",
            "最も大きい測定に比例させたもの。CPU は二つのプロセッサーで割った時間 (ほかに仕事のない機械の下限に近い)。壁時計は測ったときの負荷を含む。メモリの外挿はしない。",
            "In proportion to the largest measured size. CPU is divided by two processors; the wall has the load of that hour; memory is not extrapolated.", "",
            "| | 変換 CPU/2 分 (min) | 変換 壁時計 分 | 検証 壁時計 分 | ディスク GB (元と結果) |", "|---|--:|--:|--:|--:|"]  # fmt: skip
    for told, title in ((persons, "住民記録"), (cities, "全業務")):
        if told:
            out += [times(f"都道府県 1,000 万人、{title}", 10e6, told[-1]), times(f"全国 1 億 2,500 万人、{title}", 125e6, told[-1])]
    return "\n".join(out) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", action="append", type=rows_of, default=[])
    parser.add_argument("--city", action="append", type=rows_of, default=[])
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--add", action="store_true")
    parser.add_argument("--scratch", type=Path, default=ROOT / "bench" / "data" / "scale")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "SCALE.md")
    a = parser.parse_args()
    wanted = [*(("persons", n) for n in sorted(a.rows)), *(("residents", n) for n in sorted(a.city))]
    a.scratch.mkdir(parents=True, exist_ok=True)
    if a.make:
        for what, size in wanted:
            made(what, size, a.scratch)
        return 0
    kept = a.scratch.parent / "scale.json"
    lines = [Line(*line) for line in json.loads(kept.read_text(encoding="utf-8"))] if a.add and kept.exists() else []
    for what, size in wanted:
        lines = [m for m in lines if (m.what, m.size) != (what, size)]
        lines.append(one(what, size, a.scratch))
        print(lines[-1], flush=True)
        kept.write_text(json.dumps(lines), encoding="utf-8")
    a.results.write_text(page(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
