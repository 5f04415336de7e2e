"""Whether the layouts of a version agree with themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from chukan_layout.model.layout import LayoutSet
from chukan_layout.spec import check_codes, check_files, check_items, check_rules, check_types, paths
from chukan_layout.spec.check_names import misplaced
from chukan_layout.spec.locate import located, ordered
from chukan_layout.spec.problem import Found, Problem
from chukan_layout.spec.read_layouts import read_layouts
from chukan_layout.spec.reading import Reading
from chukan_layout.spec.views import file_views

FILE_CHECKS = (
    *check_files.CHECKS,
    *check_items.CHECKS,
    *check_types.CHECKS,
    *check_codes.CHECKS,
    *check_rules.CHECKS,
)


def check_layouts(layouts: LayoutSet, folder: Path | None = None) -> list[Problem]:
    """Every inconsistency, with path and line, in the order of the files.

    ``folder`` is where the layouts were read from; by default that of their version.
    """
    return located(inconsistencies(layouts), lambda: _reading(layouts, folder))


def check_layout_folder(
    folder: Path, areas: Sequence[int] | None = None, extra: bool = True
) -> list[Problem]:
    """All problems of a folder: what cannot be understood, and what disagrees in the rest.

    With ``extra`` the areas that the user's own folders add are checked with it.
    """
    read = read_layouts(folder, areas, extra)
    problems = list(read.reading.problems)
    if read.layouts is not None:
        problems += misplaced(read.layouts, read.reading)
        problems += located(inconsistencies(read.layouts), lambda: read.reading)
    return ordered(problems)


def inconsistencies(layouts: LayoutSet) -> Iterator[Found]:
    """Everything that disagrees, by document and keys."""
    for set_check in check_files.SET_CHECKS:
        yield from set_check(layouts)
    for area in layouts.areas:
        for area_check in check_codes.AREA_CHECKS:
            yield from area_check(area)
    for view in file_views(layouts):
        for check in FILE_CHECKS:
            yield from check(view)


def _reading(layouts: LayoutSet, folder: Path | None) -> Reading | None:
    place = folder or paths.layout_folder(layouts.version)
    return read_layouts(place, [area.no for area in layouts.areas]).reading if place else None
