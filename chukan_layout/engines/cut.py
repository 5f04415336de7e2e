"""One pass over a file that cuts it into blocks of whole records and hashes it.

Where it is cut depends on the block size and the bytes alone: every engine gets its blocks from here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chukan_layout import _kernel
from chukan_layout.engines.engine import Input, SourceChanged
from chukan_layout.engines.lane import Lane


class Cut:
    """``blocks`` once; then ``sha256`` and ``bytes`` are those of the whole file."""

    def __init__(self, source: Input, program: Any) -> None:
        self._source, self._program = source, program
        self._hash = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def blocks(self, hashing: Lane) -> Iterator[tuple[memoryview, int]]:
        """Whole records with the byte they begin at; a record cut by a block's end is read again, not copied.

        Raises OSError when the file cannot be read, SourceChanged when it changes meanwhile.
        """
        path = self._source.path
        with _told_of(path), path.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            yield from self._blocks(file, hashing)
            after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or self.bytes != before.st_size:
            raise SourceChanged

    def _blocks(self, file: Any, hashing: Lane) -> Iterator[tuple[memoryview, int]]:
        self._count(memoryview(_read(file, 0, self._source.data_at)), hashing)
        offset, block = self._source.data_at, self._source.settings.block
        want = block
        while True:
            data = _read(file, offset, want)
            eof = len(data) < want
            whole = len(data) if eof else _kernel.split(self._program, data, eof)
            if whole:
                chunk = memoryview(data)[:whole]
                self._count(chunk, hashing)
                yield chunk, offset
                offset += whole
                want = block
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
