"""The kernel's operations and checks mean what :mod:`chukan_layout.plan.reference` says, on any input."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from stdnum.jp import cn, in_

from chukan_layout import _kernel
from chukan_layout.model import mapping as m
from chukan_layout.model.layout import CheckDigit, Item, Strict
from chukan_layout.plan import reference
from chukan_layout.plan.eras import ERAS, SEASONS, THIRDS, UNKNOWN_FORMS

ENCODINGS = ("cp932", "euc-jp", "utf-8", "utf-16le", "utf-16be")
FULL_WIDTH = {i: 0xFEE0 + i for i in range(0x21, 0x7F)} | {0x20: 0x3000}

# ---------------------------------------------------------------- text as vendors write it


def chars(text: str, max_size: int = 8) -> st.SearchStrategy[str]:
    return st.text(alphabet=text, max_size=max_size)


@st.composite
def widened(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Blanks around, sometimes full width."""
    text = draw(texts)
    if draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    return draw(chars(" \t\u3000", 2)) + text + draw(chars(" \t\u3000", 2))


def near(top: int) -> st.SearchStrategy[int]:
    return st.integers(0, top)


@st.composite
def ymd(draw: st.DrawFn) -> tuple[int, int, int]:
    """Mostly days, and most of them at the edges of an era."""
    edges = [day for e in ERAS for day in (e.first, e.last)] + [(1873, 1, 1), (2000, 2, 29), (1900, 2, 28)]
    y, mo, d = draw(st.sampled_from(edges) | st.tuples(st.integers(1865, 2030), near(13), near(32)))
    return y, mo, max(0, d + draw(st.integers(-1, 1)))


@st.composite
def dates(draw: st.DrawFn) -> str:
    y, mo, d = draw(ymd())
    era = draw(st.sampled_from(range(5)))
    n = max(0, y - ERAS[era].base) % 100
    sep = draw(st.sampled_from("-/."))
    return draw(
        st.sampled_from(
            [
                f"{y:04d}{sep}{mo:02d}{sep}{d:02d}",
                f"{y:04d}{sep}{mo}{sep}{d}",
                f"{y:04d}-{mo}/{d}",
                f"{y:04d}{mo:02d}{d:02d}",
                f"{y % 100:02d}{mo:02d}{d:02d}",
                f"{y:04d}{mo:02d}",
                f"{y:04d}{mo * 30 + d:03d}",
                f"{ERAS[era].letter}{n:02d}{mo:02d}{d:02d}",
                f"{ERAS[era].letter.lower()}{n}{sep}{mo}{sep}{d}",
                f"{ERAS[era].name}{n}年{mo}月{d}日",
                f"{ERAS[era].name}元年{mo}月{d}日",
                f"{era + 1}{n:02d}{mo:02d}{d:02d}",
                f"{era + 1:02d}{n:02d}{mo:02d}{d:02d}",
            ]
        )
    )


@st.composite
def unknown_dates(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(UNKNOWN_FORMS))
    era_year = st.tuples(
        st.sampled_from([e.name for e in ERAS]), st.sampled_from(["元", "1", "09", "45", "100"])
    )
    parts: dict[str, st.SearchStrategy[str]] = {
        "{Y}": era_year.map("".join) | st.sampled_from(["1945", "0000", "12", "昭和"]),
        "{n}": st.sampled_from(["1", "12", "07", "0", "123"]),
        "{_}": st.sampled_from(["", " ", "\u3000", "  "]),
        "{季}": st.sampled_from(SEASONS),
        "{旬}": st.sampled_from(THIRDS),
    }
    for mark, values in parts.items():
        while mark in text:
            text = text.replace(mark, draw(values), 1)
    return draw(st.sampled_from([text, text, text, text[:-1], text + "頃", text + "0"]))


