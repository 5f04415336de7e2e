"""Validation alone with polars expressions: what the mapping demands of the columns of the vendor's file.

python bench/validate_polars.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import polars as pl

from bench.peers.vendor_rules import Rule, rules


def failures(rule: Rule) -> Iterator[pl.Expr]:
    """Counts of the values of a column that break a rule."""
    value = pl.col(rule.column)
    if rule.required:
        yield value.is_null().sum().alias(f"{rule.column} required")
    if rule.values is not None:
        yield (~value.is_in(list(rule.values))).sum().alias(f"{rule.column} values")
    if rule.pattern is not None:
        yield (~value.str.contains(rule.pattern)).sum().alias(f"{rule.column} pattern")
    if rule.max_chars is not None:
        yield (value.str.len_chars() > rule.max_chars).sum().alias(f"{rule.column} length")


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    wanted = [failure for rule in rules(source) for failure in failures(rule)]
    found = pl.read_csv(source, encoding="cp932", infer_schema=False).select(wanted)
    destination.write_text(str(found.row(0, named=True)), encoding="utf-8")


if __name__ == "__main__":
    main()
