"""RUN/cleansing: the ledger of every value that a cleansing rule changed and every record that one removed (CLN-03)."""

from __future__ import annotations

from array import array
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from chukan_layout import _kernel
from chukan_layout.charset.plausible import masked
from chukan_layout.model.cleansing import Chosen, Rule, items_of, kind_of
from chukan_layout.model.report import Cleansed
from chukan_layout.plan.program import Program
from chukan_layout.run.gaiji_ledger import drop_paths
from chukan_layout.write.arrow import numbers, same, texts, told
from chukan_layout.write.files import create, sha256_of

_TOLD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("rule", _TOLD), ("kind", _TOLD), ("area", pa.int16()), ("file", _TOLD), ("path", _TOLD), ("line", pa.int64()),
        ("offset", pa.int64()), ("key", pa.string()), ("item", _TOLD), ("original", pa.string()), ("value", pa.string()),
        ("approved_by", _TOLD), ("approved_on", _TOLD),
    ]
)  # fmt: skip
#: A record that was removed, beside the places of items.
_RECORD = 0xFFFF
_EXAMPLES = 3


class Example(NamedTuple):
    """One change for people to look at; values are masked."""

    path: str
    line: int
    item: str
    original: str
    value: str


class CleansingLedger:
    """Takes the chunks of a run in order.  A plan keeps the counts and some examples only (``folder`` None)."""

    def __init__(self, folder: Path | None, chosen: Chosen, reveal: bool) -> None:
        import pyarrow.parquet as pq

        self._chosen, self._reveal = chosen, reveal
        self._path = folder and folder / "cleansing" / "ledger.parquet"
        self._file = create(self._path) if self._path else None
        self._parquet = pq.ParquetWriter(self._file, SCHEMA, compression="snappy", write_statistics=False) if self._file else None
        self._counts: Counter[tuple[str, str]] = Counter()
        self._withdrawn: set[str] = set()
        self.examples: dict[str, list[Example]] = {}

    def add(self, chunk: Any, lines_before: int, chunk_offset: int, program: Program, path: str) -> None:
        """The changes of one chunk."""
        n, rule, item, line, offset, key, before, after = chunk.changed
        if not n:
            return
        lines, offsets = _kernel.placed(line, offset, lines_before, chunk_offset)
        rules = [program.cleansing[i] for i in memoryview(rule).cast("B").cast("H")]
        items = ["" if i == _RECORD else program.columns[i] for i in memoryview(item).cast("B").cast("H")]
        approvals = [self._chosen.approval(r.id) for r in rules]
        table = pa.Table.from_arrays(
            [
                _words([r.id for r in rules]), _words([kind_of(r) for r in rules]), numbers(pa.int16(), n, array("h", [program.area]) * n),
                same(program.file, n), same(path, n), numbers(pa.int64(), n, lines), numbers(pa.int64(), n, offsets), texts(n, key),
                _words(items), texts(n, before), texts(n, after),
                _words([a.by if a else "" for a in approvals]), _words([a.on.isoformat() if a else "" for a in approvals]),
            ],
            schema=SCHEMA,
        )  # fmt: skip
        self._show(table, rules, program)
        self.take(table)

    def take(self, table: pa.Table) -> None:
        """A part of the ledger, in order."""
        if self._parquet is not None:
            self._parquet.write_table(table)
        both = zip(table["rule"].to_pylist(), table["path"].to_pylist(), strict=True)
        self._counts.update((str(rule), str(path)) for rule, path in both)

    def _show(self, table: pa.Table, rules: list[Rule], program: Program) -> None:
        for row, rule in enumerate(rules):
            shown = self.examples.setdefault(rule.id, [])
            if len(shown) >= _EXAMPLES:
                continue
            line = table.slice(row, 1).to_pylist()[0]
            mask = next((i["mask"] for i in program.spec["items"] if i["name"] == line["item"]), "none")
            shown.append(
                Example(line["path"], line["line"], line["item"], self._masked(line["original"], mask), self._masked(line["value"], mask))
            )

    def _masked(self, value: str, mask: str) -> str:
        if self._reveal or mask == "none":
            return value
        return "＊" * len(value) if mask == "sensitive" else masked(value)

    def withdraw(self, path: str) -> None:
        """A source file that failed: none of it is published."""
        self._withdrawn.add(path)

    def close(self) -> list[tuple[Path, int, str]]:
        """The file with its size and hash, none for a plan."""
        if self._parquet is None or self._file is None or self._path is None:
            return []
        self._parquet.close()
        self._file.close()
        if self._withdrawn:
            drop_paths(self._path, SCHEMA, self._withdrawn)
        return [(self._path, self._path.stat().st_size, sha256_of(self._path))]

    def told(self, planned: bool) -> list[Cleansed]:
        """One entry for every rule, those that wait for a decision among them."""
        counts: Counter[str] = Counter()
        for (rule, path), n in self._counts.items():
            counts[rule] += n if path not in self._withdrawn else 0
        done = [self._entry(rule, counts[rule.id], planned) for rule in self._chosen.rules]
        return [*done, *(self._entry(rule, 0, planned, waiting=True) for rule in self._chosen.waiting)]

    def _entry(self, rule: Rule, count: int, planned: bool, waiting: bool = False) -> Cleansed:
        approval = self._chosen.approval(rule.id)
        state = "waiting" if waiting else "planned" if planned else "approved" if rule.class_ == "decision" else "safe"
        return Cleansed(
            rule=rule.id, kind=kind_of(rule), state=state, name_ja=rule.name, name_en=rule.name_en, area=rule.area, file=rule.file,
            items=list(items_of(rule)), source=rule.source, reason=rule.reason, count=count,
            approved_by=approval.by if approval else "", approved_on=approval.on.isoformat() if approval else "",
        )  # fmt: skip


def _words(words: list[str]) -> pa.Array:
    return told(array("i", range(len(words))), words)
