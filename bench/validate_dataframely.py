"""Validation alone with dataframely: what the mapping demands of the columns of the vendor's file.

python bench/validate_dataframely.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import dataframely as dy
import polars as pl

from bench.peers.vendor_rules import Rule, rules


def column(rule: Rule) -> dy.Column:
    """A rule as a column."""
    check = None
    if rule.values is not None:
        allowed = list(rule.values)
        check = {"values": lambda value: value.is_in(allowed)}
    return dy.String(
        nullable=not rule.required, regex=rule.pattern, max_length=rule.max_chars, check=check
    )


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    schema = type("JUMIN", (dy.Schema,), {rule.column: column(rule) for rule in rules(source)})
    frame = pl.read_csv(source, encoding="cp932", infer_schema=False)
    _, failure = schema.filter(frame.select([rule.column for rule in rules(source)]))
    destination.write_text(str(failure.counts()), encoding="utf-8")


if __name__ == "__main__":
    main()
