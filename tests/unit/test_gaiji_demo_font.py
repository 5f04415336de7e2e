"""A vendor's gaiji font made from a free one: identified, and compared between bodies by shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("freetype")

from chukan_layout.gaiji.shape.collect import collect
from chukan_layout.gaiji.shape.demo_font import make
from chukan_layout.gaiji.shape.glyphs import GlyphError
from chukan_layout.gaiji.shape.identify import identify
from chukan_layout.gaiji.shape.index import shipped
from chukan_layout.gaiji.shape.sources import installed
from tests.conftest import Chukan


@pytest.fixture
def free() -> Path:
    path = installed(("ipam.ttf", "ipaexm.ttf"))
    if path is None:
        pytest.skip("IPA Mincho is not on this machine (fonts-ipafont-mincho)")
    return path


def test_shifted_private_codes_are_identified(free: Path, tmp_path: Path) -> None:
    chars = "鯖榊飴鰯淫迂厩噂餌襖牙廻恢晦蟹鞄"
    font = tmp_path / "vendor.tte"
    assert make([free], {chr(0xE000 + i): c for i, c in enumerate(chars)} | {"\uf000": "\U0002f9f4"}, font) == ["\uf000"]
    asked, _ = collect(font, "E000-E0FF")
    answers = identify(shipped(), [a.ink for a in asked])
    assert [a.code for a in asked] == [0xE000 + i for i in range(len(chars))]
    assert "".join(a.char for a in answers if a) == chars


def test_no_glyph_at_all_is_an_error(free: Path, tmp_path: Path) -> None:
    with pytest.raises(GlyphError):
        make([free], {"\ue000": "\U000e0fff"}, tmp_path / "x.tte")


def test_the_same_shape_in_two_bodies_gets_one_code(chukan: Chukan, free: Path, tmp_path: Path) -> None:
    make([free], {"\ue000": "葛", "\ue001": "辻"}, tmp_path / "a.tte")
    make([free], {"\ue100": "辻", "\ue101": "榊"}, tmp_path / "b.tte")
    (tmp_path / "a.csv").write_text("source,target\nU+E000,MJ022336\nU+E001,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("source,target\nU+E100,\n", encoding="utf-8")
    words = [f"A={tmp_path / 'a.csv'}", f"B={tmp_path / 'b.csv'}", "--font", f"A={tmp_path / 'a.tte'}", "--font", f"B={tmp_path / 'b.tte'}"]
    out = tmp_path / "r.json"
    counts = json.loads(chukan("gaiji", "register", "merge", *words, "--out", out, "--format", "json").stdout)
    assert counts["total"] == {"before": 4, "after": 3} and counts["same_glyph"] == {"by_mj": 0, "by_shape": 1}
    both = next(e for e in json.loads(out.read_text(encoding="utf-8"))["entries"] if len(e["members"]) == 2)
    assert both["members"] == {"A": ["U+E001"], "B": ["U+E100"]} and both["how"] == "shape"
