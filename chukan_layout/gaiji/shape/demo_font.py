"""A gaiji font for a demonstration vendor: glyphs of a free font under the private codes of a mapping.

``python -m chukan_layout.gaiji.shape.demo_font FONT... OUT.tte [VENDOR]`` (default vendorA).  The first font that has a glyph
gives it; TrueType outlines are needed (Hanazono, IPAmj, IPAex).  The name of the font says that it is a derived one.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from chukan_layout.gaiji.identity import texts, unicode_units
from chukan_layout.gaiji.shape.glyphs import GlyphError


def glyph_name(font: TTFont, text: str) -> str | None:
    """The glyph of a character or sequence in a font."""
    if len(text) == 2:
        for table in font["cmap"].tables:
            if table.format == 14:
                for base, name in table.uvsDict.get(ord(text[1]), ()):
                    if base == ord(text[0]):
                        return str(name or font.getBestCmap().get(base) or "") or None
        return None
    return str(font.getBestCmap().get(ord(text), "")) or None


def _same(text: str) -> list[str]:
    """A unit, and its glyph written in the other ways (an Adobe-Japan1 sequence as Moji_Joho)."""
    known = unicode_units().get(text)
    return [text, *(t for t in reversed(texts()[known.mj]) if t)] if known else [text]


def make(fonts: list[Path], pairs: dict[str, str], out: Path, family: str = "Chukan Demo Gaiji") -> list[str]:
    """Write a TrueType font whose code ``source`` shows ``target`` for each pair; gives the sources no font has.

    Raises GlyphError when no font has any.
    """
    with ExitStack() as open_fonts:
        opened = [open_fonts.enter_context(TTFont(path, lazy=True)) for path in fonts]
        return _made(opened, pairs, out, family)


def _made(opened: list[TTFont], pairs: dict[str, str], out: Path, family: str) -> list[str]:
    glyphs, metrics, codes, missing = {}, {}, {}, []
    units = opened[0]["head"].unitsPerEm
    for source, target in pairs.items():
        for font in opened:
            name = next((n for text in _same(target) if (n := glyph_name(font, text))), None)
            if name is None or font["head"].unitsPerEm != units:
                continue
            glyph_set = font.getGlyphSet()
            recording, pen = DecomposingRecordingPen(glyph_set), TTGlyphPen(None)
            glyph_set[name].draw(recording)
            recording.replay(pen)
            own = f"u{ord(source):04X}"
            glyphs[own], metrics[own], codes[ord(source)] = pen.glyph(), (units, 0), own
            break
        else:
            missing.append(source)
    if not glyphs:
        raise GlyphError("どのフォントにも字形がありません", "no font has any of the glyphs")
    builder = FontBuilder(units, isTTF=True)
    order = [".notdef", *glyphs]
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(codes)
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **glyphs})
    builder.setupHorizontalMetrics({".notdef": (units, 0), **metrics})
    builder.setupHorizontalHeader(ascent=units, descent=0)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(out)
    return missing


def main() -> None:
    """The font of a vendor's gaiji table."""
    from chukan_layout.spec.load import load_mapping

    words = sys.argv[1:]
    at = next(i for i, word in enumerate(words) if Path(word).suffix.lower() in (".tte", ".ttf") and not Path(word).is_file())
    vendor = words[at + 1] if len(words) > at + 1 else "vendorA"
    tables = load_mapping(vendor).gaiji.values()
    pairs = {source: target for table in tables for source, target in table.pairs}
    missing = make([Path(w) for w in words[:at]], pairs, Path(words[at]))
    print(f"{len(pairs) - len(missing)} glyphs, {len(missing)} missing", file=sys.stderr)


if __name__ == "__main__":
    main()
