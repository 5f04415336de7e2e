"""Workbooks of layouts as the ministry makes them, for the tests of import and export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
from click.testing import CliRunner, Result

from chukan_layout.cli.main import cli
from chukan_layout.model.layout import LayoutSet
from chukan_layout.spec.workbook.importer import Imported, import_books

AREAS = {"就学": 5, "固定資産税": 7, "財務会計": 20}
GAKUREI = [
    ["１", "識別番号", "Ｘ", "１５", None, None, "○", None, "自治体内で人を統一的に管理する番号", "000000000000001", None, "住民基本台帳:識別番号"],
    ["２", "就学校コード", "Ｘ", 3, "", "学校", "○", "", "現在就学中の学校区を一意に定義", "001", "", ""],
    [3, "就学小中学校区分", "X", "1桁", "", "小中学校区分", "〇", "", "就学校の小中学校の別", "1", "", ""],
    [4, "保護者続柄", "X", 2, "", "－", "", "３", "保護者と学齢児童の関係", "30", "", ""],
    [5, "備考内容", "Ｎ", 200, "○", "", "", "", "備考", "", "※印は任意", ""],
]
ITEM_HEADS = [
    "No.", "データ項目名称", "データ型", "桁数", "外字使用", "コード", "必須[○]/\n任意[空白]",
    "繰り返し\n[2回以上の場合のみ記載]", "項目説明", "サンプル値", "備考", "APPLIC標準仕様\nデータ一覧 引用",
]  # fmt: skip
Rows = Sequence[Sequence[object]]


def save(path: Path, **sheets: Rows) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def school(path: Path, **other: Rows) -> Path:
    """A workbook like the ministry's: title rows, notes, blank rows, two files on one sheet, full-width digits."""
    sheets: dict[str, Rows] = {
        "表紙": [["中間標準レイアウト仕様"], ["就学"]],
        "移行ファイル構成表": [
            ["移行ファイル構成表"],
            ["業務名", "就学", None, "バージョン", "Ｖ２．２"],
            [],
            ["No.", "移行ファイル名", "説明", "データ項目の改定\n(○：改定有り)"],
            [1, "学齢簿ファイル", "学齢簿に記載された最新情報", "○"],
            [2, "学校情報ファイル", "学校の情報を管理", None],
            [10, "予備領域ファイル", "予備領域を定義したファイル", None],
            ["※ 予備領域の使い方は別に定める"],
        ],
        "データ項目一覧表": [
            ["データ項目一覧表"],
            ["業務名：就学", None, "移行ファイル名：学齢簿ファイル", "バージョン：V2.2"],
            ITEM_HEADS,
            *GAKUREI,
            ["※ 続柄は住民基本台帳に合わせる"],
            [],
            ["業務名", "就学", "移行ファイル名", "学校情報ファイル", "バージョン", "V2.2"],
            ITEM_HEADS,
            [1, "学校コード", "X", "3", "", "学校", "○", "", "学校を一意に定義", "001", "", ""],
            [2, "学校名称", "N", 40, "", "", "○", "", "", "見本小学校", "", ""],
        ],
        "コード構成表": [
            ["業務名", "就学"],
            ["No.", "コード名", "説明", "備考"],
            [1, "小中学校区分", "小学校と中学校の別", ""],
            [2, "学校", "自治体の学校", "値は自治体による"],
        ],
        "コード一覧表": [
            ["業務名", "就学"],
            ["コード名", "コード", "名称", "備考"],
            ["小中学校区分", "1", "小学校", ""],
            [None, 2, "中学校", ""],
        ],
    }
    return save(path, **{**sheets, **other})


def imported(*books: Path, **options: str) -> Imported:
    return import_books(list(books), AREAS, **options)


def whole(found: Imported) -> LayoutSet:
    assert found.layouts is not None, [p.text() for p in found.problems]
    return found.layouts


def chukan(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(w) for w in words])
