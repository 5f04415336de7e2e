"""PostgreSQL by ADBC: the one connection of the whole tool, and only to what the user named.

Where the environment would lead elsewhere (PGHOST, PGHOSTADDR, PGSERVICE) it is not followed; PGPASSWORD and .pgpass are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chukan_layout.database.place import DatabaseRefused, Place
from chukan_layout.database.source import Column
from chukan_layout.database.words import name, text

if TYPE_CHECKING:
    import pyarrow as pa

#: Where servers of this machine have their socket when the URL names no host.
SOCKETS = "/var/run/postgresql"
SECONDS = "10"
#: A table that another session holds is waited for that long.
LOCK_TIMEOUT = "10s"
#: Bytes that one batch of records may have.
BATCH_BYTES = 4 << 20
_TEXTS = ("text", "character varying", "character", "name")
_UNTOLD = ("bytea", "ARRAY", "bit", "bit varying")
_FLOATS = ("real", "double precision")
#: What the server says of itself by SQLSTATE, or by the first two signs of it.
_REASONS = {
    "42501": ("権限がありません。", "permission is denied"),
    "53100": ("サーバーのディスクがいっぱいです。空けてからやり直してください。", "the server's disk is full; make room and run again"),
    "53": ("サーバーの資源が足りません。", "the server is short of resources"),
    "55P03": ("ほかの利用者が表を使っています。終わってからやり直してください。", "a table is in use; run again when it is free"),
    "25006": ("サーバーは読み取り専用です。", "the server is read-only"),
    "2BP01": (
        "利用者のビューなどが表に依存しています。それを消してからやり直してください。",
        "a view or the like of yours depends on a table; drop it and run again",
    ),
    "22021": (
        "PostgreSQL に書けない文字 (U+0000) がデータにあります。",
        "the data hold a character that PostgreSQL does not take (U+0000)",
    ),
    "42P01": ("表がありません。", "a table is missing"),
    "08": ("接続が切れました。", "the connection was lost"),
    "57P": ("サーバーが止まりました。", "the server went away"),
}
_CONNECTING = (
    (r"authentication failed|no password supplied|28P01|認証に失敗", (
        "利用者かパスワードが違います。PGPASSWORD、~/.pgpass、URL を確かめてください。",
        "user or password are wrong; check PGPASSWORD, ~/.pgpass, the URL")),
    (r"database \S+ does not exist|3D000", ("その名前のデータベースはありません。", "there is no database of that name")),
    (r"no pg_hba.conf entry|role .* is not permitted", (
        "サーバーがこの利用者の接続を許していません (pg_hba.conf)。", "the server does not let this user in (pg_hba.conf)")),
    (r"SSL|certificate", (
        "暗号化した接続ができません。サーバーの SSL か URL の sslmode・sslrootcert を確かめてください。",
        "no encrypted connection; check SSL of the server, or sslmode and sslrootcert of the URL")),
    (r"could not translate host|Name or service|refused|No such file|timeout|timed out|unreachable", (
        "サーバーにつながりません。動いているか、ホストとポートを確かめてください。",
        "the server cannot be reached; see whether it runs, check host and port")),
    (r"too many", ("サーバーの接続が空いていません。", "the server has no connection left")),
)  # fmt: skip


def driver() -> Any:
    """The library; DatabaseRefused when it is not installed."""
    try:
        import adbc_driver_postgresql.dbapi as dbapi
    except ImportError:
        raise DatabaseRefused(
            "adbc-driver-postgresql が入っていません。pip install 'chukan-layout[db]' で入れてください。",
            "adbc-driver-postgresql is not installed: pip install 'chukan-layout[db]'",
        ) from None
    return dbapi


def words_for(place: Place) -> str:
    """What libpq is told.  Host and address are always said, so that none of the environment is taken."""
    told = {"host": SOCKETS, "connect_timeout": SECONDS, "application_name": "chukan", **dict(place.settings), "hostaddr": ""}
    return " ".join(f"{key}='{_escaped(value)}'" for key, value in told.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


@contextmanager
def connected(place: Place, ja: str, en: str) -> Iterator[Any]:
    """A connection in one transaction, which is rolled back unless it is committed.

    Raises DatabaseRefused for every error of the server: a reason, never the text, which may hold values.
    """
    dbapi = driver()
    try:
        base = dbapi.connect(words_for(place))
    except dbapi.Error as failure:
        why = next((w for pattern, w in _CONNECTING if re.search(pattern, str(failure))), None)
        raise _refused(place, "に接続できません。", "cannot be connected to", why or _unknown("")) from None
    try:
        with base:
            yield base
    except dbapi.Error as failure:
        raise _refused(place, ja, en, _reason(failure)) from None


def _reason(failure: Any) -> tuple[str, str]:
    code = failure.sqlstate or ""
    found = next((_REASONS[code[:n]] for n in (5, 3, 2) if code[:n] in _REASONS), None)
    return found or _unknown(code)


def _unknown(code: str) -> tuple[str, str]:
    shown = f" SQLSTATE {code}" if code else ""
    return f"サーバーのログを見てください。{shown}", f"see the log of the server{shown}"


def _refused(place: Place, ja: str, en: str, why: tuple[str, str]) -> DatabaseRefused:
    return DatabaseRefused(f"{place.name} {ja} {why[0]}", f"{place.name} {en}: {why[1]}")


class PostgresSource:
    """A connection, as :class:`chukan_layout.database.source.Source` says."""

    usual = "public"

    def __init__(self, base: Any) -> None:
        self._base = base

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._base.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def tables(self) -> list[tuple[str, str, bool]]:
        found = self._rows(
            "SELECT table_schema::text, table_name::text, table_type = 'BASE TABLE' FROM information_schema.tables "
            "WHERE table_schema NOT IN ('information_schema', 'pg_catalog') "
            'ORDER BY table_schema::text COLLATE "C", table_name::text COLLATE "C"'
        )
        return [(schema, table, bool(real)) for schema, table, real in found]

    def columns(self, schema: str, table: str) -> list[Column]:
        found = self._rows(
            "SELECT column_name::text, data_type::text FROM information_schema.columns "  # noqa: S608 (quoted)
            f"WHERE table_schema = {text(schema)} AND table_name = {text(table)} ORDER BY ordinal_position"
        )
        return [_column(column, kind) for column, kind in found]

    def records(self, query: str) -> Iterator[pa.RecordBatch]:
        with self._base.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(query)
            yield from cursor.fetch_record_batch()


def _column(column: str, kind: str) -> Column:
    quoted = name(column)
    if kind in _UNTOLD:
        return Column(column, kind, "", "")
    plain = f"{quoted}::text"
    if kind == "boolean":
        plain = f"upper({plain})"
    ordered = kind in (*_FLOATS, "smallint", "integer", "bigint", "numeric", "date", "boolean") or kind.startswith("time")
    return Column(column, kind, plain, quoted if ordered else f'{plain} COLLATE "C"')


@contextmanager
def opened(place: Place, scratch: Path | None) -> Iterator[PostgresSource]:
    """The database to read: one snapshot, nothing of it can be changed."""
    del scratch  # the server sorts on its own disk
    with connected(place, "を読めません。", "cannot be read") as base:
        with base.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for setting in (
                "TimeZone = 'Asia/Tokyo'", "DateStyle = 'ISO'", "extra_float_digits = 1", "synchronize_seqscans = off",
                "max_parallel_workers_per_gather = 0", f"lock_timeout = '{LOCK_TIMEOUT}'",
            ):  # fmt: skip
                cursor.execute(f"SET LOCAL {setting}")
        yield PostgresSource(base)
