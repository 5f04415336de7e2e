"""Keyed checks of a run: keys are gathered while files are read, judged when all are read.

Keys go to partition files in the work folder, so memory does not grow with the rows.  Files that become the
same 移行ファイル share a set; the upper bits of an entry's place tell which file it is of.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from chukan_layout import _kernel
from chukan_layout.engines.engine import Keys, Question, Session, foreign
from chukan_layout.model.layout import GroupCount, History, Joined, Periods, Totals, Unique
from chukan_layout.model.report import Skipped
from chukan_layout.plan.items import demands
from chukan_layout.plan.program import KeyedTask, Program

#: Room for the place within one file (256 TiB).
PLACE_BITS = 48
#: Hits made into findings at once: a check may fail at every record.
HITS = 1 << 16

#: What the kernel's complaint codes say, shown in place of a value.
COMPLAINTS = (
    "重複", "参照先なし", "件数不足", "件数超過", "欠番", "最新フラグなし", "最新でない記録に最新フラグ", "合計不一致", "期間の重なり",
    "期間の空き", "日付の前後",
)  # fmt: skip


#: Area, file, and what of its records makes the key.
_Demand = tuple[int, str, str]


class Hits(NamedTuple):
    """Findings of one check: places in one source file, in order."""

    source: int
    task: KeyedTask
    offsets: list[int]
    lines: list[int]
    codes: list[int]


class KeyedGathering:
    """Keys of all files of a run, for foreign keys to meet; ``source_bytes`` are those of the largest 移行ファイル: every set
    has as many partitions, and buffers for all of them."""

    def __init__(self, session: Session, folder: Path, source_bytes: int) -> None:
        self._session, self._folder, self._bytes = session, folder, source_bytes
        self._sets: dict[_Demand, Keys] = {}
        self._programs: dict[tuple[int, str], list[Program]] = {}

    def sets_for(self, program: Program) -> list[Any]:
        """One set per key that the kernel emits for this program's file."""
        self._programs.setdefault((program.area, program.file), []).append(program)
        self._folder.mkdir(exist_ok=True, mode=0o700)
        wanted = [_demand(program, emit) for emit in range(len(program.spec.get("keyed", ())))]
        for demand, keys in zip(wanted, program.spec.get("keyed", ()), strict=True):
            if demand not in self._sets:
                name = f"{program.area:02d}-{len(self._sets):04d}"
                wide = bool({"amount", "period", "day"} & keys.keys())
                self._sets[demand] = self._session.keys(self._folder, name, self._bytes, wide)
        return [self._sets[demand] for demand in wanted]

    def judge(self, skipped: list[Skipped]) -> Iterator[Hits]:
        """Hits of every check in order of file and check; checks without their parent go to ``skipped``."""
        asked: list[KeyedTask] = []
        for place, raw in enumerate(self._session.answers(self._questions(asked, skipped))):
            yield from _by_source(asked[place], raw)

    def _questions(self, asked: list[KeyedTask], skipped: list[Skipped]) -> Iterator[Question]:
        """Each question, its task noted in ``asked``."""
        for programs in self._programs.values():
            # Files of one kind may differ in their columns, and so in the checks that they can be put to.
            tasks = {task.check.id: (program, task) for program in reversed(programs) for task in program.keyed}
            for _, (program, task) in sorted(tasks.items()):
                question = self._question(program, task, skipped)
                if question is not None:
                    asked.append(task)
                    yield question

    def _question(self, program: Program, task: KeyedTask, skipped: list[Skipped]) -> Question | None:
        check = task.check
        others = self._others(program, task, skipped)
        if others is None or task.emit is None:
            return None
        keys = self._sets[_demand(program, task.emit)]
        if isinstance(check, Unique):
            return Question(_kernel.unique, keys)
        if isinstance(check, GroupCount):
            return Question(_kernel.group_count, keys, (), (check.min, check.max))
        if isinstance(check, History):
            return Question(_kernel.history, keys, (), (check.latest is not None, check.start == "any"))
        if isinstance(check, Periods):
            return Question(_kernel.periods, keys, (), (check.gapless,))
        if isinstance(check, Totals):
            unit = 10 ** program.spec["keyed"][task.emit]["amount"][1]
            return Question(_kernel.totals, keys, (others[0],), (check.tolerance * unit,))
        if isinstance(check, Joined):
            return Question(_kernel.joined, keys, (others[0],), (check.op, check.years, check.days))
        return Question(foreign, keys, tuple(others))

    def _others(self, program: Program, task: KeyedTask, skipped: list[Skipped]) -> list[Any] | None:
        """The keys of other files that a check needs, if any; None, and told, when such a file is not among the inputs."""
        sets = []
        for demand in demands(program.area, task.check):
            parents = self._programs.get((demand.area, demand.file), ())
            found = ((parent, key.emit) for parent in parents for key in parent.parents if key.demand == demand)
            key = next((_demand(parent, emit) for parent, emit in found), None)
            if key is None:
                skipped.append(
                    Skipped(
                        check=program.rules[task.rule].id,
                        reason_ja=f"参照先の移行ファイル「{demand.file}」が今回の入力にありません。",
                        reason_en=f"the file referred to ({demand.file}) is not among the inputs",
                        file=program.file,
                    )
                )
                return None
            sets.append(self._sets[key])
        return sets


def _demand(program: Program, emit: int) -> _Demand:
    """What is emitted, by itself: its place among the keys of a program differs with the columns of the file."""
    return program.area, program.file, json.dumps(program.spec["keyed"][emit], sort_keys=True, ensure_ascii=False)


def _by_source(task: KeyedTask, raw: Any) -> Iterator[Hits]:
    n, offsets, lines, codes = raw
    if not n:
        return
    places, all_lines = memoryview(offsets).cast("Q"), memoryview(lines).cast("I")
    all_codes = memoryview(codes)
    start = 0
    while start < n:
        source = places[start] >> PLACE_BITS
        end = bisect_left(places, (source + 1) << PLACE_BITS, start, min(n, start + HITS))
        within = [p & ((1 << PLACE_BITS) - 1) for p in places[start:end]]
        yield Hits(source, task, within, all_lines[start:end].tolist(), list(bytes(all_codes[start:end])))
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
            if program.records:
                return record
            return record if record.endswith((b"\n", b"\r", b"\x00")) else record + b"\n"
        size *= 8


def _joined(chunk: Any, key: tuple[int, ...]) -> list[str]:
    import pyarrow as pa

    from chukan_layout.write.arrow import column

    kinds = {"text": pa.string(), "int": pa.int64(), "date": pa.date32(), "dict": pa.string(), "null": pa.string()}
    columns = [column(chunk.columns[k], kinds.get(chunk.columns[k][0], pa.string())).to_pylist() for k in key]
    return ["/".join("" if v is None else str(v) for v in row) for row in zip(*columns, strict=True)]
