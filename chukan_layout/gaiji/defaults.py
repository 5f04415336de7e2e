"""Default shapes: which glyph a plain code showed on systems with fonts of JIS78 or JIS90.

The MJ table follows JIS X 0213:2004, where 168 characters changed their shape (辻, 葛, 祇 …).  Text that was typed and
checked on an older system means the older glyph.  ``gaiji/defaults.parquet`` (built from the ``jp78`` and ``jp90``
substitutions of Noto Serif CJK JP, told apart by its Adobe-Japan1 sequences) says which.
"""

from __future__ import annotations

import polars as pl

from chukan_layout.gaiji import data


def default_shapes(kind: str) -> dict[str, int]:
    """Character → MJ of its shape in ``jis78``, ``jis90`` or ``jis2004`` fonts; only where it differs from the table.

    ``jis2004`` is what the MJ table means anyway: nothing differs.
    """
    if kind == "jis2004":
        return {}
    rows = pl.read_parquet(data.table_path("defaults.parquet")).filter(pl.col("jis") == kind)
    return {chr(code): mj for code, mj in rows.select("code", "mj").rows()}
