"""The folder of a vendor as a Mapping; everything that cannot be understood, as problems, all at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from chukan_layout.charset import registry
from chukan_layout.charset.of_source import has_lines
from chukan_layout.model.layout import Strict
from chukan_layout.model.mapping import CodeMap, FileMapping, GaijiTable, Mapping
from chukan_layout.spec import names, paths
from chukan_layout.spec.document import Document
from chukan_layout.spec.problem import Kind, Problem
from chukan_layout.spec.reading import TWICE, Reading
from chukan_layout.spec.suggest import near

AREA = re.compile(r"\d{2}(-.+)?")
FILES = re.compile(r"^files = \[(.*?)\]", re.MULTILINE | re.DOTALL)
FOREIGN_NAME = Kind(
    "T213", "error",
    "業務のフォルダーにあるコード対応表「{name}」の名前が「{prefix}」で始まっていません",
    "the code map {name} in the folder of an area does not begin with {prefix}",
    "名前の先頭に業務の番号を付ける",
    "put the number of the area before the name",
)  # fmt: skip

NO_CHARSET = Kind(
    "T214", "error",
    "文字コード「{name}」はありません",
    "there is no charset {name}",
    "名前を直す (chukan charset list) か、chukan charset add で加える",
    "correct the name (chukan charset list), or add it with chukan charset add",
)  # fmt: skip

NO_LINES = Kind(
    "T215", "error",
    "文字コード「{name}」の区切りテキストは、バイトのまま行に分けられません",
    "delimited text in {name} cannot be divided into lines by its bytes",
    "chukan charset convert で utf-8 に変える",
    "make it utf-8 with chukan charset convert",
)  # fmt: skip


NO_BASE = Kind(
    "T218", "error",
    "元のマッピング (base) 「{base}」がありません。あるもの: {known}",
    "there is no base {base}; known: {known}",
    "base にベンダーの名前か、このフォルダーからの道を書く",
    "name a vendor as base, or write the way to its folder from here",
)  # fmt: skip

LOOP = Kind(
    "T219", "error",
    "元のマッピング (base) をたどると自分に戻ります: {chain}",
    "following base leads back to the beginning: {chain}",
    "base を直す",
    "correct base",
)  # fmt: skip


class _Vendor(Strict):
    name: str
    #: The mapping that this one changes: what a municipality has otherwise than its group (COD-03, OPS-04).
    base: str = ""
    title: str
    layout_version: str
    note: str = ""
    source: str = "draft"
    masters: bool = False


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


class SourcesFile(Strict):
    """sources.toml of a folder of one 業務: by which names its files are recognised without reading them all."""

    no: int
    files: tuple[str, ...]


def area_folders(folder: Path) -> dict[int, Path]:
    """The folders ``NN-業務`` (or ``NN``) below a vendor's, by number: each holds the mappings of one area."""
    return {int(p.name[:2]): p for p in sorted(folder.iterdir()) if p.is_dir() and AREA.fullmatch(p.name)}


def areas_for(folder: Path, sources: Sequence[str]) -> set[int] | None:
    """The areas that the names of the source files belong to; None when a name is not known by any area.

    Only the areas' ``sources.toml`` are read: a vendor of 25 areas costs no more than the areas at hand.
    """
    parts = mapping_parts(folder)
    patterns = [(no, _patterns(path)) for part in parts for no, path in area_folders(part).items()]
    top = [p for part in parts for path in part.glob("*.toml") for p in _patterns(path)]
    found: set[int] = set()
    for source in sources:
        base = PurePath(source).name
        fits = {no for no, globs in patterns if any(fnmatchcase(base, g) for g in globs)}
        if not fits and not any(fnmatchcase(base, g) for g in top):
            return None
        found |= fits
    return found


