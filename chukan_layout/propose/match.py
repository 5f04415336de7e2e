"""Which column is which item: the best pairs, each with its confidence and evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from chukan_layout.model.layout import Area, Foreign, LayoutFile
from chukan_layout.propose.names import likeness
from chukan_layout.propose.profile import Profile
from chukan_layout.propose.score import fit

#: How much names, contents and position weigh; without names contents and position alone.
NAME, CONTENT, PLACE = 0.62, 0.28, 0.10
LEAST = 0.30


class Proposal(NamedTuple):
    """``column`` may be ``item``; ``confidence`` is 0 to 1, ``why`` the evidence in Japanese."""

    item: str
    column: str
    confidence: float
    why: tuple[str, ...]


def proposals(
    profiles: Sequence[Profile], file: LayoutFile, area: Area, known: Mapping[str, Collection[str]] | None = None,
    names: bool = True, contents: bool = True,
) -> list[Proposal]:  # fmt: skip
    """One proposal per column at most, the most certain pairs first.

    ``known`` are numbers of other files, by what they are (``宛名番号``): a column whose values stand among them
    may be a foreign key to them.  ``names`` and ``contents`` False leave these out (to measure what they give).
    """
    table = {
        (i, j): _score(p, i, j, len(profiles), file, area, known or {}, names, contents)
        for i, p in enumerate(profiles) for j in range(len(file.items))
    }  # fmt: skip
    order = sorted(table, key=lambda at: (-table[at][0], at))
    best_of_column: dict[int, list[float]] = {}
    best_of_item: dict[int, list[float]] = {}
    for i, j in order:
        best_of_column.setdefault(i, []).append(table[i, j][0])
        best_of_item.setdefault(j, []).append(table[i, j][0])
    found: list[Proposal] = []
    columns: set[int] = set()
    items: set[int] = set()
    for i, j in order:
        score, why = table[i, j]
        if score < LEAST or i in columns or j in items:
            continue
        columns.add(i)
        items.add(j)
        rival = max(_second(best_of_column[i], score), _second(best_of_item[j], score))
        confidence = max(0.01, min(0.99, score * (0.75 + min(0.25, max(score - rival, 0)))))
        found.append(Proposal(file.items[j].name, profiles[i].name, round(confidence, 2), why))
    return found


def _second(scores: Sequence[float], score: float) -> float:
    """The best of the other candidates."""
    others = list(scores)
    others.remove(score)
    return max(others, default=0.0)


def _score(
    p: Profile, i: int, j: int, n: int, file: LayoutFile, area: Area, known: Mapping[str, Collection[str]],
    names: bool, contents: bool,
) -> tuple[float, tuple[str, ...]]:  # fmt: skip
    item = file.items[j]
    alike, reason = likeness(p.name, item.name) if names else (0.0, "")
    content = fit(p, item, file, area.codes.get(item.code or "")) if contents else None
    place = 1 - abs(i / max(n - 1, 1) - j / max(len(file.items) - 1, 1))
    score = PLACE * place + (NAME * alike if names else 0.0)
    why = [reason] if reason else []
    if content is not None:
        score += CONTENT * content.score
        if content.score < -0.5:
            score -= 0.15
        why += content.why
        linked = _linked(p, item.name, file, known)
        if linked:
            score += 0.2
            why.append(linked)
    whole = PLACE + (NAME if names else 0) + (CONTENT if contents else 0)
    score /= whole
    if place > 0.97:
        why.append(f"並びの位置が近い（{i + 1}列目、{item.no}番目の項目）")
    return score, tuple(why)


def _linked(p: Profile, item: str, file: LayoutFile, known: Mapping[str, Collection[str]]) -> str:
    """Why the values say that this is a key to another file."""
    if not p.values:
        return ""
    for check in file.keyed_checks:
        if isinstance(check, Foreign) and check.items == (item,):
            for target in check.targets:
                among = known.get(f"{target.file}.{target.items[0]}", ())
                share = sum(v in among for v in p.values) / len(p.values) if among else 0.0
                if share > 0.95:
                    return f"値の {share:.0%} が「{target.file}」の{target.items[0]}にある"
    return ""
