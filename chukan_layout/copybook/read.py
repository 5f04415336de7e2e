"""A copybook's file as records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chukan_layout.copybook.errors import CopybookError
from chukan_layout.copybook.layout import CopyRecord, records
from chukan_layout.copybook.lines import Format
from chukan_layout.copybook.parse import parse
from chukan_layout.copybook.replacing import expand, from_words, substitute
from chukan_layout.copybook.tokens import tokens
from chukan_layout.model.record import Profile

#: A copybook larger than this is none.
LARGEST = 8 << 20
_SUFFIXES = ("", ".cpy", ".CPY", ".cbl", ".CBL", ".cob", ".COB", ".txt")


def text_of(path: Path) -> str:
    """The text of a source file: UTF-8 when it is, else CP932; CopybookError for one that is too large."""
    raw = path.read_bytes()[: LARGEST + 1]
    if len(raw) > LARGEST:
        raise CopybookError("コピー句が大きすぎます", "the copybook is too large", 1, 1, path.name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp932", "replace")


def read_copybook(
    path: Path, profile: Profile = "ibm", form: Format = "auto", replacing: Sequence[tuple[str, str]] = ()
) -> list[CopyRecord]:
    """The records of a copybook; COPY looks in the same folder.  CopybookError, OSError when it cannot be read."""
    return read_text(text_of(path), profile, form, replacing, path.parent, path.name)


def read_text(
    source: str,
    profile: Profile = "ibm",
    form: Format = "auto",
    replacing: Sequence[tuple[str, str]] = (),
    folder: Path | None = None,
    file: str = "",
) -> list[CopyRecord]:
    """As :func:`read_copybook` for a text."""

    def load(name: str) -> str | None:
        if folder is None or "/" in name or "\\" in name or name.startswith("."):
            return None
        for spelled in (name, name.lower(), name.upper()):
            for suffix in _SUFFIXES:
                found = folder / (spelled + suffix)
                if found.is_file():
                    return text_of(found)
        return None

    found = expand(tokens(source, form, file), load)
    return records(parse(substitute(found, from_words(replacing))), profile)
