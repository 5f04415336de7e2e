"""How alike a column's heading and an item's name are: words, their synonyms, abbreviations and readings."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz

#: Words that say little by themselves.
LIGHT = {"番号": 0.5, "コード": 0.5, "フラグ": 0.5, "区分": 0.5, "年月日": 0.6, "額": 0.5, "金額": 0.5, "年度": 0.6}


@cache
def synonyms() -> dict[str, str]:
    """Variant -> word of the standard, both normalised; a variant of several words goes to the first."""
    text = (files("chukan_layout.propose") / "data" / "synonyms.tsv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    words = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")][1:]
    for word, _ in words:
        found[normal(word)] = normal(word)
    for word, variants in words:
        for variant in variants.split():
            found.setdefault(normal(variant), normal(word))
    return found


@cache
def normal(name: str) -> str:
    """Full and half width, case, separators and brackets do not tell names apart."""
    text = unicodedata.normalize("NFKC", name).upper()
    return re.sub(r"[\s_・,、.。:：()（）\[\]「」/／\-]", "", text)


@cache
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name, synonyms replaced by the standard's word; the longest that fits at each place."""
    text, known = normal(name), synonyms()
    longest = max(map(len, known))
    found: list[str] = []
    rest = ""
    at = 0
    while at < len(text):
        width = next((w for w in range(min(longest, len(text) - at), 0, -1) if text[at : at + w] in known), 0)
        if width:
            found += [rest] if rest else []
            found.append(known[text[at : at + width]])
            rest, at = "", at + width
        else:
            rest += text[at]
            at += 1
    return tuple([*found, rest] if rest else found)


@cache
def likeness(column: str, item: str) -> tuple[float, str]:
    """0 to 1, and why; 1 is the same name."""
    if normal(column) == normal(item):
        return 1.0, f"見出しが項目名と同じ「{item}」"
    mine, theirs = tokens(column), tokens(item)
    common = _weight(set(mine) & set(theirs))
    shared = 2 * common / max(_weight(set(mine)) + _weight(set(theirs)), 0.1)
    letters = fuzz.ratio("".join(mine), "".join(theirs)) / 100
    score = min(0.97, 0.5 * shared + 0.5 * letters) if shared else 0.45 * letters
    if tuple(sorted(mine)) == tuple(sorted(theirs)):
        return 0.97, f"見出し「{column}」は「{item}」の言い換え"
    return score, f"見出し「{column}」と「{item}」の近さ {score:.2f}" if score >= 0.4 else ""


def _weight(words: set[str]) -> float:
    return sum(LIGHT.get(w, 1.0) for w in words)
