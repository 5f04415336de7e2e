"""Dates by example: the edges of the eras, the forms of 不詳日, zeros and nines, and every shape.

Sources of the edges and forms: see :mod:`chukan_layout.plan.eras`.
"""

from __future__ import annotations

from typing import Any, get_args

import pytest

from chukan_layout.model.mapping import Date, DatePart, DateShape, FormatDate
from chukan_layout.plan.eras import UNKNOWN_FORMS
from chukan_layout.plan.reference import OpError, date, date_part, format_date, is_unknown_date

WAREKI = ("wareki_letter", "wareki_kanji", "wareki_code1", "wareki_code2")


def read(text: str | None, *shapes: str, **settings: Any) -> str | None:
    """The date, or the kind of the finding."""
    op = Date.model_validate({"op": "date", "shapes": shapes or ("iso", "ymd8", *WAREKI), **settings})
    return outcome([text], op)


def read_parts(*values: str | None, **settings: Any) -> str | None:
    return outcome(values, Date.model_validate({"op": "date", "shapes": ("parts",), **settings}))


def outcome(values: Any, op: Date) -> str | None:
    try:
        return date(values, op)
    except OpError as e:
        return e.kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明治6年1月1日", "1873-01-01"),
        ("明治5年12月31日", "LUN"),
        ("明治5年12月2日", "LUN"),
        ("明治元年1月25日", "LUN"),
        ("明治0年1月1日", "CAL"),
        ("明治45年7月30日", "1912-07-30"),
        ("明治45年7月31日", "ERA"),
        ("大正元年7月30日", "1912-07-30"),
        ("大正元年7月29日", "ERA"),
        ("大正15年12月25日", "1926-12-25"),
        ("大正15年12月26日", "ERA"),
        ("昭和元年12月25日", "1926-12-25"),
        ("昭和元年12月24日", "ERA"),
        ("昭和64年1月7日", "1989-01-07"),
        ("昭和64年1月8日", "ERA"),
        ("平成元年1月8日", "1989-01-08"),
        ("平成元年1月7日", "ERA"),
        ("平成31年4月30日", "2019-04-30"),
        ("平成31年5月1日", "ERA"),
        ("令和元年5月1日", "2019-05-01"),
        ("令和元年4月30日", "ERA"),
        ("令和99年12月31日", "2117-12-31"),
        ("昭和55年2月29日", "1980-02-29"),
        ("昭和56年2月29日", "CAL"),
        ("昭和55年13月1日", "CAL"),
        ("昭和55年4月0日", "CAL"),
        ("昭和0年4月1日", "CAL"),
    ],
)
def test_edges_of_eras(text: str, day: str) -> None:
    assert read(text, "wareki_kanji") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [("M060101", "1873-01-01"), ("M051202", "LUN"), ("S640107", "1989-01-07"), ("s640108", "ERA"),
     ("Ｈ３１．４．３０", "2019-04-30"), ("R1/5/1", "2019-05-01"), ("R1.5/1", "DAT"), ("X010101", "DAT"),
     ("ſ550412", "DAT")],
)  # fmt: skip
def test_letters(text: str, day: str) -> None:
    assert read(text, "wareki_letter") == day


@pytest.mark.parametrize(
    ("shape", "text", "day"),
    [
        ("iso", "1980-04-12", "1980-04-12"),
        ("iso", "1980/4/12", "1980-04-12"),
        ("iso", " １９８０．４．１２　", "1980-04-12"),
        ("iso", "1980-4/12", "DAT"),
        ("iso", "0000-01-01", "0000-01-01"),
        ("iso", "0000-01-02", "CAL"),
        ("iso", "2100-02-29", "CAL"),
        ("iso", "2000-02-29", "2000-02-29"),
        ("ymd8", "19800412", "1980-04-12"),
        ("ymd8", "19800431", "CAL"),
        ("ymd8", "1980041", "DAT"),
        ("ymd6", "800412", "1980-04-12"),
        ("ymd6", "290412", "2029-04-12"),
        ("ymd6", "300412", "1930-04-12"),
        ("ym6", "198004", "1980-04-01"),
        ("ym6", "198013", "CAL"),
        ("yj7", "1980001", "1980-01-01"),
        ("yj7", "1980366", "1980-12-31"),
        ("yj7", "1981366", "CAL"),
        ("yj7", "1980000", "CAL"),
        ("wareki_letter", "S550412", "1980-04-12"),
        ("wareki_kanji", "昭和５５年４月１２日", "1980-04-12"),
        ("wareki_kanji", "昭和55年4月", "DAT"),
        ("wareki_code1", "3550412", "1980-04-12"),
        ("wareki_code1", "6550412", "DAT"),
        ("wareki_code2", "03550412", "1980-04-12"),
        ("wareki_code2", "3550412", "DAT"),
    ],
)
def test_shapes(shape: str, text: str, day: str) -> None:
    assert read(text, shape) == day


