"""Checkpoints of a run: after each source file, what a later run needs to go on behind it (``convert --resume``).

A shard is one source file.  Its log holds what the run's writers were given, not what they made of it, so that
a run taken up gives them the same in the same order and ends in the same bytes.  All is in the work folder, 0600.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from chukan_layout.model.tally import Tally
from chukan_layout.run.folder import FolderRefused
from chukan_layout.write.files import create, sha256_of, write_whole

#: set of keys, place of the chunk, lines before it, bytes that follow
_FRAME = struct.Struct("<IQII")
ORDER = "order.json"


class Stream:
    """Arrow tables of one schema, in order; no file before the first of them."""

    def __init__(self, path: Path) -> None:
        self._path, self._file, self._writer = path, None, None  # type: tuple[Path, Any, Any]

    def add(self, table: pa.Table) -> None:
        if self._writer is None:
            self._file = create(self._path)
            self._writer = pa.ipc.new_stream(self._file, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._file.close()


def tables_of(path: Path) -> Iterator[pa.Table]:
    """The tables of a :class:`Stream`, one by one."""
    if path.exists():
        with path.open("rb") as file, pa.ipc.open_stream(file) as reader:
            for batch in reader:
                yield pa.Table.from_batches([batch])


class ShardLog:
    """What one source file gave: findings, replaced characters, cleansed values, keys."""

    def __init__(self, stem: Path) -> None:
        self._stem = stem
        for kind in (".findings", ".gaiji", ".cleansing", ".keys"):
            stem.with_suffix(kind).unlink(missing_ok=True)
        self.findings = Stream(stem.with_suffix(".findings"))
        self.gaiji = Stream(stem.with_suffix(".gaiji"))
        self.cleansing = Stream(stem.with_suffix(".cleansing"))
        self._keys: Any = None

    def keys(self, number: int, entries: Any, place: int, lines: int) -> None:
        if not len(entries):
            return
        self._keys = self._keys or create(self._stem.with_suffix(".keys"))
        self._keys.write(_FRAME.pack(number, place, lines, len(entries)))
        self._keys.write(memoryview(entries))

    def close(self) -> None:
        self.findings.close()
        self.gaiji.close()
        self.cleansing.close()
        if self._keys is not None:
            self._keys.close()


def keys_of(path: Path) -> Iterator[tuple[int, int, int, bytes]]:
    """Number of the set, place, lines before, entries: as :meth:`ShardLog.keys` was given them."""
    if not path.exists():
        return
    with path.open("rb") as file:
        while head := file.read(_FRAME.size):
            number, place, lines, size = _FRAME.unpack(head)
            yield number, place, lines, file.read(size)


class Journal:
    """The folder of checkpoints of one run.  ``order`` is what the run was asked, by which it is known again."""

    def __init__(self, folder: Path, order: str) -> None:
        self.folder, self._order = folder, order

    def begin(self, sources: Sequence[Path], found: Sequence[tuple[str, Path, bool]]) -> list[dict[str, Any]]:
        """The shards that an earlier run has done, in order; none when there was no earlier run.

        ``found`` are names, paths and whether the file was unpacked by this run.  Raises FolderRefused when the
        earlier run was asked something else, or over inputs that have changed or vanished since.
        """
        files = {f"{n} {s.name}": size_and_time(s) for n, s in enumerate(sources) if s.is_file()}
        files |= {name: size_and_time(path)[: 1 if unpacked else 2] for name, path, unpacked in found}
        now = {"order": self._order, "files": files}
        head = self.folder / ORDER
        if not head.exists():
            self.folder.mkdir(exist_ok=True, mode=0o700)
            write_whole(head, json.dumps(now, ensure_ascii=False).encode())
            return []
        before = json.loads(head.read_bytes())
        if before["order"] != now["order"]:
            raise FolderRefused(
                "途中で止まった実行とは、指定・マッピング・レイアウト・版のいずれかが違うため、再開できません。同じ指定で --resume するか、--overwrite で初めからやり直してください。",
                "options, mapping, layouts or version differ from the run that was cut off: it cannot be resumed; give the same again, or start over with --overwrite",
            )
        differing = sorted(n for n in before["files"].keys() | files.keys() if before["files"].get(n) != files.get(n))
        if differing:
            raise _changed(differing)
        done = []
        for number in range(len(found)):
            path = self.stem(number).with_suffix(".json")
            if not path.exists():
                break
            done.append(json.loads(path.read_bytes()))
        by_name = {name: path for name, path, _ in found}
        differing = [r["input"][0] for r in done if r["input"] and sha256_of(by_name[r["input"][0]]) != r["input"][2]]
        if differing:
            raise _changed(differing)
        return done

    def stem(self, number: int) -> Path:
        return self.folder / f"{number:05d}"

    def done(self, number: int, record: dict[str, Any]) -> None:
        """The shard is whole: from here on a run goes on behind it."""
        write_whole(self.stem(number).with_suffix(".json"), json.dumps(record, ensure_ascii=False).encode())


def size_and_time(path: Path) -> list[int]:
    try:
        found = path.stat()
    except OSError:
        return [-1, 0]  # said when its turn to be read comes
    return [found.st_size, found.st_mtime_ns]


def _changed(names: Sequence[str]) -> FolderRefused:
    shown = "、".join(names[:5])
    return FolderRefused(
        f"途中で止まった実行のあとで移行元が変わったか、なくなったため、再開できません: {shown}。移行元を戻すか、--overwrite で初めからやり直してください。",
        f"inputs have changed or vanished since the run was cut off, it cannot be resumed: {shown}; restore them, or start over with --overwrite",
    )


def tally_record(tally: Tally) -> dict[str, Any]:
    return asdict(tally) | {"rules": list(tally.rules.items())}


def tally_from(record: dict[str, Any]) -> Tally:
    states = tuple(tuple(s) for s in record["states"])
    return Tally(**record | {"rules": Counter(dict(record["rules"])), "states": states, "sums": tuple(record["sums"])})


def cleared(work: Path, keep: Callable[[Path], bool]) -> None:
    """Removes the files of ``work`` that no checkpoint speaks of."""
    for path in sorted(work.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif not keep(path):
            path.unlink()
