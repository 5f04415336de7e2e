"""How layouts look: tables for people, JSON and CSV for programs.  Pure functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, astuple

from rich.console import Group
from rich.table import Table
from rich.text import Text

from chukan_layout.cli.language import Lang
from chukan_layout.model.layout import Area, CodeTable, Item, LayoutFile, LayoutSet
from chukan_layout.spec.diff import Change
from chukan_layout.spec.listing import ORIGINS, sources
from chukan_layout.spec.words import demands
from chukan_layout.write.csv_text import csv_text

_LIST = {
    "ja": ("業務", "移行ファイル", "項目数", "主キー", "公式", "後継", "法令", "案"),
    "en": ("area", "file", "items", "key", *ORIGINS),
}
_ITEM = {
    "ja": (
        "No.", "データ項目名称", "型", "桁数", "外字", "コード", "必須", "繰返",
        "検査", "説明", "サンプル", "出所",
    ),
    "en": (
        "no", "item", "type", "digits", "gaiji", "code", "req", "rep", "checks", "text", "sample", "source",
    ),
}  # fmt: skip
_CHECK = {
    "ja": ("番号", "種類", "検査", "重大度", "出所"),
    "en": ("id", "kind", "check", "severity", "source"),
}
_CSV_ITEM = (
    "No.", "データ項目名称", "データ型", "桁数", "外字使用", "コード", "必須", "繰り返し", "項目説明",
    "サンプル値", "備考", "APPLIC引用", "出所", "秘密区分",
)  # fmt: skip
_SIGNS = {"added": "＋", "removed": "－", "changed": "≠"}


def plain_table(title: str, heads: Sequence[str], numbers: Sequence[int] = ()) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", show_lines=False)
    for i, head in enumerate(heads):
        table.add_column(head, justify="right" if i in numbers else "left", overflow="fold")
    return table


def list_table(layouts: LayoutSet, lang: Lang) -> Table:
    """業務 and 移行ファイル with the origins of their items."""
    title = f"{layouts.title} ({layouts.version}, {layouts.source})"
    table = plain_table(title, _LIST[lang], (2, 4, 5, 6, 7))
    for area in layouts.areas:
        for file in area.files:
            count = sources(file)
            key = "・".join(file.key)
            origins = [str(count[name] or "") for name in ORIGINS]
            table.add_row(f"{area.no:02d} {area.name}", file.id, str(len(file.items)), key, *origins)
    return table


def list_csv(layouts: LayoutSet) -> str:
    rows: list[tuple[object, ...]] = [("業務番号", *_LIST["ja"])]
    for area in layouts.areas:
        for file in area.files:
            origins = sources(file).values()
            rows.append((area.no, area.name, file.id, len(file.items), "・".join(file.key), *origins))
    return csv_text(rows)


def show_tables(layouts: LayoutSet, area: Area, files: Sequence[LayoutFile], lang: Lang) -> Group:
    """Items, checks and code tables of files."""
    parts: list[Table | Text] = []
    for file in files:
        title = f"{area.no:02d} {area.name} / {file.no:02d} {file.name} ({layouts.version}, {file.source})"
        table = plain_table(title, _ITEM[lang], (0, 3, 7))
        for item in file.items:
            name = f"*{item.name}" if item.name in file.key else item.name
            table.add_row(str(item.no), name, *_cells(item))
        parts += [table, Text(f"* {'主キー' if lang == 'ja' else 'key'}"), *_checks(file, lang)]
    used = {item.code for file in files for item in file.items}
    parts += [_code_table(table) for name, table in area.codes.items() if name in used]
    return Group(*parts)


def _cells(item: Item) -> tuple[str, ...]:
    digits = f"{item.digits}.{item.scale}" if item.scale else str(item.digits)
    required = "○" if item.required else "△" if item.required_when else ""
    repeat = str(item.repeat) if item.repeat > 1 else ""
    gaiji = "○" if item.gaiji else ""
    facts = (item.type, digits, gaiji, item.code or "", required, repeat)
    return (*facts, " ".join(demands(item)), item.description, item.sample, item.source)


def _checks(file: LayoutFile, lang: Lang) -> list[Table]:
    checks = [*file.row_checks, *file.keyed_checks]
    if not checks:
        return []
    table = plain_table(f"{file.id}: {'検査' if lang == 'ja' else 'checks'}", _CHECK[lang])
    for check in checks:
        table.add_row(check.id, check.kind, check.name, check.severity, check.source)
    return [table]


def _code_table(codes: CodeTable) -> Table:
    table = plain_table(f"コード表 {codes.name} ({codes.source})", ("コード", "名称", "備考"))
    for value in codes.values:
        table.add_row(value.code, value.name, value.note)
    return table


def show_json(layouts: LayoutSet, area: Area, files: Sequence[LayoutFile]) -> str:
    used = {item.code for file in files for item in file.items}
    value = {
        "version": layouts.version,
        "area": {"no": area.no, "name": area.name},
        "files": [file.model_dump(mode="json", by_alias=True, exclude_none=True) for file in files],
        "codes": [table.model_dump(mode="json") for name, table in area.codes.items() if name in used],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def show_csv(files: Sequence[LayoutFile]) -> str:
    """The columns of the official データ項目一覧表, one line per item."""
    rows: list[tuple[object, ...]] = [("移行ファイル", *_CSV_ITEM)]
    for file in files:
        for i in file.items:
            digits = f"{i.digits}.{i.scale}" if i.scale else i.digits
            marks = ("○" if i.gaiji else "", i.code or "", "○" if i.required else "", i.repeat)
            texts = (i.description, i.sample, i.note, i.applic, i.source, i.secret)
            rows.append((file.id, i.no, i.name, i.type, digits, *marks, *texts))
    return csv_text(rows)


def diff_table(changes: Sequence[Change], lang: Lang) -> Table:
    heads = ("", "場所", "欄", "旧", "新", "互換") if lang == "ja" else ("", "place", "field", "old", "new", "compatible")
    table = plain_table("違い" if lang == "ja" else "differences", heads)
    for c in changes:
        table.add_row(_SIGNS[c.kind], c.place, c.field, c.old, c.new, "×" if c.breaking else "")
    return table


def diff_json(changes: Sequence[Change]) -> str:
    return json.dumps([asdict(c) for c in changes], ensure_ascii=False, indent=2) + "\n"


def diff_csv(changes: Sequence[Change]) -> str:
    return csv_text([("種類", "場所", "欄", "旧", "新", "互換を破る"), *map(astuple, changes)])


_KINDS = {"added": "追加 added", "removed": "削除 removed", "changed": "変更 changed"}


def diff_markdown(changes: Sequence[Change], old: str, new: str) -> str:
    """The differences as a document."""
    broken = sum(c.breaking for c in changes)
    rows = [
        f"# レイアウト {old} → {new}", "", f"違い {len(changes)} 件、うち互換を破るもの {broken} 件。", "",
        "| 種類 | 場所 | 欄 | 旧 | 新 | 互換を破る (breaking) |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for c in changes:
        cells = (_KINDS[c.kind], c.place, c.field, c.old, c.new, "はい" if c.breaking else "")
        rows.append("| " + " | ".join(t.replace("|", "\\|").replace("\n", " ") for t in cells) + " |")
    return "\n".join(rows) + "\n"
