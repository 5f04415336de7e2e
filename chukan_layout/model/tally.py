"""What a stage counts: a value that can be merged (associative, commutative, exact)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

MASK64 = (1 << 64) - 1


@dataclass(frozen=True)
class Tally:
    """``states`` is per item (value, null, empty, not applicable, failed); ``sums`` totals of numeric items.

    Merging adds everything, so neither order nor grouping of the parts matters.
    """

    rows_in: int = 0
    rows_out: int = 0
    rows_rejected: int = 0
    rows_removed: int = 0
    rules: Counter[int] = field(default_factory=Counter)
    states: tuple[tuple[int, ...], ...] = ()
    sums: tuple[int | None, ...] = ()
    hash_total: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.rows_in + other.rows_in,
            self.rows_out + other.rows_out,
            self.rows_rejected + other.rows_rejected,
            self.rows_removed + other.rows_removed,
            self.rules + other.rules,
            _rows(self.states, other.states),
            _sums(self.sums, other.sums),
            (self.hash_total + other.hash_total) & MASK64,
        )


def _rows(a: tuple[tuple[int, ...], ...], b: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    if not a or not b:
        return a or b
    return tuple(tuple(x + y for x, y in zip(p, q, strict=True)) for p, q in zip(a, b, strict=True))


def _sums(a: tuple[int | None, ...], b: tuple[int | None, ...]) -> tuple[int | None, ...]:
    if not a or not b:
        return a or b
    return tuple(None if x is None or y is None else x + y for x, y in zip(a, b, strict=True))
