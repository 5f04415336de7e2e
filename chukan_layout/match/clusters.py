"""Clusters of pairs, strongest first, that hold no contradiction: two numbers, two residents, two that a person parted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chukan_layout.match import link

#: A cluster of more is for a person to look at.
MOST = 24


@dataclass(frozen=True)
class Clusters:
    """``label``: the first record of each record's cluster.  ``refused``: pairs that would have made a contradiction."""

    label: np.ndarray
    refused: np.ndarray

    def sizes(self) -> np.ndarray:
        """Records of each record's cluster."""
        counts = np.bincount(self.label, minlength=len(self.label))
        each: np.ndarray = counts[self.label]
        return each


def cluster(
    rows: int, left: np.ndarray, right: np.ndarray, weight: np.ndarray, exclusive: Sequence[np.ndarray] = (),
    apart: np.ndarray | None = None, most: int = MOST,
) -> Clusters:  # fmt: skip
    """Join pairs in falling order of ``weight`` (ties by the records).  ``apart`` holds rows i, j that stay apart."""
    order = np.lexsort((right, left, -weight))
    pairs = packed(left[order], right[order])
    forbidden = packed(apart[0], apart[1]) if apart is not None else np.empty(0, np.uint64)
    label, refused = link.clusters(rows, pairs, exclusive, forbidden, most)
    return Clusters(label, order[refused])


def packed(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Pairs of rows as the kernel takes them."""
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    both: np.ndarray = low << np.uint64(32) | high
    return both
