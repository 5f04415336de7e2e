"""Pages of the layouts: docs/layouts/, one per area and the coverage; HTML on demand.

``python -m chukan_layout.spec.pages`` writes them, ``--check`` names those that are not as the layouts have them.
"""

from __future__ import annotations

import html as escape
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from chukan_layout.model.layout import Area, CodeTable, Item, LayoutFile, LayoutSet, version_key
from chukan_layout.spec import words
from chukan_layout.spec.listing import ORIGINS, origin, sources

DOCS = Path(__file__).parents[2] / "docs" / "layouts"
MADE = "<!-- make docs が作る。手で直さない (generated, do not edit) -->"
ORIGIN_JA = {"official": "公式", "successor": "後継", "law": "法令", "draft": "案"}
_ITEM_HEADS = ("No.", "データ項目名称", "キー", "型", "桁数", "外字", "コード", "必須", "検査", "説明", "出所")
_CHECK_HEADS = ("番号", "検査", "内容", "重大度", "出所")


class Head(NamedTuple):
    level: int
    text: str


class Grid(NamedTuple):
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


#: What a page is made of: a heading, a paragraph, or a table.
Part = Head | Grid | str


def area_parts(layouts: LayoutSet, area: Area) -> Iterator[Part]:
    """Everything about one area: files, keys, items, checks, code tables, sources."""
    yield Head(1, f"{area.no:02d} {area.name}")
    count = Counter(origin(i.source) for f in area.files for i in f.items)
    yield f"{layouts.title} (版 {layouts.version})。項目 {sum(count.values())}: {_counts(count)}。"
    yield "「案」(draft) の行は本プロジェクトの下書きで、仕様準拠ではありません。Lines marked 案 are drafts of ours."
    rows = [(str(f.no), f.name, str(len(f.items)), "・".join(f.key), f.description, f.source) for f in area.files]
    yield Head(2, "移行ファイル")
    yield Grid(("No.", "移行ファイル名", "項目数", "主キー", "説明", "出所"), rows)
    for file in area.files:
        yield from _file_parts(file)
    if area.codes:
        yield Head(2, "コード表")
        for table in area.codes.values():
            yield from _table_parts(table)


def _file_parts(file: LayoutFile) -> Iterator[Part]:
    yield Head(2, f"{file.no}. {file.name}")
    yield f"主キー: {'・'.join(file.key) or 'なし'}。出所: {file.source}。{file.description}"
    yield Grid(_ITEM_HEADS, [_item(i, i.name in file.key) for i in file.items])
    checks = [(c.id, c.name, words.check(c), c.severity, c.source) for c in (*file.row_checks, *file.keyed_checks)]
    if checks:
        yield Grid(_CHECK_HEADS, checks)


def _item(item: Item, key: bool) -> Sequence[str]:
    digits = f"{item.digits},{item.scale}" if item.scale else str(item.digits)
    required = "○" if item.required else "△" if item.required_when else ""
    text = "。".join(t.rstrip("。") for t in (item.description, item.note) if t)
    return (
        str(item.no), item.name, "○" if key else "", item.type, digits, "○" if item.gaiji else "", item.code or "",
        required, " ".join(words.demands(item)), text, item.source,
    )  # fmt: skip


def _table_parts(table: CodeTable) -> Iterator[Part]:
    yield Head(3, table.name)
    note = "。".join(t.rstrip("。") for t in (table.description, table.note) if t)
    yield f"出所: {table.source}。{note}"
    if any(v.valid_source for v in table.values):
        rows = [(v.code, v.name, v.note, words.period(v), v.valid_source or "") for v in table.values]
        yield Grid(("コード", "名称", "備考", "有効期間", "期間の出所"), rows)
    else:
        yield Grid(("コード", "名称", "備考"), [(v.code, v.name, v.note) for v in table.values])


def _counts(count: Counter[str]) -> str:
    return "、".join(f"{ORIGIN_JA[name]} {count[name]}" for name in ORIGINS)


def coverage_parts(layouts: LayoutSet, others: Sequence[LayoutSet]) -> Iterator[Part]:
    """How much of the layouts is official, from the successor, from the law, or a draft."""
    yield Head(1, "レイアウトの範囲と出所 (coverage)")
    files = [f for a in layouts.areas for f in a.files]
    total: Counter[str] = Counter()
    for file in files:
        total.update(sources(file))
    yield (
        f"{layouts.title} (版 {layouts.version}): {len(layouts.areas)} 業務、{len(files)} 移行ファイル、"
        f"{sum(total.values())} 項目。出所の内訳は {_counts(total)}。"
    )
    yield (
        "公式 (official) はデータ項目一覧表そのもので確かめた項目、後継 (successor) は標準準拠システムの基本データリストから"
        "導いた項目、法令 (law) は条文が定める項目、案 (draft) は本プロジェクトの下書き。公式のデータ項目一覧表の多くは"
        "まだ手に入っていない。公式のブックがあれば `chukan layout import` で取り込める。"
    )
    rows = [_coverage(area) for area in layouts.areas]
    yield Grid(("業務", "ファイル", "項目", "公式", "後継", "法令", "案", "コード表", "検査"), rows)
    yield Head(2, "版")
    yield "違いが分かっていることだけが違う。Only what is known to differ differs."
    yield Grid(("版", "業務", "項目", "説明"), [_version(o) for o in sorted(others, key=lambda o: version_key(o.version))])
    yield Head(2, "ブックと HTML")
    yield (
        "`chukan layout export --xlsx --output-file レイアウト.xlsx` は公式と同じ形のブックを、"
        "`chukan layout export 就学 --format html --output-file 就学.html` は HTML を作る。"
    )


