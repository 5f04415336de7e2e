"""Which source file is what: by name, then by header.  Nothing is passed over in silence."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from chukan_layout.database.place import Place
from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import LayoutFile, LayoutSet
from chukan_layout.model.mapping import Disposition, FileMapping, Mapping
from chukan_layout.model.report import Skipped, ToolError
from chukan_layout.read.archive import ArchiveRefused, is_archive, unpack
from chukan_layout.read.canonical import header_of, is_canonical, source_of
from chukan_layout.read.database import tables_of_databases
from chukan_layout.read.header import (
    Header,
    bom_of,
    header_of_source,
    likely_charsets,
    read_header,
    read_start,
)
from chukan_layout.read.tables import claims, tables_of
from chukan_layout.rules.structure import STRUCTURE

#: What a run is given: a file, a folder, an archive, or a database that was named.
Source = Path | Place
#: Names that a run or the sample writes beside the data.
IGNORED = ("injected.*", "README*", ".*", "*.parquet", "report.*", "manifest.json", "findings.*")


class Broken(NamedTuple):
    """A file that was recognised and cannot be read: one finding about the whole file."""

    rule: Rule
    note: str


class Found(NamedTuple):
    """A source file with what it becomes.  ``mapping`` is None for files of the standard."""

    path: Path
    name: str
    layout: LayoutFile
    mapping: FileMapping | None
    header: Header
    broken: Broken | None = None
    canonical: bool = False  # it was a sheet, XML or a table (read/canonical.py)

    @property
    def recognised(self) -> str:
        """How sure it is what the file is: known by ``name`` or by ``header``, and the share of headings that agree."""
        wanted = self.mapping.source.columns if self.mapping else tuple(i.name for i in self.layout.items)
        named = _by_glob(self.name, [self.mapping]) if self.mapping else _named(self.name, [self.layout])
        share = len(set(wanted) & set(self.header.columns)) / max(1, len(wanted))
        return f"{'name' if named else 'header'} {share:.0%}"


class Discovery(NamedTuple):
    found: list[Found]
    skipped: list[Skipped]
    errors: list[ToolError]


def files_below(
    sources: Sequence[Source], scratch: Path | None = None
) -> tuple[list[tuple[Path, str]], list[ToolError]]:
    """Files with the names they are reported by: folders are walked in order of name.

    Archives among ``sources`` are unpacked below ``scratch``; without it they are files like any other.  Databases are
    left to :func:`discover`.
    """
    files: list[tuple[Path, str]] = []
    errors = []
    for number, source in enumerate(sources):
        if isinstance(source, Place):
            continue
        if scratch is not None and is_archive(source) and source.is_file():
            try:
                unpack(source, into := scratch / f"{number:04d}")
            except ArchiveRefused as refused:
                errors.append(ToolError(message_ja=f"{source.name}: {refused.ja}",
                                        message_en=f"{source.name}: {refused.en}", path=source.name))  # fmt: skip
                continue
            files += [(p, f"{source.name}/{p.relative_to(into).as_posix()}") for p in _walk(into, None)]
        elif source.is_dir():
            unreadable: list[OSError] = []
            files += [(p, p.relative_to(source).as_posix()) for p in _walk(source, unreadable.append)]
            errors += [_unreadable(Path(str(e.filename)).name) for e in unreadable]
        elif source.exists():
            files.append((source, source.name))
        else:
            errors.append(
                ToolError(
                    message_ja=f"ファイルがありません: {source.name}。名前と場所を確かめてください。",
                    message_en=f"no such file: {source.name}; check its name and place",
                    path=source.name,
                )
            )
    regular = [(path, name) for path, name in files if path.is_file()]
    errors += [_unreadable(name) for path, name in files if not path.is_file()]
    return _named_apart(regular), errors


def _named_apart(files: Sequence[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """Each file once, and no two under one name: rejects and residual items are kept by name."""
    once = {path.resolve(): (path, name) for path, name in reversed(files)}
    taken: set[str] = set()
    apart = []
    for path, name in sorted(once.values(), key=files.index):
        number, own = 1, name
        while own in taken:
            number += 1
            own = f"{number}/{name}"
        taken.add(own)
        apart.append((path, own))
    return apart


def _walk(folder: Path, on_error: object) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, onerror=on_error):  # type: ignore[arg-type]
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (Path(root) / name for name in sorted(names) if not _ignored(name))


def _ignored(name: str) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in IGNORED)


def _unreadable(name: str) -> ToolError:
    return ToolError(
        message_ja=f"読み取れません: {name}。権限と存在を確かめてください。",
        message_en=f"cannot be read: {name}; check permissions and existence",
        path=name,
    )


def discover(
    sources: Sequence[Source], layouts: LayoutSet, mapping: Mapping | None, scratch: Path | None = None
) -> Discovery:
    """What each file below ``sources`` is: of the vendor with ``mapping``, else of the standard.

    ``scratch`` is where archives are unpacked, and where sheets, XML and tables of databases become text; without it the
    latter are not looked at.
    """
    listed, errors = files_below(sources, scratch)
    files, skipped, refused = tables_of(listed, layouts, mapping, scratch)
    errors += refused
    places = [s for s in sources if isinstance(s, Place)]
    if places and scratch is not None:
        of_databases = tables_of_databases(places, layouts, mapping, scratch)
        files += of_databases.files
        skipped += of_databases.skipped
        errors += of_databases.errors
    found = []
    for path, name, lines in files:
        try:
            start = read_start(path)
        except OSError:
            errors.append(_unreadable(name))
            continue
        known = _of_vendor(path, name, start, layouts, mapping) if mapping else _of_standard(path, name, start, layouts)
        if isinstance(known, Found):
            if known.canonical and lines is not None:
                known = known._replace(header=known.header._replace(lines=lines))
            found.append(known)
            if mapping and known.mapping:
                found += _further_kinds(known, layouts, mapping)
        else:
            skipped.append(known)
    return Discovery(found, skipped, errors)


def _unknown(name: str, start: bytes) -> Skipped:
    charsets = "、".join(likely_charsets(start)) or "不明"
    return Skipped(
        check="file",
        reason_ja=f"名前からも見出しからも何のファイルか分かりません（文字コードの候補: {charsets}）。",
        reason_en=f"neither name nor header tells what it is (charset may be: {charsets})",
        file=name,
    )


def _of_vendor(
    path: Path, name: str, start: bytes, layouts: LayoutSet, mapping: Mapping
) -> Found | Skipped:
    canonical = is_canonical(name, start)
    file = next((f for f in mapping.files if claims(name, f)), None) if canonical else None
    file = file or _by_glob(name, mapping.files) or _by_columns(start, mapping.files)
    if file is None:
        return _unknown(name, start)
    layout = layout_of(layouts, file.area, file.file)
    if canonical:
        file = file.model_copy(update={"source": source_of(file.source)})
    s = file.source
    if s.record is not None:
        broken = None if start else Broken(STRUCTURE["S-EMPTY"], "")
        return Found(path, name, layout, file, Header(s.columns, s.encoding, 0, 0), broken)
    header = header_of_source(start, s)
    known = _with_header(path, name, start, layout, file, header)
    return known._replace(canonical=canonical)


def _with_header(path: Path, name: str, start: bytes, layout: LayoutFile, file: FileMapping, header: Header) -> Found:
    s = file.source
    if len(start) <= bom_of(start)[0]:
        return Found(path, name, layout, file, header, Broken(STRUCTURE["S-EMPTY"], ""))
    if not s.header:
        return Found(path, name, layout, file, header._replace(columns=s.columns))
    problem = _header_problem(header.columns, s.columns, s.columns, start, header.charset)
    if problem:
        return Found(path, name, layout, file, header, Broken(STRUCTURE["S-HEADER"], problem))
    return Found(path, name, layout, _as_found(file, header.columns), header)


def _further_kinds(first: Found, layouts: LayoutSet, mapping: Mapping) -> Iterator[Found]:
    """The same file once more for each further kind of its records that a mapping takes."""
    for file in mapping.files:
        record = file.source.record
        if file is not first.mapping and record and _by_glob(first.name, [file]) and first.broken is None:
            layout = layout_of(layouts, file.area, file.file)
            yield first._replace(name=f"{first.name}@{record.reading().name}", layout=layout, mapping=file)


def _by_glob(name: str, files: Iterable[FileMapping]) -> FileMapping | None:
    """Patterns are of file names; those with a folder (files of another version of the standard) of the whole path."""
    base = Path(name).name
    return next(
        (f for f in files if any(fnmatch.fnmatchcase(name if "/" in p else base, p) for p in f.source.files)), None
    )


def _by_columns(start: bytes, files: Iterable[FileMapping]) -> FileMapping | None:
    """The file whose header stands here, when it is exactly one."""
    fits = []
    for file in files:
        s = file.source
        if s.header and start and s.format == "delimited":
            names = header_of_source(start, s).columns
            if set(s.columns) <= set(names):
                fits.append(file)
    return max(fits, key=lambda f: len(f.source.columns), default=None)


def _header_problem(
    names: Sequence[str], wanted: Sequence[str], known: Sequence[str], start: bytes, charset: str
) -> str:
    """Why the header cannot be used; empty when it can (order and further columns do not matter).

    ``known`` are the names that may stand there, ``wanted`` those that must.  Only known names are told: the line
    may be the first record of a file without header, and its cells values of a person.
    """
    if not set(known) & set(names):
        charsets = "、".join(c for c in likely_charsets(start) if c != charset) or "なし"
        return f"見出しが一つも合いません（読み取りの文字コード {charset}、ほかの候補: {charsets}）"
    double = [n for n in dict.fromkeys(known) if names.count(n) > 1]
    further = [n for n in names if n and n not in known]
    if double or len(set(further)) < len(further):
        return "重複した見出し: " + ("、".join(double[:5]) or "標準にもマッピングにもない項目")
    missing = [n for n in wanted if n not in names]
    if not missing:
        return ""
    hints = [f"{n}（もしかして: {m[0]}）" if (m := get_close_matches(n, further, 1)) else n for n in missing[:5]]
    return "足りない見出し: " + "、".join(hints) + ("…" if len(missing) > 5 else "")


def _as_found(file: FileMapping, names: tuple[str, ...]) -> FileMapping:
    """The mapping with the columns in the order of the file; further columns are kept as residual items."""
    if names == file.source.columns:
        return file
    further = [n for n in names if n not in file.source.columns]
    rest = [Disposition(from_=n, disposition="individual", reason="マッピングにない項目") for n in further if n]
    source = file.source.model_copy(update={"columns": names})
    return file.model_copy(update={"source": source, "rest": (*file.rest, *rest)})


def layout_of(layouts: LayoutSet, area: int, file_id: str) -> LayoutFile:
    """The 移行ファイル of that id; KeyError when there is none."""
    for file in layouts.area(area).files:
        if file.id == file_id:
            return file
    raise KeyError(file_id)


def _of_standard(path: Path, name: str, start: bytes, layouts: LayoutSet) -> Found | Skipped:
    fmt = layouts.format
    canonical = is_canonical(name, start)
    header = (
        header_of(start) if canonical
        else read_header(start, fmt.encoding, fmt.delimiter, fmt.quote, fmt.newline, fmt.header)
    )  # fmt: skip
    every = [f for area in layouts.areas for f in area.files]
    layout = _by_name(name, header.columns, every) or _by_items(header.columns, every)
    if layout is None:
        return _unknown(name, start)
    if len(start) <= bom_of(start)[0]:
        return Found(path, name, layout, None, header, Broken(STRUCTURE["S-EMPTY"], ""))
    if not fmt.header and not canonical:
        return Found(path, name, layout, None, header._replace(columns=tuple(i.name for i in layout.items)))
    problem = _standard_problem(header, layout, start)
    broken = Broken(STRUCTURE["S-HEADER"], problem) if problem else None
    return Found(path, name, layout, None, header, broken, canonical)


def _named(name: str, files: Sequence[LayoutFile]) -> list[LayoutFile]:
    """The files that a name may be of; those of its folder alone where the folder is that of an area."""
    path = Path(name)
    fits = [f for f in files if path.stem in (f.id, f.name, f"{f.no:02d}-{f.id}")]
    return [f for f in fits if f.folder in path.parts] or fits


def _by_name(name: str, columns: Sequence[str], files: Sequence[LayoutFile]) -> LayoutFile | None:
    """By name; 予備領域 and the like stand in many areas, and there the header decides."""
    fits = _named(name, files)
    return max(fits, key=lambda file: _share(file, columns), default=None)


def _share(file: LayoutFile, columns: Sequence[str]) -> float:
    names = {item.name for item in file.items}
    return len(names & set(columns)) / max(len(names), len(columns), 1)


def _by_items(columns: Sequence[str], files: Sequence[LayoutFile]) -> LayoutFile | None:
    best = max(files, key=lambda file: _share(file, columns), default=None)
    return best if best is not None and _share(best, columns) > 0.6 else None


def _standard_problem(header: Header, layout: LayoutFile, start: bytes) -> str:
    known = [item.name for item in layout.items]
    return _header_problem(header.columns, layout.key, known, start, header.charset)
