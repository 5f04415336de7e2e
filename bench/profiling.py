"""Measures ``chukan profile`` against a bare read of the same file by polars, which looks at nothing.

python -m bench.profiling FILE.csv [--repeat 5] [--results bench/PROFILE.md]   (a delimited file in CP932)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measure import Case, interleave

#: The promise of issue 4.
MOST = 1.5
_POLARS = (
    "import sys, polars as pl; "
    "print(pl.read_csv(sys.argv[1], encoding='cp932', infer_schema=False, quote_char='\"').shape, file=sys.stderr)"
)


def cases(path: Path, out: Path) -> tuple[Case, Case]:
    """The floor and the profile."""
    found = out / "profile.json"
    words = ["profile", str(path), "--format", "json", "--output-file", str(found), "--quiet"]
    return (
        Case("polars.read_csv (cp932)", [sys.executable, "-c", _POLARS, str(path)]),
        Case("chukan profile", [sys.executable, "-m", "chukan_layout.cli.main", *words], outputs=(found,)),
    )


def page(floor: Case, own: Case, path: Path, columns: int, records: int) -> str:
    """The text of PROFILE.md."""
    ratio = own.ratio(floor)
    kept = "守られた (kept)" if ratio <= MOST else "**守られていない (not kept)**"
    rows = "".join(
        f"| {c.name} | {c.wall:.2f} | {c.best:.2f} | {c.peak_mb:.0f} | {c.spread:.0%} |\n" for c in (floor, own)
    )
    return f"""# `chukan profile` の計測 (results)

`python -m bench.profiling` が書いたもの。2 コア、ほかの仕事と共用の機械。`polars.read_csv` は読むだけで、何も調べない。
Written by `python -m bench.profiling`; two cores, shared with other work while measuring. polars reads and looks at nothing.

{records:,} 件 × {columns} 列、CP932、{path.stat().st_size:,} バイト。{len(own.samples)} 回を交互に (interleaved rounds)。

| | 中央値 (median) s | 最短 (best) s | 最大メモリ (peak) MB | 幅 (spread) |
|---|---:|---:|---:|---:|
{rows}
比の中央値 (median of ratios): **{ratio:.2f}** 約束は {MOST} 以下 (promised: at most {MOST}): {kept}。
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args(arguments)
    with options.file.open(encoding="cp932") as lines:
        columns = lines.readline().count(",") + 1
        records = sum(1 for _ in lines)
    with tempfile.TemporaryDirectory(prefix="chukan-bench-") as folder:
        floor, own = cases(options.file, Path(folder))
        interleave([floor, own], options.repeat, Path(folder) / "log", lambda s: print(s, file=sys.stderr))
        text = page(floor, own, options.file, columns, records)
    if options.results:
        options.results.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
