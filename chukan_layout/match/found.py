"""From prepared records to candidates, clusters and faults: everything ``match find`` knows, in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from chukan_layout.match import bands, reasons
from chukan_layout.match.clusters import cluster
from chukan_layout.match.compare import Block, Compared, Prepared, compare
from chukan_layout.match.decisions import earlier
from chukan_layout.match.scheme import Scheme
from chukan_layout.match.weights import Floats

#: Pairs that are less likely are not written down, but for those that are a fault.
KEPT = 0.001
#: Never hashed.
NUMBERS = ("my_number", "juminhyo")
BANDS = ("no", "review", "auto")


@dataclass(frozen=True)
class Fault:
    """``kind``: wrong-number (誤紐付けの疑い), one-number (one 宛名番号 for two persons)."""

    kind: str
    left: str
    right: str


@dataclass(frozen=True)
class Found:
    """``candidates`` and ``clusters`` as they are written; ``label`` and ``keys`` per record."""

    records: int
    pairs: int
    candidates: pl.DataFrame
    clusters: pl.DataFrame
    classes: pl.DataFrame
    faults: tuple[Fault, ...]
    blocks: tuple[Block, ...]
    label: np.ndarray
    keys: pl.Series
    compared: Compared
    scheme: Scheme
    auto: np.ndarray
    review: np.ndarray


def find(
    keys: pl.Series, texts: pl.LazyFrame, data: Prepared, scheme: Scheme, jobs: int = 1, houses: bool = True,
    decided: Mapping[tuple[str, str], str] | None = None,
) -> Found:  # fmt: skip
    """``keys`` name the records, ``texts`` are what was compared (hashed, so that a decision knows its data again).

    ``decided``: pairs of keys a person has decided, ``same`` or ``different``; both bind.
    """
    person = scheme.name == "persons"

    def matters(levels: np.ndarray, p: Floats) -> np.ndarray:
        wanted: np.ndarray = p >= KEPT
        return wanted | bands.wrong_number(levels, scheme) if person else wanted

    compared = compare(data, scheme, jobs, houses, matters, "no" if person else None)
    p = compared.p
    auto = bands.automatic(compared, data, scheme) if person else p >= (scheme.auto or 2)
    exclusive = [data.columns[name].codes for name in scheme.exclusive]
    if data.single.any():
        exclusive.append(np.where(data.single, np.arange(data.rows), -1).astype(np.int32))
    left, right, weight, apart = _decided(compared, p, keys, decided or {})
    chosen = weight >= bands.SAME
    joined = cluster(data.rows, left[chosen], right[chosen], weight[chosen], exclusive, apart)
    label = joined.label
    together = label[compared.left] == label[compared.right]
    auto &= together
    review = (p >= bands.SHOWN) & ~auto
    faults = _faults(compared, scheme, data, keys, p) if person else ()
    kept = (p >= KEPT) | auto
    return _tables(Found(
        data.rows, compared.pairs, pl.DataFrame(), pl.DataFrame(), pl.DataFrame(), faults, compared.blocks, label, keys, compared, scheme, auto, review,
    ), texts, scheme, kept, together)  # fmt: skip


def _decided(
    c: Compared, p: np.ndarray, keys: pl.Series, decided: Mapping[tuple[str, str], str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    """Pairs and weights with what was decided: ``same`` first of all, ``different`` never."""
    if not decided:
        return c.left, c.right, np.round(p, 6), None
    wanted = {key for pair in decided for key in pair}
    row = {k: i for i, k in enumerate(keys.to_list()) if k in wanted}
    ends = [(row[a], row[b], what) for (a, b), what in decided.items() if a in row and b in row]
    same = np.array([(i, j) for i, j, what in ends if what == "same"], np.int64).reshape(-1, 2)
    apart = np.array([(i, j) for i, j, what in ends if what == "different"], np.int64).reshape(-1, 2)
    left, right = np.concatenate([c.left, same[:, 0]]), np.concatenate([c.right, same[:, 1]])
    return left, right, np.concatenate([np.round(p, 6), np.full(len(same), 2.0)]), apart.T


def replayed(
    decisions: pl.DataFrame, keys: pl.Series, texts: pl.LazyFrame
) -> tuple[dict[tuple[str, str], str], int]:
    """Earlier decisions on pairs that are still the same, and how many are not replayed since their data changed."""
    made = earlier(decisions)
    wanted = {key for pair in made for key in pair}
    row = {k: i for i, k in enumerate(keys.to_list()) if k in wanted}
    hashes = content(texts, np.array(sorted(row.values()), np.int64))
    here = {pair: said for pair, said in made.items() if pair[0] in row and pair[1] in row}
    kept = {(a, b): w for (a, b), (w, x, y) in here.items() if (hashes[row[a]], hashes[row[b]]) == (x, y)}
    return kept, len(here) - len(kept)


def _faults(c: Compared, scheme: Scheme, data: Prepared, keys: pl.Series, p: np.ndarray) -> tuple[Fault, ...]:
    wrong = np.flatnonzero(bands.wrong_number(c.levels, scheme)[c.pattern])
    number = data.columns["no"].codes
    one = np.flatnonzero((number[c.left] == number[c.right]) & (number[c.left] >= 0) & (p < bands.SHOWN))
    found = [("wrong-number", i) for i in wrong.tolist()] + [("one-number", i) for i in one.tolist()]
    return tuple(Fault(kind, keys[int(c.left[i])], keys[int(c.right[i])]) for kind, i in found)


def _tables(
    found: Found, texts: pl.LazyFrame, scheme: Scheme, kept: np.ndarray, together: np.ndarray
) -> Found:
    c, rows = found.compared, np.flatnonzero(kept)
    left, right, pattern = c.left[rows], c.right[rows], c.pattern[rows]
    band = np.where(found.auto[rows], 2, np.where(found.review[rows], 1, 0))
    used, inverse = np.unique(pattern, return_inverse=True)
    why = reasons.classes(c.levels[used], scheme)
    bits = c.weights.parts(c.levels[used], c.stratum[used]) / np.log(2)
    prior = c.weights.prior(c.stratum[used]) / np.log(2)
    hashes = content(texts, np.union1d(left, right))
    frame = pl.DataFrame({
        "left": found.keys.gather(left), "right": found.keys.gather(right),
        "band": pl.Series(band).replace_strict(dict(enumerate(BANDS)), return_dtype=pl.String),
        "p": np.round(c.probability[pattern], 6),
        "class": pl.Series([w.id for w in why], dtype=pl.String).gather(inverse),
        "contradiction": ~together[rows] & (found.compared.p[rows] >= bands.SAME),
        "left_hash": [hashes[i] for i in left.tolist()], "right_hash": [hashes[i] for i in right.tolist()],
        "bits_prior": np.round(prior, 2)[inverse],
        **{f"bits_{t.name}": np.round(bits[:, at], 2)[inverse] for at, t in enumerate(scheme.traits)},
    }).sort("left", "right")  # fmt: skip
    words = pl.DataFrame(
        {"class": [w.id for w in why], "理由": [w.ja for w in why], "reason": [w.en for w in why]},
        schema=dict.fromkeys(("class", "理由", "reason"), pl.String),
    )
    classes = _classes(frame, words.unique("class", keep="first"))
    return Found(**{**vars(found), "candidates": frame, "clusters": _clusters(found), "classes": classes})


def _classes(frame: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    counted = frame.filter(pl.col("band") != "no").group_by("band", "class").agg(
        pairs=pl.len(), mean_p=pl.col("p").mean().round(4), contradictions=pl.col("contradiction").sum()
    )  # fmt: skip
    return counted.join(words, on="class").sort(["band", "pairs", "class"], descending=[False, True, False])


def _clusters(found: Found) -> pl.DataFrame:
    """Clusters of two and more: ``cluster`` (an id made of the smallest key) and ``key``."""
    counts = np.bincount(found.label, minlength=found.records)
    rows = np.flatnonzero(counts[found.label] > 1)
    frame = pl.DataFrame(
        {"at": found.label[rows], "key": found.keys.gather(rows)}, schema={"at": pl.Int64, "key": pl.String}
    )
    named = frame.group_by("at").agg(first=pl.col("key").min())
    named = named.with_columns(cluster=pl.col("first").map_elements(cluster_id, return_dtype=pl.String))
    return frame.join(named, on="at").select("cluster", "key").sort("cluster", "key")


def cluster_id(first: str) -> str:
    """The id of a cluster that is seen for the first time, of its smallest key."""
    return "N" + hashlib.sha256(first.encode()).hexdigest()[:12]


def content(texts: pl.LazyFrame, rows: np.ndarray) -> dict[int, str]:
    """A hash of what was compared, per row (ascending); numbers stay out of it: a hash of so few digits can be guessed."""
    names = [name for name in texts.collect_schema().names() if name not in NUMBERS]
    text = pl.concat_str(pl.col(names).cast(pl.String).fill_null(""), separator="\x1f")
    wanted = pl.Series("@row", rows, dtype=pl.UInt32)
    values = texts.with_row_index("@row").filter(pl.col("@row").is_in(wanted.implode())).select(text).collect()
    return {
        row: hashlib.sha256(value.encode()).hexdigest()[:16]
        for row, value in zip(rows.tolist(), values.to_series().to_list(), strict=True)
    }


def keep_ids(clusters: pl.DataFrame, previous: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Clusters with the ids of the previous run where they share most records; how many are same, grown, new …"""
    shared = clusters.join(previous.rename({"cluster": "old"}), on="key").group_by("cluster", "old").len()
    shared = shared.sort(["len", "old", "cluster"], descending=[True, False, False])
    taken: dict[str, str] = {}
    given: set[str] = set()
    for row in shared.iter_rows(named=True):
        if row["cluster"] not in taken and row["old"] not in given:
            taken[row["cluster"]] = row["old"]
            given.add(row["old"])
    now, before = _members(clusters), _members(previous)
    counts = dict.fromkeys(("same", "changed", "new", "gone"), 0)
    fresh: dict[str, str] = {}
    for name, members in now.items():
        old = taken.get(name)
        counts["new" if old is None else "same" if before[old] == members else "changed"] += 1
        fresh[name] = old or (name if name not in given else cluster_id(name + members[0]))
    counts["gone"] = len(before) - len(given)
    return clusters.with_columns(pl.col("cluster").replace(fresh)).sort("cluster", "key"), counts


def _members(clusters: pl.DataFrame) -> dict[str, Sequence[str]]:
    grouped = clusters.group_by("cluster", maintain_order=True).agg(pl.col("key").sort())
    return dict(zip(grouped["cluster"].to_list(), grouped["key"].to_list(), strict=True))
