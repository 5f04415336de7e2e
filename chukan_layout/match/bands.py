"""Three bands: 自動候補 (rules and a probability, with vetoes), 要確認, 対象外.  And what is no match but a fault.

A probability alone never makes an automatic candidate: twins and namesakes have high ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chukan_layout.match.compare import Compared, Prepared
from chukan_layout.match.scheme import FORMER, KANA_LEVELS, Scheme

AUTO, REVIEW, NO = 2, 1, 0
#: Fixed before the sets that are reported were seen: one person from here on; shown to a person; automatic candidate.
SAME, SHOWN, SURE = 0.5, 0.05, 0.99
Flags = np.ndarray


@dataclass(frozen=True)
class Parts:
    """What the levels of persons mean, a flag or level per pattern."""

    family_same: Flags
    family_like: Flags
    given_same: Flags
    given_like: Flags
    given_kanji: Flags
    born: np.ndarray
    sex: np.ndarray
    place: np.ndarray
    number_same: Flags
    number_other: Flags
    in_order: Flags


def parts(levels: np.ndarray, scheme: Scheme) -> Parts:
    """The levels of :func:`scheme.persons` read."""
    family, given, order, born, sex, place, my_number, juminhyo = (
        levels[:, scheme.at(t)]
        for t in ("family", "given", "order", "born", "sex", "place", "my_number", "juminhyo")
    )
    kanji, kana = np.divmod(family, KANA_LEVELS)
    family_same = (kanji >= 3) | (kana == 2) | (kana >= 4)
    g_kanji, g_kana = np.divmod(given, KANA_LEVELS)
    given_same = ((g_kanji >= 3) & (g_kana != 1)) | ((g_kanji == 0) & ((g_kana >= 5) | (g_kana == 2)))
    return Parts(
        family_same, family_same | (kanji == 2) | (kana == 3), given_same,
        given_same | (g_kanji >= 2) | (g_kana >= 2), g_kanji >= 3, born, sex, place,
        (my_number == 2) | (juminhyo == 2), (my_number == 1) | (my_number == 3) | (juminhyo == 1), order == 1,
    )  # fmt: skip


def automatic(c: Compared, data: Prepared, scheme: Scheme) -> Flags:
    """Pairs that are proposed ticked."""
    x = parts(c.levels, scheme)
    exact = x.born == 2
    near = np.isin(x.born, (2, 3, 4, 5, 6, 8))
    no_other_sex = x.sex != 1
    rules = (
        (x.number_same & exact & (x.given_same | (x.family_same & x.given_like)))
        | (x.number_same & near & x.given_same)
        | (exact & x.given_same & x.family_same & no_other_sex & (x.place >= 2))
        | (exact & x.given_same & x.family_like & no_other_sex & (x.place >= 3) & x.given_kanji)
    )
    in_one_register = c.stratum % 2 == 1
    by_pattern = rules & ~x.number_other & x.in_order & ~in_one_register & (c.probability > SURE)
    alike = data.twins[c.left] | data.twins[c.right]
    told_apart = (x.number_same & x.given_same)[c.pattern]
    pairs: Flags = by_pattern[c.pattern] & (told_apart | ~alike)
    return pairs


def wrong_number(levels: np.ndarray, scheme: Scheme) -> Flags:
    """Patterns of 誤紐付けの疑い: a number agrees against given name and birth date."""
    x = parts(levels, scheme)
    contrary: Flags = x.number_same & ~x.given_like & ~np.isin(x.born, (0, 2, 3, 4, 5, 6, 8))
    known = levels[:, scheme.at("given")] > 0
    flags: Flags = contrary & known
    return flags


def former_name(levels: np.ndarray, scheme: Scheme) -> Flags:
    """Patterns where 旧氏 of one is the family name of the other."""
    flags: Flags = levels[:, scheme.at("family")] == FORMER
    return flags
