"""Whether two patterns of file names can match one name."""

from __future__ import annotations

import re
from functools import lru_cache


def overlap(left: str, right: str) -> bool:
    """Whether some name matches both patterns (``*``, ``?``; a set ``[...]`` counts as any character)."""
    return _overlap(_any_set(left), _any_set(right))


def _any_set(pattern: str) -> str:
    return re.sub(r"\[[^]]+\]", "?", pattern)


@lru_cache(maxsize=4096)
def _overlap(a: str, b: str) -> bool:
    if not a or not b:
        return not (a + b).strip("*")
    if a[0] == "*":
        return _overlap(a[1:], b) or _overlap(a, b[1:])
    if b[0] == "*":
        return _overlap(b, a)
    return (a[0] == b[0] or "?" in (a[0], b[0])) and _overlap(a[1:], b[1:])
