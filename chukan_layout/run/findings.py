"""What a run finds: written down, counted by rule, the first of each rule kept as examples."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chukan_layout.model.finding import Rule
from chukan_layout.model.report import Sample
from chukan_layout.model.tally import Tally
from chukan_layout.plan.program import Program
from chukan_layout.read.controls import Told
from chukan_layout.read.discover import Found
from chukan_layout.run.compiled import kernel_program
from chukan_layout.run.keyed import COMPLAINTS, Hits, record_keys
from chukan_layout.run.order import Order
from chukan_layout.write.arrow import integers, strings
from chukan_layout.write.findings import FindingsWriter, FindingTables, Page

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class FileRead:
    """A file that was read: what is needed to judge and report it."""

    found: Found
    program: Program
    tables: FindingTables
    tally: Tally
    out_path: str
    outputs: list[Any]
    bytes: int = 0
    done: bool = False
    compiled: Any = None  # only when records are looked up again: its tables are large, and a city has hundreds of files
    failed: bool = False


class RunFindings:
    """The findings of all files of a run in their order, in ``work``; ``counts`` are by rule, ``samples`` by its id."""

    def __init__(self, work: Path, order: Order) -> None:
        self._writer = FindingsWriter(work)
        self._bare, self._limit = order.metadata_only, order.sample_limit
        self.counts: Counter[Rule] = Counter()
        self.samples: dict[str, list[Sample]] = {}

    def add(self, read: FileRead, page: Page, rules: Iterable[int]) -> None:
        """Takes a page; ``rules`` are the numbers of the rules on it."""
        if self._bare:
            page = page.without_records()
        self.take(page.table)
        named = ((number, read.program.rules[number].id) for number in rules)
        self._sample(page, {n: self._limit - len(self.samples.get(rule, ())) for n, rule in named})

    def take(self, table: pa.Table) -> None:
        self._writer.add(table)

    def _sample(self, page: Page, wanted: dict[int, int]) -> None:
        """Keeps the first findings of each rule as examples; ``wanted`` says how many more of each."""
        left = {number: n for number, n in wanted.items() if n > 0}
        if not left:
            return
        for row, number in enumerate(page.numbers):
            if left.get(number):
                sample = Sample(**page.table.slice(row, 1).to_pylist()[0])
                self.samples.setdefault(sample.rule, []).append(sample)
                left[number] -= 1

    def of_file(self, found: Found, rule: Rule, note: str) -> None:
        """A finding about a file as a whole."""
        import pyarrow as pa

        own = rule._replace(area=found.layout.area, file=found.layout.id)
        tables = FindingTables([own], found.name)
        page = tables.page(array("i", [0]), integers([1], pa.int64()), integers([0], pa.int64()),
                           strings([""]), strings([note]))  # fmt: skip
        self.take(page.table)
        self._sample(page, {0: self._limit - len(self.samples.get(own.id, ()))})
        self.counts[own] += 1

    def of_record(self, read: FileRead, told: Told) -> None:
        """A finding that only the whole file shows, at a record of it."""
        import pyarrow as pa

        rule = read.program.spec["structure"][told.rule]
        page = read.tables.page(array("i", [rule]), integers([told.line], pa.int64()),
                                integers([told.offset], pa.int64()), strings([""]), strings([told.note]))  # fmt: skip
        self.add(read, page, [rule])
        read.tally += Tally(rules=Counter({rule: 1}))

    def of_keys(self, read: FileRead, hits: Hits) -> None:
        """What the check of a key found among the records of a file; its records are read again for their keys."""
        import pyarrow as pa

        n = len(hits.offsets)
        rule = next(task.rule for task in read.program.keyed if task.check.id == hits.task.check.id)
        read.tally += Tally(rules=Counter({rule: n}))
        if read.compiled is None:
            read.compiled = kernel_program(read.found, read.program)
        keys = record_keys(read.found.path, read.compiled, hits.offsets, tuple(read.program.spec["key"]))
        page = read.tables.page(
            array("i", [rule]) * n, integers(hits.lines, pa.int64()), integers(hits.offsets, pa.int64()),
            strings(keys), strings([COMPLAINTS[c] for c in hits.codes]),
        )  # fmt: skip
        self.add(read, page, [rule])

    def count(self, read: FileRead) -> None:
        """Counts what the tally of a file says, once it is complete."""
        for number, n in read.tally.rules.items():
            rule = read.program.rules[number]
            own = rule._replace(area=read.program.area, file=read.program.file) if not rule.file else rule
            self.counts[own] += n

    def close(self) -> None:
        self._writer.close()
