"""A run on a cluster: what the workers leave in the shared folder becomes pieces in order and answers about keys."""

from __future__ import annotations

import hashlib
import os
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from chukan_layout import __version__
from chukan_layout.engines.engine import Input, Piece, Question, Recipe, SourceChanged, partitions_for
from chukan_layout.engines.spark import problems, shuffle
from chukan_layout.engines.spark.boot import TOLD, on_worker
from chukan_layout.engines.spark.feed import WAVES, End, Feed, Wave
from chukan_layout.engines.spark.sent import received, write_by_rename
from chukan_layout.engines.spark.worker import Block, Problem
from chukan_layout.write.files import create

#: Seconds without any task begun, after which there is no hope of a worker.
NO_WORKERS = 300
#: Seconds that a shared folder may take to show what a worker has written.
SHOWN = 10.0
#: Bytes of a key log that one task spreads.
SLICE = 16 << 20


class Cluster:
    """``spark`` is a SparkSession, ``folder`` a new folder that all workers have."""

    def __init__(self, spark: Any, folder: Path) -> None:
        self._spark, self._context = spark, spark.sparkContext
        self.folder = folder.absolute()
        self._jobs = ThreadPoolExecutor(WAVES, thread_name_prefix="chukan-spark")
        self._feeds: list[Feed] = []
        self._foreseen: deque[Input] = deque()
        self._logs: list[KeyLog] = []
        self._least = 1

    def foresee(self, sources: Iterable[Input]) -> None:
        self._foreseen.extend(sources)
        if self._foreseen:
            self._feed(list(self._foreseen))

    def reading(self, source: Input) -> SparkReading:
        if self._foreseen and self._foreseen[0].path == source.path:
            self._foreseen.popleft()
            return SparkReading(source, self._feeds[0], self)
        return SparkReading(source, self._feed([source]), self)

    def _feed(self, sources: list[Input]) -> Feed:
        feed = Feed(sources, self._start, self._stored, lambda: int(self._context.defaultParallelism))
        self._feeds.append(feed)
        return feed

    def close(self) -> None:
        """Ends what runs; nothing is asked of the cluster any more."""
        for feed in self._feeds:
            feed.stop()
        self._context.cancelAllJobs()
        self._spark.stop()
        self._jobs.shutdown(wait=True, cancel_futures=True)

    # ------------------------------------------------------------ jobs

    def _stored(self, recipe: Recipe) -> tuple[str, ...]:
        """Names of the parts of a recipe in the folder, each there once; "" for a part that it hasn't got."""
        names = []
        for part in (recipe.spec, recipe.table, *(recipe.records or (None, None)), recipe.lines):
            if part is None:
                names.append("")
                continue
            path = self.folder / f"{hashlib.sha256(part).hexdigest()}.recipe"
            if not path.exists():
                write_by_rename(path, [part], "new")
            names.append(path.name)
        return tuple(names)

    def _start(self, wave: Wave) -> None:
        def run() -> None:
            try:
                payload = pickle.dumps((os.fspath(self.folder), __version__, wave.tasks))
                frame = self._numbers(len(wave.tasks)).mapInArrow(on_worker("chunks", payload), TOLD)
                wave.done.set_result(_told(frame.collect()))
            except BaseException as failure:  # noqa: BLE001 - raised where the result is asked for
                wave.done.set_exception(failure)

        self._jobs.submit(run)

    def _numbers(self, n: int) -> Any:
        return self._spark.range(0, n, 1, n)

    def waited(self, work: Future[dict[str, Problem]]) -> dict[str, Problem]:
        """The result of a job.  CutOff when it failed, or when nobody takes it."""
        began = time.monotonic()
        while True:
            try:
                found = work.result(timeout=5)
            except TimeoutError:
                if self._idle() and time.monotonic() - began > NO_WORKERS:
                    raise problems.no_workers(NO_WORKERS) from None
                continue
            except problems.spark_errors() as failure:
                raise problems.job_failed(failure) from None
            if "" in found:
                raise problems.of_worker(*found[""])
            return found

    def _idle(self) -> bool:
        tracker = self._context.statusTracker()
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        return not any(s and (s.numActiveTasks or s.numCompletedTasks) for s in stages)

    def shown(self, name: str) -> Any:
        """The result that a worker has written; it is gone from the folder then."""
        path, began = self.folder / name, time.monotonic()
        while True:
            try:
                chunk = received(path)
            except FileNotFoundError:
                if time.monotonic() - began > SHOWN:
                    raise problems.lost(os.fspath(self.folder)) from None
                time.sleep(0.2)
                continue
            path.unlink(missing_ok=True)
            return chunk

    # ------------------------------------------------------------ keys

    def keys(self, folder: Path, name: str, source_bytes: int, wide: bool) -> KeyLog:
        log = KeyLog(len(self._logs), folder.absolute() / f"{name}.log", wide)
        self._logs.append(log)
        self._least = partitions_for(source_bytes)
        return log

    def answers(self, questions: Iterable[Question]) -> Iterator[Any]:
        asked = [q._replace(keys=q.keys.number, others=tuple(o.number for o in q.others)) for q in questions]
        slices = [part for log in self._logs for part in log.slices()]
        if not asked or not slices:
            yield from ((0, b"", b"", b"") for _ in asked)
            return
        wide = [log.wide for log in self._logs]
        cores = int(self._context.defaultParallelism)
        partitions = max(self._least, cores)
        tasks = shuffle.shared_out(slices, max(cores, sum(s.end - s.start for s in slices) // SLICE))
        spread, judge = pickle.dumps((tasks, partitions)), pickle.dumps((os.fspath(self.folder), wide, asked))
        work: Future[dict[str, Problem]] = self._jobs.submit(self._judge, len(tasks), partitions, spread, judge)
        self.waited(work)
        for number in range(len(asked)):
            yield shuffle.merged(self.folder, number)

    def _judge(self, tasks: int, partitions: int, spread: bytes, judge: bytes) -> dict[str, Problem]:
        frame = self._numbers(tasks).mapInArrow(on_worker("spread", spread), shuffle.ROWS)
        frame = frame.repartition(partitions, "partition").sortWithinPartitions("partition", "keys")
        return _told(frame.mapInArrow(on_worker("judge", judge), TOLD).collect())


def _told(rows: Iterable[Any]) -> dict[str, Problem]:
    return {row.name: Problem(row.kind, row.what, row.host) for row in rows}


class SparkReading:
    """One pass over one file; the workers' results in order of its blocks."""

    def __init__(self, source: Input, feed: Feed, cluster: Cluster) -> None:
        self._source, self._feed, self._cluster = source, feed, cluster
        self._end: End | None = None

    @property
    def sha256(self) -> str:
        return self._end.sha256 if self._end else ""

    @property
    def bytes(self) -> int:
        return self._end.bytes if self._end else 0

    def pieces(self, progress: Callable[[int, int], None]) -> Iterator[Piece]:
        lines = self._source.lines
        for item in self._feed.of(self._source.path):
            if isinstance(item, End):
                self._end = item
                return
            block, wave = item
            self._settled(block, self._cluster.waited(wave.done))
            chunk = self._cluster.shown(block.name)
            self._feed.taken(wave)
            progress(block.size, chunk.rows_in)
            yield Piece(chunk, block.offset, lines)
            lines += chunk.lines

    def _settled(self, block: Block, told: dict[str, Problem]) -> None:
        problem = told.get(block.name)
        if problem is None:
            return
        if problem.what == block.path and self._feed.changed(block):
            raise SourceChanged
        raise problems.of_worker(*problem)


class KeyLog:
    """Keys of one kind as they come, for the workers to spread."""

    def __init__(self, number: int, path: Path, wide: bool) -> None:
        self.number, self.wide, self._path = number, wide, path
        self._file: Any = None
        self._starts = [0]
        self._reached = 0

    def add(self, entries: Any, place: int, lines: int) -> None:
        size = len(entries)
        if not size:
            return
        self._file = self._file or create(self._path)
        self._file.write(shuffle.FRAME.pack(place, lines, size))
        self._file.write(memoryview(entries))
        self._reached += shuffle.FRAME.size + size
        if self._reached - self._starts[-1] >= SLICE:
            self._starts.append(self._reached)

    def slices(self) -> list[shuffle.Slice]:
        """What was added, in parts; nothing is added afterwards."""
        if self._file is None:
            return []
        self._file.close()
        ends = [*self._starts[1:], self._reached]
        path = os.fspath(self._path)
        return [shuffle.Slice(self.number, path, a, b, self.wide) for a, b in zip(self._starts, ends, strict=True) if a < b]
