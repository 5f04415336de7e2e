"""Clusters of pairs, strongest first, that hold no contradiction: two numbers, two residents, two that a person parted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chukan_layout import _kernel

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
    label, refused = _kernel.link_clusters(
        rows, pairs.view(np.uint8), [np.ascontiguousarray(e, np.int32).view(np.uint8) for e in exclusive],
        forbidden.view(np.uint8), most,
    )  # fmt: skip
    return Clusters(np.frombuffer(label, np.uint32).astype(np.int64), order[np.frombuffer(refused, np.uint32)])


def packed(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Pairs of rows as the kernel takes them."""
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    return low << np.uint64(32) | high
