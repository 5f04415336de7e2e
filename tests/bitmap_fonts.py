"""Bitmap fonts made by hand: BDF, PCF and FON files of a few glyphs, to read back."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]


def bdf(glyphs: Mapping[int, Bits]) -> bytes:
    """A BDF font of square pictures (0 and 1)."""
    side = len(next(iter(glyphs.values())))
    lines = [
        "STARTFONT 2.1", "FONT -demo-gaiji-medium-r-normal--24-240-75-75-c-240-iso10646-1", f"SIZE {side} 75 75",
        f"FONTBOUNDINGBOX {side} {side} 0 0", "STARTPROPERTIES 4", f"FONT_ASCENT {side}", "FONT_DESCENT 0",
        'CHARSET_REGISTRY "ISO10646"', 'CHARSET_ENCODING "1"', "ENDPROPERTIES", f"CHARS {len(glyphs)}",
    ]  # fmt: skip
    for code, bits in glyphs.items():
        lines += [f"STARTCHAR u{code:04X}", f"ENCODING {code}", "SWIDTH 1000 0", f"DWIDTH {side} 0", f"BBX {side} {side} 0 0", "BITMAP"]
        lines += [bytes(row).hex().upper() for row in np.packbits(bits, axis=1)]
        lines.append("ENDCHAR")
    return "\n".join([*lines, "ENDFONT", ""]).encode()


def pcf(glyphs: Mapping[int, Bits]) -> bytes:
    """A PCF font: big-endian tables, rows padded to a byte, the most significant bit first."""
    side, count, form = len(next(iter(glyphs.values()))), len(glyphs), 0x0C
    rows = [np.packbits(bits, axis=1).tobytes() for bits in glyphs.values()]
    metric = struct.pack(">hhhhhH", 0, side, side, side, 0, 0)
    names = b"CHARSET_REGISTRY\0ISO10646\0CHARSET_ENCODING\x001\0"
    props = b"".join(struct.pack(">IBI", names.index(k), 1, names.index(k) + len(k) + 1) for k in (b"CHARSET_REGISTRY\0"[:-1], b"CHARSET_ENCODING"))
    properties = struct.pack(">I", 2) + props + b"\0" * (-len(props) % 4) + struct.pack(">I", len(names)) + names
    accelerators = struct.pack(">8B", 0, 0, 0, 1, 0, 0, 0, 0) + struct.pack(">iii", side, 0, 0) + metric * 2
    metrics = struct.pack(">I", count) + metric * count
    offsets, size = b"".join(struct.pack(">I", sum(map(len, rows[:i]))) for i in range(count)), sum(map(len, rows))
    bitmaps = struct.pack(">I", count) + offsets + struct.pack(">4I", size, size, size, size) + b"".join(rows)
    low, high = min(c & 255 for c in glyphs), max(c & 255 for c in glyphs)
    first, last = min(c >> 8 for c in glyphs), max(c >> 8 for c in glyphs)
    places = {code: i for i, code in enumerate(glyphs)}
    grid = [places.get(a << 8 | b, 0xFFFF) for a in range(first, last + 1) for b in range(low, high + 1)]
    encodings = struct.pack(">5h", low, high, first, last, 0) + struct.pack(f">{len(grid)}H", *grid)
    tables = [(1, properties), (2, accelerators), (4, metrics), (8, bitmaps), (32, encodings)]
    at, toc, body = 8 + 16 * len(tables), b"", b""
    for kind, raw in tables:
        whole = struct.pack("<I", form) + raw
        whole += b"\0" * (-len(whole) % 4)
        toc += struct.pack("<4I", kind, form, len(whole), at + len(body))
        body += whole
    return b"\x01fcp" + struct.pack("<I", len(tables)) + toc + body


def fon(glyphs: Mapping[int, Bits]) -> bytes:
    """A Windows font resource (FNT 2.0, the older ``.FON`` without its wrapper) of codes that follow each other."""
    side, first, last = len(next(iter(glyphs.values()))), min(glyphs), max(glyphs)
    table, at, bitmaps = b"", 118 + 4 * (last - first + 2), b""
    for code in range(first, last + 1):
        packed = np.packbits(glyphs[code], axis=1)
        table += struct.pack("<HH", side, at + len(bitmaps))
        bitmaps += packed.T.tobytes()  # one byte column after the other
    table += struct.pack("<HH", side, at + len(bitmaps))
    size = 118 + len(table) + len(bitmaps)
    head = struct.pack("<HI60s", 0x200, size, b"demo") + struct.pack(
        "<7H3BHBHHBHHBBBBHIIIIB", 0, side, 96, 96, side, 0, 0, 0, 0, 0, 400, 128, side, side, 0, side, side, first, last, 0, 32, 0, 0, 0, 0, 0, 0
    )
    return head.ljust(118, b"\0")[:118] + table + bitmaps