def test_every_shape_has_an_example() -> None:
    marks = next(mark for mark in test_shapes.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    assert {row[0] for row in marks.args[1]} | {"parts"} == set(get_args(DateShape))


def test_the_first_shape_that_fits_decides() -> None:
    assert read("198004", "ym6", "ymd6") == "1980-04-01"
    assert read("198004", "ymd6", "ym6") == "CAL"


def test_era_codes_of_a_vendor() -> None:
    eras = ("M", "T", "S", "H", "R")
    assert (
        read("S550412", "wareki_code1", eras=eras) == "DAT"
    )  # codes are digits; letters have their own shape
    assert read("7550412", "wareki_code1", eras=("5", "6", "7", "8", "9")) == "1980-04-12"
    assert read("4550412", "wareki_code1", eras=("1", "2", "3")) == "DAT"
    assert read("6010101", "wareki_code1", eras=("1", "2", "3", "4", "5", "6")) == "DAT"
    assert read_parts("S", "55", "4", "12", eras=eras) == "1980-04-12"


# ---------------------------------------------------------------- 不詳日

FOURTEEN = (
    "昭和20年頃",
    "昭和20年8月頃",
    "昭和20年8月15日頃",
    "推定昭和20年8月15日",
    "推定昭和20年8月",
    "昭和20年春",
    "昭和20年8月上旬",
    "昭和20年8月中旬頃",
    "年月日不詳",
    "昭和20年 月日不詳",
    "昭和20年8月 日不詳",
    "昭和20年8月1日から9月30日頃までの間",
    "昭和20年8月推定1日から15日までの間",
    "昭和20年8月1日頃から15日頃までの間",
)


def test_there_are_fourteen_forms() -> None:
    assert len(FOURTEEN) == len(UNKNOWN_FORMS) == 14


@pytest.mark.parametrize("text", FOURTEEN)
@pytest.mark.parametrize("year", ["昭和20年", "平成元年", "1945年", "令和１年"])
def test_forms_of_unknown_dates(text: str, year: str) -> None:
    text = text.replace("昭和20年", year)
    assert is_unknown_date(text)
    assert is_unknown_date(f"\u3000{text} ")
    assert read(text) == "UNK"
    assert read(text, unknown="null") is None
    assert read(text, part="unknown_flag") == "1"
    assert read(f" {text}\u3000", part="unknown_text") == text


@pytest.mark.parametrize(
    "text",
    ["昭和20年月日不詳", "昭和20年\u3000月日不詳", "昭和20年8月日不詳", "昭和20年夏", "昭和20年秋",
     "昭和20年冬", "昭和20年8月下旬"],
)  # fmt: skip
def test_other_writings_of_the_forms(text: str) -> None:
    assert read(text) == "UNK"


@pytest.mark.parametrize(
    "text",
    ["不詳", "昭和20年", "昭和20年8月", "昭和年頃", "昭和100年頃", "45年頃", "明暦元年頃",
     "昭和20年8月上旬頃頃", "昭和20年梅雨", "推定昭和20年", "推定昭和20年8月頃", "昭和20年  月日不詳",
     "昭和20年8月1日から15日頃までの間", "昭和20年8月1日頃から15日までの間", "年月日不詳頃", "昭和20年春頃"],
)  # fmt: skip
def test_what_is_none_of_the_fourteen(text: str) -> None:
    assert not is_unknown_date(text)
    assert read(text) == "DAT"
    assert read(text, part="unknown_flag") is None
    assert read(text, part="unknown_text") is None


def test_a_date_is_no_unknown_date() -> None:
    assert read("昭和20年8月15日", part="unknown_flag") == "0"
    assert read("昭和20年8月15日", part="unknown_text") is None
    assert read("", part="unknown_flag") is None


# ---------------------------------------------------------------- zeros, nines, blanks


@pytest.mark.parametrize("text", ["000000", "0000000", "00000000", "S000000", "０００００００", " 00000000 "])
def test_zeros(text: str) -> None:
    assert read(text) is None
    assert read(text, zeros="min") == "0000-01-01"
    assert read(text, zeros="error") == "DAT"


@pytest.mark.parametrize("text", ["999999", "9999999", "99999999", "R999999", "９９９９９９９９"])
def test_nines(text: str) -> None:
    assert read(text) is None
    assert read(text, nines="max") == "9999-12-31"
    assert read(text, nines="error") == "DAT"


@pytest.mark.parametrize("text", ["00000", "000000000", "99999", "999999999", "0"])
def test_too_few_or_too_many_zeros(text: str) -> None:
    assert read(text) == "DAT"


@pytest.mark.parametrize("text", [None, "", " ", "\u3000\t"])
def test_blank(text: str | None) -> None:
    assert read(text, zeros="error") is None
    assert read_parts(text, text, text, zeros="error") is None


def test_parts() -> None:
    assert read_parts("1980", "4", "12") == "1980-04-12"
    assert read_parts(" １９８０", "04", "12 ") == "1980-04-12"
    assert read_parts("3", "55", "4", "12") == "1980-04-12"
    assert read_parts("03", "55", "4", "12") == "1980-04-12"
    assert read_parts("1", "5", "12", "2") == "LUN"
    assert read_parts("3", "64", "1", "8") == "ERA"
    assert read_parts("9", "64", "1", "8") == "DAT"
    assert read_parts("1980", "2", "30") == "CAL"
    assert read_parts("1980", "", "12") == "DAT"
    assert read_parts("1980", "4") == "DAT"
    assert read_parts("12", "1980", "4", "1", "2") == "DAT"


def test_zeros_and_nines_in_parts() -> None:
    assert read_parts("0000", "00", "00") is None
    assert read_parts("0000", "00", "00", zeros="min") == "0000-01-01"
    assert read_parts("0000", "00", "00", zeros="error") == "DAT"
    assert read_parts("9999", "99", "99") is None
    assert read_parts("9999", "99", "99", nines="max") == "9999-12-31"
    assert read_parts("3", "99", "99", "99", nines="error") == "DAT"
    assert read_parts("3", "9", "9", "9") == "1934-09-09"


def test_an_era_alone_is_blank_unless_zeros_are_errors() -> None:
    assert read_parts("3", "", "", "", zeros="min") is None
    assert read_parts("3", "", "", "", zeros="error") == "DAT"


# ---------------------------------------------------------------- written


@pytest.mark.parametrize(
    ("shape", "text"),
    [("iso", "1980-04-12"), ("ymd8", "19800412"), ("wareki_letter", "S550412"),
     ("wareki_kanji", "昭和55年4月12日"), ("wareki_code1", "3550412"), ("wareki_code2", "03550412")],
)  # fmt: skip
def test_written_and_read_again(shape: Any, text: str) -> None:
    assert format_date("1980-04-12", FormatDate(op="format_date", shape=shape)) == text
    assert read(text, shape) == "1980-04-12"


@pytest.mark.parametrize(
    ("day", "text"),
    [("1912-07-29", "明治45年7月29日"), ("1912-07-30", "大正元年7月30日"), ("1926-12-24", "大正15年12月24日"),
     ("1926-12-25", "昭和元年12月25日"), ("1989-01-07", "昭和64年1月7日"), ("1989-01-08", "平成元年1月8日"),
     ("2019-04-30", "平成31年4月30日"), ("2019-05-01", "令和元年5月1日"), ("1873-01-01", "明治6年1月1日")],
)  # fmt: skip
def test_where_two_eras_meet_the_later_is_written(day: str, text: str) -> None:
    assert format_date(day, FormatDate(op="format_date", shape="wareki_kanji")) == text


@pytest.mark.parametrize(
    ("day", "kind"),
    [("1872-12-31", "LUN"), ("1868-01-24", "ERA"), ("0000-01-01", "ERA"), ("1980/4/12", "DAT")],
)
def test_what_no_era_can_write(day: str, kind: str) -> None:
    with pytest.raises(OpError) as error:
        format_date(day, FormatDate(op="format_date", shape="wareki_letter"))
    assert error.value.kind == kind


def test_a_missing_era_code_is_an_error() -> None:
    op = FormatDate(op="format_date", shape="wareki_code1", eras=("1", "2", "3"))
    assert format_date("1980-04-12", op) == "3550412"
    with pytest.raises(OpError, match="ERA"):
        format_date("2020-04-12", op)


@pytest.mark.parametrize(
    ("part", "width", "text"),
    [("year", 0, "1980"), ("era", 0, "3"), ("era", 2, "03"), ("era_year", 0, "55"), ("era_year", 3, "055"),
     ("month", 0, "4"), ("month", 2, "04"), ("day", 2, "12")],
)  # fmt: skip
def test_parts_of_a_day(part: Any, width: int, text: str) -> None:
    assert date_part("1980-04-12", DatePart(op="date_part", part=part, width=width)) == text
