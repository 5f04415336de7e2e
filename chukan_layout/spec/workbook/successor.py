"""基本データリスト of the successor: groups become files, in a set of layouts of its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from chukan_layout.spec.workbook import values
from chukan_layout.spec.workbook.draft import AreaDraft, ItemDraft, Notes, shape_of_value
from chukan_layout.spec.workbook.tables import SUCCESSOR, VALUES, Line

#: Columns that are kept as they are, under their own names.
KEPT = (
    "データ項目(ローマ字)", "グループ_外部キー", "クラス分類_Lv1", "クラス分類_Lv2", "クラス分類_Lv3", "データ出力条件",
    "項目定義", "標準仕様書関連箇所", "実装類型",
)  # fmt: skip
ITEM_ID, CODE_ID, REPEAT = "データ項目ID", "コードID", "繰り返し"


@cache
def business_names() -> dict[str, str]:
    """Names of the 業務 by their ID."""
    import tomllib
    from pathlib import Path

    text = (Path(__file__).parent / "business_ids.toml").read_text(encoding="utf-8")
    return {str(k): str(v) for k, v in tomllib.loads(text)["names"].items()}


class Successor:
    """Gathers the lines of a 基本データリスト and of its code lists."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.areas: dict[str, AreaDraft] = {}
        self._group = ("", "")

    def take(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if line.shape is SUCCESSOR:
                self._item(line)
            elif line.shape is VALUES:
                self._value(line)

    def _area(self, line: Line, business: str) -> AreaDraft:
        name = business_names().get(business) or line.titles.get("area") or f"業務{business}"
        area = self.areas.setdefault(business, AreaDraft(name, int(business)))
        area.version = area.version or values.version(line.titles.get("version", ""))
        return area

    def _item(self, line: Line) -> None:
        if not line.cells["name"].strip() or not line.cells["type"].strip():
            said = " ".join(t.strip() for t in line.cells.values() if t.strip())
            self.notes.passed(line.place("name"), said)
            return
        if line.tight("type").upper() == "BLOB":
            self.notes.passed(line.place("type"), f"画像 (BLOB) の項目 {line.cells['name'].strip()}")
            return
        whole = line.tight("id") or line.tight("business").zfill(3) + line.tight("no").zfill(5)
        if len(whole) != 8 or not whole.isdecimal():
            where = "id" if "id" in line.columns else "business"
            self.notes.unreadable(line, where, "データ項目ID", "業務3桁と項目5桁の数字を書く")
            return
        group = line.cells["file"].strip() or (self._group[1] if self._group[0] == line.sheet.name else "")
        if not group:
            self.notes.unreadable(line, "file", "グループ", "空白にできません")
            return
        self._group = (line.sheet.name, group)
        file = self._area(line, whole[:3]).file(group, line.place("file"))
        data = {"name": line.cells["name"].strip(), **shape_of_value(line, self.notes)}
        attributes = {ITEM_ID: whole}
        attributes |= {k: line.cells[k] for k in KEPT if line.cells.get(k, "")}
        condition = line.tight("データ出力条件")
        if condition not in ("必須", "条件付き必須", "任意", ""):
            self.notes.unreadable(line, "データ出力条件", "データ出力条件", "必須・条件付き必須・任意のどれか")
        data["required"] = condition == "必須"
        for column in ("description", "sample", "note"):
            if text := line.cells.get(column, ""):
                data[column] = text
        for column, name in (("code", CODE_ID), ("repeat", REPEAT)):
            if text := line.tight(column):
                attributes[name] = text
        if values.mark(line.cells.get("key", "")):
            file.key.append(data["name"])
            if not data["required"]:
                data["required"] = True
                self.notes.altered(line.place("key"), data["name"], "主キーなので必須とした")
        file.items.append(ItemDraft(line, data, attributes))

    def _value(self, line: Line) -> None:
        number = line.tight("table_id") or values.tight(line.titles.get("table_id", ""))
        name = line.cells.get("table", "").strip() or line.titles.get("table", "")
        business = line.tight("business") or (next(iter(self.areas)) if len(self.areas) == 1 else "")
        if not line.cells["code"].strip() or not number or not business.isdecimal():
            said = " ".join(t.strip() for t in line.cells.values() if t.strip())
            self.notes.passed(line.place("code"), said)
            return
        table = self._area(line, business.zfill(3)).table(name or number, line.place("code"))
        table.number = number
        value = {"code": line.cells["code"].strip(), "name": line.cells["name"]}
        if note := line.cells.get("note", ""):
            value["note"] = note
        table.values.append(value)
