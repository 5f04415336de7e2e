"""Into and out of databases: ``python -m bench.database [--rows N]`` writes ``DATABASE.md``.

Floors in the same run: the same Parquet by plain ADBC ingest and by plain DuckDB ``CREATE TABLE``; the same table read back
and thrown away.  Then whole commands as processes of their own, for their memory.  PostgreSQL is a server of its own on a Unix
socket (tests/postgres_support.py), without fsync.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import adbc_driver_postgresql.dbapi as dbapi
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.data import prepare
from bench.measure import Case, run_once
from chukan_layout.database.place import Place, place_of
from chukan_layout.model.layout import LayoutFile
from chukan_layout.read.database import tables_of_databases
from chukan_layout.spec.load import load_layouts
from chukan_layout.write import duckdb_store, postgres_store
from tests.postgres_support import Server, running
from tests.run_support import order_of, run_here

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "DATABASE.md"


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def parquet_of(rows: int, folder: Path) -> tuple[LayoutFile, Path]:
    """住民情報 of the standard with so many records, out of vendorA's files."""
    run_here(order_of(prepare(rows).cp932, formats=("parquet",), jobs=2), folder / "run")
    file = next(f for f in load_layouts("latest", [1]).area(1).files if f.id == "住民情報")
    return file, folder / "run" / "data" / file.folder / f"{file.id}.parquet"


def plain_ingest(words: str, data: Path) -> None:
    """The floor of a target: nothing but the records, in a table without comments."""
    with dbapi.connect(words) as base, base.cursor() as cursor:
        read = pq.ParquetFile(data)
        schema = pa.schema([(f.name, getattr(f.type, "value_type", f.type)) for f in read.schema_arrow])
        batches = (pa.RecordBatch.from_arrays([c.cast(f.type) for c, f in zip(b.columns, schema, strict=True)], schema=schema)
                   for b in read.iter_batches(65_536))  # fmt: skip
        cursor.adbc_ingest("floor", pa.RecordBatchReader.from_batches(schema, batches), mode="create")
        base.commit()


def plain_read(words: str) -> None:
    """The floor of a source: the records are fetched and thrown away."""
    with dbapi.connect(words) as base, base.cursor() as cursor:
        cursor.execute("SELECT * FROM floor")
        for _ in cursor.fetch_record_batch():
            pass


def plain_duckdb(path: Path, data: Path) -> None:
    with duckdb.connect(str(path)) as base:
        base.execute(f"CREATE TABLE floor AS SELECT * FROM read_parquet('{data}')")


def plain_duckdb_read(path: Path) -> None:
    with duckdb.connect(str(path), read_only=True) as base:
        for _ in base.sql("SELECT * FROM floor").to_arrow_reader(16_384):
            pass


def read_back(place: Place, scratch: Path) -> None:
    found = tables_of_databases([place], load_layouts("latest", [1]), None, scratch)
    assert len(found.files) == 1 and not found.errors, found.errors
    shutil.rmtree(scratch)


def measured(rows: int, folder: Path, server: Server) -> list[tuple[str, float, float]]:
    """What, seconds of the floor, seconds of ours; the best of two turns."""
    file, data = parquet_of(rows, folder)
    words = server.words()
    url = place_of(server.url())
    duck, floor = Place("duckdb", "o.duckdb", folder / "o.duckdb"), folder / "floor.duckdb"
    assert url is not None
    best: dict[str, list[float]] = {}

    def turn(what: str, bare: Callable[[], object], ours: Callable[[], object]) -> None:
        times = [seconds(bare), seconds(ours)]
        best[what] = [min(pair) for pair in zip(times, best.get(what, times), strict=True)]

    for _ in range(2):
        with dbapi.connect(words, autocommit=True) as base, base.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS floor")
        floor.unlink(missing_ok=True)
        turn("DuckDB に書く (into)", lambda: plain_duckdb(floor, data), lambda: duckdb_store.store(duck, [(file, data)], "2.7"))
        turn("DuckDB から読む (out of)", lambda: plain_duckdb_read(floor), lambda: read_back(duck, folder / "s"))
        turn("PostgreSQL に書く (into)", lambda: plain_ingest(words, data), lambda: postgres_store.store(url, [(file, data)], "2.7"))
        turn("PostgreSQL から読む (out of)", lambda: plain_read(words), lambda: read_back(url, folder / "s"))
    return [(what, *times) for what, times in best.items()]


def whole(rows: int, folder: Path, server: Server) -> list[Case]:
    """``convert`` of vendorA's file into a database, and ``validate`` of what it holds."""
    source, made = prepare(rows).cp932, []
    for what, place in (("DuckDB", f"duckdb:{folder / 'whole.duckdb'}"), ("PostgreSQL", server.url())):
        for name, words in (
            (f"convert vendorA → {what}", ["convert", str(source), "--from", "vendorA", "--to", place]),
            (f"validate {what}", ["validate", place]),
        ):
            run = folder / "whole"
            case = Case(
                name,
                [sys.executable, "-m", "chukan_layout.cli.main", *words, "--out", str(run), "--as-of", "2026-11-01",
                 "--layout-version", "2.7", "--quiet", "--no-progress"],
                outputs=(run,),
            )  # fmt: skip
            case.samples.append(run_once(case, folder / "log"))
            made.append(case)
    return made


def page(rows: int, columns: int, lines: list[tuple[str, float, float]], cases: list[Case]) -> str:
    table = "\n".join(f"| {w} | {b:.1f} | {o:.1f} | {rows / o:,.0f} | {o / b:.2f} |" for w, b, o in lines)
    runs = "\n".join(f"| {c.name} | {c.wall:.1f} | {rows / c.wall:,.0f} | {c.peak_mb:,.0f} |" for c in cases)
    return f"""# データベースの速さ (databases)

`python -m bench.database` が書く。住民情報 {rows:,} 件 × {columns} 項目、2 コア。

## 入れる・読むだけ (the database's part alone)

下限 (floor) は同じ実行で、同じ Parquet を ADBC・DuckDB で入れるだけ、入れた表を読んで捨てるだけ。読む側の「当製品」は正規の形の CSV を書くところまで。
2 回のうち速い方。 The floor ingests the same Parquet or reads the table and throws it away; reading, ours writes canonical CSV.

| | 下限 (s) | 当製品 (s) | 件/秒 (rows/s) | 比 (ratio) |
|---|---:|---:|---:|---:|
{table}

## コマンド全体 (whole commands)

変換・検証・報告を含む一つのプロセス (サーバーは別)。 Processes of their own; the server is another.

| | 秒 (s) | 件/秒 (rows/s) | 最大メモリ (peak MB) |
|---|---:|---:|---:|
{runs}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="bench-") as name, running() as server:
        cases = whole(rows, Path(name), server)
        with dbapi.connect(server.words(), autocommit=True) as base, base.cursor() as cursor:
            cursor.execute('DROP SCHEMA "01-住民基本台帳" CASCADE')
        lines = measured(rows, Path(name), server)
        columns = len(pq.read_schema(Path(name) / "run" / "data" / "01-住民基本台帳" / "住民情報.parquet"))
    text = page(rows, columns, lines, cases)
    print(text)
    if rows >= 1_000_000:
        RESULTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
