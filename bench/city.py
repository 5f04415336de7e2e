"""A whole city of all 業務: made, converted with every key across areas checked, and validated; once each.

python bench/city.py [--residents 100000] writes bench/CITY.md, which ``make bench`` takes into RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.data import CHUKAN, HERE
from bench.measure import Case, run_once

PAGE = HERE / "CITY.md"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measures one synthetic city in all areas.")
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    (HERE / "data").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HERE / "data", prefix="city-") as folder:
        out = Path(folder)
        quiet = ["--no-progress", "--quiet"]
        jobs = ["--jobs", str(options.jobs)]
        city, run, again = (str(out / name) for name in ("city", "run", "again"))
        steps = {
            "生成 sample --city": ["sample", "--city", "--residents", str(options.residents), "--as", "vendorA", "--out", city, *quiet],
            "変換と検証 convert": ["convert", city, "--from", "vendorA", "--to", "standard", "--out", run, *jobs, *quiet],
            "検証 validate": ["validate", str(out / "run" / "data"), "--out", again, *jobs, *quiet],
        }  # fmt: skip
        lines = []
        for name, words in steps.items():
            case = Case(name, [str(CHUKAN), *words])
            sample = run_once(case, out / "stderr.log")
            print(f"{name}  {sample.wall:.1f} s  {sample.peak_mb:.0f} MB", file=sys.stderr, flush=True)
            lines.append(f"| {name} | {sample.wall:.1f} | {sample.cpu:.1f} | {sample.peak_mb:,.0f} |")
        report = json.loads((out / "again" / "report.json").read_text(encoding="utf-8"))
        size = sum(p.stat().st_size for p in (out / "city").rglob("*.csv"))
        rows, files = report["totals"]["rows"]["in"], report["totals"]["files"]
        areas = len({f["area"] for f in report["files"]})
    told = (
        f"住民 {options.residents:,} 人、{areas} 業務、{files} 移行ファイル、{rows:,} 件、vendorA で {size / 1e6:,.0f} MB。"
        f"指摘 {report['totals']['findings']} 件、未実施の検査 {len(report['skipped'])} 件 (業務をまたぐ参照もすべて検査)。"
    )
    head = ["## 全業務の一つの市 (a whole city in all areas), 2 jobs", "", told, "", "| | 秒 wall s | CPU s | 最大メモリ peak MB |", "|---|--:|--:|--:|"]
    PAGE.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
