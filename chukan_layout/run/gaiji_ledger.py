"""RUN/gaiji: the ledger of every character that a mapping replaced, and the user-defined characters that it left.

The operation ``scan`` replaces a unit by itself: such rows have the class ``scan`` and are counted in inventory.csv.

The kernel says place, unit and target; what they are (MJ図形名) and how that is known is said here.
"""

from __future__ import annotations

import csv
from array import array
from collections import Counter
from collections.abc import Mapping
from operator import eq
from pathlib import Path
from typing import Any

import pyarrow as pa

from chukan_layout import _kernel
from chukan_layout.gaiji import data
from chukan_layout.gaiji.lookup import glyph_names
from chukan_layout.plan.program import Program
from chukan_layout.write.arrow import numbers, same, strings, texts, told
from chukan_layout.write.files import create, create_text, sha256_of
from chukan_layout.write.findings import Page

_TOLD = pa.dictionary(pa.int32(), pa.string())
_ITEM = pa.dictionary(pa.uint16(), pa.string())
SCHEMA = pa.schema(
    [
        ("key", pa.string()), ("record", pa.int64()), ("area", pa.int16()), ("file", _TOLD), ("path", _TOLD), ("line", pa.int64()),
        ("offset", pa.int64()), ("column", _ITEM), ("position", pa.uint32()), ("out_position", pa.uint32()),
        ("source_hex", _TOLD), ("mj", _TOLD), ("target", _TOLD), ("class", _TOLD), ("table_version", _TOLD),
    ]
)  # fmt: skip
_ROWS = 16_384
_HOW = ["vendor_map", "scan"]


