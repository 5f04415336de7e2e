"""``python -m tests.fuzz.native run|pack|report``: coverage-guided fuzzing of the kernel with cargo-fuzz.

``run --seconds N`` builds the targets of native/fuzz, unpacks the corpus and gives each target its share of the time;
``report`` adds up the logs of all runs and writes bench/FUZZ.md; ``pack`` makes the corpus that the repository keeps.
Without cargo-fuzz (``cargo install cargo-fuzz``) ``run`` says so and does nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT
from tests.fuzz import prepare

FUZZ = ROOT / "native" / "fuzz"
WORK = FUZZ / "work"
BUILT = FUZZ / "target" / "x86_64-unknown-linux-gnu" / "release"
RESULTS = ROOT / "bench" / "FUZZ.md"
BEGIN, END = "<!-- native -->", "<!-- /native -->"
#: Of a target: its share of the time, the longest input, what it is.
TARGETS = {
    "codecs": (15, 256, "すべての文字コードの符号器 (ホスト・PC・Unicode)、分割して読む、書き戻す"),
    "decoders": (15, 192, "区切りファイルの復号 (CP932・EUC・UTF-8・UTF-16) と書き戻し"),
    "delimited": (15, 384, "CSV・TSV の切り出し"),
    "records": (15, 320, "固定長・行・RDW・BDW の切り出し、列への復号、書き込み"),
    "programs": (20, 1024, "Program: vendorA・B・C の変換、検証、逆変換、クレンジング、列の入力"),
    "operations": (10, 96, "演算と外字の置き換え"),
    "survey": (10, 384, "資料のないファイルの調査"),
}
#: Seconds after which one input is a hang, and the most memory (MB).
HANG, MEMORY = 60, 4096
#: Bytes of a target's packed corpus.
KEPT = 120_000


def build() -> bool:
    """Builds the targets; False where cargo-fuzz is not installed.  On stable Rust: without a sanitizer.

    Each target holds its own code alone, since libFuzzer looks at every counter after every input.
    """
    if shutil.which("cargo-fuzz") is None:
        print("cargo-fuzz がありません: cargo install cargo-fuzz (coverage-guided fuzzing is left out)", file=sys.stderr)
        return False
    subprocess.run(["cargo", "fuzz", "build", "--sanitizer", "none", "--strip-dead-code", "--fuzz-dir", "."], cwd=FUZZ, check=True)
    return True


def fuzz(target: str, seconds: int, seed: int, log: Path) -> int:
    """Runs a target over its corpus and the seeds; libFuzzer's exit code."""
    longest = TARGETS[target][1]
    found = WORK / "found"
    for folder in (WORK / target, found, log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    words = [BUILT / target, WORK / target, prepare.DATA / "seeds" / target, f"-max_total_time={seconds}", f"-max_len={longest}",
             f"-dict={prepare.DATA / 'words.dict'}", f"-timeout={HANG}", f"-rss_limit_mb={MEMORY}", f"-seed={seed + 1}",
             f"-artifact_prefix={found}/{target}-", "-print_final_stats=1"]  # fmt: skip
    with log.open("wb") as out:
        return subprocess.run([*map(str, words)], stderr=out, stdout=out, check=False).returncode


def packed(inputs: list[bytes]) -> bytes:
    """Inputs one behind the other, each behind its length in two bytes."""
    return b"".join(len(i).to_bytes(2, "little") + i for i in inputs)


def unpacked(raw: bytes) -> Iterator[bytes]:
    at = 0
    while at + 2 <= len(raw):
        size = int.from_bytes(raw[at : at + 2], "little")
        yield raw[at + 2 : at + 2 + size]
        at += 2 + size


def unpack() -> None:
    for target in TARGETS:
        path = FUZZ / "corpus" / f"{target}.bin"
        (WORK / target).mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(unpacked(path.read_bytes()) if path.is_file() else ()):
            (WORK / target / f"kept-{number:05}").write_bytes(data)


def run(seconds: int, seed: int) -> int:
    if not build():
        return 0
    prepare.main()
    unpack()
    logs, worst = WORK / "logs", 0
    whole = sum(share for share, _, _ in TARGETS.values())
    for target, (share, _, _) in TARGETS.items():
        log = logs / f"{target}-{len(list(logs.glob(f'{target}-*.log'))):03}.log"
        code = fuzz(target, max(1, seconds * share // whole), seed, log)
        told = Told.of([log])
        print(f"{target}: {told.executions:,} executions, {told.seconds} s, exit {code}")
        worst = max(worst, code)
    if worst:
        print(f"found: {WORK / 'found'}", file=sys.stderr)
    return min(worst, 1)


class Told(NamedTuple):
    """What logs of a target say, added up; ``edges`` and ``features`` of the widest."""

    runs: int
    executions: int
    seconds: int
    edges: int
    features: int
    failed: int

    @classmethod
    def of(cls, logs: list[Path]) -> Told:
        runs = executions = seconds = edges = features = failed = 0
        for log in logs:
            text = log.read_text(encoding="utf-8", errors="replace")
            units = re.findall(r"^stat::number_of_executed_units: (\d+)", text, re.M)
            done = re.findall(r"^Done \d+ runs in (\d+) second", text, re.M)
            wide = [(int(c), int(f)) for c, f in re.findall(r"cov: (\d+) ft: (\d+)", text)]
            crashed = "ERROR: libFuzzer" in text
            if not units:
                continue  # still running, or killed
            runs, failed = runs + 1, failed + crashed
            executions, seconds = executions + int(units[-1]), seconds + sum(map(int, done))
            edges, features = max([edges, *(c for c, _ in wide)]), max([features, *(f for _, f in wide)])
        return cls(runs, executions, seconds, edges, features, failed)


def report(logs: Path) -> int:
    """Writes the table of all logs between the marks of bench/FUZZ.md."""
    told = {target: Told.of(sorted(logs.glob(f"{target}-*.log"))) for target in TARGETS}
    lines = [f"`make fuzz` の記録から、{datetime.now(UTC):%Y-%m-%d}、{platform.machine()}、1 プロセス、低い優先度 (nice 19)。", "",
             "| 対象 (target) | 何を (what) | 実行数 (executions) | 秒 | 毎秒 | 辺 (edges) | 特徴 (features) | 落ちた (failed) |",
             "|---|---|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for target, t in told.items():
        rate = t.executions // max(t.seconds, 1)
        lines.append(f"| `{target}` | {TARGETS[target][2]} | {t.executions:,} | {t.seconds:,} | {rate:,} | {t.edges:,} | {t.features:,} | {t.failed} |")
    executions, seconds = sum(t.executions for t in told.values()), sum(t.seconds for t in told.values())
    lines.append(f"| **計** | | **{executions:,}** | {seconds:,} | {executions // max(seconds, 1):,} | | | {sum(t.failed for t in told.values())} |")
    text = RESULTS.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    RESULTS.write_text(f"{head}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{rest.split(END)[1]}", encoding="utf-8")
    print(f"{executions:,} executions in {seconds:,} s")
    return 0


def pack(corpora: Path) -> int:
    """The corpus for the repository: merged by coverage, the shortest inputs first, as many as there is room for."""
    for target in TARGETS:
        merged = WORK / "merged" / target
        shutil.rmtree(merged, ignore_errors=True)
        merged.mkdir(parents=True)
        words = [BUILT / target, "-merge=1", f"-max_len={TARGETS[target][1]}", merged, corpora / target]
        subprocess.run([*map(str, words)], check=True, capture_output=True, env=os.environ)
        inputs = sorted((p.read_bytes() for p in merged.iterdir()), key=lambda data: (len(data), data))
        room, kept = KEPT, []
        for data in inputs:
            room -= len(data) + 2
            if room < 0:
                break
            kept.append(data)
        (FUZZ / "corpus").mkdir(exist_ok=True)
        (FUZZ / "corpus" / f"{target}.bin").write_bytes(packed(kept))
        print(f"{target}: {len(kept)} of {len(inputs)} inputs")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["run", "pack", "report"])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--logs", type=Path, default=WORK / "logs")
    parser.add_argument("--corpora", type=Path, default=WORK)
    a = parser.parse_args()
    if a.what == "run":
        return run(a.seconds, a.seed)
    return report(a.logs) if a.what == "report" else pack(a.corpora)


if __name__ == "__main__":
    sys.exit(main())
