"""Identification by shape, on fonts that are drawn here or on this machine; what is broken is said to be."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("freetype")
pytest.importorskip("PIL")

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image

from chukan_layout.gaiji.data import table_path
from chukan_layout.gaiji.identity import base_of, texts
from chukan_layout.gaiji.pictures import SIDE, Pictures
from chukan_layout.gaiji.shape.collect import collect
from chukan_layout.gaiji.shape.glyphs import Font, GlyphError, code_of_name, read_image
from chukan_layout.gaiji.shape.identify import identify
from chukan_layout.gaiji.shape.index import FILE, shipped
from chukan_layout.gaiji.shape.sources import installed
from tests import bitmap_fonts

#: Fonts of Debian that did not teach the shipped index.
UNSEEN = {"ipam.ttf": 0.97, "ipaexm.ttf": 0.97, "ipag.ttf": 0.91, "ipaexg.ttf": 0.91}
COMMON = "葛飾辻祇園饗庭鯖江榊原飴鰯淫迂厩噂餌襖牙廻恢晦蟹鞄吉高崎浜徳瀬桑橋辺藪薩栄柳土閒神福靖琢郎朗都塚晴熙羽隆館飯逸海"


def picture(mj: int, zoom: int = 3) -> np.ndarray:
    bits = Pictures().bits(mj)
    assert bits is not None
    square = np.unpackbits(np.frombuffer(bits, np.uint8)).reshape(SIDE, SIDE) * np.uint8(255)
    return np.kron(square, np.ones((zoom, zoom), np.uint8))


def test_the_index_is_small_and_whole() -> None:
    assert table_path(FILE).stat().st_size < 10_000_000
    assert len(set(shipped().mj.tolist())) > 58_400


def test_glyphs_find_themselves() -> None:
    asked = [mj for mj in sorted(texts())[::800] if Pictures().bits(mj) is not None]
    answers = identify(shipped(), [picture(mj) for mj in asked])
    right = [a is not None and a.char == base_of()[mj] for mj, a in zip(asked, answers, strict=True)]
    among = [a is not None and mj in [c.mj for c in a.candidates] for mj, a in zip(asked, answers, strict=True)]
    assert np.mean(right) >= 0.98 and np.mean(among) >= 0.98


@pytest.mark.parametrize(("file", "floor"), UNSEEN.items())
@pytest.mark.parametrize("mono", [False, True])
def test_fonts_that_did_not_teach(file: str, floor: float, mono: bool) -> None:
    path = installed((file,))
    if path is None:
        pytest.skip(f"{file} is not on this machine")
    font = Font(path)
    asked = [c for c in dict.fromkeys(COMMON) if font.glyph_of(ord(c))]
    answers = identify(shipped(), [font.ink(font.glyph_of(ord(c)), 24 if mono else 112, mono) for c in asked])
    right = [a is not None and a.char == c for c, a in zip(asked, answers, strict=True)]
    auto = [r for r, a in zip(right, answers, strict=True) if a is not None and a.verdict == "auto"]
    assert np.mean(right) >= floor and all(auto) and len(auto) >= 0.7 * len(asked)


def test_a_folder_of_images(tmp_path: Path) -> None:
    sheet = 255 - picture(22336)
    Image.fromarray(sheet).save(tmp_path / "E000.png")
    Image.fromarray(picture(25761)).convert("1").save(tmp_path / "gaiji_U+E001.bmp")
    Image.fromarray(np.full((40, 40), 255, np.uint8)).save(tmp_path / "E002.png")
    (tmp_path / "E003.png").write_bytes(b"no picture")
    asked, troubles = collect(tmp_path)
    assert [a.code for a in asked] == [0xE000, 0xE001]
    assert [t.name for t in troubles] == ["E002.png", "E003.png"]
    answers = identify(shipped(), [a.ink for a in asked])
    assert [a.char for a in answers if a] == ["葛", "辻"]


@pytest.mark.parametrize(("name", "code"), [("E000", 0xE000), ("U+F040", 0xF040), ("uniE001", 0xE001), ("外字_E0AB", 0xE0AB), ("photo", None)])
def test_codes_in_names(name: str, code: int | None) -> None:
    assert code_of_name(name) == code


def blank_font(path: Path) -> None:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "a"])
    builder.setupCharacterMap({0xE000: "a"})
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", "a")})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "a": (1000, 0)})
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Blank", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


def test_bad_fonts_are_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "broken.tte").write_bytes(b"\0\1\0\0" + b"\xff" * 200)
    blank_font(tmp_path / "blank.ttf")
    for name, codes in (("broken.tte", ""), ("blank.ttf", ""), ("blank.ttf", "F000-F0FF"), ("blank.ttf", "xyz")):
        with pytest.raises(GlyphError):
            collect(tmp_path / name, codes)
    with pytest.raises(GlyphError):
        collect(tmp_path / "broken.tte")
    (tmp_path / "empty").mkdir()
    with pytest.raises(GlyphError):
        collect(tmp_path / "empty")
    Image.new("L", (30, 30), 200).save(tmp_path / "x.png")
    with pytest.raises(GlyphError):
        read_image(tmp_path / "x.png")


@pytest.mark.parametrize(("kind", "first"), [("bdf", 0xE000), ("pcf", 0xE000), ("pcf.gz", 0xE000), ("fon", 0x41)])
def test_bitmap_fonts_lose_no_glyph(tmp_path: Path, kind: str, first: int) -> None:
    """FreeType hides the default character of a PCF font and chooses no codes of a FON font."""
    glyphs = {first + i: picture(mj, 1) // 255 for i, mj in enumerate((28902, 32129, 22335))}
    made = {"bdf": bitmap_fonts.bdf, "pcf": bitmap_fonts.pcf, "pcf.gz": bitmap_fonts.pcf, "fon": bitmap_fonts.fon}[kind](glyphs)
    (tmp_path / f"g.{kind}").write_bytes(gzip.compress(made) if kind.endswith("gz") else made)
    asked, troubles = collect(tmp_path / f"g.{kind}")
    assert not troubles and [a.code for a in asked] == list(glyphs)
    assert "".join(a.char for a in identify(shipped(), [a.ink for a in asked]) if a) == "髙𠮷葛"


@pytest.mark.parametrize("kind", ["bdf", "pcf", "fon"])
def test_a_bitmap_font_cut_off_is_said_to_be(tmp_path: Path, kind: str) -> None:
    whole = {"bdf": bitmap_fonts.bdf, "pcf": bitmap_fonts.pcf, "fon": bitmap_fonts.fon}[kind]({0x41: picture(22335, 1) // 255})
    for length in (0, 3, 40, len(whole) // 2):
        (tmp_path / f"g.{kind}").write_bytes(whole[:length])
        try:
            asked, _ = collect(tmp_path / f"g.{kind}")
        except GlyphError:
            continue
        assert identify(shipped(), [a.ink for a in asked])
