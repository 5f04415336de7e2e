"""``--to duckdb:FILE`` and ``--to postgresql://…``: the standard's data of a run, in a database as well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from chukan_layout.cli.common import Common
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.database.place import Place
    from chukan_layout.model.layout import LayoutSet
    from chukan_layout.model.report import Report


def database_of(target: str, planned: bool) -> Place | None:
    """The database that ``--to`` names, None when it names something else.

    It is opened once: what cannot be written is said before hours of work.
    """
    from chukan_layout.database.place import place_of

    place = place_of(target)
    if place is None:
        return None
    if planned:
        raise CliError("データベースは --plan-cleansing とは使えません。", "a database does not go with --plan-cleansing")
    if place.kind == "duckdb" and (place.file.is_dir() or not place.file.parent.is_dir()):
        raise CliError(
            "duckdb: の後に、あるフォルダーの中のファイルの名前を書いてください。", "name a file in an existing folder after duckdb:"
        )
    _store_for(place).check(place)
    return place


def _store_for(place: Place) -> Any:
    if place.kind == "duckdb":
        from chukan_layout.write import duckdb_store

        return duckdb_store
    from chukan_layout.write import postgres_store

    return postgres_store


def store_run(place: Place, out: Path, report: Report, layouts: LayoutSet, common: Common) -> None:
    """The Parquet files of the finished run ``out`` into the database; nothing of a run that went wrong."""
    if report.verdict == "error":
        common.say(f"実行が誤りで終わったので、{place.name} には書きません。", f"the run ended in an error: {place.name} is left alone")
        return
    every = [(f, out / "data" / f.folder / f"{f.id}.parquet") for area in layouts.areas for f in area.files]
    done = _store_for(place).store(place, [(f, p) for f, p in every if p.is_file()], layouts.version)
    total = sum(n for _, n in done)
    common.say(f"{place.name}: {len(done)} 表、{total:,} 件", f"{place.name}: {len(done)} tables, {total:,} records")
