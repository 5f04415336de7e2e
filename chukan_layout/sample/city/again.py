"""住登外者 of the city who are its residents, written a second time by another clerk."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import polars as pl

from chukan_layout.sample.lists import Lists
from chukan_layout.sample.misspell import Record, second_record

TRUTH = ("業務", "ファイル", "宛名番号", "人物", "種類")
OTHERS_FILE = "住登外者宛名基本情報"
#: A second record is of another town's register: it has no insurance, care or pension here.
_NOT_HERE = ("kokuho", "kouki", "kaigo1", "kaigo2", "needs_care", "nenkin1", "disabled", "welfare", "employee", "foreign")
#: What the person owes tax for, so that other 業務 refer to the second number too.
_OWNS = ("landowner", "car")


@dataclass(frozen=True)
class Again:
    """The second records as parties, and a row of TRUTH for each: the 人物 is the number of the resident."""

    parties: pl.DataFrame
    truth: pl.DataFrame


def second_parties(residents: pl.DataFrame, rate: float, first_no: int, lists: Lists, seed: list[int]) -> Again:
    """``rate`` of the ``residents`` (parties, living Japanese alone) once more, numbered from ``first_no``.

    Names, readings, birth dates, sexes and addresses have the slips of :mod:`chukan_layout.sample.misspell`; a birth
    date that the slip made unknown stays as it was, since 住登外者宛名基本情報 of the city has no words for it.
    """
    rng = np.random.default_rng(seed)
    chosen = np.flatnonzero((rng.random(residents.height) < rate) & (residents["live"] & ~residents["foreign"]).to_numpy())
    base = residents[chosen]
    number = [str(first_no + i).zfill(15) for i in range(base.height)]
    dice = random.Random("/".join(map(str, seed)))
    surnames = (list(lists.family.standard), list(lists.family_kana.standard))
    again = [second_record(_record(row, lists, dice), False, surnames, dice) for row in base.iter_rows(named=True)]
    parties = base.with_columns(_texts(base, again)).with_columns(
        kind=pl.lit("other"), no=pl.Series(number), house=pl.Series(number), head_no=pl.Series(number), head=pl.lit(-1, pl.Int64),
        宛名番号=pl.Series(number).cast(pl.Int64), 世帯番号=pl.Series(number).cast(pl.Int64), is_head=pl.lit(True), voter=pl.lit(False),
        **{name: pl.lit(False) for name in _NOT_HERE}, **{name: pl.Series(rng.random(base.height) < 0.5) for name in _OWNS},
    )  # fmt: skip
    truth = pl.DataFrame({"宛名番号": number, "人物": base["no"]}, schema={"宛名番号": pl.String, "人物": pl.String})
    truth = truth.with_columns(業務=pl.lit("03"), ファイル=pl.lit(OTHERS_FILE), 人物=pl.lit("P") + pl.col("人物"), 種類=pl.lit("duplicate"))
    return Again(parties, truth.select(TRUTH))


def _record(row: dict[str, object], lists: Lists, dice: random.Random) -> Record:
    def text(name: str) -> str:
        return str(row[name] or "")

    family, _, given = text("氏名").partition("　")
    family_kana, _, given_kana = text("氏名_フリガナ").partition("　")
    return {
        "family": family, "given": given, "family_kana": family_kana, "given_kana": given_kana, "roman": "", "sex": text("性別"),
        "born": text("生年月日"), "town": text("住所_町字"), "lot": text("住所_番地号表記"), "building": text("住所_方書"),
        "old_town": text("転入前住所_町字"), "old_lot": text("転入前住所_番地号表記"), "my_number": text("個人番号"), "juminhyo": "",
        "other_town": dice.choice(lists.towns)[0],
    }  # fmt: skip


def _texts(base: pl.DataFrame, again: list[Record]) -> list[pl.Series]:
    def column(name: str) -> pl.Series:
        return pl.Series([r[name] for r in again], dtype=pl.String)

    def two(left: str, right: str) -> pl.Series:
        return pl.Series([f"{r[left]}　{r[right]}".strip("　") for r in again], dtype=pl.String)

    name = two("family", "given")
    born = pl.Series([r["born"] for r in again], dtype=pl.String).str.to_date(strict=False)
    sex = column("sex").replace("", None)
    return [
        name.alias("氏名"), name.alias("氏名@vendor"), two("family_kana", "given_kana").alias("氏名_フリガナ"),
        born.fill_null(base["生年月日"]).alias("生年月日"), sex.fill_null(base["性別"]).alias("性別"), column("town").alias("住所_町字"),
        column("lot").alias("住所_番地号表記"), column("building").alias("住所_方書"), column("my_number").alias("個人番号"),
        pl.Series([""] * base.height, dtype=pl.String).alias("住所_町字コード"), pl.Series([""] * base.height, dtype=pl.String).alias("住所_郵便番号"),
        pl.Series([""] * base.height, dtype=pl.String).alias("住民票コード"),
    ]  # fmt: skip
