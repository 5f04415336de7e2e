"""A workbook as text cells, opened only after its size and its contents were found harmless."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from chukan_layout.model.refusal import Refused
from chukan_layout.spec.problem import Problem, SpecError
from chukan_layout.spec.workbook.kinds import FORMULA, LOCKED, NO_BOOK, TOO_LARGE

#: Limits of what is opened at all.  The greatest official workbook known has 40 pages.
MAX_FILE = 64 << 20
MAX_UNPACKED = 256 << 20
MAX_PARTS = 4000
MAX_RATIO = 200
MAX_ROWS = 100_000
MAX_CELLS = 4_000_000
MAX_FORMULAS_TOLD = 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O|E\x00N)|\x00<\x00!\x00[DE]", re.I)


@dataclass(frozen=True)
class Sheet:
    """A sheet: ``rows`` of texts, blank for empty cells.  ``book`` is the name of its file."""

    book: str
    name: str
    rows: list[list[str]]

    def place(self, row: int, column: int) -> str:
        """How people name a cell: BOOK.xlsx シート!C5 (``row`` and ``column`` from 0)."""
        return f"{self.book} {self.name}!{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """A, B, ... Z, AA of a column counted from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def open_book(path: Path) -> list[Sheet]:
    """The sheets of a workbook.

    Raises SpecError for what is no workbook, locked, corrupt, too large, unsafe or has formulas; OSError when the
    file cannot be read.
    """
    with opened(path, formulas=True) as book:
        return list(_sheets(path.name, book))


@contextmanager
def opened(path: Path, formulas: bool = False, times: int = 1) -> Iterator[Any]:
    """The workbook, read-only, proved harmless before a part of it is used; without ``formulas`` what Excel last saw.

    ``times``: of a book that is read line by line, so many times the size is taken.  Raises SpecError as :func:`open_book` does, also for what is found broken while its sheets are read.
    """
    name = path.name
    try:
        with path.open("rb") as file:  # ours to close: openpyxl leaves a broken book open
            start = file.read(8)
            if start == _OLE:
                raise SpecError([LOCKED.problem(name, 0)])
            if not start.startswith(b"PK"):
                raise SpecError([NO_BOOK.problem(name, 0, reason="zip でない (no zip)")])
            _harmless(path, times)
            yield from _book(file, formulas)
    except (SpecError, Refused):
        raise
    except OSError as failure:
        if failure.filename is not None:
            raise
        raise SpecError([NO_BOOK.problem(name, 0, reason=type(failure).__name__)]) from None
    except Exception as failure:  # noqa: BLE001 - openpyxl raises anything at all on corrupt parts
        raise SpecError([NO_BOOK.problem(name, 0, reason=type(failure).__name__)]) from None


def _book(file: IO[bytes], formulas: bool) -> Iterator[Any]:
    import openpyxl

    book = openpyxl.load_workbook(file, read_only=True, data_only=not formulas, keep_links=False)
    try:
        yield book
    finally:
        book.close()


def _harmless(path: Path, times: int) -> None:
    """SpecError when the archive is a bomb, or a part of it declares entities."""

    def refuse(reason: str) -> SpecError:
        return SpecError([TOO_LARGE.problem(path.name, 0, reason=reason)])

    size = path.stat().st_size
    if size > MAX_FILE * times:
        raise refuse(f"{size >> 20} MB > {MAX_FILE * times >> 20} MB")
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise refuse(f"{len(parts)} parts > {MAX_PARTS}")
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MAX_UNPACKED * times:
            raise refuse(f"展開後 unpacked {unpacked >> 20} MB > {MAX_UNPACKED * times >> 20} MB")
        for part in parts:
            if part.flag_bits & 1:
                raise SpecError([LOCKED.problem(path.name, 0)])
            if part.file_size > 1 << 20 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
                raise refuse(f"圧縮率 ratio > {MAX_RATIO}")
            if part.filename.endswith((".xml", ".rels")) and _declares(archive, part):
                raise refuse("DOCTYPE / ENTITY")


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(part) as file:
        while block := file.read(1 << 20):
            if _DECLARATION.search(tail + block):
                return True
            tail = block[-32:]
    return False


def _sheets(name: str, book: Any) -> Iterator[Sheet]:
    formulas: list[Problem] = []
    cells = 0
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        found = Sheet(name, sheet.title, [])
        for number, row in enumerate(sheet.iter_rows()):
            cells += len(row)
            if number >= MAX_ROWS or cells > MAX_CELLS:
                reason = f"行 rows > {MAX_ROWS} / セル cells > {MAX_CELLS}"
                raise SpecError([TOO_LARGE.problem(name, 0, reason=reason)])
            formulas += [FORMULA.problem(found.place(number, i), 0) for i, c in enumerate(row) if c.data_type == "f"]
            found.rows.append([_text(c) for c in row])
        yield found
    if formulas:
        raise SpecError(formulas[:MAX_FORMULAS_TOLD])


def _text(cell: Any) -> str:
    """The value of a cell as a person sees it: numbers without .0, leading zeros of a format such as 000."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "")  # how Excel keeps the carriage return of a line break
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    zeros = str(cell.number_format or "")
    return str(value).zfill(len(zeros)) if isinstance(value, int) and re.fullmatch("0{2,}", zeros) else str(value)
