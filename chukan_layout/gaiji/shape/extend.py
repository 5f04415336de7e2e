"""The index extended by a font on the user's machine (IPAmj明朝, the font of 行政事務標準文字); cached beside the user's data.

Computed once for a file (its size and time are the key), because 60,000 glyphs take half a minute.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont, TTLibError

from chukan_layout.gaiji.identity import GJ
from chukan_layout.gaiji.shape.features import Vectors, features, normalise
from chukan_layout.gaiji.shape.glyphs import Font, GlyphError
from chukan_layout.gaiji.shape.index import ShapeIndex
from chukan_layout.gaiji.shape.train import Source, glyphs_by_mj

_GJ = re.compile(r"^gj(\d{6})$", re.IGNORECASE)


def with_font(index: ShapeIndex, path: Path) -> tuple[ShapeIndex, int]:
    """The index and the number of glyphs added.  Raises GlyphError for a font without MJ or GJ glyphs."""
    vectors, mj = _cached(path)
    return index.with_more(vectors, mj), len(mj)


def cache_folder() -> Path:
    """Where computed features are kept (``XDG_CACHE_HOME``)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "chukan" / "gaiji"


def _cached(path: Path) -> tuple[Vectors, np.ndarray]:
    status = path.stat()
    key = hashlib.sha256(f"1 {path.name} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:24]
    kept = cache_folder() / f"{key}.npz"
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as file:
            return file["vectors"].astype(np.float32), file["mj"]
    vectors, mj = _drawn(path)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with kept.with_suffix(".part").open("wb") as out:
            np.savez(out, vectors=vectors.astype(np.float16), mj=mj)
        kept.with_suffix(".part").replace(kept)
    except OSError:
        pass  # a cache that cannot be written only costs time
    return vectors, mj


def _drawn(path: Path) -> tuple[Vectors, np.ndarray]:
    try:
        glyphs = [(mj, glyph) for mj, glyph, _ in glyphs_by_mj(Source(path.stem, "user", path))]
        with TTFont(path, lazy=True) as file:
            names = file.getGlyphOrder()
    except (TTLibError, OSError, ValueError, AssertionError) as broken:
        raise GlyphError(f"フォントとして読めません: {path.name}", f"not a usable font: {path.name}") from broken
    glyphs += [(GJ + int(m[1]), i) for i, name in enumerate(names) if (m := _GJ.match(name))]
    if not glyphs:
        raise GlyphError(f"MJ の字形がありません: {path.name}", f"no MJ glyphs in {path.name}")
    font = Font(path)
    squares, kept = [], []
    for mj, glyph in glyphs:
        ink = font.ink(glyph)
        square = None if ink is None else normalise(ink)
        if square is not None:
            squares.append(square)
            kept.append(mj)
    return features(np.stack(squares)), np.array(kept, np.uint32)
