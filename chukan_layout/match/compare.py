"""Candidate pairs, what each agrees on, and how likely each is one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from chukan_layout.match import link
from chukan_layout.match.coded import Coded
from chukan_layout.match.scheme import HOUSE, Scheme
from chukan_layout.match.weights import Floats, Stratum, Weights, learn, shares, unpack

#: A group of more records with one key is not enumerated: each is paired with WINDOW neighbours in the order of names.
MOST, WINDOW = 60, 12
#: Random pairs that strangers are learnt from: so many, or so many per record.
RANDOM, RANDOM_EACH = 2_000_000, 80
SEED = 20260401


@dataclass(frozen=True)
class Prepared:
    """``columns`` in the order in which the kernel gets them, ``keys`` of candidates, ``refine`` for large blocks."""

    rows: int
    columns: Mapping[str, Coded]
    keys: Mapping[str, np.ndarray]
    refine: np.ndarray
    single: np.ndarray  # records of a register that has each person once (active residents)
    twins: np.ndarray  # records of one house and birth date with others: no automatic merge without a number


@dataclass(frozen=True)
class Block:
    """What a key cost: groups too large to enumerate, records in them, pairs made."""

    key: str
    large: int
    records: int
    pairs: int


@dataclass(frozen=True)
class Compared:
    """Pairs ``left`` < ``right`` (rows), each with the place of its pattern; ``probability`` of each pattern."""

    left: np.ndarray
    right: np.ndarray
    pattern: np.ndarray
    levels: np.ndarray
    counts: np.ndarray
    stratum: np.ndarray
    probability: Floats
    weights: Weights
    blocks: tuple[Block, ...]

    @property
    def p(self) -> Floats:
        """The probability of each pair."""
        each: Floats = self.probability[self.pattern]
        return each


def compare(data: Prepared, scheme: Scheme, jobs: int = 1, houses: bool = True) -> Compared:
    """Everything between prepared records and probabilities.  ``houses`` false: an ablation of the benchmark."""
    linker = _linker(data, scheme)
    pairs, costs = link.pairs(list(data.keys.values()), data.refine, MOST, WINDOW, jobs)
    blocks = tuple(Block(name, *cost) for name, cost in zip(data.keys, costs, strict=True))
    left, right = (pairs >> np.uint64(32)).astype(np.int32), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32)
    both = data.single[left] & data.single[right]
    unique, counts, place = link.count(linker.compare(pairs, jobs) * np.uint64(2) + both)
    del pairs, both
    levels = unpack(unique // np.uint64(2), linker.sizes)
    stratum, strata = _strata(data, scheme, levels, (unique % np.uint64(2)).astype(np.int64), houses)
    traits = scheme.traits
    weights = learn(
        traits, levels, counts.astype(float), stratum, strata, _strangers(data, scheme, linker, jobs)
    )
    p = weights.probability(levels, stratum)
    return Compared(left, right, place, levels, counts.astype(np.int64), stratum, p, weights, blocks)


def _linker(data: Prepared, scheme: Scheme) -> link.Linker:
    columns = [(c.codes, c.words, c.bins()) for c in data.columns.values()]
    return link.Linker(data.rows, columns, scheme.json(list(data.columns)))


def _strata(
    data: Prepared, scheme: Scheme, levels: np.ndarray, both: np.ndarray, houses: bool
) -> tuple[np.ndarray, list[Stratum]]:
    """One house or not × both in a register that has each person once or not."""
    single = int(data.single.sum())
    inside, total = single * (single - 1) / 2, data.rows * (data.rows - 1) / 2
    strata = [
        Stratum("open", False, total - inside), Stratum("open, residents", False, inside),
        Stratum("house", True), Stratum("house, residents", True),
    ]  # fmt: skip
    house = levels[:, scheme.at(scheme.house)] >= HOUSE if scheme.house else np.zeros(len(levels), bool)
    if scheme.house:
        house &= levels[:, scheme.at(scheme.house)] <= HOUSE + 2
    return (2 * house if houses else 0) + both, strata


def _strangers(data: Prepared, scheme: Scheme, linker: link.Linker, jobs: int) -> list[Floats]:
    """Shares of levels among random pairs; what is too rare to be drawn is counted."""
    unique, counts = linker.random(min(RANDOM, RANDOM_EACH * data.rows), SEED, jobs)
    levels = unpack(unique, linker.sizes)
    drawn = shares(levels, counts.astype(float), scheme.traits, 0.02)
    for place, trait in enumerate(scheme.traits):
        if trait.identifier:
            rare = np.full(trait.size, 1e-8)
            rare[:3] = 0, 1, 1 / max(data.rows, 2)
            drawn[place] = rare / rare.sum()
        elif trait.name == "born":
            dates = data.columns["year"].codes.astype(np.int64) * 10_000 + data.columns["day"].codes
            known = dates[data.columns["day"].known & data.columns["year"].known]
            count = pl.Series(known).value_counts()["count"].to_numpy() / max(len(known), 1)
            drawn[place][2] = max(float((count**2).sum()), 1e-9)
    return drawn
