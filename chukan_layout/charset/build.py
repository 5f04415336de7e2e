"""Makes the charset tables under ``data/`` (``python -m chukan_layout.charset.build``).

A table is little-endian u32 per code, zlib-compressed: entry ``unit`` is the code point of the code (one byte: 0-255;
two bytes: lead << 8 | trail), 0xFFFFFFFF where the code is undefined (:mod:`chukan_layout.charset.blob` says how
two characters are written).  euc-jp has a second plane of 65,536 for the three-byte codes 8F xx yy.

Sources: cp932 from Python's codec (Windows-31J), less the bytes 80 A0 FD FE FF which Python accepts and
Windows, glibc and Java reject; euc-jp from the C library's EUC-JP-MS (ASCII, half-width kana, JIS X 0208, NEC row
13, IBM extensions, JIS X 0212, user areas F5A1-FEFE and 8FF5A1-8FFEFE); jisx0208, jisx0212, jisx0213-1 and
jisx0213-2 (codes 2121-7E7E) from Python's euc_jp and euc_jis_2004; the IBM tables from the C library's IBM930, IBM939,
IBM1390 and IBM1399: ibm290, ibm1027, ibm8482, ibm5123 one byte, ibm300 and ibm16684 two.
"""

from __future__ import annotations

import subprocess
import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from chukan_layout.charset.blob import SECONDS, empty, entry, little

FOLDER = Path(__file__).parent / "data"
REJECTED_BY_WINDOWS = (0x80, 0xA0, 0xFD, 0xFE, 0xFF)
GR = range(0xA1, 0xFF)
GL = range(0x21, 0x7F)
#: What the C library writes for a code of IBM 1390 and 1399 that has no character.
SUBSTITUTES = ("\x1a", "\ufffd")


def cp932() -> array[int]:
    table = empty(65536)
    for unit in _units(range(0x100), [*range(0x81, 0xA0), *range(0xE0, 0xFD)], range(0x40, 0xFD)):
        if unit in REJECTED_BY_WINDOWS:
            continue
        raw = unit.to_bytes(1 if unit < 256 else 2, "big")
        try:
            table[unit] = ord(raw.decode("cp932"))
        except UnicodeDecodeError:
            continue
    return table


def euc_jp() -> array[int]:
    table = empty(2 * 65536)
    for unit in range(0x80):
        table[unit] = unit
    raws = [bytes((0x8E, kana)) for kana in range(0xA1, 0xE0)]
    raws += [bytes((a, b)) for a in GR for b in GR]
    raws += [bytes((0x8F, a, b)) for a in GR for b in GR]
    for raw, text in zip(raws, _iconv("EUC-JP-MS", raws, b"\n"), strict=True):
        if len(text) == 1:
            table[(65536 if raw[0] == 0x8F and len(raw) == 3 else 0) + int.from_bytes(raw[-2:], "big")] = ord(text)
    return table


def jis(codec: str, prefix: bytes = b"") -> array[int]:
    """A set of 94 x 94 from one of Python's EUC codecs, at 2121-7E7E."""
    table = empty(65536)
    for row in GL:
        for cell in GL:
            try:
                table[row << 8 | cell] = entry((prefix + bytes((row | 0x80, cell | 0x80))).decode(codec))
            except UnicodeDecodeError:
                continue
    return table


def ibm_single(name: str) -> array[int]:
    """The single bytes of a mixed IBM charset; 0E and 0F, its shift codes, as the control characters they are."""
    table = empty(256)
    raws = [bytes((b,)) for b in range(256) if b not in (0x0E, 0x0F, 0x25)]
    for raw, text in zip(raws, _iconv(name, raws, b"\x25"), strict=True):
        if len(text) == 1 and (text not in SUBSTITUTES or raw == b"\x3f"):
            table[raw[0]] = ord(text)
    table[0x0E], table[0x0F], table[0x25] = 0x0E, 0x0F, 0x0A
    return table


def ibm_double(name: str) -> array[int]:
    """The double-byte codes of a mixed IBM charset."""
    table = empty(65536)
    codes = [bytes((0x40, 0x40)), *(bytes((a, b)) for a in range(0x41, 0xFF) for b in range(0x41, 0xFF))]
    raws = [b"\x0e" + code + b"\x0f" for code in codes]
    for code, text in zip(codes, _iconv(name, raws, b"\x25"), strict=True):
        whole = len(text) == 1 or (len(text) == 2 and ord(text[1]) in SECONDS)
        if whole and text[0] not in SUBSTITUTES:
            table[code[0] << 8 | code[1]] = entry(text)
    return table


def _units(singles: range, leads: list[int], trails: range) -> Iterator[int]:
    yield from singles
    yield from (lead << 8 | trail for lead in leads for trail in trails if trail != 0x7F)


def _iconv(name: str, raws: Sequence[bytes], newline: bytes) -> list[str]:
    """The text of each code by the C library's iconv; empty where it has none."""
    command = ["iconv", "-c", "-f", name, "-t", "UTF-32LE"]
    lines = b"".join(raw + newline for raw in raws)
    text = subprocess.run(command, input=lines, capture_output=True, check=False).stdout.decode("utf-32-le")
    return text.split("\n")[:-1]


TABLES: dict[str, Callable[[], array[int]]] = {
    "cp932": cp932,
    "euc-jp": euc_jp,
    "jisx0208": lambda: jis("euc_jp"),
    "jisx0212": lambda: jis("euc_jp", b"\x8f"),
    "jisx0213-1": lambda: jis("euc_jis_2004"),
    "jisx0213-2": lambda: jis("euc_jis_2004", b"\x8f"),
    "ibm290": lambda: ibm_single("IBM930"),
    "ibm1027": lambda: ibm_single("IBM939"),
    "ibm8482": lambda: ibm_single("IBM1390"),
    "ibm5123": lambda: ibm_single("IBM1399"),
    "ibm300": lambda: ibm_double("IBM939"),
    "ibm16684": lambda: ibm_double("IBM1399"),
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, make in TABLES.items():
        (FOLDER / f"{name}.bin").write_bytes(zlib.compress(little(make()), 9))


if __name__ == "__main__":
    main()
