"""The keyed stage on workers: keys spread over partitions, and each partition judged by the kernel, as on one machine.

Keys travel as the kernel's fixed-length entries, many to a row.  Which partition a key is in changes no answer, as long as
it is one and the same for all sets.
"""

from __future__ import annotations

import platform
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from chukan_layout import _kernel
from chukan_layout.engines.engine import Question
from chukan_layout.engines.spark.sent import write_by_rename
from chukan_layout.engines.spark.worker import Problem, attempt

#: Place of the chunk, lines before it, bytes of entries that follow.
FRAME = struct.Struct("<QII")
#: Before the entries of a row: place and lines.
PLACE = struct.Struct("<QI")
#: What a row of the shuffle holds; ``keys`` is the number of a set.
ROWS = "partition int, keys int, entries binary"
ENTRY, WIDE_ENTRY = 32, 40
#: Bytes of rows that are sent on at once.
_BATCH = 4 << 20
#: One hit: its offset, its line, its complaint.
HIT = np.dtype([("offset", "<u8"), ("line", "<u4"), ("code", "u1")])
_MIX = (np.uint64(0x9E37_79B9_7F4A_7C15), np.uint64(0xC2B2_AE3D_27D4_EB4F))


class Slice(NamedTuple):
    """Frames of one set's log, from byte ``start`` up to ``end``."""

    keys: int
    path: str
    start: int
    end: int
    wide: bool


def shared_out(slices: Sequence[Slice], tasks: int) -> list[list[Slice]]:
    """The slices in not more than ``tasks`` tasks of about the same size."""
    share = -(-sum(s.end - s.start for s in slices) // tasks)
    made: list[list[Slice]] = []
    reached = 0
    for part in slices:
        if not made or reached >= share:
            made.append([])
            reached = 0
        made[-1].append(part)
        reached += part.end - part.start
    return made


def spread(part: Slice, partitions: int) -> Iterator[pa.RecordBatch]:
    """Rows of :data:`ROWS`."""
    rows: list[tuple[int, bytes]] = []
    waiting = 0
    for place, lines, entries in _frames(part):
        for partition, some in _by_partition(entries, WIDE_ENTRY if part.wide else ENTRY, partitions):
            rows.append((partition, PLACE.pack(place, lines) + some))
            waiting += len(some)
        if waiting >= _BATCH:
            yield _batch(part.keys, rows)
            rows, waiting = [], 0
    if rows:
        yield _batch(part.keys, rows)


def _frames(part: Slice) -> Iterator[tuple[int, int, bytes]]:
    with Path(part.path).open("rb") as file:
        file.seek(part.start)
        while file.tell() < part.end:
            place, lines, size = FRAME.unpack(file.read(FRAME.size))
            yield place, lines, file.read(size)


def _by_partition(entries: bytes, width: int, partitions: int) -> Iterator[tuple[int, bytes]]:
    raw = np.frombuffer(entries, np.uint8).reshape(-1, width)
    low, high = np.ascontiguousarray(raw[:, :16]).view("<u8").T
    numbers = ((low ^ high * _MIX[1]) * _MIX[0] >> np.uint64(33)) % np.uint64(partitions)
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(partitions + 1, dtype=np.uint64))
    ordered = raw[order]
    for partition, (start, end) in enumerate(pairwise(starts.tolist())):
        if start < end:
            yield partition, ordered[start:end].tobytes()


def _batch(keys: int, rows: Sequence[tuple[int, bytes]]) -> pa.RecordBatch:
    partitions, entries = zip(*rows, strict=True)
    columns = [pa.array(partitions, pa.int32()), pa.array([keys] * len(rows), pa.int32()), pa.array(entries, pa.binary())]
    return pa.RecordBatch.from_arrays(columns, names=["partition", "keys", "entries"])


def judge(
    work: str, wide: Sequence[bool], questions: Sequence[Question], batches: Iterable[pa.RecordBatch]
) -> Iterator[tuple[str, Problem]]:
    """Answers every question in every partition of ``batches``, which are sorted by partition.

    ``wide`` tells of each set whether its entries are wide; questions name sets by number.
    """
    now: _Partition | None = None
    rows = (row for batch in batches for row in zip(*(c.to_pylist() for c in batch.columns), strict=True))
    try:
        for partition, keys, entries in rows:
            if now is None or now.number != partition:
                if now is not None:
                    now.answer(work, questions)
                    now.close()
                now = _Partition(partition, wide)
            now.add(keys, entries)
        if now is not None:
            now.answer(work, questions)
    except FileNotFoundError:
        yield "", Problem("unseen", work, platform.node())
    except PermissionError:
        yield "", Problem("denied", work, platform.node())
    finally:
        if now is not None:
            now.close()


class _Partition:
    """The sets of one partition, on this machine's disk but for small buffers."""

    def __init__(self, number: int, wide: Sequence[bool]) -> None:
        self.number, self._wide = number, wide
        self._folder = tempfile.TemporaryDirectory(prefix="chukan-")
        self._sets: dict[int, Any] = {}

    def add(self, keys: int, row: bytes) -> None:
        place, lines = PLACE.unpack_from(row)
        self._set(keys).add(memoryview(row)[PLACE.size :], place, lines)

    def _set(self, keys: int) -> Any:
        if keys not in self._sets:
            self._sets[keys] = _kernel.KeyedSet(self._folder.name, f"{keys:05d}", 1, wide=self._wide[keys])
        return self._sets[keys]

    def answer(self, work: str, questions: Sequence[Question]) -> None:
        for number, (put, keys, others, settings) in enumerate(questions):
            if keys not in self._sets:
                continue  # no record, no complaint
            n, offsets, lines, codes = put(self._sets[keys], *map(self._set, others), *settings)
            if n:
                hits = np.empty(n, HIT)
                hits["offset"] = np.frombuffer(offsets, "<u8")
                hits["line"] = np.frombuffer(lines, "<u4")
                hits["code"] = np.frombuffer(codes, "u1")
                write_by_rename(Path(work) / f"{number}-{self.number}.hits", [hits.tobytes()], attempt())

    def close(self) -> None:
        self._sets.clear()
        self._folder.cleanup()


def merged(work: Path, number: int) -> tuple[int, bytes, bytes, bytes]:
    """The hits of a question from all partitions in order of place, in the kernel's shape."""
    found = sorted(work.glob(f"{number}-*.hits"))
    hits = np.concatenate([np.fromfile(path, HIT) for path in found]) if found else np.empty(0, HIT)
    hits = hits[np.lexsort((hits["code"], hits["offset"]))]
    return len(hits), hits["offset"].tobytes(), hits["line"].tobytes(), hits["code"].tobytes()
