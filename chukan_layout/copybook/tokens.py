"""Tokens of a copybook: words, literals, pictures, pseudo-text and the period that ends an entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from chukan_layout.copybook.errors import CopybookError
from chukan_layout.copybook.lines import Format, Text, strip

Kind = Literal["word", "literal", "picture", "pseudo", "end"]
_SPACE = " \t\n\u3000"
_LITERAL_MARKS = ("N", "X", "G", "B", "NX", "NC", "GX", "BX", "Z", "U")


@dataclass(frozen=True)
class Token:
    """``text`` of a literal is its content, with ``mark`` N, X... before the quote; a pseudo-text holds ``parts``."""

    kind: Kind
    text: str
    line: int
    column: int
    file: str = ""
    mark: str = ""
    parts: tuple[Token, ...] = ()

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "word" else ""

    def error(self, ja: str, en: str) -> CopybookError:
        return CopybookError(ja, en, self.line, self.column, self.file)


def tokens(source: str, form: Format = "auto", file: str = "") -> list[Token]:
    """The tokens of a copybook; CopybookError for a literal or pseudo-text that does not end."""
    return _Scanner(strip(source, form, file), file).all()


class _Scanner:
    def __init__(self, text: Text, file: str) -> None:
        self.text, self.file, self.at = text.chars, file, 0
        self.places = text.places
        self.found: list[Token] = []

    def all(self) -> list[Token]:
        while self.at < len(self.text):
            self._next()
        return self.found

    def _add(self, kind: Kind, text: str, start: int, **more: object) -> None:
        line, column = self.places[start]
        self.found.append(replace(Token(kind, text, line, column, self.file), **more))  # type: ignore[arg-type]

    def _separates(self, at: int) -> bool:
        """Whether a period, comma or semicolon here ends a word: a space or the end follows."""
        return at + 1 >= len(self.text) or self.text[at + 1] in _SPACE

    def _next(self) -> None:
        char = self.text[self.at]
        if char in _SPACE or (char in ",;" and self._separates(self.at)):
            self.at += 1
        elif self._after_picture():
            self._picture()
        elif char == "." and self._separates(self.at):
            self._add("end", ".", self.at)
            self.at += 1
        elif self.text.startswith("==", self.at):
            self._pseudo()
        elif char in "\"'":
            self._literal(self.at, "")
        else:
            self._word()

    def _after_picture(self) -> bool:
        last = self.found[-1].upper if self.found else ""
        before = self.found[-2].upper if len(self.found) > 1 else ""
        return (last in ("PIC", "PICTURE") and self._word_ahead() != "IS") or (
            last == "IS" and before in ("PIC", "PICTURE")
        )

    def _word_ahead(self) -> str:
        end = self.at
        while end < len(self.text) and self.text[end] not in _SPACE:
            end += 1
        return self.text[self.at : end].upper()

    def _picture(self) -> None:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _SPACE:
            if self.text[self.at] in ".,;" and self._separates(self.at):
                break
            self.at += 1
        if start == self.at:
            line, column = self.places[start]
            raise CopybookError("PICTURE の文字列がありません", "PICTURE has no string", line, column, self.file)
        self._add("picture", self.text[start : self.at], start)

    def _pseudo(self) -> None:
        start = self.at
        end = self.text.find("==", start + 2)
        if end < 0:
            line, column = self.places[start]
            raise CopybookError("== が閉じていません", "== is not closed", line, column, self.file)
        inner = _Scanner(Text(self.text[start + 2 : end], self.places[start + 2 : end]), self.file)
        self._add("pseudo", self.text[start + 2 : end].strip(_SPACE), start, parts=tuple(inner.all()))
        self.at = end + 2

    def _literal(self, start: int, mark: str) -> None:
        quote = self.text[self.at]
        at, text = self.at + 1, ""
        while at < len(self.text):
            if self.text[at] == quote:
                if self.text[at + 1 : at + 2] != quote:
                    self._add("literal", text, start, mark=mark)
                    self.at = at + 1
                    return
                at += 1
            text += self.text[at]
            at += 1
        line, column = self.places[start]
        raise CopybookError("引用符が閉じていません", "a quote is not closed", line, column, self.file)

    def _word(self) -> None:
        start = self.at
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in _SPACE or (char in ".,;" and self._separates(self.at)):
                break
            if char in "\"'":
                mark = self.text[start : self.at].upper()
                if mark in _LITERAL_MARKS:
                    self._literal(start, mark)
                    return
                break
            if self.text.startswith("==", self.at) and self.at > start:
                break
            self.at += 1
        self._add("word", self.text[start : self.at], start)
