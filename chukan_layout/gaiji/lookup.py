"""MJ図形名 of a few units, without loading all tables: for the fused pass, whose targets are few."""

from __future__ import annotations

from collections.abc import Iterable

from chukan_layout.gaiji import data

FILE = "units.parquet"


def glyph_names(units: Iterable[str]) -> dict[str, str]:
    """Unit → MJ図形名, of those that are MJ glyphs (``gaiji/units.parquet``, made from the other tables)."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(data.table_path(FILE), columns=["unit", "mj"])
    found = table.filter(pc.is_in(table["unit"], value_set=pa.array(list(units), pa.string())))
    return {unit: f"MJ{mj:06d}" for unit, mj in zip(*(found[c].to_pylist() for c in ("unit", "mj")), strict=True)}
