"""How records of the standard are named and escaped in XML: what its writer and its reader share (docs/xml.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence

RECORD, FILE = "記録", "移行ファイル"
#: NameStartChar and NameChar of XML 1.0, as far as names of items need them.
_FIRST = re.compile(r"[A-Za-z_À-ÖØ-öø-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd]")
_OTHER = re.compile(r"[^-.0-9\u00b7\u0300-\u036f\u203f\u2040A-Za-z_À-ÖØ-öø-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
                    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd]")  # fmt: skip


def element_names(items: Sequence[str]) -> list[str]:
    """A name that XML allows for each item: the item's own, with ``_`` for what XML does not allow, each once."""
    names: list[str] = []
    for item in items:
        name = _OTHER.sub("_", item)
        if not _FIRST.match(name[:1]):
            name = "_" + name
        while name in names:
            name += "_"
        names.append(name)
    return names


def unescaped(text: str) -> str:
    """The value of an element that says ``escaped="true"``."""
    return re.sub(r"\\(\\|u\{([0-9A-F]+)\})", lambda m: chr(int(m[2], 16)) if m[2] else "\\", text)
