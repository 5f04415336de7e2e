"""Validation alone with polars expressions: the rules of 住民情報 that its columns can say.

python bench/validate_polars.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import polars as pl

from bench.peers import definitions as d
from chukan_layout.model.layout import CodeTable, Item
from chukan_layout.spec.load import load_layouts


def failures(item: Item, codes: dict[str, CodeTable]) -> Iterator[pl.Expr]:
    """Counts of the values of an item that break a rule: required, digits, data type or character class, code."""
    value = pl.col(item.name)
    if item.required:
        yield value.is_null().sum().alias(f"{item.no} REQ")
    if item.code:
        yield (~value.is_in(list(codes[item.code].codes))).sum().alias(f"{item.no} COD")
        return
    pattern = d.TYPES.get(item.type, d.CLASSES[item.charset_class])
    yield (~value.str.contains(pattern)).sum().alias(f"{item.no} CHR")
    if item.type not in d.TYPES:
        yield (value.str.len_chars() > item.digits).sum().alias(f"{item.no} DIG")


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    area = load_layouts("latest", [1]).area(1)
    layout = next(f for f in area.files if f.id == "住民情報")
    rules = [rule for item in layout.items for rule in failures(item, area.codes)]
    found = pl.scan_csv(source, infer_schema=False).select(rules).collect()
    destination.write_text(str(found.row(0, named=True)), encoding="utf-8")


if __name__ == "__main__":
    main()
