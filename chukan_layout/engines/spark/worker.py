"""What runs on a worker: the kernel over a byte range of a file in the shared folder.

Nothing is raised that the cluster could mend by trying again in vain: what a worker cannot see or do is told as a row,
with the name of the machine, and the driver says it to people.  Tasks are idempotent: a result has one name, and its
bytes depend on the source alone.
"""

from __future__ import annotations

import os
import platform
import uuid
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from chukan_layout import __version__, _kernel
from chukan_layout.engines.engine import Recipe
from chukan_layout.engines.spark.sent import send

#: Programs kept by a worker's process: tasks go through the files in order.
_PROGRAMS = 4


class Block(NamedTuple):
    """Bytes of a source file, with their CRC as the driver read them; ``name`` is that of the result."""

    name: str
    path: str
    offset: int
    size: int
    crc: int
    recipe: tuple[str, ...]
    csv: bool
    columns: bool
    reveal: bool


class Problem(NamedTuple):
    """What keeps a worker from its work (``kind`` is one of engines/spark/problems.py), at which file or folder, and where."""

    kind: str
    what: str
    host: str


def blocks(work: str, version: str, task: list[Block]) -> Iterator[tuple[str, Problem]]:
    """Runs the blocks of one task; gives what keeps it from one (by its name) or from all (by "")."""
    if version != __version__:
        yield "", Problem("version", __version__, platform.node())
        return
    for block in task:
        problem = _block(Path(work), block)
        if problem is not None:
            yield block.name, Problem(*problem, platform.node())


def _block(work: Path, block: Block) -> tuple[str, str] | None:
    if (work / block.name).exists():  # an earlier try got this far
        return None
    try:
        with Path(block.path).open("rb", buffering=0) as file:
            data = os.pread(file.fileno(), block.size, block.offset)
            while len(data) < block.size and (more := os.pread(file.fileno(), block.size - len(data), block.offset + len(data))):
                data += more
    except FileNotFoundError:
        return "unseen", block.path
    except PermissionError:
        return "denied", block.path
    if len(data) != block.size or zlib.crc32(data) != block.crc:
        return "differs", block.path
    try:
        chunk = _kernel.run(_program(work, block.recipe), data, csv=block.csv, columns=block.columns, reveal=block.reveal)
        send(chunk, work / block.name, attempt())
    except FileNotFoundError:
        return "unseen", str(work)
    except PermissionError:
        return "denied", str(work)
    return None


def attempt() -> str:
    """No other try has it, on whichever machine."""
    return uuid.uuid4().hex


@lru_cache(_PROGRAMS)
def _program(work: Path, recipe: tuple[str, ...]) -> Any:
    """Built once per process."""
    spec, table, layout, charset, lines = ((work / name).read_bytes() if name else b"" for name in recipe)
    return Recipe(spec, table, (layout, charset) if layout else None, lines or None).program()
