"""``python -m tests.fuzz.driver --seconds 60``: mutated bytes into the kernel until the time is over.

The work is done in a child; when that dies (a crash of the kernel) or stands still (a hang), the batch is done again
one input after the other and the guilty one is kept in tests/fuzz/corpus.  Deterministic for a seed and a target.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.targets import Target, targets

CORPUS = Path(__file__).parent / "corpus"
BATCH = 500
HANG = 60
SPECIAL = [b'"', b",", b"\r\n", b"\n", b"\r", b"\x00", b"\x81", b"\xff", b"\x1b$B", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80",
           b"\x8f\xa2\xb7", b"\xd8\x00", b"99999999", b"-", b"\xe3\x80\x80", b"=cmd|", b"\x81\x5c"]  # fmt: skip


def mutated(chance: random.Random, seeds: list[bytes]) -> bytes:
    """One of the seeds with a few changes: bits, bytes, cuts, doublings, splices, special words."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(data))
        kind = chance.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 2:
            del data[at : at + chance.randint(1, 20)]
        elif kind == 3:
            data[at:at] = data[at : at + chance.randint(1, 40)]
        elif kind == 4:
            data[at:at] = chance.choice(SPECIAL)
        else:
            other = chance.choice(seeds)
            data[at:] = other[chance.randint(0, len(other)) :]
    return bytes(data[: 1 << 16])


def batch(run: Target, seeds: list[bytes], name: str, number: int, keep: Path | None = None) -> None:
    """Inputs of one batch; with ``keep`` each is written there before it is run."""
    chance = random.Random(f"{name} {number}")
    for _ in range(BATCH):
        data = mutated(chance, seeds)
        if keep is not None:
            keep.write_bytes(data)
        run(data)


def started() -> list[tuple[str, Target, list[bytes]]]:
    own = [p.read_bytes() for p in sorted(CORPUS.glob("*.bin"))]
    return [(name, run, [*seeds, *own]) for name, run, seeds in targets()]


def child(seconds: float, seed: int) -> int:
    every, end, number = started(), time.monotonic() + seconds, seed * 1_000_000
    for _, run, seeds in every:
        for data in seeds:
            run(data)
    while time.monotonic() < end:
        name, run, seeds = every[number % len(every)]
        print("batch", number, flush=True)
        faulthandler.dump_traceback_later(HANG, exit=True)
        batch(run, seeds, name, number)
        faulthandler.cancel_dump_traceback_later()
        print("done", BATCH, flush=True)
        number += 1
    return 0


def again(number: int) -> int:
    """The batch that failed, input by input."""
    every = started()
    name, run, seeds = every[number % len(every)]
    CORPUS.mkdir(exist_ok=True)
    faulthandler.dump_traceback_later(HANG, exit=True)
    batch(run, seeds, name, number, CORPUS / f"found-{number}.bin")
    (CORPUS / f"found-{number}.bin").unlink()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", action="store_true")
    parser.add_argument("--again", type=int)
    a = parser.parse_args()
    if a.child:
        return child(a.seconds, a.seed)
    if a.again is not None:
        return again(a.again)
    words = [sys.executable, "-m", "tests.fuzz.driver"]
    done = subprocess.run([*words, "--child", "--seconds", str(a.seconds), "--seed", str(a.seed)], stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.split("\n")
    executed = BATCH * sum(line.startswith("done") for line in lines)
    print(f"{executed} executions in {a.seconds:.0f} s, exit {done.returncode}")
    if done.returncode:
        last = next((int(line.split()[1]) for line in reversed(lines) if line.startswith("batch")), 0)
        subprocess.run([*words, "--again", str(last)], check=False)
        print(f"found: tests/fuzz/corpus/found-{last}.bin; target {last} % {len(started())}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
