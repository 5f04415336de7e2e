"""The driver's side of reading: files are cut on a thread of their own, and blocks go to the cluster in waves.

The driver reads every file once, for its hash, its boundaries and the CRC of each block; what it keeps is where the blocks
are.  At most :data:`WAVES` waves lie between the cutting and the writing, so neither memory nor the shared folder fills.
"""

from __future__ import annotations

import os
import uuid
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Semaphore, Thread

from chukan_layout.engines.cut import Cut
from chukan_layout.engines.engine import Input, Recipe, SourceChanged
from chukan_layout.engines.lane import Lane
from chukan_layout.engines.spark.worker import Block, Problem

#: Waves under way: one that is written, one that runs, one that waits for free workers.
WAVES = 3
#: A task is worth some tenths of a second, beside which starting it counts little.
TASK_BYTES = 16 << 20
TASK_BLOCKS = 16
#: Tasks of a wave, by core of the cluster.
TASKS_PER_CORE = 3


@dataclass
class Wave:
    """Blocks that go to the cluster together; ``done`` gives the problems by block once all have run."""

    tasks: list[list[Block]] = field(default_factory=lambda: [[]])
    done: Future[dict[str, Problem]] = field(default_factory=Future)
    left: int = 0
    size: int = 0

    def add(self, block: Block) -> None:
        task = self.tasks[-1]
        if task and (self.size + block.size > TASK_BYTES or len(task) >= TASK_BLOCKS):
            self.tasks.append(task := [])
            self.size = 0
        task.append(block)
        self.size += block.size
        self.left += 1


@dataclass(frozen=True)
class End:
    """A file was cut to its end, or could not be."""

    path: Path
    bytes: int
    sha256: str
    failure: OSError | SourceChanged | None


@dataclass(frozen=True)
class _Broken:
    failure: BaseException


class Feed:
    """Blocks of some files in order, each with the wave that it went with.

    ``start`` runs a wave, ``recipe`` stores a recipe and names it, ``cores`` are those of the cluster by now.
    """

    def __init__(
        self,
        sources: Sequence[Input],
        start: Callable[[Wave], None],
        recipe: Callable[[Recipe], tuple[str, ...]],
        cores: Callable[[], int],
    ) -> None:
        self._start, self._recipe, self._cores = start, recipe, cores
        self._cut: SimpleQueue[tuple[Block, Wave] | End | _Broken] = SimpleQueue()
        self._room, self._stopped = Semaphore(WAVES), Event()
        self._wave = Wave()
        self._name = uuid.uuid4().hex[:12]  # a run may have several feeds, and one folder
        self._stamps: dict[str, tuple[int, int]] = {}
        self._thread = Thread(target=self._run, args=(list(sources),), name="chukan-cut", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def of(self, path: Path) -> Iterator[tuple[Block, Wave] | End]:
        """The blocks of the next file, then its end.  Raises what kept it from being cut."""
        while True:
            item = self._cut.get()
            if isinstance(item, _Broken):
                raise item.failure
            if isinstance(item, End):
                if item.path != path:
                    continue
                if item.failure:
                    raise item.failure
                yield item
                return
            if item[0].path == os.fspath(path.absolute()):
                yield item
            else:  # what is left of a file that was given up
                wait([item[1].done])
                self.taken(item[1])

    def taken(self, wave: Wave) -> None:
        """One block of the wave, which has run, is no longer needed."""
        wave.left -= 1
        if not wave.left:
            self._room.release()

    def changed(self, block: Block) -> bool:
        """Whether the block's file is another than when it was cut."""
        return _stamp(block.path) != self._stamps.get(block.path)

    # ------------------------------------------------------------ on the thread

    def _run(self, sources: list[Input]) -> None:
        try:
            for number, source in enumerate(sources):
                self._file(source, f"{self._name}-{number:05d}")
            if self._wave.left:
                self._send()
        except BaseException as failure:  # noqa: BLE001 - raised where the blocks are asked for
            self._cut.put(_Broken(failure))

    def _file(self, source: Input, name: str) -> None:
        recipe = self._recipe(source.recipe)
        cut, path, settings = Cut(source, source.recipe.program()), os.fspath(source.path.absolute()), source.settings
        self._stamps[path] = _stamp(path)
        failure: OSError | SourceChanged | None = None
        with Lane(apart=True) as hashing:
            blocks = enumerate(cut.blocks(hashing))
            while not self._stopped.is_set():
                try:
                    place, (data, offset) = next(blocks)
                except StopIteration:
                    break
                except (OSError, SourceChanged) as said:
                    failure = said
                    break
                self._add(
                    Block(f"{name}-{place:07d}.part", path, offset, len(data), zlib.crc32(data), recipe,
                          settings.csv, settings.columns, settings.reveal)
                )  # fmt: skip
        self._cut.put(End(source.path, cut.bytes, cut.sha256, failure))

    def _add(self, block: Block) -> None:
        wave = self._wave
        if len(wave.tasks) >= TASKS_PER_CORE * self._cores() and wave.size + block.size > TASK_BYTES:
            self._send()
            wave = self._wave
        wave.add(block)
        self._cut.put((block, wave))

    def _send(self) -> None:
        while not self._room.acquire(timeout=0.2):
            if self._stopped.is_set():
                return
        wave, self._wave = self._wave, Wave()
        self._start(wave)


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = Path(path).stat()
    except OSError:
        return -1, 0
    return found.st_size, found.st_mtime_ns
