"""Candidate pairs, what each agrees on, and how likely each is one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from chukan_layout.match import link
from chukan_layout.match.coded import Coded
from chukan_layout.match.scheme import HOUSE, Scheme
from chukan_layout.match.weights import Floats, Stratum, Weights, learn, shares, unpack

#: A group of more records with one key is not enumerated: each is paired with WINDOW neighbours in the order of names.
MOST, WINDOW = 60, 12
#: Records whose pairs are in memory unpacked at a time.
ROWS = 2_000_000
#: Random pairs that strangers are learnt from: so many, or so many per record.
RANDOM, RANDOM_EACH = 2_000_000, 80
SEED = 20260401


@dataclass(frozen=True)
class Prepared:
    """``columns`` in the order in which the kernel gets them, ``keys`` of candidates, ``refine`` for large blocks.

    To be compared once: ``compare`` takes out what the kernel has then, since ten million records need the room.
    """

    rows: int
    columns: dict[str, Coded]
    keys: dict[str, Callable[[], np.ndarray]]
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
    """``pairs`` were compared; those that may matter are ``left`` < ``right`` (rows), each with the place of its pattern.

    ``levels``, ``counts`` (of all pairs compared), ``stratum`` and ``probability`` are of each pattern.
    """

    pairs: int
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


@dataclass(frozen=True)
class _Pass:
    """The pairs of some records, 8 bytes each: ``starts`` is where those of each record from ``first`` on begin."""

    first: int
    starts: np.ndarray
    right: np.ndarray
    place: np.ndarray

    def chosen(self, flags: np.ndarray, same: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Both records and the pattern of the pairs of flagged patterns, and of those that ``same`` has one code for."""
        keep = flags[self.place]
        if same is not None:
            of_left = np.repeat(same[self.first : self.first + len(self.starts) - 1], np.diff(self.starts))
            keep |= (of_left == same[self.right]) & (of_left >= 0)
        at = np.flatnonzero(keep)
        left = (np.searchsorted(self.starts, at, side="right") - 1 + self.first).astype(np.int32)
        return left, self.right[at].astype(np.int32), self.place[at]


def compare(
    data: Prepared, scheme: Scheme, jobs: int = 1, houses: bool = True,
    matters: Callable[[np.ndarray, Floats], np.ndarray] = lambda levels, p: np.ones(len(p), bool), same: str | None = None,
) -> Compared:  # fmt: skip
    """Everything between prepared records and probabilities.  ``houses`` false: an ablation of the benchmark.

    ``matters`` says of the levels and probabilities of patterns whose pairs are wanted; pairs that have one value in the
    column ``same`` always are.  The others, nearly all, are let go of: a registry of ten million has 250 million pairs.
    """
    linker = _linker(data, scheme)
    groups = link.Blocks(list(data.keys.values()), data.refine, MOST, WINDOW, jobs)
    blocks = tuple(Block(name, *cost) for name, cost in zip(data.keys, groups.costs, strict=True))
    _forget(data, {"year", "day", same or "", *scheme.exclusive})
    ranges = [(at, min(at + ROWS, data.rows)) for at in range(0, data.rows, ROWS)]
    counted = [_pass(data, linker, groups, *range_, jobs) for range_ in ranges]
    del groups
    unique = np.unique(np.concatenate([u for _, u, _ in counted])) if counted else np.empty(0, np.uint64)
    counts = np.zeros(len(unique))
    for made, own, number in counted:
        table = np.searchsorted(unique, own)
        counts[table] += number
        if len(own) < len(unique):
            made.place[:] = table.astype(np.uint32)[made.place]
    levels = unpack(unique // np.uint64(2), linker.sizes)
    stratum, strata = _strata(data, scheme, levels, (unique % np.uint64(2)).astype(np.int64), houses)
    weights = learn(scheme.traits, levels, counts, stratum, strata, _strangers(data, scheme, linker, jobs))
    del linker
    p = weights.probability(levels, stratum)
    flags = matters(levels, p)
    column = data.columns[same].codes if same else None
    chosen = [made.chosen(flags, column) for made, _, _ in counted]
    left, right, place = (np.concatenate(parts) for parts in zip(*chosen, strict=True)) if chosen else [np.empty(0, np.int32)] * 3
    pairs = sum(len(made.right) for made, _, _ in counted)
    return Compared(pairs, left, right, place, levels, counts.astype(np.int64), stratum, p, weights, blocks)


def _forget(data: Prepared, but: set[str]) -> None:
    """Let go of the keys and of columns that are not asked for again."""
    data.keys.clear()
    for name in data.columns.keys() - but:
        del data.columns[name]


def _pass(
    data: Prepared, linker: link.Linker, groups: link.Blocks, first: int, last: int, jobs: int
) -> tuple[_Pass, np.ndarray, np.ndarray]:
    """The pairs whose smaller record is in ``first`` … ``last``, compared; their patterns, and how often each came."""
    pairs = groups.pairs(first, last, jobs)
    left, right = (pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32)
    starts = np.searchsorted(left, np.arange(first, last + 1, dtype=np.uint32))
    both = data.single[left] & data.single[right]
    del left
    patterns = linker.compare(pairs, jobs) * np.uint64(2)
    del pairs
    patterns += both
    unique, counts, place = link.count(patterns)
    return _Pass(first, starts, right, np.array(place)), unique, counts


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
