"""Names that a file cannot have on Windows, wherever it was named.

Source: "Naming Files, Paths, and Namespaces" (Microsoft): reserved device names with any suffix, reserved characters,
no dot or space at the end.
"""

from __future__ import annotations

import re

_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9¹²³])(?:\..*)?", re.I)
_CHARACTERS = re.compile(r'[<>:"|?*\x00-\x1f\\/]')


def windows_refuses(name: str) -> bool:
    """Whether no file of this name (one part of a path) can be made on Windows."""
    return not name or name[-1] in ". " or bool(_DEVICE.fullmatch(name) or _CHARACTERS.search(name))
