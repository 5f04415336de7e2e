"""A mapping from one set of layouts to another, made from what their changes declare.

Versions, and overlays with their base, both ways: an item is the same when it goes back to the same item of the set
that both build on, a code when the declared pairs lead to the same code.  Nothing is guessed: an item that the new set
does not have is kept as residual, a code without a pair stays as it is and is judged by the new code table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Dict

from chukan_layout.model.layout import Area, Item, LayoutFile, LayoutSet
from chukan_layout.model.mapping import (
    CodeMap,
    Disposition,
    FileMapping,
    Map,
    MapItem,
    Mapping,
    SourceFile,
    Unset,
)
from chukan_layout.spec.read_layouts import LayoutsRead, Step


def upgrade(old: LayoutsRead, new: LayoutsRead) -> Mapping:
    """The mapping whose source are files of ``old`` and whose target are those of ``new``.

    ValueError when either could not be read.
    """
    if old.layouts is None or new.layouts is None:
        raise ValueError("both sets must have been read")
    work = _Upgrade(old, new, old.layouts, new.layouts)
    files = work.files()
    title = f"{old.layouts.title} から {new.layouts.title} へ"
    return Mapping(
        vendor=f"standard@{old.layouts.version}",
        title=title,
        layout_version=new.layouts.version,
        source="draft",
        files=tuple(files),
        codes=work.codes,
    )


class _Upgrade:
    def __init__(self, old: LayoutsRead, new: LayoutsRead, a: LayoutSet, b: LayoutSet) -> None:
        self.a, self.b = a, b
        shared = {step.folder.resolve() for step in old.steps} & {step.folder.resolve() for step in new.steps}
        self.down = [s for s in old.steps if s.folder.resolve() not in shared]
        self.up = [s for s in new.steps if s.folder.resolve() not in shared]
        self.codes: dict[str, CodeMap] = {}

    def files(self) -> list[FileMapping]:
        """A mapping for every file that both have."""
        there = {(f.area, f.id): f for area in self.b.areas for f in area.files}
        count = Counter(f.id for area in self.a.areas for f in area.files)
        found = []
        for area in self.a.areas:
            for file in area.files:
                target = there.get((file.area, file.id))
                if target is not None:
                    found.append(self._file(area, file, target, count[file.id] == 1))
        return found

    def _file(self, area: Area, old: LayoutFile, new: LayoutFile, alone: bool) -> FileMapping:
        at = (old.area, old.id)
        sources = {_root(i.name, at, self.down): i for i in old.items}
        lines, unset, used = [], [], set()
        for item in new.items:
            source = sources.get(_root(item.name, at, self.up))
            if source is not None:
                used.add(source.name)
                ops = (Map(op="map", table=name),) if (name := self._table(area, source, item)) else ()
                lines.append(MapItem.model_validate({"to": item.name, "from": (source.name,), "ops": ops}))
            elif item.required:
                unset.append(Unset(to=item.name, reason=f"{self.a.version} にない項目"))
        reason = f"{self.b.version} にない項目"
        rest = [
            Disposition.model_validate({"from": i.name, "disposition": "individual", "reason": reason})
            for i in old.items
            if i.name not in used
        ]
        return FileMapping(
            id=f"{old.area:02d}-{old.id}", area=new.area, file=new.id, source=self._source(old, alone),
            item=tuple(lines), rest=tuple(rest), unset=tuple(unset),
        )  # fmt: skip

    def _source(self, file: LayoutFile, alone: bool) -> SourceFile:
        fmt = self.a.format
        inside = f"{file.folder}/{file.id}*.csv"
        return SourceFile(
            files=(inside, f"*/{inside}", *((f"{file.id}*.csv",) if alone else ())),
            encoding=fmt.encoding, delimiter=fmt.delimiter, quote=fmt.quote, newline=fmt.newline, header=fmt.header,
            columns=tuple(i.name for i in file.items), key=file.key,
        )  # fmt: skip

    def _table(self, area: Area, old: Item, new: Item) -> str:
        """The name of the code map from one item to the other; blank when every code stays."""
        if old.code is None or new.code is None or old.code not in area.codes:
            return ""
        back = [_pairs(area.no, old.code, step, inverse=True) for step in self.down]
        forth = [_pairs(area.no, new.code, step) for step in reversed(self.up)]
        pairs = []
        for code in area.codes[old.code].codes:
            value = code
            for step in (*back, *forth):
                value = step.get(value, value)
            pairs.append((code, value))
        if all(a == b for a, b in pairs):
            return ""
        name = f"{area.no:02d}-{old.code}"
        self.codes[name] = CodeMap(name=name, to=new.code, pairs=tuple(pairs))
        return name


def _root(name: str, at: tuple[int, str], steps: list[Step]) -> str:
    """The name that an item goes back to through the renames of ``steps``, the nearest first."""
    for step in steps:
        names = {r.to: r.item for r in step.changes.rename if (r.area, r.file) == at}
        name = names.get(name, name)
    return name


def _pairs(area: int, table: str, step: Step, inverse: bool = False) -> Dict[str, str]:
    for change in step.changes.table:
        if (change.area, change.name) == (area, table):
            return {b: a for a, b in change.pairs} if inverse else dict(change.pairs)
    return {}
