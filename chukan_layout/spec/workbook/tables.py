"""Tables in sheets: found by their headings, in whatever order and wherever they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chukan_layout.spec.workbook.book import Sheet


@dataclass(frozen=True, eq=False)
class Shape:
    """A kind of table: for each field the headings it goes by; ``needs`` must all be there."""

    name: str
    headings: dict[str, tuple[str, ...]]
    needs: tuple[str, ...]

    def field(self, heading: str) -> str | None:
        """The field of a heading (as :func:`plain` gives it), with or without what stands in brackets."""
        bare = re.sub(r"\(.*?\)|\[.*?\]|<.*?>", "", heading)
        for word in (heading, bare):
            for field, words in self.headings.items():
                if word in words:
                    return field
        return None


_TITLES = {
    "area": ("業務名", "業務名称", "業務"),
    "area_no": ("業務番号",),
    "file": ("移行ファイル名", "移行ファイル"),
    "version": ("バージョン", "版", "版数"),
    "table": ("コード名", "コード名称"),
    "table_id": ("コードid",),
}
FILES = Shape(
    "移行ファイル構成表",
    {
        "no": ("no", "no.", "項番", "番号"),
        "area": ("業務名", "業務"),
        "name": ("移行ファイル名", "移行ファイル"),
        "description": ("説明", "移行ファイルの説明"),
        "データ項目の改定": ("データ項目の改定", "改定"),
    },
    ("name", "description"),
)
ITEMS = Shape(
    "データ項目一覧表",
    {
        "no": ("no", "no.", "項番", "番号"),
        "area": ("業務名", "業務"),
        "file": ("移行ファイル名", "移行ファイル"),
        "name": ("データ項目名称", "データ項目名"),
        "type": ("データ型", "型"),
        "digits": ("桁数", "桁"),
        "gaiji": ("外字使用", "外字"),
        "code": ("コード", "コード名"),
        "required": ("必須/任意", "必須", "必須任意"),
        "repeat": ("繰り返し", "繰返し", "繰返"),
        "description": ("項目説明", "説明"),
        "sample": ("サンプル値", "サンプル"),
        "note": ("備考",),
        "applic": ("applic標準仕様データ一覧引用", "applic標準仕様引用", "applic引用"),
    },
    ("name", "type", "digits"),
)
CODES = Shape(
    "コード構成表",
    {
        "no": ("no", "no.", "項番", "番号"),
        "area": ("業務名", "業務"),
        "name": ("コード名", "コード名称"),
        "description": ("説明",),
        "note": ("備考",),
    },
    ("name", "description"),
)
VALUES = Shape(
    "コード一覧表",
    {
        "no": ("no", "no.", "項番", "番号"),
        "area": ("業務名", "業務"),
        "business": ("業務id", "業務コード"),
        "table_id": ("コードid",),
        "table": ("コード名", "コード名称"),
        "code": ("コード", "コード値"),
        "name": ("名称", "コード内容", "内容", "意味"),
        "note": ("備考", "説明"),
    },
    ("code", "name"),
)
SUCCESSOR = Shape(
    "基本データリスト",
    {
        "id": ("データ項目id",),
        "business": ("業務コード", "業務id"),
        "no": ("項目コード",),
        "name": ("データ項目",),
        "データ項目(ローマ字)": ("データ項目(ローマ字)", "ローマ字"),
        "file": ("グループ", "グループ_名称", "グループ名称"),
        "key": ("主キー", "グループ_主キー"),
        "グループ_外部キー": ("外部キー", "グループ_外部キー"),
        "クラス分類_Lv1": ("lv1", "クラス分類_lv1", "クラス分類lv1"),
        "クラス分類_Lv2": ("lv2", "クラス分類_lv2", "クラス分類lv2"),
        "クラス分類_Lv3": ("lv3", "クラス分類_lv3", "クラス分類lv3"),
        "type": ("データ型",),
        "digits": ("桁数",),
        "code": ("コード",),
        "repeat": ("繰り返し",),
        "データ出力条件": ("データ出力条件",),
        "項目定義": ("項目定義",),
        "description": ("項目説明",),
        "標準仕様書関連箇所": ("標準仕様書関連箇所",),
        "実装類型": ("実装類型",),
        "sample": ("サンプル値",),
        "note": ("備考",),
    },
    ("name", "file", "type"),
)
#: Rows of a sheet that a title may stand in.
_COVER = 12
SHAPES = (SUCCESSOR, ITEMS, VALUES, CODES, FILES)


@dataclass(frozen=True)
class Line:
    """A row of a table.  ``cells`` are texts by field; ``titles`` what stood above the table."""

    sheet: Sheet
    row: int
    shape: Shape
    columns: dict[str, int]
    cells: dict[str, str]
    titles: dict[str, str]

    def place(self, field: str = "") -> str:
        return self.sheet.place(self.row, self.columns.get(field, min(self.columns.values())))

    def tight(self, field: str) -> str:
        """The text of a field in its plain form: full-width digits half, no blanks around."""
        return unicodedata.normalize("NFKC", self.cells.get(field, "")).strip()


def plain(text: str) -> str:
    """A heading to compare with: NFKC, lower, without blanks and line breaks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def lines(sheet: Sheet) -> Iterator[Line]:
    """Every row of every table of a sheet, the rows that cannot be understood among them."""
    titles: dict[str, str] = {"sheet": sheet.name}
    shape: Shape | None = None
    columns: dict[str, int] = {}
    skip = 0
    for number, row in enumerate(sheet.rows):
        if skip:
            skip -= 1
        elif not any(cell.strip() for cell in row):
            continue
        elif (head := _head(sheet.rows, number)) is not None:
            shape, columns, height = head
            skip = height - 1
        elif (found := _titles(row)) and (len(found) > 1 or (not _is_data(row, shape, columns) and _leads(row, shape))):
            titles = {**titles, **found}
            shape = None
        elif shape is not None:
            cells = {f: row[i] if i < len(row) else "" for f, i in columns.items()}
            yield Line(sheet, number, shape, columns, cells, titles)


