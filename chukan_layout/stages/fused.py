"""The fused pass as a stage: record batches in, record batches out (◆ DESIGN §2).

A stage is pure and picklable, and its schema is known before the first batch, so the same stage runs in a loop,
over threads or under ``mapInArrow``, and gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import pyarrow as pa

from chukan_layout import _kernel
from chukan_layout.model.tally import Tally
from chukan_layout.plan.program import Program
from chukan_layout.write.arrow import record_batch, schema_of, tally_of


class FusedStage:
    """Runs a program over batches whose columns are the program's source fields as text, in order.

    A null is a blank field, an empty text the explicit empty value.  Rejected records are left out and counted:
    :meth:`run` gives each batch with its :class:`Tally` (rows in, out, rejected; counts per rule and item).
    ValueError when a batch has other columns.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.schema: pa.Schema = schema_of(program.spec)

    @cached_property
    def _compiled(self) -> Any:
        unicode = replace(self.program, spec=self.program.spec | {"charset": "utf-8"})
        return _kernel.Program(unicode.spec_bytes, b"")

    def __getstate__(self) -> dict[str, Any]:
        return {"program": self.program, "schema": self.schema}

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch, _ in self.run(batches):
            yield batch

    def run(self, batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[pa.RecordBatch, Tally]]:
        for batch in batches:
            chunk = _kernel.run_columns(
                self._compiled, [_text(c) for c in self._columns(batch)], batch.num_rows, csv=False, columns=True
            )
            yield record_batch(chunk, self.schema), tally_of(chunk)

    def _columns(self, batch: pa.RecordBatch) -> list[pa.Array]:
        wanted = len(self.program.source_columns)
        if batch.num_columns != wanted:
            raise ValueError(f"{batch.num_columns} columns, expected {wanted}")
        return list(batch.columns)


def _text(column: pa.Array) -> tuple[Any, Any, Any]:
    """Buffers of a string column without slices."""
    if column.type != pa.string():
        raise ValueError(f"a column is {column.type}, expected string")
    whole = pa.concat_arrays([column]) if column.offset else column
    validity, offsets, data = (None if b is None else memoryview(b).cast("B") for b in whole.buffers())
    return validity, offsets, data if data is not None else b""

