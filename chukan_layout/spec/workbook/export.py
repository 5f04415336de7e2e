"""A LayoutSet as a workbook in the shape of the ministry's sheets, or of the successor's list."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from chukan_layout.model.layout import Area, Item, LayoutSet
from chukan_layout.spec.listing import origin
from chukan_layout.spec.workbook import extra
from chukan_layout.spec.workbook.build import CODE, SAMPLE
from chukan_layout.spec.workbook.successor import CODE_ID, ITEM_ID, KEPT, REPEAT

FILE_HEADS = ("No.", "移行ファイル名", "説明", "データ項目の改定(○:改定有り)")
ITEM_HEADS = (
    "No.", "データ項目名称", "データ型", "桁数", "外字使用", "コード", "必須[○]/任意[空白]",
    "繰り返し[2回以上の場合のみ記載]", "項目説明", "サンプル値", "備考", "APPLIC標準仕様 データ一覧 引用",
)  # fmt: skip
CODE_HEADS = ("No.", "コード名", "説明", "備考")
VALUE_HEADS = ("コード名", "コード", "名称", "備考")
SUCCESSOR_HEADS = (
    "データ項目ID", "データ項目", "データ項目(ローマ字)", "グループ_名称", "グループ_主キー", "グループ_外部キー",
    "クラス分類_Lv1", "クラス分類_Lv2", "クラス分類_Lv3", "データ型", "桁数", "コード", "繰り返し", "データ出力条件",
    "項目定義", "項目説明", "標準仕様書関連箇所", "実装類型", "サンプル値", "備考",
)  # fmt: skip
Row = list[str]
_WIDE = frozenset({"項目説明", "説明", "項目定義", "備考", "名称", "移行ファイル名", "データ項目名称", "データ項目"})


def workbook(layouts: LayoutSet) -> bytes:
    """The workbook; the same layouts give the same bytes."""
    import datetime as dt

    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": layouts.title, "created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001
    bold = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for name, rows in sheets(layouts):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            head = "No." in row or row[:1] == ["コード名"] or row[:1] in (["データ項目ID"], ["業務ID"])
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(number, column, text, bold if head else plain)
                if head:
                    sheet.set_column(column, column, 32 if text in _WIDE else 12)
    book.close()
    return out.getvalue()


def sheets(layouts: LayoutSet) -> Iterator[tuple[str, list[Row]]]:
    """Names and rows of all sheets: those of each area, then our own."""
    for area in layouts.areas:
        if _is_successor(layouts, area):
            yield f"{area.no:03d}_基本データリスト", list(_successor(area))
            yield f"{area.no:03d}_コード一覧", list(_lists(area, layouts.version, numbered=True))
            continue
        yield f"{area.no:02d}_移行ファイル構成表", list(_files(area, layouts.version))
        yield f"{area.no:02d}_データ項目一覧表", list(_items(area, layouts.version))
        yield f"{area.no:02d}_コード構成表", list(_codes(area, layouts.version))
        yield f"{area.no:02d}_コード一覧表", list(_lists(area, layouts.version))
    yield from extra.sheets(layouts)


def _is_successor(layouts: LayoutSet, area: Area) -> bool:
    every = {origin(i.source) for f in area.files for i in f.items}
    return every == {"successor"} and all(ITEM_ID in i.attributes for f in area.files for i in f.items)


def _title(area: Area, version: str, *more: str) -> Row:
    return ["業務名", area.name, "業務番号", str(area.no), "バージョン", f"V{version}", *more]


def _files(area: Area, version: str) -> Iterator[Row]:
    yield ["移行ファイル構成表"]
    yield _title(area, version)
    yield list(FILE_HEADS)
    for file in area.files:
        yield [str(file.no), file.name, file.description, file.attributes.get("データ項目の改定", "")]


def _items(area: Area, version: str) -> Iterator[Row]:
    yield ["データ項目一覧表"]
    for file in area.files:
        yield _title(area, version, "移行ファイル名", file.name)
        yield list(ITEM_HEADS)
        yield from map(_item, file.items)
        yield []


def _mark(value: bool) -> str:
    return "○" if value else ""


def _digits(item: Item) -> str:
    return f"{item.digits},{item.scale}" if item.scale else str(item.digits)


def _item(item: Item) -> Row:
    kept = item.attributes
    repeat = str(item.repeat) if item.repeat > 1 else ""
    return [
        str(item.no), item.name, item.type, _digits(item), _mark(item.gaiji), item.code or kept.get(CODE, ""),
        _mark(item.required), repeat, item.description, item.sample or kept.get(SAMPLE, ""), item.note, item.applic,
    ]  # fmt: skip


def _codes(area: Area, version: str) -> Iterator[Row]:
    yield ["コード構成表"]
    yield _title(area, version)
    yield list(CODE_HEADS)
    for number, table in enumerate(area.codes.values(), 1):
        yield [str(number), table.name, table.description, table.note]


def _lists(area: Area, version: str, numbered: bool = False) -> Iterator[Row]:
    yield ["コード一覧表"]
    yield _title(area, version)
    yield ["業務ID", "コードID", *VALUE_HEADS] if numbered else list(VALUE_HEADS)
    for table in area.codes.values():
        number = table.source.partition("/")[2]
        first = [f"{area.no:03d}", number] if numbered else []
        for value in table.values:
            yield [*first, table.name, value.code, value.name, value.note]


def _successor(area: Area) -> Iterator[Row]:
    yield ["基本データリスト"]
    yield list(SUCCESSOR_HEADS)
    for file in area.files:
        for item in file.items:
            kept = item.attributes
            cells = {
                "データ項目ID": kept[ITEM_ID], "データ項目": item.name, "グループ_名称": file.name,
                "グループ_主キー": _mark(item.name in file.key), "データ型": item.type, "桁数": _digits(item),
                "コード": kept.get(CODE_ID) or kept.get(CODE, ""), "繰り返し": kept.get(REPEAT, ""),
                "項目説明": item.description, "サンプル値": item.sample or kept.get(SAMPLE, ""), "備考": item.note,
                **{k: kept[k] for k in KEPT if k in kept},
            }  # fmt: skip
            yield [cells.get(head, "") for head in SUCCESSOR_HEADS]


def only(layouts: LayoutSet, numbers: Sequence[int]) -> LayoutSet:
    """The set with these areas alone."""
    return layouts.model_copy(update={"areas": tuple(a for a in layouts.areas if a.no in numbers)})
