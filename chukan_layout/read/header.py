"""The first line of a source file: charset marks, names of the columns."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from chukan_layout import _kernel
from chukan_layout.charset.of_source import by_lines
from chukan_layout.charset.tables import charset_table
from chukan_layout.model.mapping import SourceFile

#: A header longer than this is none.
LIMIT = 1 << 20
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
CANDIDATES = ("utf-8", "cp932", "euc-jp")


class Header(NamedTuple):
    """``data_at`` is the byte of the first record, ``lines`` the physical lines before it."""

    columns: tuple[str, ...]
    charset: str
    data_at: int
    lines: int


def bom_of(start: bytes) -> tuple[int, str]:
    """Length of the byte order mark and the charset it names; (0, "") without one."""
    for mark, charset in BOMS:
        if start.startswith(mark):
            return len(mark), charset
    return 0, ""


def pinned(encoding: str, start: bytes) -> str:
    """The charset to read with: as declared; ``utf-16`` by its mark, else little-endian."""
    marked = bom_of(start)[1]
    if encoding.startswith("utf-16"):
        return marked if marked.startswith("utf-16") else encoding if encoding != "utf-16" else "utf-16le"
    return encoding


def read_start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LIMIT)


def read_header(start: bytes, encoding: str, delimiter: str, quote: str, newline: str, names: bool) -> Header:
    """The header of a file that begins with ``start``; without ``names`` only marks are skipped.

    The columns are empty when there is no whole line.
    """
    charset = pinned(encoding, start)
    skip = bom_of(start)[0]
    if not names:
        return Header((), charset, skip, 0)
    end = "\r" if newline == "cr" else "\n"
    line_end = end.encode("utf-16-le" if charset == "utf-16le" else "utf-16-be" if charset == "utf-16be" else "ascii")
    at = _find_end(start, line_end, skip)
    text = decoded(start[skip:at], charset)
    row = _names(text.rstrip("\r\n"), delimiter, quote)
    return Header(_stripped(row), charset, at, 1)


def header_of_source(start: bytes, source: SourceFile) -> Header:
    """The header of a delimited file of a mapping."""
    s = source
    charset = by_lines(s)
    if charset is None:
        return read_header(start, s.encoding, s.delimiter, s.quote, s.newline, s.header)
    if not s.header:
        return Header((), charset.name, 0, 0)
    line, taken = _kernel.first_line(charset.table, start, s.newline)
    return Header(_stripped(_names(line, s.delimiter, s.quote)), charset.name, taken, 1)


def _stripped(names: list[str]) -> tuple[str, ...]:
    return tuple(name.strip(" \u3000\ufeff") for name in names)


def _names(line: str, delimiter: str, quote: str) -> list[str]:
    """The cells of the line, none when it is no line of names: too long a cell, a bare line end (csv.Error)."""
    try:
        return next(csv.reader([line], delimiter=delimiter, quotechar=quote or '"'), [])
    except csv.Error:
        return []


def _find_end(start: bytes, line_end: bytes, skip: int) -> int:
    at = skip
    while True:
        at = start.find(line_end, at)
        if at < 0:
            return len(start)
        if (at - skip) % len(line_end) == 0:
            return at + len(line_end)
        at += 1


def decoded(raw: bytes, charset: str) -> str:
    """Text by the kernel's own tables: what it shows is what a run will read."""
    return _kernel.decode(charset, charset_table(charset), raw)


def likely_charsets(start: bytes) -> list[str]:
    """Charsets in which the first bytes are whole text, likeliest first (a proposal for messages)."""
    marked = bom_of(start)[1]
    if marked:
        return [marked]
    sample = start[: start.rfind(b"\n") + 1 or len(start)][:65536]
    fits = [c for c in CANDIDATES if not any("\U000f0000" <= ch <= "\U000fffff" for ch in decoded(sample, c))]
    return fits if sample else []
