"""A lane: work that must keep its order, done beside the main thread.

Hashing, writing and gathering keys each have one, so that with several jobs none of them holds the others up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

#: Pieces that may wait in a lane: enough to even out, few enough to bound memory.
DEPTH = 2


class Lane:
    """``do`` runs functions one after the other; what one raises comes out of a later ``do`` or of ``drain``.

    Without ``apart`` they run at once on the caller's thread.  ``depth`` pieces may wait.
    """

    def __init__(self, apart: bool, depth: int = DEPTH) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="chukan-lane") if apart else None
        self._depth = depth
        self._waiting: deque[Future[Any]] = deque()

    def do(self, work: Callable[..., Any], *args: Any) -> None:
        if self._pool is None:
            work(*args)
            return
        while len(self._waiting) >= self._depth:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(work, *args))

    def drain(self) -> None:
        """Waits until everything is done."""
        while self._waiting:
            self._waiting.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.drain()
        finally:
            if self._pool is not None:
                self._pool.shutdown(wait=True, cancel_futures=True)
