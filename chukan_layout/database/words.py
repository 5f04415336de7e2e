"""Names and texts that the stores share: what tables are called, what stands in their comments, how SQL quotes."""

from __future__ import annotations

from chukan_layout.model.layout import Item, LayoutFile

#: Where it is told what was taken in, by table.
OWN, REGISTER = "chukan", "移行ファイル"
LATEST, YES = "最新フラグ", "1"
LATEST_VIEW = "_最新"


def name(text: str) -> str:
    """An identifier of SQL."""
    return '"' + text.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text of SQL."""
    return "'" + value.replace("'", "''") + "'"


def about_table(file: LayoutFile) -> str:
    return f"{file.name}（出所 {file.source}）"


def about_column(item: Item) -> str:
    return f"No.{item.no} {item.type} {item.digits}桁（出所 {item.source}）"
