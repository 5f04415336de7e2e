"""Every code of every charset: against Python's codecs, the C library, the shared tables; and back again."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from chukan_layout.charset import build, catalogue, registry
from chukan_layout.charset.registry import Charset
from chukan_layout.charset.tables import points

CASES = Path(__file__).parents[1] / "cases" / "charsets"
LOST = {"undefined", "odd-byte"}
TWINS = {"〜": "～", "‖": "∥", "−": "－", "¢": "￠", "£": "￡", "¬": "￢", "—": "―"}


@cache
def exceptions(name: str, against: str) -> frozenset[int]:
    """The codes that may differ; each line of the file has a reason."""
    lines = (CASES / "exceptions.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t"))
    assert all(row["reason"] for row in rows)
    mine = [row for row in rows if (row["charset"], row["against"]) == (name, against)]
    return frozenset(
        code for row in mine for code in range(int(row["first"], 16), int(row["last"], 16) + 1)
    )


def text(charset: Charset, raw: bytes, mode: registry.Mode = "mixed") -> str | None:
    """The characters of a code, None when it has none."""
    decoded = charset.decode(raw, mode)
    return None if any(p.kind in LOST for p in decoded.problems) else decoded.text


def python_of(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


HIGH, LOW = range(0xA1, 0xFF), range(0x21, 0x7F)
ONE = [bytes((b,)) for b in range(256)]
TWO = [bytes(pair) for pair in itertools.product([*range(0x81, 0xA0), *range(0xA1, 0xFD)], range(0x40, 0xFD))]
EUC = [*(bytes(p) for p in itertools.product([0x8E, *HIGH], HIGH)), *(bytes((0x8F, *p)) for p in itertools.product(HIGH, HIGH))]


def escaped(escape: bytes) -> list[bytes]:
    return [escape + bytes(pair) + b"\x1b(B" for pair in itertools.product(LOW, LOW)]


@pytest.mark.parametrize(
    ("name", "codec", "raws"),
    [
        ("cp932", "cp932", ONE + TWO),
        ("shift-jis", "shift_jis", ONE + TWO),
        ("shift-jis-2004", "shift_jis_2004", ONE + TWO),
        ("euc-jp-strict", "euc_jp", ONE + EUC),
        ("euc-jis-2004", "euc_jis_2004", ONE + EUC),
        ("iso-2022-jp", "iso2022_jp_ext", escaped(b"\x1b$B") + escaped(b"\x1b$(D")),
        ("iso-2022-jp-2004", "iso2022_jp_2004", escaped(b"\x1b$(Q") + escaped(b"\x1b$(P")),
    ],
)
def test_as_python(name: str, codec: str, raws: list[bytes]) -> None:
    charset = registry.get(name, dash="table")
    allowed = exceptions(name, f"python:{codec}")
    used, wrong = set(), []
    for raw in raws:
        wanted, got = python_of(raw, codec), text(charset, raw)
        # Python reads A0 41 as two characters; a byte that is an exception spoils the pairs it stands in.
        code = int.from_bytes(raw.split(b"\x1b(B")[0][-2:], "big")
        if got != wanted:
            used.add(code)
            if code not in allowed and not (len(raw) == 2 and {*raw} & {0x80, 0xA0}):
                wrong.append(raw.hex())
    assert wrong == []
    assert allowed <= used, "an exception that is none"


@pytest.mark.skipif(not shutil.which("iconv"), reason="no iconv")
@pytest.mark.parametrize("name", ["euc-jp", "ibm290", "ibm1027", "ibm8482", "ibm5123", "ibm300", "ibm16684"])
def test_as_the_c_library(name: str) -> None:
    assert build.TABLES[name]() == points(name)


@pytest.mark.parametrize(
    ("name", "file", "defined"),
    [("keis83", "keis83", 6880), ("keis78", "keis78", 6882), ("jef-kana", "jef", 6803), ("jips-j", "jips_j", 7143)],
)
def test_as_the_shared_tables(shared: Path, name: str, file: str, defined: int) -> None:
    charset = registry.get(name, jef="face")
    allowed = exceptions(name, f"shared:{file}")
    wanted: defaultdict[int, set[str]] = defaultdict(set)
    with (shared / "facts" / "charsets" / f"{file}.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            wanted[int(row["code"], 16)].add(chr(int(row["unicode"], 16)))
    same, wrong, used = 0, [], set()
    for code, characters in wanted.items():
        got = text(charset, code.to_bytes(2, "big"), "double")
        if got in {TWINS.get(c, c) for c in characters}:
            same += 1
        elif got is not None:
            used.add(code)
            if code not in allowed:
                wrong.append((f"{code:04X}", got, characters))
    assert wrong == []
    assert same >= defined
    assert bool(used) == bool(allowed), "an exception that is none"


_SINGLE = {
    "IBM290": "ibm930", "IBM8482": "ibm1390", "IBM1027": "ibm939", "IBM5123": "ibm1399", "FJ_KANA": "jef-kana",
    "FJ_LOWER": "jef-lower", "FJ_ASCII": "jef-ascii", "HT_EBCDIK": "keis83", "HT_EBCDIC_fixed": "keis83-ebcdic",
    "NEC_EBCDIK_A_jef4j_fixed": "jips-e-a", "NEC_EBCDIK_B_2src": "jips-e",
}  # fmt: skip


def test_single_bytes_as_the_shared_table(shared: Path) -> None:
    with (shared / "facts" / "charsets" / "single_byte.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    for column, name in _SINGLE.items():
        charset = registry.get(name)
        for row in rows:
            wanted = chr(int(row[column][2:], 16)) if row[column] else None
            assert text(charset, bytes.fromhex(row["byte"]), "single") == wanted, (name, row["byte"])


def codes(charset: Charset) -> Iterator[tuple[bytes, registry.Mode]]:
    """Every code that a charset may have, with the field it stands in."""
    if charset.kind == "host":
        yield from ((raw, "single") for raw in ONE)
        yield from ((bytes(pair), "double") for pair in itertools.product(range(256), repeat=2))
    elif charset.name.startswith("juki"):
        yield from ((bytes(pair), "double") for pair in itertools.product(range(256), repeat=2))
    elif charset.name.startswith("iso"):
        sets = [b"\x1b$B", b"\x1b$(D"] + ([b"\x1b$(Q", b"\x1b$(P"] if charset.name.endswith("2004") else [])
        yield from ((raw, "mixed") for escape in sets for raw in escaped(escape))
    else:
        yield from ((raw, "mixed") for raw in ONE + (EUC if charset.name.startswith("euc") else TWO))


#: Codes that are not written, because another code of the charset has the same character: NEC and IBM selections;
#: 〜 with its twin of the other plane; JIS X 0208 and 0212 within JIS X 0213; a second full-width space (KEIS, JEF);
#: boxes of half width and thick boxes twice (KEIS78, JIPS); dashes that `dash = ms` makes one (IBM 1390).
OTHERS = {
    "cp932": 398, "shift-jis": 0, "shift-jis-2004": 3, "euc-jp": 24, "euc-jp-strict": 1, "euc-jis-2004": 2912,
    "iso-2022-jp": 11, "iso-2022-jp-2004": 9873, "jef-kana": 1, "keis78": 13, "keis83": 1, "jips-j": 117, "lets-j": 1,
    "ibm930": 0, "ibm939": 0, "ibm1390": 4, "ibm1399": 4,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slice_"), [*((name, 0) for name in catalogue.DRAFTS), ("jef-kana", 5), ("keis90", 1), ("ibm1390", 2), ("jips-j", 3)]
)
def test_every_code_comes_back(name: str, slice_: int) -> None:
    """Defined or not, a code is written as it was read, unless another code has the same character."""
    charset = registry.get(name, slice=slice_)
    if charset.kind == "unicode":
        return
    others = 0
    for raw, mode in codes(charset):
        decoded = charset.decode(raw, mode)
        back = charset.encode(decoded.text, mode)
        assert not back.missing, (raw.hex(), decoded)
        if back.raw != raw:
            assert not any(p.kind in LOST for p in decoded.problems), (raw.hex(), decoded, back)
            assert charset.decode(back.raw, mode).text == decoded.text, raw.hex()
            others += 1
    assert others == OTHERS.get(name, others)
