"""Measures chukan against a bare copy and against other tools.

python bench/run.py --rows 1m --rows 5m --repeat 5 --results bench/RESULTS.md
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import cases, results, targets
from bench.data import HERE, Data, prepare
from bench.measure import Case, CommandError, interleave

UNITS = {"k": 1_000, "m": 1_000_000}
LARGE = 2_000_000  # at and above this size three rounds are enough
PEER_ROUNDS = 1  # the slow ones take minutes
QUICK_ROUNDS = 3  # of validation alone, all but frictionless


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def rows_of(text: str) -> int:
    """1m → 1000000, 200k → 200000."""
    unit = UNITS.get(text[-1].lower(), 1)
    return int(text[:-1] if unit > 1 else text) * unit


def measure(some: Sequence[Case], repeat: int, log: Path, absent: dict[str, str]) -> list[Case]:
    """The cases that ran; one that failed is named in ``absent`` and stops nothing else."""
    ran: list[Case] = []
    for case in some:
        try:
            interleave([case], repeat, log, say)
            ran.append(case)
        except CommandError as e:
            say(str(e))
            absent[case.name] = str(e).splitlines()[0]
    return ran


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", action="append", type=rows_of, help="1m, 5m, 200k ... (repeatable)")
    parser.add_argument("--repeat", type=int, default=5, help="rounds; medians are shown")
    parser.add_argument("--results", type=Path, help="where to write the page; without it, to stdout")
    parser.add_argument(
        "--peers", type=rows_of, default=None, help="rows for other tools (default: the least size)"
    )
    parser.add_argument("--validation", type=rows_of, default=1_000_000, help="rows for validation alone")
    parser.add_argument("--no-peers", action="store_true", help="chukan and the floor only")
    options = parser.parse_args(arguments)
    wanted: list[int] = options.rows or [1_000_000]

    absent: dict[str, str] = {}
    sizes: dict[int, tuple[Data, Sequence[Case]]] = {}
    peers: tuple[int, Sequence[Case]] | None = None
    validation: tuple[int, Sequence[Case], str] | None = None
    (HERE / "data").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HERE / "data", prefix="run-") as folder:
        out, log = Path(folder), Path(folder) / "stderr.log"
        for rows in wanted:
            say(f"{rows:,} 件を用意 (preparing)")
            data = prepare(rows)
            found = cases.main_cases(data, out)
            interleave(found, min(options.repeat, 3) if rows >= LARGE else options.repeat, log, say)
            sizes[rows] = (data, found)
        if not options.no_peers:
            peers = _peers(options.peers or min(wanted), sizes, out, log, absent)
            found, missing = cases.validation_cases(prepare(options.validation).cp932, out)
            absent |= missing
            ran = measure(found, PEER_ROUNDS, log, absent)
            quick = [case for case in ran if case.name != cases.FRICTIONLESS]
            interleave(quick, QUICK_ROUNDS - PEER_ROUNDS, log, say)
            validation = (options.validation, ran, cases.VALIDATE)
    outcomes = targets.outcomes({rows: {c.name: c for c in found} for rows, (_, found) in sizes.items()})
    if validation:
        outcomes += targets.of_validation(validation[1])
    page = results.render(sizes, peers, validation, absent, outcomes)
    if options.results:
        options.results.write_text(page, encoding="utf-8")
    print(page)
    return 0


def _peers(
    rows: int,
    sizes: dict[int, tuple[Data, Sequence[Case]]],
    out: Path,
    log: Path,
    absent: dict[str, str],
) -> tuple[int, Sequence[Case]]:
    data = sizes[rows][0] if rows in sizes else prepare(rows)
    found, missing = cases.peer_cases(data, out)
    absent |= missing
    own = [c for c in cases.main_cases(data, out) if c.name in (cases.FLOOR, cases.CSV2, cases.CSV1)]
    interleave(own, PEER_ROUNDS, log, say)
    return data.rows, [*own, *measure(found, PEER_ROUNDS, log, absent)]


if __name__ == "__main__":
    sys.exit(main())