def _patterns(path: Path) -> list[str]:
    """The patterns that a file (or the sources.toml of a folder) states, looked up without reading it whole."""
    file = path / "sources.toml" if path.is_dir() else path
    try:
        stated = FILES.search(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return []  # whoever reads it whole says what is wrong with it
    return re.findall(r'"([^"]*)"', stated[1]) if stated else []


def mapping_parts(folder: Path) -> list[Path]:
    """The folders that make up a mapping: its own, then that of its base and so on, as far as they can be read."""
    parts = [folder]
    while (below := _stated_base(parts[-1])) is not None and below.resolve() not in {p.resolve() for p in parts}:
        parts.append(below)
    return parts


def _stated_base(folder: Path) -> Path | None:
    """The folder of the base that a vendor.toml names, without reading the rest; None where it names none that is there."""
    try:
        stated = tomllib.loads((folder / "vendor.toml").read_text(encoding="utf-8"))["vendor"]["base"]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # whoever reads it whole says what is wrong with it
    return _base_folder(folder, stated) if isinstance(stated, str) and stated else None


def _base_folder(folder: Path, base: str) -> Path | None:
    """The folder of a base by its name, or by the way to it from ``folder``; None where there is none."""
    return paths.mapping_folder(folder / base if "/" in base else base)


def read_mapping(folder: Path, areas: Collection[int] | None = None) -> MappingRead:
    """The mapping of the vendor whose files are in ``folder``; of its folders of areas those in ``areas`` only.

    With a ``base`` it is that mapping, with the source files, code maps and gaiji tables of this folder in place of those
    of the same name.
    """
    return _read(folder, areas, ())


def _read(folder: Path, areas: Collection[int] | None, above: tuple[Path, ...]) -> MappingRead:
    reading = Reading(folder)
    vendor = reading.whole(folder / "vendor.toml", names.VENDOR, VendorFile)
    codes = _codes(reading, folder / "codes.toml")
    gaiji = _gaiji(reading, folder / "gaiji.toml")
    folders = [p for no, p in area_folders(folder).items() if areas is None or no in areas]
    for path in folders:
        codes |= _area_codes(reading, path)
    files = _files(reading, [folder, *folders])
    if vendor is None:
        return MappingRead(None, reading)
    head = vendor.vendor
    if head.base:
        base = _base(reading, folder, head.base, areas, above)
        if base is None:
            return MappingRead(None, reading)
        own = {(file.area, file.id) for file in files}
        files += [file for file in base.files if (file.area, file.id) not in own]
        codes |= {name: table for name, table in base.codes.items() if name not in codes}
        gaiji |= {name: table for name, table in base.gaiji.items() if name not in gaiji}
    mapping = Mapping(
        vendor=head.name,
        title=head.title,
        layout_version=head.layout_version,
        note=head.note,
        source=head.source,
        masters=head.masters,
        files=tuple(files),
        codes=codes,
        gaiji=gaiji,
    )
    return MappingRead(mapping, reading)


def _base(
    reading: Reading, folder: Path, name: str, areas: Collection[int] | None, above: tuple[Path, ...]
) -> Mapping | None:
    """The mapping that ``folder`` changes; None, with a problem, when there is none or it cannot be understood."""
    found, doc, chain = _base_folder(folder, name), reading.documents[names.VENDOR], (*above, folder.resolve())
    if found is None:
        known = paths.vendors()
        words = {"base": name, "known": "、".join(known) or "なし (none)"}
        reading.problems.append(doc.problem(NO_BASE, "vendor", "base", hint=near(name, known), **words))
        return None
    if found.resolve() in chain:
        words = {"chain": " → ".join(p.name for p in (*chain, found.resolve()))}
        reading.problems.append(doc.problem(LOOP, "vendor", "base", **words))
        return None
    below = _read(found, areas, chain)
    reading.take(below.reading)
    return below.mapping


def _codes(reading: Reading, path: Path) -> dict[str, CodeMap]:
    maps = reading.whole(path, names.MAPS, MapsFile) if path.exists() else None
    entries = maps.map if maps else ()
    return reading.named(entries, lambda i: ("map", i, "name"), names.MAPS, "コード対応表 (code map)")


def _area_codes(reading: Reading, folder: Path) -> dict[str, CodeMap]:
    """The code maps of one area: their names begin with its number."""
    path, name = folder / "codes.toml", names.maps(f"{folder.name[:2]}.")
    maps = reading.whole(path, name, MapsFile) if path.exists() else None
    entries = maps.map if maps else ()
    for i, entry in enumerate(entries):
        if names.maps(entry.name) != name:
            problem = reading.documents[name].problem(
                FOREIGN_NAME, "map", i, "name", name=entry.name, prefix=f"{folder.name[:2]}."
            )
            reading.problems.append(problem)
    return reading.named(entries, lambda i: ("map", i, "name"), name, "コード対応表 (code map)")


def _gaiji(reading: Reading, path: Path) -> dict[str, GaijiTable]:
    tables = reading.whole(path, names.GAIJI, GaijiFile) if path.exists() else None
    entries = tables.table if tables else ()
    return reading.named(entries, lambda i: ("table", i, "name"), names.GAIJI, "外字表 (gaiji table)")


def _files(reading: Reading, folders: Sequence[Path]) -> list[FileMapping]:
    files: dict[str, FileMapping] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        if path.name not in ("vendor.toml", "codes.toml", "gaiji.toml", "sources.toml"):
            _file(reading, path, files)
    return list(files.values())


def _charset_problem(doc: Document, file: FileMapping) -> Problem | None:
    name = file.source.encoding
    if not registry.exists(name):
        return doc.problem(NO_CHARSET, "source", "encoding", hint=near(name, registry.names()), name=name)
    return None if has_lines(file.source) else doc.problem(NO_LINES, "source", "encoding", name=name)


def _file(reading: Reading, path: Path, files: dict[str, FileMapping]) -> None:
    moved = {key: key for key in ("source", "item", "rest", "unset")}
    found = reading.headed(path, names.mapping(path.stem), FileMapping, "mapping", moved)
    if found is None:
        return
    file, doc = found
    problem = _charset_problem(doc, file)
    if problem is not None:
        reading.problems.append(problem)
        reading.unread.add(names.mapping(path.stem))
        return
    if file.id in files:
        problem = doc.problem(TWICE, "mapping", "id", what="マッピング (mapping)", name=file.id)
        reading.problems.append(problem)
        return
    files[file.id] = file
    reading.documents[names.mapping(file.id)] = doc
