"""Buffers of the kernel as Arrow arrays, without copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

_TYPES = {"date": pa.date32(), "int": pa.int64()}


def schema_of(spec: dict[str, Any]) -> pa.Schema:
    """The Arrow schema of a program's output columns."""
    return pa.schema([(item["name"], _type_of(item)) for item in spec["items"]])


def _type_of(item: dict[str, Any]) -> pa.DataType:
    if item["out"] == "dict":
        return pa.dictionary(pa.int16(), pa.string())
    if item["out"] == "decimal":
        return pa.decimal128(38, item.get("scale", 0))
    return _TYPES.get(item["out"], pa.string())


def record_batch(chunk: Any, schema: pa.Schema) -> pa.RecordBatch:
    """The accepted records of a chunk that was run with ``columns=True``."""
    arrays = [column(c, field.type) for c, field in zip(chunk.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def text_batch(columns: Sequence[Any], names: Sequence[str]) -> pa.RecordBatch:
    """Residual items: every column a text."""
    return pa.RecordBatch.from_arrays([column(c, pa.string()) for c in columns], names=list(names))


def column(raw: Any, wanted: pa.DataType) -> pa.Array:
    """One column as the kernel gives it: (kind, rows, nulls, validity, offsets, data, dictionary)."""
    kind, rows, nulls, validity, offsets, data, dictionary = raw
    if kind == "null":
        return pa.nulls(rows, wanted)
    valid = None if validity is None else pa.py_buffer(validity)
    if kind == "dict":
        places = pa.Array.from_buffers(pa.int16(), rows, [valid, pa.py_buffer(data)], nulls)
        return pa.DictionaryArray.from_arrays(places, pa.array(dictionary, pa.string()))
    buffers = [valid, *([] if offsets is None else [pa.py_buffer(offsets)]), pa.py_buffer(data)]
    return pa.Array.from_buffers(wanted, rows, buffers, nulls)
