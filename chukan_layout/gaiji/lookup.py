"""MJ図形名 of a few units, without loading all tables: for the fused pass, whose targets are few."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from chukan_layout.gaiji import data

FILE = "units.parquet"


def glyph_names(units: Iterable[str]) -> dict[str, str]:
    """Unit → MJ図形名, of those that are MJ glyphs (``gaiji/units.parquet``, made from the other tables)."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    # ParquetFile, not read_table: that would import datasets and, where it is installed, pandas
    table = pq.ParquetFile(data.table_path(FILE)).read(columns=["unit", "mj"])
    found = table.filter(pc.is_in(table["unit"], value_set=_texts(list(units))))
    return {unit: f"MJ{mj:06d}" for unit, mj in zip(*(found[c].to_pylist() for c in ("unit", "mj")), strict=True)}


def _texts(units: list[str]) -> Any:
    """The units as an Arrow array, made of buffers for the same reason."""
    import pyarrow as pa

    raw = [unit.encode() for unit in units]
    ends = array("i", accumulate(map(len, raw), initial=0))
    return pa.Array.from_buffers(pa.string(), len(raw), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(raw))])
