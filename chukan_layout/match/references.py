"""Which items of which files name a person, as the foreign keys of the layouts say, directly or through another file."""

from __future__ import annotations

from chukan_layout.model.layout import Foreign, LayoutFile, LayoutSet, Unique

#: The registers themselves: a person's own record and history keep their number; others point to it.
REGISTERS = (1, 3)
_NUMBER = "宛名番号"
Place = tuple[int, str, str]


def person_items(layouts: LayoutSet) -> dict[tuple[int, str], list[str]]:
    """(業務, ファイル) -> its items that hold a 宛名番号 of the registers; the registers are left out."""
    keys = [
        (file, check)
        for area in layouts.areas
        for file in area.files
        for check in file.keyed_checks
        if isinstance(check, Foreign)
    ]
    known: set[Place] = {(1, "住民情報", _NUMBER), (3, "住登外者宛名基本情報", _NUMBER)}
    while True:
        more = {place for file, check in keys for place in _through(file, check, known)} - known
        if not more:
            break
        known |= more
    out: dict[tuple[int, str], list[str]] = {}
    for area_no, file_id, item in sorted(known):
        if area_no not in REGISTERS:
            out.setdefault((area_no, file_id), []).append(item)
    return out


def _through(file: LayoutFile, check: Foreign, known: set[Place]) -> list[Place]:
    return [
        (file.area, file.id, item)
        for target in check.targets
        for item, there in zip(check.items, target.items, strict=True)
        if (target.area or file.area, target.file, there) in known
    ]


def unique_sets(file: LayoutFile) -> list[Unique]:
    """What has to be there once: the key, and every declared uniqueness."""
    declared = [c for c in file.keyed_checks if isinstance(c, Unique)]
    key = Unique(kind="unique", id="K00", name="主キー", items=file.key, source="draft")
    return [key, *declared]
