"""Line numbers of the values of a TOML text, which tomllib does not give.

The text is known to be valid (tomllib has read it), so this only has to follow its structure: headers, keys,
arrays, inline tables, strings and comments.  Built only when a problem needs a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from chukan_layout.spec.problem import At

_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")


class LineIndex:
    """``line(at)`` of any value, or of the nearest value around it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._lines: dict[At, int] = {}
        self._arrays: dict[At, int] = {}
        self._pos = 0
        self._document()

    def line(self, at: At) -> int:
        """The line (from 1) of the value at ``at``; of what holds it when it is absent; 0 for nothing."""
        while at:
            if at in self._lines:
                return self._lines[at]
            at = at[:-1]
        return 0

    def _document(self) -> None:
        table: At = ()
        while self._skip() < len(self._text):
            if self._text[self._pos] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> At:
        line, repeated = self._here(), self._text.startswith("[[", self._pos)
        self._pos += 2 if repeated else 1
        at = self._inside(self._key())
        self._pos += 2 if repeated else 1
        if repeated:
            number = self._arrays[at] = self._arrays.get(at, -1) + 1
            self._lines.setdefault(at, line)
            at = (*at, number)
        self._lines.setdefault(at, line)
        return at

    def _inside(self, keys: tuple[str, ...]) -> At:
        """Keys of a header with the position of the last table of each array on the way."""
        at: At = ()
        for i, key in enumerate(keys):
            at = (*at, key)
            if i < len(keys) - 1 and at in self._arrays:
                at = (*at, self._arrays[at])
        return at

    def _key(self) -> tuple[str, ...]:
        keys = []
        while True:
            self._blank()
            keys.append(self._one_key())
            self._blank()
            if self._text[self._pos] != ".":
                return tuple(keys)
            self._pos += 1

    def _one_key(self) -> str:
        start = self._pos
        match = (_STRING if self._text[start] in "\"'" else _BARE).match(self._text, start)
        assert match is not None
        self._pos = match.end()
        word = match[0]
        return _unescape(word) if word[0] == '"' else word.strip("'")

    def _pair(self, table: At) -> None:
        line = self._here()
        at = (*table, *self._key())
        self._pos += 1  # =
        self._blank()
        self._lines.setdefault(at, line)
        self._value(at)

    def _value(self, at: At) -> None:
        char = self._text[self._pos]
        if char == "[":
            self._array(at)
        elif char == "{":
            self._inline(at)
        else:
            match = (_STRING if char in "\"'" else _SCALAR).match(self._text, self._pos)
            assert match is not None
            self._pos = match.end()

    def _array(self, at: At) -> None:
        self._pos += 1
        number = 0
        while self._text[self._skip()] != "]":
            if self._text[self._pos] == ",":
                self._pos += 1
                continue
            self._lines[(*at, number)] = self._here()
            self._value((*at, number))
            number += 1
        self._pos += 1

    def _inline(self, at: At) -> None:
        self._pos += 1
        while self._text[self._skip()] != "}":
            if self._text[self._pos] == ",":
                self._pos += 1
            else:
                self._pair(at)
        self._pos += 1

    def _skip(self) -> int:
        match = _SKIP.match(self._text, self._pos)
        assert match is not None
        self._pos = match.end()
        return self._pos

    def _blank(self) -> None:
        match = _BLANK.match(self._text, self._pos)
        assert match is not None
        self._pos = match.end()

    def _here(self) -> int:
        return bisect_right(self._starts, self._pos)


def _unescape(word: str) -> str:
    import tomllib

    return str(tomllib.loads(f"k = {word}")["k"])
