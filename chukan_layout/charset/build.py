"""Makes the charset tables under ``data/`` (``python -m chukan_layout.charset.build``).

A table is 65,536 little-endian u32 per plane, zlib-compressed: entry ``unit`` is the code point of the code
unit (one byte: 0-255; two bytes: lead << 8 | trail), 0xFFFFFFFF where the code is undefined.  euc-jp has a second
plane for the three-byte codes 8F xx yy.

Sources: cp932 from Python's codec (Windows-31J), less the bytes 80 A0 FD FE FF which Python accepts and
Windows, glibc and Java reject; euc-jp from the C library's EUC-JP-MS (ASCII, half-width kana, JIS X 0208, NEC row
13, IBM extensions, JIS X 0212, user areas F5A1-FEFE and 8FF5A1-8FFEFE).
"""

from __future__ import annotations

import subprocess
import sys
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
UNDEFINED = 0xFFFFFFFF
REJECTED_BY_WINDOWS = (0x80, 0xA0, 0xFD, 0xFE, 0xFF)


def cp932() -> array[int]:
    table = array("I", [UNDEFINED]) * 65536
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
    table = array("I", [UNDEFINED]) * (2 * 65536)
    for unit in range(0x80):
        table[unit] = unit
    high = range(0xA1, 0xFF)
    raws = [bytes((0x8E, kana)) for kana in range(0xA1, 0xE0)]
    raws += [bytes((a, b)) for a in high for b in high]
    raws += [bytes((0x8F, a, b)) for a in high for b in high]
    for raw, point in zip(raws, _iconv("EUC-JP-MS", raws), strict=True):
        if point is not None:
            table[(65536 if raw[0] == 0x8F and len(raw) == 3 else 0) + int.from_bytes(raw[-2:], "big")] = point
    return table


def _units(singles: range, leads: list[int], trails: range) -> Iterator[int]:
    yield from singles
    yield from (lead << 8 | trail for lead in leads for trail in trails if trail != 0x7F)


def _iconv(name: str, raws: list[bytes]) -> list[int | None]:
    """The code point of each code by the C library's iconv; None where it has none."""
    lines = b"".join(raw + b"\n" for raw in raws)
    command = ["iconv", "-c", "-f", name, "-t", "UTF-32LE"]
    text = subprocess.run(command, input=lines, capture_output=True, check=False).stdout.decode("utf-32-le")
    return [ord(line) if len(line) == 1 else None for line in text.split("\n")[:-1]]


TABLES = {"cp932": cp932, "euc-jp": euc_jp}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, make in TABLES.items():
        table = make()
        if sys.byteorder != "little":
            table.byteswap()
        (FOLDER / f"{name}.bin").write_bytes(zlib.compress(table.tobytes(), 9))


if __name__ == "__main__":
    main()