def _is_data(row: list[str], shape: Shape | None, columns: dict[str, int]) -> bool:
    """Whether a row fills every column that the table needs: then it is no title, whatever it says."""
    return shape is not None and all(columns[f] < len(row) and row[columns[f]].strip() for f in shape.needs)


def _head(rows: list[list[str]], at: int) -> tuple[Shape, dict[str, int], int] | None:
    """The shape, columns and height of the heading in row ``at``; two rows when the second one says more."""
    one = [plain(cell) for cell in rows[at]]
    best = _fits([[word] for word in one])
    if at + 1 < len(rows):
        two = [plain(cell) for cell in rows[at + 1]]
        both = _fits(_combined(one, two))
        known = _fits([[word] for word in two])
        if both and known is None and len(both[1]) > (len(best[1]) if best else 0) and _is_heading(both, two):
            return (*both, 2)
    return (*best, 1) if best else None


def _is_heading(found: tuple[Shape, dict[str, int]], row: list[str]) -> bool:
    """Whether every word of the second row is part of the heading: data would not be."""
    columns = set(found[1].values())
    return all(not word or i in columns for i, word in enumerate(row))


def _combined(one: list[str], two: list[str]) -> list[list[str]]:
    """For each column the words it may go by: merged cells carry their word to the right."""
    above, words = "", []
    for i in range(max(len(one), len(two))):
        top, sub = (side[i] if i < len(side) else "" for side in (one, two))
        above = top or above
        words.append([f"{above}_{sub}", sub, top] if sub else [top])
    return words


def _fits(words: list[list[str]]) -> tuple[Shape, dict[str, int]] | None:
    best: tuple[Shape, dict[str, int]] | None = None
    for shape in SHAPES:
        columns: dict[str, int] = {}
        for i, choices in enumerate(words):
            field = next((f for w in choices if w and (f := shape.field(w))), None)
            if field is not None:
                columns.setdefault(field, i)
        if all(f in columns for f in shape.needs) and (best is None or len(columns) > len(best[1])):
            best = (shape, columns)
    return best


def _titles(row: list[str]) -> dict[str, str]:
    """Labels with their values: 業務名：就学 in one cell, or the label and its value side by side."""
    found: dict[str, str] = {}
    cells = [cell.strip() for cell in row if cell.strip()]
    position = 0
    while position < len(cells):
        label, colon, value = unicodedata.normalize("NFKC", cells[position]).partition(":")
        field = next((f for f, words in _TITLES.items() if plain(label) in words), None)
        if field and colon:
            found[field] = value.strip()
        elif field and position + 1 < len(cells):
            position += 1
            found[field] = unicodedata.normalize("NFKC", cells[position])
        position += 1
    return found


def _leads(row: list[str], shape: Shape | None) -> bool:
    """Whether the first word of a row is a label; above a table it may stand anywhere."""
    first = next(plain(cell).partition(":")[0] for cell in row if cell.strip())
    return shape is None or any(first in words for words in _TITLES.values())


def cover(sheets: Iterable[Sheet]) -> dict[str, str]:
    """What the sheets say of area and version anywhere, for tables that do not say it themselves."""
    found: dict[str, str] = {}
    for sheet in sheets:
        for row in sheet.rows[:_COVER]:
            found = {**_titles(row), **found}
            for cell in row if "version" not in found else ():
                if said := re.search(r"V\s*\d+\.\d+", unicodedata.normalize("NFKC", cell)):
                    found["version"] = said[0]
    return found
