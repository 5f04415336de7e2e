"""What a user can repair, said in both languages: the base of every refusal that reaches the command line."""

from __future__ import annotations


class Refused(Exception):
    """``ja`` and ``en`` say what is wrong, where, and what to do; they hold no value of a person.

    A room derives its own kind where a caller must tell them apart.  The command line says the text and ends with 2.
    """

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja, self.en = ja, en


class CutOff(Refused):
    """Something outside ended the work; what was done of it may be taken up again where that is possible."""
