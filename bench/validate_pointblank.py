"""Validation alone with pointblank: what the mapping demands of the columns of the vendor's file.

python bench/validate_pointblank.py SOURCE DESTINATION
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pointblank as pb
import polars as pl

from bench.peers.vendor_rules import Rule, rules


def step(plan: pb.Validate, rule: Rule) -> pb.Validate:
    """A rule as steps; the number of characters is said with the pattern."""
    if rule.required:
        plan = plan.col_vals_not_null(columns=rule.column)
    if rule.values is not None:
        plan = plan.col_vals_in_set(columns=rule.column, set=[*rule.values, None])
    if rule.pattern is not None:
        limit = f"]{{0,{min(rule.max_chars or 1000, 1000)}}}$"
        pattern = rule.pattern.replace("]*$", limit).replace("]+$", limit)
        plan = plan.col_vals_regex(columns=rule.column, pattern=pattern, na_pass=True)
    return plan


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    plan = pb.Validate(data=pl.read_csv(source, encoding="cp932", infer_schema=False))
    for rule in rules(source):
        plan = step(plan, rule)
    checked = plan.interrogate(collect_extracts=False)
    destination.write_text(str(checked.n_failed()), encoding="utf-8")


if __name__ == "__main__":
    main()
