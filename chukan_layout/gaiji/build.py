"""Makes the tables of ``gaiji/`` (``python -m chukan_layout.gaiji.build [MOJI_DB]``).

With ``MOJI_DB`` (``dist/moji.db`` of the npm package @mandel59/mojidata 1.8.1): ``ivs.parquet`` from it, and a word
on where ``mj.parquet`` differs from it.  Always: ``units.parquet``, which is computed from the tables.  The tables by shape come from
:mod:`chukan_layout.gaiji.shape.build`.  ``mjsm.parquet`` (same package) and ``nta.parquet`` (PyPI package jntajis-python
0.1.0) were compiled once and are checked in as they are.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import polars as pl

from chukan_layout.gaiji import data
from chukan_layout.gaiji.identity import unicode_units
from chukan_layout.gaiji.lookup import FILE as UNITS

#: Collections of the IVD by number.
COLLECTIONS = ("Adobe-Japan1", "Hanyo-Denshi", "Moji_Joho", "MSARG", "KRName")
#: Columns of the table mji → ours, with the type of what is in them.
_NUMBERS = {"総画数": "strokes"}
_CODES = {"対応するUCS": "corr", "実装したUCS": "impl", "住基ネット統一文字コード": "juki", "入管正字コード": "nyukan", "入管外字コード": "nyukan_gaiji"}  # fmt: skip
_DECIMALS = {"戸籍統一文字番号": "koseki", "登記統一文字番号": "toki"}


def units() -> pl.DataFrame:
    """Unit → MJ, and how that is known."""
    rows = [(unit, found.mj, found.how) for unit, found in sorted(unicode_units().items())]
    return pl.DataFrame(rows, schema={"unit": pl.String, "mj": pl.UInt32, "how": pl.Categorical}, orient="row")


def sequences(database: Path) -> pl.DataFrame:
    """Registered sequences of the IVD: base, vs, coll, code."""
    with sqlite3.connect(database) as moji:
        rows = moji.execute("SELECT IVS, collection, code FROM ivs").fetchall()
    numbers = {name: i for i, name in enumerate(COLLECTIONS)}
    made = [(ord(ivs[0]), ord(ivs[1]), numbers[name], code) for ivs, name, code in rows]
    schema = {"base": pl.UInt32, "vs": pl.UInt32, "coll": pl.UInt8, "code": pl.String}
    return pl.DataFrame(made, schema=schema, orient="row").sort("base", "vs", "coll")


def glyphs(database: Path) -> pl.DataFrame:
    """The columns of MJ文字情報一覧表 that identity rests on, to hold against ``mj.parquet``."""
    wanted = {"MJ文字図形名": "mj", **_CODES, **_DECIMALS, **_NUMBERS}
    names = ", ".join(f'"{name}"' for name in wanted)
    with sqlite3.connect(database) as moji:
        rows = moji.execute(f"SELECT {names} FROM mji").fetchall()  # noqa: S608 - our own column names
    kinds = list(wanted.values())
    made = [{kind: _number(kind, value) for kind, value in zip(kinds, row, strict=True)} for row in rows]
    return pl.DataFrame(made, infer_schema_length=None).sort("mj")


def _number(kind: str, value: object) -> int | None:
    text = str(value or "").removeprefix("MJ").removeprefix("U+").removeprefix("J+")
    if not text:
        return None
    if len(text) == 1 and not text.isascii():
        return ord(text)
    return int(text, 16 if kind in _CODES.values() else 10)


def main() -> None:
    """Write the tables, and say where the package differs from what is checked in."""
    folder = data.table_path("mj.parquet").parent
    for argument in sys.argv[1:]:
        sequences(Path(argument)).write_parquet(folder / "ivs.parquet", compression="zstd", compression_level=19)
        fresh, have = glyphs(Path(argument)), data.mj()
        for column in fresh.columns:
            same = fresh[column].cast(pl.Int64).eq_missing(have[column].cast(pl.Int64)).sum()
            print(f"{column}: {same} of {len(have)} rows as checked in", file=sys.stderr)
    units().write_parquet(folder / UNITS, compression="zstd", compression_level=19)


if __name__ == "__main__":
    main()
