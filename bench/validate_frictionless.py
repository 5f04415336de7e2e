"""Validation alone with frictionless: what the mapping demands of the columns of the vendor's file.

python bench/validate_frictionless.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from frictionless import Detector, Resource, Schema, system

from bench.peers.vendor_rules import Rule, rules


def field(name: str, rule: Rule | None) -> dict[str, Any]:
    """A column as a field of a Table Schema."""
    constraints: dict[str, Any] = {}
    if rule is not None:
        demanded = {
            "required": rule.required,
            "enum": list(rule.values) if rule.values is not None else None,
            "pattern": rule.pattern,
            "maxLength": rule.max_chars,
        }
        constraints = {name: what for name, what in demanded.items() if what is not None}
    return {"name": name, "type": "string", "constraints": constraints}


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    demanded = {rule.column: rule for rule in rules(source)}
    with source.open(encoding="cp932") as file:
        names = file.readline().rstrip("\n").split(",")
    schema = Schema.from_descriptor({"fields": [field(name, demanded.get(name)) for name in names]})
    with system.use_context(trusted=True):
        resource = Resource(
            path=str(source), schema=schema, encoding="cp932", detector=Detector(sample_size=100)
        )
        report = resource.validate(limit_errors=1_000_000)
    destination.write_text(str(report.stats), encoding="utf-8")


if __name__ == "__main__":
    main()
