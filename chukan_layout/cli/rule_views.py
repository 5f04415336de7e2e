"""How rules look: a table and a page for people, JSON and CSV for programs.  Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rich.table import Table

from chukan_layout.cli.csv_text import csv_text
from chukan_layout.cli.language import Lang
from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import Item, LayoutSet
from chukan_layout.rules.page import Page

_HEADS = {
    "ja": ("規則", "重大度", "移行ファイル", "No.", "項目", "規則の名前", "担当", "出所"),
    "en": ("rule", "severity", "file", "no", "item", "title", "owner", "source"),
}


def list_table(layouts: LayoutSet, rules: Sequence[Rule], lang: Lang) -> Table:
    """One line per rule."""
    title = f"{'規則' if lang == 'ja' else 'rules'} ({layouts.version})"
    table = Table(title=title, title_justify="left", header_style="bold")
    for i, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="right" if i == 3 else "left", overflow="fold", no_wrap=i == 0)
    for rule in rules:
        table.add_row(*map(str, _row(rule, lang)))
    return table


def list_csv(rules: Sequence[Rule]) -> str:
    """One line per rule with its message and 対応方法."""
    rows = [(*_row(r, "ja"), r.message_ja, r.action_ja) for r in rules]
    return csv_text([(*_HEADS["ja"], "指摘の文", "対応方法"), *rows])


def list_json(layouts: LayoutSet, rules: Sequence[Rule]) -> str:
    """``{version, rules: [fields of a rule]}``."""
    value = {"version": layouts.version, "rules": [rule._asdict() for rule in rules]}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _row(rule: Rule, lang: Lang) -> tuple[object, ...]:
    title = rule.title_ja if lang == "ja" else rule.title_en
    number = rule.item_no or ""
    return (rule.id, rule.severity, rule.file, number, rule.item_name, title, rule.owner, rule.source)


def page_json(page: Page) -> str:
    """Fields of the rule and of its page in one object."""
    said = page.entry._asdict() | {"why_ja": page.why_ja, "why_en": page.why_en}
    return json.dumps(page.rule._asdict() | said, ensure_ascii=False, indent=2) + "\n"


def page_text(page: Page, lang: Lang) -> str:
    """The page as plain text."""
    lines = _english(page) if lang == "en" else _japanese(page)
    return "\n".join(lines) + "\n"


def _japanese(page: Page) -> Iterator[str]:
    rule, entry = page.rule, page.entry
    yield f"{rule.id}  {rule.title_ja}"
    if rule.file:
        yield f"移行ファイル: {rule.file}  項目: {rule.item_no} {rule.item_name}"
    yield f"重大度: {rule.severity}  担当: {rule.owner}  出所: {rule.source}"
    reason = getattr(page.subject, "reason", "")
    yield from _part("何を検査するか", entry.what_ja)
    yield from _part("なぜ", page.why_ja + (f"（{reason}）" if reason else ""))
    yield from _part("悪い例", entry.bad)
    yield from _part("良い例", entry.good)
    yield from _part("指摘の文", rule.message_ja)
    yield from _part("対応方法", rule.action_ja)
    yield from _part("根拠", _ground(page, entry.basis_ja))
    yield from _part("自動修正の可否", entry.repair_ja)


def _english(page: Page) -> Iterator[str]:
    rule, entry = page.rule, page.entry
    yield f"{rule.id}  {rule.title_en}"
    if rule.file:
        yield f"file: {rule.file}  item: {rule.item_no} {rule.item_name}"
    yield f"severity: {rule.severity}  owner: {rule.owner}  source: {rule.source}"
    yield from _part("What it checks", entry.what_en)
    yield from _part("Why", page.why_en)
    yield from _part("Bad", entry.bad)
    yield from _part("Good", entry.good)
    yield from _part("Message", rule.message_en)
    yield from _part("What to do", rule.action_en)
    yield from _part("Ground", _ground(page, entry.basis_en))
    yield from _part("Automatic repair", entry.repair_en)


def _ground(page: Page, basis: str) -> str:
    """With the source mark of the line; a draft is said to be one."""
    if page.rule.source == "draft":
        return f"{basis}  [draft: 仕様で確かめていない案 / not confirmed by a specification]"
    name = f"{page.subject.name}: " if isinstance(page.subject, Item) else ""
    return basis if page.rule.source in basis else f"{basis}  [{name}{page.rule.source}]"


def _part(head: str, text: str) -> Iterator[str]:
    yield from ("", head, f"  {text}")
