"""The one function that travels to a worker by value, so that a worker without the package can say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

#: The rows of problems that every job gives: of which block or partition, and engines/spark/worker.py's Problem.
TOLD = "name string, kind string, what string, host string"


def on_worker(entry: str, payload: bytes) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """A function for ``mapInArrow``: calls ``entry`` of engines/spark/tasks.py with the unpickled payload and the batches.

    Without the package it gives one row of :data:`TOLD`.
    """

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        import platform

        import pyarrow as pa

        try:
            from chukan_layout.engines.spark import tasks
        except ImportError as missing:
            row = ("", "package", missing.name or type(missing).__name__, platform.node())
            names = ("name", "kind", "what", "host")
            columns = [pa.array([value], pa.string()) for value in row]
            yield pa.RecordBatch.from_arrays(columns, names=names)
            return
        yield from getattr(tasks, entry)(payload, batches)

    return run
