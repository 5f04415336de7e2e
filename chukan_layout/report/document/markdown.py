"""A document as Markdown.  Cells cannot break a table; text of the data is never markup."""

from __future__ import annotations

import re

from chukan_layout.report.document.model import (
    Approval,
    Bars,
    Block,
    Bullets,
    Cell,
    Contents,
    Document,
    Facts,
    Heading,
    Para,
    Table,
    shown,
)
from chukan_layout.report.inert import inert

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def render(document: Document) -> str:
    """Headings, paragraphs and tables; a chart becomes the table of its numbers."""
    parts = [f"# {_text(document.title)}"]
    if document.subtitle:
        parts.append(_text(document.subtitle))
    chapters = [text for text, _ in document.chapters() if text]
    parts += [text for block in document.blocks if (text := _contents(block, chapters) if isinstance(block, Contents) else _block(block))]
    if document.footer:
        parts.append(f"---\n{_text(document.footer)}")
    return "\n\n".join(parts) + "\n"


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", inert(text))


def _cell(cell: Cell) -> str:
    return _text(shown(cell))


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_text(block.text)}"
    if isinstance(block, Para):
        return f"> {_text(block.text)}" if block.kind == "warn" else _text(block.text)
    if isinstance(block, Bullets):
        return "\n".join(f"{f'{i}.' if block.numbered else '-'} {_text(line)}" for i, line in enumerate(block.lines, 1))
    if isinstance(block, Facts):
        return "\n".join(f"- {_text(name)}: {_cell(value)}" for name, value in block.pairs)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Bars):
        return _bars(block)
    return _approval(block) if isinstance(block, Approval) else ""


def _contents(block: Contents, chapters: list[str]) -> str:
    return f"**{_text(block.title)}**\n\n" + "\n".join(f"{i}. {_text(text)}" for i, text in enumerate(chapters, 1))


def _rows(heads: list[str], marks: list[str], rows: list[list[str]]) -> str:
    lines = [heads, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _table(table: Table) -> str:
    if not table.rows:
        return _text(f"{table.title}: {table.empty}" if table.title else table.empty)
    marks = ["---" if any(isinstance(row[c], str) for row in table.rows) else "---:" for c in range(len(table.columns))]
    body = _rows([_text(c.name) for c in table.columns], marks, [[_cell(cell) for cell in row] for row in table.rows])
    return f"**{_text(table.title)}**\n\n{body}" if table.title else body


def _bars(bars: Bars) -> str:
    heads = [_text((bars.unit and f"{bars.title} ({bars.unit})") or bars.title), *(_text(s.name) for s in bars.series)]
    rows = [[_text(label), *(shown(s.values[i]) for s in bars.series)] for i, label in enumerate(bars.labels)]
    return _rows(heads, ["---", *("---:" for _ in bars.series)], rows)


def _approval(approval: Approval) -> str:
    rows = [[_text(f"{mark} {role}"), _text(name), "", ""] for role, mark, name in approval.boxes]
    return f"**{_text(approval.title)}**\n\n" + _rows(["区分", "氏名", "年月日", "印"], ["---"] * 4, rows)
