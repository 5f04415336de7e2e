"""Weights of agreement after Fellegi and Sunter, estimated without labels by EM on counted patterns.

A pattern is one level per feature.  Pairs fall in strata: relatives in one house agree on much without being one person,
so that each stratum has its own share of same persons and, where it is enumerated whole, its own idea of strangers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

Floats = np.ndarray
#: A weight is never beyond these (natural logarithm): one item decides nothing alone.
LOWEST, HIGHEST = -12.0, 25.0
ROUNDS = 25


@dataclass(frozen=True)
class Trait:
    """One digit of a pattern: ``size`` levels (0: unknown), a first guess of ``m``, what holds it."""

    name: str
    size: int
    guess: Floats
    identifier: bool = False  # a number that two persons never share
    fixed: bool = False  # ``m`` stays as guessed
    first_like: int = 3  # levels from 2 to below this say that the values are equal

    @property
    def first(self) -> Floats:
        """The guess as shares that add up to 1, nothing for level 0."""
        shares = np.array(self.guess, float)
        shares[0] = 0
        out: Floats = shares / shares.sum()
        return out


@dataclass
class Stratum:
    """Pairs with one prior.  ``whole``: all its pairs are there, and its strangers are learnt from them; else ``total``
    pairs would be there, of which blocking shows some, and strangers are random pairs."""

    name: str
    whole: bool
    total: float = 0.0
    share: float = 0.03
    u: list[Floats] = field(default_factory=list)


@dataclass
class Weights:
    """What EM found: ``m`` for all strata, ``u`` and prior in each."""

    traits: Sequence[Trait]
    m: list[Floats]
    strata: list[Stratum]

    def parts(self, levels: np.ndarray, stratum: np.ndarray) -> Floats:
        """Natural logarithm of m/u, a row per pattern and a column per trait."""
        out = np.zeros(levels.shape)
        for place, s in enumerate(self.strata):
            rows = stratum == place
            for t in range(len(self.traits)):
                out[rows, t] = _logs(self.m[t], s.u[t])[levels[rows, t]]
        return out

    def prior(self, stratum: np.ndarray) -> Floats:
        """Logarithm of the odds before anything is compared."""
        shares = np.array([s.share for s in self.strata])
        odds: Floats = np.log(shares / (1 - shares))[stratum]
        return odds

    def probability(self, levels: np.ndarray, stratum: np.ndarray) -> Floats:
        """How likely each pattern is one person."""
        return _sigmoid(self.parts(levels, stratum).sum(axis=1) + self.prior(stratum))


def unpack(patterns: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """The levels of packed patterns, a row each."""
    left, out = patterns.astype(np.uint64), []
    for size in reversed(sizes):
        out.append((left % np.uint64(size)).astype(np.int16))
        left = left // np.uint64(size)
    return np.stack(out[::-1], axis=1)


def shares(levels: np.ndarray, counts: Floats, traits: Sequence[Trait], smooth: float) -> list[Floats]:
    """Share of each level among those known, ``smooth`` added to each."""
    out = []
    for t, trait in enumerate(traits):
        hist = np.bincount(levels[:, t], counts, trait.size).astype(float)
        hist[0] = 0
        hist[1:] += smooth
        out.append(hist / hist.sum())
    return out


def learn(
    traits: Sequence[Trait], levels: np.ndarray, counts: Floats, stratum: np.ndarray, strata: list[Stratum],
    strangers: list[Floats], rounds: int = ROUNDS,
) -> Weights:  # fmt: skip
    """EM over patterns.  ``strangers`` are the shares of levels of random pairs; identifiers keep them everywhere."""
    m = [t.first for t in traits]
    rows = [np.flatnonzero(stratum == place) for place in range(len(strata))]
    whole = np.isin(stratum, [place for place, s in enumerate(strata) if s.whole])
    close = shares(levels[whole], counts[whole], traits, 0.5)
    for s in strata:
        s.u = _kept(traits, close, strangers) if s.whole else list(strangers)
        s.share = 0.03 if s.whole else 0.05 * counts[rows[strata.index(s)]].sum() / max(s.total, 1.0)
        s.share = min(max(s.share, 1e-14), 0.5)
    weights = Weights(traits, m, strata)
    for _ in range(rounds):
        p = weights.probability(levels, stratum)
        same = counts * p
        for place, s in enumerate(strata):
            mine = rows[place]
            total = counts[mine].sum() if s.whole else s.total
            s.share = float(min(max((same[mine].sum() + 0.1) / max(total, 1.0), 1e-14), 0.5))
        weights.m = _capped(traits, shares(levels, same, traits, 0.3))
        if whole.any():
            close = shares(levels[whole], (counts - same)[whole], traits, 0.3)
            for s in strata:
                s.u = _kept(traits, close, strangers) if s.whole else s.u
    return weights


def _capped(traits: Sequence[Trait], m: list[Floats]) -> list[Floats]:
    """A number that differs says a lot, however seldom that is seen among those who are the same by all else."""
    out = []
    for trait, shares_ in zip(traits, m, strict=True):
        if trait.fixed:
            shares_ = trait.first
        elif trait.identifier:
            shares_[1] = min(shares_[1], 1e-3)
        out.append(shares_)
    return out


def _kept(traits: Sequence[Trait], learnt: list[Floats], random: list[Floats]) -> list[Floats]:
    return [r if t.identifier or t.fixed else c for t, c, r in zip(traits, learnt, random, strict=True)]


def _logs(m: Floats, u: Floats) -> Floats:
    logs = np.clip(np.log(np.maximum(m, 1e-9) / np.maximum(u, 1e-9)), LOWEST, HIGHEST)
    logs[0] = 0
    out: Floats = logs
    return out


def _sigmoid(z: Floats) -> Floats:
    out: Floats = 1 / (1 + np.exp(-np.clip(z, -60, 60)))
    return out
