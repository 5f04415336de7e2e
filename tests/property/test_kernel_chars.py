"""Every character of the plane in use, through every operation and class that looks at characters one by one.

Generated input seldom meets the one character at the edge of a range; here each is met.
"""

from __future__ import annotations

import json
from itertools import product

import pytest

from chukan_layout import _kernel
from chukan_layout.model import mapping as m
from chukan_layout.model.layout import Charset, Item
from chukan_layout.plan import reference

#: All of the basic plane, and the edges of what lies above it.
ABOVE = [
    0x10000,
    0x1F600,
    0x20BB7,
    0xE00FF,
    0xE0100,
    0xE01EF,
    0xE01F0,
    0xEFFFF,
    0xF0000,
    0xF8140,
    0xFFFFF,
    0x100000,
]
POINTS = [*range(0xD800), *range(0xE000, 0x10000), *ABOVE]
#: Where the ranges of the classes begin and end.
EDGES = [
    *range(0x300),
    *range(0x2FF0, 0x3110),
    *range(0xDFF0, 0xE010),
    *range(0xF8F0, 0xF910),
    *range(0xFDF0, 0x10000),
]
KINDS: tuple[m.CharKind, ...] = ("digit", "alpha", "symbol", "space")

OPS: list[m.Op] = [
    m.Trim(op="trim"),
    *(m.ToFull(op="to_full", what=(kind,)) for kind in KINDS),
    *(m.ToHalf(op="to_half", what=(kind,)) for kind in KINDS),
    m.KanaFull(op="kana_full"),
    m.KanaHalf(op="kana_half"),
    m.KanaLarge(op="kana_large"),
    m.LongVowel(op="long_vowel"),
    m.Dash(op="dash"),
    m.WaveDash(op="wave_dash", to="ms"),
    m.WaveDash(op="wave_dash", to="jis"),
    m.Upper(op="upper"),
    m.Remove(op="remove", chars="-－ー\u3000"),
]


def characters(points: list[int]) -> list[str]:
    return [chr(p) for p in points if not 0xD800 <= p < 0xE000]


def agree(op: m.Op, text: str) -> None:
    ops = json.dumps([op.model_dump(by_alias=True, exclude_none=True, mode="json")])
    assert _kernel.run_ops(ops, [text], {}, "cp932") == (reference.run_ops([op], [text], {}), None)


@pytest.mark.parametrize("op", OPS, ids=str)
def test_every_character(op: m.Op) -> None:
    for start in range(0, len(POINTS), 256):
        agree(op, "a" + "a".join(characters(POINTS[start : start + 256])))


@pytest.mark.parametrize("op", [m.KanaFull(op="kana_full"), m.LongVowel(op="long_vowel")], ids=str)
def test_every_pair_of_kana_and_mark(op: m.Op) -> None:
    kana = characters([*range(0x3040, 0x3100), *range(0xFF5E, 0xFFA2)])
    agree(op, "a".join(a + b for a, b in product(kana, f"ﾞﾟ゛゜ー{reference.DASHES}")))


@pytest.mark.parametrize(
    "char", characters([0x20, 0x09, 0x3000, 0x0A, 0x0D, 0xA0, 0x2003, 0x200B, 0xFEFF, 0x85])
)
@pytest.mark.parametrize("side", ["both", "left", "right"])
def test_blanks(char: str, side: str) -> None:
    agree(m.Trim.model_validate({"op": "trim", "side": side}), f"{char}{char}a{char}b{char}{char}")


@pytest.mark.parametrize("size", ["cp932", "euc-jp", "utf-8", "utf-16le", "utf-16be"])
def test_bytes_of_every_character(size: str) -> None:
    op = m.SubstrBytes(op="substr_bytes", start=0, length=3)
    ops = json.dumps([op.model_dump(mode="json")])
    for char in characters(EDGES + ABOVE):
        text = f"{char}ab"
        assert _kernel.run_ops(ops, [text], {}, size)[0] == reference.run_ops([op], [text], {}, size)


@pytest.mark.parametrize("charset", ["half", "full", "kana", "digit", "alnum", "any"])
def test_class_of_every_character(charset: Charset) -> None:
    """Two of one character in an item of one digit: a selector is not counted, others fail class or 桁数."""
    item = Item(no=1, name="項目", source="draft", type="X", digits=1, charset=charset)
    item_json = json.dumps(item.model_dump(exclude_none=True, mode="json"))
    for char in characters(EDGES + ABOVE):
        for text in (char, char * 2):
            assert _kernel.check(text, item_json, None, []) == reference.check(text, item), hex(ord(char))


def test_gaiji_and_the_selectors_behind_them() -> None:
    """All texts of up to three characters: with a selector or without, in the table or not, to nothing."""
    pairs = {"\ue000": "葛\U000e0100", "\ue001": "", "葛\U000e0100": "葛", "髙\ufe00": "", "\U000e0101": "x"}
    op = m.Gaiji(op="gaiji", table="外字")
    ops = json.dumps([op.model_dump(mode="json")])
    for size in (1, 2, 3):
        for chars in product("葛髙a\ue000\ue001\U000e0100\U000e0101\ufe00", repeat=size):
            text = "".join(chars)
            want = reference.run_ops([op], [text], {"外字": pairs})
            assert _kernel.run_ops(ops, [text], {"外字": pairs}, "cp932") == (want, None)
