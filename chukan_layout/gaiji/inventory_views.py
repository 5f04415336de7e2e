"""The inventory as table, CSV, XLSX, HTML and JSON.  Pictures stand in for characters that no font may have."""

from __future__ import annotations

import csv as csv_module
import io
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Protocol

import xlsxwriter
from rich.table import Table

from chukan_layout.gaiji.convert import PRIVATE
from chukan_layout.gaiji.pages import page, table_html
from chukan_layout.gaiji.pictures import image_html
from chukan_layout.gaiji.scan import totals

Unit = Mapping[str, Any]
HEADS = ("コード", "文字", "区分", "MJ", "解決", "件数", "行数", "列", "例の行", "前後")
_SHOWN = 200


class PictureSource(Protocol):
    """Where pictures of units come from: a PNG, or None."""

    def png(self, unit: str, mj: str) -> bytes | None: ...


def table(units: Sequence[Unit], lang: str) -> Table:
    """For a terminal."""
    heads = HEADS if lang == "ja" else ("code", "char", "class", "MJ", "resolves", "count", "rows", "columns", "rows e.g.", "context")
    made = Table(*heads, box=None)
    for unit in units[:_SHOWN]:
        made.add_row(*_cells(unit))
    return made


def csv(units: Sequence[Unit]) -> str:
    """For spreadsheets; no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv_module.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    writer.writerows([_safe(cell) for cell in _cells(unit)] for unit in units)
    return out.getvalue()


def as_json(units: Sequence[Unit], files: Sequence[str]) -> str:
    """For programs."""
    return json.dumps({"files": list(files), "classes": totals(units), "units": list(units)}, ensure_ascii=False, indent=2) + "\n"


def html(units: Sequence[Unit], pictures: PictureSource) -> str:
    """One file with a picture of each unit."""
    rows = []
    for unit in units:
        cells = [escape(cell) for cell in _cells(unit)]
        png = pictures.png(unit["unit"], unit["mj"])
        private = any(low <= ord(unit["unit"][0]) <= high for low, high in PRIVATE)
        cells[1] = image_html(png, unit["hex"], "g s") if png else "(字形なし)" if private else cells[1]
        if private:  # no font of the reader has it
            cells[9] = cells[9].replace(unit["unit"], f"U+{unit['hex']}")
        rows.append(cells)
    classes = ["" if unit["resolved"] else "none" for unit in units]
    kinds = table_html(("区分", "種類"), [(escape(k), str(n)) for k, n in totals(units).items()])
    return page("外字・異体字の棚卸し", kinds + table_html(HEADS, rows, classes))


def xlsx(units: Sequence[Unit], pictures: PictureSource) -> bytes:
    """A workbook with pictures."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("棚卸し")
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True, "bg_color": "#eef2f5"})
    for column, head in enumerate((*HEADS, "字形")):
        sheet.write_string(0, column, head, bold)
    for row, unit in enumerate(units, 1):
        for column, cell in enumerate(_cells(unit)):
            sheet.write_string(row, column, cell)
        png = pictures.png(unit["unit"], unit["mj"])
        if png:
            sheet.set_row(row, 34)
            sheet.insert_image(row, len(HEADS), f"{unit['hex']}.png", {"image_data": io.BytesIO(png), "object_position": 1})
    sheet.set_column(0, len(HEADS), 16)
    book.close()
    return out.getvalue()


def _cells(unit: Unit) -> list[str]:
    samples = unit["samples"]
    return [
        unit["hex"], unit["unit"], unit["class"], unit["mj"], "○" if unit["resolved"] else "×", str(unit["count"]),
        str(unit["rows"]), "、".join(unit["columns"]), "、".join(str(s["row"]) for s in samples), samples[0]["context"] if samples else "",
    ]  # fmt: skip


def _safe(text: str) -> str:
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
