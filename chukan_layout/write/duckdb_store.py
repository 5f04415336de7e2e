"""A run's result in a DuckDB file: one schema per 業務, one table per 移行ファイル, in Japanese, with comments.

A table is replaced as a whole, all of a run in one transaction: the same run again leaves the same tables, a failure
leaves what was there.  Where the layout has 最新フラグ, a view of the latest history stands beside the table.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chukan_layout.model.layout import LayoutFile
from chukan_layout.model.refusal import Refused

SCHEME = "duckdb:"
#: What was taken in, by table.
REGISTER, OWN = "移行ファイル", "chukan"
LATEST, YES = "最新フラグ", "1"


class StoreRefused(Refused):
    """The database cannot be written; the texts say why and what to do."""


def engine() -> Any:
    """The library; StoreRefused when it is not installed."""
    try:
        import duckdb
    except ImportError:
        raise StoreRefused(
            "duckdb が入っていません。pip install 'chukan-layout[db]' で入れてください。",
            "duckdb is not installed: pip install 'chukan-layout[db]'",
        ) from None
    return duckdb


def store(path: Path, tables: Sequence[tuple[LayoutFile, Path]], version: str) -> list[tuple[str, int]]:
    """Parquet files of the standard into the database ``path``, for its owner alone; tables with their records.

    Raises StoreRefused when the file is no database, is in use, or the engine refuses.
    """
    duckdb = engine()
    done = []
    others = os.umask(0o077)  # the engine makes the file and its log
    try:
        with duckdb.connect(str(path), config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as base:
            base.execute("BEGIN")
            base.execute(f"CREATE SCHEMA IF NOT EXISTS {_name(OWN)}")
            base.execute(
                f"CREATE TABLE IF NOT EXISTS {_name(OWN)}.{_name(REGISTER)} "
                '("業務" VARCHAR, "移行ファイル" VARCHAR, "レイアウトの版" VARCHAR, "件数" BIGINT, PRIMARY KEY ("業務", "移行ファイル"))'
            )
            for file, data in tables:
                count = _table(base, file, data)
                told = [file.folder, file.id, version, count]
                base.execute(f"INSERT OR REPLACE INTO {_name(OWN)}.{_name(REGISTER)} VALUES (?, ?, ?, ?)", told)  # noqa: S608 (quoted)
                done.append((f"{file.folder}.{file.id}", count))
            base.execute("COMMIT")
    except duckdb.Error as refused:
        raise StoreRefused(
            f"{path.name} に書けません ({type(refused).__name__})。DuckDB のファイルか、ほかで開いていないか確かめてください。",
            f"{path.name} cannot be written ({type(refused).__name__}): see whether it is a DuckDB file and open nowhere else",
        ) from None
    finally:
        os.umask(others)
    return done


def _table(base: Any, file: LayoutFile, data: Path) -> int:
    table = f"{_name(file.folder)}.{_name(file.id)}"
    latest = f"{_name(file.folder)}.{_name(file.id + '_最新')}"
    base.execute(f"CREATE SCHEMA IF NOT EXISTS {_name(file.folder)}")
    base.execute(f"DROP VIEW IF EXISTS {latest}")
    base.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM read_parquet({_text(str(data))})")  # noqa: S608 (quoted)
    base.execute(f"COMMENT ON TABLE {table} IS {_text(f'{file.name}（出所 {file.source}）')}")
    columns = {row[0] for row in base.execute(f"DESCRIBE {table}").fetchall()}
    for item in file.items:
        if item.name in columns:
            told = f"No.{item.no} {item.type} {item.digits}桁（出所 {item.source}）"
            base.execute(f"COMMENT ON COLUMN {table}.{_name(item.name)} IS {_text(told)}")
    if LATEST in columns:
        base.execute(f"CREATE VIEW {latest} AS SELECT * FROM {table} WHERE CAST({_name(LATEST)} AS VARCHAR) = {_text(YES)}")  # noqa: S608 (quoted)
    (count,) = base.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (quoted)
    return int(count)


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
