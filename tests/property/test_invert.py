"""The way back: what a mapping makes of a vendor's value, its inverse makes that value again.

``canonical`` values are those the vendor itself writes: without blanks around, without leading zeros where the
mapping pads, of one width.  Everything runs through :mod:`chukan_layout.plan.reference` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as calendar_day
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout.model import mapping as m
from chukan_layout.model.layout import LayoutFile
from chukan_layout.model.mapping import CodeMap, FileMapping, GaijiTable, Mapping
from chukan_layout.plan.eras import ERAS
from chukan_layout.plan.invert import Back, NoWayBack, back_table, inverse_pairs, invert
from chukan_layout.plan.reference import FULL_KANA, HALF_KANA, VOICED, OpError, format_date, run_ops

Line = dict[str, Any]
FIRST, LAST = calendar_day(1873, 1, 1), calendar_day(2060, 12, 31)
MAPS = {
    "性別": {"pairs": (("M", "1"), ("F", "2"), ("U", "0"))},
    "多対一": {"pairs": (("M", "1"), ("男", "1"), ("F", "2")), "inverse": (("M", "1"),)},
    "空": {"pairs": (("A", "1"), ("Z", ""))},
}
GAIJI = (("\ue000", "葛\U000e0100"), ("\ue001", "辻\U000e0101"), ("\ue002", "𠮷"))


def way(lines: Sequence[Line], columns: Sequence[str]) -> tuple[FileMapping, Mapping, list[Back | NoWayBack]]:
    """A mapping of these lines to a layout that has just their items, and its way back."""
    items = [
        {"no": n, "name": line["to"], "type": "N", "digits": 100, "source": "draft"}
        for n, line in enumerate(lines, 1)
    ]
    fields = {"area": 1, "area_name": "a", "no": 1, "id": "f", "name": "f", "source": "draft"}
    layout = LayoutFile.model_validate({**fields, "key": [lines[0]["to"]], "items": items})
    source = {"files": ["*"], "encoding": "cp932", "columns": columns}
    file = FileMapping.model_validate(
        {"id": "m", "area": 1, "file": "f", "source": source, "item": list(lines)}
    )
    vendor = Mapping(
        vendor="v", title="t", layout_version="2.7", files=(file,),
        codes={name: CodeMap(name=name, **fields) for name, fields in MAPS.items()},
        gaiji={"外字": GaijiTable(name="外字", pairs=GAIJI)},
    )  # fmt: skip
    return file, vendor, invert(layout, file, vendor)


def there_and_back(lines: Sequence[Line], record: dict[str, str | None]) -> dict[str, str | None]:
    """The columns of ``record`` that have a way back, after both ways."""
    file, vendor, backs = way(lines, list(record))
    tables = {name: dict(t.pairs) for name, t in [*vendor.codes.items(), *vendor.gaiji.items()]}
    tables["棚卸し"] = {}  # what a scan counts; made for each run (gaiji/kernel_tables.py)
    standard = {x.to: run_ops(x.ops, [record[c] for c in x.from_], tables) for x in file.item}
    names = (*vendor.codes, *vendor.gaiji)
    undone = tables | {back_table(name): dict(inverse_pairs(vendor, name)) for name in names}
    return {
        back.column: run_ops(back.ops, [standard[name] for name in back.sources], undone)
        for back in backs
        if isinstance(back, Back)
    }


def one(*ops: dict[str, Any], **more: Any) -> list[Line]:
    return [{"to": "項目", "from": ["列"], "ops": list(ops), **more}]


def chars(alphabet: str, least: int = 1, most: int = 8) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(alphabet), min_size=least, max_size=most)


def joined(words: st.SearchStrategy[str], blank: str) -> st.SearchStrategy[str]:
    """One or two words, so that blanks stand within a value and never around it."""
    return st.lists(words, min_size=1, max_size=2).map(blank.join)


number = st.integers(0, 99999).map(str)
kanji = chars("山田太郎一二三架空")
gaiji = chars("山田\ue000\ue001\ue002")
half_kana = joined(chars(HALF_KANA), " ")
full_kana = chars("".join(c for c in FULL_KANA if c not in "゛゜") + "".join(VOICED.values()))
full_text = joined(chars("山田１２ＡＢ－アイ"), "\u3000")
day = st.dates(FIRST, LAST).map(str)
UNKNOWN = ("昭和20年頃", "年月日不詳", "平成元年春", "1950年3月上旬頃")
SHAPES = ("iso", "ymd8", "wareki_letter", "wareki_kanji", "wareki_code1", "wareki_code2")


def date(*shapes: str, **more: Any) -> dict[str, Any]:
    return {"op": "date", "shapes": list(shapes), **more}


def written(value: str, shape: str) -> str:
    return format_date(value, m.FormatDate(op="format_date", shape=shape))  # type: ignore[arg-type]


TRIM = {"op": "trim"}
EXACT: dict[str, tuple[list[Line], st.SearchStrategy[str]]] = {
    "nothing": (one(), full_text),
    "trim": (one(TRIM), full_text),
    "pad": (one(TRIM, {"op": "pad", "width": 15}), number),
    "number": (one(TRIM, {"op": "number"}), number),
    "number with a fraction": (one({"op": "number", "scale": 1}), number.map(lambda n: f"-{int(n) + 1}.5")),
    "map": (one(TRIM, {"op": "map", "table": "性別"}), st.sampled_from("MFU")),
    "gaiji": (one(TRIM, {"op": "gaiji", "table": "外字"}), gaiji),
    "scan": (one(TRIM, {"op": "scan"}), full_text),
    "gaiji and width": (one(TRIM, {"op": "gaiji", "table": "外字"}, {"op": "to_full"}), joined(gaiji, "\u3000")),
    "kana_full": (one(TRIM, {"op": "kana_full"}), half_kana),
    "kana_full and width": (one(TRIM, {"op": "kana_full"}, {"op": "to_full"}), half_kana),
    "kana_half": (one({"op": "kana_half"}), full_kana),
    "to_full": (one(TRIM, {"op": "to_full"}), full_text),
    "to_half": (one({"op": "to_half"}), chars("0123-() AB").filter(str.strip)),
    "dash": (one({"op": "dash"}), chars("１２－３山")),
    "wave_dash": (one({"op": "wave_dash", "to": "jis"}), chars("１～２∥山")),
    "format_date": (one({"op": "format_date", "shape": "ymd8"}), day),
    **{shape: (one(date(shape)), day.map(lambda v, s=shape: written(v, s))) for shape in SHAPES},  # type: ignore[misc]
    "several shapes": (one(date("ymd8", "wareki_kanji")), day.map(lambda v: written(v, "ymd8"))),
    "other era codes": (
        one(date("wareki_code1", eras=["5", "4", "3", "2", "1"])),
        day.map(lambda v: format_date(v, m.FormatDate(op="format_date", shape="wareki_code1", eras=tuple("54321")))),
    ),
    "stated inverse": (
        one(TRIM, {"op": "remove", "chars": "-"}, inverse=[{"op": "insert", "text": "-", "at": 3}]),
        st.from_regex(r"[0-9]{3}-[0-9]{4}", fullmatch=True),
    ),
    "stated inverse of what is lossy": (
        one({"op": "substr", "start": 1, "length": 9}, inverse=[{"op": "insert", "text": "T", "at": 0}]),
        chars("0123456789", 1, 9).map(lambda v: f"T{v}"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_column(name: str, data: st.DataObject) -> None:
    lines, values = EXACT[name]
    value = data.draw(values)
    assert there_and_back(lines, {"列": value}) == {"列": value}


@pytest.mark.parametrize("name", EXACT)
def test_blank_stays_blank(name: str) -> None:
    assert there_and_back(EXACT[name][0], {"列": None}) == {"列": None}


DIGITAL = [TRIM, {"op": "pad", "width": 12}, {"op": "number"}]
TEXTUAL = [TRIM, {"op": "gaiji", "table": "外字"}, {"op": "to_full"}, {"op": "dash"}]


@settings(max_examples=100, deadline=None)
@given(ops=st.lists(st.sampled_from(TEXTUAL), max_size=5), value=joined(gaiji, "\u3000"))
def test_chains_of_text(ops: list[dict[str, Any]], value: str) -> None:
    assert there_and_back(one(*ops), {"列": value}) == {"列": value}


@settings(max_examples=100, deadline=None)
@given(ops=st.lists(st.sampled_from(DIGITAL), max_size=4), value=number)
def test_chains_of_numbers(ops: list[dict[str, Any]], value: str) -> None:
    assert there_and_back(one(*ops), {"列": value}) == {"列": value}


def dated(*shapes: str) -> list[Line]:
    return [
        {"to": "日", "from": ["列"], "ops": [date(*shapes, unknown="null")]},
        {"to": "日_不詳フラグ", "from": ["列"], "ops": [date(*shapes, part="unknown_flag")]},
        {"to": "日_不詳表記", "from": ["列"], "ops": [date(*shapes, part="unknown_text")]},
    ]


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=40, deadline=None)
@given(value=day, unknown=st.none() | st.sampled_from(UNKNOWN))
def test_a_date_or_its_unknown_text(shape: str, value: str, unknown: str | None) -> None:
    text = unknown or written(value, shape)
    assert there_and_back(dated(shape), {"列": text}) == {"列": text}


@settings(max_examples=100, deadline=None)
@given(value=day, width=st.sampled_from([1, 2]))
def test_parts_with_an_era(value: str, width: int) -> None:
    eras = [str(n).rjust(width, "0") for n in range(1, 6)]
    lines = [{"to": "日", "from": ["元号", "年", "月", "日"], "ops": [date("parts", eras=eras)]}]
    kanji_text = written(value, "wareki_kanji").replace("元年", "1年")
    era = next(n for n, e in enumerate(ERAS) if kanji_text.startswith(e.name))
    y, month, d = kanji_text[2:-1].replace("年", " ").replace("月", " ").split()
    record: dict[str, str | None] = {"元号": eras[era], "年": y, "月": month, "日": d}
    assert there_and_back(lines, record) == record


@settings(max_examples=100, deadline=None)
@given(value=day)
def test_parts_without_an_era(value: str) -> None:
    y, month, d = (str(int(part)) for part in value.split("-"))
    record: dict[str, str | None] = {"年": y, "月": month, "日": d}
    lines = [{"to": "日", "from": list(record), "ops": [date("parts")]}]
    assert there_and_back(lines, record) == record


@settings(max_examples=100, deadline=None)
@given(a=kanji, b=kanji)
def test_joined_with_a_separator(a: str, b: str) -> None:
    lines = [{"to": "住所", "from": ["町", "番地"], "ops": [{"op": "concat", "separator": "|"}]}]
    assert there_and_back(lines, {"町": a, "番地": b}) == {"町": a, "番地": b}


@settings(max_examples=60, deadline=None)
@given(value=st.sampled_from(["M", "F"]))
def test_the_first_pair_decides_when_it_is_the_one_stated(value: str) -> None:
    assert there_and_back(one({"op": "map", "table": "多対一"}), {"列": value}) == {"列": value}


def test_a_blank_code_has_no_source() -> None:
    assert there_and_back(one({"op": "map", "table": "空"}), {"列": "Z"}) == {"列": None}


# ---------------------------------------------------------------- never guessed

LOSSY: dict[str, list[Line]] = {
    "substr": one({"op": "substr", "start": 0, "length": 2}),
    "substr_bytes": one({"op": "substr_bytes", "start": 0, "length": 2}),
    "strip": one({"op": "strip"}),
    "const": one({"op": "const", "value": "1"}),
    "when": one({"op": "when", "in": ["1"], "then": "2"}),
    "remove": one({"op": "remove", "chars": "-"}),
    "insert": one({"op": "insert", "text": "-", "at": 3}),
    "nines in another shape": one(date("wareki_letter", nines="max")),
    "conditions undone in several ways": [
        {
            "to": "甲",
            "from": ["列"],
            "when": [{"item": "乙", "in": ["1"]}],
            "ops": [{"op": "pad", "width": 3}],
        },
        {"to": "乙", "from": ["列"], "when": [{"item": "甲", "in": ["2"]}]},
    ],
    "kana_large": one({"op": "kana_large"}),
    "ym6": one(date("ym6")),
    "ymd6": one(date("ymd6")),
    "date_part": one({"op": "date_part", "part": "year"}),
    "lookup": [{"to": "項目", "from": ["列", "他"], "ops": [{"op": "lookup", "table": "性別"}]}],
    "concat": [{"to": "項目", "from": ["列", "他"], "ops": [{"op": "concat"}]}],
}


@pytest.mark.parametrize("name", LOSSY)
def test_what_cannot_be_undone_is_said(name: str) -> None:
    lines = LOSSY[name]
    _, _, (first, *_) = way(lines, lines[0]["from"])
    assert isinstance(first, NoWayBack), first
    assert first.column == "列" and first.reason_ja and first.reason_en


def test_a_column_nobody_takes_has_no_way_back() -> None:
    _, _, backs = way(one(), ["列", "予備"])
    assert [type(back) for back in backs] == [Back, NoWayBack]


#: Operations whose way back is not derived; the tests above and ``EXACT`` have all others.
NOT_DERIVED = {"upper", "long_vowel", "null_if", "default", "coalesce", "split", "shrink"}


def test_every_operation_is_placed() -> None:
    known = {op["op"] for lines, _ in EXACT.values() for line in lines for op in line.get("ops", [])}
    known |= {op["op"] for lines in LOSSY.values() for line in lines for op in line.get("ops", [])}
    every = {get_args(cls.model_fields["op"].annotation)[0] for cls in get_args(get_args(m.Op)[0])}
    assert every - known == NOT_DERIVED, "add the new operation to EXACT (with canonical values) or to LOSSY"
    for name in NOT_DERIVED:
        arguments = {"null_if": {"in": ["1"]}, "default": {"value": "1"}, "coalesce": {"source": 0},
                     "shrink": {"to": "x0208", "none": "〓"}}  # fmt: skip
        more = {"separator": " ", "index": 0} if name == "split" else arguments.get(name, {})
        _, _, (only,) = way(one({"op": name, **more}), ["列"])
        assert isinstance(only, NoWayBack), f"{name} can be undone now: move it to EXACT"


# ---------------------------------------------------------------- cases of their own


def test_inverse_of_a_code_map_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAPS, "多対一", {"pairs": (("M", "1"), ("男", "1")), "inverse": (("男", "1"),)})
    assert there_and_back(one({"op": "map", "table": "多対一"}), {"列": "男"}) == {"列": "男"}


def test_many_to_one_without_inverse_has_no_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAPS, "多対一", {"pairs": (("M", "1"), ("男", "1"))})
    _, _, (only,) = way(one({"op": "map", "table": "多対一"}), ["列"])
    assert isinstance(only, NoWayBack)


def test_only_the_codes_of_several_sources_do_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAPS, "多対一", {"pairs": (("M", "1"), ("男", "1"), ("F", "2"))})
    lines = one({"op": "map", "table": "多対一"})
    assert there_and_back(lines, {"列": "F"}) == {"列": "F"}
    with pytest.raises(OpError):
        there_and_back(lines, {"列": "M"})


def test_wave_dash_of_cp932() -> None:
    assert there_and_back(one({"op": "wave_dash", "to": "jis"}), {"列": "１～２"}) == {"列": "１～２"}


def test_letters_in_a_column_of_half_kana() -> None:
    lines = one({"op": "kana_full"}, {"op": "to_full"})
    assert there_and_back(lines, {"列": "ｼﾞｮﾝ A"}) == {"列": "ｼﾞｮﾝ A"}


@pytest.mark.parametrize("value", ["99999999", "00000000"])
def test_nines_and_zeros(value: str) -> None:
    lines = one(date("ymd8", zeros="min", nines="max"))
    assert there_and_back(lines, {"列": value}) == {"列": value}


def test_operations_behind_concat() -> None:
    ops = [{"op": "concat", "separator": "|"}, {"op": "gaiji", "table": "外字"}]
    record: dict[str, str | None] = {"町": "\ue000町", "番地": "一"}
    assert there_and_back([{"to": "住所", "from": list(record), "ops": ops}], record) == record


def test_last_part_with_a_separator() -> None:
    record: dict[str, str | None] = {"町": "南", "番地": "一|二"}
    lines = [{"to": "住所", "from": list(record), "ops": [{"op": "concat", "separator": "|"}]}]
    assert there_and_back(lines, record) == record


def test_split_is_undone_by_joining() -> None:
    lines = [
        {"to": name, "from": ["氏名"], "ops": [{"op": "split", "separator": "\u3000", "index": i}]}
        for i, name in enumerate(("氏", "名"))
    ]
    assert there_and_back(lines, {"氏名": "架空\u3000太郎"}) == {"氏名": "架空\u3000太郎"}


def test_lines_with_conditions_share_a_column() -> None:
    lines = [
        {"to": "氏名", "from": ["列"], "when": [{"item": "区分", "in": ["1"]}]},
        {"to": "通称", "from": ["列"], "when": [{"item": "区分", "in": ["2"]}]},
        {"to": "区分", "from": ["区分"]},
    ]
    _, _, (back, _) = way(lines, ["列", "区分"])
    assert isinstance(back, Back) and set(back.sources) == {"氏名", "通称"}
