"""A registry whose duplicates are known: labelled data for 名寄せ.

Residents (業務01) with twins, father and son of like names and strangers of one name and birth date among them; 住登外者
(業務03) and 除票 that are the same persons written again; ``truth.csv`` says who is who.  A few records carry the number of
a family member, and a few 宛名番号 stand for two persons.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import Mapping
from chukan_layout.sample import render
from chukan_layout.sample.companions import companions
from chukan_layout.sample.generate import MAIN, Sink, Written, gaiji_of
from chukan_layout.sample.lists import Lists, Words, load, rows
from chukan_layout.sample.misspell import Record, second_record
from chukan_layout.sample.people import LIVE, People, make
from chukan_layout.sample.records import NEIGHBOUR, my_numbers, resident_records
from chukan_layout.write.files import create, write_all

BASIC, HISTORY = "住登外者宛名基本情報", "住登外者履歴"
#: First 宛名番号 of 住登外者 of a block, and of 除票 written again.
OTHERS, GONE = 800_000_000_000, 700_000_000_000
#: Residents for one 住登外者 of the base, and the share of second records that are 除票.
PER_OTHER, GONE_SHARE = 20, 0.3
TWINS, LIKE_SON, CHANCE, TRAP, ONE_NUMBER = 0.0035, 0.02, 0.0004, 0.003, 0.002


def rich_lists(lists: Lists) -> Lists:
    """``lists`` with many more names, so that chance namesakes are about as rare as in life."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for kind, text, kana in rows("name_parts"):
        parts.setdefault(kind, []).append((text, kana))

    def joined(front: str, back: str) -> dict[str, str]:
        pairs = ((a + b, x + y) for a, x in parts[front] for b, y in parts[back] if a != b)
        return dict(pairs)

    family = joined("氏前", "氏後")
    given = {1: joined("男前", "男後"), 2: joined("女前", "女後")}
    return replace(
        lists,
        family=_more(lists.family, list(family), 0.35), family_kana=_more(lists.family_kana, list(family.values()), 0.35),
        given={s: _more(lists.given[s], list(g), 0.7) for s, g in given.items()},
        given_kana={s: _more(lists.given_kana[s], list(g.values()), 0.7) for s, g in given.items()},
    )  # fmt: skip


def _more(words: Words, more: list[str], share: float) -> Words:
    """``words`` and ``more`` of them, which get ``share`` of the weight, the first ones most."""
    tail = 1 / (np.arange(len(more)) + 40.0)
    weights = np.concatenate([words.weights * (1 - share), tail / tail.sum() * share])
    return Words((*words.standard, *more), (*words.vendor, *more), weights / weights.sum())


def harden(p: People, lists: Lists, rng: np.random.Generator) -> np.ndarray:
    """Twins, sons named like their fathers and chance namesakes made of ``p``; 1, 2, 3 where so, else 0."""
    kind = np.zeros(len(p.number), np.int8)
    child = p.relation == 20
    second = np.flatnonzero(child & np.roll(child & (p.foreign < 0), 1) & (np.roll(p.household, 1) == p.household))
    twins = second[rng.random(len(second)) < TWINS * len(child) / max(len(second), 1)]
    p.born[twins], p.became[twins] = p.born[twins - 1], p.became[twins - 1]
    p.state[twins] = p.state[twins - 1] = LIVE
    p.erased[twins] = p.erased[twins - 1] = -1
    p.moved[twins], p.moved[twins - 1] = p.became[twins], p.became[twins - 1]
    p.sex[twins] = np.where(rng.random(len(twins)) < 0.66, p.sex[twins - 1], p.sex[twins])
    p.given[twins] = [_like(lists.given[int(s)], g, rng) for s, g in zip(p.sex[twins], p.given[twins - 1], strict=True)]
    kind[twins] = kind[twins - 1] = 1
    sons = np.flatnonzero(child & (p.sex == 1) & (p.sex[p.head_of] == 1) & (p.foreign < 0) & (kind == 0))
    sons = sons[rng.random(len(sons)) < LIKE_SON]
    p.given[sons] = [_like(lists.given[1], g, rng) for g in p.given[p.head_of[sons]]]
    kind[sons] = 2
    alone = np.flatnonzero((p.member == 0) & (p.foreign < 0))
    left, right = rng.permutation(alone)[: 2 * int(CHANCE * len(child))].reshape(2, -1)
    for name in ("family", "given", "sex", "born"):
        getattr(p, name)[right] = getattr(p, name)[left]
    p.became[right] = np.maximum(p.became[right], p.born[right])
    p.moved[right] = np.maximum(p.moved[right], p.became[right])
    p.erased[right] = np.where(p.erased[right] >= 0, np.maximum(p.erased[right], p.moved[right]), -1)
    kind[left] = kind[right] = 3
    return kind


