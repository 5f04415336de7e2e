"""Files of records as a whole: forms, kinds, parents, tables of varying length, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from chukan_layout import _kernel
from chukan_layout.charset.tables import charset_table
from chukan_layout.model.mapping import FileMapping, MapItem, Mapping, Unset
from chukan_layout.plan.compile import compile_convert
from chukan_layout.read.controls import RecordControls
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.generate import write_sample
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

LAYOUTS = load_layouts("2.7", areas=[1])
E = {c: bytes([0xF0 + int(c)]) for c in "0123456789"}


def ebcdic(text: str) -> bytes:
    return b"".join(E.get(c, b"\x40") for c in text)


def program_of(columns: list[str], record: dict[str, Any]) -> tuple[Any, Any]:
    """A program that takes 宛名番号 and 世帯番号 from the first two columns, and its plan."""
    items = [MapItem.model_validate({"to": to, "from": (name,), "ops": ({"op": "trim"},)})
             for to, name in zip(("宛名番号", "世帯番号"), columns, strict=False)]  # fmt: skip
    source = {"files": ("x*",), "encoding": "jef-kana", "format": "fixed", "record": record}
    mapping = FileMapping.model_validate({"id": "x", "area": 1, "file": "住民情報", "source": source, "item": items,
                                          "unset": (Unset(to="性別", reason="x"),)})  # fmt: skip
    vendor = Mapping(vendor="x", title="x", layout_version="2.7", files=(mapping,))
    made = compile_convert(LAYOUTS, LAYOUTS.area(1).files[0], mapping, vendor)
    for item in made.spec["items"]:
        item["rules"] = {}
    plan = made.records
    assert plan is not None
    kernel = _kernel.Program(made.spec_bytes, charset_table("utf-8"), (plan.spec_bytes, plan.table))
    return kernel, made


def run(kernel: Any, made: Any, data: bytes) -> tuple[list[tuple[str, str]], dict[str, int], Any]:
    chunk = _kernel.run(kernel, data)
    rows = [tuple(line.split(",")[i] for i in (0, 3)) for line in bytes(chunk.csv).decode().splitlines()]
    rules = {made.rules[i].id: n for i, n in enumerate(chunk.rule_counts) if n}
    return rows, rules, chunk  # type: ignore[return-value]


PLAIN = {"kinds": [{"name": "a", "fields": [
    {"name": "p", "at": 0, "bytes": 3, "type": "zoned", "digits": 3}, {"name": "h", "at": 3, "bytes": 2, "type": "zoned", "digits": 2},
]}]}  # fmt: skip
BODIES = [ebcdic("00111"), ebcdic("00222"), ebcdic("00333")]
WANTED = [("001", "11"), ("002", "22"), ("003", "33")]


def counted(n: int, big: bool, inclusive: bool) -> bytes:
    size = n + 4 * inclusive
    return size.to_bytes(2, "big" if big else "little") + b"\0\0"


@pytest.mark.parametrize("big", [True, False])
@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("form", ["rdw", "bdw"])
def test_records_with_their_length_before_them(form: str, big: bool, inclusive: bool) -> None:
    kernel, made = program_of(["p", "h"], {"form": form, "big": big, "inclusive": inclusive, **PLAIN})
    parts = [counted(5, big, inclusive) + b for b in BODIES]
    blocks = [parts[0] + parts[1], parts[2]]
    data = b"".join(counted(len(b), big, inclusive) + b for b in blocks) if form == "bdw" else b"".join(parts)
    assert run(kernel, made, data)[:2] == (WANTED, {})
    if form == "bdw":  # a block may hold no record, at the beginning, between others and at the end
        empty = counted(0, big, inclusive)
        spaced = empty + b"".join(counted(len(b), big, inclusive) + b + empty for b in blocks)
        assert run(kernel, made, spaced)[:2] == (WANTED, {})
        data = spaced
    # Cut anywhere, whole records (blocks) are given and nothing is lost.
    for end in range(len(data)):
        whole = _kernel.split(kernel, data[:end], False)
        rest = run(kernel, made, data[whole:])[0]
        assert run(kernel, made, data[:whole])[0] + rest == WANTED


@pytest.mark.parametrize(("newline", "mark"), [("crlf", b"\r\n"), ("lf", b"\n")])
def test_fixed_lines(newline: str, mark: bytes) -> None:
    kernel, made = program_of(["p", "h"], {"form": "line", "length": 5, "newline": newline, **PLAIN})
    data = mark.join(BODIES)
    assert run(kernel, made, data + mark)[:2] == (WANTED, {})
    assert run(kernel, made, data)[:2] == (WANTED, {})
    rows, rules, chunk = run(kernel, made, mark.join([BODIES[0], BODIES[1][:3], BODIES[2]]) + mark + b"\x1a")
    assert (rows, rules) == ([WANTED[0], WANTED[2]], {"S-LENGTH": 1})
    assert bytes(chunk.rejected) == BODIES[1][:3] + mark


@pytest.mark.parametrize("pad", [b"", b"\x1a", b"\x40\x40", b"\0\0\0", b"\r\n"])
def test_padding_at_the_end_is_no_record(pad: bytes) -> None:
    kernel, made = program_of(["p", "h"], {"length": 5, **PLAIN})
    rows, rules, chunk = run(kernel, made, b"".join(BODIES) + pad)
    assert (rows, rules, chunk.rows_in) == (WANTED, {}, 3)


def test_a_short_last_record_is_told_and_kept() -> None:
    kernel, made = program_of(["p", "h"], {"length": 5, **PLAIN})
    rows, rules, chunk = run(kernel, made, b"".join(BODIES) + BODIES[0][:2])
    assert (rows, rules, bytes(chunk.rejected)) == (WANTED, {"S-TRUNC": 1}, BODIES[0][:2])


FAMILY = {
    "length": 5, "kind": {"at": 0, "bytes": 1}, "read": "person",
    "kinds": [
        {"name": "house", "code": ["1"], "fields": [{"name": "h", "at": 1, "bytes": 2, "type": "zoned", "digits": 2}]},
        {"name": "person", "code": ["2"], "parent": "house", "carry": ["h"],
         "fields": [{"name": "p", "at": 1, "bytes": 3, "type": "zoned", "digits": 3}]},
        {"name": "end", "role": "trailer", "code": ["9"], "count": "n", "counts": ["person"], "totals": [{"field": "t", "of": "p"}],
         "fields": [{"name": "n", "at": 1, "bytes": 1, "type": "zoned", "digits": 1}, {"name": "t", "at": 2, "bytes": 3, "type": "zoned", "digits": 3}]},
    ],
}  # fmt: skip


def test_the_parents_key_is_carried_along() -> None:
    kernel, made = program_of(["p", "h"], FAMILY)
    data = b"".join(map(ebcdic, ("110  ", "2001 ", "2002 ", "120  ", "2003 ", "93006")))
    rows, rules, chunk = run(kernel, made, data)
    assert (rows, rules) == ([("001", "10"), ("002", "10"), ("003", "20")], {})
    assert chunk.rows_in == 3
    # A chunk begins with a parent, so that its children are never read without it.
    assert _kernel.split(kernel, data[:25], False) == 15
    rows, rules, _ = run(kernel, made, data[5:])
    assert (rows, rules) == ([("003", "20")], {"S-PARENT": 2})


@pytest.mark.parametrize(("trailer", "notes"), [
    ("93006", []), ("92006", ["n: 2 / 3"]), ("93007", ["t: 7 / 6"]), ("9 006", ["n: 空欄 / 3"]),
])  # fmt: skip
def test_trailers_are_reconciled(trailer: str, notes: list[str]) -> None:
    kernel, made = program_of(["p", "h"], FAMILY)
    controls = RecordControls(made.records)
    offset = lines = 0
    for part in (("110  ", "2001 ", "2002 "), ("120  ", "2003 ", trailer)):
        data = b"".join(map(ebcdic, part))
        chunk = _kernel.run(kernel, data)
        controls.add(chunk, lines, offset)
        offset, lines = offset + len(data), lines + chunk.lines
    told = list(controls.findings())
    assert [t.note for t in told] == notes
    assert all((t.rule, t.line, t.offset) == ("S-TOTAL", 6, 25) for t in told)


def test_tables_of_varying_length() -> None:
    table = [{"counter": "n", "most": 3, "stride": 2, "element": i} for i in (1, 2, 3)]
    fields = [
        {"name": "n", "at": 0, "bytes": 1, "type": "zoned", "digits": 1},
        *({"name": f"b{i}", "at": 2 * i - 1, "bytes": 2, "odo": [t]} for i, t in enumerate(table, 1)),
        {"name": "c", "at": 7, "bytes": 1, "odo": [table[0] | {"element": 0}]},
    ]
    kernel, made = program_of(["b2", "c"], {"form": "rdw", "kinds": [{"name": "a", "fields": fields}]})
    bodies = [ebcdic("19187"), ebcdic("2112297"), ebcdic("311223397")]
    bodies = [ebcdic("1117"), ebcdic("211228"), ebcdic("31122339")]
    kernel, made = program_of(["b2", "c"], {"form": "rdw", "kinds": [{"name": "a", "fields": [fields[2], fields[4], fields[0], fields[1], fields[3]]}]})
    data = b"".join(counted(len(b), True, True) + b for b in bodies)
    assert run(kernel, made, data)[:2] == ([("", "7"), ("22", "8"), ("22", "9")], {})


def test_a_redefinition_that_holds_only_sometimes() -> None:
    fields = [
        {"name": "p", "at": 1, "bytes": 2, "when": {"field": "k", "in": ["1"]}},
        {"name": "h", "at": 1, "bytes": 2, "type": "packed", "digits": 3, "when": {"field": "k", "in": ["2"]}},
        {"name": "k", "at": 0, "bytes": 1},
    ]
    kernel, made = program_of(["p", "h"], {"length": 3, "kinds": [{"name": "a", "fields": fields}]})
    data = ebcdic("112") + ebcdic("2") + b"\x98\x7c"
    assert run(kernel, made, data)[:2] == ([("12", ""), ("", "987")], {})


@pytest.mark.parametrize("seed", range(12))
def test_noise_is_never_lost(seed: int) -> None:
    import random

    rng = random.Random(seed)
    data = bytes(rng.choice((0x40, 0xF1, 0xF2, 0xF9, 0x00, 0x28, 0x29, 0xB0, 0x0A)) for _ in range(997))
    for record in (FAMILY, {"length": 7, **PLAIN}, {"form": "rdw", **PLAIN}, {"form": "bdw", **PLAIN}, {"form": "line", "length": 5, **PLAIN}):
        kernel, made = program_of(["p", "h"], record)
        rows, _, chunk = run(kernel, made, data)
        assert chunk.rows_in == len(rows) + chunk.rows_rejected


# ------------------------------------------------------------ whole runs


def converted(folder: Path, data: bytes) -> tuple[Counter[str], list[dict[str, object]]]:
    (folder / "source").mkdir()
    (folder / "source" / "JUMINB01.dat").write_bytes(data)
    specs = (layout_folder("2.7"), mapping_folder("vendorB"))
    run_into(Order([folder / "source"], LAYOUTS, "2.7", load_mapping("vendorB")), folder / "run", specs)
    found = pq.read_table(folder / "run" / "findings.parquet").to_pylist()
    return Counter(f["rule"] for f in found), found


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("b")
    write_sample(folder, 1500, 5, LAYOUTS, load_mapping("vendorB"), as_vendor=True)
    return (folder / "JUMINB01.dat").read_bytes()


def test_the_sample_is_clean_and_repeatable(dump: bytes, tmp_path: Path) -> None:
    assert converted(tmp_path, dump)[0] == {}
    write_sample(tmp_path / "again", 1500, 5, LAYOUTS, load_mapping("vendorB"), as_vendor=True)
    assert (tmp_path / "again" / "JUMINB01.dat").read_bytes() == dump


def test_a_text_transfer_is_named(dump: bytes, tmp_path: Path) -> None:
    """A transfer that replaces control bytes by spaces spoils packed numbers."""
    spoiled = bytes(b if b >= 0x40 else 0x40 for b in dump)
    rules, found = converted(tmp_path, spoiled)
    assert rules["S-TEXT"] == 1
    assert rules["S-FIELD"] > 1000
    assert next(f for f in found if f["rule"] == "S-TEXT")["line"] == 1


def test_a_wrong_record_length_is_named(dump: bytes, tmp_path: Path) -> None:
    longer = b"".join(dump[i : i + 400] + b"\x40\x40" for i in range(0, len(dump), 400))
    assert converted(tmp_path, longer)[0]["S-FITS"] == 1


def test_a_missing_trailer_is_named(dump: bytes, tmp_path: Path) -> None:
    rules, found = converted(tmp_path, dump[:-400])
    assert rules == {"S-TOTAL": 1}
    assert "トレーラー" in str(found[0]["value"])


def test_back_and_forth(dump: bytes, tmp_path: Path) -> None:
    """vendorB -> standard -> vendorB gives the same bytes but for what goes nowhere."""
    converted(tmp_path, dump)
    specs = (layout_folder("2.7"), mapping_folder("vendorB"))
    order = Order([tmp_path / "run" / "data"], LAYOUTS, "2.7", load_mapping("vendorB"), "back")
    run_into(order, tmp_path / "back", specs)
    made = (tmp_path / "back" / "data" / "JUMINB.dat").read_bytes()
    differ = [i for i in range(0, len(dump), 400) if dump[i : i + 400] != made[i : i + 400]]
    assert (len(made), differ) == (len(dump), [])
