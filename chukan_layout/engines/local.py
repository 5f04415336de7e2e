"""The local engine: blocks of a file through the kernel, by threads, results in order.

How a file is cut into chunks depends on the block size alone, never on the number of jobs, and results are
taken in order, so the output is the same whatever ``jobs`` is.  The kernel releases the GIL; at most
``jobs + 1`` chunks are under way, so memory does not grow with the file.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from chukan_layout import _kernel
from chukan_layout.engines.lane import Lane

#: Sized for the cache.
CSV_BLOCK = 2 << 20
PARQUET_BLOCK = 3 << 20


class SourceChanged(Exception):
    """The file was written to or cut while it was read."""


class Piece(NamedTuple):
    """One chunk's result; ``offset`` is the byte of its first record in the file, ``lines_before`` lines before it."""

    chunk: Any
    offset: int
    lines_before: int


@dataclass(frozen=True)
class Settings:
    jobs: int = 1
    block: int = CSV_BLOCK
    csv: bool = True
    columns: bool = False
    reveal: bool = False
    #: Residual items and the ledgers of gaiji and of cleansing are wanted.
    apart: bool = True


class Reading:
    """One pass over one file.  After the last piece, ``sha256`` and ``bytes`` are those of the whole file."""

    def __init__(self, path: Path, program: Any, data_at: int, lines: int, settings: Settings) -> None:
        self.path, self.program, self.settings = path, program, settings
        self.data_at, self.lines = data_at, lines
        self._hash = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def pieces(
        self, pool: ThreadPoolExecutor, hashing: Lane, progress: Callable[[int, int], None]
    ) -> Iterator[Piece]:
        """Results in order of the file; ``progress`` gets (bytes, records) of each.

        Raises OSError when the file cannot be read, SourceChanged when it changes meanwhile.
        """
        waiting: deque[tuple[Future[Any], int, int]] = deque()
        lines = self.lines
        with _told_of(self.path), self.path.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            for data, offset in self._chunks(file, hashing):
                waiting.append((pool.submit(self._run, data), offset, len(data)))
                while len(waiting) > self.settings.jobs:
                    piece = self._take(waiting, lines, progress)
                    lines += piece.chunk.lines
                    yield piece
            while waiting:
                piece = self._take(waiting, lines, progress)
                lines += piece.chunk.lines
                yield piece
            after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or self.bytes != before.st_size:
            raise SourceChanged

    def _run(self, data: memoryview) -> Any:
        s = self.settings
        return _kernel.run(self.program, data, csv=s.csv, columns=s.columns, reveal=s.reveal, apart=s.apart)

    def _take(
        self, waiting: deque[tuple[Future[Any], int, int]], lines: int, progress: Callable[[int, int], None]
    ) -> Piece:
        future, offset, size = waiting.popleft()
        chunk = future.result()
        progress(size, chunk.rows_in)
        return Piece(chunk, offset, lines)

    def _chunks(self, file: Any, hashing: Lane) -> Iterator[tuple[memoryview, int]]:
        """Whole records with the byte they begin at; a record cut by a block's end is read again, not copied."""
        self._count(memoryview(_read(file, 0, self.data_at)), hashing)
        offset, want = self.data_at, self.settings.block
        while True:
            data = _read(file, offset, want)
            eof = len(data) < want
            whole = len(data) if eof else _kernel.split(self.program, data, eof)
            if whole:
                chunk = memoryview(data)[:whole]
                self._count(chunk, hashing)
                yield chunk, offset
                offset += whole
                want = self.settings.block
            else:
                want = 2 * len(data)  # one record longer than a block
            if eof:
                return

    def _count(self, consumed: memoryview, hashing: Lane) -> None:
        hashing.do(self._hash.update, consumed)
        self.bytes += len(consumed)


@contextmanager
def _told_of(source: Path) -> Iterator[None]:
    """An OSError in here is of the source; one of an output is raised elsewhere and ends the run."""
    try:
        yield
    except OSError as failure:
        failure.filename = str(source)
        raise


def _read(file: Any, offset: int, size: int) -> bytes:
    """Exactly ``size`` bytes from ``offset`` on, less only at the end of the file."""
    file.seek(offset)
    data: bytes = file.read(size)
    while len(data) < size:
        more = file.read(size - len(data))
        if not more:
            break
        data += more
    return data
