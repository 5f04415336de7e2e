"""Imported layouts as a folder of TOML files: whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from chukan_layout.model.layout import LayoutSet
from chukan_layout.spec.problem import SpecError
from chukan_layout.spec.read_layouts import area_folders
from chukan_layout.spec.workbook.kinds import TAKEN
from chukan_layout.spec.write_layouts import area_texts, texts


def install(layouts: LayoutSet, folder: Path, overwrite: bool) -> int:
    """Write the areas of ``layouts`` into ``folder``; gives the number of files.

    A folder that is a set already keeps its common.toml and its other areas.  Raises SpecError when an area is there
    and ``overwrite`` is not given, OSError when the disk refuses; then nothing has changed.
    """
    exists = (folder / "common.toml").is_file()
    here = dict(area_folders(folder)) if exists else {}
    taken = [here[a.no] for a in layouts.areas if a.no in here]
    if folder.exists() and not exists and any(folder.iterdir()):
        taken = [folder]
    if taken and not (overwrite and exists):
        raise SpecError([TAKEN.problem(f"{folder.name}/{p.name}" if p != folder else p.name, 0) for p in taken])
    made = {k: v for a in layouts.areas for k, v in area_texts(a).items()} if exists else texts(layouts)
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".chukan-"))
    try:
        for name, text in made.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        if exists:
            _exchange(work, folder, taken)
        else:
            if folder.exists():
                folder.rmdir()
            work.chmod(0o755)
            work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return len(made)


def _exchange(work: Path, folder: Path, taken: list[Path]) -> None:
    """New areas in, those they replace out; back again when a rename fails."""
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".chukan-"))
    moved: list[tuple[Path, Path]] = []
    try:
        for old in taken:
            moved.append((aside / old.name, old))
            old.rename(aside / old.name)
        for new in sorted(work.iterdir()):
            moved.append((folder / new.name, new))
            new.rename(folder / new.name)
    except OSError:
        for there, back in reversed(moved):
            if there.exists():
                there.rename(back)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
