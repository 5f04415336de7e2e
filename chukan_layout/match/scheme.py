"""How records of one kind are compared: features for the kernel, the levels they give, and what each level means in words.

:func:`persons` is the built-in one; ``tables`` makes others from TOML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chukan_layout.match.coded import BINS
from chukan_layout.match.weights import Trait

#: Levels of one part of a name, as native/src/link/features.rs has them.
KANA_LEVELS = 6 + len(BINS) - 1 + 1
KANJI_LEVELS = 4 + len(BINS)
PART = KANJI_LEVELS * KANA_LEVELS + 1
FORMER = PART - 1
Words = tuple[str, str]


@dataclass(frozen=True)
class Scheme:
    """``features`` as the kernel takes them (columns by name), ``traits`` in the order of a pattern's digits."""

    name: str
    features: tuple[Mapping[str, Any], ...]
    traits: tuple[Trait, ...]
    labels: Mapping[str, Words]
    house: str = ""  # the trait that tells pairs of one house, from level HOUSE on
    exclusive: tuple[str, ...] = ()  # columns in which records of one person cannot differ
    auto: float | None = None  # without rules of its own: automatic candidates from this probability on

    def json(self, columns: Sequence[str]) -> str:
        """The features with the places of their columns."""
        place = {name: at for at, name in enumerate(columns)}
        return json.dumps([_placed(f, place) for f in self.features])

    def at(self, trait: str) -> int:
        """Where a trait stands."""
        return [t.name for t in self.traits].index(trait)


HOUSE = 3
_COLUMNS = (
    "kanji",
    "kana",
    "key",
    "year",
    "day",
    "column",
    "swap",
    "town",
    "lot",
    "room",
    "old_town",
    "old_lot",
)


def _placed(feature: Mapping[str, Any], place: Mapping[str, int]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in feature.items():
        if isinstance(value, Mapping):
            out[key] = _placed(value, place)
        else:
            out[key] = place[value] if key in _COLUMNS and value is not None else value
    return out


def _part(name: str) -> dict[str, str]:
    return {"kanji": name, "kana": f"{name}_kana", "key": f"{name}_key"}


def persons() -> Scheme:
    """氏名・生年月日・性別・住所・番号 of natural persons."""
    features: tuple[dict[str, Any], ...] = (
        {"kind": "name", "family": _part("family"), "given": _part("given"), "former": _part("former")},
        {"kind": "date", "year": "year", "day": "day"},
        {"kind": "equal", "column": "sex", "bins": False},
        {
            "kind": "place",
            "town": "town",
            "lot": "lot",
            "room": "room",
            "old_town": "old_town",
            "old_lot": "old_lot",
        },
        {"kind": "digits", "column": "my_number"},
        {"kind": "equal", "column": "juminhyo", "bins": False},
        {"kind": "words", "column": "roman", "unless": 1},
    )
    traits = (
        Trait("family", PART, _name_guess()),
        Trait("given", PART, _name_guess()),
        Trait("order", 3, np.array([0, 0.98, 0.02]), fixed=True),
        Trait("born", 11, np.array([0, 0.01, 0.85, 0.02, 0.03, 0.02, 0.03, 0.01, 0.01, 0.005, 0.005])),
        Trait("sex", 3, np.array([0, 0.02, 0.98])),
        Trait("place", 7, np.array([0, 0.3, 0.1, 0.3, 0.2, 0.02, 0.1])),
        Trait("my_number", 4, np.array([0, 0.005, 0.95, 0.03]), identifier=True),
        Trait("juminhyo", 3, np.array([0, 0.002, 0.998]), identifier=True),
        Trait("roman", 4, np.array([0, 0.1, 0.7, 0.2])),
    )
    labels = {
        "family": ("氏", "family name"), "given": ("名", "given name"), "order": ("氏名の順", "order of names"),
        "born": ("生年月日", "birth date"), "sex": ("性別", "sex"), "place": ("住所", "address"),
        "my_number": ("個人番号", "individual number"), "juminhyo": ("住民票コード", "resident record code"),
        "roman": ("ローマ字", "roman name"),
    }  # fmt: skip
    return Scheme("persons", features, traits, labels, "place", ("my_number", "juminhyo"))


def _name_guess() -> np.ndarray:
    guess = np.zeros(PART)
    for level in range(1, FORMER):
        kanji, kana = divmod(level, KANA_LEVELS)
        alike = 1.0 if kanji >= 3 else {0: 0.15, 1: 0.02, 2: 0.15}[kanji]
        guess[level] = alike * (1.0 if kana >= 4 else 0.1)
    guess[FORMER] = 0.02
    return guess
