"""Each kind of field of a record: the kernel against plain Python, there and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout import _kernel
from chukan_layout.charset import registry
from chukan_layout.model.mapping import SourceFile
from chukan_layout.model.record import RecordField
from chukan_layout.plan import reference_records as reference
from chukan_layout.plan.records import record_plan


def records(field: dict[str, Any], encoding: str = "jef-kana", **layout: Any) -> Any:
    """The kernel's records of one field."""
    made = {"name": "項目", "at": 0, **field}
    source = SourceFile.model_validate({
        "files": ["x"], "encoding": encoding, "format": "fixed",
        "record": {"length": field["bytes"], "kinds": [{"name": "a", "fields": [made]}], "profile": "fujitsu", **layout},
    })  # fmt: skip
    plan = record_plan(source)
    return _kernel.Records(plan.spec_bytes, plan.table)


def field_of(field: dict[str, Any]) -> RecordField:
    return RecordField.model_validate({"name": "項目", "at": 0, **field})


NUMERIC = {
    "packed": [
        {"bytes": n, "type": "packed", "digits": 2 * n - 1, "signed": signed, "scale": scale}
        for n, signed, scale in ((1, False, 0), (3, True, 0), (4, True, 2), (5, False, 0), (9, True, 0), (10, True, 3), (2, True, -2))
    ] + [{"bytes": 3, "type": "packed", "digits": 6, "nibble": False}],
    "zoned": [
        {"bytes": 4, "type": "zoned", "digits": 4},
        {"bytes": 4, "type": "zoned", "digits": 4, "signed": True},
        {"bytes": 5, "type": "zoned", "digits": 5, "signed": True, "sign": "leading", "scale": 2},
        {"bytes": 5, "type": "zoned", "digits": 4, "signed": True, "sign": "trailing-separate"},
        {"bytes": 5, "type": "zoned", "digits": 4, "signed": True, "sign": "leading-separate"},
        {"bytes": 19, "type": "zoned", "digits": 19, "signed": True},
        {"bytes": 3, "type": "zoned", "digits": 3, "blank": "zero"},
    ],
    "binary": [
        {"bytes": 2, "type": "binary", "digits": 4},
        {"bytes": 4, "type": "binary", "digits": 9, "signed": True},
        {"bytes": 8, "type": "binary", "digits": 18, "signed": True, "scale": 4},
        {"bytes": 16, "type": "binary", "digits": 30, "signed": True},
    ],
}  # fmt: skip
CASES = [(kind, field) for kind, fields in NUMERIC.items() for field in fields]
LIKELY = st.sampled_from([0x40, 0x00, 0xF0, 0xF5, 0xC1, 0xD2, 0x12, 0x99, 0x1C, 0x3D, 0x5F, 0x60, 0x4E, 0x0C, 0xFA])


@pytest.mark.parametrize(("kind", "field"), CASES)
def test_bytes_are_read_as_the_reference_says(kind: str, field: dict[str, Any]) -> None:
    made, model = records(field), field_of(field)

    @settings(max_examples=120, deadline=None)
    @given(st.one_of(
        st.binary(min_size=field["bytes"], max_size=field["bytes"]),
        st.lists(LIKELY, min_size=field["bytes"], max_size=field["bytes"]).map(bytes),
    ))  # fmt: skip
    def check(raw: bytes) -> None:
        try:
            wanted: str | None = reference.text(getattr(reference, kind)(raw, model), model)
        except reference.NotANumber:
            wanted = None
        assert made.texts(0, raw) == [wanted]

    check()


@pytest.mark.parametrize(("kind", "field"), CASES)
def test_numbers_come_back_as_they_were_written(kind: str, field: dict[str, Any]) -> None:
    made, model = records(field), field_of(field)
    most = 10 ** field["digits"] - 1

    @settings(max_examples=80, deadline=None)
    @given(st.integers(-most if field.get("signed") else 0, most))
    def check(value: int) -> None:
        text = reference.text(value, model)
        raw, refused = made.record(0, [(0, text)])
        assert (refused, made.texts(0, raw)) == ([], [text])
        assert getattr(reference, kind)(raw, model) == value

    check()


