"""Names, towns and characters of the synthetic city, read from ``data/*.tsv``.

A :class:`Words` holds the same word in the standard's writing and in the vendor's (user-defined characters,
half-width kana), so that a column is one array of places and two dictionaries.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from chukan_layout.charset import registry
from chukan_layout.model.mapping import KanaHalf, ToHalf
from chukan_layout.plan.reference import run_ops

DATA = Path(__file__).parent / "data"
RARE_SHARE = 0.03


@dataclass(frozen=True)
class Words:
    """``standard`` and ``vendor`` are as long; ``weights`` sum to 1."""

    standard: tuple[str, ...]
    vendor: tuple[str, ...]
    weights: np.ndarray


def rows(name: str) -> list[list[str]]:
    """The rows of a TSV below its comments and heading."""
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")][1:]


@cache
def half_kana(text: str) -> str:
    """Full-width kana as a vendor writes them."""
    ops = (ToHalf(op="to_half", what=("space",)), KanaHalf(op="kana_half"))
    return run_ops(ops, [text], {}) or ""


def to_user_defined(text: str, pairs: dict[str, str]) -> str:
    """``text`` with the characters of ``pairs`` written as the vendor's own; longest first."""
    for target in sorted(pairs, key=len, reverse=True):
        text = text.replace(target, pairs[target])
    return text


def _writable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    except LookupError:  # a host's charset, which Python hasn't got
        return not registry.get(encoding).encode(text, "double").missing
    return True


@dataclass(frozen=True)
class Lists:
    """Everything names are made of.  Families: common ones, then rare ones; readings beside them."""

    family: Words
    family_kana: Words
    given: dict[int, Words]
    given_kana: dict[int, Words]
    towns: tuple[tuple[str, str], ...]
    buildings: tuple[str, ...]
    foreign: tuple[tuple[str, str, str, str, str], ...]


def load(gaiji: dict[str, str], encoding: str) -> Lists:
    """``gaiji``: character of the standard -> user-defined character of the vendor.

    Rare names that the vendor's ``encoding`` cannot write even so are left out.
    """
    common = rows("family")
    rare = [r for r in rows("rare_family") if _writable(to_user_defined(r[0], gaiji), encoding)]
    weights = np.array([float(r[2]) for r in common])
    weights = np.concatenate([
        weights / weights.sum() * (1 - RARE_SHARE), np.full(len(rare), RARE_SHARE / len(rare)),
    ])  # fmt: skip
    names, kana = [r[0] for r in (*common, *rare)], [r[1] for r in (*common, *rare)]
    # Only the rare ones use the vendor's own characters: 髙 and 﨑 stand in CP932 too.
    vendor = [r[0] for r in common] + [to_user_defined(r[0], gaiji) for r in rare]
    given = {sex: [r for r in rows("given") if r[2] == str(sex) and _writable(r[0], encoding)] for sex in (1, 2)}
    return Lists(
        family=_words(names, vendor, weights),
        family_kana=_words(kana, [half_kana(k) for k in kana], weights),
        given={s: _even([r[0] for r in g]) for s, g in given.items()},
        given_kana={s: _even([r[1] for r in g], kana=True) for s, g in given.items()},
        towns=tuple((r[0], r[1]) for r in rows("town")),
        buildings=tuple(r[0] for r in rows("building")),
        foreign=tuple((r + [""] * 5)[:5] for r in rows("foreign")),  # type: ignore[misc]
    )


def _words(standard: list[str], vendor: list[str], weights: np.ndarray) -> Words:
    return Words(tuple(standard), tuple(vendor), weights / weights.sum())


def _even(words: list[str], kana: bool = False) -> Words:
    # The first names of a list are the commonest.
    weights = 1 / (np.arange(len(words)) + 8.0)
    return _words(words, [half_kana(w) for w in words] if kana else words, weights)
