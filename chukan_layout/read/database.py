"""Databases among the sources become canonical tables beside the run, as sheets and XML do (read/canonical.py).

Of the standard the tables that a run of ours wrote, in the order in which they were put in; of a vendor what mappings
with ``format = "table"`` name, in a declared order.  A record's number is its place in that order.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, NamedTuple

from chukan_layout.database import duck, postgres
from chukan_layout.database.place import DatabaseRefused, Place
from chukan_layout.database.source import Column, Source, query_of
from chukan_layout.database.words import LATEST_VIEW, OWN
from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import FileMapping, Mapping
from chukan_layout.model.report import Skipped, ToolError
from chukan_layout.read.canonical import BOM, NEWLINES, TableRefused, create
from chukan_layout.read.tables import Table, Tables


class _Wanted(NamedTuple):
    schema: str
    table: str
    label: str
    file: FileMapping | None


def tables_of_databases(
    places: Sequence[Place], layouts: LayoutSet, mapping: Mapping | None, scratch: Path
) -> Tables:
    """The tables of ``places`` that are wanted, written below ``scratch``.

    A database or a table that cannot be read is an error of its own and the others go on.
    """
    found = Tables([], [], [])
    taken: set[str] = set()
    for number, place in enumerate(places):
        folder = place.folder if place.folder not in taken else f"{number + 1}/{place.folder}"
        taken.add(folder)
        into = scratch / f"database{number}"
        into.mkdir(parents=True, mode=0o700)
        try:
            with _opened(place, into) as source:
                _take(source, folder, layouts, mapping, into, found)
        except DatabaseRefused as refused:
            found.errors.append(ToolError(message_ja=refused.ja, message_en=refused.en, path=folder))
    return found


def names_in(places: Iterable[Place], layouts: Iterable[str]) -> list[str] | None:
    """The tables of the standard in ``places`` as names of files; None when one tells nothing.

    ``layouts`` are the folders of the areas.  What refuses to be read is said when the run reads it.
    """
    known, names = set(layouts), []
    for place in places:
        try:
            with _opened(place, None) as source:
                names += [f"{schema}/{table}.csv" for schema, table, real in source.tables() if real and schema in known]
        except DatabaseRefused:
            return None
    return names or None


def _opened(place: Place, scratch: Path | None) -> AbstractContextManager[Source]:
    return duck.opened(place, scratch) if place.kind == "duckdb" else postgres.opened(place, scratch)


def _take(
    source: Source, folder: str, layouts: LayoutSet, mapping: Mapping | None, into: Path, found: Tables
) -> None:
    there = source.tables()
    wanted = _of_vendor(source, there, mapping) if mapping and _has_tables(mapping) else _of_standard(there, layouts, mapping)
    named = {(w.schema, w.table) for w in wanted}
    ours = {schema for schema, _, _ in there if schema == OWN}
    for schema, table, _ in there:
        if (schema, table) not in named and schema not in ours and not table.endswith(LATEST_VIEW):
            found.skipped.append(_unread(f"{folder}/{schema}.{table}"))
    for number, want in enumerate(wanted):
        name = f"{folder}/{want.label}.csv"
        path = into / f"{number}" / Path(f"{want.label}.csv").name
        try:
            if (want.schema, want.table) not in [t[:2] for t in there]:
                raise _no_table(want, there)
            found.skipped.extend(_no_text(name, c) for c in _write(source, want, path))
        except TableRefused as refused:
            path.unlink(missing_ok=True)
            texts = (f"{name}: {refused.ja}", f"{name}: {refused.en}")
            found.errors.append(ToolError(message_ja=texts[0], message_en=texts[1], path=name))
            continue
        found.files.append(Table(path, name, 0))


def _has_tables(mapping: Mapping) -> bool:
    """Whether it is of a vendor's database.  Any other may be of another version of the standard."""
    return any(f.source.format == "table" for f in mapping.files)


def _of_vendor(source: Source, there: Sequence[tuple[str, str, bool]], mapping: Mapping) -> list[_Wanted]:
    del there
    own = [f for f in mapping.files if f.source.format == "table"]
    return [
        _Wanted(schema := f.source.schema_ or source.usual, f.source.table, _label(schema, f), f) for f in own
    ]  # fmt: skip


