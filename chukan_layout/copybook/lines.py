"""Lines of a copybook without sequence numbers, comments and identification: fixed and free reference format.

Source of the rule: COBOL reference format (JIS X 3002): columns 1-6 sequence, 7 indicator, 8-72 text, counted in bytes,
so a full-width character takes two.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from chukan_layout.copybook.errors import CopybookError

Format = Literal["auto", "fixed", "free"]
_ENTRY = re.compile(r"\s*\d\d?\s+\S")
_COPY = re.compile(r"\s*COPY\s", re.I)
_DIRECTIVE = re.compile(r"\s*(?:>>\s*SOURCE\s+(?:FORMAT\s+)?(?:IS\s+)?|\$\s*SET\s+SOURCEFORMAT\W+)(FREE|FIXED|VARIABLE)", re.I)


@dataclass(frozen=True)
class Text:
    """Text with the line and the column of each of its characters."""

    chars: str
    places: tuple[tuple[int, int], ...]


def width(char: str) -> int:
    """Bytes of a character in the vendor's source: half-width kana one, full-width two."""
    return 2 if unicodedata.east_asian_width(char) in "WFA" and ord(char) > 0x7F else 1


def strip(source: str, form: Format, file: str = "") -> Text:
    """The text of a copybook, one space between lines; CopybookError for an indicator that means nothing."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a").split("\n")
    free = form == "free" or (form == "auto" and _is_free(lines))
    chars: list[str] = []
    places: list[tuple[int, int]] = []
    quote = ""
    for number, raw in enumerate(lines, 1):
        directive = _DIRECTIVE.match(raw if free else raw[6:]) or _DIRECTIVE.match(raw)
        if directive:
            free = directive[1].upper() != "FIXED"
            continue
        line = raw.replace("\t", "        ") if free else _tabs(raw)
        body, joins = _free(line) if free else _fixed(line, number, file)
        if not body:
            continue
        start, text = body[0][1], "".join(c for c, _ in body)
        if joins:
            lead = len(text) - len(text.lstrip(" "))
            body = body[lead + 1 :] if quote and text.lstrip(" ")[:1] == quote else body[lead:]
            while not quote and chars and chars[-1] == " ":
                chars.pop()
                places.pop()
        elif chars:
            chars.append(" ")
            places.append((number, start))
            quote = ""
        for char, column in body:
            if char in "\"'" and quote in ("", char):
                quote = "" if quote else char
            chars.append(char)
            places.append((number, column))
    return Text("".join(chars), tuple(places))


def _is_free(lines: list[str]) -> bool:
    plain = [line for line in lines if line.strip() and line.lstrip()[:1] != "*" and line[6:7] not in ("*", "/")]
    fixed = sum(_starts(_tabs(line)[7:]) for line in plain)
    return sum(_starts(line) for line in plain) > fixed


def _starts(text: str) -> bool:
    return bool(_ENTRY.match(text) or _COPY.match(text))


def _tabs(line: str) -> str:
    return line.expandtabs(8)


def _free(line: str) -> tuple[list[tuple[str, int]], bool]:
    if line.lstrip().startswith(("*", "/", ">>")):
        return [], False
    return _without_note([(char, i) for i, char in enumerate(line, 1)]), False


def _fixed(line: str, number: int, file: str) -> tuple[list[tuple[str, int]], bool]:
    body: list[tuple[str, int]] = []
    at, mark = 1, " "
    for i, char in enumerate(line, 1):
        if at == 7:
            mark = char
        elif 7 < at <= 72:
            body.append((char, i))
        at += width(char)
    if mark in "*/dD$":
        return [], False
    if mark not in " -":
        raise CopybookError(
            f"7桁目の「{mark}」は標識ではありません（* / - D か空白）。自由形式なら --copybook-format free を指定します",
            f"column 7 holds {mark!r}, which is no indicator (* / - D or a space); say free for free format",
            number, 7, file,
        )  # fmt: skip
    return _without_note(body), mark == "-"


def _without_note(body: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Up to ``*>`` outside a literal, without trailing spaces."""
    quote = ""
    for i, (char, _) in enumerate(body):
        if char in "\"'" and quote in ("", char):
            quote = "" if quote else char
        if not quote and char == "*" and i + 1 < len(body) and body[i + 1][0] == ">":
            body = body[:i]
            break
    while body and body[-1][0] in " \u3000":
        body = body[:-1]
    return body
