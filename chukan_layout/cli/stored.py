"""``--to duckdb:FILE``: the standard's data of a run, in a database as well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chukan_layout.cli.common import Common
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.model.layout import LayoutSet
    from chukan_layout.model.report import Report


def database_of(target: str, planned: bool) -> Path | None:
    """The database file that ``--to`` names, None when it names something else."""
    from chukan_layout.write.duckdb_store import SCHEME, engine

    if "://" in target:  # may hold a password: not repeated
        raise CliError("--to に URL は使えません。データベースは duckdb:FILE です。", "--to takes no URL; a database is duckdb:FILE")
    if not target.startswith(SCHEME):
        return None
    path = Path(target.removeprefix(SCHEME))
    if not path.name or path.is_dir() or not path.parent.is_dir() or planned:
        raise CliError(
            "duckdb: の後に、あるフォルダーの中のファイルの名前を書いてください。--plan-cleansing とは使えません。",
            "name a file in an existing folder after duckdb:; not with --plan-cleansing",
        )
    engine()
    return path


def store_run(path: Path, out: Path, report: Report, layouts: LayoutSet, common: Common) -> None:
    """The Parquet files of the finished run ``out`` into the database; nothing of a run that went wrong."""
    from chukan_layout.write.duckdb_store import store

    if report.verdict == "error":
        common.say(f"実行が誤りで終わったので、{path.name} には書きません。", f"the run ended in an error: {path.name} is left alone")
        return
    every = [(f, out / "data" / f.folder / f"{f.id}.parquet") for area in layouts.areas for f in area.files]
    done = store(path, [(f, p) for f, p in every if p.is_file()], layouts.version)
    common.say(f"{path.name}: {len(done)} 表、{sum(n for _, n in done):,} 件", f"{path.name}: {len(done)} tables, {sum(n for _, n in done):,} records")
