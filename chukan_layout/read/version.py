"""Which version of the standard files are of, by their headings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from chukan_layout.model.layout import LayoutSet
from chukan_layout.read.discover import Source, discover


class Likeness(NamedTuple):
    """``share``: of all headings of the files and items of their layouts, those that are in both; 1 when all agree."""

    version: str
    share: float
    files: int


def likeness(sources: Sequence[Source], layouts: LayoutSet) -> Likeness:
    """How well the headings of ``sources`` agree with a version; files that it does not know count as wholly strange."""
    discovery = discover(sources, layouts, None)
    both = either = 0
    for found in discovery.found:
        wanted, there = {item.name for item in found.layout.items}, set(found.header.columns)
        both += len(wanted & there)
        either += len(wanted | there)
    strange = sum(1 for skipped in discovery.skipped if skipped.check == "file")
    known = len(discovery.found)
    share = both / either * known / (known + strange) if either else 0.0
    return Likeness(layouts.version, share, known)


def likeliest(
    sources: Sequence[Source], latest: LayoutSet, others: Sequence[str], load: Callable[[str], LayoutSet | None]
) -> tuple[LayoutSet, list[Likeness]]:
    """``latest`` unless a version of ``others`` (newest first) agrees better; and how well each that was looked at agrees.

    Others are loaded only when the headings differ from ``latest``; ``load`` gives None for one that cannot be used.
    """
    best, found = latest, [likeness(sources, latest)]
    if found[0].share == 1.0 or not found[0].files:
        return best, found
    most = found[0].share
    for version in others:
        layouts = load(version)
        if layouts is None:
            continue
        found.append(likeness(sources, layouts))
        if found[-1].share > most:
            best, most = layouts, found[-1].share
    return best, found
