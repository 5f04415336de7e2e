"""付加情報: sheets of our own for what the official columns lack, so that an export can be imported whole.

The fields are taken from the models: a field that a model gets later has its column without a change here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from chukan_layout.model.layout import CodeTable, FileFormat, Item, LayoutFile, LayoutSet
from chukan_layout.spec.workbook.book import Sheet

MARK = "chukan 付加情報"
#: Fields that stand in columns of the official sheets.
ITEM_COLUMNS = (
    "no", "name", "type", "digits", "scale", "gaiji", "code", "required", "repeat", "description", "sample", "note",
    "applic",
)  # fmt: skip
FILE_COLUMNS = ("area", "area_name", "no", "name", "description", "items", "row_checks", "keyed_checks")
TABLE_COLUMNS = ("name", "description", "note", "values")
#: Fields of a code that the official sheet has no column for, and the column of ours that holds them.
PERIOD = ("valid_from", "valid_to", "valid_source")
PERIODS = "periods"
_LABELS = {
    "id": "識別名", "source": "出所", "key": "主キー", "secret": "秘密区分", "charset": "文字種", "exact": "桁数固定",
    "check_digit": "検査数字", "min": "最小", "max": "最大", "required_when": "必須条件", "applies_when": "対象条件",
    "severity": "重大度", "on_error": "誤り時", "attributes": "その他の欄",
}  # fmt: skip
Row = list[str]


def fields(model: type[BaseModel], columns: Sequence[str]) -> list[str]:
    """Fields of a model that no official column carries."""
    return [name for name in model.model_fields if name not in columns]


def heading(field: str) -> str:
    return f"{_LABELS[field]} ({field})" if field in _LABELS else field


def encode(model: BaseModel, field: str) -> str:
    """The value of a field as text; blank for its default."""
    value = getattr(model, field)
    if value == type(model).model_fields[field].default:
        return ""
    if isinstance(value, str):
        return value
    dumped = model.model_dump(mode="json", by_alias=True, exclude_none=True, include={field})
    return json.dumps(next(iter(dumped.values())), ensure_ascii=False)


def decode(model: type[BaseModel], field: str, text: str) -> Any:
    """The value that :func:`encode` wrote; ValueError when it is none."""
    return text if _is_text(model.model_fields[field].annotation) else json.loads(text)


def _is_text(annotation: Any) -> bool:
    if annotation is str or (get_origin(annotation) is Literal and isinstance(get_args(annotation)[0], str)):
        return True
    parts = [a for a in get_args(annotation) if a is not type(None)]
    return get_origin(annotation) not in (tuple, dict, list) and len(parts) >= 1 and all(map(_is_text, parts[:1]))


def sheets(layouts: LayoutSet) -> Iterator[tuple[str, list[Row]]]:
    """Names and rows of the sheets."""
    yield "付加_共通", list(_common(layouts))
    own = fields(LayoutFile, FILE_COLUMNS)
    rows = [["業務", "移行ファイル", *map(heading, own)]]
    for area in layouts.areas:
        rows += [[area.name, f.name, *(encode(f, k) for k in own)] for f in area.files]
    yield "付加_ファイル", [[MARK, "file"], *rows]
    own = fields(Item, ITEM_COLUMNS)
    rows = [["業務", "移行ファイル", "No.", "データ項目名称", *map(heading, own)]]
    for area in layouts.areas:
        for f in area.files:
            rows += [[area.name, f.name, str(i.no), i.name, *(encode(i, k) for k in own)] for i in f.items]
    yield "付加_項目", [[MARK, "item"], *rows]
    yield "付加_検査", [[MARK, "check"], *_checks(layouts)]
    own = fields(CodeTable, TABLE_COLUMNS)
    rows = [["業務", "コード名", *map(heading, own), f"有効期間 ({PERIODS})"]]
    for area in layouts.areas:
        rows += [[area.name, t.name, *(encode(t, k) for k in own), _periods(t)] for t in area.codes.values()]
    yield "付加_コード", [[MARK, "table"], *rows]


def _periods(table: CodeTable) -> str:
    """When the codes of a table could be given, by code; blank when no code says."""
    dumped = {v.code: v.model_dump(exclude_none=True, include=set(PERIOD)) for v in table.values}
    told = {code: period for code, period in dumped.items() if period}
    return json.dumps(told, ensure_ascii=False) if told else ""


def _common(layouts: LayoutSet) -> Iterator[Row]:
    yield [MARK, "common"]
    yield ["欄", "値"]
    for name in ("version", "title", "source", "note"):
        yield [name, getattr(layouts, name)]
    for name in FileFormat.model_fields:
        yield [f"format.{name}", encode(layouts.format, name)]
    for area in layouts.areas:
        yield [f"area.{area.no}", area.name]


def _checks(layouts: LayoutSet) -> Iterator[Row]:
    yield ["業務", "移行ファイル", "番号", "名称", "種類", "重大度", "出所", "定義"]
    for area in layouts.areas:
        for f in area.files:
            for c in (*f.row_checks, *f.keyed_checks):
                whole = c.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
                rest = {k: v for k, v in whole.items() if k not in ("id", "name", "kind", "severity", "source")}
                text = json.dumps(rest, ensure_ascii=False)
                yield [area.name, f.name, c.id, c.name, c.kind, c.severity, c.source, text]


def is_extra(sheet: Sheet) -> bool:
    return bool(sheet.rows and sheet.rows[0] and sheet.rows[0][0] == MARK)


class Extra:
    """The 付加情報 of a workbook, by area and file (or code table); blank when it has none."""

    def __init__(self, found: Sequence[Sheet]) -> None:
        self.common: dict[str, str] = {}
        self.files: dict[tuple[str, str], dict[str, Any]] = {}
        self.items: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.checks: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.tables: dict[tuple[str, str], dict[str, Any]] = {}
        self.periods: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
        #: Cells that hold no value: sheet, row, column.
        self.bad: list[tuple[Sheet, int, int]] = []
        for sheet in found:
            kind = sheet.rows[0][1] if len(sheet.rows[0]) > 1 else ""
            for number, row in enumerate(sheet.rows[2:], 2):
                if any(row):
                    self._row(sheet, kind, number, row)

    def __bool__(self) -> bool:
        return bool(self.common or self.files or self.items)

    def _row(self, sheet: Sheet, kind: str, number: int, row: Row) -> None:
        width = len(sheet.rows[1])
        row = [*row, *[""] * (width - len(row))]
        if kind == "common":
            self.common[row[0]] = row[1]
        elif kind == "file":
            self.files[row[0], row[1]] = self._values(sheet, LayoutFile, number, row, 2)
        elif kind == "item":
            self.items[row[0], row[1], row[2]] = self._values(sheet, Item, number, row, 4)
        elif kind == "table":
            self.tables[row[0], row[1]] = self._values(sheet, CodeTable, number, row, 2)
            self._period(sheet, number, row)
        elif kind == "check":
            try:
                rest = json.loads(row[7])
            except ValueError:
                self.bad.append((sheet, number, 7))
                return
            check = {"id": row[2], "name": row[3], "kind": row[4], "severity": row[5], "source": row[6], **rest}
            self.checks.setdefault((row[0], row[1]), []).append(check)

    def _values(self, sheet: Sheet, model: type[BaseModel], number: int, row: Row, start: int) -> dict[str, Any]:
        values = {}
        for i, head in enumerate(sheet.rows[1][start:], start):
            field = head.rpartition("(")[2].rstrip(")").strip() if "(" in head else head.strip()
            if field in model.model_fields and row[i] != "":
                try:
                    values[field] = decode(model, field, row[i])
                except ValueError:
                    self.bad.append((sheet, number, i))
        return values

    def _period(self, sheet: Sheet, number: int, row: Row) -> None:
        place = next((i for i, head in enumerate(sheet.rows[1]) if f"({PERIODS})" in head), None)
        if place is None or not row[place]:
            return
        try:
            told = json.loads(row[place])
            self.periods[row[0], row[1]] = {str(k): dict(v) for k, v in told.items()}
        except (ValueError, TypeError, AttributeError):
            self.bad.append((sheet, number, place))

    def format(self) -> FileFormat | None:
        """共通仕様, when the workbook has it; ValidationError when it is none."""
        words = {k.removeprefix("format."): v for k, v in self.common.items() if k.startswith("format.")}
        if not words:
            return None
        return FileFormat.model_validate({k: decode(FileFormat, k, v) for k, v in words.items() if v})
