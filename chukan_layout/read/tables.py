"""Workbooks and XML among the sources become canonical tables beside the run, before it is asked what they are."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from chukan_layout.model.layout import LayoutFile, LayoutSet
from chukan_layout.model.mapping import FileMapping, Mapping
from chukan_layout.model.report import Skipped, ToolError
from chukan_layout.read import sheet, xml
from chukan_layout.read.canonical import (
    BOOK_SUFFIXES,
    DATABASE_SUFFIXES,
    SHEET_SUFFIXES,
    TableRefused,
    book_of,
)
from chukan_layout.read.header import read_start


class Table(NamedTuple):
    """A file to read under the name it is reported by; ``lines`` are before its first record (None: as in the file)."""

    path: Path
    name: str
    lines: int | None = None


class _Wanted(NamedTuple):
    """A table to make: what it is called, what says how; ``own`` when a mapping asks for it, ``known`` when the name tells
    what it is."""

    label: str
    file: FileMapping | LayoutFile | None
    own: bool = False
    known: bool = True


class Tables(NamedTuple):
    files: list[Table]
    skipped: list[Skipped]
    errors: list[ToolError]


def tables_of(
    files: Sequence[tuple[Path, str]], layouts: LayoutSet, mapping: Mapping | None, scratch: Path | None
) -> Tables:
    """``files`` with each workbook and XML file replaced by the tables in it, which are written below ``scratch``.

    Those that nothing claims stay files, for the caller to pass over with a word; without ``scratch`` all do.  A book
    that cannot be read is an error of its own and the others go on.
    """
    found = Tables([], [], [])
    names = {name for _, name in files}
    for number, (path, name) in enumerate(files):
        wanted: list[_Wanted] = []
        if scratch and _is_book(path, name):
            try:
                wanted = _wanted(path, name, layouts, mapping)
            except OSError:
                wanted = []  # the caller reads it as well, and says so
        twin = PurePosixPath(name).with_suffix(".csv").as_posix()
        if twin in names and any(not w.own for w in wanted):
            found.skipped.append(_twice(name, twin))
        elif not wanted or scratch is None:
            found.files.append(Table(path, name))
        else:
            _take(path, name, wanted, scratch / "tables" / str(number), found)
    return found


def _take(path: Path, name: str, wanted: Sequence[_Wanted], folder: Path, found: Tables) -> None:
    """Makes the tables of one book; what goes wrong with one is told, and the next one made."""
    left: list[str] | None = None
    for want in wanted:
        into = folder / f"{want.label}.csv"
        try:
            lines, others = _made(path, want.file, into)
            made = path.stat().st_mtime_ns
            os.utime(into, ns=(made, made))  # what tells a resumed run that the source is as it was
        except TableRefused as refused:
            into.unlink(missing_ok=True)
            left = []
            if want.known:
                texts = (f"{name}: {refused.ja}", f"{name}: {refused.en}")
                found.errors.append(ToolError(message_ja=texts[0], message_en=texts[1], path=name))
            else:
                found.skipped.append(Skipped(check="file", reason_ja=refused.ja, reason_en=refused.en, file=name))
            continue
        except OSError as failure:
            if str(failure.filename) != str(path):
                raise
            found.files.append(Table(path, name))
            return
        found.files.append(Table(into, f"{name}/{want.label}.csv", lines))
        left = others if left is None else [s for s in left if s in others]
    found.skipped.extend(_unread(name, s) for s in left or ())


def claims(name: str, file: FileMapping) -> bool:
    """Whether a table of that name is one that the mapping reads out of a workbook, an XML file or a database."""
    book = book_of(name)
    if file.source.format not in ("xlsx", "xml", "table") or PurePosixPath(name).stem != file.id:
        return False
    if file.source.format == "table":
        return book.endswith(DATABASE_SUFFIXES)
    return any(fnmatch.fnmatchcase(book, p) for p in file.source.files)


def _is_book(path: Path, name: str) -> bool:
    return name.lower().endswith(BOOK_SUFFIXES) and path.is_file() and path.stat().st_size > 0


def _wanted(path: Path, name: str, layouts: LayoutSet, mapping: Mapping | None) -> list[_Wanted]:
    """The tables to make of a file."""
    shape = "xlsx" if name.lower().endswith(SHEET_SUFFIXES) else "xml"
    base, stem = PurePosixPath(name).name, PurePosixPath(name).stem
    files = mapping.files if mapping else ()
    own = [
        _Wanted(f.id, f, own=True)
        for f in files
        if f.source.format == shape and any(fnmatch.fnmatchcase(base, p) for p in f.source.files)
    ]
    if own:
        return own
    if mapping is not None:  # from one version of the standard to another, where files are known by folder and id
        inside = f"{name}/{stem}.csv"
        version = [f for f in files if any("/" in p for p in f.source.files) and any(
            fnmatch.fnmatchcase(inside if "/" in p else f"{stem}.csv", p) for p in f.source.files)]  # fmt: skip
        return [_Wanted(stem, version[0])] if version else []
    if shape == "xlsx":
        named = any(stem in (f.id, f.name) for area in layouts.areas for f in area.files)
        return [_Wanted(stem, None, known=named)]
    layout = _of_standard(read_start(path), name, layouts)
    return [_Wanted(stem, layout)] if layout else []


def _of_standard(start: bytes, name: str, layouts: LayoutSet) -> LayoutFile | None:
    root = xml.root_of(start)
    every = [f for area in layouts.areas for f in area.files]
    parts = PurePosixPath(name).parts
    said = [f for f in every if (f.folder, f.id) == (root.get("業務"), root.get("名称"))]
    named = [f for f in every if PurePosixPath(name).stem in (f.id, f.name) and f.folder in parts]
    return next(iter(said or named), None)


def _made(path: Path, file: FileMapping | LayoutFile | None, into: Path) -> tuple[int, list[str]]:
    """Lines before the first record, and sheets left."""
    if path.name.lower().endswith(SHEET_SUFFIXES):
        return sheet.to_csv(path, file.source if isinstance(file, FileMapping) and file.source.format == "xlsx" else None, into)
    if isinstance(file, FileMapping) and file.source.format == "xml":
        xml.to_csv(path, file.source.record_element, file.source.columns, into)
        return 0, []
    assert file is not None
    items = file.source.columns if isinstance(file, FileMapping) else tuple(i.name for i in file.items)
    xml.standard_to_csv(path, items, into)
    return 0, []


def _unread(name: str, left: str) -> Skipped:
    return Skipped(
        check="sheet",
        reason_ja=f"シート「{left}」は読みません。読むにはマッピングの sheet に書きます。",
        reason_en=f"the sheet {left} is not read; a mapping names it in sheet",
        file=name,
    )


def _twice(name: str, twin: str) -> Skipped:
    return Skipped(
        check="file",
        reason_ja=f"同じ名前の {PurePosixPath(twin).name} を読みます（同じデータの別の形式とみなします）。",
        reason_en=f"{PurePosixPath(twin).name} beside it is read: taken to be the same data in another form",
        file=name,
    )
