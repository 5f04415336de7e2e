"""Japanese unless English is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Literal

Lang = Literal["ja", "en"]


def language(chosen: str | None = None, env: Mapping[str, str] = os.environ) -> Lang:
    """``chosen`` (``--lang``), else English when LANG says so; C, POSIX or nothing mean Japanese."""
    if chosen in ("ja", "en"):
        return "en" if chosen == "en" else "ja"
    return "en" if env.get("LANG", "").lower().startswith("en") else "ja"


def language_of(words: Sequence[str]) -> Lang:
    """The language of a command line that may be wrong in other places."""
    chosen = None
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if word == "--lang" or word.startswith("--lang="):
            chosen = following if word == "--lang" else word.partition("=")[2]
    return language(chosen)
