"""GJ glyphs of 行政事務標準文字, from the user's copy of the font: its glyph names (gj000001 …) and plane-16 codes."""

from __future__ import annotations

import re
from pathlib import Path

from chukan_layout.gaiji.identity import GJ
from chukan_layout.gaiji.rule_files import RuleFileError

_NAMED = re.compile(r"^gj(\d{6})$", re.IGNORECASE)


def planes_of(font: Path) -> dict[int, str]:
    """GJ number → its character in plane 16.  Raises RuleFileError for a file that is no font or has no GJ glyphs."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with font.open("rb") as raw, TTFont(raw, lazy=True) as file:
            codes = file.getBestCmap() or {}
    except (TTLibError, OSError, ValueError, AssertionError) as broken:
        raise RuleFileError(f"フォントとして読めません: {font.name}", f"not a usable font: {font.name}") from broken
    found = {GJ + int(m[1]): chr(code) for code, name in codes.items() if code >= 0x100000 and (m := _NAMED.match(name))}
    if not found:
        raise RuleFileError(
            f"GJ の字形がありません: {font.name} (字形名 gj000001 … と面 16 のコードが要ります)",
            f"no GJ glyphs in {font.name} (glyph names gj000001 … at codes of plane 16)",
        )
    return found
