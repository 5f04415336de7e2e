"""Days around every edge in every shape, and every writing of 不詳日: kernel and reference agree."""

from __future__ import annotations

import datetime as dt
import json
from itertools import product
from typing import get_args

import pytest

from chukan_layout import _kernel
from chukan_layout.model import mapping as m
from chukan_layout.plan import reference
from chukan_layout.plan.eras import ERAS, FIRST_SOLAR_DAY, SEASONS, THIRDS, UNKNOWN_FORMS

SHAPES = [shape for shape in get_args(m.DateShape) if shape != "parts"]
EDGES = [day for era in ERAS[:-1] for day in (era.first, era.last)] + [ERAS[-1].first, FIRST_SOLAR_DAY]
LEAPS = [
    (1900, 2, 28),
    (2000, 2, 28),
    (2024, 2, 28),
    (2023, 2, 28),
    (2100, 2, 28),
    (1929, 12, 31),
    (1930, 1, 1),
]


def around() -> list[tuple[int, int, int]]:
    """The days around each edge, and what is no day."""
    days = {(y, mo, d + step) for y, mo, d in EDGES + LEAPS for step in (-1, 0, 1) if d + step >= 0}
    for y, mo, d in EDGES:
        for step in (-366, -31, -2, 2, 31, 366):
            day = dt.date(y, mo, d) + dt.timedelta(step)
            days.add((day.year, day.month, day.day))
    return sorted(
        days | {(1980, 0, 1), (1980, 13, 1), (1980, 4, 31), (1980, 12, 31), (1, 1, 1), (9999, 12, 31)}
    )


def written(y: int, mo: int, d: int) -> list[str]:
    """Every writing, in every era."""
    texts = [f"{y:04d}-{mo:02d}-{d:02d}", f"{y:04d}/{mo}/{d}", f"{y:04d}{mo:02d}{d:02d}", f"{y:04d}{mo:02d}"]
    texts += [f"{y % 100:02d}{mo:02d}{d:02d}", f"{y:04d}{mo * 28 + d:03d}"]
    for code, era in enumerate(ERAS, 1):
        n = y - era.base
        if 0 <= n <= 99:
            texts += [f"{era.letter}{n:02d}{mo:02d}{d:02d}", f"{era.letter.lower()}{n}.{mo}.{d}"]
            texts += [
                f"{era.name}{'元' if n == 1 else n}年{mo}月{d}日",
                f"{era.name}{n:02d}年{mo:02d}月{d:02d}日",
            ]
            texts += [f"{code}{n:02d}{mo:02d}{d:02d}", f"{code:02d}{n:02d}{mo:02d}{d:02d}"]
    return texts


def both(op: m.Op, sources: list[str | None]) -> tuple[tuple[str | None, str | None], ...]:
    """What the kernel and what the reference makes of it: the value, or the kind."""
    got, got_kind = _kernel.run_ops(json.dumps([op.model_dump(mode="json")]), sources, {}, "cp932")
    try:
        want, kind = reference.run_ops([op], sources, {}), None
    except reference.OpError as e:
        want, kind = None, e.kind
    return (None if got_kind else got, got_kind), (want, kind)


@pytest.mark.parametrize("shape", SHAPES)
def test_days_around_the_edges(shape: m.DateShape) -> None:
    op = m.Date(op="date", shapes=(shape,))
    for day in around():
        for text in written(*day):
            got, want = both(op, [text])
            assert got == want, text


def test_days_around_the_edges_in_parts() -> None:
    op = m.Date(op="date", shapes=("parts",))
    for y, mo, d in around():
        for era in range(5):
            sources: list[str | None] = [f"{era + 1}", f"{max(0, y - ERAS[era].base)}", f"{mo}", f"{d}"]
            got, want = both(op, sources)
            assert got == want, sources
        got, want = both(op, [f"{y}", f"{mo}", f"{d}"])
        assert got == want, (y, mo, d)


@pytest.mark.parametrize("shape", get_args(m.FormatDate.model_fields["shape"].annotation))
def test_days_written(shape: str) -> None:
    op = m.FormatDate.model_validate({"op": "format_date", "shape": shape})
    for y, mo, d in around():
        got, want = both(op, [f"{y:04d}-{mo:02d}-{d:02d}"])
        assert got == want


@pytest.mark.parametrize("part", get_args(m.DatePart.model_fields["part"].annotation))
def test_parts_of_days(part: str) -> None:
    for width, (y, mo, d) in product(range(5), around()):
        op = m.DatePart.model_validate({"op": "date_part", "part": part, "width": width})
        got, want = both(op, [f"{y:04d}-{mo:02d}-{d:02d}"])
        assert got == want


def unknown_texts() -> list[str]:
    """The fourteen forms filled in many ways, some of them wrong, and each cut short or continued."""
    years = ["昭和20", "平成元", "1945", "昭和", "令和100"]
    texts = set()
    for form, year, n, blank, season, third in product(
        UNKNOWN_FORMS, years, ["1", "12", "", "123"], ["", " ", "  "], [*SEASONS, "暮"], [*THIRDS, "下"]
    ):
        filled = form.replace("{Y}", year).replace("{n}", n).replace("{_}", blank)
        texts.add(filled.replace("{季}", season).replace("{旬}", third))
    return sorted(
        {v for t in texts for v in (t, t[:-1], t[1:], t + "頃", t + "0", t + t, t.replace("頃", "", 1))}
    )


@pytest.mark.parametrize("part", ["date", "unknown_flag", "unknown_text"])
def test_unknown_dates(part: str) -> None:
    op = m.Date.model_validate({"op": "date", "shapes": ["wareki_kanji"], "part": part})
    for text in unknown_texts():
        got, want = both(op, [text])
        assert got == want, text


@pytest.mark.parametrize(
    ("digit", "key", "setting"),
    [("0", "zeros", s) for s in ("null", "min", "error")]
    + [("9", "nines", s) for s in ("null", "max", "error")],
)
def test_same_digits(digit: str, key: str, setting: str) -> None:
    op = m.Date.model_validate({"op": "date", "shapes": SHAPES, key: setting})
    for letter, n in product(["", "S", "s", "X", "ſ", "Ｓ"], range(1, 12)):
        got, want = both(op, [letter + digit * n])
        assert got == want
    parts = op.model_copy(update={"shapes": ("parts",)})
    for body in product(["", " ", digit, digit * 2, digit * 4, digit * 5, "1"], repeat=3):
        for era in ([], ["3"], [""], [None]):
            got, want = both(parts, [*era, *body])
            assert got == want, (era, body)