same_digit = st.builds(
    lambda letter, digit, n: letter + digit * n,
    st.sampled_from(["", "S", "h", "ſ"]),
    st.sampled_from("09"),
    st.integers(4, 9),
) | st.sampled_from(["0000-01-01", "0000/01/01", "9999-12-31", "ſ550412", "ß550412"])
date_texts = widened(dates() | unknown_dates() | same_digit)
numbers = widened(
    st.builds(
        lambda *parts: "".join(parts),
        st.sampled_from(["", "+", "-", "△", "▲", "−", "－", "--"]),
        st.sampled_from(
            ["0", "00", "12", "1,234", "0,001", "1,23", ",123", "1234,567", "1,234,567", "", "9" * 30]
        ),
        st.sampled_from(["", ".", ".0", ".5", ".50", ".123456789", ".1234567890", ".1,2"]),
        st.sampled_from(["", "-", " "]),
    )
)
KANA = "ァアィイッツャヤヮワヵカヶヴガバパヷヺンー・゛゜ヽ"
HALF = "".join(map(chr, range(0xFF61, 0xFFA0)))
names = chars(KANA + "山田太郎髙﨑葛" + "\ue000\ue001" + "\U000e0100\U000e0101\ufe00 \u3000-－―‐", 12)
half_kana = chars("ｶﾞｳﾊﾟﾎﾜｦｧｯｰﾞﾟ-", 10) | chars(HALF, 12)
postal = st.from_regex(r"[0-9]{3}[-－ー]?[0-9]{4}", fullmatch=True)
codes = st.sampled_from(["", "0", "1", "2", "01", "9", "A|B", "|", "空", "1 ", "男", "001"])
hostile = st.text(max_size=20) | chars(
    "\0\x01\t\n\r\x1f\x7f\x80\x9f\xa0ſßŉıİ٣०\u2028\ufeff\ufffd\ufe00\ufe0f\U000e0100\U000e01ef"
    "\ue000\uf8ff\U000f0000\U000f0081\U000f8140\U000fd8a1\U000fffff\U00100000𠮷~ｦ￿\ue001" + reference.DASHES,
    12,
)
texts = st.one_of(
    date_texts,
    numbers,
    names,
    half_kana,
    postal,
    codes,
    hostile,
    widened(st.sampled_from(["", "Abc-9"])),
    chars("0123456789", 14),
    chars("".join(ms + jis for ms, jis in reference.WAVE), 6),
)
values = st.none() | texts
iso_dates = ymd().map(lambda day: f"{day[0]:04d}-{day[1]:02d}-{day[2]:02d}")
UNITS = (0x81, 0xFD, 0x8140, 0xA2A3, 0xA223, 0xD800, 0xDFFF, 0xE000)
kept_units = chars("".join(chr(0xF0000 + unit) for unit in UNITS) + "aア山𠮷ｱ", 6)

TABLES = {
    "縮退:x0208:full:〓": {"髙": "高", "𠮷": "吉"},
    "棚卸し": {"髙": "髙", "𠮷": "𠮷", "\ue000": "\ue000", "葛\U000e0100": "葛\U000e0100", "\U000e0100": "\U000e0100"},
    "コード": {"1": "01", "2": "02", "9": "", "A|B": "AB", "1|2": "12", "男": "1", "||": "x", "": "空"},
    "外字": {
        "\ue000": "葛\U000e0100",
        "\ue001": "",
        "髙": "高",
        "ab": "never",
        "𠮷": "吉",
        "葛\U000e0100": "葛",
        "髙\ufe00": "",
        "\U000e0101": "selector",
    },
}

# ---------------------------------------------------------------- operations

char = st.characters(codec="utf-8")
what = st.lists(st.sampled_from(["digit", "alpha", "symbol", "space"]), max_size=4).map(tuple)
era_codes = st.just(("1", "2", "3", "4", "5")) | st.lists(
    st.sampled_from(["0", "1", "2", "3", "04", "5", "M", "S", "Ｓ", "", "+1", "-", "123"]), max_size=7
).map(tuple)
small = st.integers(0, 6)
short = st.text(max_size=3) | codes
table = st.just("コード")


