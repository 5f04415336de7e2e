"""Validation alone with pointblank: the rules of 住民情報 that its columns can say.

python bench/validate_pointblank.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pointblank as pb
import polars as pl

from bench.peers import definitions as d
from chukan_layout.model.layout import CodeTable, Item
from chukan_layout.spec.load import load_layouts


def step(plan: pb.Validate, item: Item, codes: dict[str, CodeTable]) -> pb.Validate:
    """An item as steps: required, digits and data type or character class, code."""
    if item.required:
        plan = plan.col_vals_not_null(columns=item.name)
    if item.code:
        return plan.col_vals_in_set(columns=item.name, set=[*codes[item.code].codes, None])
    pattern = d.TYPES.get(item.type, d.CLASSES[item.charset_class])
    if item.type not in d.TYPES:
        pattern = pattern.replace("]*$", f"]{{0,{min(item.digits, 1000)}}}$")
    return plan.col_vals_regex(columns=item.name, pattern=pattern, na_pass=True)


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    area = load_layouts("latest", [1]).area(1)
    layout = next(f for f in area.files if f.id == "住民情報")
    plan = pb.Validate(data=pl.read_csv(source, infer_schema=False))
    for item in layout.items:
        plan = step(plan, item, area.codes)
    checked = plan.interrogate(collect_extracts=False)
    destination.write_text(str(checked.n_failed()), encoding="utf-8")


if __name__ == "__main__":
    main()