class GaijiLedger:
    """Takes the chunks of a run in order; the ledger holds what was accepted and published, nothing else.

    ``before`` are the records of each 移行ファイル that the run's stand behind.
    """

    def __init__(self, work: Path, version: str, before: Mapping[tuple[int, str], int] | None = None) -> None:
        import pyarrow.parquet as pq

        self._folder, self._version = work / "gaiji", version
        self._file = create(self._folder / "ledger.parquet")
        told = [field.name for field in SCHEMA if pa.types.is_dictionary(field.type)]
        self._parquet = pq.ParquetWriter(
            self._file, SCHEMA, compression="snappy", use_dictionary=told, write_statistics=False
        )
        self._waiting: list[tuple[Program, str, tuple[pa.Array, ...]]] = []
        self._rows = 0
        self._withdrawn: set[str] = set()
        self._left: Counter[tuple[str, str, str, str]] = Counter()
        self._names: dict[str, str] = {}
        self._scanned = False
        # Records written so far, by file of the standard and by source file.
        self._records: Counter[tuple[int, str]] = Counter(before)
        self._of_source: Counter[str] = Counter()

    def add(self, chunk: Any, lines_before: int, chunk_offset: int, program: Program, path: str) -> None:
        """The replacements of one chunk."""
        made = (program.area, program.file)
        before = self._records[made]
        self._records[made] += chunk.rows_out
        self._of_source[path] += chunk.rows_out
        n, item, row, line, offset, position, out_position, key, unit, target = chunk.replaced
        if not n:
            return
        lines, offsets = _kernel.placed(line, offset, lines_before, chunk_offset)
        record, _ = _kernel.placed(row, offset, before + 1, 0)
        columns = (
            texts(n, key), numbers(pa.int64(), n, record), numbers(pa.int64(), n, lines), numbers(pa.int64(), n, offsets),
            numbers(pa.uint16(), n, item), numbers(pa.uint32(), n, position),
            numbers(pa.uint32(), n, out_position), texts(n, unit), texts(n, target),
        )  # fmt: skip
        self._take(program, path, columns)

    def _take(self, program: Program, path: str, columns: tuple[pa.Array, ...]) -> None:
        if self._waiting and self._waiting[-1][:2] != (program, path):
            self._flush()
        self._waiting.append((program, path, columns))
        self._rows += len(columns[0])
        if self._rows >= _ROWS:
            self._flush()

    def left(self, page: Page, program: Program) -> None:
        """User-defined characters that no table has, from the findings of a chunk."""
        gaiji = {number: rule for number, rule in enumerate(program.rules) if rule.kind == "GAI"}
        values, path = page.table["value"], page.table["path"]
        for row, number in enumerate(page.numbers):
            rule = gaiji.get(number)
            if rule is None:
                continue
            for code in values[row].as_py().split():
                self._left[(code, path[row].as_py(), rule.item_name, rule.id)] += 1

    def withdraw(self, path: str, program: Program) -> None:
        """A source file that failed: none of it is published."""
        self._withdrawn.add(path)
        self._records[(program.area, program.file)] -= self._of_source[path]

    def close(self) -> list[tuple[Path, int, str]]:
        """Write what waits; the files with size and hash."""
        self._flush()
        self._parquet.close()
        self._file.close()
        ledger, rest = self._folder / "ledger.parquet", self._folder / "unresolved.csv"
        if self._withdrawn:
            drop_paths(ledger, SCHEMA, self._withdrawn)
        with create_text(rest, encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(("外字コード", "ファイル", "項目", "件数", "規則"))
            for (code, path, column, rule), count in sorted(self._left.items()):
                if path not in self._withdrawn:
                    writer.writerow((code, _safe(path), _safe(column), count, rule))
        made = [ledger, rest]
        # Polars takes longer to begin than a small run takes in all.
        if self._scanned and (seen := _inventory(ledger)) is not None:
            made.append(self._folder / "inventory.csv")
            with create_text(made[-1], encoding="utf-8-sig") as file:
                csv.writer(file).writerows(seen)
        return [(p, p.stat().st_size, sha256_of(p)) for p in made]

    def _glyphs(self, texts: list[str]) -> list[str]:
        """The MJ図形名 of each text, "" where it is none."""
        fresh = [text for text in texts if text not in self._names]
        if fresh:
            self._names |= dict.fromkeys(fresh, "") | glyph_names(fresh)
        return [self._names[text] for text in texts]

    def _flush(self) -> None:
        """Writes what waits: pieces of one source file, brought together so that each word is looked up once."""
        if self._waiting:
            program, path, _ = self._waiting[0]
            pieces = zip(*(columns for _, _, columns in self._waiting), strict=True)
            self._parquet.write_table(self._table(program, path, [pa.concat_arrays(piece) for piece in pieces]))
        self._waiting, self._rows = [], 0

    def _table(self, program: Program, path: str, columns: list[pa.Array]) -> pa.Table:
        key, record, lines, offsets, items, position, out_position, unit, target = columns
        n = len(key)
        (units, unit_places), (targets, target_places) = _words(unit), _words(target)
        mj = self._glyphs(targets)
        codes = [" ".join(f"{ord(c):04X}" for c in text) for text in units]
        how = array("i", map(eq, map(units.__getitem__, unit_places), map(targets.__getitem__, target_places)))
        self._scanned = self._scanned or _HOW.index("scan") in how
        area = numbers(pa.int16(), n, array("h", [program.area]) * n)
        return pa.Table.from_arrays(
            [
                key, record, area, same(program.file, n), same(path, n), lines, offsets,
                pa.DictionaryArray.from_arrays(items, strings(program.columns)), position, out_position,
                told(unit_places, codes), told(target_places, mj), told(target_places, targets), told(how, _HOW), same(self._version, n),
            ],
            schema=SCHEMA,
        )  # fmt: skip



def _inventory(ledger: Path) -> list[tuple[object, ...]] | None:
    """Units that ``scan`` saw: code, class, MJ, file, item, count, records.  None when no mapping asked for it."""
    import polars as pl

    from chukan_layout.gaiji.convert import text_of
    from chukan_layout.gaiji.scan import classify

    rows = pl.scan_parquet(ledger).filter(pl.col("class").cast(pl.String) == "scan")
    by = [pl.col(name).cast(pl.String) for name in ("source_hex", "mj", "path", "column")]
    units = rows.group_by(by).agg(pl.len().alias("n"), pl.col("record").n_unique().alias("records")).collect().sort("source_hex", "path", "column")
    if not len(units):
        return None
    kinds = {code: classify(text_of(code))[0] for code in units["source_hex"].unique()}
    lines = [(code, kinds[code], mj, _safe(path), _safe(column), n, records) for code, mj, path, column, n, records in units.rows()]
    return [("コード", "区分", "MJ", "ファイル", "項目", "件数", "行数"), *lines]


def drop_paths(ledger: Path, schema: pa.Schema, withdrawn: set[str]) -> None:
    """A ledger without what came of source files that failed: none of it is published."""
    import pyarrow.parquet as pq

    table = pq.read_table(ledger, schema=schema)
    kept = table.filter(pa.array([path not in withdrawn for path in table["path"].to_pylist()], pa.bool_()))
    ledger.unlink()
    with create(ledger) as file:
        pq.write_table(kept, file, compression="zstd")


def version_of(mapping_name: str) -> str:
    """What decided: the vendor's tables and the MJ tables."""
    return f"{mapping_name} gaiji.toml; {data.MJ_VERSION}; {data.MJSM_VERSION}"


def _words(texts: pa.Array) -> tuple[list[str], array[int]]:
    """The different texts, and the place among them of each."""
    said = texts.to_pylist()
    once = {word: i for i, word in enumerate(dict.fromkeys(said))}
    return list(once), array("i", map(once.__getitem__, said))


def _safe(text: str) -> str:
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text
