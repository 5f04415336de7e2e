"""The data files of a run: each is opened with the first source file that goes into it, and closed at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chukan_layout.model.mapping import FileMapping
from chukan_layout.plan.program import Program
from chukan_layout.plan.records import record_plan
from chukan_layout.read.discover import Found
from chukan_layout.run.order import Order
from chukan_layout.run.outputs import (
    CsvOutput,
    ParquetOutput,
    RecordOutput,
    XmlOutput,
    encoder_for,
    header_line,
)
from chukan_layout.write.records import RecordWriter


class DataFiles:
    """``open`` has what is open, by its path in the run folder ``work``."""

    def __init__(self, order: Order, work: Path) -> None:
        self._order, self._work = order, work
        self.open: dict[str, CsvOutput | ParquetOutput] = {}

    def of(self, found: Found, program: Program) -> list[CsvOutput | ParquetOutput]:
        """Where the records of a source file go, one for each format; empty for a validation."""
        return [self.opened(found, program, shape) for shape in self._order.formats]

    def opened(self, found: Found, program: Program, shape: str) -> CsvOutput | ParquetOutput:
        path = self.path(found, shape)
        if path not in self.open:
            self.open[path] = self._new(path, shape, program)
        return self.open[path]

    def path(self, found: Found, shape: str) -> str:
        """The data file of a source file in the run folder."""
        back = self._back(found.layout.area, found.layout.id)
        if back is None:
            return f"data/{found.layout.folder}/{found.layout.id}.{shape}"
        name = back.source.files[0]
        if shape == "csv" and (back.source.record is not None or name.endswith(".tsv")):
            return f"data/{name.replace('*', '')}"
        return f"data/{name.split('*')[0] or back.id}.{shape}"

    def _back(self, area: int, file: str) -> FileMapping | None:
        """On the way back the vendor's file that is written; StopIteration when it has none."""
        o = self._order
        if o.direction != "back" or o.mapping is None:
            return None
        return next(m for m in o.mapping.files if (m.area, m.file) == (area, file))

    def _new(self, path: str, shape: str, program: Program) -> CsvOutput | ParquetOutput:
        place = self._work / path
        if shape == "parquet":
            return ParquetOutput(place, program)
        if shape == "xml":
            return XmlOutput(place, path, program, Path(path).parent.name, self._order.layouts.version)
        back = self._back(program.area, program.file)
        if back is not None and back.source.record is not None:
            return RecordOutput(place, path, RecordWriter(record_plan(back.source)))
        return CsvOutput(place, path, header_line(program), encoder_for(back.source) if back else None)

    def marks(self) -> dict[str, Any]:
        """How far the CSV files have come."""
        return {path: csv.mark() for path, csv in self.open.items() if isinstance(csv, CsvOutput)}

    def withdraw(self, output: Any, marks: dict[str, Any]) -> None:
        """What a source file that failed has written is taken back: CSV to its mark, a Parquet file as a whole."""
        if isinstance(output, CsvOutput) and output.path in marks:
            output.rewind(marks[output.path])
            return
        output.close()
        for path in [path for path, one in self.open.items() if one is output]:
            del self.open[path]
            (self._work / path).unlink(missing_ok=True)


def unwritten(path: str, output: CsvOutput | ParquetOutput) -> tuple[str, str] | None:
    """What to say of values that a data file could not take, in Japanese and English; None when it took all."""
    n = output.missing if isinstance(output, CsvOutput) else 0
    if not n:
        return None
    if isinstance(output, RecordOutput):
        return (
            f"{path}: 移行先の項目に収まらない値か、文字コードにない文字のある値が {n} 個あります。桁数と外字表を確かめてください。",
            f"{path}: {n} values do not fit their fields or hold characters that the charset has not got",
        )
    return (
        f"{path}: 移行先の文字コードにない文字が {n} 字あり、〓 で書きました。外字表で対応を決めてください。",
        f"{path}: {n} characters are not in the vendor's charset and were written as 〓",
    )
