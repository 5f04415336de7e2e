"""The kernel's survey of columns: parts make the whole, and its counts are those of plain Python."""

from __future__ import annotations

import csv
import io
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout import _kernel
from chukan_layout.profile.usual import usual

CELLS = st.one_of(
    st.sampled_from(["", " ", "　", "1", "007", "-12.5", "20240229", "S550412", "山田　太郎", "ﾔﾏﾀﾞ", "髙", 'a"b', "x,y", "二\n行", "A01"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=6),
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=40)


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def surveyed(raw: bytes, cuts: list[int]) -> _kernel.Survey:
    made = _kernel.Survey(3, ord(","), ord('"'), 10, usual(), [[0, 1]])
    edges = [0, *sorted(min(c, len(raw)) for c in cuts), len(raw)]
    rest = b""
    for n, (a, b) in enumerate(pairwise(edges), 2):
        rest += raw[a:b]
        rest = rest[made.feed(rest, n == len(edges)) :]
    assert rest == b""
    made.end()
    return made


@given(rows=ROWS, cuts=st.lists(st.integers(0, 400), max_size=5))
@settings(max_examples=150, deadline=None)
def test_counts_are_those_of_python(rows: list[list[str]], cuts: list[int]) -> None:
    made = surveyed(written(rows), cuts)
    records, ragged, _, duplicates = made.records()
    assert (records, ragged) == (len(rows), 0)
    assert duplicates == len(rows) - len({tuple(row) for row in rows})
    for n in range(3):
        values = [row[n].strip(" \t\0　") for row in rows]
        filled = [v for v in values if v]
        counts, kinds, _, distinct, (frequent, whole), _, unusual = made.facts(n, 100)
        assert counts[:3] == (len(filled), sum(not row[n] for row in rows), sum(bool(row[n]) for row in rows) - len(filled))
        assert counts[3] == max(map(len, filled), default=0)
        assert sum(n for _, n in kinds) == len(filled)
        assert distinct == (len(set(filled)), True) and whole
        assert dict(frequent) == {v: filled.count(v) for v in set(filled)}
        text = "".join(filled)
        assert dict(unusual).keys() <= set(text) and all(text.count(c) == times for c, times in unusual)


@given(rows=ROWS, cuts=st.lists(st.integers(0, 400), max_size=5))
@settings(max_examples=50, deadline=None)
def test_parts_make_the_whole(rows: list[list[str]], cuts: list[int]) -> None:
    raw = written(rows)
    one, other = surveyed(raw, []), surveyed(raw, cuts)
    assert one.records() == other.records() and one.repeated() == other.repeated()
    assert all(one.facts(n, 100) == other.facts(n, 100) for n in range(3))


@given(raw=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=3))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_taken(raw: bytes, cuts: list[int]) -> None:
    surveyed(raw, cuts).facts(0, 10)
