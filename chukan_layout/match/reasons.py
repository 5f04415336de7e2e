"""Why a pair is proposed, in words: levels of a pattern brought down to what a clerk would say.

Pairs with the same words are one class, decided together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chukan_layout.match.scheme import FORMER, KANA_LEVELS, Scheme, Words

_BORN: dict[int, Words] = {
    0: ("生年月日不明", "birth date unknown"), 1: ("生年月日相違", "birth date differs"), 2: ("生年月日一致", "birth date equal"),
    3: ("生年月日の月日が逆", "day and month exchanged"), 4: ("生年月日の元号違い", "another era"),
    5: ("生年が1年か10年違い", "year off by 1 or 10"), 6: ("生年月日の月か日が違い", "day or month differs"),
    7: ("月日だけ一致", "only day and month equal"), 8: ("生年一致（月日不詳）", "year equal, rest unknown"),
    9: ("生年相違（月日不詳）", "year differs, rest unknown"), 10: ("生年だけ一致", "only year equal"),
}  # fmt: skip
_PLACE: dict[int, Words] = {
    0: ("住所不明", "address unknown"), 1: ("別の町", "another town"), 2: ("同じ町", "same town"),
    3: ("同じ番地", "same lot"), 4: ("同じ番地", "same lot"), 5: ("同じ番地", "same lot"), 6: ("前住所と一致", "former address"),
}  # fmt: skip
_SAME, _LIKE, _OTHER, _NONE = ("一致", "equal"), ("類似", "alike"), ("相違", "differs"), ("不明", "unknown")


@dataclass(frozen=True)
class Reason:
    """``id`` is made of the words, so that it stays between runs."""

    id: str
    ja: str
    en: str


def reason(said: Sequence[Words]) -> Reason:
    """A class of the words."""
    ja, en = "・".join(w[0] for w in said), ", ".join(w[1] for w in said)
    return Reason("K" + hashlib.sha256(ja.encode()).hexdigest()[:8], ja, en)


def part(level: int) -> Words:
    """One part of a name in words."""
    if level == 0:
        return _NONE
    if level == FORMER:
        return ("旧氏と一致", "former name equal")
    kanji, kana = divmod(level, KANA_LEVELS)
    if kanji >= 3:
        return ("一致（読み相違）", "equal, reading differs") if kana in (1, 3) else _SAME
    if kana >= 4 or kana == 2:
        return ("読み一致", "reading equal")
    return _LIKE if kanji == 2 or kana == 3 else _OTHER


def level_words(trait: str, level: int, scheme: Scheme) -> Words:
    """What one level of a trait means."""
    if scheme.name == "persons" and trait in ("family", "given"):
        kanji, kana = divmod(level, KANA_LEVELS)
        more = f"（漢字 {kanji}、読み {kana}）" if 0 < level < FORMER else ""
        return part(level)[0] + more, part(level)[1]
    if scheme.name == "persons" and trait in ("born", "place"):
        return (_BORN if trait == "born" else _PLACE)[level]
    first_like = next(t.first_like for t in scheme.traits if t.name == trait)
    return _NONE if level == 0 else _OTHER if level == 1 else _SAME if level == 2 or level < first_like else _LIKE


def say(levels: Sequence[int], scheme: Scheme) -> list[Words]:
    """What a pattern of persons says, the important first."""
    at = {t.name: int(level) for t, level in zip(scheme.traits, levels, strict=True)}
    said: list[Words] = []
    numbers = (at["my_number"], at["juminhyo"])
    if 2 in numbers:
        said.append(("番号一致", "number equal"))
    if 1 in numbers or 3 in numbers:
        said.append(("番号相違", "number differs"))
    said.append(_BORN[at["born"]])
    for name in ("family", "given"):
        ja, en = part(at[name])
        label = scheme.labels[name]
        if at[name] or not at["roman"]:
            said.append((label[0] + ja, f"{label[1]} {en}"))
    if at["roman"]:
        ja, en = {1: _OTHER, 2: _SAME, 3: _LIKE}[at["roman"]]
        said.append(("ローマ字" + ja, f"roman name {en}"))
    if at["order"] == 2:
        said.append(("氏名が逆", "names exchanged"))
    if at["sex"] == 1:
        said.append(("性別相違", "sex differs"))
    said.append(_PLACE[at["place"]])
    return said


def say_any(levels: Sequence[int], scheme: Scheme) -> list[Words]:
    """What a pattern of a scheme from TOML says."""
    out = []
    for trait, level in zip(scheme.traits, levels, strict=True):
        if level:
            ja, en = _OTHER if level == 1 else _SAME if level == 2 or level < trait.first_like else _LIKE
            label = scheme.labels[trait.name]
            out.append((label[0] + ja, f"{label[1]} {en}"))
    return out


def classes(levels: np.ndarray, scheme: Scheme) -> list[Reason]:
    """The class of each pattern."""
    each = say if scheme.name == "persons" else say_any
    return [reason(each(row, scheme)) for row in levels.tolist()]