def fields(model: type[Strict], **strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[m.Op]:
    """Objects of a model; ``op`` is given by the model, fields with a default are left out at times."""
    (name,) = get_args(model.model_fields["op"].annotation)
    needed: dict[str, st.SearchStrategy[Any]] = {"op": st.just(name)}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for key, strategy in strategies.items():
        place = needed if model.model_fields[key].is_required() else optional
        place[model.model_fields[key].alias or key] = strategy
    adapter: TypeAdapter[m.Op] = TypeAdapter(m.Op)
    return st.fixed_dictionaries(needed, optional=optional).map(adapter.validate_python)


OPS: dict[type[Strict], st.SearchStrategy[m.Op]] = {
    m.Trim: fields(m.Trim, side=st.sampled_from(["both", "left", "right"])),
    m.ToFull: fields(m.ToFull, what=what),
    m.ToHalf: fields(m.ToHalf, what=what),
    m.KanaFull: fields(m.KanaFull),
    m.KanaHalf: fields(m.KanaHalf),
    m.KanaLarge: fields(m.KanaLarge),
    m.LongVowel: fields(m.LongVowel),
    m.Dash: fields(m.Dash, to=char | st.sampled_from("-ー－")),
    m.WaveDash: fields(m.WaveDash, to=st.sampled_from(["ms", "jis"])),
    m.Upper: fields(m.Upper),
    m.Gaiji: fields(m.Gaiji, table=st.just("外字")),
    m.Shrink: fields(m.Shrink, to=st.just("x0208"), stop=st.just("full"), none=st.just("〓")),
    m.Scan: fields(m.Scan),
    m.Map: fields(m.Map, table=table, default=st.none() | codes),
    m.Lookup: fields(
        m.Lookup, table=table, separator=st.sampled_from(["|", "", "||"]), default=st.none() | codes
    ),
    m.Pad: fields(m.Pad, width=st.integers(1, 20), char=char | st.just("0")),
    m.Strip: fields(m.Strip, char=char | st.sampled_from("0 \u3000")),
    m.Remove: fields(
        m.Remove, chars=st.text(min_size=1, max_size=3) | st.sampled_from(["-", "-－ー", " \u3000"])
    ),
    m.Insert: fields(m.Insert, text=short, at=small),
    m.Number: fields(m.Number, scale=st.integers(0, 9)),
    m.Concat: fields(m.Concat, separator=short),
    m.Split: fields(
        m.Split,
        separator=st.text(min_size=1, max_size=2) | st.sampled_from(["-", " ", "\u3000", "00"]),
        index=small,
        rest=st.booleans(),
    ),
    m.Substr: fields(m.Substr, start=small, length=st.integers(1, 8)),
    m.SubstrBytes: fields(m.SubstrBytes, start=small, length=st.integers(1, 12)),
    m.Const: fields(m.Const, value=short),
    m.Default: fields(m.Default, value=short),
    m.Coalesce: fields(m.Coalesce, source=st.integers(0, 4)),
    m.When: fields(m.When, in_=st.lists(codes).map(tuple), then=short, otherwise=st.none() | short),
    m.NullIf: fields(m.NullIf, in_=st.lists(codes).map(tuple)),
    m.Date: fields(
        m.Date,
        shapes=st.lists(st.sampled_from(get_args(m.DateShape)), min_size=1, max_size=10).map(tuple)
        | st.just(tuple(s for s in get_args(m.DateShape) if s != "parts")),
        part=st.sampled_from(["date", "date", "unknown_flag", "unknown_text"]),
        zeros=st.sampled_from(["null", "min", "error"]),
        nines=st.sampled_from(["null", "max", "error"]),
        unknown=st.sampled_from(["null", "error"]),
        pivot=st.integers(0, 99),
        eras=era_codes,
    ),
    m.FormatDate: fields(
        m.FormatDate,
        shape=st.sampled_from(get_args(m.FormatDate.model_fields["shape"].annotation)),
        eras=era_codes,
        null=short,
    ),
    m.DatePart: fields(
        m.DatePart,
        part=st.sampled_from(["year", "era", "era_year", "month", "day"]),
        width=st.integers(0, 4),
        eras=era_codes,
    ),
}
#: Text that an operation is made for; half of what it is tried on, the other half is anything.
FITTING: dict[type[Strict], st.SearchStrategy[str]] = {
    m.KanaFull: half_kana,
    m.KanaHalf: names,
    m.KanaLarge: names | half_kana,
    m.LongVowel: chars("ァヺヽー・ｦﾟ･アｱ-－\u2015", 5) | chars(KANA + HALF + reference.DASHES),
    m.Dash: names | chars(reference.DASHES),
    m.WaveDash: chars("".join(ms + jis for ms, jis in reference.WAVE), 6),
    m.Gaiji: chars("葛髙𠮷高\ue000\ue001\U000e0100\U000e0101\ufe00ab", 6) | names,
    m.Shrink: chars("髙𠮷高吉ab", 6) | names,
    m.Scan: chars("髙𠮷葛\ue000\ue001\U000e0100ab", 6) | names,
    m.Map: st.sampled_from(sorted(TABLES["コード"])),
    m.Lookup: codes,
    m.Pad: chars("0123456789"),
    m.Strip: chars("0 \u30001", 4),
    m.Remove: postal,
    m.Insert: postal,
    m.Number: numbers,
    m.Split: postal | names,
    m.SubstrBytes: names | half_kana | hostile | kept_units,
    m.When: codes,
    m.NullIf: codes,
    m.Date: date_texts,
    m.FormatDate: iso_dates,
    m.DatePart: iso_dates,
}
Answer = tuple[str | None, str | None]


def by_reference(ops: Sequence[m.Op], sources: Sequence[str | None], encoding: str) -> Answer:
    """The value and no kind, or the value before the operation that failed and its kind."""
    value = sources[0] if sources and sources[0] else None
    for op in ops:
        try:
            value = reference.run_op(op, value, sources, TABLES, encoding)
        except reference.OpError as e:
            return value, e.kind
    return value, None


def as_json(ops: Sequence[m.Op]) -> str:
    return json.dumps([op.model_dump(by_alias=True, exclude_none=True, mode="json") for op in ops])


def agree(ops: Sequence[m.Op], sources: list[str | None], encoding: str) -> None:
    got = _kernel.run_ops(as_json(ops), sources, TABLES, encoding)
    assert got == by_reference(ops, sources, encoding)


def test_every_operation_is_generated() -> None:
    union = get_args(get_args(m.Op)[0])
    assert set(OPS) == set(union), "a new operation needs a line in OPS"


@pytest.mark.parametrize("model", OPS, ids=lambda model: model.__name__)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_one_operation(model: type[Strict], data: st.DataObject) -> None:
    op = data.draw(OPS[model])
    fitting = FITTING.get(model, texts)
    some = st.booleans().flatmap(lambda fits: fitting if fits else values)
    sources = data.draw(st.lists(some, min_size=1, max_size=3) | st.lists(values, max_size=4))
    agree([op], sources, data.draw(st.sampled_from(ENCODINGS)))


@settings(max_examples=1000, deadline=None)
@given(
    ops=st.lists(st.one_of(*OPS.values()), min_size=1, max_size=4),
    sources=st.lists(values, max_size=4),
    encoding=st.sampled_from(ENCODINGS),
)
def test_chain(ops: list[m.Op], sources: list[str | None], encoding: str) -> None:
    agree(ops, sources, encoding)


@settings(max_examples=150, deadline=None)
@given(op=OPS[m.SubstrBytes], text=kept_units, encoding=st.sampled_from(ENCODINGS))
def test_bytes_of_kept_units(op: m.Op, text: str, encoding: str) -> None:
    agree([op], [text], encoding)


@settings(max_examples=2000, deadline=None)
@given(op=OPS[m.Date], text=date_texts)
def test_dates(op: m.Op, text: str) -> None:
    agree([op], [text], "cp932")


@settings(max_examples=1000, deadline=None)
@given(shape=st.sampled_from(get_args(m.DateShape)), text=widened(dates()), eras=era_codes)
def test_one_shape_of_date(shape: m.DateShape, text: str, eras: tuple[str, ...]) -> None:
    agree([m.Date(op="date", shapes=(shape,), eras=eras)], [text], "cp932")


part = widened(
    st.integers(0, 99).map(str) | st.sampled_from(["", "0", "00", "0000", "99", "9999", "007", "x", "12345"])
)


@settings(max_examples=1000, deadline=None)
@given(data=st.data(), day=ymd())
def test_dates_in_parts(data: st.DataObject, day: tuple[int, int, int]) -> None:
    whole: list[str | None] = [str(n) for n in day]
    era = data.draw(st.sampled_from([[], ["3"], ["03"], ["S"], [""], [None], ["9", "9"]]))
    era_day = [str(max(0, day[0] - 1925)), *whole[1:]]
    op = data.draw(OPS[m.Date]).model_copy(update={"shapes": ("parts",)})
    body = data.draw(
        st.just(era_day if era else whole)
        | st.lists(st.none() | part, min_size=2, max_size=4)
        | st.sampled_from([["0000", "00", "00"], ["9999", "99", "99"], ["99", "９９", "99"], ["9", "9", "9"]])
        | st.sampled_from([["", "", ""], ["", "0", None], ["0", " ", "0"]])
    )
    sources: list[str | None] = [*era, *body]
    agree([op], sources, "cp932")


@settings(max_examples=1000, deadline=None)
@given(
    op=OPS[m.FormatDate] | OPS[m.DatePart], text=iso_dates | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\n?")
)
def test_dates_written(op: m.Op, text: str) -> None:
    agree([op], [text], "cp932")


@pytest.mark.parametrize(
    ("ops", "error"),
    [
        ('[{"op":"sort"}]', ValueError),
        ('[{"op":"trim","sides":"left"}]', ValueError),
        ('[{"op":"kana_full","to":"x"}]', ValueError),
        ('[{"op":"pad"}]', ValueError),
        ('[{"op":"pad","width":-1}]', ValueError),
        ('[{"op":"dash","to":"--"}]', ValueError),
        ('[{"op":"split","separator":"","index":0}]', ValueError),
        ('[{"side":"left"}]', ValueError),
        ("[", ValueError),
        ('[{"op":"map","table":"missing"}]', KeyError),
    ],
)
def test_wrong_operations_are_refused(ops: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        _kernel.run_ops(ops, ["1"], TABLES, "cp932")


@pytest.mark.parametrize("at", [0, 1, 2**32, 2**63, 2**64 - 1])
@pytest.mark.parametrize("text", ["", "a", "山\ufe00", "\0" * 3])
def test_enormous_positions(at: int, text: str) -> None:
    long = max(1, at)
    for op in (
        m.Substr(op="substr", start=at, length=long),
        m.SubstrBytes(op="substr_bytes", start=at, length=long),
        m.Insert(op="insert", text="-", at=at),
        m.Split(op="split", separator="a", index=at),
        m.Coalesce(op="coalesce", source=at),
    ):
        got = _kernel.run_ops(as_json([op]), [text], TABLES, "cp932")
        small = {k: min(v, 99) for k, v in op.model_dump(exclude={"op"}).items() if isinstance(v, int)}
        assert got == by_reference([op.model_copy(update=small)], [text], "cp932")


def test_unknown_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="encoding"):
        _kernel.run_ops("[]", ["1"], TABLES, "koi8-r")


# ---------------------------------------------------------------- checks

bounds = st.from_regex(r"[+-]?[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True)
NUMERIC = ("9", "S9", "9V")


@st.composite
def items(draw: st.DrawFn) -> Item:
    kind = draw(st.sampled_from(["X", "N", "9", "9V", "S9", "DATE", "TIME", "YEAR"]))
    bound = st.none() | (bounds if kind in NUMERIC else iso_dates | short)
    return Item.model_validate(
        {
            "no": 1,
            "name": "項目",
            "source": "draft",
            "type": kind,
            "digits": draw(st.integers(1, 14)),
            "scale": draw(st.integers(0, 3)),
            "charset": draw(st.none() | st.sampled_from(["half", "full", "kana", "digit", "alnum", "any"])),
            "exact": draw(st.booleans()),
            "required": draw(st.booleans()),
            "check_digit": draw(st.none() | st.none() | st.sampled_from(get_args(CheckDigit))),
            "min": draw(bound),
            "max": draw(bound),
        }
    )


checked = (
    values
    | iso_dates
    | st.one_of(
        st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,4})?", fullmatch=True),
        st.from_regex(r"[0-2][0-9]:[0-6][0-9](:[0-6][0-9])?", fullmatch=True),
        st.from_regex(r"[0-9]{4}\n?"),
        st.sampled_from(
            ["-0", "-00.0", "0000-01-01", "0", "00000", "9" * 40, "-", "1.", ".5", "--1", "1.2.3"]
        ),
    )
)
weights = st.lists(st.integers(0, 2**32 - 1), max_size=13)


