"""RUN/cleansing: the ledger of every value that a cleansing rule changed and every record that one removed (CLN-03)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from chukan_layout import _kernel
from chukan_layout.charset.plausible import masked
from chukan_layout.model.cleansing import Chosen, Rule, items_of, kind_of
from chukan_layout.model.report import Cleansed
from chukan_layout.plan.program import Program
from chukan_layout.write.arrow import strings
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
                _told([r.id for r in rules]), _told([kind_of(r) for r in rules]),
                pa.Array.from_buffers(pa.int16(), n, [None, pa.py_buffer(program.area.to_bytes(2, "little") * n)]),
                _told([program.file] * n), _told([path] * n), _numbers(n, lines), _numbers(n, offsets), _texts(n, key),
                _told(items), _texts(n, before), _texts(n, after),
                _told([a.by if a else "" for a in approvals]), _told([a.on.isoformat() if a else "" for a in approvals]),
            ],
            schema=SCHEMA,
        )  # fmt: skip
        self._show(table, rules, program)
        self.take(table)

    def take(self, table: pa.Table) -> None:
        """A part of the ledger, in order."""
        if self._parquet is not None:
            self._parquet.write_table(table)
        told = zip(table["rule"].to_pylist(), table["path"].to_pylist(), strict=True)
        self._counts.update((str(rule), str(path)) for rule, path in told)

    def _show(self, table: pa.Table, rules: list[Rule], program: Program) -> None:
        for row, rule in enumerate(rules):
            shown = self.examples.setdefault(rule.id, [])
            if len(shown) >= _EXAMPLES:
                continue
            told = table.slice(row, 1).to_pylist()[0]
            mask = next((i["mask"] for i in program.spec["items"] if i["name"] == told["item"]), "none")
            shown.append(
                Example(told["path"], told["line"], told["item"], self._masked(told["original"], mask), self._masked(told["value"], mask))
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
            self._without_withdrawn(self._path)
        return [(self._path, self._path.stat().st_size, sha256_of(self._path))]

    def _without_withdrawn(self, path: Path) -> None:
        import pyarrow.parquet as pq

        table = pq.read_table(path, schema=SCHEMA)
        kept = table.filter(pa.array([p not in self._withdrawn for p in table["path"].to_pylist()], pa.bool_()))
        path.unlink()
        with create(path) as file:
            pq.write_table(kept, file, compression="snappy")

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


def _told(words: list[str]) -> pa.Array:
    once = {word: i for i, word in enumerate(dict.fromkeys(words))}
    places = b"".join(once[word].to_bytes(4, "little") for word in words)
    return pa.DictionaryArray.from_arrays(
        pa.Array.from_buffers(pa.int32(), len(words), [None, pa.py_buffer(places)]), strings(list(once))
    )


def _numbers(n: int, buffer: Any) -> pa.Array:
    return pa.Array.from_buffers(pa.int64(), n, [None, pa.py_buffer(buffer)])


def _texts(n: int, raw: Any) -> pa.Array:
    ends, text = raw
    return pa.Array.from_buffers(pa.string(), n, [None, pa.py_buffer(ends), pa.py_buffer(text)])
