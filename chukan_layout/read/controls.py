"""Headers and trailers of files of records: what they say against what is there.

A section begins with a header (or with the file) and ends with the next one; a trailer speaks of the records since the
header before it, a header of those until the next header, trailer or the end of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from chukan_layout.plan.records import RecordPlan, Stated

#: A file of which this share of records has no known kind, or a packed field without a number, is wrong as a whole.
MOST = 0.5


class Told(NamedTuple):
    """A finding about the file: rule, line and byte offset of the record it stands at, and what to say."""

    rule: str
    line: int
    offset: int
    note: str


class _State(NamedTuple):
    counts: list[int]
    sums: list[int]


class RecordControls:
    """Takes the chunks of a file in order; then :meth:`findings`.

    ``whole`` False: rejected records that are tried again, which have no headers and trailers.
    """

    def __init__(self, plan: RecordPlan, whole: bool = True) -> None:
        self._plan, self._whole = plan, whole
        kinds = plan.layout.kinds
        self._now = _State([0] * len(kinds), [0] * len(plan.spec["sums"]))
        self._base = self._now
        self._open: list[tuple[Stated, str | None, int, int]] = []
        self._found: list[Told] = []
        self._broken = self._unknown = self._records = 0

    def add(self, chunk: Any, lines: int, offset: int) -> None:
        """``lines`` and ``offset``: records and bytes before the chunk."""
        counts, sums, controls, _, broken, unknown = chunk.gathered
        for kind, at, line, values, counts_at, sums_at in controls:
            state = self._plus(counts_at, sums_at)
            self._control(kind, values, state, lines + line, offset + at)
        self._now = self._plus(counts, sums)
        self._broken += broken
        self._unknown += unknown
        self._records += chunk.lines

    def _plus(self, counts: list[int], sums: list[int]) -> _State:
        return _State(
            [a + b for a, b in zip(self._now.counts, counts, strict=True)],
            [a + b for a, b in zip(self._now.sums, sums, strict=True)],
        )

    def _control(self, kind: int, values: list[str | None], state: _State, line: int, offset: int) -> None:
        said = [(s, values[s.value], line, offset) for s in self._plan.stated if s.kind == kind]
        self._close(state)
        if self._plan.layout.kinds[kind].role == "header":
            self._base, self._open = state, said
            return
        for one in said:
            self._compare(*one, state)
        self._base = state

    def _close(self, state: _State) -> None:
        for one in self._open:
            self._compare(*one, state)
        self._open = []

    def _compare(self, stated: Stated, text: str | None, line: int, offset: int, state: _State) -> None:
        if stated.total >= 0:
            real = Decimal(state.sums[stated.total] - self._base.sums[stated.total]).scaleb(-stated.scale)
        else:
            real = Decimal(sum(state.counts[k] - self._base.counts[k] for k in stated.kinds))
        try:
            same = text is not None and Decimal(text or "NaN") == real
        except InvalidOperation:
            same = False
        if not same:
            shown = "?" if text is None else text.lstrip("0") or ("0" if text else "空欄")
            self._found.append(Told("S-TOTAL", line, offset, f"{stated.field}: {shown} / {real:f}"))

    def findings(self) -> Iterator[Told]:
        """What the whole file shows, in order."""
        self._close(self._now)
        yield from self._found
        for number, kind in enumerate(self._plan.layout.kinds):
            if self._whole and kind.role != "data" and kind.required and not self._now.counts[number]:
                yield Told("S-TOTAL", max(self._records, 1), 0, f"{kind.name}: 0 / 1")
        if self._broken and self._broken > MOST * self._records:
            yield Told("S-TEXT", 1, 0, f"{self._broken} / {self._records}")
        if self._unknown and self._unknown > MOST * self._records:
            yield Told("S-FITS", 1, 0, f"{self._unknown} / {self._records}")
