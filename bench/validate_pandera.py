"""Validation alone with pandera on polars: what the mapping demands of the columns of the vendor's file.

python bench/validate_pandera.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pandera.polars as pa
import polars as pl

from bench.peers.vendor_rules import Rule, rules


def column(rule: Rule) -> pa.Column:
    """A rule as a column."""
    checks = []
    if rule.values is not None:
        checks.append(pa.Check.isin(list(rule.values)))
    if rule.pattern is not None:
        checks.append(pa.Check.str_matches(rule.pattern))
    if rule.max_chars is not None:
        checks.append(pa.Check.str_length(max_value=rule.max_chars))
    return pa.Column(pl.String, checks, nullable=not rule.required)


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    schema = pa.DataFrameSchema({rule.column: column(rule) for rule in rules(source)})
    try:
        schema.validate(pl.read_csv(source, encoding="cp932", infer_schema=False), lazy=True)
        said = "{}"
    except pa.errors.SchemaErrors as wrong:
        said = str(wrong.error_counts)
    destination.write_text(said, encoding="utf-8")


if __name__ == "__main__":
    main()
