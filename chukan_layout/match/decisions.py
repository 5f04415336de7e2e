"""The decision file: who decided what about which pair or class of pairs, and what follows from all of it.

CSV, UTF-8 with BOM, sorted; no names in it.  ``decision``: same, different, hold, or blank while nothing is decided.
``scope`` pattern: all 要確認 or 自動候補 pairs of a class, but for contradictions and for pairs decided one by one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from chukan_layout.match.clusters import cluster
from chukan_layout.model.refusal import Refused
from chukan_layout.write.files import write_whole

COLUMNS = (
    "decision_id", "left_key", "right_key", "decision", "scope", "pattern", "p", "reason_code", "operator", "decided_at",
    "approver", "left_hash", "right_hash", "run_id", "note",
)  # fmt: skip
SAME, DIFFERENT, HOLD = "same", "different", "hold"
SHOWN = 5
TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"


class DecisionsRefused(Refused):
    """A decision file that cannot be followed; nothing of it is."""


@dataclass(frozen=True)
class Decided:
    """Pairs of keys with what was decided; operator, approver and time of each; pairs whose data changed since."""

    pairs: Mapping[tuple[str, str], str]
    who: Mapping[tuple[str, str], tuple[str, str, str]]
    single: frozenset[tuple[str, str]]  # decided one by one
    changed: tuple[tuple[str, str], ...]


def decision_id(*parts: str) -> str:
    """The same for the same pair or class."""
    return "D" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def proposed(classes: pl.DataFrame, candidates: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """A line per class: 自動候補 ticked ``same``, 要確認 blank; nobody has approved any."""
    del candidates
    rows = [
        {**dict.fromkeys(COLUMNS, ""), "decision_id": decision_id(r["band"], r["class"]), "scope": "pattern",
         "decision": SAME if r["band"] == "auto" else "", "pattern": f"{r['band']}:{r['class']}", "p": f"{r['mean_p']:.4f}",
         "run_id": run_id, "note": f"{r['pairs']}件 {r['理由']}"}
        for r in classes.iter_rows(named=True)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def write(path: Path, frame: pl.DataFrame) -> None:
    """Sorted, so that two files can be compared line by line."""
    ordered = frame.select(COLUMNS).sort("scope", "pattern", "left_key", "right_key", "decision_id")
    write_whole(path, "\ufeff".encode() + ordered.write_csv().encode())


def read(path: Path) -> pl.DataFrame:
    """A decision file.  Raises DecisionsRefused when it is none."""
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError):
        raise DecisionsRefused(
            f"{path.name} を読めません。UTF-8 の CSV にしてください。",
            f"cannot read {path.name}: it has to be CSV in UTF-8",
        ) from None
    frame = frame.rename({c: c.lstrip("\ufeff") for c in frame.columns})
    missing = [c for c in COLUMNS if c not in frame.columns]
    if missing:
        raise DecisionsRefused(
            f"{path.name} に列がありません: {'、'.join(missing)}",
            f"{path.name} lacks columns: {', '.join(missing)}",
        )
    frame = frame.select(pl.col(COLUMNS).fill_null("").str.strip_chars())
    odd = frame.filter(
        ~pl.col("decision").is_in(["", SAME, DIFFERENT, HOLD]) | ~pl.col("scope").is_in(["pair", "pattern"])
    )
    if odd.height:
        raise DecisionsRefused(
            f"decision は same・different・hold、scope は pair・pattern のどれかです。ほかの値が {odd.height} 行: {_ids(odd)}",
            f"decision is same, different or hold, scope is pair or pattern; {odd.height} lines have something else: {_ids(odd)}",
        )
    return frame


def _ids(frame: pl.DataFrame) -> str:
    ids = frame["decision_id"].head(SHOWN).to_list()
    return "、".join(ids) + ("…" if frame.height > SHOWN else "")


def follow(frame: pl.DataFrame, candidates: pl.DataFrame, run_id: str) -> Decided:
    """What the decisions come to for these candidates.  Raises DecisionsRefused.

    Refused: a line nobody approved, a class approved for another run, pairs of other data, two decisions for one pair,
    ``different`` for two who are joined by others.
    """
    made = frame.filter(pl.col("decision").is_in([SAME, DIFFERENT]))
    nameless = made.filter((pl.col("approver") == "") | (pl.col("operator") == ""))
    if nameless.height:
        raise DecisionsRefused(
            f"operator（決めた人）か approver（承認者）のない行が {nameless.height} 行あります: {_ids(nameless)}",
            f"{nameless.height} lines lack operator or approver: {_ids(nameless)}",
        )
    _timed(made)
    pairs, who, changed = _pairs(made.filter(pl.col("scope") == "pair"), candidates)
    single = frozenset(pairs)
    _contradictions(pairs)
    held = set(_keys(frame.filter((pl.col("scope") == "pair") & (pl.col("decision") == HOLD))))
    _classes(made.filter(pl.col("scope") == "pattern"), candidates, run_id, pairs, who, held)
    return Decided(pairs, who, single, changed)


def earlier(frame: pl.DataFrame) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Pairs that were decided one by one and approved: the decision, and the hashes of both records in order of key."""
    made = frame.filter(
        (pl.col("scope") == "pair") & pl.col("decision").is_in([SAME, DIFFERENT]) & (pl.col("approver") != "")
    )
    out = {}
    for row in made.iter_rows(named=True):
        ends = sorted([(row["left_key"], row["left_hash"]), (row["right_key"], row["right_hash"])])
        out[ends[0][0], ends[1][0]] = (row["decision"], ends[0][1], ends[1][1])
    return out


