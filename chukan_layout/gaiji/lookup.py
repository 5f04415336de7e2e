"""MJ図形名 of a few units, without loading all tables: for the fused pass, whose targets are few."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from chukan_layout.gaiji import data

FILE = "units.parquet"


def glyph_names(units: Iterable[str]) -> dict[str, str]:
    """Unit → MJ図形名, of those that are MJ glyphs (``gaiji/units.parquet``, made from the other tables)."""
    import pyarrow.parquet as pq

    # ParquetFile, not read_table, and a search of our own: datasets, pandas and pyarrow.compute stay out of a short run
    table = pq.ParquetFile(data.table_path(FILE)).read(columns=["unit", "mj"])
    known, mj = _Texts(table["unit"]), table["mj"]
    found = ((unit, bisect_left(known, unit)) for unit in units)
    return {
        unit: f"MJ{mj[place].as_py():06d}"
        for unit, place in found
        if place < len(known) and known[place] == unit
    }


class _Texts(Sequence[str]):
    """An Arrow column of texts in order, for ``bisect``."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, place: Any) -> Any:
        return self._column[place].as_py()