def agree_on_check(value: str | None, item: Item, codes: list[str] | None, weights: list[int]) -> None:
    item_json = json.dumps(item.model_dump(by_alias=True, exclude_none=True, mode="json"))
    got = _kernel.check(value, item_json, codes, weights)
    assert got == reference.check(value, item, codes, weights)


@settings(max_examples=2000, deadline=None)
@given(value=checked, item=items(), codes=st.none() | st.none() | st.lists(codes), weights=weights)
def test_check(value: str | None, item: Item, codes: list[str] | None, weights: list[int]) -> None:
    agree_on_check(value, item, codes, weights)


@settings(max_examples=2000, deadline=None)
@given(value=checked, item=items())
def test_check_of_wide_items(value: str | None, item: Item) -> None:
    """Items that only their range and class can fail, so that the last checks are reached."""
    wide = item.model_copy(update={"digits": 4000, "scale": 9, "exact": False, "check_digit": None})
    agree_on_check(value, wide, None, [])


def test_every_time() -> None:
    line = {"no": 1, "name": "時刻", "source": "draft", "type": "TIME", "digits": 8}
    item = Item.model_validate(line)
    minutes = [f"{hour:02d}:{minute:02d}" for hour in range(100) for minute in (0, 9, 59, 60, 99)]
    seconds = [f"23:59:{second:02d}" for second in range(100)]
    for text in [*minutes, *seconds, "1:00", "01:0", "0100", "01:00:", "01:00:0", "01:00:00:00", "0１:00"]:
        agree_on_check(text, item, None, [])


