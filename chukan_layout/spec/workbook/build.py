"""Drafts of a workbook, with our own 付加情報 where it has some, as areas of a layout set."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import ValidationError

from chukan_layout.model.layout import Area, CodeTable, Item, LayoutFile
from chukan_layout.spec import meaning
from chukan_layout.spec.workbook.draft import AreaDraft, FileDraft, ItemDraft, Notes, TableDraft
from chukan_layout.spec.workbook.extra import Extra
from chukan_layout.spec.workbook.kinds import NO_NAME, PASSED_OVER, UNREADABLE_CELL
from chukan_layout.spec.workbook.successor import CODE_ID

Made = TypeVar("Made", CodeTable, LayoutFile, Item)
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f]')
SAMPLE, CODE = "サンプル値", "コード"


class Builder:
    """Makes areas; ``source`` is the mark of every line that does not say its own."""

    def __init__(self, notes: Notes, extra: Extra, source: str, successor: bool) -> None:
        self.notes, self.extra, self.source, self.successor = notes, extra, source, successor

    def area(self, draft: AreaDraft, no: int) -> Area | None:
        """The area; None when a part of it could not be made, which is told."""
        if _UNSAFE.search(draft.name) or draft.name.startswith("."):
            self.notes.problems.append(NO_NAME.problem(f"{no:02d}", 0, what="業務名 (area)"))
            return None
        before = len(self._errors())
        codes = {t.name: made for t in draft.tables.values() if (made := self._table(draft, t, no))}
        numbers = {t.number: t.name for t in draft.tables.values() if t.number}
        files = [self._file(draft, file, no, codes, numbers) for file in draft.files.values()]
        if len(self._errors()) > before:
            return None
        ordered = sorted((f for f in files if f is not None), key=lambda f: f.no)
        used = {i.code for f in ordered for i in f.items}
        for table in draft.tables.values():
            if table.name in codes and table.name not in used and not self.extra:
                self.notes.passed(table.place, f"どの項目も使わないコード表 {table.name}")
                del codes[table.name]
        return Area(no=no, name=draft.name, files=tuple(ordered), codes=codes)

    def _errors(self) -> list[Any]:
        return [p for p in self.notes.problems if p.severity == "error"]

    def _source(self, no: int, number: str = "") -> str:
        return (f"successor:{no:03d}/{number}" if number.isdecimal() else f"successor:{no:03d}") if self.successor else self.source

    def _table(self, area: AreaDraft, draft: TableDraft, no: int) -> CodeTable | None:
        if not draft.values:
            self.notes.passed(draft.place, f"値のないコード {draft.name} (コード一覧表にない)")
            return None
        once: dict[str, dict[str, str]] = {}
        for value in draft.values:
            if value["code"] in once and once[value["code"]] != value:
                self.notes.altered(draft.place, draft.name, f"コード {value['code']} が二度あり、初めのものをとった")
            once.setdefault(value["code"], value)
        periods = self.extra.periods.get((area.name, draft.name), {})
        values = [{**value, **periods.get(value["code"], {})} for value in once.values()]
        data = {
            "name": draft.name, "source": self._source(no, draft.number), "description": draft.description, "note": draft.note,
            "values": values, **self.extra.tables.get((area.name, draft.name), {}),
        }  # fmt: skip
        return self._made(CodeTable, data, draft.place)

    def _file(
        self, area: AreaDraft, draft: FileDraft, no: int, codes: dict[str, CodeTable], numbers: dict[str, str]
    ) -> LayoutFile | None:
        if not draft.items:
            self.notes.problems.append(PASSED_OVER.problem(draft.place, 0, what=f"項目のない移行ファイル {draft.name}"))
            return None
        at = (area.name, draft.name)
        items = []
        for i, item in enumerate(draft.items, 1):
            said = self.extra.items.get((*at, str(i)))
            made = self._item(item, i, no, said, codes, numbers, draft.key)
            if made is not None:
                items.append(made)
        names: set[str] = set()
        for item, one in zip(draft.items, items, strict=False):
            if one.name in names:
                self.notes.unreadable(item.line, "name", "データ項目名称", "同じ名前が二つあります")
            names.add(one.name)
        checks = self.extra.checks.get(at, [])
        data = {
            "area": no, "area_name": area.name, "no": draft.no,
            "id": _UNSAFE.sub("_", re.sub(r"\s+", "", draft.name).removesuffix("ファイル")) or draft.name,
            "name": draft.name, "description": draft.description, "source": self._source(no), "key": draft.key,
            "attributes": draft.attributes, "items": items,
            "row_checks": [c for c in checks if c["kind"] in _ROW],
            "keyed_checks": [c for c in checks if c["kind"] not in _ROW],
            **self.extra.files.get(at, {}),
        }  # fmt: skip
        return self._made(LayoutFile, data, draft.place)

    def _item(
        self, draft: ItemDraft, no: int, area: int, said: dict[str, Any] | None, codes: dict[str, CodeTable],
        numbers: dict[str, str], key: list[str],
    ) -> Item | None:  # fmt: skip
        data, line = dict(draft.data), draft.line
        if "type" not in data or "digits" not in data:
            return None
        attributes = dict(draft.attributes)
        if (number := attributes.get(CODE_ID)) and "code" not in data:
            table = numbers.get(number) or numbers.get(number.lstrip("0"))
            if table in codes:
                data["code"] = table
            elif said is None:
                self.notes.altered(line.place("code"), data["name"], f"コード {number} の一覧がブックにない")
        elif (code := data.get("code")) and code not in codes:
            attributes[CODE] = data.pop("code")
            if said is None:
                self.notes.altered(line.place("code"), data["name"], f"コード「{code}」の一覧がブックにない")
        data |= {"no": no, "source": self._source(area), "attributes": attributes}
        if said is None:
            data["secret"] = "mynumber" if data["name"] == "個人番号" else "none" if data["name"] in key else "personal"
        elif said.get("attributes", {}).get(SAMPLE) == data.get("sample", ""):
            data.pop("sample", None)
        item = self._made(Item, {**data, **(said or {})}, line.place("name"))
        if item is None or said is not None:
            return item
        failed = meaning.failures(item.sample, item, codes[item.code].codes if item.code else None)
        if failed:
            attributes[SAMPLE] = item.sample
            self.notes.altered(line.place("sample"), item.name, f"サンプル値が型と桁数に合わない ({'・'.join(failed)})")
            return item.model_copy(update={"sample": "", "attributes": attributes})
        return item

    def _made(self, model: type[Made], data: dict[str, Any], place: str) -> Made | None:
        try:
            return model.model_validate(data)
        except ValidationError as failure:
            for error in failure.errors(include_url=False):
                where = ".".join(map(str, error["loc"]))
                words = {"what": where, "value": str(error.get("input", ""))[:40], "allowed": error["msg"]}
                self.notes.problems.append(UNREADABLE_CELL.problem(place, 0, **words))
            return None


_ROW = ("compare", "implies", "sum", "dated")
