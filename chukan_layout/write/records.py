"""Files of records written: headers, records from CSV, trailers with counts and totals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from chukan_layout import _kernel
from chukan_layout.plan.records import RecordPlan


class _Mark(NamedTuple):
    records: int
    sums: tuple[int, ...]
    open: bytes


class RecordWriter:
    """Encodes the records of one file; header first, trailer last."""

    def __init__(self, plan: RecordPlan) -> None:
        self._plan = plan
        self._records = _kernel.Records(plan.spec_bytes, plan.table)
        self._count = 0
        self._sums = [0] * len(plan.spec["sums"])
        self._open = b""  # records of a block that is not full

    def blocked(self, records: Any, last: bool = False) -> Any:
        """The bytes to write for the next records: as they are, or the blocks that they fill."""
        if self._plan.layout.form != "bdw":
            return records
        waiting = self._open + bytes(memoryview(records))
        made, taken = self._records.blocks(waiting, last)
        self._open = waiting[taken:]
        return made

    def encode(self, csv: Any) -> tuple[Any, int]:
        """The records of CSV (UTF-8, no header line), and how many values their fields could not take."""
        raw, count, sums, refused = self._records.encode(csv)
        self._count += count
        self._sums = [a + b for a, b in zip(self._sums, sums, strict=True)]
        return raw, len(refused)

    def mark(self) -> _Mark:
        return _Mark(self._count, tuple(self._sums), self._open)

    def rewind(self, mark: _Mark) -> None:
        self._count, self._sums, self._open = mark.records, list(mark.sums), mark.open

    def header(self) -> bytes:
        """Header records; what they count is not known yet and stays blank."""
        return self._controls("header")

    def trailer(self) -> bytes:
        return self._controls("trailer")

    def _controls(self, role: str) -> bytes:
        out = b""
        for number, kind in enumerate(self._plan.layout.kinds):
            if kind.role != role:
                continue
            values = []
            for stated in self._plan.stated if role == "trailer" else ():
                if stated.kind == number:
                    total = stated.total
                    real = self._count if total < 0 else Decimal(self._sums[total]).scaleb(-stated.scale)
                    values.append((self._plan.spec["kinds"][number]["values"][stated.value], f"{real:f}" if total >= 0 else str(real)))
            out += bytes(self._records.record(number, values)[0])
        return out