def _like(words: Words, given: int, rng: np.random.Generator) -> int:
    """A given name that shares its first character with ``given``, but not all."""
    name = words.standard[given] if given < len(words.standard) else words.standard[0]
    same = _by_first(words).get(name[0], ())
    others = [g for g in same if words.standard[g] != name]
    return int(rng.choice(others)) if others else int(rng.integers(len(words.standard)))


def _by_first(words: Words, known: dict[int, dict[str, list[int]]] = {}) -> dict[str, list[int]]:  # noqa: B006 (a cache)
    if id(words) not in known:
        table: dict[str, list[int]] = {}
        for place, text in enumerate(words.standard):
            table.setdefault(text[0], []).append(place)
        known[id(words)] = table
    return known[id(words)]


def write_duplicates(
    out: Path, residents: int, seed: int, rate: float, layouts: LayoutSet, vendor: Mapping,
    progress: Callable[[int], None] = lambda n: None,
) -> list[Written]:  # fmt: skip
    """Write 業務01 and 業務03 of the standard below ``out``, and ``truth.csv``.

    ``residents`` records of 住民情報 at least, one per person; ``rate`` of all persons have one to three more records.
    Raises OSError when the folder cannot be written, KeyError for a layout without the two areas.
    """
    lists = rich_lists(load(gaiji_of(vendor), vendor.files[0].source.encoding))
    fmt = layouts.format
    end = "\r\n" if fmt.newline == "crlf" else "\n"
    sinks = {
        file.id: Sink(out / file.folder / f"{file.id}.csv", partial(render.standard, file=file), fmt.encoding, end)
        for area, only in ((1, None), (3, (BASIC, HISTORY)))
        for file in layouts.area(area).files
        if only is None or file.id in only
    }
    truth = create(out / "truth.csv")
    write_all(truth, "業務,ファイル,宛名番号,人物,種類\n".encode())
    made = index = 0
    while made < residents:
        block = _Block(seed, index, rate, lists, residents - made)
        for name, frame in {MAIN: block.residents, **companions(block.residents), **block.others()}.items():
            sinks[name].add(frame)
        write_all(truth, block.truth().write_csv(include_header=False).encode())
        made += block.persons
        progress(block.persons)
        index += 1
    truth.close()
    return [*(sink.close() for sink in sinks.values()), Written(out / "truth.csv", made)]


