"""Pictures of MJ glyphs for reports, so that a browser needs no font.

``gaiji/pictures.bin`` (made by :mod:`chukan_layout.gaiji.shape.build` from Hanazono) holds every glyph as a square of
:data:`SIDE` × :data:`SIDE` bits, compressed in blocks of :data:`BLOCK`.  Characters that are no MJ glyph are shown as text.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from functools import lru_cache
from html import escape

from chukan_layout.gaiji import data
from chukan_layout.gaiji.identity import number_of, unicode_units

SIDE = 40
BLOCK = 128
FILE = "pictures.bin"
_BYTES = SIDE * SIDE // 8
_TURNED = bytes(255 - i for i in range(256))
_MAGIC = b"MJPIC1\n"


def pack(squares: dict[int, bytes]) -> bytes:
    """Pictures by MJ (rows of bits) as the file: a header of JSON, then the blocks."""
    order = sorted(squares)
    blocks = [
        zlib.compress(b"".join(squares[mj] for mj in order[i : i + BLOCK]), 9) for i in range(0, len(order), BLOCK)
    ]
    head = zlib.compress(json.dumps({"mj": order, "sizes": [len(b) for b in blocks]}).encode(), 9)
    return _MAGIC + struct.pack("<I", len(head)) + head + b"".join(blocks)


class Pictures:
    """Pictures by the name of the glyph; nothing is read before the first is asked for."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[int, int]] | None = None
        self._starts: list[tuple[int, int]] = []
        self._images: dict[int | None, str] = {}
        self._block = lru_cache(maxsize=None)(self._read_block)  # 200 bytes a glyph: all of them fit

    def bits(self, mj: int) -> bytes | None:
        """The picture of an MJ number, None when there is none."""
        if self._places is None:
            self._open()
        place = (self._places or {}).get(mj)
        if place is None:
            return None
        block, index = place
        return self._block(block)[index * _BYTES : (index + 1) * _BYTES]

    def html(self, name: str) -> str:
        """The picture of a glyph by name as an HTML image; "" when there is none."""
        number = number_of(name) if name else None
        if number not in self._images:
            bits = self.bits(number) if number is not None else None
            self._images[number] = "" if bits is None else image_html(png(bits, SIDE, SIDE), name)
        return self._images[number]

    def html_of_text(self, text: str) -> str:
        """A text in HTML, each unit that is an MJ glyph as its picture (with the text beside it for copying)."""
        units = unicode_units()
        shown, i = "", 0
        while i < len(text):
            unit = text[i : i + 2] if text[i : i + 2] in units and len(text[i : i + 2]) == 2 else text[i]
            glyph = units.get(unit)
            bits = self.bits(glyph.mj) if glyph else None
            shown += escape(unit) if bits is None else image_html(png(bits, SIDE, SIDE), unit)
            i += len(unit)
        return shown

    def _open(self) -> None:
        try:
            path = data.table_path(FILE)
        except data.TableMissing:
            self._places = {}
            return
        with path.open("rb") as file:
            raw = file.read(len(_MAGIC) + 4)
            (size,) = struct.unpack("<I", raw[len(_MAGIC) :])
            head = json.loads(zlib.decompress(file.read(size)))
        self._places = {mj: divmod(i, BLOCK) for i, mj in enumerate(head["mj"])}
        at = len(raw) + size
        for length in head["sizes"]:
            self._starts.append((at, length))
            at += length

    def _read_block(self, block: int) -> bytes:
        start, length = self._starts[block]
        with data.table_path(FILE).open("rb") as file:
            file.seek(start)
            return zlib.decompress(file.read(length))


def png(bits: bytes, width: int, height: int) -> bytes:
    """Rows of bits (ink 1) as a black and white PNG."""
    line = (width + 7) // 8
    paper = bits.translate(_TURNED)
    rows = b"".join(b"\0" + paper[y * line : (y + 1) * line] for y in range(height))
    return _chunks(width, height, 1, rows)


def png_grey(pixels: bytes, width: int, height: int) -> bytes:
    """Rows of ink (255 is black) as a grey PNG."""
    turned = pixels.translate(_TURNED)
    return _chunks(width, height, 8, b"".join(b"\0" + turned[y * width : (y + 1) * width] for y in range(height)))


def _chunks(width: int, height: int, depth: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 2)) + chunk(b"IEND", b"")


def image_html(image: bytes, text: str, mark: str = "g") -> str:
    """A PNG inside the page."""
    return f'<img class="{mark}" alt="{escape(text)}" src="data:image/png;base64,{base64.b64encode(image).decode()}">'
