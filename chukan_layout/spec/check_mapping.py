"""Whether a mapping agrees with itself and with the layouts it fills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import FileMapping, Mapping
from chukan_layout.spec import check_lines, check_maps, check_ops, check_sources, names, paths
from chukan_layout.spec.locate import located, ordered
from chukan_layout.spec.problem import Found, Kind, Problem
from chukan_layout.spec.read_mapping import read_mapping
from chukan_layout.spec.reading import Reading
from chukan_layout.spec.views import FileView, MapView

MAPPING_CHECKS = (*check_sources.MAPPING_CHECKS, *check_maps.MAPPING_CHECKS)
FILE_CHECKS = (*check_sources.CHECKS, *check_lines.CHECKS, *check_ops.CHECKS)

MISPLACED = Kind(
    "M011", "warning",
    "ベンダーの名前「{said}」とフォルダーの名前「{name}」が違います。--from にはフォルダーの名前を書きます",
    "the vendor is called {said}, its folder {name}; --from takes the name of the folder",
    "名前をそろえる",
    "let the names agree",
)  # fmt: skip


def check_mapping(mapping: Mapping, layouts: LayoutSet, folder: Path | None = None) -> list[Problem]:
    """Every inconsistency, with path and line, in the order of the files.

    ``layouts`` must hold the areas that the mapping fills.  ``folder`` is where the mapping was read from; by
    default that of its vendor.
    """
    return located(_found(mapping, layouts), lambda: _reading(mapping, folder))


def check_mapping_folder(folder: Path, layouts: LayoutSet) -> list[Problem]:
    """All problems of a folder: what cannot be understood, and what disagrees in the rest."""
    read = read_mapping(folder)
    problems = list(read.reading.problems)
    if read.mapping is not None:
        problems += located(_found(read.mapping, layouts), lambda: read.reading)
        if read.mapping.vendor != folder.resolve().name:
            doc = read.reading.documents[names.VENDOR]
            words = {"said": read.mapping.vendor, "name": folder.resolve().name}
            problems.append(doc.problem(MISPLACED, "vendor", "name", **words))
    return ordered(problems)


def _found(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    for mapping_check in MAPPING_CHECKS:
        yield from mapping_check(mapping, layouts)
    for file in mapping.files:
        view = MapView(mapping, file, _target(file, layouts))
        for check in FILE_CHECKS:
            yield from check(view)


def _target(file: FileMapping, layouts: LayoutSet) -> FileView | None:
    for area in layouts.areas:
        for layout_file in area.files:
            if (area.no, layout_file.id) == (file.area, file.file):
                return FileView(layouts, area, layout_file)
    return None


def _reading(mapping: Mapping, folder: Path | None) -> Reading | None:
    place = folder or paths.mapping_folder(mapping.vendor)
    return read_mapping(place).reading if place else None
