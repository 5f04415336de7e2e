"""A chunk's result as one file of the shared folder: what the kernel gave on a worker, as the driver reads it.

JSON of everything that is no buffer, then the buffers, each on a boundary that Arrow likes.  No pickle: nothing that lies
in a folder is ever run.  A file appears under its name by rename, whole or not at all, so that a task may be tried again.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from chukan_layout import _kernel

#: All that a chunk has.
FIELDS = (
    "rows_in", "rows_out", "rows_rejected", "rows_removed", "lines", "csv", "rejected", "rejected_rows", "rule_counts", "item_states",
    "hash_total", "sums", "findings", "replaced", "removed", "changed", "columns", "residual", "keyed", "gathered",
)  # fmt: skip
_HEAD = struct.Struct("<Q")
_ALIGN = 64
_BUFFER = "at"
#: Read at once where the system can: all of it is wanted.
_MAPPED = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)


def send(chunk: Any, path: Path, attempt: str) -> None:
    """Writes ``path`` for its owner alone; ``attempt`` tells tries of the same chunk apart.  OSError as the system refuses."""
    parts: list[Any] = []
    reached = 0

    def plain(value: Any) -> Any:
        nonlocal reached
        if isinstance(value, _kernel.Buffer):
            here, size = reached, len(value)
            parts.append(value)
            reached += size + -size % _ALIGN
            return {_BUFFER: [here, size]}
        return [plain(v) for v in value] if isinstance(value, list | tuple) else value

    head = json.dumps({name: plain(getattr(chunk, name)) for name in FIELDS}).encode()
    head += b" " * (-(_HEAD.size + len(head)) % _ALIGN)
    whole: list[Any] = [_HEAD.pack(len(head)), head]
    for part in parts:
        whole += [memoryview(part), bytes(-len(part) % _ALIGN)]
    write_by_rename(path, whole, attempt)


def write_by_rename(path: Path, parts: Sequence[Any], attempt: str) -> None:
    """The same for any bytes; the folder must be there."""
    tried = path.with_name(f"{path.name}.{attempt}")
    with os.fdopen(os.open(tried, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        for part in parts:
            out.write(part)
    tried.replace(path)


def received(path: Path) -> SimpleNamespace:
    """What :func:`send` wrote, with the attributes of a chunk.  OSError when it is not there."""
    with path.open("rb") as file:
        raw = memoryview(mmap.mmap(file.fileno(), 0, flags=_MAPPED, prot=mmap.PROT_READ))
    (size,) = _HEAD.unpack_from(raw)
    start = _HEAD.size + size

    def full(value: Any) -> Any:
        if isinstance(value, dict):
            at, length = value[_BUFFER]
            return raw[start + at : start + at + length]
        return tuple(full(v) for v in value) if isinstance(value, list) else value

    return SimpleNamespace(**{name: full(value) for name, value in json.loads(bytes(raw[_HEAD.size : start])).items()})
