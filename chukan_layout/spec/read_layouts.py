"""A folder of layouts as a LayoutSet; everything that cannot be understood, as problems, all at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from chukan_layout.model.layout import Area, CodeTable, FileFormat, LayoutFile, LayoutSet, Source, Strict
from chukan_layout.spec import names
from chukan_layout.spec.changes import Changes
from chukan_layout.spec.derive import Derivation
from chukan_layout.spec.paths import area_roots, layout_folder, shown, versions
from chukan_layout.spec.problem import Kind
from chukan_layout.spec.reading import TWICE, Reading
from chukan_layout.spec.suggest import near

NO_AREA = Kind(
    "T203", "error",
    "この版に業務 {no} はありません。あるもの: {known}",
    "this version has no area {no}; known: {known}",
    "業務番号か版を直す",
    "correct the number of the area or the version",
)  # fmt: skip


NO_BASE = Kind(
    "T210", "error",
    "元のレイアウト (base) 「{base}」がありません。あるもの: {known}",
    "there is no base {base}; known: {known}",
    "base に版の名前を書くか、CHUKAN_LAYOUTS にフォルダーを加える",
    "name a version as base, or add a folder to CHUKAN_LAYOUTS",
)  # fmt: skip
LOOP = Kind(
    "T211", "error",
    "元のレイアウト (base) をたどると自分に戻ります: {chain}",
    "following base leads back to the beginning: {chain}",
    "base を直す",
    "correct base",
)  # fmt: skip
NO_FORMAT = Kind(
    "T212", "error",
    "[format] がありません。base のない版には要ります",
    "[format] is missing; a set without base needs it",
    "[format] を書くか、base を書く",
    "write [format], or base",
)  # fmt: skip


class _Set(Strict):
    version: str
    title: str
    source: Source
    note: str = ""
    base: str | None = None


class CommonFile(Strict):
    """common.toml.  A set with a ``base`` takes from it what it does not say itself."""

    layout_set: _Set
    format: FileFormat | None = None


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
    """What a folder gave: ``layouts`` holds what was understood, None when common.toml was not.

    ``steps`` are the sets from this one down to the one without base, with their changes.
    """

    layouts: LayoutSet | None
    reading: Reading
    steps: tuple[Step, ...] = ()


class Step(NamedTuple):
    """One set of a chain of bases."""

    folder: Path
    version: str
    changes: Changes


def read_layouts(folder: Path, areas: Sequence[int] | None = None, extra: bool = True) -> LayoutsRead:
    """The set in ``folder``: all areas, or those with the numbers ``areas``.

    With ``extra`` the areas of the user's own folders (:func:`paths.area_roots`) are part of it.
    """
    reading = Reading(folder)
    known = area_names(folder, extra)
    _unknown_areas(reading, areas, set(known.values()))
    read = _read(reading, areas, (folder,))
    if read.layouts is None or not extra:
        return read
    own = _own_areas(reading, [p for root in area_roots() for p in area_folders(root)], areas)
    taken = {area.no for area in read.layouts.areas}
    for area in own:
        if area.no in taken:
            doc = reading.documents[names.area(area.no)]
            problem = doc.problem(TWICE, "area", "no", what="業務 (area)", name=area.no)
            reading.problems.append(problem)
    every = sorted((*read.layouts.areas, *(a for a in own if a.no not in taken)), key=lambda a: a.no)
    return LayoutsRead(read.layouts.model_copy(update={"areas": tuple(every)}), reading, read.steps)


def _read(reading: Reading, areas: Sequence[int] | None, chain: tuple[Path, ...]) -> LayoutsRead:
    folder = reading.folder
    common = reading.whole(folder / "common.toml", names.COMMON, CommonFile)
    found = _own_areas(reading, area_folders(folder), areas)
    if common is None:
        return LayoutsRead(None, reading)
    head = common.layout_set
    changes = _changes(reading, folder)
    steps: tuple[Step, ...] = (Step(folder, head.version, changes),)
    fmt = common.format
    if head.base is not None:
        base = _base(reading, head.base, areas, chain)
        if base is None or base.layouts is None:
            return LayoutsRead(None, reading)
        found = _derived(reading, base, changes, head.base, found)
        steps += base.steps
        fmt = fmt or base.layouts.format
    if fmt is None:
        reading.problems.append(reading.documents[names.COMMON].problem(NO_FORMAT, "format"))
        return LayoutsRead(None, reading)
    layouts = LayoutSet(
        version=head.version, title=head.title, source=head.source, note=head.note, format=fmt, areas=tuple(found)
    )
    return LayoutsRead(layouts, reading, steps)


def _unknown_areas(reading: Reading, wanted: Sequence[int] | None, known: set[int]) -> None:
    for no in sorted(set(wanted or ()) - known):
        numbers = "、".join(str(n) for n in sorted(known)) or "なし (none)"
        problem = NO_AREA.problem(shown(reading.folder, reading.folder), 0, no=no, known=numbers)
        reading.problems.append(problem)


def _changes(reading: Reading, folder: Path) -> Changes:
    path = folder / "changes.toml"
    changes = reading.whole(path, names.CHANGES, Changes) if path.is_file() else None
    return changes or Changes()


def _base(
    reading: Reading, base: str, areas: Sequence[int] | None, chain: tuple[Path, ...]
) -> LayoutsRead | None:
    """The set that this one builds on; what is wrong with it is a problem of this one."""
    doc = reading.documents[names.COMMON]
    folder = layout_folder(base)
    if folder is None:
        words = {"base": base, "known": "、".join(versions()) or "なし (none)"}
        problem = doc.problem(NO_BASE, "layout_set", "base", hint=near(base, versions()), **words)
    elif folder.resolve() in {p.resolve() for p in chain}:
        problem = doc.problem(LOOP, "layout_set", "base", chain=" → ".join(p.name for p in (*chain, folder)))
    else:
        below = _read(Reading(folder), areas, (*chain, folder))
        reading.take(below.reading)
        return below
    reading.problems.append(problem)
    return None


def _derived(reading: Reading, base: LayoutsRead, changes: Changes, name: str, own: list[Area]) -> list[Area]:
    """Areas of the base after the changes, with the areas and files of this set in place of the base's."""
    assert base.layouts is not None
    known = set(area_names(base.reading.folder, extra=False).values())
    work = Derivation(list(base.layouts.areas), changes, name, known)
    areas = {area.no: area for area in work.run()}
    doc = reading.documents.get(names.CHANGES)
    for kind, at, hint, words in work.troubles if doc else ():
        reading.problems.append(doc.problem(kind, *at, hint=hint, **words))  # type: ignore[union-attr]
    for area_no, file_id in work.touched if doc else ():
        reading.documents[names.file(area_no, file_id)] = doc  # type: ignore[assignment]
    for area in own:
        areas[area.no] = _laid_over(areas.get(area.no), area)
    return [areas[no] for no in sorted(areas)]


