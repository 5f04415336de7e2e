"""Which 業務 the files at hand belong to, by their names alone: a run of one area need not read the layouts of all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath

from chukan_layout.spec.read_layouts import folders_of


def areas_at_hand(folder: Path, sources: Iterable[str]) -> list[int] | None:
    """Numbers of the areas of the version in ``folder`` that files called ``sources`` may belong to.

    A file below a folder of an area belongs to it; any other to every area that has a 移行ファイル of its name.
    None when a name tells nothing, so that all areas are needed.
    """
    areas = {path.name: no for no, path in folders_of(folder)}
    files: dict[str, set[int]] = {}
    for no, path in folders_of(folder):
        for file in path.glob("*.toml"):
            files.setdefault(file.stem.partition("-")[2] or file.stem, set()).add(no)
    found: set[int] = set()
    for source in sources:
        name = PurePath(source)
        here = {areas[part] for part in name.parts[:-1] if part in areas}
        stem = name.stem.removesuffix("ファイル")
        named = here or files.get(stem) or files.get(stem.partition("-")[2])
        if not named:
            return None
        found |= named
    return sorted(found) or None
