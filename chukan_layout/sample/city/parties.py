"""Everybody a register may name: residents, 住登外者 and 法人 of one block, one row each.

Columns with Japanese names are in the standard's writing (and ``…@vendor`` twins in the vendor's); those with
English names are what recipes ask about (``age``, ``live``, ``kokuho`` …).  All of it is drawn, nothing is taken
from life; shares of insured persons and the like are round numbers (draft).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from chukan_layout.sample.city.again import OTHERS_FILE, TRUTH, second_parties
from chukan_layout.sample.lists import Lists
from chukan_layout.sample.people import DAY0, DEAD, LIVE, MOVED, SPAN, TODAY, People, make
from chukan_layout.sample.records import NEIGHBOUR, resident_records

#: First numbers of those who are not on the resident register.
OTHERS, HOUJIN = 800_000_000, 900_000_000
#: 住登外者 and 法人 for so many residents.
PER_OTHER, PER_HOUJIN = 20, 40
DAY = int((TODAY - DAY0).astype(int))
#: The registers' histories begin here: 2015-04-01.
SINCE = int((np.datetime64("2015-04-01") - DAY0).astype(int))
_WEIGHTS = np.array([1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 1])


class Block:
    """The records of 住民情報 and the parties of one block of households.

    ``twice``: the share of residents who are 住登外者 a second time; ``truth`` (columns of again.TRUTH) says who is who.
    """

    def __init__(self, seed: int, index: int, lists: Lists, left: int, plain: bool, twice: float = 0.0) -> None:
        people = make(seed, index, lists, plain)
        self.index = index
        n = min(left, len(people.number))
        self.residents = n
        base = int(people.number[0]) - 1
        records = resident_records(people, lists)
        self.records = records.filter(pl.col("宛名番号") <= base + n)
        latest = self.records.filter(pl.col("最新フラグ") == "1")
        rng = np.random.default_rng([seed, index, 7])
        residents = _residents(people, latest, n, rng)
        others = _others(make(seed, index + 500_000, lists, True), index, max(20, n // PER_OTHER), lists, rng)
        companies = _houjin(index, max(10, n // PER_HOUJIN), lists, rng)
        again = second_parties(residents, twice, OTHERS + index * 50_000 + 30_001, lists, [seed, index, 8])
        self.parties = _with_households(pl.concat([residents, others, again.parties, companies], how="diagonal_relaxed"))
        self.truth = pl.concat([_once(1, "住民情報", "P", residents), _once(3, OTHERS_FILE, "Q", others),
                                _once(3, OTHERS_FILE, "H", companies), again.truth])  # fmt: skip


def _once(area: int, file: str, front: str, parties: pl.DataFrame) -> pl.DataFrame:
    """Who each of these parties is: a person of their own."""
    return parties.select(
        pl.lit(f"{area:02d}").alias("業務"), pl.lit(file).alias("ファイル"), pl.col("no").alias("宛名番号"),
        (pl.lit(front) + pl.col("no")).alias("人物"), pl.lit("").alias("種類"),
    ).select(TRUTH)  # fmt: skip


def _with_households(parties: pl.DataFrame) -> pl.DataFrame:
    """What the household of each party has: members, insured ones, a child …"""
    live = pl.col("live")

    def count(name: str) -> pl.Expr:
        return (pl.col(name) & live).sum().over("house")

    return parties.with_columns(
        members=live.sum().over("house"), kokuho_members=count("kokuho"), any_kokuho=count("kokuho") > 0,
        any_child=count("child") > 0, any_pupil=count("pupil") > 0, children=count("child"),
    )


def _number(places: np.ndarray) -> pl.Series:
    return pl.Series(places).cast(pl.String).str.zfill(15)


def _traits(rng: np.random.Generator, age: np.ndarray, live: np.ndarray) -> dict[str, np.ndarray]:
    """Work, income, insurance and the rest, by age."""
    n = len(age)
    dice = rng.random((8, n))
    working = (age >= 18) & (age < 70) & (dice[0] < 0.78)
    business = working & (dice[1] < 0.12)
    employee = working & ~business
    pensioner = age >= 65
    salary = np.where(employee, rng.lognormal(15.0, 0.5, n), 0)
    trade = np.where(business, rng.lognormal(14.7, 0.7, n), 0)
    pension = np.where(pensioner, rng.lognormal(14.1, 0.35, n), 0)
    salary, trade, pension = ((x // 1000).astype(np.int64) * 1000 for x in (salary, trade, pension))
    income = (salary * 7 // 10000 * 1000 + trade + np.maximum(pension - 1_100_000, 0)).astype(np.int64)
    return {
        "employee": employee, "business": business, "pensioner": pensioner,
        "salary": salary, "trade": trade, "pension": pension, "income": income,
        "taxpayer": (age >= 18) & (income > 450_000),
        "kokuho": (age < 75) & ~(employee | (dice[2] < 0.45)),
        "kouki": age >= 75, "kaigo1": age >= 65, "kaigo2": (age >= 40) & (age < 65),
        "needs_care": (age >= 65) & (dice[3] < np.clip((age - 62) / 60, 0.02, 0.7)),
        "nenkin1": (age >= 20) & (age < 60) & ~employee, "disabled": dice[4] < 0.05 + (age > 60) * 0.06,
        "welfare": dice[5] < 0.015, "landowner": (age >= 25) & (dice[6] < 0.4), "car": (age >= 18) & (dice[7] < 0.35),
        "child": age < 18, "pupil": (age >= 6) & (age < 15), "infant": age < 6,
    }  # fmt: skip


def _residents(p: People, latest: pl.DataFrame, n: int, rng: np.random.Generator) -> pl.DataFrame:
    state, erased = p.state[:n], p.erased[:n]
    to = np.where(state == LIVE, DAY, erased)
    age = (to - p.born[:n]) // 365.2425
    head = p.head_of[:n]
    live = state == LIVE
    fate = {"live": live, "dead": state == DEAD, "moved_out": state == MOVED}
    # a household is insured or on welfare as one where its head is
    traits = _traits(rng, age, live)
    traits["welfare"] = traits["welfare"][head] & live
    traits["voter"] = live & (age >= 18) & (p.foreign[:n] < 0)
    start = np.minimum(np.maximum(p.became[:n], SINCE), to - 1)
    return latest.with_columns(
        kind=pl.lit("resident"), no=_number(p.number[:n]), house=_number(p.household[:n]),
        head_no=_number(p.number[head]), head=pl.Series(head), is_head=pl.Series(p.member[:n] == 0),
        sex=pl.Series(p.sex[:n]), age=pl.Series(age.astype(np.int32)), born=pl.Series(p.born[:n]),
        start=pl.Series(np.maximum(start, p.born[:n])), end=pl.Series(to), foreign=pl.Series(p.foreign[:n] >= 0),
        **{k: pl.Series(v) for k, v in (fate | traits).items()},
    )  # fmt: skip


def _others(p: People, index: int, n: int, lists: Lists, rng: np.random.Generator) -> pl.DataFrame:
    """住登外者: people of another town, numbered apart."""
    places = np.flatnonzero((p.member == 0) & (p.state == LIVE) & (p.foreign < 0))[:n]
    n = len(places)
    records = resident_records(p, lists)[places]
    number = OTHERS + index * 50_000 + np.arange(n) + 1
    age = (DAY - p.born[places]) // 365.2425
    live = np.ones(n, bool)
    traits = _traits(rng, age, live)
    for name in ("kokuho", "kouki", "kaigo1", "kaigo2", "needs_care", "nenkin1", "disabled", "welfare"):
        traits[name] = ~live
    town: dict[str, pl.Expr | pl.Series] = {
        "住所_市区町村コード": pl.lit(NEIGHBOUR[0]), "住所_都道府県": pl.lit(NEIGHBOUR[1]),
        "住所_市区郡町村名": pl.lit(NEIGHBOUR[2]), "宛名番号": pl.Series(number), "世帯番号": pl.Series(number),
        "住民票コード": pl.lit(""), "個人番号": pl.lit(""),
    }  # fmt: skip
    return records.with_columns(
        **town, kind=pl.lit("other"), no=_number(number), house=_number(number), head_no=_number(number),
        head=pl.lit(-1), is_head=pl.lit(True), sex=pl.Series(p.sex[places]), age=pl.Series(age.astype(np.int32)),
        born=pl.Series(p.born[places]), start=pl.lit(SINCE), end=pl.lit(DAY), foreign=pl.lit(False),
        live=pl.lit(True), dead=pl.lit(False), moved_out=pl.lit(False), voter=pl.lit(False),
        **{k: pl.Series(v) for k, v in traits.items()},
    )  # fmt: skip


def houjin_numbers(base: np.ndarray) -> pl.Series:
    """Valid 法人番号 from twelve digits that begin with 99 (法人番号の指定等に関する省令2条)."""
    body = 990_000_000_000 + base
    total = sum(((body // 10**k) % 10) * (1 if k % 2 == 0 else 2) for k in range(12))
    return pl.Series((9 - total % 9) * 10**12 + body).cast(pl.String)


def _houjin(index: int, n: int, lists: Lists, rng: np.random.Generator) -> pl.DataFrame:
    number = HOUJIN + index * 50_000 + np.arange(n) + 1
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    words = ("商事", "工業", "建設", "運輸", "食品", "電機", "不動産", "サービス")
    kana = ("ショウジ", "コウギョウ", "ケンセツ", "ウンユ", "ショクヒン", "デンキ", "フドウサン", "サービス")
    which = rng.integers(0, len(words), n)
    town = rng.integers(0, len(lists.towns), n)
    own = [str(i).translate(wide) for i in (number - HOUJIN).tolist()]
    false = pl.lit(False)
    return pl.DataFrame({
        "宛名番号": number, "no": _number(number), "house": _number(number), "head_no": _number(number),
        "法人番号": houjin_numbers(number),
        "氏名": [f"株式会社架空{words[w]}{o}" for w, o in zip(which, own, strict=True)],
        "氏名@vendor": [f"株式会社架空{words[w]}{o}" for w, o in zip(which, own, strict=True)],
        "氏名_フリガナ": [f"カブシキガイシャカクウ{kana[w]}" for w in which],
        "住所_市区町村コード": ["990019"] * n, "住所_都道府県": ["架空県"] * n, "住所_市区郡町村名": ["みどり野市"] * n,
        "住所_町字コード": [lists.towns[t][1] for t in town], "住所_町字": [lists.towns[t][0] for t in town],
        "住所_番地号表記": [f"{o}－１"[-20:] for o in own], "住所_郵便番号": [str(9_990_000 + t) for t in town],
        "住所_方書": [""] * n,
    }).with_columns(
        kind=pl.lit("houjin"), head=pl.lit(-1), is_head=pl.lit(True), sex=pl.lit(0), age=pl.lit(0),
        born=pl.lit(SINCE - 3650), start=pl.lit(SINCE), end=pl.lit(DAY), live=pl.lit(True), voter=false, dead=false,
        moved_out=false, foreign=false, employee=false, business=false, pensioner=false, salary=pl.lit(0),
        trade=pl.Series((rng.lognormal(15.5, 1, n) // 1000).astype(np.int64) * 1000), pension=pl.lit(0),
        income=pl.Series((rng.lognormal(15, 1, n) // 1000).astype(np.int64) * 1000), taxpayer=pl.lit(True),
        kokuho=false, kouki=false, kaigo1=false, kaigo2=false, needs_care=false, nenkin1=false, disabled=false,
        welfare=false, landowner=pl.Series(rng.random(n) < 0.5), car=pl.Series(rng.random(n) < 0.5), child=false,
        pupil=false, infant=false,
    )  # fmt: skip


assert SPAN * 700 < OTHERS  # numbers of residents do not reach those of 住登外者
