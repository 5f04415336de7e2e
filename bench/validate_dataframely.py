"""Validation alone with dataframely: the rules of 住民情報 that its columns can say.

python bench/validate_dataframely.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import dataframely as dy
import polars as pl

from bench.peers import definitions as d
from chukan_layout.model.layout import CodeTable, Item
from chukan_layout.spec.load import load_layouts


def column(item: Item, codes: dict[str, CodeTable]) -> dy.Column:
    """An item as a column: required, digits, data type or character class, code."""
    pattern = d.TYPES.get(item.type, d.CLASSES[item.charset_class])
    limits = {} if item.type in d.TYPES else {"max_length": item.digits}
    rules = None
    if item.code:
        allowed = list(codes[item.code].codes)
        rules = {"code": lambda value: value.is_in(allowed)}
    return dy.String(nullable=not item.required, regex=pattern, check=rules, **limits)


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    area = load_layouts("latest", [1]).area(1)
    layout = next(f for f in area.files if f.id == "住民情報")
    columns = {item.name: column(item, area.codes) for item in layout.items}
    schema = type("住民情報", (dy.Schema,), columns)
    frame = pl.read_csv(source, infer_schema=False)
    _, failure = schema.filter(frame)
    destination.write_text(str(failure.counts()), encoding="utf-8")


if __name__ == "__main__":
    main()
