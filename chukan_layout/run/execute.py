"""A run from discovery to the report: one file after the other, each with all jobs."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from chukan_layout.engines.engine import CSV_BLOCK, PARQUET_BLOCK, Input, Settings, SourceChanged
from chukan_layout.engines.lane import DEPTH, Lane
from chukan_layout.gaiji.kernel_tables import with_made_tables
from chukan_layout.model.mapping import FileMapping
from chukan_layout.model.report import (
    FileReport,
    Skipped,
    SourceRef,
    ToolError,
)  # fmt: skip
from chukan_layout.model.tally import Tally
from chukan_layout.plan.compile import Scope, compile_convert, compile_reverse, compile_validate
from chukan_layout.plan.program import Program
from chukan_layout.read.controls import RecordControls
from chukan_layout.read.discover import Discovery, Found, discover
from chukan_layout.rules.structure import STRUCTURE
from chukan_layout.run.cleansing import CleansingLedger
from chukan_layout.run.compiled import recipe_of
from chukan_layout.run.data_files import DataFiles, unwritten
from chukan_layout.run.findings import FileRead, RunFindings
from chukan_layout.run.gaiji_back import ambiguous, ledger_beside, undone, without
from chukan_layout.run.gaiji_ledger import GaijiLedger, version_of
from chukan_layout.run.keyed import PLACE_BITS, KeyedGathering
from chukan_layout.run.order import Order, Progress, Result
from chukan_layout.run.outputs import (
    RejectsOutput,
    RemovedOutput,
    ResidualOutput,
)  # fmt: skip
from chukan_layout.run.summary import report_of
from chukan_layout.run.tallies import file_report
from chukan_layout.spec.masters import codes_of, masters
from chukan_layout.write.arrow import tally_of
from chukan_layout.write.csv_text import csv_text
from chukan_layout.write.files import sha256_of, write_whole
from chukan_layout.write.findings import FindingTables, chunk_findings
from chukan_layout.write.system import more_open_files

#: A city of 250 files with its outputs and key partitions has some thousand files open at once.
OPEN_FILES = 16_384
#: Pieces that may wait while a row group is written.
ROW_GROUP_DEPTH = 2
#: Archives among the sources are unpacked here, and gone before anything is published.
UNPACKED = ".unpacked"
MASTERS = "コード表.csv"


class Execution:
    """Runs an :class:`Order` into ``work``; tool errors of one file do not stop the others."""

    ledger: type[GaijiLedger] = GaijiLedger
    changes: type[CleansingLedger] = CleansingLedger
    gathering: type[KeyedGathering] = KeyedGathering
    finding: type[RunFindings] = RunFindings

    def __init__(self, order: Order, work: Path, progress: Progress) -> None:
        self.order, self.work, self.progress = order, work, progress
        self.skipped: list[Skipped] = []
        self.errors: list[ToolError] = []
        self.inputs: list[tuple[str, int, str]] = []
        self.outputs: list[tuple[str, int, str]] = []
        self.headers: dict[str, bytes] = {}
        self.reads: list[FileRead] = []
        self.reports: list[FileReport] = []
        self.data = DataFiles(order, work)
        self._programs: dict[Path, Program] = {}

    def run(self) -> Result:
        more_open_files(OPEN_FILES)
        o = self.order
        vendor = o.mapping if o.direction == "convert" else None
        shutil.rmtree(self.work / UNPACKED, ignore_errors=True)  # of a run that was interrupted
        discovery = self._selected(discover(o.sources, o.layouts, vendor, self.work / UNPACKED))
        self.skipped += discovery.skipped
        self.errors += discovery.errors
        if not discovery.found and not discovery.errors:
            self._error("読めるファイルがありません。場所と名前を確かめてください。", "there is no file that can be read")
        self._discovered(discovery.found)
        self.findings = self.finding(self.work, o)
        self.gaiji = self.ledger(self.work, version_of(vendor.vendor), o.records_before) if vendor and o.writes else None
        self.cleansing = self.changes(self.work if o.writes else None, o.cleansing, o.reveal) if o.cleanses else None
        total = _largest(discovery.found)
        self.scope = Scope([f.layout for f in discovery.found if not f.broken], o.policy, o.as_of, o.cleansing.rules)
        with o.engine.session(self.work, o.jobs) as self.session:
            self.keys = self.gathering(self.session, self.work / "keys", total)
            self.session.foresee(self._foreseen(discovery.found))
            for found in discovery.found:
                self._file(found)
            self._judge()
        shutil.rmtree(self.work / UNPACKED, ignore_errors=True)
        self.findings.close()
        for ledger in (self.gaiji, self.cleansing):
            for done in ledger.close() if ledger else ():
                self._closed(done)
        for path, output in self.data.open.items():
            if lost := unwritten(path, output):
                self._error(*lost, path)
            self._closed(output.close())
        self._masters()
        examples = self.cleansing.examples if self.cleansing else {}
        cleansed = self.cleansing.told(not o.writes) if self.cleansing else []
        report = report_of(o, self.reports, self.findings, self.skipped, self.errors, cleansed)
        return Result(report, self.inputs, self.outputs, self.headers, examples)

    # -------------------------------------------------------------- one file

    def _selected(self, discovery: Discovery) -> Discovery:
        """Without the files that are not of the selection; one line says how many they are (EXT-05, VAL-06)."""
        only, selected = self.order.only, self.order.selected
        if only is None:
            return discovery
        found = [f for f in discovery.found if (f.layout.area, f.layout.id) in only]
        if left := len(discovery.found) - len(found):
            self.skipped.append(Skipped(
                check="select", reason_ja=f"選んだ範囲（{selected}）の外のファイルが {left} あり、読んでいません。",
                reason_en=f"{left} files are outside of the selection ({selected}) and were not read",
            ))  # fmt: skip
        return discovery._replace(found=found)

    def _discovered(self, found: Sequence[Found]) -> None:
        """Nothing is read or written yet; run/resume.py takes up an earlier run here."""

    def _foreseen(self, found: Sequence[Found]) -> Iterator[Input]:
        """The files that will be read, as far as that is known beforehand: the way back may read a copy."""
        if self.order.direction == "back":
            return
        for each in found:
            if not each.broken:
                self._programs[each.path] = program = self._program(each)
                yield self._source(each, program, each.path)

    def _file(self, found: Found) -> None:
        if found.broken:
            self._broken(found)
            return
        program = self._compile(found)
        if program is None:
            return
        before = self.data.marks()
        try:
            self._read(found, program)
        except SourceChanged:
            self._withdraw(before)
            self._error(
                f"読んでいる間にファイルが変わりました: {found.name}。移行元の出力が終わってからやり直してください。",
                f"the file changed while it was read: {found.name}; run again when the export is complete",
                found.name,
            )
        except OSError as failure:
            if str(failure.filename) == str(found.path):
                self._withdraw(before)
                self._error(f"読み取れません: {found.name}", f"cannot be read: {found.name}", found.name)
            else:
                raise

    def _withdraw(self, before: dict[str, Any]) -> None:
        """What was read of a file that failed is not published: CSV goes back, a Parquet file goes as a whole."""
        if not self.reads or self.reads[-1].done:
            return
        failed = self.reads[-1]
        failed.failed = True
        if self.gaiji:
            self.gaiji.withdraw(failed.found.name, failed.program)
        if self.cleansing:
            self.cleansing.withdraw(failed.found.name)
        for output in failed.outputs:
            self.data.withdraw(output, before)
        for apart in ("rejects", "removed"):
            (self.work / apart / failed.found.name).unlink(missing_ok=True)
        (self.work / "residual" / f"{failed.found.name}.parquet").unlink(missing_ok=True)

    def _program(self, found: Found) -> Program:
        o = self.order
        if o.direction == "validate":
            return compile_validate(o.layouts, found.layout, found.header.columns, self.scope)
        assert found.mapping is not None and o.mapping is not None
        vendor = with_made_tables(o.mapping, found.mapping, found.header.charset)
        return compile_convert(o.layouts, found.layout, found.mapping, vendor, self.scope)

    def _compile(self, found: Found) -> Program | None:
        o = self.order
        if o.direction != "back":
            program = self._programs.pop(found.path, None) or self._program(found)
            self._missing(found, program)
            return program
        assert o.mapping is not None
        back = next((m for m in o.mapping.files if m.area == found.layout.area and m.file == found.layout.id), None)
        if back is None:
            reason = ("移行先に対応するファイルがありません。", "the vendor has no such file")
            self.skipped.append(Skipped(check="file", reason_ja=reason[0], reason_en=reason[1], file=found.name))
            return None
        if back.source.format in ("xlsx", "xml", "table"):
            reason = (f"移行先の形式 {back.source.format} では書けません。", f"files of the format {back.source.format} are not written")
            self.skipped.append(Skipped(check="file", reason_ja=reason[0], reason_en=reason[1], file=found.name))
            return None
        if found.canonical and ambiguous(o.mapping, back.source.encoding):
            reason = ("外字の台帳は CSV から戻すときだけ使います。", "the ledger of gaiji is used on the way back from CSV only")
            self.skipped.append(Skipped(check="gaiji", reason_ja=reason[0], reason_en=reason[1], file=found.name))
        known = self._known_places(found, back)
        vendor = without(o.mapping, known[1]) if known else o.mapping
        return compile_reverse(o.layouts, found.layout, back, vendor, found.header.columns)

    def _known_places(self, found: Found, back: FileMapping) -> tuple[Path, frozenset[str]] | None:
        """The ledger that tells the vendor's own characters from its charset's, and the characters in question."""
        ledger = ledger_beside(found.path.parent)
        targets = ambiguous(self.order.mapping, back.source.encoding) if self.order.mapping else frozenset()
        return (ledger, targets) if ledger and targets and found.header.charset == "utf-8" else None

    def _with_own_characters(self, found: Found) -> Path:
        """The file to read: on the way back a copy in which the ledger's places have their 外字 again."""
        o = self.order
        if o.direction != "back" or o.mapping is None:
            return found.path
        back = next(m for m in o.mapping.files if (m.area, m.file) == (found.layout.area, found.layout.id))
        known = self._known_places(found, back)
        if known is None:
            return found.path
        made = self.work / "undo" / f"{len(self.reads)}.csv"
        undone(found.path, known[0], made, found.layout.area, found.layout.id, found.header.columns, known[1])
        return made

    def _missing(self, found: Found, program: Program) -> None:
        """Checks without their items, and items that the file should have and has not."""
        ours = {rule.id for rule in program.cleansing}
        for rule in (m for m in program.missing if m[:2].isdigit() or m in ours):
            self.skipped.append(
                Skipped(check=rule, reason_ja="必要な項目に移行元がありません。", reason_en="its items have no source",
                        file=found.layout.id)
            )  # fmt: skip
        if self.order.direction == "validate":
            required = {i.name for i in found.layout.items if i.required}
            lacking = [m for m in program.missing if m in required]
            if lacking:
                self.findings.of_file(found, STRUCTURE["S-HEADER"], "必須項目がありません: " + "、".join(lacking[:5]))

    def _source(self, found: Found, program: Program, path: Path) -> Input:
        o = self.order
        block = o.block or (PARQUET_BLOCK if "parquet" in o.formats else CSV_BLOCK)
        apart = o.writes or o.cleanses
        settings = Settings(o.jobs, block, bool({"csv", "xml"} & set(o.formats)), "parquet" in o.formats, o.reveal, apart)
        return Input(path, found.header.data_at, found.header.lines, recipe_of(found, program), settings)

    def _read(self, found: Found, program: Program) -> None:
        o = self.order
        gathering = RecordControls(program.records, not o.records_before) if program.records else None
        path = self._with_own_characters(found)
        source = self._source(found, program, path)
        reading = self.session.reading(source)
        outputs, out_path = self._outputs(found, program)
        keyed = self.keys.sets_for(program)
        tables = FindingTables(program.rules, found.name)
        read = FileRead(found, program, tables, Tally(), out_path, outputs)
        number = len(self.reads)
        self.reads.append(read)
        apart = o.jobs > 1
        depth = ROW_GROUP_DEPTH if source.settings.columns else DEPTH
        with Lane(apart, depth) as writing, Lane(apart) as keying:
            for piece in reading.pieces(lambda b, r: self.progress(found.name, b, r)):
                chunk, offset, lines = piece
                writing.do(_write, outputs, chunk)
                keying.do(_gather, keyed, chunk, offset | number << PLACE_BITS, lines)
                read.tally += tally_of(chunk)
                if chunk.findings[0]:
                    page = chunk_findings(chunk.findings, lines, offset, tables)
                    self.findings.add(read, page, [r for r, n in enumerate(chunk.rule_counts) if n])
                    if self.gaiji and any(
                        n and rule.kind == "GAI" for n, rule in zip(chunk.rule_counts, program.rules, strict=False)
                    ):
                        self.gaiji.left(page, program)
                for ledger in (self.gaiji, self.cleansing):
                    if ledger:
                        ledger.add(chunk, lines, offset, program, found.name)
                if gathering:
                    gathering.add(chunk, lines, offset)
        for told in gathering.findings() if gathering else ():
            self.findings.of_record(read, told)
        read.bytes, read.done = reading.bytes, True
        if path == found.path:
            self.inputs.append((found.name, reading.bytes, reading.sha256))
        else:
            self.inputs.append((found.name, _size(found.path), sha256_of(found.path)))
            shutil.rmtree(path.parent)
        if read.tally.rows_rejected:
            with found.path.open("rb") as file:
                self.headers[found.name] = file.read(found.header.data_at)
        for output in outputs:
            if isinstance(output, RejectsOutput | ResidualOutput):
                self._closed(output.close())

    def _outputs(self, found: Found, program: Program) -> tuple[list[Any], str]:
        """Outputs for this file and the name of the first of its data files."""
        o = self.order
        if not o.writes:
            return [], ""
        outputs: list[Any] = [RejectsOutput(self.work / "rejects" / found.name)]
        if o.cleanses:
            outputs.append(RemovedOutput(self.work / "removed" / found.name))
        if program.residual:
            outputs.append(ResidualOutput(self.work / "residual" / f"{found.name}.parquet", program))
        return [*outputs, *self.data.of(found, program)], self.data.path(found, o.formats[0])

    def _broken(self, found: Found) -> None:
        assert found.broken is not None
        self.findings.of_file(found, found.broken.rule, found.broken.note)
        empty = compile_validate(self.order.layouts, found.layout, ())
        source = SourceRef(path=found.name, encoding=found.header.charset, bytes=_size(found.path),
                           recognised=found.recognised)  # fmt: skip
        report = file_report(Tally(), empty, found.layout, source, "")
        report.findings = {found.broken.rule.id: 1}
        self.reports.append(report)

    def _judge(self) -> None:
        for hits in self.keys.judge(self.skipped):
            if not self.reads[hits.source].failed:
                self.findings.of_keys(self.reads[hits.source], hits)
        for read in (r for r in self.reads if not r.failed):
            self.findings.count(read)
            source = SourceRef(path=read.found.name, encoding=read.found.header.charset, bytes=read.bytes,
                               recognised=read.found.recognised)  # fmt: skip
            self.reports.append(file_report(read.tally, read.program, read.found.layout, source, read.out_path))

    # -------------------------------------------------------------- the end

    def _error(self, ja: str, en: str, path: str = "") -> None:
        self.errors.append(ToolError(message_ja=ja, message_en=en, path=path))

    def _closed(self, done: tuple[Path, int, str] | None) -> None:
        if done is not None:
            self.outputs.append((done[0].relative_to(self.work).as_posix(), done[1], done[2]))

    def _masters(self) -> None:
        """コード表.csv beside the data, where the target wants the masters of its codes (EXT-02)."""
        o = self.order
        if o.direction != "back" or o.mapping is None or not o.mapping.masters or not self.reads:
            return
        path = self.work / "data" / MASTERS
        path.parent.mkdir(parents=True, exist_ok=True)
        data = csv_text(masters(o.layouts, codes_of(o.layouts, o.mapping))).encode()
        write_whole(path, data)
        self._closed((path, len(data), sha256_of(path)))


def _write(outputs: list[Any], chunk: Any) -> None:
    for output in outputs:
        output.add(chunk)


def _gather(sets: list[Any], chunk: Any, place: int, lines: int) -> None:
    for keys, entries in zip(sets, chunk.keyed, strict=True):
        keys.add(entries, place, lines)


def _largest(found: Sequence[Found]) -> int:
    """Source bytes of the largest 移行ファイル: each has key sets of its own, so that no partition grows beyond its part."""
    sizes: Counter[tuple[int, str]] = Counter()
    for f in found:
        sizes[(f.layout.area, f.layout.id)] += _size(f.path)
    return max(sizes.values(), default=0)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
