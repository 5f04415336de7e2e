"""A set of layouts made from its base and its changes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from chukan_layout.model.layout import Area, CodeTable, Foreign, Item, Joined, KeyedCheck, LayoutFile, Totals
from chukan_layout.spec.changes import Add, Change, Changes, Remove, Rename, Without
from chukan_layout.spec.problem import At, Kind
from chukan_layout.spec.rename import renamed
from chukan_layout.spec.suggest import near

NOTHING_THERE = Kind(
    "T207", "error",
    "「{name}」は元のレイアウト {base} にありません",
    "the base {base} has no {name}",
    "元のレイアウトにある業務・移行ファイル・項目・検査を書く",
    "name an area, file, item or check of the base",
)  # fmt: skip
ALREADY_THERE = Kind(
    "T208", "error",
    "項目「{name}」は元のレイアウト {base} にすでにあります",
    "the base {base} has the item {name} already",
    "別の名前にするか、[[change]] で変える",
    "choose another name, or use [[change]]",
)  # fmt: skip
BAD_CHANGE = Kind(
    "T209", "error",
    "項目「{name}」の変更が正しくありません ({reason})",
    "the change of the item {name} is not right ({reason})",
    "set の欄と値を直す",
    "correct the keys and values of set",
)  # fmt: skip

#: Something of changes.toml that cannot be done: kind, keys that lead to it, hint, words.
Trouble = tuple[Kind, At, str, dict[str, str]]


class Derivation:
    """Applies changes to areas.  ``troubles`` are what could not be; ``touched`` the files that changed."""

    def __init__(self, areas: list[Area], changes: Changes, base: str, known: set[int]) -> None:
        self.areas = {area.no: area for area in areas}
        self.base, self.changes, self.known = base, changes, known
        self.troubles: list[Trouble] = []
        self.touched: set[tuple[int, str]] = set()
        self.names: dict[tuple[int, str], dict[str, str]] = {}

    def run(self) -> list[Area]:
        """The areas of the derived set, numbered anew."""
        for name in ("without", "rename", "remove", "change", "add"):
            for i, entry in enumerate(getattr(self.changes, name)):
                getattr(self, f"_{name}")(entry, (name, i))
        self._renames()
        for table in self.changes.table:
            if area := self.areas.get(table.area):
                made = CodeTable(name=table.name, source=table.source, note=table.note, values=table.values)
                codes = {**area.codes, table.name: made}
                self.areas[area.no] = area.model_copy(update={"codes": codes})
        gone = self.changes.absent()
        return [_without_keys_into(area, gone) for area in self.areas.values()]

    def _trouble(self, kind: Kind, at: At, name: str, among: object = (), **words: str) -> None:
        hint = near(name, [str(x) for x in among]) if isinstance(among, list | dict) else ""
        self.troubles.append((kind, at, hint, {"name": name, "base": self.base, **words}))

    def _file(self, area_no: int, file_id: str, at: At) -> LayoutFile | None:
        """The file to change; None when its area was not asked for, or when there is none (which is told)."""
        area = self.areas.get(area_no)
        if area is None:
            if area_no not in self.known:
                self._trouble(NOTHING_THERE, (*at, "area"), str(area_no))
            return None
        for file in area.files:
            if file.id == file_id:
                self.touched.add((area_no, file_id))
                return file
        self._trouble(NOTHING_THERE, (*at, "file"), file_id, [f.id for f in area.files])
        return None

    def _put(self, file: LayoutFile) -> None:
        area = self.areas[file.area]
        files = tuple(file if f.id == file.id else f for f in area.files)
        self.areas[area.no] = area.model_copy(update={"files": files})

    def _items(self, file: LayoutFile, items: list[Item]) -> None:
        numbered = tuple(item.model_copy(update={"no": i}) for i, item in enumerate(items, 1))
        self._put(file.model_copy(update={"items": numbered}))

    def _without(self, entry: Without, at: At) -> None:
        if entry.file is None:
            if entry.area not in self.known:
                self._trouble(NOTHING_THERE, (*at, "area"), str(entry.area))
            self.areas.pop(entry.area, None)
        elif file := self._file(entry.area, entry.file, at):
            area = self.areas[entry.area]
            left = tuple(f for f in area.files if f is not file)
            self.areas[area.no] = area.model_copy(update={"files": left})

    def _place(self, file: LayoutFile, name: str, at: At) -> int | None:
        for i, item in enumerate(file.items):
            if item.name == name:
                return i
        self._trouble(NOTHING_THERE, at, name, [i.name for i in file.items])
        return None

    def _rename(self, entry: Rename, at: At) -> None:
        file = self._file(entry.area, entry.file, at)
        if file is None or self._place(file, entry.item, (*at, "item")) is None:
            return
        if entry.to in names_of(file):
            self._trouble(ALREADY_THERE, (*at, "to"), entry.to)
        else:
            self.names.setdefault((entry.area, entry.file), {})[entry.item] = entry.to

    def _renames(self) -> None:
        """All at once and last: the other changes name items and codes as the base does."""
        names = self.names
        codes: dict[tuple[int, str], dict[str, dict[str, str]]] = {}
        pairs = {(t.area, t.name): dict(t.pairs) for t in self.changes.table if t.pairs}
        for area in self.areas.values() if pairs else ():
            for file in area.files:
                coded = {i.name: pairs[area.no, i.code] for i in file.items if (area.no, i.code) in pairs and i.code}
                if coded:
                    codes[area.no, file.id] = coded
        for area in self.areas.values() if names or codes else ():
            files = tuple(renamed(file, names, codes) for file in area.files)
            self.touched |= {(f.area, f.id) for f, old in zip(files, area.files, strict=True) if f is not old}
            self.areas[area.no] = area.model_copy(update={"files": files})

    def _remove(self, entry: Remove, at: At) -> None:
        file = self._file(entry.area, entry.file, at)
        if file is None:
            return
        if entry.item is not None:
            if (i := self._place(file, entry.item, (*at, "item"))) is not None:
                self._items(file, [*file.items[:i], *file.items[i + 1 :]])
            return
        checks = [c.id for c in (*file.row_checks, *file.keyed_checks)]
        if entry.check not in checks:
            self._trouble(NOTHING_THERE, (*at, "check"), str(entry.check), checks)
        rows = tuple(c for c in file.row_checks if c.id != entry.check)
        keyed = tuple(c for c in file.keyed_checks if c.id != entry.check)
        self._put(file.model_copy(update={"row_checks": rows, "keyed_checks": keyed}))

    def _change(self, entry: Change, at: At) -> None:
        file = self._file(entry.area, entry.file, at)
        i = self._place(file, entry.item, (*at, "item")) if file else None
        if file is None or i is None:
            return
        if odd := {"no", "name"} & set(entry.set):
            self._trouble(BAD_CHANGE, (*at, "set"), entry.item, reason=f"{min(odd)} → [[rename]]")
            return
        before = file.items[i].model_dump(by_alias=True, exclude_none=True)
        try:
            item = Item.model_validate({**before, **entry.set})
        except ValidationError as failure:
            first = failure.errors(include_url=False, include_input=False)[0]
            reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            self._trouble(BAD_CHANGE, (*at, "set"), entry.item, reason=reason)
            return
        self._items(file, [*file.items[:i], item, *file.items[i + 1 :]])

    def _add(self, entry: Add, at: At) -> None:
        file = self._file(entry.area, entry.file, at)
        if file is None:
            return
        if entry.item.name in names_of(file):
            self._trouble(ALREADY_THERE, (*at, "item", "name"), entry.item.name)
            return
        place: int | None = len(file.items)
        if entry.after is not None:
            before = self._place(file, entry.after, (*at, "after")) if entry.after else -1
            place = None if before is None else before + 1
        if place is not None:
            self._items(file, [*file.items[:place], entry.item, *file.items[place:]])


def names_of(file: LayoutFile) -> set[str]:
    """Names of the items of a file."""
    return {item.name for item in file.items}


def _without_keys_into(area: Area, gone: set[int]) -> Area:
    """A key into an area that this set does not have cannot be asked for."""
    if not gone:
        return area
    files = []
    for file in area.files:
        kept = tuple(c for c in file.keyed_checks if not gone.intersection(_areas_of(c)))
        files.append(file if kept == file.keyed_checks else file.model_copy(update={"keyed_checks": kept}))
    return area.model_copy(update={"files": tuple(files)})


def _areas_of(check: KeyedCheck) -> Iterator[int | None]:
    if isinstance(check, Foreign):
        yield from (target.area for target in check.targets)
    if isinstance(check, Totals):
        yield check.of_area
    if isinstance(check, Joined):
        yield check.to_area
