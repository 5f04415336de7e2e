"""bench/RESULTS.md: machine, versions, figures, promises kept or not.  No name of a machine or a person."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from bench.cases import FLOOR
from bench.data import Data
from bench.measure import Case
from bench.targets import Outcome

#: What bench/city.py has measured.
CITY = Path(__file__).with_name("CITY.md")
TOOLS = ("chukan-layout", "polars", "pyarrow", "pandas", "frictionless", "dataframely", "pandera", "pointblank", "numpy")


def machine() -> str:
    """Cores, memory and processor; nothing that names the machine."""
    cpuinfo, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    model, memory = platform.machine(), "?"
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    if meminfo.exists():
        memory = f"{int(meminfo.read_text().split()[1]) / 1024**2:.0f}"
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {memory} GiB, {model}, {platform.system()} {platform.machine()}"


def versions() -> str:
    """Versions of the interpreter, the compiler and every tool that took part."""
    found = [f"Python {platform.python_version()}"]
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False).stdout.split()
    if rustc:
        found.append(f"Rust {rustc[1]}")
    for tool in TOOLS:
        try:
            found.append(f"{tool} {metadata.version(tool)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(found)


def table(cases: Sequence[Case], base: str) -> list[str]:
    """One line per case, with its ratio to the case called ``base``."""
    by_name = {case.name: case for case in cases}
    lines = [
        "| | 実行 runs | 秒 wall s | 最速 best s | ばらつき spread | CPU s | 最大メモリ peak MB | 比 ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for case in cases:
        cpu = sum(s.cpu for s in case.samples) / len(case.samples)
        ratio = case.ratio(by_name[base])
        figures = f"{case.wall:.2f} | {case.best:.2f} | {case.spread:.0%} | {cpu:.1f} | {case.peak_mb:,.0f} | {ratio:.2f}"
        lines.append(f"| {case.name} | {len(case.samples)} | {figures} |")
    return lines


def promises(outcomes: Iterable[Outcome]) -> list[str]:
    """The table of promises."""
    lines = ["| 約束 promise | 実測 measured | 上限 limit | |", "|---|--:|--:|---|"]
    for o in outcomes:
        digits = 0 if o.unit == " MB" else 2
        verdict = "達成 kept" if o.kept else "**未達 NOT kept**"
        lines.append(
            f"| {o.promise} | {o.measured:.{digits}f}{o.unit} | {o.limit:.{digits}f}{o.unit} | {verdict} |"
        )
    return lines


PAGES = {
    "SCALE.md": "百万件あたりの時間・メモリ・ディスク、都道府県と全国への外挿 (scale, per million records, extrapolated)",
    "HOST.md": "ホストの固定長ファイル (host files)",
    "PROFILE.md": "資料のない移行元の調査 (profile)",
    "DATABASE.md": "データベース (databases)",
    "GAIJI.md": "外字 (gaiji)",
    "NAYOSE.md": "名寄せ、1,000万件は [NAYOSE-10M.md](NAYOSE-10M.md) (duplicates)",
    "FUZZ.md": "変異させた入力 (fuzzing)",
}


def render(
    sizes: Mapping[int, tuple[Data, Sequence[Case]]],
    peers: tuple[int, Sequence[Case]] | None,
    validation: tuple[int, Sequence[Case], str] | None,
    absent: Mapping[str, str],
    outcomes: Sequence[Outcome],
) -> str:
    """The whole page."""
    parts = [
        "# 計測結果 (results)",
        "",
        "`make bench` が書いたもの。手で直さない。同じ機械・同じファイル・同じ実行の中での比で読む。",
        "Written by `make bench`; read the ratios, which are of one machine, one file and one run.",
        "",
        f"- 機械 machine: {machine()}",
        f"- 版 versions: {versions()}",
        "- 秒 = プロセス全体の実時間の中央値(起動を含む、交互に実行)。メモリ = 最大の実行の最大値。",
        "  Wall = median of whole processes, interleaved; peak = the greatest of all runs.",
        "- 比 = 回ごとの比の中央値。Ratio = median of the ratios round by round.",
        "- chukan はすべての変換・検査・照合・指摘・却下・ハッシュを行い、下限は読んで書くだけ。",
        "  chukan does the whole work (convert, check, findings, rejects, hashes); the floor only copies.",
        "",
        "## 約束 (promises)",
        "",
        *promises(outcomes),
    ]
    for data, cases in sizes.values():
        size_mb = data.cp932.stat().st_size / 1e6
        title = f"## {data.rows:,} 件 × {data.columns} 項目, CP932, {size_mb:,.0f} MB"
        parts += ["", title, "", *table(cases, FLOOR)]
    if peers:
        parts += ["", f"## 同じ仕事を他の道具で (the same work with other tools), {peers[0]:,} 件", ""]
        parts += table(peers[1], FLOOR)
    if validation:
        rows, cases, base = validation
        parts += ["", f"## 検証だけ (validation alone of the vendor file, CP932), {rows:,} 件", "", *table(cases, base)]
    if CITY.is_file():
        parts += ["", CITY.read_text(encoding="utf-8").rstrip("\n")]
    parts += ["", "## ほかの頁 (other pages)", "", *(f"- [{page}]({page}): {what}" for page, what in PAGES.items())]
    if absent:
        parts += ["", "## 計れなかったもの (not measured)", ""]
        parts += [f"- {name}: {reason}" for name, reason in absent.items()]
    return "\n".join(parts) + "\n"
