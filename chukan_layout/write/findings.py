"""findings.parquet (every finding) and findings.csv (capped, safe to open in a spreadsheet)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from chukan_layout import _kernel
from chukan_layout.model.finding import Rule
from chukan_layout.write.arrow import CODES, integers, strings
from chukan_layout.write.files import create, create_text

CSV_ROWS = 10_000
BATCH = 100_000
_OF_RULE: tuple[tuple[str, str], ...] = (
    ("rule", "id"), ("severity", "severity"), ("area", "area"), ("file", "file"),
    ("item_no", "item_no"), ("item_name", "item_name"), ("message_ja", "message_ja"), ("message_en", "message_en"),
    ("action_ja", "action_ja"), ("action_en", "action_en"), ("owner", "owner"),
)  # fmt: skip
COLUMNS = ("rule", "severity", "area", "file", "path", "line", "offset", "key", "item_no", "item_name", "value",
           "message_ja", "message_en", "action_ja", "action_en", "owner")  # fmt: skip
_NUMBERS = {"area": pa.int16(), "item_no": pa.int16(), "line": pa.int64(), "offset": pa.int64()}
_PLAIN = ("key", "value")
SCHEMA = pa.schema(
    [
        (name, _NUMBERS.get(name) or (pa.string() if name in _PLAIN else pa.dictionary(pa.int32(), pa.string())))
        for name in COLUMNS
    ]
)


class Page(NamedTuple):
    """Findings of one chunk or check: the table, and the number of each row's rule."""

    table: pa.Table
    numbers: Sequence[int]

    def without_records(self) -> Page:
        """The same findings without the keys and values of the records."""
        table = self.table
        for name in _PLAIN:
            blank = pa.repeat(pa.scalar("", pa.string()), table.num_rows)
            table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), blank)
        return Page(table, self.numbers)


class FindingTables:
    """Findings of one source file as Arrow tables; what a rule says comes from the rule, not from each row."""

    def __init__(self, rules: Sequence[Rule], path: str) -> None:
        self._texts = {
            name: _told_once([getattr(rule, attribute) for rule in rules])
            for name, attribute in _OF_RULE
            if name not in _NUMBERS
        }
        self._numbers = {
            name: [getattr(rule, attribute) for rule in rules] for name, attribute in _OF_RULE if name in _NUMBERS
        }
        self._path = strings([path])

    def page(self, rules: Any, line: pa.Array, offset: pa.Array, key: pa.Array, value: pa.Array) -> Page:
        """``rules`` is a buffer of int32 rule numbers; the others are as long."""
        n = len(line)
        numbers = memoryview(rules).cast("B").cast("i").tolist()
        columns: dict[str, Any] = {"line": line, "offset": offset, "key": key, "value": value}
        columns["path"] = pa.DictionaryArray.from_arrays(_of_rules([0], [0], n, pa.int32()), self._path)
        # A fault of the source is often in every record: then one rule is all there is to look up.
        told = numbers[:1] if n and numbers.count(numbers[0]) == n else numbers
        for name, (values, place) in self._texts.items():
            columns[name] = pa.DictionaryArray.from_arrays(_of_rules(place, told, n, pa.int32()), values)
        for name, of_rule in self._numbers.items():
            columns[name] = _of_rules(of_rule, told, n, _NUMBERS[name])
        arrays = [columns[name] for name in COLUMNS]
        return Page(pa.Table.from_arrays(arrays, schema=SCHEMA), numbers)


def _of_rules(of_rule: Sequence[int], rules: Sequence[int], n: int, kind: pa.DataType) -> pa.Array:
    """The number of each of ``n`` rows by its rule; a single rule is that of all rows."""
    return integers(array(CODES[kind.bit_width], map(of_rule.__getitem__, rules)) * (n // max(len(rules), 1)), kind)


def _told_once(texts: Sequence[str]) -> tuple[pa.Array, list[int]]:
    """A dictionary without doubles and the place of each text in it.

    Arrow reckons the size of a Parquet dictionary page with doubles and writes it without: the rest of the page
    would be whatever stood in memory.
    """
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    return strings(list(places)), [places[text] for text in texts]


def chunk_findings(raw: Any, lines_before: int, chunk_offset: int, tables: FindingTables) -> Page:
    """The kernel's findings of one chunk with lines and offsets counted from the start of the file."""
    n, rule, _item, line, offset, *texts = raw
    lines, offsets = _kernel.placed(line, offset, lines_before, chunk_offset)

    def numbers(buffer: Any) -> pa.Array:
        return pa.Array.from_buffers(pa.int64(), n, [None, pa.py_buffer(buffer)])

    def texts_of(ends: Any, data: Any) -> pa.Array:
        return pa.Array.from_buffers(pa.string(), n, [None, pa.py_buffer(ends), pa.py_buffer(data)])

    return tables.page(rule, numbers(lines), numbers(offsets), texts_of(*texts[:2]), texts_of(*texts[2:]))


class FindingsWriter:
    """Takes tables in order; writes Parquet in large pieces and the first rows as CSV."""

    def __init__(self, folder: Path) -> None:
        import pyarrow.parquet as pq

        self._file = create(folder / "findings.parquet")
        self._parquet = pq.ParquetWriter(self._file, SCHEMA, compression="snappy")
        self._csv = CappedCsv(folder / "findings.csv")
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def add(self, table: pa.Table) -> None:
        if not table.num_rows:
            return
        self._csv.add(table)
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= BATCH:
            self._flush()

    def _flush(self) -> None:
        for table in self._waiting:
            self._parquet.write_table(table, row_group_size=BATCH)
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        self._flush()
        self._parquet.close()
        self._file.close()
        self._csv.close()


def formula_safe(text: str) -> str:
    """A cell that a spreadsheet will not run: what begins like a formula gets an apostrophe in front."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


class CappedCsv:
    """The first findings for people (UTF-8 with BOM, as Excel wants it); the last line says how many are left out."""

    def __init__(self, path: Path) -> None:
        import csv

        self._file = create_text(path, encoding="utf-8-sig")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)
        self._written = self._total = 0

    def add(self, table: pa.Table) -> None:
        self._total += table.num_rows
        room = CSV_ROWS - self._written
        if room <= 0:
            return
        columns = [column.to_pylist() for column in table.slice(0, room).columns]
        for row in zip(*columns, strict=True):
            self._writer.writerow([formula_safe(x) if isinstance(x, str) else x for x in row])
        self._written += min(room, table.num_rows)

    def close(self) -> None:
        left = self._total - self._written
        if left:
            text = f"ほかに {left} 件あります。全件は findings.parquet にあります。({left} more in findings.parquet)"
            self._writer.writerow([text])
        self._file.close()
