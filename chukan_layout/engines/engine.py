"""What a run asks of an engine, whichever it is: pieces of files in order, and answers about keys.

How a file is cut depends on the block size alone (engines/cut.py), pieces come in order of the file, and an answer does
not depend on how the keys were spread: so the bytes of a run are the same under every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from chukan_layout import _kernel

#: Sized for the cache.
CSV_BLOCK = 2 << 20
PARQUET_BLOCK = 3 << 20


class SourceChanged(Exception):
    """The file was written to or cut while it was read."""


class Piece(NamedTuple):
    """One chunk's result; ``offset`` is the byte of its first record in the file, ``lines_before`` lines before it.

    ``chunk`` is the kernel's Chunk or has all that it has.
    """

    chunk: Any
    offset: int
    lines_before: int


class Recipe(NamedTuple):
    """What the kernel's program is made of, as bytes: for another process to make the same."""

    spec: bytes
    table: bytes
    #: Layout of records and the table of their charset.
    records: tuple[bytes, bytes] | None = None
    #: The table of a charset of delimited text that becomes UTF-8 on the way.
    lines: bytes | None = None

    def program(self) -> Any:
        return _kernel.Program(self.spec, self.table, self.records, self.lines)


@dataclass(frozen=True)
class Settings:
    jobs: int = 1
    block: int = CSV_BLOCK
    csv: bool = True
    columns: bool = False
    reveal: bool = False


@dataclass(frozen=True)
class Input:
    """A file to read: records begin at byte ``data_at``, behind ``lines`` lines."""

    path: Path
    data_at: int
    lines: int
    recipe: Recipe
    settings: Settings = field(default_factory=Settings)


class Question(NamedTuple):
    """A check of all keys: ``judge(keys, *others, *settings)`` gives the hits, wherever and over whichever part of the
    keys it is called, as long as all entries of a key are in that part."""

    judge: Callable[..., Any]
    keys: Any
    others: tuple[Any, ...] = ()
    settings: tuple[Any, ...] = ()


def foreign(child: Any, *parents: Any) -> Any:
    """The kernel's, in the shape of a :class:`Question`."""
    return _kernel.foreign(child, list(parents))


class Reading(Protocol):
    """One pass over one file.  After the last piece, ``sha256`` and ``bytes`` are those of the whole file."""

    @property
    def sha256(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    def pieces(self, progress: Callable[[int, int], None]) -> Iterator[Piece]:
        """Results in order of the file; ``progress`` gets (bytes, records) of each.

        Raises OSError with the file's name when it cannot be read, SourceChanged when it changes meanwhile, Refused when
        the engine fails.
        """
        ...


class Keys(Protocol):
    """Keys of one kind; ``add`` takes the entries of a chunk, its place, and the lines before it."""

    def add(self, entries: Any, place: int, lines: int) -> None: ...


class Session(Protocol):
    """An engine at work for one run."""

    def foresee(self, sources: Iterable[Input]) -> None:
        """Files that will be read, in order; an engine may begin with them."""
        ...

    def reading(self, source: Input) -> Reading: ...

    def keys(self, folder: Path, name: str, source_bytes: int, wide: bool) -> Keys:
        """A place for keys below ``folder``; ``source_bytes`` are those of the whole run, ``wide`` as the kernel wants it."""
        ...

    def answers(self, questions: Iterable[Question]) -> Iterator[Any]:
        """The hits of each question in order, as the kernel gives them: number, offsets u64, lines u32, codes u8."""
        ...


class Engine(Protocol):
    @property
    def name(self) -> str: ...
    def session(self, work: Path, jobs: int) -> AbstractContextManager[Session]:
        """``work`` is a folder for what the engine leaves between steps; the run removes it."""
        ...


#: Input bytes per partition: some hundred thousand keys, a few megabytes when judged.
PARTITION_BYTES = 96 << 20


def partitions_for(source_bytes: int, least: int = 1) -> int:
    """So that a partition's keys fit in memory with room to spare."""
    return max(least, -(-source_bytes // PARTITION_BYTES))


