"""The shipped tables of ``gaiji/``: where they are, read once, as polars frames.

Which table says what, its version and its licence: ``gaiji/README.md``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chukan_layout.spec.paths import gaiji_roots

if TYPE_CHECKING:
    import polars as pl  # heavy: the fused pass wants the versions only

#: Versions of the tables, written into every ledger.
MJ_VERSION = "MJ文字情報一覧表 006.02"
MJSM_VERSION = "MJ縮退マップ 1.2.0"
NTA_VERSION = "国税庁JIS縮退マップ 1.0.0"
IVD_VERSION = "IVD 2022-09-13"


class TableMissing(FileNotFoundError):
    """A table of ``gaiji/`` is not there: the installation is damaged."""


def table_path(name: str) -> Path:
    """The file ``name`` of the first gaiji folder that has it; :class:`TableMissing` when none does."""
    for root in gaiji_roots():
        if (root / name).is_file():
            return root / name
    raise TableMissing(2, "外字の表がありません (a gaiji table is missing)", name)


@cache
def mj() -> pl.DataFrame:
    """MJ文字情報一覧表: one row per MJ図形名, code points as integers (``gaiji/README.md`` names the columns)."""
    import polars as pl

    return pl.read_parquet(table_path("mj.parquet"))


@cache
def shrink_edges() -> pl.DataFrame:
    """MJ縮退マップ: mj → to (a character of JIS X 0213), with scheme, rank and hop."""
    import polars as pl

    return pl.read_parquet(table_path("mjsm.parquet"))


@cache
def ivd() -> pl.DataFrame:
    """Registered variation sequences: base, vs, coll (0 Adobe-Japan1, 1 Hanyo-Denshi, 2 Moji_Joho, …), code."""
    import polars as pl

    return pl.read_parquet(table_path("ivs.parquet"))


@cache
def nta() -> pl.DataFrame:
    """国税庁 JIS縮退マップ: characters of JIS X 0213 → text in JIS X 0208."""
    import polars as pl

    return pl.read_parquet(table_path("nta.parquet"))


@cache
def adobe() -> pl.DataFrame:
    """Adobe-Japan1 sequences whose base has several MJ glyphs: base, vs, mj (by shape; empty when not shipped)."""
    import polars as pl

    try:
        return pl.read_parquet(table_path("aj1.parquet"))
    except TableMissing:
        return pl.DataFrame(schema={"base": pl.UInt32, "vs": pl.UInt32, "mj": pl.UInt32})
