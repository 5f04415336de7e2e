"""Pictures of glyphs: from outline and bitmap fonts (TTF, TTE, OTF, TTC, BDF, PCF, FON) and from folders of images.

An error is a :class:`GlyphError`, which says in both languages what is wrong with which file.
"""

from __future__ import annotations

import ctypes
import gzip
import io
import re
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import freetype
import numpy as np
from PIL import Image

from chukan_layout.gaiji.shape.features import Grey
from chukan_layout.model.refusal import Refused

#: Size at which outlines are drawn.
PIXELS = 112
IMAGES = (".png", ".bmp", ".gif", ".tif", ".tiff", ".jpg", ".jpeg")
#: A picture above this many pixels a side is no glyph.
LARGEST = 4096
_SMOOTH = freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_NO_BITMAP
_MONO = _SMOOTH | freetype.FT_LOAD_TARGET_MONO
_NAMED = re.compile(r"^(?:(.*?)[_\-. ])??(?:U\+|u\+|uni|u|0x)?([0-9A-Fa-f]{4,6})$")
PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))


class GlyphError(Refused):
    """A font or image that cannot be used."""


class Font:
    """A font file; glyphs are asked for by code point, glyph index or name."""

    def __init__(self, path: Path, index: int = 0) -> None:
        self.path = path
        try:
            self._face = freetype.Face(str(path), index=index)
        except (freetype.FT_Exception, OSError) as broken:
            raise GlyphError(
                f"フォントとして読めません: {path.name}。壊れているか、フォントではありません",
                f"not a usable font: {path.name} is damaged or no font",
            ) from broken
        self.scalable = bool(self._face.is_scalable)
        self._size = 0
        if not self.scalable:
            if not self._face.available_sizes:
                raise GlyphError(f"字形がありません: {path.name}", f"no glyphs in {path.name}")
            self._face.select_size(0)
        maps = self._face.charmaps
        if not self.scalable and maps and all(m.encoding != freetype.FT_ENCODING_UNICODE for m in maps):
            self._face.set_charmap(maps[0])  # codes of JIS or Windows: FreeType chooses only Unicode by itself
        self._first = _default_of(path) if not self.scalable else None

    def codes(self) -> list[int]:
        """Code points of the font, in order."""
        found = {code for code, glyph in self._face.get_chars() if glyph}
        return sorted(found if self._first is None else found | {self._first})

    def glyph_of(self, code: int) -> int | None:
        """The glyph index of a code point; None when the font has none."""
        return int(self._face.get_char_index(code)) or (0 if code == self._first else None)

    def named(self, name: str) -> int:
        """The glyph index of a glyph name; 0 when there is none."""
        return int(self._face.get_name_index(name.encode("ascii")))

    def ink(self, glyph: int | None, pixels: int = PIXELS, mono: bool = False) -> Grey | None:
        """The picture of a glyph (ink 255); None when there is none, it is blank or cannot be drawn."""
        if glyph is None:
            return None
        if self.scalable and self._size != pixels:
            self._face.set_pixel_sizes(0, pixels)
            self._size = pixels
        flags = (_MONO if mono else _SMOOTH) if self.scalable else freetype.FT_LOAD_RENDER
        try:
            self._face.load_glyph(glyph, flags)
        except freetype.FT_Exception:
            return None
        bitmap = self._face.glyph.bitmap
        height, width, pitch = bitmap.rows, bitmap.width, abs(bitmap.pitch)
        if not height or not width:
            return None
        # freetype-py's own `buffer` builds a list of numbers, ten times slower than the drawing itself.
        raw = ctypes.string_at(bitmap._FT_Bitmap.buffer, height * pitch)  # noqa: SLF001
        rows = np.frombuffer(raw, np.uint8).reshape(height, pitch)
        if bitmap.pixel_mode == freetype.FT_PIXEL_MODE_MONO:
            return np.unpackbits(rows, axis=1)[:, :width] * np.uint8(255)
        return rows[:, :width]


def _default_of(path: Path) -> int | None:
    """The code of a PCF font's default character, which FreeType moves to glyph 0, where its codes end; else None."""
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(raw)) as packed:
                raw = packed.read(_LARGEST_FONT)
        except (OSError, EOFError, zlib.error):
            return None
    if raw[:4] != b"\x01fcp":
        return None
    try:
        (count,) = struct.unpack_from("<I", raw, 4)
        tables = (struct.unpack_from("<4I", raw, 8 + 16 * i) for i in range(min(count, 32)))
        form, at = next((form, at) for kind, form, _, at in tables if kind == _ENCODINGS)
        low, high, first, last, default = struct.unpack_from(">5H" if form & _BIG_ENDIAN else "<5H", raw, at + 4)
    except (struct.error, StopIteration):
        return None
    inside = low <= default & 255 <= high and first <= default >> 8 <= last
    return int(default if inside else first << 8 | low)


_ENCODINGS, _BIG_ENDIAN = 32, 4
_LARGEST_FONT = 1 << 28


def private(codes: Iterable[int]) -> list[int]:
    """The codes that are in a private-use area."""
    return [code for code in codes if any(low <= code <= high for low, high in PRIVATE)]


def image_files(folder: Path) -> list[Path]:
    """The pictures of a folder, by name."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGES and p.is_file())


def read_image(path: Path) -> Grey:
    """A picture as ink on nothing; whichever of dark and light is rarer is the ink.

    Raises :class:`GlyphError` for a file that is no picture, is too large, or shows nothing.
    """
    try:
        with Image.open(path) as image:
            if max(image.size) > LARGEST:
                raise GlyphError(f"画像が大きすぎます: {path.name}", f"the image is too large: {path.name}")
            layered = image.mode in ("RGBA", "LA") or "transparency" in image.info
            grey = np.asarray((_on_white(image) if layered else image).convert("L"))
    except (OSError, ValueError, Image.DecompressionBombError) as broken:
        if isinstance(broken, GlyphError):
            raise
        raise GlyphError(f"画像として読めません: {path.name}", f"not a usable image: {path.name}") from broken
    low, high = int(grey.min()), int(grey.max())
    if high - low < INK_CONTRAST:
        raise GlyphError(f"画像に線がありません: {path.name}", f"no ink in the image: {path.name}")
    stretched = ((grey.astype(np.int32) - low) * 255 // (high - low)).astype(np.uint8)
    return 255 - stretched if stretched.mean() > 127 else stretched


#: Less difference between the darkest and the lightest pixel than this is a blank sheet.
INK_CONTRAST = 48


def _on_white(image: Image.Image) -> Image.Image:
    layer = image.convert("RGBA")
    sheet = Image.new("RGBA", layer.size, "white")
    sheet.alpha_composite(layer)
    return sheet


def code_of_name(name: str) -> int | None:
    """The code in the name of an image: ``E000.png``, ``U+E000.bmp``, ``gaiji_E000.png``; None when there is none."""
    found = _NAMED.match(name)
    return int(found[2], 16) if found else None
