"""The index of glyph shapes: the nearest MJ glyphs of a picture, by the cosine of projected features.

Shipped as ``gaiji/shapes.npz``, made by :mod:`chukan_layout.gaiji.shape.build` from freely licensed fonts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chukan_layout.gaiji import data
from chukan_layout.gaiji.shape.features import Vectors, unit

FILE = "shapes.npz"
_BATCH = 256
#: Prototypes looked at together.
_GROUP = 64


@dataclass(frozen=True)
class ShapeIndex:
    """``mean`` and ``projection`` bring features into the space of ``prototypes``, whose glyphs ``mj`` names.

    A glyph has one prototype that is the mean over all designs (``plain`` False); where a character has several
    glyphs, each also has one of a single design (``plain`` True), by which they are told apart.
    """

    mean: Vectors
    projection: Vectors
    prototypes: Vectors
    mj: NDArray[np.uint32]
    plain: NDArray[np.bool_]

    def project(self, vectors: Vectors) -> Vectors:
        """Features as unit vectors of the index's space."""
        return unit((vectors - self.mean) @ self.projection)

    def search(self, vectors: Vectors, count: int = 20) -> tuple[NDArray[np.int64], Vectors]:
        """The ``count`` nearest prototypes of each feature vector, the nearest first, and their cosines."""
        queries = self.project(vectors)
        known = len(self.prototypes)
        count = min(count, known)
        # The best are in the groups whose best are best: few groups are looked into, and none is sorted whole.
        groups = max(-(-known // _GROUP), min(count, known))
        padded = np.zeros((groups * _GROUP, self.prototypes.shape[1]), np.float32)
        padded[:known] = self.prototypes
        places = np.arange(_GROUP) * groups
        rows = np.empty((len(queries), count), np.int64)
        scores = np.empty((len(queries), count), np.float32)
        room = np.empty((min(_BATCH, len(queries)), groups * _GROUP), np.float32)  # made once: fresh pages cost as much as the product
        for start in range(0, len(queries), _BATCH):
            asked = queries[start : start + _BATCH]
            cosines = np.matmul(asked, padded.T, out=room[: len(asked)])
            cosines[:, known:] = -2
            tops = cosines.reshape(len(cosines), _GROUP, groups).max(axis=1)
            chosen = np.argpartition(tops, groups - count, axis=1)[:, groups - count :]
            inside = np.sort((chosen[:, :, None] + places).reshape(len(cosines), -1), axis=1)
            some = np.take_along_axis(cosines, inside, 1)
            best = np.take_along_axis(inside, np.argpartition(-some, count - 1, axis=1)[:, :count], 1)
            values = np.take_along_axis(cosines, best, 1)
            order = np.argsort(-values, axis=1, kind="stable")
            rows[start : start + _BATCH] = np.take_along_axis(best, order, 1)
            scores[start : start + _BATCH] = np.take_along_axis(values, order, 1)
        return rows, scores

    def with_more(self, vectors: Vectors, mj: NDArray[np.uint32]) -> ShapeIndex:
        """This index and the glyphs of one more font (on the user's machine), which then tells variants apart."""
        stay = ~(self.plain & np.isin(self.mj, mj))
        return ShapeIndex(
            self.mean,
            self.projection,
            np.concatenate([self.prototypes[stay], self.project(vectors)]),
            np.concatenate([self.mj[stay], mj]),
            np.concatenate([self.plain[stay], np.ones(len(mj), np.bool_)]),
        )

    def save(self, path: Path) -> None:
        """Write the index with prototypes in one byte a number."""
        scale = np.float32(127 / np.abs(self.prototypes).max())
        small = np.clip(np.round(self.prototypes * scale), -127, 127).astype(np.int8)
        with path.open("wb") as out:
            np.savez_compressed(
                out, mean=self.mean.astype(np.float16), projection=self.projection.astype(np.float16),
                prototypes=small, scale=scale, mj=self.mj, plain=self.plain,
            )  # fmt: skip


def read(path: Path) -> ShapeIndex:
    """An index that :meth:`ShapeIndex.save` wrote."""
    with np.load(path, allow_pickle=False) as file:
        prototypes = unit(file["prototypes"].astype(np.float32) / file["scale"])
        mean, projection = file["mean"].astype(np.float32), file["projection"].astype(np.float32)
        return ShapeIndex(mean, projection, prototypes, file["mj"], file["plain"])


@cache
def shipped() -> ShapeIndex:
    """The index that comes with the package."""
    return read(data.table_path(FILE))