def _laid_over(base: Area | None, own: Area) -> Area:
    if base is None:
        return own
    files = {f.id: f for f in base.files} | {f.id: f for f in own.files}
    ordered = tuple(sorted(files.values(), key=lambda f: f.no))
    return own.model_copy(update={"files": ordered, "codes": {**base.codes, **own.codes}})


def area_names(folder: Path, extra: bool = True) -> dict[str, int]:
    """Names and numbers of the areas of a set without reading them: its own, its base's, the user's."""
    found: dict[str, int] = {}
    for one in reversed(chain_of(folder)):
        absent = _absent(one)
        found = {name: no for name, no in found.items() if no not in absent}
        found |= _folder_names(one)
    for root in area_roots() if extra else ():
        found |= _folder_names(root)
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _absent(folder: Path) -> set[int]:
    entries = _peek(folder / "changes.toml").get("without")
    told = [w for w in entries if isinstance(w, dict) and "file" not in w] if isinstance(entries, list) else []
    return {w["area"] for w in told if isinstance(w.get("area"), int)}


def folders_of(folder: Path) -> list[tuple[int, Path]]:
    """Numbers and folders of the areas of a set, wherever they are: its own, its base's, the user's."""
    found: list[tuple[int, Path]] = []
    for one in reversed(chain_of(folder)):
        absent = _absent(one)
        found = [(no, path) for no, path in found if no not in absent] + area_folders(one)
    return found + [pair for root in area_roots() for pair in area_folders(root)]


def _folder_names(folder: Path) -> dict[str, int]:
    return {path.name.partition("-")[2]: no for no, path in area_folders(folder)}


def chain_of(folder: Path) -> list[Path]:
    """The folder of a set, of its base, of the base of that; ends where something is wrong."""
    chain = [folder]
    while True:
        head = _peek(chain[-1] / "common.toml").get("layout_set")
        base = head.get("base") if isinstance(head, dict) else None
        below = layout_folder(base) if isinstance(base, str) else None
        if below is None or below in chain:
            return chain
        chain.append(below)


def _peek(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}


def area_folders(folder: Path) -> list[tuple[int, Path]]:
    """Numbers and folders (NN-業務) of the areas of a version, in order."""
    found = [(int(m[1]), p) for p in folder.iterdir() if (m := re.match(r"(\d+)-", p.name)) and p.is_dir()]
    return sorted(found, key=lambda pair: (pair[0], pair[1].name))


def _own_areas(reading: Reading, here: Sequence[tuple[int, Path]], wanted: Sequence[int] | None) -> list[Area]:
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
