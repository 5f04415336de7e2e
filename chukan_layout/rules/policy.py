"""Which rules of the catalogue a run applies, and how grave their findings are (requirement VAL-01).

Rules are named by id, or by a pattern with ``*`` and ``?`` (``01-*-LUN``).  What a municipality decides stands in
``chukan.toml``; it is told in the report, so that a rule left out is never mistaken for a rule that held.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import Severity

Level = Severity | Literal["off"]


@dataclass(frozen=True)
class Policy:
    """``only``: patterns of the rules to apply, all when empty.  ``levels``: (pattern, severity or off), the last
    pattern that matches decides.

    Rules about records as a whole (``S-``) always apply: a record that cannot be read cannot be let through.
    """

    only: tuple[str, ...] = ()
    levels: tuple[tuple[str, Level], ...] = ()

    def apply(self, rule: Rule) -> Rule | None:
        """The rule as this run has it; None when it is left out."""
        whole = rule.id.startswith("S-")
        if self.only and not whole and not any(fnmatchcase(rule.id, pattern) for pattern in self.only):
            return None
        level = next((to for pattern, to in reversed(self.levels) if fnmatchcase(rule.id, pattern)), None)
        if level is None or level == rule.severity:
            return rule
        if level == "off":
            return rule if whole else None
        return rule._replace(severity=level)

    @property
    def left_out(self) -> list[tuple[str, str, str]]:
        """What the report says was not checked: pattern, reason in Japanese and in English."""
        said = "chukan.toml の設定により検査していません。", "switched off in chukan.toml"
        told = [(pattern, *said) for pattern, to in self.levels if to == "off"]
        if self.only:
            names = ", ".join(self.only)
            told.append(("*", f"--rules により {names} だけを検査しました。", f"--rules: only {names} was checked"))
        return told


EVERY_RULE = Policy()
