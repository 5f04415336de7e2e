"""What the other rooms call: layouts and mappings by name.

Both raise :class:`SpecError` with all problems when a file cannot be understood.  Whether the contents agree
with each other is asked separately: :mod:`chukan_layout.spec.check`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import Mapping
from chukan_layout.spec import paths
from chukan_layout.spec.paths import area_roots, vendors, versions
from chukan_layout.spec.problem import Kind, SpecError
from chukan_layout.spec.read_layouts import area_folders, chain_of, read_layouts
from chukan_layout.spec.read_mapping import areas_for, mapping_parts, read_mapping
from chukan_layout.spec.suggest import near

__all__ = [
    "layout_folder", "layout_parts", "load_layouts", "load_mapping", "load_upgrade", "mapping_folder", "vendors", "versions",
]  # fmt: skip

NO_VERSION = Kind(
    "T201", "error",
    "レイアウトの版「{version}」はありません。あるもの: {known}",
    "there is no layout version {version}; known: {known}",
    "--layout-version を直すか、CHUKAN_LAYOUTS にフォルダーを加える",
    "correct --layout-version, or add a folder to CHUKAN_LAYOUTS",
)  # fmt: skip
NO_VENDOR = Kind(
    "T202", "error",
    "マッピング「{vendor}」はありません。あるもの: {known}",
    "there is no mapping {vendor}; known: {known}",
    "名前を直すか、CHUKAN_MAPPINGS にフォルダーを加える",
    "correct the name, or add a folder to CHUKAN_MAPPINGS",
)  # fmt: skip


def layout_folder(version: str | Path = "latest") -> Path:
    """The folder of a version, or of a path to one; SpecError when there is none."""
    if isinstance(version, Path) or "/" in version:
        folder = Path(version) if (Path(version) / "common.toml").is_file() else None
    else:
        folder = paths.layout_folder(version)
    if folder is None:
        name = Path(version).name
        known = versions()
        words = {"version": name, "known": "、".join(known) or "なし (none)"}
        raise SpecError([NO_VERSION.problem("layouts", 0, near(name, known), **words)])
    return folder


def mapping_folder(vendor: str | Path) -> Path:
    """The folder of a vendor, by name or by path; SpecError when there is none."""
    folder = paths.mapping_folder(vendor)
    if folder is None:
        name = Path(vendor).name
        known = vendors()
        words = {"vendor": name, "known": "、".join(known) or "なし (none)"}
        raise SpecError([NO_VENDOR.problem("mappings", 0, near(name, known), **words)])
    return folder


def load_layouts(version: str | Path = "latest", areas: Sequence[int] | None = None) -> LayoutSet:
    """The layouts of a version: all 業務, or only those whose numbers are in ``areas`` (faster).

    ``version`` is a number such as ``2.7``, ``latest``, or a path to a folder of one version.  Raises
    SpecError when there is no such version, an area is not in it, or a file cannot be understood.
    """
    found = read_layouts(layout_folder(version), areas)
    if found.reading.problems or found.layouts is None:
        raise SpecError(found.reading.problems)
    return found.layouts


def load_upgrade(old: str | Path, new: str | Path) -> tuple[LayoutSet, Mapping]:
    """The layouts ``new``, and the mapping to them from files of ``old`` (versions, or overlays with their base).

    Raises SpecError when there is no such set, or a file of one cannot be understood.
    """
    from chukan_layout.spec.upgrade import upgrade

    reads = [read_layouts(layout_folder(old)), read_layouts(layout_folder(new))]
    problems = [problem for read in reads for problem in read.reading.problems]
    if problems or reads[1].layouts is None:
        raise SpecError(problems)
    return reads[1].layouts, upgrade(*reads)


def layout_parts(folder: Path) -> list[Path]:
    """The folders that make up the set or the mapping in ``folder``: its own, those of its bases, the user's own areas."""
    own = [path for root in area_roots() for _, path in area_folders(root)]
    return [*chain_of(folder), *own] if (folder / "common.toml").is_file() else mapping_parts(folder)


def load_mapping(vendor: str | Path, sources: Sequence[str] | None = None) -> Mapping:
    """The mapping of a vendor, by name (``vendorA``) or by the path of its folder.

    With ``sources``, the names of the files at hand, only the areas that these belong to are read (faster), all
    where a name tells nothing.  Raises SpecError when there is no such vendor or a file cannot be understood.
    """
    folder = mapping_folder(vendor)
    found = read_mapping(folder, None if sources is None else areas_for(folder, sources))
    if found.reading.problems or found.mapping is None:
        raise SpecError(found.reading.problems)
    return found.mapping
