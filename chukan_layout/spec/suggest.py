"""もしかして: near words for a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def near(word: str, known: Iterable[str], limit: int = 2) -> str:
    """Up to ``limit`` of the ``known`` words that look like ``word``, best first, joined; else blank."""
    from rapidfuzz import fuzz, process, utils  # only when something is wrong: not on the way of a run

    found = process.extract(
        word, list(known), scorer=fuzz.ratio, processor=utils.default_process, limit=limit, score_cutoff=50
    )
    return "、".join(name for name, score, _ in found if score > found[0][1] - 15)


def best_pairs(words: Sequence[str], known: Sequence[str], cutoff: float = 60) -> list[tuple[str, str]]:
    """Pairs of one of ``words`` and one of ``known`` that look alike, the best first, each used once."""
    from rapidfuzz import fuzz

    scores = [(fuzz.ratio(word, name), i, j) for i, word in enumerate(words) for j, name in enumerate(known)]
    taken: set[str] = set()
    pairs = []
    for score, i, j in sorted(scores, key=lambda s: (-s[0], s[1], s[2])):
        word, name = words[i], known[j]
        if score >= cutoff and f"w{word}" not in taken and f"k{name}" not in taken:
            taken |= {f"w{word}", f"k{name}"}
            pairs.append((word, name))
    return pairs
