"""A database as a source: its tables, and their records as text, the same from every engine.

Texts: numbers as the engine writes them and whole floating-point numbers without ``.0``, dates ``2020-04-01``, times
``2020-04-01 09:30:00`` (fractions only where there are any), with a zone in that of Japan, booleans ``TRUE`` and ``FALSE``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chukan_layout.database.words import name

if TYPE_CHECKING:
    import pyarrow as pa


class Column(NamedTuple):
    """``text`` is the SQL of its value as text, empty when it has none (bytes, lists); ``sort`` that of its order."""

    name: str
    type: str
    text: str
    sort: str


class Source(Protocol):
    """An open database, in one transaction that reads only."""

    #: The schema of a table that is named without one.
    usual: str

    def tables(self) -> list[tuple[str, str, bool]]:
        """Schema, name, and whether it is a table rather than a view, in order."""

    def columns(self, schema: str, table: str) -> list[Column]:
        """In the order of the table."""

    def records(self, query: str) -> Iterator[pa.RecordBatch]:
        """The result of a query whose columns are texts, piece by piece."""


def query_of(schema: str, table: str, columns: Sequence[Column], order_by: Sequence[str] | None) -> str:
    """The SELECT of ``columns``.  ``order_by`` are the columns to order by; all others break ties, so that the order
    never changes.  None: the order in which the records were put in (tables that a run of ours wrote)."""
    shown = ", ".join(f"{c.text} AS {name(c.name)}" for c in columns)
    query = f"SELECT {shown} FROM {name(schema)}.{name(table)}"  # noqa: S608 (quoted)
    if order_by is None:
        return query
    known = {c.name: c for c in columns}
    first = [known[n].sort for n in order_by]
    ties = [c.sort for c in columns if c.name not in order_by]
    return f"{query} ORDER BY {', '.join(f'{s} ASC NULLS LAST' for s in (*first, *ties))}"
