"""One TOML file: its text, its values, its lines."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from chukan_layout.spec.problem import At, Kind, Problem
from chukan_layout.spec.toml_lines import LineIndex

UNREADABLE = Kind(
    "T001", "error",
    "ファイルを読めません ({reason})",
    "the file cannot be read ({reason})",
    "ファイルの有無と権限を確かめる",
    "see whether it exists and may be read",
)  # fmt: skip
NOT_UTF8 = Kind(
    "T002", "error",
    "UTF-8 ではありません ({offset} バイト目)",
    "not UTF-8 (at byte {offset})",
    "UTF-8 で保存し直す",
    "save the file as UTF-8",
)  # fmt: skip
BAD_TOML = Kind(
    "T003", "error",
    "TOML の書き方が正しくありません ({reason})",
    "not valid TOML ({reason})",
    "その行の引用符、括弧、カンマを確かめる",
    "look at the quotes, brackets and commas of that line",
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A TOML file that was read.  ``shown`` is its path for people."""

    shown: str
    text: str
    data: dict[str, Any]

    @cached_property
    def lines(self) -> LineIndex:
        return LineIndex(self.text)

    def problem(self, kind: Kind, /, *at: str | int, hint: str = "", **words: object) -> Problem:
        """A problem of the value at ``at``."""
        place: At = at
        return kind.problem(self.shown, self.lines.line(place), hint, **words)


def read(path: Path, shown: str) -> Document | Problem:
    """The document at ``path``, or why there is none."""
    try:
        raw = path.read_bytes()
    except OSError as failure:
        return UNREADABLE.problem(shown, 0, reason=failure.strerror or type(failure).__name__)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as failure:
        return NOT_UTF8.problem(shown, raw[: failure.start].count(b"\n") + 1, offset=failure.start + 1)
    try:
        return Document(shown, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as failure:
        return _bad_toml(shown, text, str(failure))
    except RecursionError:
        return BAD_TOML.problem(shown, 0, reason="too deep")


def _bad_toml(shown: str, text: str, message: str) -> Problem:
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    reason = message[: place.start()] if place else message
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    return BAD_TOML.problem(shown, line, reason=reason)
