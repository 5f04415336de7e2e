"""Where layouts, mappings and gaiji tables are.

In a checkout they are the folders beside the package; in a wheel they are in ``chukan_layout/_data``.
``CHUKAN_LAYOUTS`` and ``CHUKAN_MAPPINGS`` (folders joined by the path separator) come before them, so that a
user's own vendor or version is found first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from chukan_layout.model.layout import version_key

PACKAGE = Path(__file__).parents[1]


def layout_roots() -> tuple[Path, ...]:
    """Folders that hold versions, in order of search."""
    return _roots("layouts", "CHUKAN_LAYOUTS")


def mapping_roots() -> tuple[Path, ...]:
    """Folders that hold vendors, in order of search."""
    return _roots("mappings", "CHUKAN_MAPPINGS")


def gaiji_roots() -> tuple[Path, ...]:
    """Folders of gaiji tables."""
    return _roots("gaiji", "CHUKAN_GAIJI")


def _roots(name: str, variable: str) -> tuple[Path, ...]:
    added = [Path(part) for part in os.environ.get(variable, "").split(os.pathsep) if part]
    beside = PACKAGE.parent / name
    checkout = (PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir()
    return tuple(p for p in (*added, beside if checkout else PACKAGE / "_data" / name) if p.is_dir())


def area_roots() -> tuple[Path, ...]:
    """Folders of ``CHUKAN_LAYOUTS`` that hold areas (NN-業務/area.toml) beside any version: the user's own."""
    return tuple(p for p in layout_roots() if any(p.glob("[0-9]*-*/area.toml")))


def versions() -> list[str]:
    """Sets of layouts that can be named: overlays and sets of other kinds, then the versions, the newest last."""
    found = {p.name for p in _children(layout_roots(), "common.toml")}
    return sorted(found, key=lambda name: (is_version(name), version_key(name), name))


def is_version(name: str) -> bool:
    """Whether a set is a version of the standard (2.7) and no overlay on one nor a set of another kind."""
    return re.fullmatch(r"\d+(\.\d+)*", name) is not None


def vendors() -> list[str]:
    """Vendors that can be named."""
    return sorted({p.name for p in _children(mapping_roots(), "vendor.toml")})


def _children(roots: tuple[Path, ...], marker: str) -> Iterator[Path]:
    return (p for root in roots for p in root.iterdir() if (p / marker).is_file())


def layout_folder(version: str) -> Path | None:
    """The folder of a version (``latest``, ``2.7`` or ``V2.7``); None when there is none."""
    known = versions()
    if version == "latest":
        numbered = [name for name in known if is_version(name)]
        return _named(layout_roots(), numbered[-1], "common.toml") if numbered else None
    wanted = version if version in known else version.removeprefix("V")
    return _named(layout_roots(), wanted, "common.toml") if wanted in known else None


def mapping_folder(vendor: str | Path) -> Path | None:
    """The folder of a vendor: by name, or a path when ``vendor`` is one (a Path, or with a separator)."""
    if isinstance(vendor, Path) or "/" in vendor or os.sep in vendor:
        folder = Path(vendor)
        return folder if (folder / "vendor.toml").is_file() else None
    return _named(mapping_roots(), vendor, "vendor.toml") if vendor in vendors() else None


def _named(roots: tuple[Path, ...], name: str, marker: str) -> Path | None:
    return next((root / name for root in roots if (root / name / marker).is_file()), None)


def shown(path: Path, folder: Path) -> str:
    """A path for people: from the name of the folder above ``folder``, never from the root of the machine."""
    top = folder.resolve().parent
    resolved = path.resolve()
    if not resolved.is_relative_to(top):  # a base or an area in another folder
        return "/".join(resolved.parts[-3:])
    inside = resolved.relative_to(top)
    return (Path(top.name) / inside).as_posix()
