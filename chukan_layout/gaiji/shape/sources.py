"""Where pictures and further prototypes come from: the body's font, fonts on this machine, the shipped pictures."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from chukan_layout.gaiji.identity import number_of
from chukan_layout.gaiji.pictures import SIDE, Pictures, png, png_grey

#: File names of IPAmj明朝 and of the font of 行政事務標準文字.
IPAMJ = ("ipamjm.ttf",)
GJ_FONTS = ("acgjm.ttf",)
_PICTURE = 64


def needs_extra() -> str:
    """The names of missing packages of the extra [gaiji], "" when all are there."""
    names = {"freetype": "freetype-py", "PIL": "pillow", "fontTools": "fonttools"}
    return "、".join(package for module, package in names.items() if find_spec(module) is None)


def font_folders() -> list[Path]:
    """Folders of fonts on this machine; ``CHUKAN_FONTS`` (folders joined by the path separator) comes first."""
    own = [Path(p) for p in os.environ.get("CHUKAN_FONTS", "").split(os.pathsep) if p]
    usual = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts"]
    windows = os.environ.get("WINDIR")
    return [p for p in (*own, *usual, *([Path(windows) / "Fonts"] if windows else [])) if p.is_dir()]


@cache
def installed(names: tuple[str, ...]) -> Path | None:
    """A font on this machine by file name."""
    for folder in font_folders():
        for path in folder.rglob("*"):
            if path.name.lower() in names:
                return path
    return None


class UnitPictures:
    """Pictures of units: of the body's font for its own codes, else of the shipped MJ pictures."""

    def __init__(self, font: Path | None = None) -> None:
        self._shipped = Pictures()
        self._font = None
        if font is not None:
            from chukan_layout.gaiji.shape.glyphs import Font

            self._font = Font(font)

    def png(self, unit: str, mj: str) -> bytes | None:
        """A PNG of a unit or of the glyph it resolves to; None when there is no picture."""
        if self._font is not None and len(unit) == 1 and (glyph := self._font.glyph_of(ord(unit))) is not None:
            ink = self._font.ink(glyph, _PICTURE)
            if ink is not None:
                return png_grey(ink.tobytes(), ink.shape[1], ink.shape[0])
        number = number_of(mj) if mj else None
        bits = self._shipped.bits(number) if number is not None else None
        return None if bits is None else png(bits, SIDE, SIDE)
