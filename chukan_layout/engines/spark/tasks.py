"""The tasks of the jobs, on a worker: Arrow batches in, Arrow batches out (engines/spark/boot.py calls them by name)."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator

import pyarrow as pa

from chukan_layout.engines.spark import shuffle
from chukan_layout.engines.spark.worker import Problem, blocks

_NAMES = ("name", "kind", "what", "host")


def chunks(payload: bytes, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The blocks of the tasks whose numbers are in the batches; rows of problems."""
    work, version, tasks = pickle.loads(payload)  # noqa: S301 - Spark's own channel, as every task
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield from _told(blocks(work, version, tasks[number]))


def spread(payload: bytes, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The keys of the tasks whose numbers are in the batches, by partition (engines/spark/shuffle.py)."""
    tasks, partitions = pickle.loads(payload)  # noqa: S301
    for batch in batches:
        for number in batch.column(0).to_pylist():
            for part in tasks[number]:
                yield from shuffle.spread(part, partitions)


def judge(payload: bytes, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The hits of every question in the partitions that the batches hold, as files; rows of problems."""
    work, sets, questions = pickle.loads(payload)  # noqa: S301
    yield from _told(shuffle.judge(work, sets, questions, batches))


def _told(problems: Iterable[tuple[str, Problem]]) -> Iterator[pa.RecordBatch]:
    for name, problem in problems:
        columns = [pa.array([value], pa.string()) for value in (name, *problem)]
        yield pa.RecordBatch.from_arrays(columns, names=_NAMES)
