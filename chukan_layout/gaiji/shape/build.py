"""Makes ``shapes.npz``, ``pictures.bin``, ``aj1.parquet`` and ``defaults.parquet`` of ``gaiji/``.

``python -m chukan_layout.gaiji.shape.build FOLDER...`` with folders that hold the fonts of the Debian packages
fonts-hanazono, fonts-noto-cjk, fonts-morisawa-bizud-mincho and fonts-morisawa-bizud-gothic (Hanazono: free use with
or without modification; the others: SIL OFL 1.1).  No other font is used.  About five minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from fontTools.ttLib import TTFont

from chukan_layout.gaiji import data
from chukan_layout.gaiji.identity import glyphs_of
from chukan_layout.gaiji.pictures import FILE as PICTURES
from chukan_layout.gaiji.pictures import SIDE, pack
from chukan_layout.gaiji.shape.features import Vectors, features, normalise
from chukan_layout.gaiji.shape.glyphs import Font
from chukan_layout.gaiji.shape.index import FILE, ShapeIndex
from chukan_layout.gaiji.shape.train import Drawn, Source, draw, glyphs_by_mj, model

#: name, family, file, index in the collection, licence; Gothic fonts only teach what to ignore.
FONTS = (
    ("HanaMinA", "hanazono", "HanaMinA.ttf", 0),
    ("HanaMinB", "hanazono", "HanaMinB.ttf", 0),
    ("Noto Serif CJK JP", "noto", "NotoSerifCJK-Regular.ttc", 0),
    ("Noto Sans CJK JP", "noto", "NotoSansCJK-Regular.ttc", 0),
    ("BIZ UD Mincho", "bizud", "BIZUDMincho-Regular.ttf", 0),
    ("BIZ UD Gothic", "bizud", "BIZUDGothic-Regular.ttf", 0),
)
PROTOTYPES = ("HanaMinA", "HanaMinB", "Noto Serif CJK JP", "BIZ UD Mincho")
#: Renderings that teach: antialiased, and one bit at the sizes of old user-defined characters.
QUALITIES = ((112, False), (24, True), (48, True))
#: A sibling must lead by this much to enter the tables by shape: 0.08 was right for 880 of 884 known sequences.
LEAD = 0.08
LEAD_OF_DEFAULTS = 0.05


def sources(folders: Sequence[Path]) -> dict[str, Source]:
    """The fonts of :data:`FONTS` below the folders.  Raises SystemExit for one that is missing."""
    files = {path.name: path for folder in folders for path in folder.rglob("*.tt[fc]")}
    missing = [file for _, _, file, _ in FONTS if file not in files]
    if missing:
        raise SystemExit(f"missing fonts: {', '.join(missing)}")
    return {name: Source(name, family, files[file], index) for name, family, file, index in FONTS}


def drawings(fonts: dict[str, Source]) -> tuple[dict[str, Drawn], list[Drawn]]:
    """Fonts drawn once antialiased, and all drawings that teach."""
    first: dict[str, Drawn] = {}
    every: list[Drawn] = []
    for name, source in fonts.items():
        for pixels, mono in QUALITIES:
            drawn = draw(source, None, pixels, mono)
            every.append(drawn)
            first.setdefault(name, drawn)
            print(f"{name} {pixels} {'mono' if mono else 'grey'}: {len(drawn.mj)}", file=sys.stderr)
    return first, every


def index_of(first: dict[str, Drawn], every: Sequence[Drawn], without_family: str = "") -> ShapeIndex:
    """The model of all fonts, or of all but one family."""
    prototypes = [first[name] for name in PROTOTYPES if first[name].source.family != without_family]
    return model(prototypes, [d for d in every if d.source.family != without_family], "hanazono")


def pictures(fonts: dict[str, Source]) -> bytes:
    """Every glyph as bits, each in its em square; later fonts only fill gaps."""
    squares: dict[int, bytes] = {}
    for name in PROTOTYPES:
        font = Font(fonts[name].path, fonts[name].index)
        for mj, glyph, _ in glyphs_by_mj(fonts[name]):
            if mj not in squares and (ink := font.ink(glyph, SIDE, mono=True)) is not None:
                squares[mj] = _square(ink)
    return pack(squares)


def _square(ink: np.ndarray) -> bytes:
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    cut = ink[:SIDE, :SIDE]
    top, left = (SIDE - cut.shape[0]) // 2, (SIDE - cut.shape[1]) // 2
    sheet[top : top + cut.shape[0], left : left + cut.shape[1]] = cut > 0
    return np.packbits(sheet, axis=1).tobytes()


def adobe(noto: Source, index: ShapeIndex) -> pl.DataFrame:
    """Adobe-Japan1 sequences whose base has several MJ glyphs, by the shape that Noto Serif shows."""
    font = TTFont(noto.path, lazy=True, fontNumber=noto.index)
    order = {name: i for i, name in enumerate(font.getGlyphOrder())}
    best = font.getBestCmap()
    registered = set(data.ivd().filter(pl.col("coll") == 0).select("base", "vs").rows())
    asked = []
    for table in font["cmap"].tables:
        if table.format == 14:
            for selector, pairs in table.uvsDict.items():
                for base, name in pairs:
                    glyph = name or best.get(base)
                    if glyph and (base, selector) in registered and len(glyphs_of().get(chr(base), ())) > 1:
                        asked.append((base, selector, order[glyph]))
    found = [
        (base, selector, mj)
        for (base, selector, _), mj in zip(asked, _siblings(noto, index, asked, LEAD), strict=True)
        if mj is not None
    ]
    return pl.DataFrame(found, schema={"base": pl.UInt32, "vs": pl.UInt32, "mj": pl.UInt32}, orient="row").sort("base", "vs")


def defaults(noto: Source, index: ShapeIndex) -> pl.DataFrame:
    """What plain codes showed in JIS78 and JIS90 fonts, by the substitutions jp78 and jp90."""
    font = TTFont(noto.path, lazy=True, fontNumber=noto.index)
    order = {name: i for i, name in enumerate(font.getGlyphOrder())}
    codes = {name: code for code, name in font.getBestCmap().items() if len(glyphs_of().get(chr(code), ())) > 1}
    rows = []
    for kind, tag in (("jis78", "jp78"), ("jis90", "jp90")):
        asked = [(codes[a], 0, order[b]) for a, b in _substitutions(font, tag) if a in codes]
        plain = {m: c for c, m in data.mj().filter(pl.col("impl").is_not_null()).select("impl", "mj").rows()}
        for (code, _, _), mj in zip(asked, _siblings(noto, index, asked, LEAD_OF_DEFAULTS), strict=True):
            if mj is not None and plain.get(mj) != code:
                rows.append((kind, code, mj))
    return pl.DataFrame(rows, schema={"jis": pl.String, "code": pl.UInt32, "mj": pl.UInt32}, orient="row").unique().sort("jis", "code")


def _substitutions(font: TTFont, tag: str) -> Iterator[tuple[str, str]]:
    table = font["GSUB"].table
    wanted = {i for record in table.FeatureList.FeatureRecord if record.FeatureTag == tag for i in record.Feature.LookupListIndex}
    for i in sorted(wanted):
        for sub in table.LookupList.Lookup[i].SubTable:
            sub = getattr(sub, "ExtSubTable", sub)
            mapping = getattr(sub, "mapping", None) or {a: b[0] for a, b in getattr(sub, "alternates", {}).items()}
            yield from mapping.items()


def _siblings(
    noto: Source, index: ShapeIndex, asked: Sequence[tuple[int, int, int]], lead: float
) -> list[int | None]:
    """The MJ glyph of its own character that each glyph looks like, None without a clear lead."""
    font = Font(noto.path, noto.index)
    squares = [normalise(ink) if (ink := font.ink(glyph)) is not None else None for _, _, glyph in asked]
    blank = np.zeros((64, 64), np.uint8)
    vectors: Vectors = index.project(features(np.stack([blank if s is None else s for s in squares])))
    rows = {int(mj): i for i, mj in enumerate(index.mj) if index.plain[i]}
    found: list[int | None] = []
    for (base, _, _), vector in zip(asked, vectors, strict=True):
        scores = sorted(((float(vector @ index.prototypes[rows[g]]), g) for g in glyphs_of()[chr(base)] if g in rows), reverse=True)
        clear = len(scores) == 1 or (len(scores) > 1 and scores[0][0] - scores[1][0] >= lead)
        found.append(scores[0][1] if clear and scores[0][0] > 0.6 else None)
    return found


def main() -> None:
    """Draw, teach, write."""
    fonts = sources([Path(p) for p in sys.argv[1:]])
    folder = data.table_path("mj.parquet").parent
    (folder / PICTURES).write_bytes(pictures(fonts))
    first, every = drawings(fonts)
    index = index_of(first, every)
    index.save(folder / FILE)
    adobe(fonts["Noto Serif CJK JP"], index).write_parquet(folder / "aj1.parquet", compression_level=19)
    defaults(fonts["Noto Serif CJK JP"], index).write_parquet(folder / "defaults.parquet", compression_level=19)


if __name__ == "__main__":
    main()
