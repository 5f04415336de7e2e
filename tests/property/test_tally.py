"""Tallies merge in any order and any grouping: what workers counted never depends on how work was shared."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from operator import add

from hypothesis import given
from hypothesis import strategies as st

from chukan_layout.model.tally import MASK64, Tally

N = st.integers(0, 10**12)
ITEMS = 3


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    states = st.tuples(*[st.tuples(N, N, N, N, N)] * ITEMS)
    sums = st.tuples(*[st.none() | st.integers()] * ITEMS)
    return Tally(
        draw(N), draw(N), draw(N), draw(N),
        Counter(draw(st.dictionaries(st.integers(0, 9), st.integers(1, 10**9)))),
        draw(st.just(()) | states), draw(st.just(()) | sums), draw(st.integers(0, MASK64)),
    )  # fmt: skip


@given(tallies(), tallies(), tallies())
def test_grouping_does_not_matter(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == a + (b + c)


@given(tallies(), tallies())
def test_order_does_not_matter(a: Tally, b: Tally) -> None:
    assert a + b == b + a


@given(tallies())
def test_nothing_adds_nothing(a: Tally) -> None:
    assert a + Tally() == a == Tally() + a


@given(st.lists(tallies(), max_size=6), st.randoms(use_true_random=False))
def test_any_shuffle_of_parts(parts: list[Tally], random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    whole = reduce(add, parts, Tally())
    assert whole == reduce(add, shuffled, Tally())
    assert 0 <= whole.hash_total <= MASK64
    assert whole.rows_in == sum(p.rows_in for p in parts)
