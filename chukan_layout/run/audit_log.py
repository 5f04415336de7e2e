"""The audit log: one line of JSON per command, each holding the hash of the line before (requirement SEC-04).

A line that is changed, removed or put in breaks the chain from there on.  Lines cut off at the end leave a chain that is
whole but shorter: keep the last hash elsewhere (:func:`verify` gives it) to notice that.  No value of a person is in it.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chukan_layout.write.files import write_all
from chukan_layout.write.system import wait_for_lock

FIRST = "0" * 64


@dataclass(frozen=True)
class Verified:
    """``lines`` good lines, the last with ``hash``; ``broken`` is the number of the first bad line, 0 when none is."""

    lines: int
    hash: str
    broken: int = 0


def append(log: Path, entry: dict[str, Any]) -> None:
    """One more line; the file is made for its owner alone.  Raises OSError; ValueError when its last line is broken."""
    handle = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        wait_for_lock(file.fileno())
        before = _last_hash(log)
        body = {"previous": before, **entry}
        line = json.dumps({**body, "hash": _hash(body)}, ensure_ascii=False, sort_keys=True)
        write_all(file, line.encode() + b"\n")
        os.fsync(file.fileno())


def verify(log: Path) -> Verified:
    """Walks the chain.  Raises OSError when the log cannot be read."""
    before = FIRST
    with log.open("rb") as file:
        number = 0
        for number, raw in enumerate(file, 1):
            try:
                line = json.loads(raw)
                stated = line.pop("hash")
            except (ValueError, AttributeError, KeyError):
                return Verified(number - 1, before, number)
            if not raw.endswith(b"\n") or line.get("previous") != before or _hash(line) != stated:
                return Verified(number - 1, before, number)
            before = stated
    return Verified(number, before)


def hashes(log: Path) -> set[str]:
    """The hashes of all lines of a log that :func:`verify` found whole."""
    with log.open("rb") as file:
        return {json.loads(raw)["hash"] for raw in file}


def _last_hash(log: Path) -> str:
    last = b""
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        step = 4096
        while size and last.count(b"\n") < 2 and len(last) < size:
            file.seek(-min(step, size), os.SEEK_END)
            last, step = file.read(), step * 4
    if not last:
        return FIRST
    found = json.loads(last.rstrip(b"\n").rpartition(b"\n")[2]).get("hash")
    if not isinstance(found, str):
        raise ValueError("the last line has no hash")
    return found


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
