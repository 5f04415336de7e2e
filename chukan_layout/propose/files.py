"""Which 移行ファイル a file of the dump is: by the words of its header and, among the nearest, by all columns."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from chukan_layout.model.layout import Area, LayoutFile, LayoutSet
from chukan_layout.propose.match import Proposal, proposals
from chukan_layout.propose.names import tokens
from chukan_layout.propose.profile import Profile

#: Files that are looked at closely.
NEAREST = 5


class Guess(NamedTuple):
    """``confidence`` is 0 to 1; ``proposals`` are those for this file."""

    area: Area
    file: LayoutFile
    confidence: float
    proposals: list[Proposal]


def guesses(profiles: Sequence[Profile], layouts: LayoutSet) -> list[Guess]:
    """The likeliest files, the best first; empty when the layouts have none."""
    every = [(area, file) for area in layouts.areas for file in area.files]
    words = [Counter(t for i in file.items for t in tokens(i.name)) for _, file in every]
    often = Counter(t for w in words for t in w)
    mine = Counter(t for p in profiles for t in tokens(p.name))

    def weight(counted: Counter[str]) -> dict[str, float]:
        return {t: n * math.log(1 + len(every) / (often[t] or len(every))) for t, n in counted.items()}

    here = weight(mine)
    near = sorted(range(len(every)), key=lambda k: (-_cosine(here, weight(words[k])), k))[:NEAREST]
    found = [_guess(profiles, *every[k]) for k in near]
    return sorted(found, key=lambda g: -g.confidence)


def _guess(profiles: Sequence[Profile], area: Area, file: LayoutFile) -> Guess:
    pairs = proposals(profiles, file, area)
    certain = sum(p.confidence for p in pairs)
    # as much of the columns as of the items should find each other
    return Guess(area, file, round(2 * certain / (len(profiles) + len(file.items)), 2), pairs)


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    dot = sum(v * b[k] for k, v in a.items() if k in b)
    norm = math.sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))
    return dot / norm if norm else 0.0
