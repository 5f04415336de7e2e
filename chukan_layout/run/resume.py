"""A run that writes checkpoints, and goes on behind those of an earlier run that was cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from chukan_layout.engines.engine import Input
from chukan_layout.model.report import Sample
from chukan_layout.plan.program import Program
from chukan_layout.read.discover import Found
from chukan_layout.run.checkpoint import (
    Journal,
    ShardLog,
    cleared,
    keys_of,
    size_and_time,
    tables_of,
    tally_from,
    tally_record,
)
from chukan_layout.run.cleansing import CleansingLedger
from chukan_layout.run.execute import UNPACKED, Execution
from chukan_layout.run.findings import FileRead, RunFindings
from chukan_layout.run.folder import ASKED, FolderRefused
from chukan_layout.run.gaiji_ledger import GaijiLedger
from chukan_layout.run.keyed import KeyedGathering
from chukan_layout.run.order import Order, Progress
from chukan_layout.run.outputs import CsvOutput
from chukan_layout.write.files import sha256_of
from chukan_layout.write.findings import FindingTables, Page

_KEPT = ".kept"
#: Inputs below this are read again in seconds; checkpoints would cost some hundredths of the time and save nothing.
WORTH = 256 << 20


class _LoggedKeys(KeyedGathering):
    """Keys that also go to the log of the file that is read."""

    log: ShardLog | None = None

    def sets_for(self, program: Program) -> list[Any]:
        sets, log = super().sets_for(program), self.log
        return sets if log is None else [_LoggedSet(n, keys, log) for n, keys in enumerate(sets)]


class _LoggedSet:
    def __init__(self, number: int, keys: Any, log: ShardLog) -> None:
        self._number, self._keys, self._log = number, keys, log

    def add(self, entries: Any, place: int, lines: int) -> None:
        self._log.keys(self._number, entries, place, lines)
        self._keys.add(entries, place, lines)


class _LoggedLedger(GaijiLedger):
    """A ledger whose entries also go to the log of the file that is read."""

    log: ShardLog | None = None

    def _take(self, program: Program, path: str, columns: tuple[pa.Array, ...]) -> None:
        if self.log is not None:
            names = [str(n) for n in range(len(columns))]
            self.log.gaiji.add(pa.Table.from_arrays(list(columns), names))
        super()._take(program, path, columns)

    def again(self, program: Program, path: str, table: pa.Table) -> None:
        """What :meth:`_take` was once given."""
        super()._take(program, path, tuple(column.chunk(0) for column in table.columns))

    def count(self, program: Program, path: str, rows: int) -> None:
        self._records[(program.area, program.file)] += rows
        self._of_source[path] += rows

    def left_of(self, path: str) -> list[tuple[tuple[str, str, str, str], int]]:
        return [(key, n) for key, n in self._left.items() if key[1] == path]

    def add_left(self, left: Sequence[tuple[Sequence[str], int]]) -> None:
        for (code, path, column, rule), n in left:
            self._left[(code, path, column, rule)] += n


class _LoggedChanges(CleansingLedger):
    """Cleansed values that also go to the log of the file that is read."""

    log: ShardLog | None = None

    def take(self, table: pa.Table) -> None:
        if self.log is not None:
            self.log.cleansing.add(table)
        super().take(table)


class _LoggedFindings(RunFindings):
    """Findings of records that also go to the log of the file that is read."""

    log: ShardLog | None = None

    def add(self, read: FileRead, page: Page, rules: Iterable[int]) -> None:
        if self.log is not None:
            bare = page.without_records() if self._bare else page
            if bare.table.num_rows:
                self.log.findings.add(bare.table)
        super().add(read, page, rules)


class Resumable(Execution):
    """An :class:`Execution` with a checkpoint after each source file but the last.

    There is none while a Parquet file waits for further source files, and none after an error of the tool: such
    a run is not to be gone on with.
    """

    ledger = _LoggedLedger
    changes = _LoggedChanges
    gathering = _LoggedKeys
    finding = _LoggedFindings

    def __init__(self, order: Order, work: Path, progress: Progress, journal: Journal) -> None:
        super().__init__(order, work, progress)
        self._journal = journal
        self._number = 0
        self._total = 0
        self._done: list[dict[str, Any]] = []
        self._whole = True
        self._paths_to_come: list[set[str]] = []

    def _discovered(self, found: Sequence[Found]) -> None:
        told = [(f.name, f.path, (self.work / UNPACKED) in f.path.parents) for f in found]
        self._done = self._journal.begin([s for s in self.order.sources if isinstance(s, Path)], told)
        self._total = len(found) if sum(stamp[0] for stamp in map(size_and_time, (f.path for f in found))) >= WORTH else 0
        paths = [{self.data.path(f, shape) for shape in self.order.formats} if self._writes_for(f) else set() for f in found]
        self._paths_to_come = [set().union(*paths[n + 1 :]) for n in range(len(paths))]
        self._clear()

    def _writes_for(self, found: Found) -> bool:
        o = self.order
        if o.direction != "back":
            return True
        assert o.mapping is not None
        return any((m.area, m.file) == (found.layout.area, found.layout.id) and m.source.files for m in o.mapping.files)

    def _clear(self) -> None:
        """Only what the checkpoints speak of stays; growing files wait under another name."""
        last = self._done[-1]["csv"] if self._done else {}
        for name in last:
            kept = self.work / (name + _KEPT)
            if not kept.exists():  # it does when an earlier resumption was cut off
                if not (self.work / name).exists():
                    raise _spoilt()
                (self.work / name).replace(kept)
        known = {self.work / (name + _KEPT) for name in last}
        known |= {self.work / name for record in self._done for name, *_ in record["outputs"]}
        own = {self.work / ASKED}
        apart = (self._journal.folder, self.work / UNPACKED)
        cleared(self.work, lambda p: p in known or p in own or any(a in p.parents for a in apart))

    # -------------------------------------------------------------- one file

    def _foreseen(self, found: Sequence[Found]) -> Iterator[Input]:
        return super()._foreseen(found[len(self._done) :])

    def _file(self, found: Found) -> None:
        number, self._number = self._number, self._number + 1
        if number < len(self._done):
            self._restore(found, self._done[number], number)
            return
        if not self._whole or number + 1 >= self._total:
            super()._file(found)
            return
        before = {rule: len(told) for rule, told in self.findings.samples.items()}
        counted = len(self.reads), len(self.outputs), len(self.inputs)
        log = ShardLog(self._journal.stem(number))
        self._log_to(log)
        try:
            super()._file(found)
        finally:
            self._log_to(None)
            log.close()
        self._whole = not self.errors
        if self._whole:
            self._checkpoint(number, found, before, *counted)

    def _log_to(self, log: ShardLog | None) -> None:
        for writer in (self.keys, self.gaiji, self.cleansing, self.findings):
            if isinstance(writer, _LoggedKeys | _LoggedLedger | _LoggedChanges | _LoggedFindings):
                writer.log = log

    def _checkpoint(self, number: int, found: Found, samples: dict[str, int], reads: int, outputs: int, inputs: int) -> None:
        for path, output in list(self.data.open.items()):
            if not isinstance(output, CsvOutput):
                if path in self._paths_to_come[number]:
                    return
                self._closed(output.close())
                del self.data.open[path]
        read = self.reads[-1] if len(self.reads) > reads else None
        left = self.gaiji.left_of(found.name) if isinstance(self.gaiji, _LoggedLedger) else []
        self._journal.done(number, {
            "read": read and {"bytes": read.bytes, "out_path": read.out_path, "tally": tally_record(read.tally)},
            "input": self.inputs[-1] if len(self.inputs) > inputs else None,
            "outputs": self.outputs[outputs:],
            "csv": {path: output.reached() for path, output in self.data.open.items() if isinstance(output, CsvOutput)},
            "samples": {rule: [s.model_dump() for s in told] for rule, told in self.findings.samples.items() if len(told) != samples.get(rule)},
            "left": left, "header": self.headers[found.name].hex() if found.name in self.headers else None,
        })  # fmt: skip

    def _restore(self, found: Found, record: dict[str, Any], number: int) -> None:
        """As if the file had been read: what its log says goes to the writers again."""
        stem = self._journal.stem(number)
        if record["read"] is None:
            self._number_quietly(found)
        else:
            self._restore_read(found, record["read"], stem)
        for rule, told in record["samples"].items():
            self.findings.samples[rule] = [Sample(**s) for s in told]
        if record["input"]:
            name, size, digest = record["input"]
            self.inputs.append((name, size, digest))
        if record["header"] is not None:
            self.headers[found.name] = bytes.fromhex(record["header"])
        for name, size, digest in record["outputs"]:
            if not (self.work / name).is_file() or sha256_of(self.work / name) != digest:
                raise _spoilt()
            self.outputs.append((name, size, digest))
        if isinstance(self.gaiji, _LoggedLedger):
            self.gaiji.add_left(record["left"])
        if number + 1 == len(self._done):
            for path, (size, digest, missing) in record["csv"].items():
                output = self.data.open[path]
                if not isinstance(output, CsvOutput) or not output.resume(self.work / (path + _KEPT), size, digest, missing):
                    raise _spoilt()

    def _number_quietly(self, found: Found) -> None:
        """A file of which nothing is read: what is said of it is found out anew."""
        if found.broken:
            self._broken(found)
        else:
            self._compile(found)

    def _restore_read(self, found: Found, was: dict[str, Any], stem: Path) -> None:
        program = self._compile(found)
        assert program is not None
        program.spec["charset"] = found.header.charset
        if "csv" in self.order.formats:
            self.data.opened(found, program, "csv")
        keyed = self.keys.sets_for(program)
        read = FileRead(found, program, FindingTables(program.rules, found.name), tally_from(was["tally"]),
                     was["out_path"], [], was["bytes"], True)  # fmt: skip
        self.reads.append(read)
        for place, chunk_offset, lines, entries in keys_of(stem.with_suffix(".keys")):
            keyed[place].add(entries, chunk_offset, lines)
        for table in tables_of(stem.with_suffix(".findings")):
            self.findings.take(table)
        if self.cleansing:
            for table in tables_of(stem.with_suffix(".cleansing")):
                self.cleansing.take(table)
        if isinstance(self.gaiji, _LoggedLedger):
            self.gaiji.count(program, found.name, read.tally.rows_out)
            for table in tables_of(stem.with_suffix(".gaiji")):
                self.gaiji.again(program, found.name, table)


def _spoilt() -> FolderRefused:
    return FolderRefused(
        "途中で止まった実行の中間ファイルが壊れているため、再開できません。--overwrite で初めからやり直してください。",
        "intermediate files of the run that was cut off are damaged: it cannot be resumed; start over with --overwrite",
    )
