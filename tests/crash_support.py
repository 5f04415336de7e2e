"""A conversion that kills itself: ``python -m tests.crash_support SOURCE RUN EVENT [FORMAT...]``.

At the EVENT-th call to the file system (0: never; -1: after the first checkpoint; -2: after the first result has its
final name) the process is gone, as with kill -9 or a power cut.  It resumes what there is to resume.  Says the number of such calls at the end.
CHUKAN_TEST_CLEANSING names cleansing rules to follow.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from chukan_layout.cli.cleansing import chosen_of
from chukan_layout.run import resume as taken_up
from chukan_layout.run.folder import ASKED, FolderRefused
from tests.run_support import order_of, run_here

EVENTS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"})


def main(source: str, run: str, event: str, *formats: str) -> int:
    left, seen = int(event), 0

    def count(name: str, args: tuple[object, ...]) -> None:
        nonlocal seen
        if name in EVENTS and str(args[0]).startswith(run):
            seen += 1
            if seen == left or (left < 0 and reached(left)):
                os.kill(os.getpid(), signal.SIGKILL)

    def reached(what: int) -> bool:
        return (Path(run) / (".work/checkpoint/00000.json" if what == -1 else "data")).exists()

    sys.addaudithook(count)
    taken_up.WORTH = 0
    order = order_of(Path(source), formats=formats or ("csv",), block=1 << 14)
    if rules := os.environ.get("CHUKAN_TEST_CLEANSING"):
        assert order.mapping is not None
        order = replace(order, cleansing=chosen_of([Path(rules)], None, order.layouts, order.mapping, "", False))
    resume = (Path(run) / ".work" / ASKED).exists()
    try:
        run_here(order, Path(run), resume=resume, overwrite=not resume)
    except FolderRefused as refused:
        print(refused, file=sys.stderr)
        return 3
    print(seen)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
