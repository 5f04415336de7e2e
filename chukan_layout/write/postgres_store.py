"""A run's result in PostgreSQL, as write/duckdb_store.py puts it into a file; records go by COPY, out of Arrow.

A table that is as the layout has it is emptied and filled, so that rights and views of others stay; one that is not is
made anew.  All of a run is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chukan_layout.database.place import DatabaseRefused, Place
from chukan_layout.database.postgres import LOCK_TIMEOUT, connected
from chukan_layout.database.words import (
    LATEST,
    LATEST_VIEW,
    OWN,
    REGISTER,
    YES,
    about_column,
    about_table,
    name,
    text,
)
from chukan_layout.model.layout import LayoutFile

#: Bytes of the longest name that the server keeps; it would cut a longer one without a word.
LONGEST = 63
RECORDS = 65_536
_SAME = """SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""


def check(place: Place) -> None:
    """DatabaseRefused when the server cannot be reached, lets the user in or make nothing, or keeps no UTF-8."""
    with _connected(place) as base, base.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding'), has_database_privilege(current_database(), 'CREATE')")
        encoding, may = cursor.fetchone()
    if encoding != "UTF8":
        raise DatabaseRefused(
            f"{place.name} の文字コードは {encoding} です。UTF8 のデータベースを作ってください。",
            f"the encoding of {place.name} is {encoding}; create a database with UTF8",
        )
    if not may:
        raise DatabaseRefused(
            f"{place.name} にスキーマを作る権限がありません (CREATE)。", f"no right to create schemas in {place.name} (CREATE)"
        )


def store(place: Place, tables: Sequence[tuple[LayoutFile, Path]], version: str) -> list[tuple[str, int]]:
    """Parquet files of the standard into the database; tables with their records.

    Raises DatabaseRefused when a name is too long, the server refuses or goes away; then all is as it was.
    """
    done = []
    with _connected(place) as base, base.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SET LOCAL client_min_messages = warning")
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {name(OWN)}")
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {name(OWN)}.{name(REGISTER)} "
            '("業務" text, "移行ファイル" text, "レイアウトの版" text, "件数" bigint, PRIMARY KEY ("業務", "移行ファイル"))'
        )
        for file, data in tables:
            count = _table(cursor, file, pq.ParquetFile(data))
            cursor.execute(
                f'INSERT INTO {name(OWN)}.{name(REGISTER)} VALUES ($1, $2, $3, $4) ON CONFLICT ("業務", "移行ファイル") '  # noqa: S608 (quoted)
                'DO UPDATE SET "レイアウトの版" = excluded."レイアウトの版", "件数" = excluded."件数"',
                (file.folder, file.id, version, count),
            )
            done.append((f"{file.folder}.{file.id}", count))
        base.commit()
    return done


def _connected(place: Place) -> AbstractContextManager[Any]:
    return connected(place, "に書けません。前のままです。", "cannot be written and is as it was")


def _table(cursor: Any, file: LayoutFile, data: pq.ParquetFile) -> int:
    schema = pa.schema([(f.name, _plain(f.type)) for f in data.schema_arrow])
    for told in (file.folder, file.id + LATEST_VIEW, *schema.names):
        if len(told.encode()) > LONGEST:
            raise DatabaseRefused(
                f"名前が PostgreSQL には長すぎます ({LONGEST} バイトまで): {told}", f"a name is too long for PostgreSQL ({LONGEST} bytes): {told}"
            )
    _made(cursor, file, schema)
    sums = {f.name: Decimal(0) for f in schema if pa.types.is_decimal(f.type)}

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in data.iter_batches(batch_size=RECORDS):
            for column in sums:
                sums[column] += pc.sum(batch[column].cast(pa.decimal256(76, batch[column].type.scale))).as_py() or 0
            yield pa.RecordBatch.from_arrays([c.cast(f.type) for c, f in zip(batch.columns, schema, strict=True)], schema=schema)

    reader = pa.RecordBatchReader.from_batches(schema, batches())
    cursor.adbc_ingest(file.id, reader, mode="append", db_schema_name=file.folder)
    count = int(data.metadata.num_rows)
    _prove(cursor, file, count, sums)
    return count


def _prove(cursor: Any, file: LayoutFile, count: int, sums: dict[str, Decimal]) -> None:
    """What is there now is what was sent: drivers before 1.11 wrote decimals a hundred times too large without a word."""
    wanted = [f"sum({name(column)})::text" for column in sums]
    cursor.execute(f"SELECT {', '.join(['count(*)', *wanted])} FROM {name(file.folder)}.{name(file.id)}")  # noqa: S608 (quoted)
    there, *totals = cursor.fetchone()
    if there != count or [Decimal(t or 0) for t in totals] != list(sums.values()):
        raise DatabaseRefused(
            f"{file.folder}.{file.id}: 書いた件数か合計が合いません。adbc-driver-postgresql を新しくしてください。前のままです。",
            f"{file.folder}.{file.id}: count or totals differ from what was sent; update adbc-driver-postgresql; all is as it was",
        )


def _made(cursor: Any, file: LayoutFile, schema: pa.Schema) -> None:
    """The table, empty, with its comments and the view of the latest history."""
    table = f"{name(file.folder)}.{name(file.id)}"
    latest = f"{name(file.folder)}.{name(file.id + LATEST_VIEW)}"
    wanted = [(f.name, _type(f.type)) for f in schema]
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {name(file.folder)}")
    cursor.execute(_SAME, (file.folder, file.id))
    if [tuple(row) for row in cursor.fetchall()] == wanted:
        cursor.execute(f"TRUNCATE {table}")
    else:
        cursor.execute(f"DROP VIEW IF EXISTS {latest}")
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TABLE {table} ({', '.join(f'{name(n)} {kind}' for n, kind in wanted)})")
    cursor.execute(f"COMMENT ON TABLE {table} IS {text(about_table(file))}")
    for item in file.items:
        if item.name in schema.names:
            cursor.execute(f"COMMENT ON COLUMN {table}.{name(item.name)} IS {text(about_column(item))}")
    if LATEST in schema.names:
        cursor.execute(f"CREATE OR REPLACE VIEW {latest} AS SELECT * FROM {table} WHERE {name(LATEST)}::text = {text(YES)}")  # noqa: S608 (quoted)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _type(kind: pa.DataType) -> str:
    """The type of the server, as ``format_type`` says it."""
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision},{kind.scale})"
    return {pa.date32(): "date", pa.int64(): "bigint"}.get(kind, "text")
