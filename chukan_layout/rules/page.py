"""The page of a rule: what it checks, why, examples, what to do, and on what ground.

Texts stand in ``pages.toml``, ``kinds.py`` and ``structure.py``; a page puts them together for one rule.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import Item, KeyedCheck, LayoutFile, LayoutSet, RowCheck
from chukan_layout.rules.catalogue import NoRule, find
from chukan_layout.rules.generated import item_rule
from chukan_layout.rules.kinds import KINDS

_ITEM_RULE = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{3})-([A-Z]{3})")


class Entry(NamedTuple):
    """One entry of ``pages.toml``.  ``why`` is blank for kinds, whose reason stands in ``kinds.py``."""

    what_ja: str
    what_en: str
    bad: str
    good: str
    basis_ja: str
    basis_en: str
    repair_ja: str
    repair_en: str
    why_ja: str = ""
    why_en: str = ""


class Page(NamedTuple):
    """A rule with everything its page says.  ``subject`` is the item or check of the layout, if any."""

    rule: Rule
    entry: Entry
    why_ja: str
    why_en: str
    subject: Item | RowCheck | KeyedCheck | None


@cache
def entries() -> dict[str, dict[str, Entry]]:
    """Section (kind, check, structure) -> name -> entry; TypeError for an entry with other keys."""
    text = Path(__file__).with_name("pages.toml").read_text(encoding="utf-8")
    return {
        section: {name: Entry(**fields) for name, fields in named.items()}
        for section, named in tomllib.loads(text).items()
    }


def page(layouts: LayoutSet, rule_id: str) -> Page:
    """The page of the rule of that id; NoRule with similar ids when there is none."""
    rule = _resolve(layouts, rule_id)
    if not rule.area:
        entry = entries()["structure"][rule.id]
        return Page(rule, entry, entry.why_ja, entry.why_en, None)
    file = _file(layouts, rule)
    if rule.kind in KINDS:
        item = next(item for item in file.items if item.no == rule.item_no)
        kind = KINDS[rule.kind]
        return Page(rule, entries()["kind"][rule.kind], kind.why_ja, kind.why_en, item)
    check = next(c for c in (*file.row_checks, *file.keyed_checks) if c.id == rule.kind)
    entry = entries()["check"][check.kind]
    return Page(rule, entry, entry.why_ja, entry.why_en, check)


def _resolve(layouts: LayoutSet, rule_id: str) -> Rule:
    """From the catalogue, or a kind that only the operations of a mapping raise for an item (COD by map)."""
    try:
        return find(layouts, rule_id)
    except NoRule:
        match = _ITEM_RULE.fullmatch(rule_id.strip().upper())
        if match and match[4] in KINDS:
            for area in layouts.areas:
                for file in area.files:
                    if (area.no, file.no) == (int(match[1]), int(match[2])):
                        for item in file.items:
                            if item.no == int(match[3]):
                                return item_rule(file, item, match[4])
        raise


def _file(layouts: LayoutSet, rule: Rule) -> LayoutFile:
    return next(file for file in layouts.area(rule.area).files if file.id == rule.file)
