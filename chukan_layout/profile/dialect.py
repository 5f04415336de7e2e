"""Delimiter, quotes, newline and header of a text, from its beginning."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from chukan_layout.profile.model import Dialect

DELIMITERS = (",", "\t", ";", "|", ":")
#: Records that are looked at.
LOOK = 300
_NUMBER = re.compile(r"[-+]?[\d.,/:-]+")


def newline_of(text: str) -> str:
    """``crlf``, ``cr`` or ``lf`` (also where there is none)."""
    crlf, lf, cr = text.count("\r\n"), text.count("\n"), text.count("\r")
    if crlf and crlf >= lf - crlf:
        return "crlf"
    return "cr" if cr > lf else "lf"


def dialect_of(text: str) -> tuple[Dialect, tuple[str, ...], int] | None:
    """The dialect of a text that is delimited, its header (empty without one) and the number of its columns.

    None for what isn't: no delimiter gives most of its records the same number of fields, two or more.
    """
    newline = newline_of(text)
    best: tuple[float, int, str, list[list[str]]] | None = None
    for rank, delimiter in enumerate(DELIMITERS):
        rows = _rows(text, delimiter)
        if not rows:
            continue
        fields, times = Counter(map(len, rows)).most_common(1)[0]
        score = times / len(rows)
        if fields > 1 and score >= 0.7:
            found = (round(score, 2) * min(fields, 4), -rank, delimiter, rows)
            best = found if best is None or found[:2] > best[:2] else best
    if best is None:
        return None
    _, _, delimiter, rows = best
    quote = '"' if re.search(rf'(?:^|{re.escape(delimiter)}|\n)"', text) else ""
    width = Counter(map(len, rows)).most_common(1)[0][0]
    head = header_of(rows)
    return Dialect(delimiter, quote, newline, bool(head)), head, max(width, len(head))  # type: ignore[arg-type]


def _rows(text: str, delimiter: str) -> list[list[str]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    try:
        rows = [row for row in islice(csv.reader((line + "\n" for line in lines), delimiter=delimiter), LOOK) if row]
    except csv.Error:
        return []
    return rows[:-1] if len(rows) > 2 else rows


def header_of(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The first record when it names the columns: words, all different, that the values below are unlike."""
    if not rows:
        return ()
    first = [cell.strip(" 　\ufeff") for cell in rows[0]]
    names = [cell for cell in first if cell]
    if len(names) < len(first) * 0.9 or len(set(names)) < len(names) or any(_NUMBER.fullmatch(n) for n in names):
        return ()
    if len(rows) == 1:
        return tuple(first)
    below = rows[1:60]
    unlike = 0
    for n, name in enumerate(first):
        values = {row[n].strip() for row in below if n < len(row)} - {""}
        unlike += name not in values and (
            not values or any(map(_NUMBER.fullmatch, values)) or all(len(v) != len(name) for v in values)
        )
    return tuple(first) if unlike * 2 >= len(first) else ()
