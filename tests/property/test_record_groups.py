"""Records that are decoded together give what each of them gives by itself."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout import _kernel
from chukan_layout.charset.tables import charset_table
from chukan_layout.model.mapping import FileMapping, MapItem, Mapping, SourceFile, Unset
from chukan_layout.plan.compile import compile_convert
from chukan_layout.plan.records import record_plan
from chukan_layout.spec.load import load_layouts

LAYOUTS = load_layouts("2.7", areas=[1])
#: Letters and digits, a sign, kana, spaces and zeros; packed digits with their signs; kanji and shift codes of JEF.
PLAIN = [0x40, 0x40, 0xC1, 0xD5, 0xE9, 0xF0, 0xF9]
ODD = [*PLAIN, 0x60, 0x81, 0x00, 0x1C, 0x2D, 0x99, 0x28, 0x29, 0xB0, 0xA1, 0xFA]
FIELDS: list[dict[str, Any]] = [
    *({"bytes": n} for n in (1, 8, 9, 17, 32, 33)),
    *({"bytes": n, "type": "zoned", "digits": n} for n in (1, 5, 8, 9)),
    *({"bytes": n, "type": "packed", "digits": 2 * n - 1} for n in (1, 5, 8, 9)),
    {"bytes": 4, "type": "packed", "digits": 5}, {"bytes": 5, "type": "packed", "digits": 9, "signed": True},
    {"bytes": 4, "type": "zoned", "digits": 4, "signed": True}, {"bytes": 4, "type": "binary", "digits": 9},
    {"bytes": 6, "type": "N"}, {"bytes": 40, "type": "N"}, {"bytes": 12, "type": "M"}, {"bytes": 6, "right": True},
]  # fmt: skip


def source_of(field: dict[str, Any], before: int, behind: int) -> SourceFile:
    """Twice the same field, with bytes before and behind."""
    n = field["bytes"]
    fields = [{"name": name, "at": at, **field} for name, at in (("p", before), ("h", before + n))]
    return SourceFile.model_validate({
        "files": ["x"], "encoding": "jef-kana", "format": "fixed",
        "record": {"length": before + 2 * n + behind, "profile": "fujitsu", "kinds": [{"name": "a", "fields": fields}]},
    })  # fmt: skip


def records_of(draw: Any, length: int) -> list[bytes]:
    odd = draw.draw(st.booleans())
    one = st.lists(st.sampled_from(ODD if odd else PLAIN), min_size=length, max_size=length).map(bytes)
    some = draw.draw(st.lists(one, min_size=1, max_size=4))
    # More than are decoded together, the same ones again in another order.
    return [some[i] for i in draw.draw(st.lists(st.integers(0, len(some) - 1), min_size=1, max_size=70))]


def numbered(text: str | None) -> int | None:
    return int(text) if text else None


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("before", "behind"), [(0, 0), (9, 40)])
def test_columns_are_the_texts_of_each_record(field: dict[str, Any], before: int, behind: int) -> None:
    source = source_of(field, before, behind)
    plan = record_plan(source)
    kernel = _kernel.Records(plan.spec_bytes, plan.table)
    assert source.record is not None

    @settings(max_examples=15, deadline=None)
    @given(st.data())
    def check(draw: Any) -> None:
        records = records_of(draw, source.record.length)
        columns, rows, bad = kernel.columns(b"".join(records))
        texts = [kernel.texts(0, record) for record in records]
        assert rows == len(records)
        if field.get("type") != "M":  # a run that does not end is told of, and read all the same
            assert bad == sum(text is None for record in texts for text in record)
        for number, (validity, offsets, values) in enumerate(columns):
            wanted = [record[number] for record in texts]
            known = [text is not None or field.get("type") != "M" for text in wanted]
            buffers = [None if validity is None else pa.py_buffer(validity)]
            if offsets is None:
                got = pa.Array.from_buffers(pa.int64(), rows, [*buffers, pa.py_buffer(values)])
                assert got.to_pylist() == [numbered(text) for text in wanted]
            else:
                got = pa.Array.from_buffers(
                    pa.string(), rows, [*buffers, pa.py_buffer(offsets), pa.py_buffer(values)]
                )
                pairs = zip(got.to_pylist(), wanted, known, strict=True)
                assert all(text == (told or None) for text, told, sure in pairs if sure)

    check()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("before", "behind"), [(0, 0), (9, 40)])
def test_the_pass_reads_the_texts_of_each_record(field: dict[str, Any], before: int, behind: int) -> None:
    source = source_of(field, before, behind)
    items = [MapItem.model_validate({"to": to, "from": (name,), "ops": ({"op": "trim"},)})
             for to, name in (("宛名番号", "p"), ("世帯番号", "h"))]  # fmt: skip
    mapping = FileMapping.model_validate({"id": "x", "area": 1, "file": "住民情報", "source": source, "item": items,
                                          "unset": (Unset(to="性別", reason="x"),)})  # fmt: skip
    made = compile_convert(
        LAYOUTS,
        LAYOUTS.area(1).files[0],
        mapping,
        Mapping(vendor="x", title="x", layout_version="2.7", files=(mapping,)),
    )
    for item in made.spec["items"]:
        item["rules"] = {}
    plan = made.records
    assert plan is not None and source.record is not None
    program = _kernel.Program(made.spec_bytes, charset_table("utf-8"), (plan.spec_bytes, plan.table))
    texts_of = _kernel.Records(plan.spec_bytes, plan.table)

    @settings(max_examples=15, deadline=None)
    @given(st.data())
    def check(draw: Any) -> None:
        records = records_of(draw, source.record.length)
        chunk = _kernel.run(program, b"".join(records))
        alone = [bytes(_kernel.run(program, record).csv).decode() for record in records]
        assert bytes(chunk.csv).decode() == "".join(alone)
        assert bytes(chunk.rejected) == b"".join(
            r for r, line in zip(records, alone, strict=True) if not line
        )
        lines = [next(csv.reader(io.StringIO(line))) for line in alone if line]
        read = [texts_of.texts(0, r) for r, line in zip(records, alone, strict=True) if line]
        pairs = [
            (line[at], told)
            for line, record in zip(lines, read, strict=True)
            for at, told in zip((0, 3), record, strict=True)
        ]
        assert all(text == told.strip(" 　") for text, told in pairs if told is not None)

    check()
