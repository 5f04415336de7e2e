"""DuckDB: opened without extensions and without a way out of its file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chukan_layout.database.place import DatabaseRefused, Place
from chukan_layout.database.source import Column
from chukan_layout.database.words import name

if TYPE_CHECKING:
    import pyarrow as pa

#: No extension is fetched or loaded: nothing goes over a network.
CLOSED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
BATCH = 16_384
#: What the engine may hold in memory; the rest goes to the scratch folder, or to the file that is written.
MEMORY = "512MB"
#: Types that have no one text.
_UNTOLD = ("BLOB", "BIT", "STRUCT", "MAP", "UNION")
_FLOATS = ("FLOAT", "DOUBLE")


def engine() -> Any:
    """The library; DatabaseRefused when it is not installed."""
    try:
        import duckdb
    except ImportError:
        raise DatabaseRefused(
            "duckdb が入っていません。pip install 'chukan-layout[db]' で入れてください。",
            "duckdb is not installed: pip install 'chukan-layout[db]'",
        ) from None
    return duckdb


def refused(place: Place, failure: Exception, ja: str, en: str) -> DatabaseRefused:
    """What is said of an error of the engine: its kind, never its text, which may hold values."""
    kind, told = type(failure).__name__, str(failure)
    if "not a valid DuckDB database" in told:
        why = ("DuckDB のファイルではありません。名前を確かめてください。", "it is no DuckDB file; check the name")
    elif "Could not set lock" in told or "different configuration" in told:
        why = ("ほかのプログラムが開いています。閉じてからやり直してください。", "another program has it open; close that and run again")
    elif "Permission denied" in told or "Read-only file system" in told:
        why = ("権限がありません。", "permission is denied")
    elif "No space left" in told:
        why = ("ディスクがいっぱいです。空けてからやり直してください。", "the disk is full; make room and run again")
    elif "depends on" in told or kind == "DependencyException":
        why = (
            "利用者のビューなどが表に依存しています。それを消してからやり直してください。",
            "a view or the like of yours depends on a table; drop it and run again",
        )
    else:
        why = (
            f"({kind})。DuckDB のファイルか、この版の DuckDB で読めるか、ほかで開いていないか確かめてください。",
            f"({kind}): see whether it is a DuckDB file that this version reads and open nowhere else",
        )
    return DatabaseRefused(f"{place.name} {ja} {why[0]}", f"{place.name} {en}: {why[1]}")


class DuckSource:
    """An open file, as :class:`chukan_layout.database.source.Source` says."""

    usual = "main"

    def __init__(self, base: Any) -> None:
        self._base = base

    def tables(self) -> list[tuple[str, str, bool]]:
        found = self._base.execute(
            "SELECT table_schema, table_name, table_type = 'BASE TABLE' FROM information_schema.tables "
            "WHERE table_catalog = current_database() AND table_schema NOT IN ('information_schema', 'pg_catalog') "
            "ORDER BY 1, 2"
        )
        return [(schema, table, real) for schema, table, real in found.fetchall()]

    def columns(self, schema: str, table: str) -> list[Column]:
        found = self._base.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_catalog = current_database() "
            "AND table_schema = ? AND table_name = ? ORDER BY ordinal_position",
            [schema, table],
        )
        return [_column(column, kind) for column, kind in found.fetchall()]

    def records(self, query: str) -> Iterator[pa.RecordBatch]:
        yield from self._base.sql(query).to_arrow_reader(BATCH)


def _column(column: str, kind: str) -> Column:
    quoted = name(column)
    if kind.startswith(_UNTOLD) or kind.endswith("]"):
        return Column(column, kind, "", "")
    plain = f"CAST({quoted} AS VARCHAR)"
    if kind == "BOOLEAN":
        plain = f"upper({plain})"
    elif kind in _FLOATS:
        plain = rf"regexp_replace({plain}, '\.0$', '')"
    return Column(column, kind, plain, quoted)


@contextmanager
def opened(place: Place, scratch: Path | None) -> Iterator[DuckSource]:
    """The file to read, in one transaction; what does not fit in memory goes below ``scratch``.

    Raises DatabaseRefused when there is no such file, when it is none of DuckDB's or is in use.
    """
    duckdb = engine()
    if not place.file.is_file():
        raise DatabaseRefused(
            f"ファイルがありません: {place.name}。名前と場所を確かめてください。", f"no such file: {place.name}; check its name and place"
        )
    aside = {"temp_directory": str(scratch)} if scratch else {}
    settings = {**CLOSED, **aside, "memory_limit": MEMORY, "preserve_insertion_order": True}
    try:
        with duckdb.connect(str(place.file), read_only=True, config=settings) as base:
            base.execute("SET enable_external_access = false")  # a view in it reads no other file
            base.execute("SET TimeZone = 'Asia/Tokyo'")
            base.execute("BEGIN")
            yield DuckSource(base)
    except duckdb.Error as failure:
        raise refused(place, failure, "を読めません。", "cannot be read") from None
