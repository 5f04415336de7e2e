"""A run's result in a DuckDB file: one schema per 業務, one table per 移行ファイル, in Japanese, with comments.

A table is replaced as a whole, all of a run in one transaction: the same run again leaves the same tables, a failure
leaves what was there.  Where the layout has 最新フラグ, a view of the latest history stands beside the table.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chukan_layout.database.duck import CLOSED, MEMORY, engine, refused
from chukan_layout.database.place import Place
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


def check(place: Place) -> None:
    """DatabaseRefused when the file is there and cannot be written; it is not made."""
    if place.file.exists():
        with _opened(place):
            pass


def store(place: Place, tables: Sequence[tuple[LayoutFile, Path]], version: str) -> list[tuple[str, int]]:
    """Parquet files of the standard into the database, for its owner alone; tables with their records.

    Raises DatabaseRefused when the file is no database, is in use, or the engine refuses.
    """
    done = []
    with _opened(place) as base:
        base.execute("BEGIN")
        base.execute(f"CREATE SCHEMA IF NOT EXISTS {name(OWN)}")
        base.execute(
            f"CREATE TABLE IF NOT EXISTS {name(OWN)}.{name(REGISTER)} "
            '("業務" VARCHAR, "移行ファイル" VARCHAR, "レイアウトの版" VARCHAR, "件数" BIGINT, PRIMARY KEY ("業務", "移行ファイル"))'
        )
        for file, data in tables:
            count = _table(base, file, data)
            told = [file.folder, file.id, version, count]
            base.execute(f"INSERT OR REPLACE INTO {name(OWN)}.{name(REGISTER)} VALUES (?, ?, ?, ?)", told)  # noqa: S608 (quoted)
            done.append((f"{file.folder}.{file.id}", count))
        base.execute("COMMIT")
    return done


@contextmanager
def _opened(place: Place) -> Iterator[Any]:
    duckdb = engine()
    others = os.umask(0o077)  # the engine makes the file and its log
    try:
        with duckdb.connect(str(place.file), config=CLOSED | {"memory_limit": MEMORY}) as base:
            yield base
    except duckdb.Error as failure:
        raise refused(place, failure, "に書けません。", "cannot be written") from None
    finally:
        os.umask(others)


def _table(base: Any, file: LayoutFile, data: Path) -> int:
    table = f"{name(file.folder)}.{name(file.id)}"
    latest = f"{name(file.folder)}.{name(file.id + LATEST_VIEW)}"
    base.execute(f"CREATE SCHEMA IF NOT EXISTS {name(file.folder)}")
    base.execute(f"DROP VIEW IF EXISTS {latest}")
    base.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM read_parquet({text(str(data))})")  # noqa: S608 (quoted)
    base.execute(f"COMMENT ON TABLE {table} IS {text(about_table(file))}")
    columns = {row[0] for row in base.execute(f"DESCRIBE {table}").fetchall()}
    for item in file.items:
        if item.name in columns:
            base.execute(f"COMMENT ON COLUMN {table}.{name(item.name)} IS {text(about_column(item))}")
    if LATEST in columns:
        base.execute(f"CREATE VIEW {latest} AS SELECT * FROM {table} WHERE CAST({name(LATEST)} AS VARCHAR) = {text(YES)}")  # noqa: S608 (quoted)
    (count,) = base.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (quoted)
    return int(count)
