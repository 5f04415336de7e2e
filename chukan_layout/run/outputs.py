"""Where the pieces of a run go: data, rejects, residual items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from chukan_layout import _kernel
from chukan_layout.charset.of_source import by_lines
from chukan_layout.charset.registry import Charset, codec
from chukan_layout.charset.tables import charset_table
from chukan_layout.model.mapping import SourceFile
from chukan_layout.model.xml_names import element_names
from chukan_layout.plan.program import Program
from chukan_layout.write.arrow import record_batch, schema_of, text_batch
from chukan_layout.write.files import HashedFile, create, sha256_of
from chukan_layout.write.records import RecordWriter
from chukan_layout.write.xml import TAIL as XML_TAIL
from chukan_layout.write.xml import head as xml_head
from chukan_layout.write.xml import records as xml_records

#: Records of a row group of Parquet, or a chunk more.
GROUP_ROWS = 65_536
#: Residual records that are written at once.
RESIDUAL_ROWS = 20_000


class CsvOutput:
    """Standard or vendor CSV; ``encoder`` is None for UTF-8.

    ``missing`` counts characters that the vendor's charset has not got, written as 〓.
    """

    def __init__(self, path: Path, name: str, header: bytes, encoder: Any = None) -> None:
        self.path = name
        self._file, self._encoder = HashedFile(path), encoder
        self.missing = 0
        self._put(header)

    def reached(self) -> tuple[int, str, int]:
        """Bytes, SHA-256 and missing characters so far, for :meth:`resume`."""
        return *self._file.reached(), self.missing

    def resume(self, kept: Path, size: int, digest: str, missing: int) -> bool:
        """Go on behind the first ``size`` bytes of ``kept``, an earlier run's; False when they are not those."""
        self._file.close()
        kept.replace(self._file.path)
        try:
            self._file = HashedFile(self._file.path, size)
        except EOFError:
            return False
        self.missing = missing
        return self._file.reached()[1] == digest

    def _put(self, data: Any) -> None:
        if self._encoder is not None:
            data, missing = self._encoder.encode(data)
            self.missing += len(missing)
        self._file.write(memoryview(data))

    def add(self, chunk: Any) -> None:
        self._put(chunk.csv)

    def mark(self) -> tuple[int, Any]:
        """The place before a source file, for :meth:`rewind` when that file turns out unreadable."""
        return self._file.mark()

    def rewind(self, mark: tuple[int, Any]) -> None:
        self._file.rewind(mark)

    def close(self) -> tuple[Path, int, str]:
        digest = self._file.close()
        return self._file.path, self._file.bytes, digest


class XmlOutput(CsvOutput):
    """The same records as XML (write/xml.py)."""

    def __init__(self, path: Path, name: str, program: Program, area: str, version: str) -> None:
        self._items = list(program.columns)
        self._names = element_names(self._items)
        self._delimiter: str = program.spec["out"]["delimiter"]
        super().__init__(path, name, xml_head(area, program.file, version))

    def add(self, chunk: Any) -> None:
        self._put(xml_records(chunk.csv, self._items, self._names, self._delimiter))

    def close(self) -> tuple[Path, int, str]:
        self._put(XML_TAIL)
        return super().close()


class RecordOutput(CsvOutput):
    """A vendor's file of records, with its headers and trailers.

    ``missing`` counts values that their fields could not take.
    """

    def __init__(self, path: Path, name: str, writer: RecordWriter) -> None:
        self._writer = writer
        super().__init__(path, name, b"")
        self._file.write(memoryview(writer.blocked(writer.header())))

    def _put(self, data: Any) -> None:
        if len(data):
            records, refused = self._writer.encode(data)
            self.missing += refused
            self._file.write(memoryview(self._writer.blocked(records)))

    def mark(self) -> tuple[int, Any]:
        return (self._writer.mark(), self._file.mark())  # type: ignore[return-value]

    def rewind(self, mark: tuple[int, Any]) -> None:
        self._writer.rewind(mark[0])  # type: ignore[arg-type]
        self._file.rewind(mark[1])

    def close(self) -> tuple[Path, int, str]:
        self._file.write(memoryview(self._writer.blocked(self._writer.trailer(), last=True)))
        return super().close()


