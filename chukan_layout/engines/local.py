"""The local engine: blocks of a file through the kernel, by threads, results in order.

The kernel releases the GIL; at most ``jobs + 1`` chunks are under way, so memory does not grow with the file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chukan_layout import _kernel
from chukan_layout.engines.cut import Cut
from chukan_layout.engines.engine import Input, Keys, Piece, Question, partitions_for
from chukan_layout.engines.lane import Lane


class LocalEngine:
    name = "local"

    @contextmanager
    def session(self, work: Path, jobs: int) -> Iterator[LocalSession]:
        del work
        with ThreadPoolExecutor(jobs, thread_name_prefix="chukan") as pool:
            yield LocalSession(pool)


class LocalSession:
    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def foresee(self, sources: Iterable[Input]) -> None:
        """One file after the other, each when its turn comes."""

    def reading(self, source: Input) -> LocalReading:
        return LocalReading(source, self._pool)

    def keys(self, folder: Path, name: str, source_bytes: int, wide: bool) -> Keys:
        return _kernel.KeyedSet(str(folder), name, partitions_for(source_bytes), wide=wide)

    def answers(self, questions: Iterable[Question]) -> Iterator[Any]:
        for judge, keys, others, settings in questions:
            yield judge(keys, *others, *settings)


class LocalReading:
    """One pass over one file.  After the last piece, ``sha256`` and ``bytes`` are those of the whole file."""

    def __init__(self, source: Input, pool: ThreadPoolExecutor) -> None:
        self._source, self._pool = source, pool
        self._program = source.recipe.program()
        self._cut = Cut(source, self._program)

    @property
    def sha256(self) -> str:
        return self._cut.sha256

    @property
    def bytes(self) -> int:
        return self._cut.bytes

    def pieces(self, progress: Callable[[int, int], None]) -> Iterator[Piece]:
        jobs = self._source.settings.jobs
        waiting: deque[tuple[Future[Any], int, int]] = deque()
        lines = self._source.lines
        with Lane(apart=jobs > 1) as hashing:
            for data, offset in self._cut.blocks(hashing):
                waiting.append((self._pool.submit(self._run, data), offset, len(data)))
                while len(waiting) > jobs:
                    piece = self._take(waiting, lines, progress)
                    lines += piece.chunk.lines
                    yield piece
            while waiting:
                piece = self._take(waiting, lines, progress)
                lines += piece.chunk.lines
                yield piece

    def _run(self, data: memoryview) -> Any:
        s = self._source.settings
        return _kernel.run(self._program, data, csv=s.csv, columns=s.columns, reveal=s.reveal)

    def _take(
        self, waiting: deque[tuple[Future[Any], int, int]], lines: int, progress: Callable[[int, int], None]
    ) -> Piece:
        future, offset, size = waiting.popleft()
        chunk = future.result()
        progress(size, chunk.rows_in)
        return Piece(chunk, offset, lines)
