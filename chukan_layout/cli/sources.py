"""What the sources of a command are called, before any is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chukan_layout.read.discover import Source


def has_databases(sources: Sequence[Source]) -> bool:
    return any(not isinstance(s, Path) for s in sources)


def names_at_hand(sources: Sequence[Source], layouts: Path) -> list[str] | None:
    """Names of the files, and of the tables of the standard in databases; None when a database does not tell them.

    ``layouts`` is the folder of the version, by whose areas such tables are known.
    """
    from chukan_layout.read.discover import files_below

    names = [name for _, name in files_below(sources)[0]]
    if not has_databases(sources):
        return names
    from chukan_layout.read.database import names_in
    from chukan_layout.spec.read_layouts import folders_of

    places = [s for s in sources if not isinstance(s, Path)]
    inside = names_in(places, [path.name for _, path in folders_of(layouts)])
    return None if inside is None else [*names, *inside]
