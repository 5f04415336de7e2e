"""A user's tables: codes that no relation gives, or a site sees otherwise, over a charset of the package.

The file is text in UTF-8 with tab-separated columns and a line of names.  ``code`` (two bytes, hexadecimal) or
``byte`` (one byte), and ``unicode``: one or two code points in hexadecimal (``U+`` may stand before, ``+`` or a space
between them).  Optional: ``hanyo_denshi_vs`` and ``adobe_japan1_vs``, a variation selector; ``options``, separated by
commas: ``unmappable`` (no such character: the code is kept), ``encode_only`` (not for reading), ``decode_only``,
``oneway`` (several codes have this character; the selector tells them apart), ``cjk_ci`` (another way to write
the code, taken where no selector is wanted); ``doubt``: the line is left out and counted.  Lines with ``#`` are notes.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chukan_layout.charset.blob import entry
from chukan_layout.charset.catalogue import Draft

_SELECTORS = {"hanyo-denshi": "hanyo_denshi_vs", "adobe-japan1": "adobe_japan1_vs"}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


class TableError(ValueError):
    """A table that cannot be read: the line (0 for the file), what is wrong in Japanese and English."""

    def __init__(self, line: int, ja: str, en: str) -> None:
        super().__init__(f"{line}: {en}")
        self.line, self.ja, self.en = line, ja, en


@dataclass(frozen=True)
class Row:
    """A code (below 256 and ``single``: one byte) with the ways to write its character."""

    line: int
    code: int
    single: bool
    text: str
    selectors: dict[str, str]
    options: frozenset[str]
    doubt: str


@dataclass(frozen=True)
class UserTable:
    """``rows`` are to be applied to the charset ``base``; ``left_out`` counts lines by reason."""

    name: str
    base: str
    sha256: str
    rows: tuple[Row, ...]
    left_out: dict[str, int]


def folder() -> Path:
    """Where the user's tables are: ``CHUKAN_CHARSETS``, else the user's own data folder."""
    given = os.environ.get("CHUKAN_CHARSETS")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "chukan" / "charsets"


def names() -> list[str]:
    """Names of the tables that were added."""
    where = folder()
    return sorted(path.stem for path in where.glob("*.tsv")) if where.is_dir() else []


def stamp(name: str) -> tuple[str, int, int] | None:
    """What changes when the table does; None when there is none."""
    path = folder() / f"{name}.tsv"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    status = path.stat()
    return str(path), status.st_mtime_ns, status.st_size


def load(name: str) -> UserTable:
    """The table of a name.  Raises TableError, OSError."""
    text = (folder() / f"{name}.tsv").read_text(encoding="utf-8")
    notes = dict(re.findall(r"^# (base|column) = (\S+)$", text, re.M))
    return read(name, notes.get("base", ""), text, notes.get("column", ""))


def read(name: str, base: str, text: str, column: str = "") -> UserTable:
    """The table that ``text`` is; ``column`` names the column of characters where it is not ``unicode``.

    Raises TableError with the line.
    """
    rows: list[Row] = []
    left_out: dict[str, int] = {}
    seen: dict[tuple[bool, int], Row] = {}
    for row in _rows(text, column or "unicode"):
        reason = _left_out(row)
        if reason:
            left_out[reason] = left_out.get(reason, 0) + 1
            continue
        before = seen.setdefault((row.single, row.code), row)
        if before is not row and "cjk_ci" not in (row.options | before.options):
            left_out["duplicate"] = left_out.get("duplicate", 0) + 1
            continue
        rows.append(row)
    return UserTable(name, base, hashlib.sha256(text.encode()).hexdigest(), tuple(rows), left_out)


def _left_out(row: Row) -> str:
    if row.doubt:
        return "doubt"
    return next((option for option in ("unmappable", "encode_only") if option in row.options), "")


def _rows(text: str, column: str) -> Iterator[Row]:
    lines = [(n, line) for n, line in enumerate(text.lstrip("\ufeff").splitlines(), 1) if line and line[0] != "#"]
    if not lines:
        raise TableError(0, "表が空です", "the table is empty")
    head = lines[0][1].split("\t")
    key = next((k for k in ("code", "byte") if k in head), "")
    if not key or column not in head:
        wanted = f"code (または byte) と {column}", f"code (or byte) and {column}"
        raise TableError(lines[0][0], f"見出しに {wanted[0]} が要ります", f"the header needs {wanted[1]}")
    for n, cells in zip((n for n, _ in lines[1:]), csv.reader((line for _, line in lines[1:]), delimiter="\t"), strict=True):
        row = dict(zip(head, cells, strict=False))
        made = _row(n, row, key, column)
        if made:
            yield made


def _row(n: int, row: dict[str, str], key: str, column: str) -> Row | None:
    code, wanted = row.get(key, "").strip().removeprefix("0x"), row.get(column, "").strip()
    single = key == "byte" or len(code) == 2
    if not re.fullmatch(r"[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}", code):
        raise TableError(n, f"{key} は16進2桁か4桁です: {code}", f"{key} is 2 or 4 hexadecimal digits: {code}")
    if not wanted:
        return None
    options = frozenset(filter(None, re.split(r"[,\s]+", row.get("options", ""))))
    selectors = {name: _text(n, row[c]) for name, c in _SELECTORS.items() if row.get(c, "").strip()}
    return Row(n, int(code, 16), single, _text(n, wanted), selectors, options, row.get("doubt", "").strip())


def _text(n: int, cell: str) -> str:
    points = [p.upper().removeprefix("U+") for p in re.split(r"[\s,]+|\+(?=[0-9A-Fa-f]{4})(?<!U\+)(?<!u\+)", cell.strip()) if p]
    try:
        text = "".join(chr(int(p, 16)) for p in points)
        text.encode()
        entry(text)
    except (ValueError, OverflowError):
        ja, en = f"文字の符号が読めません: {cell}", f"not one or two code points: {cell}"
        raise TableError(n, ja, en) from None
    return text


def applied(draft: Draft, table: UserTable, ivs: str) -> Draft:
    """The draft with the table's codes; ``ivs`` names the selectors to write where a character has several codes."""
    singles = next((t for t in draft.tables if len(t) == 256), None)
    doubles = next((t for t in draft.tables if len(t) > 256), None)
    done: set[tuple[bool, int]] = set()
    for row in sorted(table.rows, key=lambda r: _rank(r, ivs)):
        target = singles if row.single else doubles
        if target is None or (row.single, row.code) in done:
            continue
        text = row.text
        if ivs in row.selectors and len(text) == 1 and "oneway" in row.options:
            text += row.selectors[ivs]
        target[row.code] = entry(text)
        done.add((row.single, row.code))
    draft.source = f"{draft.source}; {table.name}.tsv sha256:{table.sha256[:16]}"
    return draft


def _rank(row: Row, ivs: str) -> int:
    """Of two lines for one code: with its selector, else the compatibility character, else what comes first."""
    if "oneway" in row.options and ivs in row.selectors:
        return 0
    return 1 if "cjk_ci" in row.options else 2


def add(name: str, base: str, path: Path, column: str = "", known: Sequence[str] = ()) -> UserTable:
    """Reads a table and keeps it under a name.  Raises TableError, OSError; ValueError for a name that cannot be."""
    if not _NAME.fullmatch(name) or name in known:
        raise ValueError(name)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        raise TableError(line, "UTF-8 ではありません", "not UTF-8") from None
    table = read(name, base, text, column)
    where = folder()
    where.mkdir(parents=True, exist_ok=True)
    notes = f"# base = {base}\n" + (f"# column = {column}\n" if column else "")
    handle, temporary = tempfile.mkstemp(dir=where, prefix=".chukan-")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(notes + text)
    Path(temporary).replace(where / f"{name}.tsv")
    return table
