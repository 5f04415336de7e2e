"""One block of households: persons with ages, relations, moves and numbers, as arrays.

Each block has its own random numbers (seed, block), so a block is the same however many are made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chukan_layout.sample.lists import Lists

HOUSEHOLDS = 20_000
#: Numbers of one block do not reach those of the next.
SPAN = 1_000_000
TODAY = np.datetime64("2026-04-01")
DAY0 = np.datetime64("1970-01-01")

SIZES = np.array([0.36, 0.28, 0.17, 0.13, 0.05, 0.01])
LIVE, MOVED, DEAD = 1, 2, 3


@dataclass
class People:
    """Arrays as long as there are persons (``days`` count from 1970-01-01; -1 in places means none)."""

    number: np.ndarray
    household: np.ndarray
    member: np.ndarray
    head_of: np.ndarray  # place of the household's head
    family: np.ndarray
    given: np.ndarray
    sex: np.ndarray
    foreign: np.ndarray  # place in the list of foreigners, -1 for Japanese
    relation: np.ndarray  # standard code as an integer
    state: np.ndarray
    born: np.ndarray
    became: np.ndarray  # 住民となった日
    moved: np.ndarray  # 異動日 of the latest record
    erased: np.ndarray  # 消除の異動日 or -1
    histories: np.ndarray
    unknown_birth: np.ndarray
    town: np.ndarray
    former_town: np.ndarray
    block: np.ndarray  # 番
    house: np.ndarray  # 号
    building: np.ndarray  # place or -1
    room: np.ndarray


def make(seed: int, index: int, lists: Lists, plain: bool = False) -> People:
    """The persons of block ``index``; ``plain`` ones have one record each and known dates."""
    rng = np.random.default_rng([seed, index])
    sizes = rng.choice(np.arange(1, 7), HOUSEHOLDS, p=SIZES)
    household = np.repeat(np.arange(HOUSEHOLDS), sizes)
    first = np.cumsum(sizes) - sizes
    n = len(household)
    member = np.arange(n) - first[household]
    head_of = first[household]
    is_foreign_house = rng.random(HOUSEHOLDS) < 0.03
    foreign = np.where(is_foreign_house[household], rng.integers(0, len(lists.foreign), n), -1)
    sex, relation = _relations(rng, member, sizes[household], head_of)
    born = _births(rng, member, relation, head_of)
    state, became, moved, erased = _lives(rng, member, born)
    histories = 1 + ((rng.random(n) < 0.15) & (state == LIVE)) + ((rng.random(n) < 0.03) & (state == LIVE))
    family = rng.choice(len(lists.family.standard), HOUSEHOLDS, p=lists.family.weights)[household]
    given = np.zeros(n, int)
    for s, words in lists.given.items():
        given[sex == s] = rng.choice(len(words.standard), int((sex == s).sum()), p=words.weights)
    flat = rng.random(HOUSEHOLDS) < 0.45
    return People(
        number=index * SPAN + np.arange(n) + 1,
        household=index * SPAN + household + 1,
        member=member,
        head_of=head_of,
        family=family,
        given=given,
        sex=sex,
        foreign=foreign,
        relation=relation,
        state=state,
        born=born,
        became=became,
        moved=moved,
        erased=erased,
        histories=np.ones(n, int) if plain else histories,
        unknown_birth=(rng.random(n) < 0.0005) & (member > 0) & (not plain),
        town=rng.integers(0, len(lists.towns), HOUSEHOLDS)[household],
        former_town=rng.integers(0, len(lists.towns), n),
        block=rng.integers(1, 60, HOUSEHOLDS)[household],
        house=rng.integers(1, 40, HOUSEHOLDS)[household],
        building=np.where(flat, rng.integers(0, len(lists.buildings), HOUSEHOLDS), -1)[household],
        room=(rng.integers(1, 9, HOUSEHOLDS) * 100 + rng.integers(1, 15, HOUSEHOLDS))[household],
    )


def _relations(
    rng: np.random.Generator, member: np.ndarray, size: np.ndarray, head_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sex and 続柄: head, spouse, children, now and then a parent or a lodger."""
    n = len(member)
    sex = rng.integers(1, 3, n)
    single_parent = (rng.random(n) < 0.15)[head_of]
    spouse = (member == 1) & ~single_parent
    sex = np.where(spouse, 3 - sex[head_of], sex)
    relation = np.full(n, 20)
    relation[member == 0] = 2
    relation[spouse] = np.where(sex[spouse] == 1, 11, 12)
    elder = (member > 1) & (member == size - 1) & (rng.random(n) < 0.12)
    relation[elder] = np.where(sex[elder] == 1, 51, 52)
    lodger = (member > 0) & (relation == 20) & (rng.random(n) < 0.01)
    relation[lodger] = 99
    return sex, relation


def _births(
    rng: np.random.Generator, member: np.ndarray, relation: np.ndarray, head_of: np.ndarray
) -> np.ndarray:
    n = len(member)
    head_age = np.clip(rng.normal(56, 17, n), 19, 99)[head_of]
    age = head_age.copy()
    spouse, child = np.isin(relation, (11, 12)), relation == 20
    parent = np.isin(relation, (51, 52))
    age[spouse] += rng.normal(0, 4, int(spouse.sum()))
    age[child] -= rng.uniform(20, 38, int(child.sum()))
    age[parent] += rng.uniform(20, 32, int(parent.sum()))
    lodger = relation == 99
    age[lodger] = rng.uniform(18, 70, int(lodger.sum()))
    age = np.clip(age, 0.05, 108)
    age[np.isin(relation, (11, 12))] = np.maximum(age[np.isin(relation, (11, 12))], 18.5)
    days: np.ndarray = (TODAY - DAY0).astype(int) - (age * 365.2425).astype(int) - rng.integers(0, 15, n)
    return days


def _lives(
    rng: np.random.Generator, member: np.ndarray, born: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """State, the day one became a resident, the day of the latest record, the day one was struck off."""
    n = len(member)
    today = int((TODAY - DAY0).astype(int))
    lived = today - born
    native = rng.random(n) < 0.35
    became = np.where(native, born, born + (lived * rng.uniform(0.05, 0.8, n)).astype(int))
    fate = rng.random(n)
    state = np.where((member > 0) & (fate < 0.05), DEAD, np.where((member > 0) & (fate < 0.12), MOVED, LIVE))
    after = became + ((today - became) * rng.uniform(0.3, 0.95, n)).astype(int)
    erased = np.where(state == LIVE, -1, after)
    moved = np.where(state == LIVE, became, after)
    return state, became, moved, erased
