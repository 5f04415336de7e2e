"""Validation alone with frictionless: the rules of 住民情報 that a Table Schema can say.

python bench/validate_frictionless.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from frictionless import Detector, Resource, Schema, system

from bench.peers import definitions as d
from chukan_layout.model.layout import CodeTable, Item
from chukan_layout.spec.load import load_layouts


def field(item: Item, codes: dict[str, CodeTable]) -> dict[str, Any]:
    """An item as a field: required, digits, data type or character class, code."""
    constraints: dict[str, Any] = {"required": item.required}
    if item.code:
        constraints["enum"] = list(codes[item.code].codes)
    elif item.type != "DATE":
        pattern = d.TYPES.get(item.type, d.CLASSES[item.charset_class])
        constraints["pattern"] = pattern.replace(r"\x{E000}-\x{F8FF}", "\ue000-\uf8ff")
        constraints["maxLength"] = item.digits
    return {
        "name": item.name,
        "type": "date" if item.type == "DATE" else "string",
        "constraints": constraints,
    }


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    area = load_layouts("latest", [1]).area(1)
    layout = next(f for f in area.files if f.id == "住民情報")
    schema = Schema.from_descriptor({"fields": [field(item, area.codes) for item in layout.items]})
    with system.use_context(trusted=True):
        resource = Resource(
            path=str(source), schema=schema, encoding="utf-8", detector=Detector(sample_size=100)
        )
        report = resource.validate(limit_errors=1_000_000)
    destination.write_text(str(report.stats), encoding="utf-8")


if __name__ == "__main__":
    main()
