"""Records of the standard as XML.

The official XML schema was not published where we could find it, so the names of the elements are a draft of our own,
and every file says so: one element ``記録`` for a record, in it one element for each item, named as the item is.  A null
is left out, the explicit empty value is an empty element.  What XML 1.0 can't hold (control characters) is written as
``\\u{1}`` in an element that says ``escaped="true"``, its backslashes doubled.  Everything comes back (docs/xml.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from chukan_layout.model.xml_names import FILE, RECORD

if TYPE_CHECKING:
    import polars as pl

SCHEMA = "chukan draft 1"
_SPECIAL = r"[&<>\r]"
_IMPOSSIBLE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"


def head(area: str, file: str, version: str) -> bytes:
    """Everything before the first record."""
    attributes = f"業務={quoteattr(area)} 名称={quoteattr(file)} 版={quoteattr(version)} 形式={quoteattr(SCHEMA)}"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{FILE} {attributes}>\n'.encode()


TAIL = f"</{FILE}>\n".encode()


def records(csv: Any, items: Sequence[str], names: Sequence[str], delimiter: str = ",") -> bytes:
    """``csv``, records as the kernel wrote them, as elements; ``names`` are those of ``element_names``."""
    import polars as pl

    if not len(csv):
        return b""
    schema: dict[str, Any] = dict.fromkeys(items, pl.String)
    frame = pl.read_csv(bytes(csv), has_header=False, schema=schema, separator=delimiter, truncate_ragged_lines=False)
    said = frame.select(
        pl.all().str.contains(_SPECIAL).any().name.suffix("\0special"),
        pl.all().str.contains(_IMPOSSIBLE).any().name.suffix("\0impossible"),
    ).row(0, named=True)
    cells = [
        _element(item, name, bool(said[item + "\0special"]), bool(said[item + "\0impossible"]))
        for item, name in zip(items, names, strict=True)
        if frame[item].null_count() < len(frame)
    ]
    begin = pl.repeat(f"<{RECORD}>", pl.len())  # as many as there are records, even where no item has a value
    lines = frame.select(pl.concat_str([begin, *cells, pl.lit(f"</{RECORD}>\n")], ignore_nulls=True))
    return "".join(lines.to_series().to_list()).encode()


def _element(item: str, name: str, special: bool, impossible: bool) -> pl.Expr:
    import polars as pl

    value = pl.col(item)
    text = value.str.replace_many(["&", "<", ">", "\r"], ["&amp;", "&lt;", "&gt;", "&#13;"]) if special else value
    plain = pl.format(f"<{name}>{{}}</{name}>", text)
    if not impossible:
        return plain
    escaped = pl.format(f'<{name} escaped="true">{{}}</{name}>', value.map_elements(_escaped, return_dtype=pl.String))
    return pl.when(value.str.contains(_IMPOSSIBLE)).then(escaped).otherwise(plain)


def _escaped(value: str) -> str:
    """Rare enough for plain Python: control characters that a check has already found."""
    text = value.replace("\\", "\\\\")
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", lambda m: f"\\u{{{ord(m[0]):X}}}", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
