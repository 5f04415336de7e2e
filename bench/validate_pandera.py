"""Validation alone with pandera on polars: the rules of 住民情報 that its columns can say.

python bench/validate_pandera.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pandera.polars as pa
import polars as pl

from bench.peers import definitions as d
from chukan_layout.model.layout import CodeTable, Item
from chukan_layout.spec.load import load_layouts


def column(item: Item, codes: dict[str, CodeTable]) -> pa.Column:
    """An item as a column: required, digits, data type or character class, code."""
    if item.code:
        checks = [pa.Check.isin(list(codes[item.code].codes))]
    else:
        pattern = d.TYPES.get(item.type, d.CLASSES[item.charset_class])
        checks = [pa.Check.str_matches(pattern.replace(r"\x{E000}-\x{F8FF}", "\ue000-\uf8ff"))]
        if item.type not in d.TYPES:
            checks.append(pa.Check.str_length(max_value=item.digits))
    return pa.Column(pl.String, checks, nullable=not item.required)


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    area = load_layouts("latest", [1]).area(1)
    layout = next(f for f in area.files if f.id == "住民情報")
    schema = pa.DataFrameSchema({item.name: column(item, area.codes) for item in layout.items})
    try:
        schema.validate(pl.read_csv(source, infer_schema=False), lazy=True)
        said = "{}"
    except pa.errors.SchemaErrors as wrong:
        said = str(wrong.error_counts)
    destination.write_text(said, encoding="utf-8")


if __name__ == "__main__":
    main()
