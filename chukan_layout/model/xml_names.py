"""How records of the standard are named and escaped in XML: what its writer and its reader share (docs/xml.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence

RECORD, FILE = "記録", "移行ファイル"
#: Letters and other characters of names in XML 1.0 up to its fourth edition, as far as names of items need them: expat and
#: others know no later one, which would have allowed （ and full-width digits too.
_FIRST = re.compile(r"[A-Za-z_\u3007\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5]")
_OTHER = re.compile(r"[^-.0-9A-Za-z_\u00b7\u3005\u3007\u3041-\u3094\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe\u4e00-\u9fa5]")


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
