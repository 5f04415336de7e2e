"""Text in charsets that the pass does not divide by itself: whatever the bytes are, none is lost and none is moved."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout import _kernel
from chukan_layout.charset import registry
from chukan_layout.charset.tables import charset_table
from chukan_layout.model.mapping import FileMapping, MapItem, Mapping, Unset
from chukan_layout.plan.compile import compile_convert
from chukan_layout.spec.load import load_layouts

LAYOUTS = load_layouts("2.7", areas=[1])
NAMES = ["shift-jis-2004", "euc-jis-2004", "iso-2022-jp-2004", "ibm930", "ibm1399", "jef-kana", "keis83", "jips-j", "jips-e", "lets-j"]
#: More than any line of the test has, so that every record is refused.
COLUMNS = tuple(f"c{i}" for i in range(400))


@cache
def program(name: str) -> Any:
    source = {"files": ("x",), "encoding": name, "columns": COLUMNS, "quote": "", "delimiter": ","}
    item = MapItem.model_validate({"to": "宛名番号", "from": ("c0",)})
    file = FileMapping.model_validate({"id": "x", "area": 1, "file": "住民情報", "source": source, "item": (item,),
                                       "unset": (Unset(to="性別", reason="x"),)})  # fmt: skip
    vendor = Mapping(vendor="x", title="x", layout_version="2.7", files=(file,))
    made = compile_convert(LAYOUTS, LAYOUTS.area(1).files[0], file, vendor)
    return _kernel.Program(made.spec_bytes, charset_table("utf-8"), None, registry.get(name).table)


@cache
def pieces(name: str) -> st.SearchStrategy[bytes]:
    """Bytes with many shift codes, line ends and characters of the charset among them."""
    charset = registry.get(name)
    shifts = [bytes.fromhex(code) for state in charset.shifts for code in state]
    known = [charset.encode(text).raw for text in ("\r\n", "\n", ",", "A1", "山田,太郎", "ｱ", " ")]
    ends = [bytes((b,)) for b in (0x0A, 0x0D, 0x15, 0x25)]
    part = st.one_of(st.sampled_from([*shifts, *known, *ends]), st.binary(max_size=3), st.binary(min_size=60, max_size=70))
    return st.lists(part, max_size=30).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(NAMES))
def test_every_byte_of_what_is_refused_is_kept(data: st.DataObject, name: str) -> None:
    raw = data.draw(pieces(name))
    chunk = _kernel.run(program(name), raw)
    assert raw.startswith(bytes(chunk.rejected))
    # Shift codes alone behind the last line end are no record.
    assert registry.get(name).decode(raw[len(chunk.rejected) :]).text == ""
    assert chunk.rows_in == chunk.rows_rejected
    # Cut anywhere: the whole lines before and the rest are read as they were together.
    cut = data.draw(st.integers(0, len(raw)))
    whole = _kernel.split(program(name), raw[:cut], False)
    assert whole <= cut
    parts = [_kernel.run(program(name), part) for part in (raw[:whole], raw[whole:])]
    assert sum(p.rows_in for p in parts) == chunk.rows_in
    counts = [sum(n) for n in zip(*(p.rule_counts for p in parts), strict=True)]
    assert counts == list(chunk.rule_counts)
    # The first record alone is what it is among the others.
    first = _kernel.first_record(program(name), raw, True)
    assert raw[:first] == bytes(_kernel.run(program(name), raw[:first]).rejected)
    assert (first > 0) == bool(chunk.rows_in)
