"""Problems of a specification: what is wrong in which line, in Japanese and English, under a stable code.

A :class:`Kind` is one inconsistency we know (documented in docs/spec-problems.md); a check gives
:class:`Found`, which names the place as keys of the TOML file; :mod:`chukan_layout.spec.locate` turns it
into a :class:`Problem` with the line number.  These are not findings: a finding is about data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]
#: Keys and positions (from 0) that lead to a value of a TOML file, such as ("file", "items", 3, "digits").
At = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing to repair.  ``line`` is 0 when it concerns the file as a whole; ``hint`` names near words."""

    code: str
    severity: Severity
    path: str
    line: int
    message_ja: str
    message_en: str
    hint: str = ""

    def text(self, lang: str = "ja") -> str:
        """One line for people: place, severity, code, message, candidates."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        if lang == "en":
            hint = f" Did you mean {self.hint}?" if self.hint else ""
            return f"{place}: {self.severity} {self.code} {self.message_en}{hint}"
        word = {"error": "誤り", "warning": "警告"}[self.severity]
        hint = f" もしかして: {self.hint}" if self.hint else ""
        return f"{place}: {word} {self.code} {self.message_ja}{hint}"


class SpecError(Exception):
    """A specification cannot be used; ``problems`` says all that is wrong, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(sorted({p.code for p in self.problems})))


@dataclass(frozen=True)
class Kind:
    """One inconsistency: texts with ``{names}`` to fill in, and what to do about it."""

    code: str
    severity: Severity
    ja: str
    en: str
    fix_ja: str
    fix_en: str

    def found(self, doc: str, /, *at: str | int, hint: str = "", needs: str = "", **words: object) -> Found:
        """This kind at one place.

        ``doc`` is the name of the document (see :mod:`chukan_layout.spec.locate`), ``at`` the keys in it.
        ``needs`` names documents (by the start of their name) without which the check says nothing.
        """
        return Found(self, doc, at, hint, needs, {k: str(v) for k, v in words.items()})

    def problem(self, path: str, line: int, hint: str = "", /, **words: object) -> Problem:
        """This kind as a finished problem."""
        texts = {k: str(v) for k, v in words.items()}
        ja, en = self.ja.format_map(texts), self.en.format_map(texts)
        return Problem(self.code, self.severity, path, line, ja, en, hint)


@dataclass(frozen=True)
class Found:
    """What a check found, before anybody looked for the line."""

    kind: Kind
    doc: str
    at: At
    hint: str = ""
    needs: str = ""
    words: dict[str, str] = field(default_factory=dict)


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those that forbid the use of the specification."""
    return [p for p in problems if p.severity == "error"]
