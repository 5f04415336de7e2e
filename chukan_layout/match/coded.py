"""Columns of codes: a value once, a number per record.  Texts are prepared once per different value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

Codes = np.ndarray
#: Bins of how common a value is: its share is below these.  The kernel's features.rs has the same number of bins.
BINS = (2e-5, 1.5e-4, 1e-3, 6e-3)


@dataclass(frozen=True)
class Coded:
    """``codes`` (i32, -1 for none) into ``words``, each of which is there once."""

    codes: Codes
    words: pl.Series

    def map(self, change: Callable[[pl.Series], pl.Series]) -> Coded:
        """Every value changed; what becomes null or empty is none."""
        return recode(self.codes, change(self.words))

    def take(self, keep: np.ndarray) -> Coded:
        """None where ``keep`` is false."""
        return Coded(np.where(keep, self.codes, -1).astype(np.int32), self.words)

    @property
    def known(self) -> np.ndarray:
        flags: np.ndarray = self.codes >= 0
        return flags

    def or_else(self, other: Coded) -> Coded:
        """``other`` where this has none."""
        left, right = together(self, other)
        return Coded(np.where(left.codes >= 0, left.codes, right.codes).astype(np.int32), left.words)

    def bins(self) -> np.ndarray:
        """How common each word is, as a number of BINS (0: rare)."""
        count = np.bincount(self.codes[self.codes >= 0], minlength=len(self.words)).astype(float)
        if not len(self.words):
            return np.empty(0, np.uint8)
        bins: np.ndarray = np.searchsorted(BINS, count / max(count.sum(), 1)).astype(np.uint8)
        return bins


def code(values: pl.Series) -> Coded:
    """Codes in the order in which values first come; blanks are none."""
    if values.dtype == pl.Categorical:
        return _recoded(values)
    texts = values.cast(pl.String)
    texts = texts.to_frame("t").select(pl.when(pl.col("t") != "").then("t"))["t"]
    words = texts.drop_nulls().unique(maintain_order=True)
    codes = texts.cast(pl.Enum(words)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
    return Coded(codes, words)


def _recoded(values: pl.Series) -> Coded:
    """Codes of a column of categories, whose own numbers are those of no run but this one."""
    own = values.to_physical().fill_null(0).to_numpy()
    first = values.drop_nulls().unique(maintain_order=True)
    words = first.cast(pl.String)
    there = words != ""
    table = np.full(int(own.max(initial=0)) + 1, -1, np.int32)
    table[first.to_physical().filter(there).to_numpy()] = np.arange(int(there.sum()), dtype=np.int32)
    codes = table[own]
    if values.null_count():
        codes[values.is_null().to_numpy()] = -1
    return Coded(codes, words.filter(there))


def number_codes(values: pl.Series, tidy: Callable[[pl.Series], pl.Series], words: bool) -> Coded:
    """Numbers of which nearly each is there once: read as integers, which is quicker than as texts.

    ``tidy`` is for those that are not plain digits; leading zeros do not count.  Without ``words`` only equality is known.
    """
    plain = values.cast(pl.Int64, strict=False)
    odd = plain.is_null() & (values != "")
    if odd.any():
        mended = tidy(values.filter(odd)).cast(pl.Int64, strict=False)
        plain = plain.scatter(odd.arg_true(), mended)
    known = plain.fill_null(0).to_numpy() > 0
    numbers, places = np.unique(plain.fill_null(0).to_numpy()[known], return_inverse=True)
    codes = np.full(len(values), -1, np.int32)
    codes[known] = places
    texts = pl.Series(numbers).cast(pl.String).str.zfill(12) if words else pl.Series([], dtype=pl.String)
    return Coded(codes, texts)


def recode(codes: Codes, words: pl.Series) -> Coded:
    """Codes into ``words``, in which a value may stand several times or not at all."""
    new = code(words)
    table = np.append(new.codes, np.int32(-1))
    return Coded(table[codes], new.words)


def together(*columns: Coded) -> list[Coded]:
    """The columns with one list of words for all."""
    all_words = pl.concat([c.words for c in columns])
    new = code(all_words)
    out, start = [], 0
    for column in columns:
        table = np.append(new.codes[start : start + len(column.words)], np.int32(-1))
        out.append(Coded(table[column.codes], new.words))
        start += len(column.words)
    return out


def pairs(*columns: Coded | Codes, ordered: bool = True) -> Codes:
    """One number (u64) for the values of several columns, 0 where one is none; not ``ordered``: the same in any order."""
    arrays = [c.codes if isinstance(c, Coded) else c for c in columns]
    if not ordered:
        arrays = [np.minimum(*arrays), np.maximum(*arrays)]
    key = np.zeros(len(arrays[0]), np.uint64)
    none = np.zeros(len(key), bool)
    for values in arrays:
        none |= values < 0
        key = (key ^ values.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    key[key == 0] = 1
    key[none] = 0
    return key
