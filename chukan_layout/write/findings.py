"""findings.parquet (every finding) and findings.csv (capped, safe to open in a spreadsheet)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from chukan_layout.model.finding import Rule

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


class FindingTables:
    """Findings of one source file as Arrow tables; what a rule says comes from the rule, not from each row."""

    def __init__(self, rules: Sequence[Rule], path: str) -> None:
        self._rules = {
            name: pa.array([getattr(rule, attribute) for rule in rules], _NUMBERS.get(name, pa.string()))
            for name, attribute in _OF_RULE
        }
        self._path = path

    def table(self, rule: pa.Array, line: pa.Array, offset: pa.Array, key: pa.Array, value: pa.Array) -> pa.Table:
        """``rule`` holds rule numbers; the others are as long."""
        import pyarrow.compute as pc

        places = pc.cast(rule, pa.int32())
        columns: dict[str, Any] = {"line": line, "offset": offset, "key": key, "value": value}
        path = pa.DictionaryArray.from_arrays(pa.array([0] * len(rule), pa.int32()), pa.array([self._path]))
        columns["path"] = path
        for name, values in self._rules.items():
            plain = name in _NUMBERS
            columns[name] = values.take(places) if plain else pa.DictionaryArray.from_arrays(places, values)
        return pa.table([columns[name] for name in COLUMNS], schema=SCHEMA)


def chunk_findings(raw: Any, lines_before: int, chunk_offset: int, tables: FindingTables) -> pa.Table:
    """The kernel's findings of one chunk with lines and offsets counted from the start of the file."""
    import pyarrow.compute as pc

    n, rule, _item, line, offset, *texts = raw

    def numbers(buffer: Any, kind: pa.DataType) -> pa.Array:
        return pa.Array.from_buffers(kind, n, [None, pa.py_buffer(buffer)])

    def strings(offsets: Any, data: Any) -> pa.Array:
        return pa.Array.from_buffers(pa.string(), n, [None, pa.py_buffer(offsets), pa.py_buffer(data)])

    lines = pc.add(pc.cast(numbers(line, pa.uint32()), pa.int64()), lines_before)
    offsets = pc.add(pc.cast(numbers(offset, pa.uint64()), pa.int64()), chunk_offset)
    return tables.table(
        numbers(rule, pa.uint16()), lines, offsets, strings(texts[0], texts[1]), strings(texts[2], texts[3])
    )


class FindingsWriter:
    """Takes tables in order; writes Parquet in large pieces and the first rows as CSV."""

    def __init__(self, folder: Path) -> None:
        import pyarrow.parquet as pq

        from chukan_layout.run.files import create

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

        from chukan_layout.run.files import create_text

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
