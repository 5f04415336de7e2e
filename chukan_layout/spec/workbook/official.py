"""The ministry's sheets: 移行ファイル構成表, データ項目一覧表, コード構成表, コード一覧表."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from chukan_layout.spec.workbook import values
from chukan_layout.spec.workbook.draft import AreaDraft, ItemDraft, Notes, expanded, shape_of_value
from chukan_layout.spec.workbook.kinds import NO_NAME
from chukan_layout.spec.workbook.tables import CODES, FILES, ITEMS, VALUES, Line

_NOTE = ("※", "注", "＊", "*", "(注", "（注", "備考", "・")


@dataclass
class _Filled:
    """The last value of a column whose merged cells say it once for many rows."""

    sheet: str = ""
    head: int = 0
    seen: dict[str, str] = field(default_factory=dict)


class Official:
    """Gathers the lines of the official tables, sheet by sheet, in any order."""

    def __init__(self, notes: Notes, area_name: str | None) -> None:
        self.notes = notes
        self.area_name = area_name
        self.areas: dict[str, AreaDraft] = {}
        self._down = _Filled()

    def take(self, lines: Iterable[Line]) -> None:
        """All lines of a workbook: files first, so that items find them."""
        every = list(lines)
        for shape, take in ((FILES, self._file), (ITEMS, self._item), (CODES, self._codes), (VALUES, self._value)):
            for line in every:
                if line.shape is shape:
                    self._fill(line)
                    if self._is_line(line):
                        take(line)

    def _fill(self, line: Line) -> None:
        """Merged cells: area, file and code table are said once and hold until the next."""
        here = f"{line.sheet.book}/{line.sheet.name}/{line.shape.name}/{sorted(line.titles.items())}"
        if self._down.sheet != here:
            self._down = _Filled(here)
        for name in ("area", "file", "table", "table_id"):
            if name in line.cells:
                text = line.cells[name].strip() or self._down.seen.get(name, "")
                line.cells[name] = self._down.seen[name] = text

    def _is_line(self, line: Line) -> bool:
        """False for notes and rows without what makes them one, which are told."""
        merged = ("area", "file", "table", "table_id")
        said = {f: t.strip() for f, t in line.cells.items() if t.strip() and f not in merged}
        if not said:
            return False
        subject = "code" if line.shape is VALUES else "name"
        alone = line.shape in (CODES, FILES) or (line.shape is VALUES and not said.get(subject, "※").startswith(_NOTE))
        if subject in said and (len(said) > 1 or alone):
            return True
        text = " ".join(said.values())
        if len(said) == 1 or text.startswith(_NOTE):
            self.notes.passed(line.place(next(iter(said))), text)
        else:
            self.notes.unreadable(line, subject, {"code": "コード"}.get(subject, "名称"), "空白にできません")
        return False

    def _area(self, line: Line) -> AreaDraft | None:
        name = line.cells.get("area") or line.titles.get("area") or self.area_name or ""
        number = values.number(line.titles.get("area_no", ""))
        if not name and len(self.areas) == 1:
            return next(iter(self.areas.values()))
        if not name:
            problem = NO_NAME.problem(f"{line.sheet.book} {line.sheet.name}", 0, what="業務名 (area)")
            if problem not in self.notes.problems:
                self.notes.problems.append(problem)
            return None
        area = self.areas.setdefault(values.same(name), AreaDraft(name.strip()))
        area.no = area.no or number
        area.version = area.version or values.version(line.titles.get("version", ""))
        return area

    def _file(self, line: Line) -> None:
        if (area := self._area(line)) is None:
            return
        file = area.file(line.cells["name"], line.place("name"))
        number = values.number(line.cells.get("no", ""))
        if line.cells.get("no", "").strip() and number is None:
            self.notes.unreadable(line, "no", "No.", "数を書く")
        file.no = number or file.no
        file.description = line.cells["description"]
        if revised := line.cells.get("データ項目の改定", "").strip():
            file.attributes["データ項目の改定"] = revised

    def _item(self, line: Line) -> None:
        area = self._area(line)
        name = line.cells.get("file") or line.titles.get("file") or self._by_sheet(area, line)
        if area is None:
            return
        if not name:
            problem = NO_NAME.problem(f"{line.sheet.book} {line.sheet.name}", 0, what="移行ファイル名 (file)")
            if problem not in self.notes.problems:
                self.notes.problems.append(problem)
            return
        file = area.file(name, line.place("file"))
        data = {"name": line.cells["name"].strip(), **shape_of_value(line, self.notes)}
        attributes: dict[str, str] = {}
        for column, what in (("gaiji", "外字使用"), ("required", "必須/任意")):
            text = line.cells.get(column, "")
            said = values.mark(text)
            if said is None and values.tight(text) in ("条件付き必須", "△"):
                attributes["データ出力条件"] = "条件付き必須"
            elif said is None:
                self.notes.unreadable(line, column, what, "○ か空白を書く")
            elif said:
                data[column] = True
        times = values.number(line.cells.get("repeat", "")) if values.mark(line.cells.get("repeat", "")) is not False else 1
        if times is None:
            self.notes.unreadable(line, "repeat", "繰り返し", "回数か空白を書く")
        if (code := line.cells.get("code", "").strip()) and values.mark(code) is not False:
            data["code"] = code
        for column in ("description", "sample", "note", "applic"):
            if text := line.cells.get(column, ""):
                data[column] = text
        if line.cells.get("no", "").strip() and values.number(line.cells["no"]) is None:
            self.notes.unreadable(line, "no", "No.", "数を書く")
        file.items += expanded(ItemDraft(line, data, attributes), times or 1, self.notes)

    def _by_sheet(self, area: AreaDraft | None, line: Line) -> str:
        """The file that a sheet is called after, or the only file there is."""
        if area is None:
            return ""
        title = values.same(line.sheet.name)
        known = [f.name for key, f in area.files.items() if key in title]
        if len(known) == 1:
            return known[0]
        return line.sheet.name if line.sheet.name.endswith("ファイル") else ""

    def _codes(self, line: Line) -> None:
        if area := self._area(line):
            table = area.table(line.cells["name"], line.place("name"))
            table.description = line.cells["description"]
            table.note = line.cells.get("note", "")

    def _value(self, line: Line) -> None:
        area = self._area(line)
        name = line.cells.get("table") or line.titles.get("table") or ""
        number = line.cells.get("table_id") or line.titles.get("table_id") or ""
        if area is None:
            return
        if not name and not number:
            self.notes.unreadable(line, "code", "コード名のない行", "コード名を書く")
            return
        table = area.table(name or number, line.place("table"))
        table.number = table.number or values.tight(number)
        value = {"code": line.cells["code"].strip(), "name": line.cells["name"]}
        if note := line.cells.get("note", ""):
            value["note"] = note
        table.values.append(value)
