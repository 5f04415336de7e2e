"""Which of several values stands for a person, item by item, as survivorship.toml declares; conflicts are said, not hidden."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from chukan_layout.match.crosswalk import RANK, Link

RULES = ("source_priority", "latest", "longest", "keep_all")
FILE = Path(__file__).with_name("survivorship.toml")
COLUMNS = ("cluster", "key", "item", "value", "from_key", "rule", "conflict")


def declared(path: Path = FILE) -> dict[str, str]:
    """Item -> rule.  ValueError for a rule that is none."""
    rules = {str(k): str(v) for k, v in tomllib.loads(path.read_text(encoding="utf-8"))["items"].items()}
    wrong = sorted(set(rules.values()) - set(RULES))
    if wrong:
        raise ValueError(", ".join(wrong))
    return rules


def golden(links: Sequence[Link], persons: pl.DataFrame, rules: Mapping[str, str]) -> pl.DataFrame:
    """A row per person and item with a value: which, from which record, by which rule, and whether others differ."""
    members: dict[tuple[str, str], set[str]] = {}
    for link in links:
        members.setdefault((link.cluster, link.new), {link.new}).add(link.old)
    keys = {key for group in members.values() for key in group}
    wanted = persons.filter(pl.col("key").is_in(list(keys))).select("key", "status", "no", "changed", *rules)
    about = {row["key"]: row for row in wanted.iter_rows(named=True)}
    rows = []
    for (cluster, representative), group in sorted(members.items()):
        order = sorted(group, key=lambda k: (RANK[about[k]["status"]], about[k]["no"], k))
        for item, rule in rules.items():
            holders = [k for k in order if about[k][item]]
            if rule == "latest":  # the order decides between records of one day
                holders.sort(key=lambda k: about[k]["changed"], reverse=True)
            values = [(about[k][item], k) for k in holders]
            if values:
                value, source = _chosen(values, rule)
                rows.append(
                    (
                        cluster,
                        representative,
                        item,
                        value,
                        source,
                        rule,
                        str(len({v for v, _ in values}) > 1).lower(),
                    )
                )
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _chosen(values: Sequence[tuple[str, str]], rule: str) -> tuple[str, str]:
    if rule == "keep_all":
        return "／".join(dict.fromkeys(v for v, _ in values)), values[0][1]
    return max(values, key=lambda v: len(v[0])) if rule == "longest" else values[0]
