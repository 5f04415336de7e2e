"""Reading tables of a body from CSV, TSV, XLSX and JSON: rows of named cells, the headings as the body wrote them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from chukan_layout.model.refusal import Refused
from chukan_layout.spec.problem import SpecError
from chukan_layout.spec.workbook.book import opened

#: A table of gaiji is small; a larger file is something else.
LARGEST = 64 * 1024 * 1024
Row = dict[str, str]


class RuleFileError(Refused):
    """The file cannot be read as a table."""


def read_rows(path: Path) -> list[tuple[int, Row]]:
    """Rows with their number in the file (headings are row 1).  Raises :class:`RuleFileError`."""
    if path.stat().st_size > LARGEST:
        raise RuleFileError(f"表が大きすぎます: {path.name}", f"the table is too large: {path.name}")
    kind = path.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        return _xlsx(path)
    text = _text(path)
    if kind == ".json":
        return _json(path, text)
    return _delimited(path, text, "\t" if kind in (".tsv", ".tab") else ",")


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RuleFileError(
        f"文字コードが分かりません: {path.name}。UTF-8 か CP932 で保存してください",
        f"{path.name} is neither UTF-8 nor CP932",
    )


def _delimited(path: Path, text: str, delimiter: str) -> list[tuple[int, Row]]:
    if "\0" in text:
        raise RuleFileError(f"表ではありません: {path.name}", f"not a table: {path.name}")
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return _named(path, [[*map(str, line)] for line in lines])


def _xlsx(path: Path) -> list[tuple[int, Row]]:
    try:
        with opened(path) as book:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its size is not believed
            lines = [["" if c is None else str(c) for c in line] for line in sheet.iter_rows(values_only=True)]
    except SpecError as broken:
        raise RuleFileError(f"Excel として読めません: {path.name}", f"not a usable workbook: {path.name}") from broken
    return _named(path, lines)


def _json(path: Path, text: str) -> list[tuple[int, Row]]:
    try:
        found = json.loads(text)
    except ValueError as broken:
        raise RuleFileError(f"JSON として読めません: {path.name}", f"not JSON: {path.name}") from broken
    rows = found.get("rules", found.get("entries")) if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RuleFileError(
            f"行の並びがありません: {path.name} (rules か entries、または配列)", f"no list of rows in {path.name}"
        )
    return [
        (i, {str(k).strip(): "" if v is None else str(v).strip() for k, v in row.items()})
        for i, row in enumerate(rows, 1)
    ]


def _named(path: Path, lines: list[list[str]]) -> list[tuple[int, Row]]:
    if not lines or not any(cell.strip() for cell in lines[0]):
        raise RuleFileError(f"見出しの行がありません: {path.name}", f"no line of headings in {path.name}")
    heads = [cell.strip() for cell in lines[0]]
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if any(cell.strip() for cell in line):
            rows.append((number, {h: c.strip() for h, c in zip(heads, line, strict=False) if h}))
    return rows