@pytest.mark.parametrize(("kind", "field"), CASES)
def test_a_blank_number_is_null_not_zero(kind: str, field: dict[str, Any]) -> None:
    made = records(field)
    wanted = "000" if field.get("blank") == "zero" else ""
    assert made.texts(0, made.record(0, [])[0]) == [wanted]
    if kind != "binary" and field.get("nibble", True):
        assert made.texts(0, b"\x00" * field["bytes"]) == [wanted]


@pytest.mark.parametrize(("encoding", "alphabet"), [
    ("jef-kana", "ABC019ｱｶﾞﾊﾟ-"), ("ibm939", "ABCabc019ｱｶﾞ"), ("keis83", "ABCabc09ｱｶ"), ("jips-e", "ABC09ｱｶ"),
])  # fmt: skip
def test_texts_come_back(encoding: str, alphabet: str) -> None:
    narrow = records({"bytes": 12}, encoding)
    wide = records({"bytes": 12, "type": "N"}, encoding)
    mixed = records({"bytes": 20, "type": "M"}, encoding)
    charset = registry.get(encoding)

    @settings(max_examples=60, deadline=None)
    @given(st.text(alphabet, max_size=12), st.text("亜東京架空市みどり野", max_size=6), st.text("A1ｱ架空市", max_size=4))
    def check(single: str, double: str, both: str) -> None:
        for made, text, mode in ((narrow, single, "single"), (wide, double, "double"), (mixed, both, "mixed")):
            raw, refused = made.record(0, [(0, text)])
            assert (refused, made.texts(0, raw)) == ([], [text])
            assert raw.startswith(charset.encode(text, mode).raw)  # type: ignore[arg-type]

    check()


@pytest.mark.parametrize(("raw", "wanted"), [
    (b"1234", "1234"), (b"123t", "-1234"), (b"123D", "1234"), (b"123M", "-1234"), (b"123}", "-1230"), (b"12 4", None),
])  # fmt: skip
def test_signs_of_ascii_digits(raw: bytes, wanted: str | None) -> None:
    made = records({"bytes": 4, "type": "zoned", "digits": 4, "signed": True}, "cp932", profile="ibm")
    assert made.texts(0, raw) == [wanted]


def test_netcobol_signs() -> None:
    made = records({"bytes": 2, "type": "zoned", "digits": 2, "signed": True}, "cp932", profile="fujitsu")
    assert [made.texts(0, raw)[0] for raw in (b"1B", b"1R", b"1@", b"1P")] == ["12", "-12", "10", "-10"]


@pytest.mark.parametrize(("text", "wanted"), [
    ("  1,234.50", "1234.50"), ("   1,234-", "-1234"), ("***12 CR", "-12"), ("", ""), ("    0", "0"), ("12AB", None), ("0012", "12"),
])  # fmt: skip
def test_edited_numbers(text: str, wanted: str | None) -> None:
    made = records({"bytes": 10, "type": "edited"})
    raw = registry.get("jef-kana").encode(text, "single").raw.ljust(10, b"\x40")
    assert made.texts(0, raw) == [wanted]


def test_floats_of_hosts_and_of_pcs() -> None:
    host = records({"bytes": 4, "type": "float", "signed": True}, profile="ibm")
    assert host.texts(0, bytes.fromhex("434D2000")) == ["1234"]
    assert host.texts(0, bytes.fromhex("C1100000")) == ["-1"]
    pc = records({"bytes": 4, "type": "float", "signed": True}, "cp932", profile="pc")
    assert pc.texts(0, bytes.fromhex("cdcccc3d")) == ["0.1"]
    assert host.texts(0, host.record(0, [(0, "1234")])[0]) == ["1234"]


@pytest.mark.parametrize(("text", "why"), [
    ("inf", "no-number"), ("-infinity", "no-number"), ("nan", "no-number"), ("9" * 400, "no-number"), ("1e999", "no-number"),
    ("1e300", "too-long"), ("", None), ("1234.5", None),
])  # fmt: skip
@pytest.mark.parametrize("profile", ["ibm", "pc"])
def test_what_is_no_finite_float_is_refused(profile: str, text: str, why: str | None) -> None:
    """An infinite value once kept the writer of host floats in its loop."""
    charset = "cp932" if profile == "pc" else "jef-kana"
    made = records({"bytes": 4, "type": "float", "signed": True}, charset, profile=profile)
    raw, refused = made.record(0, [(0, text)])
    assert len(raw) == 4
    assert [r[-1] for r in refused] == ([why] if why else [])
