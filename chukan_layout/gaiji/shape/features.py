"""From the ink of a glyph to a vector: size and place normalised, gradients by direction, pooled.

The method is the usual one of Kanji recognition (gradient feature, 8 directions, 8 × 8 fields): position does not
matter, size hardly, and stroke weight little.  Input: grey pictures, ink 255.  Output: unit vectors of 512 numbers.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Side of the normalised picture, and its blank margin.
SIDE = 64
MARGIN = 4
#: Fields a side, directions, and the length of the vector.
FIELDS = 8
DIRECTIONS = 8
LENGTH = FIELDS * FIELDS * DIRECTIONS
#: Darker than this is ink.
INK = 40
_SMOOTHING = 1.2
_BATCH = 256

Grey = NDArray[np.uint8]
Vectors = NDArray[np.floating[Any]]


def normalise(ink: Grey) -> Grey | None:
    """The picture cut to its ink and laid into a square of :data:`SIDE`; None when there is no ink.

    A long or flat character is widened somewhat (aspect ratio adaptive normalisation), not to the full square, so
    that 一 stays a line.
    """
    rows = np.flatnonzero(ink.max(axis=1, initial=0) > INK)
    columns = np.flatnonzero(ink.max(axis=0, initial=0) > INK)
    if not len(rows) or not len(columns):
        return None
    cut = np.ascontiguousarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    height, width = cut.shape
    side = SIDE - 2 * MARGIN
    short = max(3, round(side * float(np.sqrt(np.sin(np.pi / 2 * min(height, width) / max(height, width))))))
    size = (short, side) if height >= width else (side, short)
    smaller = max(height, width) >= side
    resized = Image.fromarray(cut).resize(size, Image.Resampling.BOX if smaller else Image.Resampling.BILINEAR)
    square = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = np.asarray(resized)
    return square


def features(squares: Grey) -> Vectors:
    """The vectors of normalised pictures (n, SIDE, SIDE)."""
    vectors = np.empty((len(squares), LENGTH), np.float32)
    for start in range(0, len(squares), _BATCH):
        vectors[start : start + _BATCH] = _features(squares[start : start + _BATCH])
    return vectors


def _features(squares: Grey) -> Vectors:
    picture = _both(squares.astype(np.float32) / 255, _smoother())
    across = np.zeros_like(picture)
    down = np.zeros_like(picture)
    across[:, :, 1:-1] = picture[:, :, 2:] - picture[:, :, :-2]
    down[:, 1:-1] = picture[:, 2:] - picture[:, :-2]
    wide, high = np.abs(across), np.abs(down)
    # A gradient is the sum of one along an axis and one along the diagonal beside it: no angle is computed.
    straight = np.abs(wide - high)
    diagonal = np.minimum(wide, high) * np.float32(np.sqrt(2))
    lying = wide > high
    right, lower = across > 0, down > 0
    planes = np.stack(
        [
            straight * (lying & right),
            straight * (lying & ~right),
            straight * (~lying & lower),
            straight * (~lying & ~lower),
            diagonal * (right & lower),
            diagonal * (right & ~lower),
            diagonal * (~right & lower),
            diagonal * (~right & ~lower),
        ],
        axis=1,
    ).reshape(-1, SIDE, SIDE)
    pooled = np.sqrt(np.maximum(_both(planes, _pools()), 0)).reshape(len(squares), LENGTH)
    return unit(pooled)


def unit(vectors: Vectors) -> Vectors:
    """Each vector brought to length one; a vector of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)


def _both(pictures: Vectors, matrix: Vectors) -> Vectors:
    """``matrix`` applied along rows and columns of each picture, as two large products."""
    count, out = len(pictures), len(matrix)
    half = (pictures.reshape(-1, SIDE) @ matrix.T).reshape(count, SIDE, out)
    whole = np.ascontiguousarray(half.transpose(0, 2, 1)).reshape(-1, SIDE) @ matrix.T
    return np.asarray(whole.reshape(count, out, out).transpose(0, 2, 1), np.float32)


@cache
def _smoother() -> Vectors:
    return _gaussians(np.arange(SIDE, dtype=np.float64), _SMOOTHING)


@cache
def _pools() -> Vectors:
    step = SIDE / FIELDS
    return _gaussians((np.arange(FIELDS) + 0.5) * step - 0.5, step * 0.55)


def _gaussians(centres: NDArray[np.floating], width: float) -> Vectors:
    bells = np.exp(-((np.arange(SIDE)[None] - centres[:, None]) ** 2) / (2 * width * width))
    return np.asarray(bells / bells.sum(axis=1, keepdims=True), np.float32)
