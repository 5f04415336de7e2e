"""From decisions to a crosswalk: who stands for whom.  No number is new, none changes, none goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from chukan_layout.match.clusters import cluster
from chukan_layout.match.coded import code
from chukan_layout.match.decisions import DIFFERENT, SAME, Decided, DecisionsRefused
from chukan_layout.match.found import cluster_id

#: Who stands for a cluster: an active resident, else 除票, else 住登外; of several the lowest number.
RANK = {"resident": 0, "gone": 1, "other": 2}
Pair = tuple[str, str]
OTHERS = "03/住登外者宛名基本情報/"


@dataclass(frozen=True)
class Link:
    """One record (``old``) and the one that stands for it (``new``), by key and number; who said so and when."""

    cluster: str
    old: str
    old_no: str
    new: str
    new_no: str
    operator: str
    approver: str
    decided_at: str


def links(
    decided: Decided, persons: pl.DataFrame, pointers: Mapping[str, str], ids: Mapping[str, str]
) -> tuple[list[Link], list[Pair]]:
    """The links that the decisions make, and pairs of approved classes that would have made a contradiction.

    ``pointers``: 宛名番号 -> 名寄せ先宛名番号 that the data have already; ``ids``: key -> cluster, where it has an id.  Raises DecisionsRefused: a pair decided one by
    one joins two active residents or two individual numbers; a cycle.
    """
    keys = sorted({key for pair in decided.pairs for key in pair})
    wanted = pl.DataFrame({"key": keys}, schema={"key": pl.String}).join(
        persons, on="key", how="left", maintain_order="left"
    )
    label, held = _joined(decided, wanted)
    members: dict[str, list[str]] = {}
    for key, place in zip(keys, label, strict=True):
        members.setdefault(keys[place], []).append(key)
    said = _said(decided, dict(zip(keys, (keys[i] for i in label), strict=True)), set(held))
    about = {r["key"]: r for r in wanted.select("key", "no", "status").iter_rows(named=True)}
    out = []
    for first, mine in sorted(members.items()):
        rep = min(mine, key=lambda k: (RANK[about[k]["status"]], about[k]["no"], k))
        name = next((ids[k] for k in sorted(mine) if k in ids), None) or cluster_id(min(mine))
        for key in sorted(mine):
            if about[key]["no"] != about[rep]["no"]:
                out.append(Link(name, key, about[key]["no"], rep, about[rep]["no"], *said[first]))
    _no_cycle(out, pointers)
    return out, held


def _joined(decided: Decided, wanted: pl.DataFrame) -> tuple[list[int], list[Pair]]:
    """The first row of each row's cluster; single decisions come first, and none of them may be refused."""
    at = {key: row for row, key in enumerate(wanted["key"].to_list())}
    same = sorted(pair for pair, what in decided.pairs.items() if what == SAME)
    apart = sorted(pair for pair, what in decided.pairs.items() if what == DIFFERENT)
    ends = np.array([(at[a], at[b]) for a, b in same], np.int64).reshape(-1, 2)
    weight = np.array([2.0 if pair in decided.single else 1.0 for pair in same])
    numbers = code(wanted["my_number"]).codes
    living = np.where((wanted["status"] == "resident").to_numpy(), np.arange(len(at)), -1).astype(np.int32)
    parted = np.array([(at[a], at[b]) for a, b in apart], np.int64).reshape(-1, 2).T
    made = cluster(len(at), ends[:, 0], ends[:, 1], weight, [numbers, living], parted, most=len(at) + 1)
    refused = sorted(same[i] for i in made.refused.tolist())
    for a, b in refused:
        if (a, b) in decided.single:
            raise DecisionsRefused(
                f"現存する住民二人、または個人番号の違う記録が同一人と判定されています: {a} と {b}。住民記録か番号を是正してから判定してください。",
                f"two active residents or two individual numbers are decided to be one person: {a} and {b}; correct the register first",
            )
    return made.label.tolist(), refused


def _said(decided: Decided, label: Mapping[str, str], held: set[Pair]) -> dict[str, tuple[str, str, str]]:
    """Per cluster the last decision that made it: operator, approver, time."""
    out: dict[str, tuple[str, str, str]] = {}
    for pair, what in sorted(decided.pairs.items()):
        if what == SAME and pair not in held:
            mine, held_by = decided.who[pair], out.get(label[pair[0]])
            out[label[pair[0]]] = mine if held_by is None or mine[2] > held_by[2] else held_by
    return out


def _no_cycle(made: list[Link], pointers: Mapping[str, str]) -> None:
    to = {a: b for a, b in pointers.items() if b} | {link.old_no: link.new_no for link in made}
    for start in sorted({link.old_no for link in made}):
        seen = {start}
        at = start
        while at in to:
            at = to[at]
            if at in seen:
                raise DecisionsRefused(
                    f"名寄せ先が循環します: 宛名番号 {start}。前の名寄せ先宛名番号か判定を直してください。",
                    f"the crosswalk would be a cycle: 宛名番号 {start}",
                )
            seen.add(at)


def ambiguous(made: list[Link], persons: pl.DataFrame) -> set[str]:
    """Old numbers that stand for another record too: what refers to them cannot be told apart."""
    old = {link.old_no for link in made}
    there = persons.filter(pl.col("no").is_in(list(old))).group_by("no").agg("key")
    named = {(link.old_no, link.old) for link in made}
    return {no for no, keys in there.iter_rows() if any((no, key) not in named for key in keys)}


def is_other(link: Link) -> bool:
    """Whether the record is one of 住登外者宛名基本情報, which has fields for the link."""
    return link.old.startswith(OTHERS)


def table(made: list[Link]) -> pl.DataFrame:
    """The crosswalk as it is written."""
    columns = (
        "cluster",
        "old_key",
        "old_no",
        "new_key",
        "new_no",
        "operator",
        "approver",
        "decided_at",
        "valid_to",
    )
    rows = [
        (k.cluster, k.old, k.old_no, k.new, k.new_no, k.operator, k.approver, k.decided_at, "") for k in made
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").sort(
        "cluster", "old_key"
    )
