"""Shapes of the glyphs of a body's font, for comparing bodies with each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chukan_layout.gaiji.shape.collect import collect
from chukan_layout.gaiji.shape.features import Vectors, features, normalise
from chukan_layout.gaiji.shape.index import shipped


def shapes_of(font: Path) -> dict[int, Vectors]:
    """Private-use code → projected feature (unit vector).  Raises GlyphError for a font without glyphs."""
    asked, _ = collect(font)
    pairs = [(a.code, s) for a in asked if a.code is not None and a.ink is not None and (s := normalise(a.ink)) is not None]
    if not pairs:
        return {}
    vectors = shipped().project(features(np.stack([s for _, s in pairs])))
    return {code: vector for (code, _), vector in zip(pairs, vectors, strict=True)}
