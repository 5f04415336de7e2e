"""Candidates for pictures of glyphs, and the verdict: auto for the character, review for the variant, none.

The best score of a *character* is that of its best glyph; the margin is its lead over the next other character.  Among
the glyphs of one character those prototypes decide that are of one design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from chukan_layout.gaiji.identity import base_of, name_of
from chukan_layout.gaiji.shape.features import Grey, Vectors, features, normalise
from chukan_layout.gaiji.shape.index import ShapeIndex

Verdict = Literal["auto", "review", "none"]
#: A character that is accepted without a look leads by at least this much (bench/GAIJI.md: right in 99.5 % and more)
MARGIN = 0.025
#: and by this share of what its score lacks: the less a glyph looks like any, the clearer the lead has to be.
SHARE = 0.30
#: Below this the glyph may well not be among the MJ glyphs at all.
KNOWN = 0.70
CANDIDATES = 5
_LOOK_AT = 40


@dataclass(frozen=True)
class Candidate:
    """An MJ glyph (or GJ) and its cosine."""

    mj: int
    score: float

    @property
    def name(self) -> str:
        return name_of(self.mj)


@dataclass(frozen=True)
class Identified:
    """What a picture may be, the best first.  ``margin``: lead of the character over the next other one."""

    candidates: tuple[Candidate, ...]
    margin: float
    verdict: Verdict

    @property
    def char(self) -> str:
        """The character (any variant) that it most likely is."""
        return base_of().get(self.candidates[0].mj, "") if self.candidates else ""

    @property
    def several_shapes(self) -> bool:
        """The character has other glyphs among the candidates: the variant wants a look."""
        return len({c.mj for c in self.candidates if base_of().get(c.mj) == self.char}) > 1


def identify(index: ShapeIndex, pictures: Sequence[Grey | None]) -> list[Identified | None]:
    """One answer a picture; None where there is no ink."""
    squares = [None if picture is None else normalise(picture) for picture in pictures]
    good = [square for square in squares if square is not None]
    if not good:
        return [None] * len(squares)
    answers = iter(of_vectors(index, features(np.stack(good))))
    return [None if square is None else next(answers) for square in squares]


def of_vectors(index: ShapeIndex, vectors: Vectors) -> list[Identified]:
    """The same from features."""
    rows, scores = index.search(vectors, _LOOK_AT)
    mj, plain = index.mj[rows], index.plain[rows]
    lines = zip(mj.tolist(), plain.tolist(), scores.tolist(), strict=True)
    return [_judge(*line) for line in lines]


def _judge(mj: list[int], plain: list[bool], scores: list[float]) -> Identified:
    bases = base_of()
    best: dict[int, float] = {}
    own: dict[int, float] = {}
    for glyph, one_design, score in zip(mj, plain, scores, strict=True):
        best.setdefault(glyph, score)
        if one_design:
            own.setdefault(glyph, score)
    groups: dict[str, list[int]] = {}
    for glyph in best:  # in order of score
        groups.setdefault(bases.get(glyph, str(glyph)), []).append(glyph)
    ranked: list[Candidate] = []
    for glyphs in groups.values():
        # The glyphs of one character share out their scores in the order that prototypes of one design give.
        order = sorted(glyphs, key=lambda g: -own.get(g, best[g] - 0.05)) if any(g in own for g in glyphs) else glyphs
        ranked += [Candidate(g, best[s]) for g, s in zip(order, glyphs, strict=True)]
    ranked.sort(key=lambda c: -c.score)
    tops = sorted((best[glyphs[0]] for glyphs in groups.values()), reverse=True)
    margin = tops[0] - tops[1] if len(tops) > 1 else 1.0
    return Identified(tuple(ranked[:CANDIDATES]), margin, _verdict(tops[0], margin))


def _verdict(score: float, margin: float) -> Verdict:
    if score < KNOWN:
        return "none"
    return "auto" if margin >= max(MARGIN, SHARE * (1 - score)) else "review"