def _label(schema: str, file: FileMapping) -> str:
    table = f"{schema}.{file.source.table}".replace("/", "_").strip(".")
    return f"{table}/{file.id}"


def _of_standard(there: Sequence[tuple[str, str, bool]], layouts: LayoutSet, mapping: Mapping | None) -> list[_Wanted]:
    known = {(f.folder, f.id) for area in layouts.areas for f in area.files}
    patterns = [p for f in mapping.files for p in f.source.files if "/" in p] if mapping else []

    def fits(schema: str, table: str) -> bool:
        name = f"x/{schema}/{table}.csv"
        return any(fnmatch.fnmatchcase(name, p) for p in patterns) if mapping else (schema, table) in known

    return [_Wanted(s, t, f"{s}/{t}", None) for s, t, real in there if real and fits(s, t)]


def _write(source: Source, want: _Wanted, path: Path) -> list[str]:
    """The table as canonical CSV; columns that have no text and that no mapping asked for."""
    columns = source.columns(want.schema, want.table)
    untold = [c for c in columns if not c.text]
    asked = want.file.source.columns if want.file else [c.name for c in columns]
    for column in untold:
        if column.name in asked:
            raise TableRefused(
                f"列「{column.name}」の型 {column.type} は文字にできません。columns から外すか、文字にしたビューを読んでください。",
                f"the column {column.name} has the type {column.type}, which is no text; take it out of columns, or read a view",
            )
    told = [c for c in columns if c.text]
    _check_columns(want, told)
    order = _order(want, told)
    with create(path) as out:
        out.write(BOM)
        _rows(out, [c.name for c in told], source.records(query_of(want.schema, want.table, told, order)))
    return [c.name for c in untold]


def _check_columns(want: _Wanted, columns: Sequence[Column]) -> None:
    there = [c.name for c in columns]
    wanted = [*want.file.source.columns, *want.file.source.order_by] if want.file else []
    missing = [n for n in dict.fromkeys(wanted) if n not in there]
    if missing or not columns:
        lacking, known = "、".join(missing[:5]), "、".join(there[:20])
        raise TableRefused(
            f"表にない列: {lacking}。ある列: {known}。columns を直してください。",
            f"the table has no column {lacking}; there are: {known}; correct columns",
        )


def _order(want: _Wanted, columns: Sequence[Column]) -> Sequence[str] | None:
    """What the table is ordered by; None for one of ours, which stays as it was put in."""
    if want.file is None:
        return None
    there = {c.name for c in columns}
    return [n for n in want.file.source.order_by or want.file.source.key if n in there]


def _rows(out: IO[bytes], names: Sequence[str], batches: Iterator[object]) -> None:
    """Null is a blank field, an empty text a quoted one."""
    import polars as pl

    head = pl.DataFrame({n: pl.Series([], dtype=pl.String) for n in names})
    head.write_csv(out, line_terminator=NEWLINES, quote_style="non_numeric")
    for batch in batches:
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        frame.write_csv(out, include_header=False, line_terminator=NEWLINES, quote_style="non_numeric")


def _no_table(want: _Wanted, there: Sequence[tuple[str, str, bool]]) -> TableRefused:
    known = "、".join(f"{s}.{t}" for s, t, _ in there[:20]) or "なし (none)"
    return TableRefused(
        f"表「{want.schema}.{want.table}」がないか、見る権限がありません。見えるもの: {known}",
        f"there is no table {want.schema}.{want.table}, or no right to see it; there are: {known}",
    )


def _unread(name: str) -> Skipped:
    return Skipped(
        check="table",
        reason_ja='読まない表です。読むにはマッピングに format = "table" で書きます。',
        reason_en='the table is not read; a mapping with format = "table" names it',
        file=name,
    )


def _no_text(name: str, column: str) -> Skipped:
    return Skipped(
        check="table",
        reason_ja=f"列「{column}」は文字でない型なので読みません。",
        reason_en=f"the column {column} is of a type that is no text and is not read",
        file=name,
    )
