"""Sheets of Excel as tables: row by row, values as a person would type them into a CSV.

Dates become ISO (``2020-04-01``), whole numbers lose ``.0``, a number shown with leading zeros (format ``00000``) keeps
them, a formula is the value that Excel last saw.  Refused before anything is unpacked: bombs, encrypted books, DTDs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from chukan_layout.model.mapping import SourceFile
from chukan_layout.read.archive import BROKEN, ArchiveRefused, check_zip, is_nonsense
from chukan_layout.read.canonical import TableRefused, Writer, create

#: An old .xls, or a book with a password.
OLE = b"\xd0\xcf\x11\xe0"
_BROKEN = (*BROKEN, ParseError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)


def to_csv(path: Path, source: SourceFile | None, into: Path) -> tuple[int, list[str]]:
    """The sheet that ``source`` names (the first without one) as canonical CSV ``into``.

    Gives the number of rows up to and with the heading, and the sheets that were not read.  Raises TableRefused when
    the book or its sheet cannot be used, OSError as the system refuses.
    """
    with _opened(path) as book:
        name = source.sheet if source and source.sheet else book.sheetnames[0]
        if name not in book.sheetnames:
            known = "、".join(book.sheetnames[:10])
            raise TableRefused(f"シート「{name}」がありません。あるもの: {known}", f"there is no sheet {name}; there are: {known}")
        sheet = book[name]
        if not hasattr(sheet, "iter_rows"):
            raise TableRefused(f"シート「{name}」は表ではありません。", f"the sheet {name} is not a table")
        with create(into) as out:
            lines = _written(sheet, source, out)
        return lines, [n for n in book.sheetnames if n != name]


def _written(sheet: Any, source: SourceFile | None, out: Any) -> int:
    sheet.reset_dimensions()  # what a file says of its size is not believed
    at_row = source.header_row if source else 0
    names = bool(source is None or source.header)
    writer: Writer | None = None
    heading = blanks = width = 0
    if not names and source:
        writer, width = Writer(out, source.columns), len(source.columns)
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_text(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if writer is None:
            if cells and number >= at_row:
                heading, width = number, len(cells)
                writer = Writer(out, [(c or "").strip(" \u3000") for c in cells])
            continue
        if not cells:
            blanks += 1
            continue
        for _ in range(blanks):
            writer.blank()
        blanks = 0
        writer.add(cells + [None] * (width - len(cells)))
    if writer is not None:
        writer.flush()
    return heading


def _text(cell: Any) -> str | None:
    value = cell.value
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if isinstance(value, float):
            if not value.is_integer() or abs(value) >= 1e15:
                return repr(value)
            value = int(value)
        text = str(value)
        shown = cell.number_format
        return text.zfill(len(shown)) if shown and value >= 0 and not shown.strip("0") else text
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else repr(value)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The book, checked for traps first."""
    with path.open("rb") as file:  # ours to close: openpyxl leaves a broken book open
        if file.read(4) == OLE:
            raise TableRefused(
                "パスワード付きか古い形式 (.xls) です。パスワードのない .xlsx で保存し直してもらってください。",
                "it has a password or is an old .xls; have it saved as .xlsx without one",
            )
        file.seek(0)
        yield from _checked(path, file)


def _checked(path: Path, file: IO[bytes]) -> Iterator[Any]:
    import openpyxl

    book = None
    try:
        with zipfile.ZipFile(file) as parts:
            check_zip(path, parts)
            for part in parts.namelist():
                if part.lower().endswith((".xml", ".rels")):
                    with parts.open(part) as stream:
                        _without_dtd(stream, part)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        if not book.sheetnames:
            raise ValueError
        yield book
    except ArchiveRefused as refused:
        raise TableRefused(refused.ja, refused.en) from None
    except TableRefused:
        raise
    except (*_BROKEN, OSError) as broken:
        if isinstance(broken, OSError) and not is_nonsense(broken):
            raise
        raise TableRefused(
            f"Excel のブックとして読めません ({type(broken).__name__})。Excel で開けるか確かめ、保存し直してもらってください。",
            f"it cannot be read as a workbook ({type(broken).__name__}); see whether Excel opens it and have it saved again",
        ) from None
    finally:
        if book is not None:
            book.close()


class _Root(Exception):
    """The root element has been reached: no DTD can follow."""


def _without_dtd(stream: Any, part: str) -> None:
    parser = expat.ParserCreate()

    def dtd(*_: object) -> None:
        raise TableRefused(
            f"ブックの中の {part} に DTD があります。安全のため読みません。", f"{part} in the book has a DTD; it is not read"
        )

    def root(*_: object) -> None:
        raise _Root

    parser.StartDoctypeDeclHandler, parser.StartElementHandler = dtd, root
    try:
        while block := stream.read(4096):
            parser.Parse(block, False)
    except _Root:
        return
    except expat.ExpatError:
        raise ValueError from None
