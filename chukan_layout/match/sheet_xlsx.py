"""The review sheet as a workbook: a sheet of classes, a sheet of pairs; 判定 is a list to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from chukan_layout.match.sheet import Pair, Sheet

CLASSES, PAIRS = "分類", "組"
#: What may stand in 判定, and what it means in the decision file.
CHOICES = {"同一人": "same", "別人": "different", "保留": "hold"}
JUDGED = "判定"
#: Pairs on one sheet; Excel has room for 1,048,576 rows.
ROWS = 1_000_000
CLASS_HEAD = ("帯", "分類", "理由", "件数", "平均確率", "矛盾", JUDGED)


def write(path: Path, sheet: Sheet) -> None:
    """The workbook at ``path``, whole or not at all; the same bytes for the same content.

    Rows go to disk as they come, in a folder beside ``path`` that nobody else may read and that is gone afterwards.
    """
    with TemporaryDirectory(prefix=".part-", dir=path.parent) as scratch:
        made = Path(scratch) / path.name
        _fill(made, sheet, scratch)
        made.chmod(0o600)
        made.replace(path)


def _fill(path: Path, sheet: Sheet, scratch: str) -> None:
    from datetime import datetime

    book = xlsxwriter.Workbook(
        path,
        {
            "constant_memory": True,
            "tmpdir": scratch,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "title": "名寄せ確認票",
            "comments": sheet.run_id,
            "created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        }
    )
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#e8ecef", "text_wrap": True, "valign": "top"}),
        "differs": book.add_format({"bg_color": "#ffe3b8", "bold": True}),
        "judged": book.add_format({"bg_color": "#fffbe0", "border": 1}),
        "plain": book.add_format({}),
    }
    _classes(book, sheet, formats)
    _pairs(book, sheet, formats)
    book.close()


def _choice(page: Any, column: int, rows: int) -> None:
    if rows:
        page.data_validation(
            1, column, rows, column, {"validate": "list", "source": list(CHOICES), "ignore_blank": True}
        )


def _classes(book: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page = book.add_worksheet(CLASSES)
    for column, (text, width) in enumerate(zip(CLASS_HEAD, (10, 12, 60, 9, 9, 7, 10), strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, text, formats["head"])
    for at, c in enumerate(sheet.classes, start=1):
        page.write_string(at, 0, {"auto": "自動候補", "review": "要確認"}[c["band"]])
        page.write_string(at, 1, f"{c['band']}:{c['class']}")
        page.write_string(at, 2, c[sheet.t("理由", "reason")])
        page.write_number(at, 3, c["pairs"])
        page.write_number(at, 4, c["mean_p"])
        page.write_number(at, 5, c["contradictions"])
        page.write_string(at, 6, "同一人" if c["band"] == "auto" else "", formats["judged"])
    _choice(page, 6, len(sheet.classes))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(sheet.classes), 1), 6)


def _pairs(book: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    """As many sheets as the rows need; one, empty, when there are none."""
    pairs = sheet.pairs("review")
    for number in count(1):
        more = _page(book, f"{PAIRS}{number if number > 1 else ''}", sheet, islice(pairs, ROWS), formats)
        if more < ROWS:
            return


def _page(book: Any, name: str, sheet: Sheet, pairs: Iterator[Pair], formats: dict[str, Any]) -> int:
    page = book.add_worksheet(name)
    left, right = sheet.t("左", "left"), sheet.t("右", "right")
    heads = [JUDGED, "分類", "確率", "矛盾", "左の鍵", "右の鍵"]
    heads += [f"{label}（{side}）" for label in sheet.items.values() for side in (left, right)]
    heads += [f"{label} bit" for label in sheet.traits]
    for column, text in enumerate(heads):
        page.set_column(column, column, 14)
        page.write_string(0, column, text, formats["head"])
    rows = 0
    for rows, pair in enumerate(pairs, start=1):
        page.write_string(rows, 0, "", formats["judged"])
        page.write_string(rows, 1, f"{pair.band}:{pair.reason}")
        page.write_number(rows, 2, pair.p)
        page.write_string(rows, 3, "矛盾" if pair.contradiction else "")
        page.write_string(rows, 4, pair.left.key)
        page.write_string(rows, 5, pair.right.key)
        column = 6
        for item in sheet.items:
            mark = formats["differs" if pair.differs(item) else "plain"]
            page.write_string(rows, column, pair.left.texts[item], mark)
            page.write_string(rows, column + 1, pair.right.texts[item], mark)
            column += 2
        for bits in pair.weights:
            page.write_number(rows, column, bits)
            column += 1
    _choice(page, 0, rows)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, max(rows, 1), len(heads) - 1)
    return rows
