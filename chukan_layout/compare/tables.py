"""The two dumps as lazy polars tables of text, one per 移行ファイル.

CSV of the standard (any charset of it) and Parquet of a run; what is not UTF-8 is transcoded into ``scratch``.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from chukan_layout.model.layout import FileFormat, LayoutFile, LayoutSet
from chukan_layout.read.discover import Found, discover

BLOCK = 1 << 20


class Dump(NamedTuple):
    """Tables by (area, id of the file), their size in bytes, and what was passed over with the reason."""

    tables: dict[tuple[int, str], pl.LazyFrame]
    sizes: dict[tuple[int, str], int]
    layouts: dict[tuple[int, str], LayoutFile]
    skipped: list[tuple[str, str]]


def dump_of(source: Path, layouts: LayoutSet, scratch: Path) -> Dump:
    """The files of the standard below ``source``: a file, a folder, an archive, or a run (its data folder)."""
    root = source / "data" if (source / "report.json").is_file() and (source / "data").is_dir() else source
    scratch.mkdir(parents=True, exist_ok=True)
    found = discover([root], layouts, None, scratch / "unpacked")
    parts: dict[tuple[int, str], list[pl.LazyFrame]] = {}
    sizes: dict[tuple[int, str], int] = {}
    known: dict[tuple[int, str], LayoutFile] = {}
    skipped = [(s.file, s.reason_ja) for s in found.skipped] + [(e.path, e.message_ja) for e in found.errors]
    for number, file in enumerate(found.found):
        if file.broken is not None:
            skipped.append((file.name, file.broken.rule.message_ja + file.broken.note))
            continue
        key = (file.layout.area, file.layout.id)
        parts.setdefault(key, []).append(_csv(file, layouts.format, scratch / f"{number}.csv"))
        sizes[key] = sizes.get(key, 0) + file.path.stat().st_size
        known[key] = file.layout
    for path, layout in _parquet(root, layouts):
        key = (layout.area, layout.id)
        if key not in parts:
            parts[key], sizes[key], known[key] = [_texts(pl.scan_parquet(path))], path.stat().st_size, layout
    tables = {key: pl.concat(frames, how="diagonal") for key, frames in parts.items()}
    return Dump(tables, sizes, known, skipped)


def _csv(file: Found, form: FileFormat, scratch: Path) -> pl.LazyFrame:
    path, charset, skip = file.path, file.header.charset, 1 if form.header else 0
    if charset not in ("utf-8", "utf8"):
        _transcode(path, charset, scratch)
        path = scratch
    return pl.scan_csv(
        path, has_header=False, skip_rows=skip, new_columns=list(file.header.columns), separator=form.delimiter, quote_char=form.quote or None,
        infer_schema=False, schema=dict.fromkeys(file.header.columns, pl.String),
    )  # fmt: skip


def _transcode(path: Path, charset: str, target: Path) -> None:
    """Bytes of no character become �: the comparison then says that they differ."""
    decoder = codecs.getincrementaldecoder(charset)(errors="replace")
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as out:
        while block := source.read(BLOCK):
            out.write(decoder.decode(block))
        out.write(decoder.decode(b"", final=True))


def _parquet(root: Path, layouts: LayoutSet) -> list[tuple[Path, LayoutFile]]:
    files = [f for area in layouts.areas for f in area.files]
    paths = [root] if root.is_file() else sorted(root.rglob("*.parquet"))
    found = []
    for path in paths:
        if path.suffix == ".parquet":
            fits = [f for f in files if path.stem in (f.id, f.name)]
            within = [f for f in fits if f.folder in path.parts]
            found += [(path, f) for f in (within or fits)[:1]]
    return found


def _texts(table: pl.LazyFrame) -> pl.LazyFrame:
    return table.select(pl.all().cast(pl.String))


def columns_of(table: pl.LazyFrame) -> Sequence[str]:
    return table.collect_schema().names()