class ParquetOutput:
    """Parquet with the types of the layout; chunks are gathered into row groups that a reader likes."""

    def __init__(self, path: Path, program: Program) -> None:
        import pyarrow.parquet as pq

        self._schema = schema_of(program.spec)
        self._file = HashedFile(path)
        # Only codes repeat enough for a dictionary to earn what it costs.
        codes = [item["name"] for item in program.spec["items"] if item["out"] == "dict"]
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._file, mode="w"), self._schema,
            compression="snappy", use_dictionary=codes, write_statistics=False,
        )  # fmt: skip
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def add(self, chunk: Any) -> None:
        if not chunk.rows_out:
            return
        self._waiting.append(record_batch(chunk, self._schema))
        self._rows += chunk.rows_out
        if self._rows >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting), row_group_size=self._rows)
        self._waiting, self._rows = [], 0

    def close(self) -> tuple[Path, int, str]:
        self._flush()
        self._writer.close()
        digest = self._file.close()
        return self._file.path, self._file.bytes, digest


class RejectsOutput:
    """The rejected records of one source file, byte for byte; no file when there are none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: HashedFile | None = None

    def add(self, chunk: Any) -> None:
        self._put(chunk.rejected)

    def _put(self, records: Any) -> None:
        if len(records):
            self._file = self._file or HashedFile(self._path)
            self._file.write(memoryview(records))

    def close(self) -> tuple[Path, int, str] | None:
        if self._file is None:
            return None
        digest = self._file.close()
        return self._path, self._file.bytes, digest


class RemovedOutput(RejectsOutput):
    """The records of one source file that a cleansing rule took out, byte for byte."""

    def add(self, chunk: Any) -> None:
        self._put(chunk.removed)


class ResidualOutput:
    """Source items of the disposition individual, beside the key of their record (requirement CNV-03).

    Every column is text; records whose residual items are all blank are left out.
    """

    def __init__(self, path: Path, program: Program) -> None:
        import pyarrow.parquet as pq

        self._path = path
        self._names = [*(f"キー_{name}" for name in program.key), *program.residual]
        self._file = create(path)
        schema = pa.schema([(name, pa.string()) for name in self._names])
        self._writer = pq.ParquetWriter(self._file, schema, compression="snappy")
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def add(self, chunk: Any) -> None:
        batch = text_batch(chunk.residual, self._names)
        if not batch.num_rows:
            return
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= RESIDUAL_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting))
        self._waiting, self._rows = [], 0

    def close(self) -> tuple[Path, int, str]:
        self._flush()
        self._writer.close()
        self._file.close()
        return self._path, self._path.stat().st_size, sha256_of(self._path)


def header_line(program: Program) -> bytes:
    """The names of the output columns as one CSV record."""
    out = program.spec["out"]
    delimiter: str = out["delimiter"]

    def cell(name: str) -> str:
        special = out.get("quote_all") or any(c in name for c in (delimiter, '"', "\n", "\r"))
        return '"' + name.replace('"', '""') + '"' if special else name

    line: str = delimiter.join(map(cell, program.columns)) + out["newline"]
    return line.encode()


def encoder_for(source: SourceFile) -> Any:
    """What encodes a vendor's delimited files, None where UTF-8 is wanted."""
    lines = by_lines(source)
    if lines is not None:
        return _TextEncoder(lines)
    charset = "utf-16le" if source.encoding == "utf-16" else source.encoding
    return None if charset == "utf-8" else _kernel.Encoder(charset, charset_table(charset))


class _TextEncoder:
    """As the kernel's encoder, for the charsets that its pass does not divide by itself."""

    def __init__(self, charset: Charset) -> None:
        self._codec = codec(charset)

    def encode(self, csv: Any) -> tuple[Any, list[tuple[int, str]]]:
        return self._codec.encode(bytes(memoryview(csv)).decode(), "mixed")
