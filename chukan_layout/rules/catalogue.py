"""The rule catalogue: all rules of a layout set, by id."""

from __future__ import annotations

from difflib import get_close_matches

from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import LayoutSet
from chukan_layout.rules.generated import rules_of
from chukan_layout.rules.structure import STRUCTURE


class NoRule(KeyError):
    """There is no rule of that id; ``near`` are ids like it."""

    def __init__(self, rule_id: str, near: list[str]) -> None:
        super().__init__(rule_id)
        self.near = near


def catalogue(layouts: LayoutSet) -> dict[str, Rule]:
    """Rule id -> rule: the structure rules, then each area's files in order."""
    rules = dict(STRUCTURE)
    for area in layouts.areas:
        for file in area.files:
            rules |= {rule.id: rule for rule in rules_of(file)}
    return rules


def find(layouts: LayoutSet, rule_id: str) -> Rule:
    """The rule of that id; NoRule with similar ids when there is none.

    Makes the rules of one file only: an id begins with the numbers of its 業務 and 移行ファイル.
    """
    wanted = rule_id.strip().upper()
    if wanted in STRUCTURE:
        return STRUCTURE[wanted]
    here: list[str] = []
    for area in layouts.areas:
        for file in area.files:
            if wanted.startswith(f"{area.no:02d}-{file.no:02d}-"):
                for rule in rules_of(file):
                    if rule.id == wanted:
                        return rule
                    here.append(rule.id)
    raise NoRule(rule_id, get_close_matches(wanted, here or catalogue(layouts), n=3))
