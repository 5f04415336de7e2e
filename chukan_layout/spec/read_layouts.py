"""A folder of layouts as a LayoutSet; everything that cannot be understood, as problems, all at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chukan_layout.model.layout import Area, CodeTable, FileFormat, LayoutFile, LayoutSet, Source, Strict
from chukan_layout.spec import names
from chukan_layout.spec.paths import shown
from chukan_layout.spec.problem import Kind
from chukan_layout.spec.reading import TWICE, Reading

NO_AREA = Kind(
    "T203", "error",
    "この版に業務 {no} はありません。あるもの: {known}",
    "this version has no area {no}; known: {known}",
    "業務番号か版を直す",
    "correct the number of the area or the version",
)  # fmt: skip


class _Set(Strict):
    version: str
    title: str
    source: Source
    note: str = ""


class CommonFile(Strict):
    """common.toml."""

    layout_set: _Set
    format: FileFormat


class _AreaHead(Strict):
    no: int
    name: str


class AreaFile(Strict):
    """area.toml."""

    area: _AreaHead


class CodesFile(Strict):
    """codes.toml of an area."""

    table: tuple[CodeTable, ...] = ()


@dataclass(frozen=True)
class LayoutsRead:
    """What a folder gave: ``layouts`` holds what was understood, None when common.toml was not."""

    layouts: LayoutSet | None
    reading: Reading


def read_layouts(folder: Path, areas: Sequence[int] | None = None) -> LayoutsRead:
    """The version in ``folder``: all areas, or those with the numbers ``areas``."""
    reading = Reading(folder)
    common = reading.whole(folder / "common.toml", names.COMMON, CommonFile)
    found = _areas(reading, areas)
    if common is None:
        return LayoutsRead(None, reading)
    head = common.layout_set
    layouts = LayoutSet(
        version=head.version,
        title=head.title,
        source=head.source,
        note=head.note,
        format=common.format,
        areas=tuple(found),
    )
    return LayoutsRead(layouts, reading)


def area_folders(folder: Path) -> list[tuple[int, Path]]:
    """Numbers and folders (NN-業務) of the areas of a version, in order."""
    found = [(int(m[1]), p) for p in folder.iterdir() if (m := re.match(r"(\d+)-", p.name)) and p.is_dir()]
    return sorted(found, key=lambda pair: (pair[0], pair[1].name))


def _areas(reading: Reading, wanted: Sequence[int] | None) -> list[Area]:
    here = area_folders(reading.folder)
    known = {no for no, _ in here}
    for no in sorted(set(wanted or ()) - known):
        numbers = "、".join(str(n) for n in sorted(known)) or "なし (none)"
        problem = NO_AREA.problem(shown(reading.folder, reading.folder), 0, no=no, known=numbers)
        reading.problems.append(problem)
    areas: dict[int, Area] = {}
    for no, path in here:
        area = _area(reading, no, path) if wanted is None or no in wanted else None
        if area is not None and area.no in areas:
            name = names.area(area.no)
            problem = reading.documents[name].problem(TWICE, "area", "no", what="業務 (area)", name=area.no)
            reading.problems.append(problem)
        elif area is not None:
            areas[area.no] = area
    return list(areas.values())


def _area(reading: Reading, no: int, path: Path) -> Area | None:
    area_file = reading.whole(path / "area.toml", names.area(no), AreaFile)
    if area_file is None:
        return None
    head = area_file.area
    files: dict[str, LayoutFile] = {}
    for file_path in sorted(path.glob("*.toml")):
        if file_path.name not in ("area.toml", "codes.toml"):
            _file(reading, file_path, head, files)
    ordered = tuple(sorted(files.values(), key=lambda f: f.no))
    codes = _codes(reading, path / "codes.toml", head.no)
    return Area(no=head.no, name=head.name, files=ordered, codes=codes)


def _codes(reading: Reading, path: Path, area: int) -> dict[str, CodeTable]:
    name = names.codes(area)
    codes = reading.whole(path, name, CodesFile) if path.exists() else None
    tables = codes.table if codes else ()
    return reading.named(tables, lambda i: ("table", i, "name"), name, "コード表 (code table)")


def _file(reading: Reading, path: Path, area: _AreaHead, files: dict[str, LayoutFile]) -> None:
    name = names.file(area.no, path.stem.partition("-")[2])
    moved = {"row_check": "row_checks", "keyed_check": "keyed_checks"}
    given = {"area": area.no, "area_name": area.name}
    found = reading.headed(path, name, LayoutFile, "file", moved, **given)
    if found is None:
        return
    file, doc = found
    if file.id in files:
        reading.problems.append(doc.problem(TWICE, "file", "id", what="移行ファイル (file)", name=file.id))
        return
    files[file.id] = file
    reading.documents[names.file(area.no, file.id)] = doc