numerals = st.from_regex(r"-?[0-2]{1,2}(\.[0-2]{1,2})?", fullmatch=True)


@settings(max_examples=500, deadline=None)
@given(value=numerals, least=st.none() | numerals, greatest=st.none() | numerals)
def test_ranges(value: str, least: str | None, greatest: str | None) -> None:
    line = {"no": 1, "name": "数", "source": "draft", "type": "9V", "digits": 9, "scale": 9}
    agree_on_check(value, Item.model_validate(line | {"min": least, "max": greatest}), None, [])


@settings(max_examples=1000, deadline=None)
@given(kind=st.sampled_from(get_args(CheckDigit)), value=chars("0123456789", 14), weights=weights, last=small)
def test_check_digits(kind: CheckDigit, value: str, weights: list[int], last: int) -> None:
    length = {"mynumber": 12, "juminhyo": 11, "houjin": 13, "dantai": 6, "m11w27": len(value)}[kind]
    value = (value + "00000000000000")[: length if last else len(value)]
    agree_on_check(value, number_item(kind), None, weights)


def number_item(kind: str) -> Item:
    return Item.model_validate(
        {"no": 1, "name": "番号", "source": "draft", "type": "X", "digits": 4000, "check_digit": kind}
    )


def passes(kind: str, value: str, weights: Sequence[int] = ()) -> bool:
    item_json = json.dumps(number_item(kind).model_dump(exclude_none=True, mode="json"))
    found = _kernel.check(value, item_json, None, list(weights))
    assert found in ([], ["CDG"])
    return not found


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("mynumber", "123456789018"),  # the specimen on the notification card of the ministry
        ("houjin", "7000012050002"),  # 国税庁
        ("houjin", "8000012010038"),  # デジタル庁
        ("houjin", "2000012020001"),  # 総務省
        ("dantai", "011002"),  # 札幌市
        ("dantai", "131016"),  # 千代田区
        ("dantai", "141003"),  # 横浜市
        ("dantai", "271004"),  # 大阪市
        ("dantai", "472018"),  # 那覇市
        ("dantai", "130001"),  # 東京都
        ("m11w27", "12345674"),  # 7*2+6*3+5*4+4*5+3*6+2*7+1*2 = 106 = 9*11+7, 11-7 = 4
    ],
)
def test_published_numbers(kind: str, value: str) -> None:
    assert passes(kind, value)
    at = 0 if kind == "houjin" else -1
    digits = list(value)
    digits[at] = str((int(digits[at]) + 1) % 10)
    assert not passes(kind, "".join(digits))


def test_m11w27_leaves_the_check_ten_open() -> None:
    assert all(passes("m11w27", f"6{d}") for d in range(10))  # 6*2 = 12 = 11+1


def test_juminhyo_needs_weights_to_judge() -> None:
    assert passes("juminhyo", "12345678901")
    assert not passes("juminhyo", "1234567890")
    assert passes("juminhyo", "10000000009", [2]) != passes("juminhyo", "10000000008", [2])


@settings(max_examples=1000, deadline=None)
@given(st.from_regex(r"[0-9]{11,13}", fullmatch=True))
def test_check_digits_as_stdnum_has_them(value: str) -> None:
    for number in (value, value[:11] + (in_.calc_check_digit(value[:11]) if len(value) > 11 else "")):
        if len(number) == 12:
            assert passes("mynumber", number) == in_.is_valid(number)
    for number in (value, cn.calc_check_digit(value[1:]) + value[1:]):
        if len(number) == 13:
            assert passes("houjin", number) == cn.is_valid(number)
