"""Which columns may be the key of a file, and which point to the key of another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from chukan_layout import _kernel
from chukan_layout.profile.model import Column, FileProfile, Foreign, Key

#: Sets of columns that are tried.
SETS = 16
#: Different values that a pointing column must have, so that it does not fit by chance.
ENOUGH = 20
#: Files among which any key may be pointed to by another name.
FEW = 12
_SEQUENCE = re.compile(r"履歴|枝番|連番|順番|通番|SEQ|seq|年度|期別|回数|月分|区分|種別")
_NUMBERED = re.compile(r"番号|コード|ID|id|NO|no|ＩＤ|ＮＯ|CD|ＣＤ")
_STEM = re.compile(f"(?:{_NUMBERED.pattern})$")


def single(columns: Sequence[Column], records: int) -> list[Key]:
    """Columns that alone tell the records apart (or nearly: ``repeated``), the likeliest first."""
    found = []
    for c in columns:
        if c.filled < records or records < 2 or c.type in ("N", "M", "D", "-"):
            continue
        if c.repeated is not None and c.repeated * 50 <= records:
            found.append((c.repeated, not _NUMBERED.search(c.name), c.no, Key((c.name,), c.repeated)))
        elif not c.exact and c.distinct > 0.97 * records:
            found.append((0, not _NUMBERED.search(c.name), c.no, Key((c.name,), 0, exact=False)))
    return [key for *_, key in sorted(found, key=lambda f: f[:3])]


def sets(columns: Sequence[Column], records: int) -> list[tuple[int, ...]]:
    """Sets of columns (numbers from 0) that together may be a key, where none alone is."""
    whole = [c for c in columns if c.filled == records and c.distinct > 1 and c.type in ("X", "9")]
    bases = [c for c in whole if c.distinct * 20 >= records]
    bases = sorted(bases, key=lambda c: (not _NUMBERED.search(c.name), c.no))[:2]
    more = [c for c in whole if c not in bases and c.distinct * 2 < records]
    more = sorted(more, key=lambda c: (not _SEQUENCE.search(c.name), c.no))[:4]
    pairs = [(b, m) for b in bases for m in more]
    triples = [(b, *two) for b in bases for two in combinations(more, 2)]
    if not bases and len(more) > 1:
        pairs = list(combinations(more, 2))
    return [tuple(sorted(c.no - 1 for c in some)) for some in [*pairs, *triples]][:SETS]


def together(
    columns: Sequence[Column], tried: Sequence[tuple[int, ...]], repeated: Iterable[int | None], stated: tuple[int, ...] = ()
) -> list[Key]:
    """The smallest sets that tell all records apart, else the one that nearly does; and the ``stated`` one."""
    told = [(n, some) for some, n in zip(tried, repeated, strict=True) if n is not None]
    if not told:
        return []
    whole = [some for n, some in told if n == 0]
    least = [some for some in whole if not any(set(other) < set(some) for other in whole)]
    best = [(0, some) for some in least] or [min(told, key=lambda t: (t[0], len(t[1])))]
    best = best[:3] + [(n, some) for n, some in told if some == stated and (n, some) not in best[:3]]
    return [Key(tuple(columns[n].name for n in some), twice) for twice, some in best]


def foreign(files: Sequence[tuple[FileProfile, _kernel.Survey]]) -> list[Foreign]:
    """Columns whose values are (nearly) all among the values of another file's key.

    Seen by a fair sample of their different values, so that nothing of them is held.  A column of another name than the
    key points only to a key that others point to by name, the one most point to: small numbers are among those of any.
    Among many files its name must speak of that key too (従前戸籍番号 of 戸籍番号).
    """
    parents = [
        _Parent(file, survey, next(c for c in file.columns if c.name == key.columns[0]))
        for file, survey in files
        for key in file.keys
        if len(key.columns) == 1 and key.exact
    ]
    # A column called as the first key of a file points to that one, not to any numbers that its own are among.
    named = {key.columns[0] for file, _ in files for key in file.keys[:1] if len(key.columns) == 1}
    by_name: dict[str, list[_Parent]] = {}
    for parent in parents:
        by_name.setdefault(parent.column.name, []).append(parent)
    children = [
        (file, survey, c) for file, survey in files for c in file.columns if c.type in ("X", "9") and c.distinct >= ENOUGH
    ]
    found = [
        told
        for file, survey, child in children
        for parent in by_name.get(child.name, ())
        if (told := _within(file, survey, child, parent))
    ]
    pointed = Counter((f.to_file, f.to_column) for f in found)
    hubs = [p for p in parents if pointed[p.file.name, p.column.name]]
    hubs.sort(key=lambda p: -pointed[p.file.name, p.column.name])
    for file, survey, child in children:
        if child.name not in named:
            likely = (p for p in hubs if p.column.name != child.name and _alike(child, p.column))
            if len(files) > FEW:
                likely = (p for p in likely if (stem := _STEM.sub("", p.column.name)) and stem in child.name)
            told = next((t for p in likely if (t := _within(file, survey, child, p))), None)
            found += [told] if told else []
    return found


class _Parent(NamedTuple):
    file: FileProfile
    survey: _kernel.Survey
    column: Column


def _within(file: FileProfile, survey: _kernel.Survey, child: Column, parent: _Parent) -> Foreign | None:
    if parent.file is file:
        return None
    told = survey.within(child.no - 1, parent.survey, parent.column.no - 1)
    if not told or not told[0] or told[1] < 0.97 * told[0]:
        return None
    return Foreign(file.name, child.name, parent.file.name, parent.column.name, told[1] / told[0], told[0])


def _alike(child: Column, parent: Column) -> bool:
    """Numbers of the same sort: 1 to 9 are among the numbers of any key."""
    same = child.type == parent.type and child.digits == parent.digits and child.zero_led == parent.zero_led
    return same and not child.codes and child.distinct * 10 >= parent.distinct and bool(_NUMBERED.search(child.name))
