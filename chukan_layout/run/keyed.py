"""Keyed checks of a run: keys are gathered while files are read, judged when all are read.

Keys go to partition files in the work folder, so memory does not grow with the rows.  Files that become the
same 移行ファイル share a set; the upper bits of an entry's place tell which file it is of.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from chukan_layout import _kernel
from chukan_layout.model.layout import Foreign, GroupCount, History, Unique
from chukan_layout.model.report import Skipped
from chukan_layout.plan.program import KeyedTask, Program

#: Room for the place within one file (256 TiB).
PLACE_BITS = 48
#: Source bytes per partition: some hundred thousand keys, a few megabytes when judged.
PARTITION_BYTES = 96 << 20

#: What the kernel's complaint codes say, shown in place of a value.
COMPLAINTS = ("重複", "参照先なし", "件数不足", "件数超過", "欠番", "最新フラグなし", "最新でない記録に最新フラグ")


class Hits(NamedTuple):
    """Findings of one check: places in one source file, in order."""

    source: int
    task: KeyedTask
    offsets: list[int]
    lines: list[int]
    codes: list[int]


class KeyedGathering:
    """``partitions`` must be the same for every file of a run, for foreign keys to meet."""

    def __init__(self, folder: Path, source_bytes: int) -> None:
        self._folder = folder
        self._partitions = max(1, -(-source_bytes // PARTITION_BYTES))
        self._sets: dict[tuple[str, int], Any] = {}
        self._programs: dict[str, Program] = {}

    def sets_for(self, program: Program) -> list[Any]:
        """One set per key that the kernel emits for this program's file."""
        self._programs.setdefault(program.file, program)
        self._folder.mkdir(exist_ok=True, mode=0o700)
        for emit in range(len(program.spec.get("keyed", ()))):
            key = (program.file, emit)
            if key not in self._sets:
                name = f"{program.area:02d}-{len(self._programs):03d}-{emit}"
                self._sets[key] = _kernel.KeyedSet(str(self._folder), name, self._partitions)
        return [self._sets[program.file, i] for i in range(len(program.spec.get("keyed", ())))]

    def judge(self, skipped: list[Skipped]) -> Iterator[Hits]:
        """Hits of every check in order of file and check; checks without their parent go to ``skipped``."""
        for name, program in self._programs.items():
            for task in program.keyed:
                raw = self._judge(name, task, skipped)
                if raw is not None:
                    yield from _by_source(task, raw)

    def _judge(self, name: str, task: KeyedTask, skipped: list[Skipped]) -> Any:
        check, keys = task.check, self._sets[name, task.emit]
        if isinstance(check, Unique):
            return _kernel.unique(keys)
        if isinstance(check, GroupCount):
            return _kernel.group_count(keys, check.min, check.max)
        if isinstance(check, History):
            return _kernel.history(keys, check.latest is not None)
        return self._judge_foreign(name, task, check, skipped)

    def _judge_foreign(self, name: str, task: KeyedTask, check: Foreign, skipped: list[Skipped]) -> Any:
        parent = self._programs.get(check.to_file)
        emit = next((p.emit for p in parent.parents if p.items == check.to_items), None) if parent else None
        if emit is None:
            rule = self._programs[name].rules[task.rule]
            skipped.append(
                Skipped(
                    check=rule.id,
                    reason_ja=f"参照先の移行ファイル「{check.to_file}」が今回の入力にありません。",
                    reason_en=f"the file referred to ({check.to_file}) is not among the inputs",
                    file=name,
                )
            )
            return None
        return _kernel.foreign(self._sets[name, task.emit], self._sets[check.to_file, emit])


def _by_source(task: KeyedTask, raw: Any) -> Iterator[Hits]:
    n, offsets, lines, codes = raw
    if not n:
        return
    places = memoryview(offsets).cast("Q").tolist()
    all_lines, all_codes = memoryview(lines).cast("I").tolist(), list(bytes(codes))
    start = 0
    while start < n:
        source = places[start] >> PLACE_BITS
        end = start
        while end < n and places[end] >> PLACE_BITS == source:
            end += 1
        within = [p & ((1 << PLACE_BITS) - 1) for p in places[start:end]]
        yield Hits(source, task, within, all_lines[start:end], all_codes[start:end])
        start = end


def record_keys(path: Path, program: Any, offsets: list[int], key: tuple[int, ...], batch: int = 4096) -> list[str]:
    """The record keys (joined by ``/``) of the records at ``offsets``, read again from the source."""
    keys: list[str] = []
    with path.open("rb", buffering=0) as file:
        for start in range(0, len(offsets), batch):
            records = b"".join(_record_at(file, program, at) for at in offsets[start : start + batch])
            chunk = _kernel.run(program, records, csv=False, columns=True, reveal=False)
            keys += _joined(chunk, key)
    return keys if len(keys) == len(offsets) else [""] * len(offsets)


def _record_at(file: Any, program: Any, offset: int) -> bytes:
    size = 4096
    while True:
        file.seek(offset)
        data = file.read(size)
        eof = len(data) < size
        length = _kernel.first_record(program, data, eof)
        if length or eof:
            record: bytes = data[: length or len(data)]
            return record if record.endswith((b"\n", b"\r", b"\x00")) else record + b"\n"
        size *= 8


def _joined(chunk: Any, key: tuple[int, ...]) -> list[str]:
    import pyarrow as pa

    from chukan_layout.write.arrow import column

    kinds = {"text": pa.string(), "int": pa.int64(), "date": pa.date32(), "dict": pa.string(), "null": pa.string()}
    columns = [column(chunk.columns[k], kinds.get(chunk.columns[k][0], pa.string())).to_pylist() for k in key]
    return ["/".join("" if v is None else str(v) for v in row) for row in zip(*columns, strict=True)]
