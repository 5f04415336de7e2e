"""The header line of a source file: names of its columns, and nothing else of it."""

from __future__ import annotations

import csv
from pathlib import Path

from chukan_layout.charset.of_source import beginning
from chukan_layout.cli.errors import CliError

#: A header is shorter; a longer first line is no header.
MOST = 1 << 20
#: Planes 15 and 16 keep what is no character.
_UNDECODABLE = 0xF0000


def read_header(path: Path, encoding: str, delimiter: str) -> tuple[tuple[str, ...], str]:
    """Column names and the kind of line end (lf, crlf, cr).

    Blank and doubled names get a number, as ``columns`` of a mapping must differ.  Raises CliError when the
    line is not in ``encoding`` or there is none.
    """
    with path.open("rb") as file:
        raw = file.read(MOST)
    text = beginning(raw, encoding)
    line = text.splitlines()[0] if text.strip() else ""
    if not line or any(ord(c) >= _UNDECODABLE for c in line):
        raise _unreadable(encoding)
    after = text[len(line) : len(line) + 2]
    newline = "crlf" if after == "\r\n" else "cr" if after[:1] == "\r" else "lf"
    try:
        names = next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        raise _unreadable(encoding) from None
    return _distinct([name.strip() for name in names]), newline


def _unreadable(encoding: str) -> CliError:
    return CliError(
        f"一行目を {encoding} の見出しとして読めません。--encoding を確かめてください。",
        f"the first line cannot be read as a header in {encoding}; see --encoding",
    )


def _distinct(names: list[str]) -> tuple[str, ...]:
    taken: set[str] = set()
    for i, name in enumerate(names):
        base = name or f"項目{i + 1}"
        number, candidate = 1, base
        while candidate in taken:
            number += 1
            candidate = f"{base}_{number}"
        names[i] = candidate
        taken.add(candidate)
    return tuple(names)
