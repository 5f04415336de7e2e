"""Reports of conversions: text for people, HTML with pictures.  Pure functions of the report."""

from __future__ import annotations

from html import escape
from typing import Any, Protocol

from rich.console import Group
from rich.table import Table
from rich.text import Text

from chukan_layout.gaiji.convert import text_of
from chukan_layout.gaiji.pages import page, table_html
from chukan_layout.gaiji.pictures import Pictures, image_html

_MOST = 60


def conversion_text(report: dict[str, Any], lang: str) -> Group:
    """The report on a terminal."""
    ja = lang == "ja"
    lines = [
        Text(f"{report['to']} ({report['stop']}, {report['fallback']})  {report['table_version']}"),
        Text(
            f"行 {report['rows']}、置き換え {report['replaced']} 箇所 ({report['rows_touched']} 行)"
            if ja
            else f"{report['rows']} rows, {report['replaced']} replacements in {report['rows_touched']} rows"
        ),
    ]
    classes = Table("区分" if ja else "class", "件数" if ja else "count", box=None)
    for name, count in report["classes"].items():
        classes.add_row(name, str(count))
    lost = Table("未解決" if ja else "unresolved", "MJ", "件数" if ja else "count", "列" if ja else "columns", box=None)
    for unit in report["unresolved"][:_MOST]:
        lost.add_row(unit["source_hex"], unit["mj"], str(unit["count"]), "、".join(unit["column"]))
    parts: list[Any] = [*lines, classes]
    if report["unresolved"]:
        parts.append(lost)
    for over in report["overflow"]:
        parts.append(Text(f"{'桁あふれ' if ja else 'too long'} {over['column']} > {over['limit']} {over['measure']}: {over['count']}"))
    for same in report["collisions"]:
        if same["count"]:
            mark = ("キー " if ja else "key ") if same["key"] else ""
            parts.append(Text(f"{'同じになった値' if ja else 'values that became equal'} {mark}{same['column']}: {same['count']}"))
    for back in report["reversible"]:
        word = ("台帳なしで戻せる" if ja else "reversible without the ledger") if back["reversible"] else ("台帳がないと戻せない" if ja else "reversible by the ledger only")
        parts.append(Text(f"{back['column']}: {word}{' (' + '、'.join(back['because'][:3]) + ')' if back['because'] else ''}"))
    return Group(*parts)


class UnitSource(Protocol):
    """Pictures of the body's own units (its font)."""

    def png(self, unit: str, mj: str) -> bytes | None: ...


def conversion_html(report: dict[str, Any], own: UnitSource | None = None) -> str:
    """The report as one file, the characters as pictures; ``own`` shows the body's characters by its font."""
    pictures = Pictures()

    def picture(unit: dict[str, Any]) -> str:
        raw = own.png(text_of(unit["source_hex"]), unit["mj"]) if own else None
        return image_html(raw, unit["source_hex"], "g s") if raw else pictures.html(unit["mj"])

    units = [
        (
            f"<code>{escape(u['source_hex'])}</code>", picture(u), escape(u["mj"]), pictures.html_of_text(u["target"]),
            escape(u["class"]), str(u["count"]), str(u["rows"]), escape("、".join(u["column"])),
        )
        for u in report["units"]
    ]  # fmt: skip
    heads = ("元のコード", "字形", "MJ", "行き先", "区分", "件数", "行数", "列")
    lost = [row for row, u in zip(units, report["units"], strict=True) if u in report["unresolved"]]
    over = [
        (escape(o["column"]), f"{o['limit']} {o['measure']}", str(o["count"]), str(o["longest"] or ""), escape("、".join(str(e["row"] + 1) for e in o["examples"])))
        for o in report["overflow"]
    ]
    same = [
        (escape(c["column"]), "○" if c["key"] else "", str(c["count"]), escape("; ".join("、".join(str(r + 1) for r in e["first_rows"]) for e in c["examples"])))
        for c in report["collisions"]
    ]
    back = [(escape(b["column"]), "○" if b["reversible"] else "台帳が必要", escape("、".join(b["because"]))) for b in report["reversible"]]
    facts = [("出力", report["to"]), ("縮退の範囲", report["stop"]), ("行き先のない文字", report["fallback"]), ("表の版", report["table_version"]), ("行", report["rows"]), ("置き換え", report["replaced"])]
    body = [
        table_html(("", ""), [(escape(k), escape(str(v))) for k, v in facts]),
        f"<h2>未解決 ({len(lost)})</h2>", table_html(heads, lost),
        "<h2>桁あふれ</h2>", table_html(("列", "上限", "件数", "最長", "行"), over),
        "<h2>同じになった値</h2>", table_html(("列", "キー", "組", "行の例"), same),
        "<h2>元に戻せるか</h2>", table_html(("列", "台帳なしで", "理由"), back),
        f"<h2>置き換え ({len(units)})</h2>", table_html(heads, units),
    ]  # fmt: skip
    return page("外字変換の報告", "".join(body))
