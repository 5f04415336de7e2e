"""Persons as columns of codes: what the kernel compares and what keys are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from chukan_layout.match import texts
from chukan_layout.match.coded import Coded, Codes, code, number_codes, pairs, together
from chukan_layout.match.compare import Prepared

#: A name without a blank is parted after a family name that so many others have.
_KNOWN = 2


@dataclass(frozen=True)
class Switches:
    """What an ablation of the benchmark turns off."""

    folding: bool = True  # 新旧字体
    houses: bool = True  # relatives in one house have a model of their own
    joint: bool = True  # kanji and kana together


def prepare(frame: pl.DataFrame, switches: Switches = Switches()) -> Prepared:
    """Columns and keys of the persons of :func:`persons.read`."""
    columns = _names(frame, switches) | _address(frame)
    for name in ("my_number", "juminhyo"):
        columns[name] = number_codes(frame[name], texts.digits, words=name == "my_number")
    columns["sex"] = _sex(code(frame["sex"]))
    columns["roman"] = code(frame["roman"]).map(texts.roman)
    born = code(frame["born"])
    columns["year"], columns["day"] = _number(born, texts.year), _number(born, texts.month_day)
    columns["no"] = number_codes(frame["no"], texts.digits, words=False)
    if (
        "dump" in frame.columns and frame["dump"].n_unique() > 1
    ):  # a number means something within its municipality
        columns["no"] = _numbered(pairs(code(frame["dump"]), columns["no"]))
    status = frame["status"].to_numpy()
    single = status == "resident"
    return Prepared(frame.height, columns, _keys(columns), _refine(columns), single, _twins(columns, single))


def _names(frame: pl.DataFrame, switches: Switches) -> dict[str, Coded]:
    family, given = _parts(code(frame["name"]), code(frame["family"]), code(frame["given"]))
    spoken, spoken_given = _parts(code(frame["kana"]), code(frame["family_kana"]), code(frame["given_kana"]))
    # A name of kana alone in the column of kanji is a reading.
    in_kana, in_kana_given = _kana_only(family), _kana_only(given)
    spoken = spoken.or_else(family.take(in_kana))
    spoken_given = spoken_given.or_else(given.take(in_kana_given))
    family, given = family.take(~in_kana), given.take(~in_kana_given)
    fold = texts.kanji if switches.folding else texts.plain_kanji
    former, former_kana = code(frame["former"]), code(frame["former_kana"])
    kanji = together(*(c.map(fold) for c in (family, given, former)))
    kana = together(*(c.map(texts.kana) for c in (spoken, spoken_given, former_kana)))
    key = together(*(c.map(texts.kana_key) for c in kana))
    names = ("family", "given", "former")
    return {
        **dict(zip(names, kanji, strict=True)),
        **{f"{n}_kana": c for n, c in zip(names, kana, strict=True)},
        **{f"{n}_key": c for n, c in zip(names, key, strict=True)},
    }


def _kana_only(name: Coded) -> np.ndarray:
    flags = np.append(texts.is_kana(name.words).to_numpy(), False)
    only: np.ndarray = flags[name.codes]
    return only


def _parts(whole: Coded, family: Coded, given: Coded) -> tuple[Coded, Coded]:
    """Family and given name: as they are given, else of the whole name, by its blank or by a known family name."""
    first, last = whole.map(texts.first_part), whole.map(texts.last_part)
    family, given = family.or_else(first), given.or_else(last)
    alone = whole.known & ~family.known
    if alone.any():
        count = np.bincount(family.codes[family.known], minlength=len(family.words))
        known = family.words.filter(pl.Series(count >= _KNOWN))
        family = family.or_else(whole.take(alone).map(partial(_known_part, known=known, last=False)))
        given = given.or_else(whole.take(alone).map(partial(_known_part, known=known, last=True)))
    return family, given


def _known_part(series: pl.Series, known: pl.Series, last: bool) -> pl.Series:
    """The family name (or what follows it) of names without a blank, where a known one stands in front."""
    text = pl.col("v").str.replace_all(r"[\s\u3000]+", "")
    found = pl.lit(None, pl.String)
    for letters in (1, 4, 3, 2):  # the last that fits counts: two characters before three, three before four
        front = text.str.slice(0, letters)
        fits = front.is_in(known.implode()) & (text.str.len_chars() > letters)
        found = pl.when(fits).then(text.str.slice(letters) if last else front).otherwise(found)
    return series.to_frame("v").select(found.alias("v"))["v"]


def _address(frame: pl.DataFrame) -> dict[str, Coded]:
    town, lot = _town(frame["town"], frame["lot"])
    old_town, old_lot = _town(frame["old_town"], frame["old_lot"])
    towns, lots = together(town, old_town), together(lot, old_lot)
    return {
        "town": towns[0], "lot": lots[0], "room": code(frame["building"]).map(texts.room),
        "old_town": towns[1], "old_lot": lots[1],
    }  # fmt: skip


def _town(town: pl.Series, lot: pl.Series) -> tuple[Coded, Coded]:
    """町字 without its 丁目, and 丁目 with 番地."""
    written = code(town)
    base, block = written.map(texts.town), written.map(texts.block)
    number = code(lot).map(texts.lot)
    if not block.known.any():
        return base, number
    both = pairs(Coded(block.codes + 1, block.words), number)
    return base, _numbered(both)


def _numbered(keys: np.ndarray) -> Coded:
    """Codes for numbers, without words; 0 is none."""
    values, places = np.unique(keys, return_inverse=True)
    none_first = int(len(values) > 0 and values[0] == 0)
    return Coded(places.astype(np.int32) - none_first, pl.Series([], dtype=pl.String))


def _sex(sex: Coded) -> Coded:
    keep = np.append(sex.words.is_in(["1", "2"]).to_numpy(), False)
    return sex.take(keep[sex.codes])


def _number(column: Coded, of: Callable[[pl.Series], pl.Series]) -> Coded:
    """The numbers themselves as codes."""
    table = of(column.words).cast(pl.Int32, strict=False).fill_null(-1).to_numpy()
    return Coded(
        np.append(table, np.int32(-1)).astype(np.int32)[column.codes], pl.Series([], dtype=pl.String)
    )


def _keys(c: dict[str, Coded]) -> dict[str, Callable[[], np.ndarray]]:
    """What two records must have in common, once, to be looked at.  ``house`` finds relatives too, for their model."""
    family, given, family_k, given_k = c["family"], c["given"], c["family_key"], c["given_key"]
    year, day, town = c["year"], c["day"], c["town"]
    born = (year, day)
    return {
        "my_number": lambda: pairs(c["my_number"]),
        "juminhyo": lambda: pairs(c["juminhyo"]),
        "born+given kana 2": lambda: pairs(*born, given_k.map(texts.start(2))),
        "born+family kana": lambda: pairs(*born, family_k),
        "born+given kanji 1": lambda: pairs(*born, given.map(texts.start(1))),
        "born+family kanji": lambda: pairs(*born, family),
        "kana+year": lambda: pairs(_both(family_k, given_k), year),
        "kana+day": lambda: pairs(_both(family_k, given_k), day),
        "kanji+year": lambda: pairs(_both(family, given), year),
        "kanji+day": lambda: pairs(_both(family, given), day),
        "kana+town": lambda: pairs(_both(family_k, given_k), town),
        "kanji+town": lambda: pairs(_both(family, given), town),
        "roman+town": lambda: pairs(c["roman"], town),
        "roman+day": lambda: pairs(c["roman"], day),
        "born+town+sex": lambda: pairs(*born, town, c["sex"]),
        "former+given+day": lambda: pairs(c["former"].or_else(c["family"]), given, day),
        "house": lambda: pairs(town, c["lot"]),
        "no": lambda: pairs(c["no"]),
    }


def _both(left: Coded, right: Coded) -> Codes:
    """One number for both parts of a name, the same when they are exchanged; -1 where one is none."""
    key = pairs(left, right, ordered=False)
    return np.where(key == 0, np.int64(-1), (key >> np.uint64(1)).astype(np.int64))


def _refine(c: dict[str, Coded]) -> np.ndarray:
    """The order within a block that is too large: alike names and dates beside each other."""
    names = c["given_key"].or_else(Coded(c["given"].codes, c["given"].words)).words
    rank = np.append(names.rank("dense").fill_null(0).to_numpy().astype(np.uint64), np.uint64(0))
    order = rank[c["given_key"].codes]
    day = (c["day"].codes + 1).astype(np.uint64)
    key: np.ndarray = (
        order << np.uint64(24)
        | (c["year"].codes + 1).astype(np.uint64) % np.uint64(4096) << np.uint64(12)
        | day
    )
    return key


def _twins(c: dict[str, Coded], single: np.ndarray) -> np.ndarray:
    """Whether two residents have the record's birth date and house, or its birth date and name."""
    born = (c["year"], c["day"])
    alike = np.zeros(len(single), bool)
    for more in (("town", "lot"), ("family", "given"), ("family_key", "given_key")):
        key = pairs(*born, *(c[name] for name in more))
        values, count = np.unique(key[single & (key > 0)], return_counts=True)
        alike |= np.isin(key, values[count > 1])
    return alike
