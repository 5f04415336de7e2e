"""How rules look: a table and a page for people, JSON and CSV for programs.  Pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import escape

from rich.table import Table

from chukan_layout.cli.language import Lang
from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import Item, LayoutSet
from chukan_layout.rules.page import Page
from chukan_layout.write.csv_text import csv_text

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
    lines = [f"{page.rule.id}  {_title(page, lang)}", *_facts(page, lang)]
    for head, text in _sections(page, lang):
        lines += ["", head, f"  {text}"]
    return "\n".join(lines) + "\n"


def page_markdown(page: Page, lang: Lang) -> str:
    """The page as Markdown."""
    lines = [f"# {page.rule.id} {_title(page, lang)}", "", *(f"- {fact}" for fact in _facts(page, lang))]
    for head, text in _sections(page, lang):
        lines += ["", f"## {head}", "", _markdown(text)]
    return "\n".join(lines) + "\n"


def page_html(page: Page, lang: Lang) -> str:
    """The page as a file of its own, to be read and printed."""
    parts = [f"<h1>{escape(page.rule.id)} {escape(_title(page, lang))}</h1>", "<ul>"]
    parts += [f"<li>{escape(fact)}</li>" for fact in _facts(page, lang)]
    parts.append("</ul>")
    for head, text in _sections(page, lang):
        parts.append(f"<h2>{escape(head)}</h2><p>{escape(text)}</p>")
    return _HTML.format(lang=lang, title=escape(page.rule.id), body="\n".join(parts))


def list_xlsx(layouts: LayoutSet, rules: Sequence[Rule]) -> bytes:
    """エラーメッセージ対応一覧: every rule with its message, what to do, and who does it (VAL-02)."""
    from chukan_layout.report.xlsx import table

    areas = {area.no: f"{area.no:02d} {area.name}" for area in layouts.areas}
    headings = [("規則", 20), ("重大度", 10), ("業務", 24), ("移行ファイル", 24), ("No.", 6), ("項目", 28), ("規則の名前", 28),
                ("指摘の文", 60), ("対応方法", 50), ("担当", 14), ("出所", 16)]  # fmt: skip
    rows = [
        (r.id, r.severity, areas.get(r.area, ""), r.file, r.item_no or "", r.item_name, r.title_ja, r.message_ja,
         r.action_ja, r.owner, r.source)
        for r in rules
    ]  # fmt: skip
    return table("エラーメッセージ対応一覧", headings, rows)


_HTML = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:"Yu Gothic","Noto Sans CJK JP",sans-serif;max-width:44em;margin:2em auto;line-height:1.7;color:#222}}
h1{{font-size:1.4em;border-bottom:2px solid #346}}h2{{font-size:1em;margin:1.4em 0 .2em;color:#346}}p{{margin:0}}
@media print{{body{{margin:0}}}}</style></head>
<body>
{body}
</body></html>
"""


def _title(page: Page, lang: Lang) -> str:
    return page.rule.title_en if lang == "en" else page.rule.title_ja


def _facts(page: Page, lang: Lang) -> Iterator[str]:
    rule = page.rule
    if lang == "en":
        if rule.file:
            yield f"file: {rule.file}  item: {rule.item_no} {rule.item_name}"
        yield f"severity: {rule.severity}  owner: {rule.owner}  source: {rule.source}"
        return
    if rule.file:
        yield f"移行ファイル: {rule.file}  項目: {rule.item_no} {rule.item_name}"
    yield f"重大度: {rule.severity}  担当: {rule.owner}  出所: {rule.source}"


def _sections(page: Page, lang: Lang) -> Iterator[tuple[str, str]]:
    """Headings with their texts; a heading without a text is left out."""
    rule, entry = page.rule, page.entry
    note = getattr(page.subject, "note", "") if not isinstance(page.subject, Item) else ""
    if lang == "en":
        told = (
            ("What it checks", entry.what_en), ("Why", page.why_en), ("Bad", entry.bad), ("Good", entry.good),
            ("Message", rule.message_en), ("What to do", rule.action_en), ("Ground", _ground(page, entry.basis_en)),
            ("Automatic repair", entry.repair_en), ("What it cannot see", note),
        )  # fmt: skip
    else:
        reason = getattr(page.subject, "reason", "")
        told = (
            ("何を検査するか", entry.what_ja), ("なぜ", page.why_ja + (f"（{reason}）" if reason else "")), ("悪い例", entry.bad),
            ("良い例", entry.good), ("指摘の文", rule.message_ja), ("対応方法", rule.action_ja),
            ("根拠", _ground(page, entry.basis_ja)), ("自動修正の可否", entry.repair_ja), ("この規則では分からないこと", note),
        )  # fmt: skip
    yield from ((head, text) for head, text in told if text)


def _ground(page: Page, basis: str) -> str:
    """With the source mark of the line; a draft is said to be one."""
    if page.rule.source == "draft":
        return f"{basis}  [draft: 仕様で確かめていない案 / not confirmed by a specification]"
    name = f"{page.subject.name}: " if isinstance(page.subject, Item) else ""
    return basis if page.rule.source in basis else f"{basis}  [{name}{page.rule.source}]"


def _markdown(text: str) -> str:
    """Signs that Markdown would take for its own, escaped."""
    return re.sub(r"([\\`*_<>\[\]|#])", r"\\\1", text)
