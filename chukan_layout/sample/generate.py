"""Writes a synthetic city, block after block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from chukan_layout.model.layout import LayoutFile, LayoutSet
from chukan_layout.model.mapping import FileMapping, Mapping
from chukan_layout.plan.records import record_plan
from chukan_layout.sample import render
from chukan_layout.sample.companions import companions
from chukan_layout.sample.lists import Lists, load
from chukan_layout.sample.people import make
from chukan_layout.sample.records import resident_records
from chukan_layout.write.files import create, write_all
from chukan_layout.write.records import RecordWriter

MAIN = "住民情報"


class Written(NamedTuple):
    """A file of the sample and its records."""

    path: Path
    records: int


def gaiji_of(vendor: Mapping) -> dict[str, str]:
    """Character of the standard -> the vendor's user-defined character."""
    return {target: source for table in vendor.gaiji.values() for source, target in table.pairs}


def blocks(rows: int, seed: int, lists: Lists, plain: bool = False) -> Iterator[pl.DataFrame]:
    """Records of 住民情報, exactly ``rows`` of them; a block does not depend on how many follow."""
    index = 0
    while rows > 0:
        records = resident_records(make(seed, index, lists, plain), lists)
        if records.height > rows:
            records = _cut(records, rows)
        yield records
        rows -= records.height
        index += 1


def _cut(records: pl.DataFrame, rows: int) -> pl.DataFrame:
    """The first ``rows`` records; the last person's last record left becomes the latest one."""
    cut = records.head(rows)
    last = pl.int_range(pl.len()) == rows - 1
    return cut.with_columns(pl.when(last).then(pl.lit("1")).otherwise("最新フラグ").alias("最新フラグ"))


def write_sample(
    out: Path,
    rows: int,
    seed: int,
    layouts: LayoutSet,
    vendor: Mapping,
    as_vendor: bool,
    progress: Callable[[int], None] = lambda n: None,
) -> list[Written]:
    """Write the files of 住民基本台帳 below ``out``: the standard's, or the vendor's where ``as_vendor``.

    ``vendor`` also says which user-defined characters names are made of.  Raises OSError when the folder cannot
    be written, KeyError for a layout without 住民基本台帳.
    """
    files = {file.id: file for file in layouts.area(1).files}
    sinks = _sinks(out, files, layouts, vendor, as_vendor)
    lists = load(gaiji_of(vendor), vendor.files[0].source.encoding)
    for records in blocks(rows, seed, lists, as_vendor and not has_histories(vendor)):
        frames = {MAIN: records, **companions(records)}
        for name, sink in sinks.items():
            sink.add(frames[name])
        progress(records.height)
    return [sink.close() for sink in sinks.values()]


def has_histories(vendor: Mapping) -> bool:
    """Whether the vendor's resident file has a history number of its own."""
    lines = (line for m in vendor.files if (m.area, m.file) == (1, MAIN) for line in m.item)
    return any(line.to == "個人履歴番号" and line.from_ for line in lines)


def _sinks(
    out: Path, files: dict[str, LayoutFile], layouts: LayoutSet, vendor: Mapping, as_vendor: bool
) -> dict[str, Sink]:
    if not as_vendor:
        folder = out / next(iter(files.values())).folder
        shape = layouts.format
        end = "\r\n" if shape.newline == "crlf" else "\n"
        return {
            name: Sink(folder / f"{name}.csv", partial(render.standard, file=file), shape.encoding, end)
            for name, file in files.items()
        }
    mappings = {m.file: m for m in vendor.files if m.area == 1}
    return {name: _vendor_sink(out, mappings[name], vendor) for name in files if name in mappings}


def _vendor_sink(out: Path, mapping: FileMapping, vendor: Mapping) -> Sink:
    stem = mapping.source.files[0].split("*")[0]
    if mapping.source.record is not None:
        path = out / mapping.source.files[0].replace("*", "01")
        return RecordSink(path, lambda f: render.vendor(f, mapping, vendor), RecordWriter(record_plan(mapping.source)))
    end = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}[mapping.source.newline]
    name = mapping.source.files[0].replace("*", "01") if mapping.source.files[0].endswith(".tsv") else f"{stem}01.csv"
    shape = partial(render.vendor, mapping=mapping, of=vendor)
    return Sink(out / name, shape, mapping.source.encoding, end, mapping.source.delimiter)


class Sink:
    """One growing CSV file; one of UTF-16 begins with its mark."""

    def __init__(
        self, path: Path, shape: Callable[[pl.DataFrame], pl.DataFrame], encoding: str, end: str, delimiter: str = ","
    ) -> None:
        self._path, self._shape, self._end, self._delimiter = path, shape, end, delimiter
        self._encoding = "utf-16-le" if encoding == "utf-16" else encoding
        self._file = create(path)
        if encoding == "utf-16":
            write_all(self._file, b"\xff\xfe")
        self._records = 0

    def add(self, frame: pl.DataFrame) -> None:
        text: Any = self._shape(frame).write_csv(
            include_header=self._records == 0, separator=self._delimiter, line_terminator=self._end,
            quote_style="necessary", null_value="",
        )
        # polars writes an empty text as a pair of quotes to tell it from null; here both are blank.
        write_all(self._file, text.replace('""', "").encode(self._encoding))
        self._records += frame.height

    def close(self) -> Written:
        self._file.close()
        return Written(self._path, self._records)


class RecordSink(Sink):
    """One growing file of records.  ValueError for a value that its field cannot take: then the sample is at fault."""

    def __init__(self, path: Path, shape: Callable[[pl.DataFrame], pl.DataFrame], writer: RecordWriter) -> None:
        super().__init__(path, shape, "", "\n")
        self._writer = writer
        write_all(self._file, writer.header())

    def add(self, frame: pl.DataFrame) -> None:
        text = self._shape(frame).write_csv(include_header=False, quote_style="necessary", null_value="")
        raw, refused = self._writer.encode(text.encode())
        if refused:
            raise ValueError(f"{self._path.name}: {refused} values do not fit their fields")
        write_all(self._file, memoryview(raw))
        self._records += frame.height

    def close(self) -> Written:
        write_all(self._file, self._writer.trailer())
        return super().close()
