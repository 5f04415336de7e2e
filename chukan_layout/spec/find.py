"""業務 and 移行ファイル by what a person writes: number, name, id."""

from __future__ import annotations

from pathlib import Path

from chukan_layout.model.layout import Area, LayoutFile
from chukan_layout.spec.problem import Kind, SpecError
from chukan_layout.spec.read_layouts import area_names
from chukan_layout.spec.suggest import near

NO_AREA = Kind(
    "T205", "error",
    "業務「{name}」はこの版にありません。あるもの: {known}",
    "this version has no area {name}; known: {known}",
    "業務の番号か名前を書く",
    "write the number or the name of an area",
)  # fmt: skip
NO_FILE = Kind(
    "T206", "error",
    "移行ファイル「{name}」は業務「{area}」にありません。あるもの: {known}",
    "the area {area} has no file {name}; known: {known}",
    "移行ファイルの id か名前を書く",
    "write the id or the name of a file",
)  # fmt: skip


def area_number(folder: Path, word: str) -> int:
    """The number of the area called ``word`` (``1``, ``01``, ``住民基本台帳``)."""
    here = area_names(folder)
    if word in here:
        return here[word]
    if word.isdecimal() and int(word) in here.values():
        return int(word)
    known = "、".join(f"{no} {name}" for name, no in here.items())
    raise SpecError([NO_AREA.problem(f"layouts/{folder.name}", 0, near(word, here), name=word, known=known)])


def file_of(area: Area, word: str) -> LayoutFile:
    """The file of ``area`` called ``word``: its id, its name or its number."""
    for file in area.files:
        if word in (file.id, file.name, str(file.no)):
            return file
    ids = [file.id for file in area.files]
    words = {"name": word, "area": area.name, "known": "、".join(ids)}
    raise SpecError([NO_FILE.problem(f"{area.no:02d}-{area.name}", 0, near(word, ids), **words)])
