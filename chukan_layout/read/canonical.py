"""The canonical form of a table that was no text: quoted CSV in UTF-8, one record a line.

A sheet of Excel, a file of XML or a table of a database is written in it beside the run, and the fused pass reads it as any other file: there
is one converter.  Lines end with CR, so that line breaks within values count for nothing and the number of a line is
the number of the sheet's row, of the XML record or of the row of a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from chukan_layout.model.mapping import CharsetPolicies, SourceFile
from chukan_layout.model.refusal import Refused
from chukan_layout.read.header import BOMS, Header, read_header

SHEET_SUFFIXES = (".xlsx", ".xlsm")
#: What is such a file by itself, and what a database is reported as (database/place.py).
BOOK_SUFFIXES, DATABASE_SUFFIXES = (*SHEET_SUFFIXES, ".xml"), (".duckdb", ".postgresql")
SUFFIXES = (*BOOK_SUFFIXES, *DATABASE_SUFFIXES)
BOM = BOMS[0][0]
NEWLINE, NEWLINES = "cr", "\r"
#: How the kernel is told to read it.
DIALECT = {"charset": "utf-8", "delimiter": ",", "quote": '"', "newline": NEWLINE}
#: Bytes that wait before they are written.
BLOCK = 1 << 20


class TableRefused(Refused):
    """The sheet, the XML or the table is not taken; the texts say why, where and what to do."""


class Writer:
    """Writes records: ``None`` is a blank field, an empty text the explicit empty value."""

    def __init__(self, out: IO[bytes], columns: Sequence[str]) -> None:
        self._out, self._waiting, self._bytes = out, [BOM], 0
        self.add(columns)

    def add(self, values: Iterable[str | None]) -> None:
        cells = ("" if v is None else '"' + v.replace('"', '""') + '"' for v in values)
        line = (",".join(cells) + NEWLINES).encode("utf-8", "surrogatepass")
        self._waiting.append(line)
        self._bytes += len(line)
        if self._bytes >= BLOCK:
            self.flush()

    def blank(self) -> None:
        """A row with nothing in it."""
        self._waiting.append(b"\r")

    def flush(self) -> None:
        self._out.write(b"".join(self._waiting))
        self._waiting, self._bytes = [], 0


def book_of(name: str) -> str:
    """The workbook, XML file or database that a table's name (``住民.xlsx/住民.csv``) says it is out of; empty when it is not."""
    parents = PurePosixPath(name).parts[:-1]
    return next((p for p in reversed(parents) if p.lower().endswith(SUFFIXES)), "")


def is_canonical(name: str, start: bytes) -> bool:
    """Whether the file is such a table, by the name it was given and by how it begins."""
    first = start.find(b"\r")
    return bool(book_of(name)) and start.startswith(BOM) and first >= 0 and start[first : first + 2] != b"\r\n"


def header_of(start: bytes, lines: int = 1) -> Header:
    """Its header; ``lines`` stand before the first record in what it was made of."""
    return read_header(start, "utf-8", ",", '"', NEWLINE, True)._replace(lines=lines)


def source_of(source: SourceFile) -> SourceFile:
    """How a file of a mapping is read once it is in this form."""
    return source.model_copy(
        update={"encoding": "utf-8", "charset": CharsetPolicies(), "format": "delimited", "delimiter": ",", "quote": '"', "newline": NEWLINE, "header": True}
    )


def create(path: Path) -> IO[bytes]:
    """A new file for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    out = path.open("xb")
    path.chmod(0o600)
    return out
