"""What comes from the user's own fonts and the time of the source: GJ codes of plane 16, default shapes; registers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from chukan_layout.gaiji.defaults import default_shapes
from chukan_layout.gaiji.gj import planes_of
from chukan_layout.gaiji.identity import GJ
from chukan_layout.gaiji.rule_files import RuleFileError
from tests.conftest import Chukan


def gj_font(path: Path, names: dict[int, str]) -> Path:
    """A made-up font of the structure that the published one is said to have (not seen here)."""
    builder = FontBuilder(1000, isTTF=True)
    order = [".notdef", *dict.fromkeys(names.values())]
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Made Up", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def test_gj_codes_come_from_the_font_of_the_user(chukan: Chukan, tmp_path: Path) -> None:
    font = gj_font(tmp_path / "acgjm.ttf", {0x100000: "gj000001", 0x10DFF5: "gj008038", 0xE000: "gj000002", 0x4E00: "mj000001"})
    assert planes_of(font) == {GJ + 1: "\U00100000", GJ + 8038: "\U0010dff5"}
    (tmp_path / "a.csv").write_text("名\n\U00100000田\n\U00100001田\n", encoding="utf-8")
    words = ("--gj-font", font, "--none", "keep", "--out", tmp_path / "o.csv", "--format", "json")
    done = chukan("gaiji", "convert", tmp_path / "a.csv", "--to", "mj_plus", *words, code=None)
    report = json.loads(done.stdout)
    assert (tmp_path / "o.csv").read_text(encoding="utf-8") == "名\n\U00100000田\n\U00100001田\n"
    assert [u["source_hex"] for u in report["unresolved"]] == ["100001"]
    chukan("gaiji", "convert", tmp_path / "a.csv", "--to", "mj_name", *words, code=None)
    assert "{GJ000001}{MJ" in (tmp_path / "o.csv").read_text(encoding="utf-8")


def test_a_font_without_gj_glyphs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError):
        planes_of(gj_font(tmp_path / "x.ttf", {0x4E00: "mj000001"}))
    (tmp_path / "bad.ttf").write_bytes(b"\0\1\0\0" + b"\xff" * 100)
    with pytest.raises(RuleFileError):
        planes_of(tmp_path / "bad.ttf")


@pytest.mark.parametrize("kind", ["jis78", "jis90"])
def test_old_default_shapes_are_another_glyph(chukan: Chukan, tmp_path: Path, kind: str) -> None:
    shapes = default_shapes(kind)
    assert shapes
    char = next(iter(shapes))
    (tmp_path / "a.csv").write_text(f"名\n{char}\n", encoding="utf-8")
    made = {}
    for default in ("as_is", "jis2004", kind):
        chukan("gaiji", "convert", tmp_path / "a.csv", "--to", "mj_name", "--none", "keep", "--source-default", default, "--out", tmp_path / "o.csv", code=None)
        made[default] = (tmp_path / "o.csv").read_text(encoding="utf-8")
    assert made["as_is"] == made["jis2004"] != made[kind]


def test_three_bodies_under_three_policies(chukan: Chukan, tmp_path: Path) -> None:
    tables = {"A市": "U+E000,MJ022335\nU+E001,\n", "B町": "U+E000,MJ028902\nU+E005,MJ022335\n", "C村": "U+E0FF,MJ022335\nU+E000,\n"}
    words = []
    for body, rows in tables.items():
        (tmp_path / f"{body}.csv").write_text("source,target\n" + rows, encoding="utf-8")
        words.append(f"{body}={tmp_path / f'{body}.csv'}")
    after = {}
    for policy in ("keep", "ipamj", "common"):
        done = chukan("gaiji", "register", "merge", *words, "--policy", policy, "--out", tmp_path / f"{policy}.json", "--format", "json", "--rules-dir", tmp_path / policy)
        after[policy] = json.loads(done.stdout)["total"]
    assert after == {"keep": {"before": 6, "after": 6}, "ipamj": {"before": 6, "after": 2}, "common": {"before": 6, "after": 4}}
    assert "B町:U+E000" in (tmp_path / "keep" / "B町.csv").read_text(encoding="utf-8-sig")
    assert "MJ022335" in (tmp_path / "ipamj" / "C村.csv").read_text(encoding="utf-8-sig")


def test_a_code_that_is_another_glyph_now_is_refused(chukan: Chukan, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("source,target\nU+E000,MJ022335\nU+E001,\n", encoding="utf-8")
    chukan("gaiji", "register", "merge", f"A市={tmp_path / 'a.csv'}", "--out", tmp_path / "one.json")
    (tmp_path / "a.csv").write_text("source,target\nU+E000,MJ028902\n", encoding="utf-8")
    done = chukan("gaiji", "register", "merge", tmp_path / "one.json", f"A市={tmp_path / 'a.csv'}", "--out", tmp_path / "two.json", code=2)
    assert "U+E000" in done.stderr and not (tmp_path / "two.json").exists()
    (tmp_path / "a.csv").write_text("source,target\nU+E001,MJ028902\n", encoding="utf-8")
    chukan("gaiji", "register", "merge", tmp_path / "one.json", f"A市={tmp_path / 'a.csv'}", "--out", tmp_path / "two.json")
    entries = json.loads((tmp_path / "two.json").read_text(encoding="utf-8"))["entries"]
    assert [(e["code"], e["mj"]) for e in entries] == [("U+E000", "MJ022335"), ("U+E001", "MJ028902")], "what becomes known is added"
