"""What the kernel gives as values of our own: Arrow arrays without copying, tallies."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa

from chukan_layout.model.tally import Tally

#: Of the array module, by bits.
CODES = {16: "h", 32: "i", 64: "q"}
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


def tally_of(chunk: Any) -> Tally:
    """The tally of one chunk."""
    return Tally(
        rows_in=chunk.rows_in,
        rows_out=chunk.rows_out,
        rows_rejected=chunk.rows_rejected,
        rows_removed=chunk.rows_removed,
        rules=Counter({i: n for i, n in enumerate(chunk.rule_counts) if n}),
        states=tuple(chunk.item_states),
        sums=tuple(chunk.sums),
        hash_total=chunk.hash_total,
    )


def record_batch(chunk: Any, schema: pa.Schema) -> pa.RecordBatch:
    """The accepted records of a chunk that was run with ``columns=True``."""
    arrays = [column(c, field.type) for c, field in zip(chunk.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def text_batch(columns: Sequence[Any], names: Sequence[str]) -> pa.RecordBatch:
    """Residual items: every column a text."""
    return pa.RecordBatch.from_arrays([column(c, pa.string()) for c in columns], names=list(names))


def strings(values: Sequence[str]) -> pa.Array:
    """A string array made of buffers: ``pa.array`` of a list would import pandas where that is installed."""
    raw = [value.encode() for value in values]
    offsets = array("i", accumulate(map(len, raw), initial=0))
    return pa.Array.from_buffers(pa.string(), len(raw), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(raw))])


def integers(values: Sequence[int], kind: pa.DataType) -> pa.Array:
    """The same for integers of 16, 32 or 64 bits."""
    code = CODES[kind.bit_width]
    held = values if isinstance(values, array) and values.typecode == code else array(code, values)
    return pa.Array.from_buffers(kind, len(held), [None, pa.py_buffer(held)])


def column(raw: Any, wanted: pa.DataType) -> pa.Array:
    """One column as the kernel gives it: (kind, rows, nulls, validity, offsets, data, dictionary)."""
    kind, rows, nulls, validity, offsets, data, dictionary = raw
    if kind == "null":
        return pa.nulls(rows, wanted)
    valid = None if validity is None else pa.py_buffer(validity)
    if kind == "dict":
        places = pa.Array.from_buffers(pa.int16(), rows, [valid, pa.py_buffer(data)], nulls)
        return pa.DictionaryArray.from_arrays(places, strings(dictionary))
    buffers = [valid, *([] if offsets is None else [pa.py_buffer(offsets)]), pa.py_buffer(data)]
    return pa.Array.from_buffers(wanted, rows, buffers, nulls)


def texts(n: int, raw: Any) -> pa.Array:
    """``n`` texts of the kernel: ends and bytes, not copied."""
    ends, text = raw
    return pa.Array.from_buffers(pa.string(), n, [None, pa.py_buffer(ends), pa.py_buffer(text)])


def numbers(kind: pa.DataType, n: int, buffer: Any) -> pa.Array:
    """``n`` numbers of the kernel, not copied."""
    return pa.Array.from_buffers(kind, n, [None, pa.py_buffer(buffer)])


def told(places: array[int], words: Sequence[str]) -> pa.Array:
    """The word at each place, each word once (Arrow reckons doubles wrongly)."""
    once = {word: i for i, word in enumerate(dict.fromkeys(words))}
    places_of_once = [once[word] for word in words]
    moved = array("i", map(places_of_once.__getitem__, places))
    return pa.DictionaryArray.from_arrays(numbers(pa.int32(), len(moved), moved), strings(list(once)))


def same(text: str, n: int) -> pa.Array:
    """One word ``n`` times."""
    return pa.DictionaryArray.from_arrays(numbers(pa.int32(), n, bytes(4 * n)), strings([text]))
