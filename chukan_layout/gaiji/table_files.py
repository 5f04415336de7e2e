"""Tables that gaiji commands read and write: CSV, TSV (UTF-8, CP932, EUC-JP) and Parquet, every value a text.

User-defined characters of CP932 (F040-F9FC) and EUC-JP-MS arrive as U+E000-E757, as everywhere in chukan.
"""

from __future__ import annotations

import codecs
import io
from pathlib import Path

import polars as pl

from chukan_layout.model.refusal import Refused

ENCODINGS = ("utf-8", "cp932", "utf-16")


class TableFileError(Refused):
    """The file cannot be read as a table."""


def read_table(path: Path, encoding: str = "") -> pl.DataFrame:
    """The table in ``path``; columns of text are kept as they are, others are left alone (Parquet).

    ``encoding`` "": UTF-8 when it is, else CP932.  Raises :class:`TableFileError`.
    """
    if path.suffix.lower() == ".parquet":
        try:
            return pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError) as broken:
            raise TableFileError(f"Parquet として読めません: {path.name}", f"not a Parquet file: {path.name}") from broken
    raw = _utf8(path, encoding)
    separator = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
    try:
        return pl.read_csv(raw, separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as broken:
        raise TableFileError(
            f"表として読めません: {path.name}。列の数と引用符を確かめてください",
            f"not a usable table: {path.name}; look at the number of columns and the quotes",
        ) from broken


def _utf8(path: Path, encoding: str) -> bytes:
    """The text of a file in UTF-8; what is UTF-8 already is looked at, not made anew."""
    raw = path.read_bytes()
    for name in (encoding,) if encoding else ENCODINGS:
        try:
            text = raw.decode(name)
            return raw.removeprefix(codecs.BOM_UTF8) if name == "utf-8" else text.encode()
        except UnicodeDecodeError:
            continue
    raise TableFileError(
        f"文字コードが合いません: {path.name} ({encoding or '、'.join(ENCODINGS)})。--encoding で指定してください",
        f"{path.name} is not in {encoding or ' or '.join(ENCODINGS)}; give --encoding",
    )


def table_bytes(frame: pl.DataFrame, kind: str, encoding: str = "utf-8") -> bytes:
    """The table as a file of this suffix.  Raises :class:`TableFileError` when the encoding lacks a character."""
    out = io.BytesIO()
    if kind == ".parquet":
        frame.write_parquet(out)
        return out.getvalue()
    frame.write_csv(out, separator="\t" if kind in (".tsv", ".tab") else ",", null_value="", quote_style="necessary")
    if encoding in ("utf-8", ""):
        return out.getvalue()
    try:
        return out.getvalue().decode().encode(encoding)
    except UnicodeEncodeError as lacking:
        char = lacking.object[lacking.start]
        raise TableFileError(
            f"{encoding} にない文字が残っています: U+{ord(char):04X}。--to や --none を見直してください",
            f"{encoding} lacks U+{ord(char):04X}, which is left in the result; see --to and --none",
        ) from lacking


def text_columns(frame: pl.DataFrame, wanted: tuple[str, ...]) -> list[str]:
    """The columns of text, or the ``wanted`` ones.  Raises :class:`TableFileError` for one that is not there."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    missing = [name for name in wanted if name not in texts]
    if missing:
        raise TableFileError(
            f"文字の列 {'、'.join(missing)} がありません。列: {'、'.join(texts[:30])}",
            f"no column of text named {', '.join(missing)}",
        )
    return list(wanted) or texts
