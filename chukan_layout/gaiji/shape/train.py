"""Making the index of shapes from fonts: drawing, discriminant projection (LDA), prototypes.

Each font is drawn once (:func:`draw`); any subset of drawn fonts makes a model (:func:`model`), so that a test can
leave out the whole family of the font it asks about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from fontTools.ttLib import TTFont
from numpy.typing import NDArray

from chukan_layout.gaiji import data
from chukan_layout.gaiji.identity import glyphs_of
from chukan_layout.gaiji.shape.features import LENGTH, SIDE, Vectors, features, normalise, unit
from chukan_layout.gaiji.shape.glyphs import Font
from chukan_layout.gaiji.shape.index import ShapeIndex

#: Numbers of a projected vector.
DIMENSIONS = 128
_RIDGE = 0.02


@dataclass(frozen=True)
class Source:
    """A font to draw from.  ``family``: fonts of one design, left out together."""

    name: str
    family: str
    path: Path
    index: int = 0
    licence: str = ""


@dataclass(frozen=True)
class Drawn:
    """Features of the glyphs of one font: ``mj`` names each, ``variant`` tells those asked for by selector."""

    source: Source
    mj: NDArray[np.uint32]
    variant: NDArray[np.bool_]
    vectors: Vectors


def glyphs_by_mj(source: Source) -> list[tuple[int, int, bool]]:
    """(MJ, glyph index, by selector) of what a font has: by the implemented code, else by the Moji_Joho sequence.

    A font that names its glyphs ``mj000001`` (IPAmj) is read by these names.
    """
    with TTFont(source.path, lazy=True, fontNumber=source.index) as font:
        order = {name: i for i, name in enumerate(font.getGlyphOrder())}
        codes = {code: order[name] for code, name in font.getBestCmap().items()}
        sequences: dict[tuple[int, int], int] = {}
        for table in font["cmap"].tables:
            if table.format == 14:
                for selector, pairs in table.uvsDict.items():
                    for base, name in pairs:
                        glyph = order[name] if name else codes.get(base)
                        if glyph:
                            sequences[(base, selector)] = glyph
    rows = data.mj().select("mj", "impl", "ivs_base", "ivs_vs").rows()
    found: list[tuple[int, int, bool]] = []
    for mj, implemented, base, selector in rows:
        if f"mj{mj:06d}" in order:
            found.append((mj, order[f"mj{mj:06d}"], implemented is None))
        elif (base, selector) in sequences:
            found.append((mj, sequences[(base, selector)], implemented is None))
        elif implemented in codes:
            found.append((mj, codes[implemented], False))
    return found


def draw(source: Source, wanted: Sequence[int] | None = None, pixels: int = 112, mono: bool = False) -> Drawn:
    """Draw a font's MJ glyphs (only ``wanted`` MJ when given)."""
    keep = None if wanted is None else set(wanted)
    glyphs = [g for g in glyphs_by_mj(source) if keep is None or g[0] in keep]
    font = Font(source.path, source.index)
    squares = np.zeros((len(glyphs), SIDE, SIDE), np.uint8)
    good = np.zeros(len(glyphs), np.bool_)
    for i, (_, glyph, _) in enumerate(glyphs):
        ink = font.ink(glyph, pixels, mono)
        square = None if ink is None else normalise(ink)
        if square is not None:
            squares[i], good[i] = square, True
    mj = np.array([g[0] for g in glyphs], np.uint32)[good]
    variant = np.array([g[2] for g in glyphs], np.bool_)[good]
    return Drawn(source, mj, variant, features(squares[good]))


def model(
    prototypes: Sequence[Drawn],
    training: Sequence[Drawn],
    plain: str = "",
    dimensions: int = DIMENSIONS,
    without: Sequence[int] = (),
) -> ShapeIndex:
    """An index whose prototypes are means over ``prototypes``, projected by what ``training`` teaches.

    ``training`` shows one glyph in several designs and qualities: what differs there is to be ignored.
    Glyphs of ``without`` do not teach the projection.  The fonts of the family ``plain`` also give prototypes of
    their own, for glyphs of a character that has several.
    """
    mean, projection = _discriminants(prototypes, training, dimensions, without)
    sums = np.zeros((_glyph_count(), dimensions), np.float32)
    for drawn in prototypes:
        np.add.at(sums, drawn.mj, unit((drawn.vectors - mean) @ projection))
    mj = np.flatnonzero(np.abs(sums).sum(axis=1)).astype(np.uint32)
    siblings = np.array(sorted({g for glyphs in glyphs_of().values() if len(glyphs) > 1 for g in glyphs}), np.uint32)
    own = [d for d in prototypes if d.source.family == plain]
    extra = np.zeros((0, dimensions), np.float32)
    extra_mj = np.zeros(0, np.uint32)
    for drawn in own:
        few = np.isin(drawn.mj, siblings) & ~np.isin(drawn.mj, extra_mj)
        extra = np.concatenate([extra, unit((drawn.vectors[few] - mean) @ projection)])
        extra_mj = np.concatenate([extra_mj, drawn.mj[few]])
    return ShapeIndex(
        mean,
        projection,
        np.concatenate([unit(sums[mj]), extra]),
        np.concatenate([mj, extra_mj]),
        np.concatenate([np.zeros(len(mj), np.bool_), np.ones(len(extra_mj), np.bool_)]),
    )


def _glyph_count() -> int:
    return int(data.mj()["mj"].to_numpy().max()) + 1


def _discriminants(
    prototypes: Sequence[Drawn], training: Sequence[Drawn], dimensions: int, without: Sequence[int]
) -> tuple[Vectors, Vectors]:
    total = np.concatenate([d.vectors for d in prototypes])
    mean = total.mean(axis=0)
    between = _scatter(total - mean)
    count = _glyph_count()
    centres, seen = np.zeros((count, LENGTH), np.float32), np.zeros(count, np.float32)
    for drawn in training:
        np.add.at(centres, drawn.mj, drawn.vectors)
        np.add.at(seen, drawn.mj, 1)
    centres /= np.maximum(seen, 1)[:, None]
    use = seen > 1
    use[np.array(list(without), np.int64)] = False
    parts = [(d.vectors - centres[d.mj])[use[d.mj]] for d in training]
    within = _scatter(np.concatenate(parts))
    within += _RIDGE * np.trace(within) / LENGTH * np.eye(LENGTH)
    # between·v = λ·within·v, by whitening: numpy has no solver for the general problem.
    inverse = np.linalg.inv(np.linalg.cholesky(within))
    _, axes = np.linalg.eigh(inverse @ between @ inverse.T)
    return mean.astype(np.float32), (inverse.T @ axes[:, ::-1][:, :dimensions]).astype(np.float32)


def _scatter(vectors: Vectors) -> NDArray[np.float64]:
    return np.asarray((vectors.T @ vectors) / len(vectors), np.float64)


def frame_of(drawn: Drawn) -> pl.DataFrame:
    """MJ and place in ``drawn`` with the codes of the glyph, for choosing test glyphs."""
    places = pl.DataFrame({"mj": drawn.mj, "place": np.arange(len(drawn.mj)), "variant": drawn.variant})
    return places.join(data.mj().select("mj", "corr", "impl", "ivs_base", "x0213_cls"), on="mj")