def _coverage(area: Area) -> Sequence[str]:
    count: Counter[str] = Counter()
    for file in area.files:
        count.update(sources(file))
    checks = sum(len(f.row_checks) + len(f.keyed_checks) for f in area.files)
    items = sum(len(f.items) for f in area.files)
    link = f"[{area.no:02d} {area.name}]({_name(area)})"
    numbers = (len(area.files), items, *(count[name] for name in ORIGINS), len(area.codes), checks)
    return (link, *map(str, numbers))


def _version(layouts: LayoutSet) -> Sequence[str]:
    items = sum(len(f.items) for a in layouts.areas for f in a.files)
    return (layouts.version, str(len(layouts.areas)), str(items), layouts.note)


def _name(area: Area) -> str:
    """The name of an area's page; brackets would end a link of Markdown."""
    return f"{area.no:02d}-{area.name.replace('(', '-').replace(')', '')}.md"


def as_markdown(parts: Iterable[Part]) -> str:
    """Parts as Markdown."""
    lines: list[str] = []
    for part in parts:
        if isinstance(part, str):
            lines += [part, ""]
        elif isinstance(part, Head):
            lines += [f"{'#' * part.level} {part.text}", ""]
        else:
            lines += [_row(part.heads), "|" + "---|" * len(part.heads), *map(_row, part.rows), ""]
    return "\n".join(lines).rstrip() + "\n"


def _row(cells: Sequence[str]) -> str:
    safe = (c.replace("\\", "\\\\").replace("|", "\\|").replace("\r", "").replace("\n", "<br>") for c in cells)
    return f"| {' | '.join(safe)} |".replace("<", "&lt;").replace("&lt;br>", "<br>")


def markdown(layouts: LayoutSet) -> str:
    """All areas as one Markdown text."""
    return as_markdown(part for area in layouts.areas for part in area_parts(layouts, area))


_STYLE = (
    "body{font-family:sans-serif;margin:2em;color:#222}table{border-collapse:collapse;margin:.5em 0 1.5em;font-size:.85em}"
    "th,td{border:1px solid #bbb;padding:.2em .5em;text-align:left;vertical-align:top}th{background:#e8eef5}"
    "@media print{body{margin:0}tr{break-inside:avoid}}"
)


def html(layouts: LayoutSet) -> str:
    """All areas as one HTML page that needs nothing else."""
    body: list[str] = []
    for part in (p for area in layouts.areas for p in area_parts(layouts, area)):
        if isinstance(part, str):
            body.append(f"<p>{escape.escape(part)}</p>")
        elif isinstance(part, Head):
            body.append(f"<h{part.level}>{escape.escape(part.text)}</h{part.level}>")
        else:
            cells = "".join(f"<th scope=col>{escape.escape(h)}</th>" for h in part.heads)
            lines = ("<tr>" + "".join(f"<td>{escape.escape(c)}</td>" for c in row) + "</tr>" for row in part.rows)
            body.append(f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(lines)}</tbody></table>")
    title = escape.escape(layouts.title)
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="ja"><head>{head}</head><body>\n' + "\n".join(body) + "\n</body></html>\n"


def generated() -> dict[Path, str]:
    """Every generated page with its text, from the layouts that are shipped."""
    from chukan_layout.spec.paths import is_version
    from chukan_layout.spec.read_layouts import read_layouts

    folder = Path(__file__).parents[2] / "layouts"
    names = sorted((p.parent.name for p in folder.glob("*/common.toml")), key=version_key)
    latest = [n for n in names if is_version(n)][-1]
    sets = [read for n in names if (read := read_layouts(folder / n, extra=False).layouts) is not None]
    newest = next(s for s in sets if s.version == latest)
    made = {DOCS / "README.md": as_markdown([MADE, *coverage_parts(newest, sets)])}
    for area in newest.areas:
        made[DOCS / _name(area)] = as_markdown([MADE, *area_parts(newest, area)])
    return made


def main(options: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` only name those that are stale."""
    made = generated()
    stale = [p for p, text in made.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    gone = [p for p in DOCS.glob("*.md") if p not in made]
    if "--check" in options:
        for path in (*stale, *gone):
            sys.stderr.write(f"古いファイル (stale): docs/layouts/{path.name} (make docs)\n")
        return 1 if stale or gone else 0
    DOCS.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(made[path], encoding="utf-8", newline="\n")
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
