"""The accelerators change nothing: a program with ``fast`` off gives the same everything."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout import _kernel
from chukan_layout.charset.tables import charset_table

KINDS = "REQ CND ABS ENC GAI TYP DAT CAL ERA LUN UNK CHR DIG COD CDG RNG".split()
TABLES = {
    "外字": [["\ue000", "葛\U000e0100"], ["\ue001", "髙"], ["\ue002", "𠮷\U000e0101"]],
    "性別": [["1", "1"], ["2", "2"], ["男", "1"], ["9", ""], ["x", "7"]],
}
CODES = {"性別": ["0", "1", "2"], "有無": ["0", "1"], "年": ["00", "01", "07", "11", "123"]}
DATE = {
    "op": "date", "part": "date", "zeros": "null", "nines": "null", "unknown": "null", "pivot": 30,
    "eras": ["1", "2", "3", "4", "5"], "shapes": ["wareki_letter", "wareki_kanji", "ymd8"],
}  # fmt: skip
TRIM = {"op": "trim"}
PLAIN: dict[str, Any] = {"type": "X", "digits": 8, "charset": "half", "out": "text", "mask": "none"}
DAY = PLAIN | {"ops": [DATE], "type": "DATE", "digits": 10, "charset": "any", "out": "date"}
#: Conditions on a code, a coded sex and a date.
ONE, NOT_TWO = [{"item": 7, "in": ["1", "a long value"]}], [{"item": 6, "not_in": ["2"]}]
EARLY = [{"item": 15, "before": "1990-01-01"}, {"item": 6, "present": True}]

#: One item of every accelerated shape, and some that are not.
SHAPES: list[dict[str, Any]] = [
    PLAIN | {"ops": [TRIM]},
    PLAIN | {"ops": [], "required": True},
    PLAIN | {"ops": [TRIM, {"op": "pad", "width": 8, "char": "0"}]},
    PLAIN | {"ops": [TRIM, {"op": "strip", "char": "0"}]},
    PLAIN | {"ops": [TRIM], "digits": 12, "exact": True, "check_digit": "mynumber", "mask": "mynumber"},
    PLAIN | {"ops": [TRIM, {"op": "remove", "chars": "-"}], "digits": 7, "exact": True},
    PLAIN | {"ops": [TRIM, {"op": "map", "table": "性別"}], "code": "性別", "out": "dict"},
    PLAIN | {"ops": [TRIM], "code": "性別", "out": "dict", "required": True},
    PLAIN | {"ops": [TRIM, {"op": "number", "scale": 0}], "type": "9", "charset": "any", "out": "int"},
    PLAIN | {"ops": [TRIM], "charset": "alnum"},
    PLAIN | {"ops": [{"op": "const", "value": "1"}], "code": "有無", "out": "dict"},
    PLAIN | {"ops": [TRIM, {"op": "gaiji", "table": "外字"}], "type": "N", "charset": "full", "mask": "personal"},
    PLAIN | {"ops": [TRIM, {"op": "kana_full"}, {"op": "to_full"}], "type": "N", "charset": "kana"},
    PLAIN | {"ops": [{"op": "concat"}, TRIM, {"op": "to_full"}], "type": "N", "charset": "full", "two": True},
    PLAIN | {"ops": [TRIM, {"op": "dash", "to": "－"}, {"op": "wave_dash", "to": "jis"}], "charset": "any"},
    PLAIN | {"ops": [DATE], "type": "DATE", "digits": 10, "charset": "any", "out": "date"},
    PLAIN | {"ops": [DATE | {"part": "unknown_flag"}], "code": "有無", "out": "dict"},
    PLAIN | {"ops": [DATE | {"part": "unknown_text"}], "type": "N", "charset": "full", "digits": 72},
    PLAIN | {"ops": [], "type": "DATE", "digits": 10, "charset": "any", "out": "date"},
    # dates of one source, read once
    DAY | {"at": 0},
    PLAIN | {"ops": [DATE | {"part": "unknown_flag"}], "code": "有無", "out": "dict", "at": 0},
    PLAIN | {"ops": [DATE | {"part": "unknown_text"}], "type": "N", "charset": "full", "digits": 72, "at": 0},
    DAY | {"at": 0, "min": "1900-01-01", "max": "1999-12-31"},
    DAY | {"ops": [DATE | {"zeros": "min"}], "at": 1},
    PLAIN | {"ops": [TRIM, {"op": "pad", "width": 2, "char": "0"}], "code": "年", "out": "dict"},
    PLAIN | {"ops": [TRIM], "charset": "digit"},
    # what hangs on other items
    PLAIN | {"ops": [TRIM], "applies_when": ONE},
    PLAIN | {"ops": [TRIM], "applies_when": ONE, "required": True},
    PLAIN | {"ops": [TRIM, {"op": "map", "table": "性別"}], "code": "性別", "out": "dict", "applies_when": NOT_TWO,
             "required_when": EARLY},
    DAY | {"when": NOT_TWO, "required_when": ONE},
    PLAIN | {"ops": [{"op": "concat"}, TRIM], "two": True, "required": True},
]  # fmt: skip
VALUES = st.one_of(
    st.text(st.sampled_from("アｶﾞﾊﾟｯー・ 　\tあ漢髙\ue000\ue001\ue002\ue005Aaｚ０9-－〜～,\"'|"), max_size=10),
    st.sampled_from(
        ["S550412", "H310501", "昭和55年4月12日", "令和3年頃", "19800412", "00000000", "99999999", "1980-04-12",
         "0000-01-01", "983205673214", "983205673215", "123-4567", "1", " 2 ", "男", "9", "x", "007", "1980-02-30"]
    ),
)  # fmt: skip
NOISE = st.binary(max_size=6)


def spec(columns: int, charset: str, fast: bool, copies: int = 1, quote_all: bool = False) -> bytes:
    items = []
    for k, shape in enumerate(SHAPES * copies):
        shape = dict(shape)
        at = shape.pop("at", k) % columns
        sources = [at] + ([(at + 1) % columns] if shape.pop("two", False) else [])
        rules = {kind: [len(KINDS) * k + i, ("keep", "null", "reject")[(i + k) % 3]] for i, kind in enumerate(KINDS)}
        rules["REQ"][1] = "keep"
        items.append(shape | {"name": str(k), "sources": sources, "rules": rules})
    structure = {name: 9000 + i for i, name in enumerate(("S-RAGGED", "S-QUOTE", "S-LONG", "S-NUL", "S-TRUNC"))}
    keyed = [{"items": [2, 0], "flag": [{"item": 7, "in": ["1"]}], "number": 8}]
    when = [{"item": 7, "in": ["1", "2"]}]
    checks = [
        {"kind": "compare", "rule": 9010, "action": "reject", "left": 15, "op": ">=", "right": 18, "when": when},
        {"kind": "compare", "rule": 9011, "action": "keep", "left": 8, "op": "<", "right": 0},
        {"kind": "implies", "rule": 9012, "action": "keep", "when": ONE, "then": EARLY, "item": 15},
        {"kind": "implies", "rule": 9013, "action": "keep", "when": NOT_TWO, "then": [{"item": 19, "present": False}],
         "item": 19},
        {"kind": "dated", "rule": 9014, "action": "keep", "item": 7, "at": 15, "spans": [["1", "1985-01-01", ""]]},
    ]  # fmt: skip
    return json.dumps(
        {"charset": charset, "delimiter": ",", "quote": '"', "newline": "lf", "columns": columns, "max_record": 500,
         "items": items, "residual": [{"source": 0}], "row_checks": checks, "keyed": keyed, "key": [2, 0],
         "structure": structure, "tables": TABLES, "codes": CODES, "out": {"delimiter": ",", "newline": "\n", "quote_all": quote_all},
         "fast": fast}
    ).encode()  # fmt: skip


def everything(program: Any, data: bytes) -> list[Any]:
    c = _kernel.run(program, data, csv=True, columns=True, reveal=False)
    raw = [c.csv, c.rejected, *c.findings[1:], *c.keyed]
    columns = [
        (kind, rows, nulls, *(bytes(b) if b is not None else None for b in buffers), codes)
        for kind, rows, nulls, *buffers, codes in [*c.columns, *c.residual]
    ]
    counts = [c.rows_in, c.rows_out, c.rows_rejected, c.lines, c.rule_counts, c.item_states, c.hash_total, c.sums]
    return [*map(bytes, raw), columns, counts]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["cp932", "euc-jp", "utf-8"]),
    st.lists(st.lists(st.one_of(VALUES, NOISE, st.just("")), min_size=5, max_size=5), min_size=1, max_size=6),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([(1, False), (1, False), (1, True), (5, False)]),
)
def test_accelerators_change_nothing(
    charset: str, rows: list[list[str | bytes]], end: bytes, shape: tuple[int, bool]
) -> None:
    def raw(value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode(charset, "ignore")

    # Twice, for what is remembered from record to record.
    data = end.join(b",".join(map(raw, row)) for row in rows * 2)
    table = charset_table(charset)
    fast, slow = (_kernel.Program(spec(5, charset, on, *shape), table) for on in (True, False))
    assert len(fast.accelerated()) > 15 and not slow.accelerated()
    assert everything(fast, data) == everything(slow, data)


@given(st.lists(st.lists(VALUES, min_size=5, max_size=5), min_size=1, max_size=6), st.sampled_from(["le", "be"]))
@settings(max_examples=100, deadline=None)
def test_utf16_gives_what_utf8_gives(rows: list[list[str]], order: str) -> None:
    text = "".join(",".join(row) + "\n" for row in rows)
    wide = everything(_kernel.Program(spec(5, f"utf-16{order}", True), b""), text.encode(f"utf-16-{order}"))
    narrow = everything(_kernel.Program(spec(5, "utf-8", True), b""), text.encode())
    offsets = 5  # places in the source differ, as do rejected bytes and keyed places
    assert wide[0] == narrow[0]
    assert wide[1].decode(f"utf-16-{order}") == narrow[1].decode()
    assert wide[2:offsets] == narrow[2:offsets]
    assert wide[-2:] == narrow[-2:]