class _Block:
    """One block of households with its second records."""

    def __init__(self, seed: int, index: int, rate: float, lists: Lists, most: int) -> None:
        self.dice = random.Random(f"{seed}/{index}")
        rng = np.random.default_rng([seed, index, 3])
        self.lists, self.index = lists, index
        people = make(seed, index, lists, True)
        kind = harden(people, lists, rng)[:most]
        base = resident_records(people, lists).head(most)
        self.persons = base.height
        side = make(seed, index + 500_000, lists, True)
        extra = resident_records(side, lists).filter(pl.Series(side.foreign < 0)).head(max(self.persons // PER_OTHER, 4))
        extra = extra.with_columns(個人番号=my_numbers(5_000_000_000 + index * 100_000 + np.arange(extra.height)))
        names = ["", "twin", "like-son", "chance"]
        self._truth = [(1, MAIN, n, f"P{n}", names[k]) for n, k in zip(base["宛名番号"].to_list(), kind.tolist(), strict=True)]
        self._others: list[Record] = []
        gone: list[tuple[int, Record]] = []
        for place, record in enumerate(_records(extra)):
            self._other(record, f"Q{index}-{place}", "outsider")
            if self.dice.random() < rate:
                self._other(self._again(record, False), f"Q{index}-{place}", "duplicate")
        twice = np.flatnonzero(rng.random(self.persons) < rate)
        for place, record in zip(twice.tolist(), _records(base[twice]), strict=True):
            person = f"P{record['no']}"
            for _ in range(1 + (self.dice.random() < 0.2) + (self.dice.random() < 0.05)):
                if self.dice.random() < GONE_SHARE and record["family"]:
                    gone.append((place, self._again(record, True)))
                else:
                    self._other(self._again(record, False), person, "duplicate")
        self._traps(base, people, rng)
        self.residents = pl.concat([base, self._gone(base, gone)])

    def _again(self, record: Record, gone: bool) -> Record:
        record["other_town"] = self.dice.choice(self.lists.towns)[0]
        return second_record(record, gone, (list(self.lists.family.standard), list(self.lists.family_kana.standard)), self.dice)

    def _other(self, record: Record, person: str, kind: str, number: int = 0) -> None:
        no = number or OTHERS + self.index * 1_000_000 + len(self._others) + 1
        self._others.append({**record, "no": str(no)})
        self._truth.append((3, BASIC, no, person, kind))

    def _traps(self, base: pl.DataFrame, people: People, rng: np.random.Generator) -> None:
        """住登外者 with the 個人番号 of somebody else of the house, and with a 宛名番号 that a resident has."""
        for record in self._others:
            if record["my_number"] and self.dice.random() < TRAP * 3 and int(record["origin"]) < base.height:
                at = int(record["origin"])
                house = np.flatnonzero(people.household[: base.height] == people.household[at])
                if len(house) > 1:
                    record["my_number"] = base["個人番号"][int(rng.choice(house[house != at]))]
        taken = rng.permutation(base.height)[: int(len(self._others) * ONE_NUMBER)]
        for at, place in zip(taken.tolist(), rng.permutation(len(self._others)).tolist(), strict=False):
            number = int(base["宛名番号"][at])
            area, file, _, person, _ = next(t for t in self._truth if t[2] == int(self._others[place]["no"]))
            if person == f"P{number}":
                continue
            self._truth = [t for t in self._truth if t[2] != int(self._others[place]["no"])]
            self._others[place]["no"] = str(number)
            self._truth.append((area, file, number, person, "one-number"))

    def _gone(self, base: pl.DataFrame, gone: list[tuple[int, Record]]) -> pl.DataFrame:
        """Second records as 除票 of 住民情報, each with a number and a household of its own."""
        frame = base[[place for place, _ in gone]]
        number = [GONE + self.index * 1_000_000 + i + 1 for i in range(len(gone))]
        for no, (place, _) in zip(number, gone, strict=True):
            self._truth.append((1, MAIN, no, f"P{base['宛名番号'][place]}", "gone"))
        texts = pl.DataFrame([{**r, **_born(r)} for _, r in gone], schema=[*_KEYS, *_born({"born": ""})], orient="row")
        # Nobody moves out before being born.
        moved = pl.max_horizontal("住民となった年月日", texts["date"].str.to_date(strict=False)).dt.offset_by("1d")
        to = {f"転出先住所（予定）_{k}": v for k, v in zip(("市区町村コード", "都道府県", "市区郡町村名"), NEIGHBOUR, strict=True)}
        return frame.with_columns(
            宛名番号=pl.Series(number, dtype=pl.Int64), 世帯番号=pl.Series(number, dtype=pl.Int64),
            氏名=_two(texts, "family", "given"), 氏名_フリガナ=_two(texts, "family_kana", "given_kana"),
            生年月日=texts["date"].str.to_date(strict=False), 生年月日_不詳表記=texts["about"], 生年月日_不詳フラグ=texts["unknown"],
            性別=pl.when(texts["sex"] == "").then("性別").otherwise(texts["sex"]), 住所_町字=texts["town"], 住所_番地号表記=texts["lot"], 住所_方書=texts["building"],
            個人番号=texts["my_number"], 住民票コード=texts["juminhyo"], 住民状態=pl.lit("2"), 続柄コード1=pl.lit("02"),
            異動事由=pl.lit("21"), 異動年月日=moved, 異動届出年月日=moved.dt.offset_by("1d"),
            消除の異動年月日=moved, 消除の届出年月日=moved.dt.offset_by("1d"),
            住所_町字コード=pl.lit(""), 住所_郵便番号=pl.lit(""),
            住民となった年月日=moved, 住民となった届出年月日=moved, **{k: pl.lit(v) for k, v in to.items()},
        ).select(base.columns)  # fmt: skip

    def others(self) -> dict[str, pl.DataFrame]:
        """移行ファイル id of 業務03 -> its records."""
        texts = pl.DataFrame([{**r, **_born(r)} for r in self._others], schema=[*_KEYS, *_born({"born": ""})], orient="row")
        t = pl.col
        japanese = t("roman") == ""
        common = {
            "宛名番号": t("no"), "氏名": pl.when(japanese).then(_two(texts, "family", "given")).otherwise(pl.lit("")),
            "性別": t("sex"), "生年月日": t("date"), "生年月日_不詳表記": t("about"), "住所_市区町村コード": pl.lit(NEIGHBOUR[0]),
            "住所_都道府県": pl.lit(NEIGHBOUR[1]), "住所_市区郡町村名": pl.lit(NEIGHBOUR[2]), "住所_町字": t("town"),
            "住所_番地号表記": t("lot"), "住所_方書": t("building"),
        }  # fmt: skip
        kana = _two(texts, "family_kana", "given_kana")
        basic = texts.select(
            **common, 個人番号=t("my_number"), 氏_日本人=t("family"), 名_日本人=t("given"), 氏名_読み仮名=kana,
            氏_日本人_読み仮名=t("family_kana"), 名_日本人_読み仮名=t("given_kana"), 氏名_外国人アルファベット=t("roman"),
            代表宛名フラグ=pl.lit("0"), 操作者ID=pl.lit("MIGRATE"), 操作年月日=pl.lit("2026-03-31"), 操作時刻=pl.lit("12:00:00"),
        )  # fmt: skip
        history = texts.select(
            **common, 履歴番号=pl.lit("1"), 世帯番号=t("no"), 住登外者種別=pl.when(japanese).then(pl.lit("1")).otherwise(pl.lit("2")),
            住登外者状態=pl.lit("1"), 異動年月日=pl.lit("2026-03-31"), 異動届出年月日=pl.lit("2026-03-31"), 氏_日本人=t("family"),
            名_日本人=t("given"), 氏名_フリガナ=kana, 氏_日本人_フリガナ=t("family_kana"), 名_日本人_フリガナ=t("given_kana"),
            氏名_外国人ローマ字=t("roman"), 生年月日_不詳フラグ=t("unknown"), 最新フラグ=pl.lit("1"),
        )  # fmt: skip
        return {BASIC: basic, HISTORY: history}

    def truth(self) -> pl.DataFrame:
        return pl.DataFrame(self._truth, schema=["業務", "ファイル", "宛名番号", "人物", "種類"], orient="row").select(
            pl.col("業務").cast(pl.String).str.zfill(2), "ファイル", pl.col("宛名番号").cast(pl.String).str.zfill(15), "人物", "種類"
        )


_KEYS = ("no", "origin", "family", "given", "family_kana", "given_kana", "roman", "sex", "born", "town", "lot",
         "building", "old_town", "old_lot", "my_number", "juminhyo")  # fmt: skip


def _records(frame: pl.DataFrame) -> Iterator[Record]:
    """The persons of 住民情報 as texts to write again; ``origin`` is the place of the record in its block."""
    for row in frame.iter_rows(named=True):
        family, _, given = row["氏名"].partition("　")
        roman = row["氏名_外国人ローマ字"]
        kana = ("", "") if roman else row["氏名_フリガナ"].partition("　")[::2]
        born = row["生年月日"].isoformat() if row["生年月日"] else ""
        yield {
            "no": str(row["宛名番号"]), "origin": str((row["宛名番号"] - 1) % 1_000_000), "family": family, "given": given,
            "family_kana": kana[0], "given_kana": kana[1], "roman": roman, "sex": row["性別"], "born": born,
            "town": row["住所_町字"], "lot": row["住所_番地号表記"], "building": row["住所_方書"],
            "old_town": row["転入前住所_町字"], "old_lot": row["転入前住所_番地号表記"], "my_number": row["個人番号"],
            "juminhyo": row["住民票コード"],
        }  # fmt: skip


def _born(record: Record) -> Record:
    """生年月日 as the standard has it: the day, or words where it is not known."""
    year, unknown = record["born"][:4], record["born"].endswith("-00-00")
    about = f"{year}年頃".translate(str.maketrans("0123456789", "０１２３４５６７８９")) if unknown else ""
    if not record["born"]:
        unknown, about = True, "不詳"
    return {"date": "" if unknown else record["born"], "about": about, "unknown": "1" if unknown else "0"}


def _two(texts: pl.DataFrame, left: str, right: str) -> pl.Series:
    return texts.select(pl.concat_str(left, right, separator="　").str.strip_chars("　"))[left]