def _keys(frame: pl.DataFrame) -> list[tuple[str, str]]:
    both = zip(frame["left_key"].to_list(), frame["right_key"].to_list(), strict=True)
    return [(min(a, b), max(a, b)) for a, b in both]


Pairs = dict[tuple[str, str], str]
Who = dict[tuple[str, str], tuple[str, str, str]]


def _timed(made: pl.DataFrame) -> None:
    """操作者ID and time go into the records, so they have to fit there."""
    fits = pl.col("operator").str.contains(r"^[!-~]{1,10}$") & pl.col("decided_at").str.contains(TIME)
    bad = made.filter(~fits)
    if bad.height:
        raise DecisionsRefused(
            f"operator は半角10桁までの操作者ID、decided_at は 2026-04-01T09:00:00 の形にしてください（{bad.height} 行）: {_ids(bad)}",
            f"operator is an id of at most 10 ASCII characters, decided_at looks like 2026-04-01T09:00:00 ({bad.height} lines): {_ids(bad)}",
        )


def _signed(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["operator"], row["approver"], row["decided_at"]


def _pairs(made: pl.DataFrame, candidates: pl.DataFrame) -> tuple[Pairs, Who, tuple[tuple[str, str], ...]]:
    wanted = candidates.join(
        made.select(left="left_key", right="right_key")
        .vstack(made.select(left="right_key", right="left_key"))
        .unique(),
        on=["left", "right"],
        how="semi",
    )
    known = {(r["left"], r["right"]): (r["left_hash"], r["right_hash"]) for r in wanted.iter_rows(named=True)}
    pairs: Pairs = {}
    who: Who = {}
    twice, changed, strange = [], [], []
    for key, row in zip(_keys(made), made.iter_rows(named=True), strict=True):
        now = known.get(key)
        hashes = (
            (row["left_hash"], row["right_hash"])
            if row["left_key"] <= row["right_key"]
            else (row["right_hash"], row["left_hash"])
        )
        if now is None:
            strange.append(row["decision_id"])
        elif now != hashes:
            changed.append(key)
        elif pairs.get(key, row["decision"]) != row["decision"]:
            twice.append(row["decision_id"])
        else:
            pairs[key], who[key] = row["decision"], _signed(row)
    if strange:
        raise DecisionsRefused(
            f"別のデータの判定ファイルです。候補にない組が {len(strange)} 行あります: {'、'.join(strange[:SHOWN])}",
            f"the decision file is of other data: {len(strange)} pairs are no candidates: {', '.join(strange[:SHOWN])}",
        )
    if twice:
        raise DecisionsRefused(
            f"同じ組に違う判定があります: {'、'.join(twice[:SHOWN])}",
            f"one pair has two decisions: {', '.join(twice[:SHOWN])}",
        )
    return pairs, who, tuple(changed)


def _classes(
    made: pl.DataFrame,
    candidates: pl.DataFrame,
    run_id: str,
    pairs: Pairs,
    who: Who,
    held: set[tuple[str, str]],
) -> None:
    other = made.filter(pl.col("run_id") != run_id)
    if other.height:
        raise DecisionsRefused(
            f"分類ごとの判定は、別の match find の結果のものです（{other.height} 行）。この結果の decisions.csv で判定し直してください。",
            f"{other.height} class decisions are of another run of match find: decide again in the decisions.csv of this one",
        )
    table = {r["pattern"]: r for r in made.iter_rows(named=True)}
    if len(table) != made.height:
        raise DecisionsRefused("同じ分類の行が二つあります。", "a class has two lines")
    there = candidates.filter(~pl.col("contradiction")).with_columns(
        pattern=pl.concat_str("band", pl.lit(":"), "class")
    )
    unknown = set(table) - set(there["pattern"].unique().to_list())
    if unknown:
        raise DecisionsRefused(
            f"この結果にない分類です: {sorted(unknown)[0]}", f"not a class of this run: {sorted(unknown)[0]}"
        )
    for row in (
        there.filter(pl.col("pattern").is_in(list(table))).select("left", "right", "pattern").iter_rows()
    ):
        key = (row[0], row[1])
        if key not in pairs and key not in held:
            line = table[row[2]]
            pairs[key], who[key] = line["decision"], _signed(line)


def _contradictions(pairs: Pairs) -> None:
    label = joined(pairs)
    for (a, b), what in pairs.items():
        if what == DIFFERENT and label.get(a, a) == label.get(b, b):
            raise DecisionsRefused(
                f"different と判定した組が、ほかの same で結ばれています: {a} と {b}",
                f"a pair decided different is joined by others decided same: {a} and {b}",
            )


def joined(pairs: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """The smallest key of the cluster of each key that is in a ``same`` pair."""
    same = [pair for pair, what in pairs.items() if what == SAME]
    names = sorted({key for pair in same for key in pair})
    at = {name: i for i, name in enumerate(names)}
    left = np.array([at[a] for a, _ in same], np.int64)
    right = np.array([at[b] for _, b in same], np.int64)
    label = cluster(len(names), left, right, np.ones(len(same)), most=len(names) + 1).label
    return {name: names[int(label[i])] for name, i in at.items()}
