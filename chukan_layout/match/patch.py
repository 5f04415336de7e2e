"""Fields of a CSV replaced, every other byte left as it is; what was there is kept, so that it can be put back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np

from chukan_layout.write.files import create, write_all

_FIELD = re.compile(rb'("(?:[^"]|"")*"|[^,]*)(,|$)')
_BLOCK = 1 << 26


class NotPatchable(Exception):
    """A file whose records cannot be told apart as they were read."""


def record_ends(data: np.ndarray) -> np.ndarray:
    """Where each record ends (after its line end); line ends within quotes do not count."""
    ends, quotes = [], 0
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        lines = np.flatnonzero(block == 10)
        marks = np.flatnonzero(block == 34)
        before = np.searchsorted(marks, lines) + quotes
        ends.append(lines[before % 2 == 0] + start + 1)
        quotes += len(marks)
    found = np.concatenate(ends) if ends else np.empty(0, np.int64)
    if len(data) and (not len(found) or found[-1] != len(data)):
        found = np.append(found, len(data))
    return found.astype(np.int64)


def map_file(path: Path) -> np.ndarray:
    """The bytes of a file, without reading them all."""
    return np.memmap(path, np.uint8, "r") if path.stat().st_size else np.empty(0, np.uint8)


def replace_records(data: np.ndarray, ends: np.ndarray, new: Mapping[int, bytes], out: IO[bytes]) -> None:
    """``data`` with whole records (0: the header) replaced."""
    at = 0
    for record in sorted(new):
        start = int(ends[record - 1]) if record else 0
        _copy(data[at:start], out)
        write_all(out, new[record])
        at = int(ends[record])
    _copy(data[at:], out)


def _copy(data: np.ndarray, out: IO[bytes]) -> None:
    for start in range(0, len(data), _BLOCK):
        write_all(out, data[start : start + _BLOCK].tobytes())


def patch(
    path: Path, out: Path, edits: Mapping[int, Mapping[int, str]], rows: int
) -> dict[int, tuple[bytes, bytes]]:
    """Write ``path`` to ``out`` with ``edits`` (record from 1 -> field -> value); each record before and after.

    ``rows`` is how many records a reader found below the header; NotPatchable when they are others here.
    """
    data = map_file(path)
    ends = record_ends(data)
    if len(ends) != rows + 1:
        raise NotPatchable(path.name)
    changed = {}
    for record, fields in edits.items():
        before = data[int(ends[record - 1]) : int(ends[record])].tobytes()
        changed[record] = (before, edited(before, fields))
    with create(out) as file:
        replace_records(data, ends, {record: after for record, (_, after) in changed.items()}, file)
    return changed


def edited(record: bytes, fields: Mapping[int, str]) -> bytes:
    """The record with other values in some fields; a field that was quoted stays so."""
    line = record.rstrip(b"\r\n")
    parts, at = [], 0
    while True:
        match = _FIELD.match(line, at)
        if match is None:
            raise NotPatchable("")
        parts.append(match[1])
        at = match.end()
        if not match[2]:
            break
    for place, value in fields.items():
        if place >= len(parts):
            raise NotPatchable("")
        raw = value.encode()
        quoted = parts[place].startswith(b'"') or any(c in raw for c in b',"\r\n')
        parts[place] = b'"' + raw.replace(b'"', b'""') + b'"' if quoted else raw
    return b",".join(parts) + record[len(line) :]
