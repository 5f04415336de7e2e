"""The folder of a vendor as a Mapping; everything that cannot be understood, as problems, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chukan_layout.model.layout import Strict
from chukan_layout.model.mapping import CodeMap, FileMapping, GaijiTable, Mapping
from chukan_layout.spec import names
from chukan_layout.spec.reading import TWICE, Reading


class _Vendor(Strict):
    name: str
    title: str
    layout_version: str
    note: str = ""
    source: str = "draft"


class VendorFile(Strict):
    """vendor.toml."""

    vendor: _Vendor


class MapsFile(Strict):
    """codes.toml of a vendor."""

    map: tuple[CodeMap, ...] = ()


class GaijiFile(Strict):
    """gaiji.toml of a vendor."""

    table: tuple[GaijiTable, ...] = ()


@dataclass(frozen=True)
class MappingRead:
    """What a folder gave: ``mapping`` holds what was understood, None when vendor.toml was not."""

    mapping: Mapping | None
    reading: Reading


def read_mapping(folder: Path) -> MappingRead:
    """The mapping of the vendor whose files are in ``folder``."""
    reading = Reading(folder)
    vendor = reading.whole(folder / "vendor.toml", names.VENDOR, VendorFile)
    codes = _codes(reading, folder / "codes.toml")
    gaiji = _gaiji(reading, folder / "gaiji.toml")
    files = _files(reading, folder)
    if vendor is None:
        return MappingRead(None, reading)
    head = vendor.vendor
    mapping = Mapping(
        vendor=head.name,
        title=head.title,
        layout_version=head.layout_version,
        note=head.note,
        source=head.source,
        files=tuple(files),
        codes=codes,
        gaiji=gaiji,
    )
    return MappingRead(mapping, reading)


def _codes(reading: Reading, path: Path) -> dict[str, CodeMap]:
    maps = reading.whole(path, names.MAPS, MapsFile) if path.exists() else None
    entries = maps.map if maps else ()
    return reading.named(entries, lambda i: ("map", i, "name"), names.MAPS, "コード対応表 (code map)")


def _gaiji(reading: Reading, path: Path) -> dict[str, GaijiTable]:
    tables = reading.whole(path, names.GAIJI, GaijiFile) if path.exists() else None
    entries = tables.table if tables else ()
    return reading.named(entries, lambda i: ("table", i, "name"), names.GAIJI, "外字表 (gaiji table)")


def _files(reading: Reading, folder: Path) -> list[FileMapping]:
    files: dict[str, FileMapping] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name not in ("vendor.toml", "codes.toml", "gaiji.toml"):
            _file(reading, path, files)
    return list(files.values())


def _file(reading: Reading, path: Path, files: dict[str, FileMapping]) -> None:
    moved = {key: key for key in ("source", "item", "rest", "unset")}
    found = reading.headed(path, names.mapping(path.stem), FileMapping, "mapping", moved)
    if found is None:
        return
    file, doc = found
    if file.id in files:
        problem = doc.problem(TWICE, "mapping", "id", what="マッピング (mapping)", name=file.id)
        reading.problems.append(problem)
        return
    files[file.id] = file
    reading.documents[names.mapping(file.id)] = doc
