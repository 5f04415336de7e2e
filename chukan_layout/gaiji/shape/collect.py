"""The pictures that identify asks about: glyphs of a font by code, or images of a folder by file name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from chukan_layout.gaiji.shape.features import Grey
from chukan_layout.gaiji.shape.glyphs import Font, GlyphError, code_of_name, image_files, private, read_image

_RANGE = re.compile(r"^(?:U\+|0x)?([0-9A-Fa-f]{4,6})(?:-(?:U\+|0x)?([0-9A-Fa-f]{4,6}))?$")


@dataclass(frozen=True)
class Asked:
    """One picture to identify.  ``code`` is None for an image whose name is no code."""

    label: str
    code: int | None
    ink: Grey | None


@dataclass(frozen=True)
class Trouble:
    """A file of a folder that could not be used."""

    name: str
    ja: str
    en: str


def codes_of(text: str) -> list[tuple[int, int]]:
    """Ranges of codes: ``E000-E0FF,F000``.  Raises :class:`GlyphError` for anything else."""
    ranges = []
    for part in text.split(","):
        found = _RANGE.match(part.strip())
        if found is None:
            raise GlyphError(f"コードの範囲 {part} を読めません。例: E000-E0FF,F000", f"cannot read the codes {part}, e.g. E000-E0FF,F000")
        low = int(found[1], 16)
        ranges.append((low, int(found[2], 16) if found[2] else low))
    return ranges


def collect(source: Path, codes: str = "") -> tuple[list[Asked], list[Trouble]]:
    """Pictures of a font file or a folder.

    A font without ``codes``: its private-use codes, or all of them when it has none (a BDF with JIS codes).
    Raises :class:`GlyphError` when nothing can be asked about.
    """
    if source.is_dir():
        return _of_folder(source)
    if source.suffix.lower() in (".png", ".bmp", ".gif", ".tif", ".tiff", ".jpg", ".jpeg"):
        return [Asked(source.stem, code_of_name(source.stem), read_image(source))], []
    font = Font(source)
    have = font.codes()
    if codes:
        ranges = codes_of(codes)
        wanted = [c for c in have if any(low <= c <= high for low, high in ranges)]
        if not wanted:
            raise GlyphError(
                f"{source.name} には {codes} の字形がありません。あるのは {_shown(have)}",
                f"{source.name} has no glyphs for {codes}; it has {_shown(have)}",
            )
    else:
        wanted = private(have) or have
    asked = [Asked(f"U+{code:04X}", code, font.ink(font.glyph_of(code))) for code in wanted]
    if not any(a.ink is not None for a in asked):
        raise GlyphError(f"字形がありません: {source.name}", f"no glyphs in {source.name}")
    return asked, [Trouble(a.label, f"{a.label} は空白です", f"{a.label} is blank") for a in asked if a.ink is None]


def _of_folder(folder: Path) -> tuple[list[Asked], list[Trouble]]:
    files = image_files(folder)
    if not files:
        raise GlyphError(f"画像がありません: {folder.name}", f"no images in {folder.name}")
    asked, troubles = [], []
    for path in files:
        try:
            asked.append(Asked(path.stem, code_of_name(path.stem), read_image(path)))
        except GlyphError as failure:
            troubles.append(Trouble(path.name, failure.ja, failure.en))
    if not asked:
        first = troubles[0]
        raise GlyphError(f"使える画像がありません ({first.ja})", f"no usable image ({first.en})")
    return asked, troubles


def _shown(codes: list[int]) -> str:
    if not codes:
        return "なし (none)"
    return f"U+{codes[0]:04X}–U+{codes[-1]:04X} ({len(codes)})"
