"""The kernel's record linkage with arrays instead of bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl

from chukan_layout import _kernel

Array = np.ndarray
Cost = tuple[int, int, int]


def _raw(array: Array) -> Any:
    return np.ascontiguousarray(array).view(np.uint8)


def _array(raw: Any, kind: type[np.generic]) -> Array:
    return np.frombuffer(raw, kind)


class Blocks:
    """Records that share a key with another; a group of more than ``most`` is cut to ``window`` neighbours each."""

    def __init__(self, keys: Sequence[Callable[[], Array]], refine: Array, most: int, window: int, jobs: int) -> None:
        self._kernel = _kernel.Blocks(most, window)
        self.costs: list[Cost] = []
        for at in range(0, len(keys), jobs):
            # a column of keys is made, grouped and forgotten
            self.costs += self._kernel.add([_raw(make()) for make in keys[at : at + jobs]], _raw(refine))

    def pairs(self, first: int, last: int, jobs: int) -> Array:
        """Packed pairs (u64) whose smaller record is in ``first`` … ``last``, ascending."""
        return _array(self._kernel.pairs(first, last, jobs), np.uint64)


def count(patterns: Array) -> tuple[Array, Array, Array]:
    """Different patterns ascending, how many of each, and the place of each pair's."""
    unique, counts, places = _kernel.link_count(_raw(patterns))
    return _array(unique, np.uint64), _array(counts, np.uint64), _array(places, np.uint32)


def clusters(
    rows: int, edges: Array, exclusive: Sequence[Array], apart: Array, most: int
) -> tuple[Array, Array]:
    """The first record of each record's cluster, and the places of edges that were refused."""
    columns = [_raw(column.astype(np.int32)) for column in exclusive]
    label, refused = _kernel.link_clusters(rows, _raw(edges), columns, _raw(apart), most)
    return _array(label, np.uint32).astype(np.int64), _array(refused, np.uint32)


class Linker:
    """Records as columns of codes (i32), with the words they stand for and how common each is."""

    def __init__(self, rows: int, columns: Sequence[tuple[Array, pl.Series, Array]], features: str) -> None:
        made: list[tuple[Any, Any, Any, Any]] = []
        for codes, words, bins in columns:
            texts = words.to_arrow().buffers() if len(words) else (None, None, None)
            offsets, data = (None if b is None else np.frombuffer(b, np.uint8) for b in texts[1:])
            made.append((_raw(codes.astype(np.int32)), offsets, data, _raw(bins) if len(words) else None))
        self._kernel = _kernel.Linker(rows, made, features)

    @property
    def sizes(self) -> list[int]:
        """Levels of each digit of a pattern."""
        return self._kernel.sizes

    def compare(self, edges: Array, jobs: int) -> Array:
        """One pattern per pair."""
        return _array(self._kernel.compare(_raw(edges), jobs), np.uint64)

    def random(self, wanted: int, seed: int, jobs: int) -> tuple[Array, Array]:
        """Patterns of random pairs, and how often each came."""
        unique, counts = self._kernel.random(wanted, seed, jobs)
        return _array(unique, np.uint64), _array(counts, np.uint64)
