"""Records of 住民情報 from persons: every history row with all its items, in the standard's writing.

Columns that a vendor writes with its own characters have a twin named ``…@vendor``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from chukan_layout.sample.lists import Lists, Words, half_kana
from chukan_layout.sample.people import DAY0, DEAD, LIVE, MOVED, TODAY, People

#: Fictional: no prefecture has the number 99 (check digit by the rule of 全国地方公共団体コード).
CITY, PREFECTURE, TOWN = "990019", "架空県", "みどり野市"
NEIGHBOUR = ("990027", "架空県", "西浜市")
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
#: 異動事由
MOVED_IN, BORN, MOVED_OUT, DIED, MOVED_WITHIN = "01", "03", "21", "23", "41"
LONG_TERM, SPECIAL = "01", "02"


def take(words: Sequence[str], places: np.ndarray) -> pl.Series:
    """The words at the places; blank where the place is negative."""
    return pl.Series([*words, ""]).gather(np.where(places < 0, len(words), places))


def day(days: np.ndarray) -> pl.Series:
    """Days since 1970 as dates, null where negative numbers mean none (births before 1970 stay)."""
    return pl.Series(days.astype("int32")).cast(pl.Date)


def wide(numbers: np.ndarray) -> pl.Series:
    top = int(numbers.max(initial=0)) + 1
    return take([str(i).translate(WIDE) for i in range(top)], numbers)


def my_numbers(base: np.ndarray) -> pl.Series:
    """Valid 個人番号 from eleven digits that begin with 9 (総務省令85号5条)."""
    body = 90_000_000_000 + base
    digits = [(body // 10**k) % 10 for k in range(11)]
    rest = sum(d * (k + 2 if k < 6 else k - 4) for k, d in enumerate(digits)) % 11
    return pl.Series(body * 10 + np.where(rest <= 1, 0, 11 - rest)).cast(pl.String)


def resident_records(p: People, lists: Lists) -> pl.DataFrame:
    """All records of a block, persons in order, histories in order."""
    person = np.repeat(np.arange(len(p.number)), p.histories)
    first = np.cumsum(p.histories) - p.histories
    history = np.arange(len(person)) - first[person] + 1
    latest = history == p.histories[person]
    columns = _numbers(p, person, history, latest)
    columns |= _names(p, person, lists)
    columns |= _dates(p, person, history, latest)
    columns |= _address(p, person, latest, lists)
    columns |= _foreign(p, person, lists)
    return pl.DataFrame(columns)


def _numbers(p: People, person: np.ndarray, history: np.ndarray, latest: np.ndarray) -> dict[str, pl.Series]:
    state = p.state[person]
    return {
        "宛名番号": pl.Series(p.number[person]),
        "世帯番号": pl.Series(p.household[person]),
        "個人履歴番号": pl.Series(history),
        "最新フラグ": take(["0", "1"], latest.astype(int)),
        "住民種別": take(["1", "2"], (p.foreign[person] >= 0).astype(int)),
        "住民状態": take(["", "1", "2", "3"], state),
        "性別": take(["", "1", "2"], p.sex[person]),
        "続柄コード1": pl.Series(p.relation[person]).cast(pl.String).str.zfill(2),
        "住民票コード": pl.Series(10_000_000_000 + p.number[person]).cast(pl.String),
        "個人番号": my_numbers(p.number[person]),
    }


def _pair(words: Words, places: np.ndarray, vendor: bool) -> pl.Series:
    return take(words.vendor if vendor else words.standard, places)


def _names(p: People, person: np.ndarray, lists: Lists) -> dict[str, pl.Series]:
    columns: dict[str, pl.Series] = {}
    native = p.foreign < 0
    head = p.head_of
    wide = [_wide_text(f[0]) for f in lists.foreign]
    for suffix, vendor in (("", False), ("@vendor", True)):
        name = _joined(_pair(lists.family, p.family, vendor), _given(p, lists.given, vendor), "　")
        space = " " if vendor else "　"
        kana = _joined(_pair(lists.family_kana, p.family, vendor), _given(p, lists.given_kana, vendor), space)
        roman = [f[0] for f in lists.foreign] if vendor else wide
        foreign_kana = [half_kana(f[1]) if vendor else f[1] for f in lists.foreign]
        kanji = pl.Series(np.where(native, name.to_numpy(), ""))
        columns["氏名" + suffix] = kanji.gather(person)
        columns["氏名_フリガナ" + suffix] = pl.Series(
            np.where(native, kana.to_numpy(), take(foreign_kana, p.foreign).to_numpy())
        ).gather(person)
        columns["氏名_外国人ローマ字" + suffix] = take(roman, p.foreign).gather(person)
        # A column of kanji is full width throughout, or nobody could write it back as it was.
        shown = pl.Series(np.where(native, name.to_numpy(), take(wide, p.foreign).to_numpy()))
        columns["世帯主氏名" + suffix] = shown.gather(head).gather(person)
        columns["筆頭者" + suffix] = pl.Series(np.where(native, shown.gather(head).to_numpy(), "")).gather(person)
    return columns


def _given(p: People, words: dict[int, Words], vendor: bool) -> pl.Series:
    male, female = (_pair(words[s], np.where(p.sex == s, p.given, -1), vendor) for s in (1, 2))
    return male + female


def _joined(left: pl.Series, right: pl.Series, between: str) -> pl.Series:
    return left + between + right


def _wide_text(text: str) -> str:
    return "".join("　" if c == " " else chr(ord(c) + 0xFEE0) for c in text)


def _dates(p: People, person: np.ndarray, history: np.ndarray, latest: np.ndarray) -> dict[str, pl.Series]:
    today = int((TODAY - DAY0).astype(int))
    became, state = p.became[person], p.state[person]
    step = (today - became) // (p.histories[person] + 1)
    moved = np.where(state == LIVE, became + step * (history - 1), p.moved[person])
    native = p.became == p.born
    cause = np.where(
        state == DEAD, 3, np.where(state == MOVED, 2, np.where(history > 1, 4, np.where(native[person], 1, 0)))
    )
    told = np.minimum(moved + (p.number[person] % 14), today)
    unknown = p.unknown_birth[person]
    year = (p.born + int(DAY0.astype("datetime64[Y]").astype(int))) // 365 + 1970
    text = [_about(int(y)) for y in year[p.unknown_birth]]
    places = np.cumsum(p.unknown_birth) - 1
    born = day(p.born[person])
    erased = p.erased[person]
    gone = state != LIVE
    return {
        "生年月日": pl.DataFrame({"d": born, "u": unknown}).select(pl.when(~pl.col("u")).then("d"))["d"],
        "生年月日_不詳フラグ": take(["0", "1"], unknown.astype(int)),
        "生年月日_不詳表記": take(text, np.where(unknown, places[person], -1)),
        "異動年月日": day(moved),
        "異動届出年月日": day(told),
        "異動事由": take([MOVED_IN, BORN, MOVED_OUT, DIED, MOVED_WITHIN], cause),
        "住民となった年月日": day(became),
        "住民となった届出年月日": day(np.minimum(became + 3, today)),
        "消除の異動年月日": _or_null(day(erased), gone),
        "消除の届出年月日": _or_null(day(np.minimum(erased + 2, today)), gone),
    }


def _about(year: int) -> str:
    era = f"昭和{year - 1925}" if 1926 < year < 1989 else f"平成{max(year - 1988, 2)}"
    return f"{era}年頃".translate(WIDE)


def _or_null(dates: pl.Series, there: np.ndarray) -> pl.Series:
    return pl.DataFrame({"d": dates, "t": there}).select(pl.when("t").then("d"))["d"]


def _address(p: People, person: np.ndarray, latest: np.ndarray, lists: Lists) -> dict[str, pl.Series]:
    names, codes = [t[0] for t in lists.towns], [t[1] for t in lists.towns]
    town = np.where(latest, p.town[person], p.former_town[person])
    number = wide(p.block[person]) + "－" + wide(p.house[person])
    flat = p.building[person]
    room = wide(np.where(flat < 0, 0, p.room[person]))
    building = take([b + "　" for b in lists.buildings], flat) + take(["", "y"], (flat >= 0).astype(int)).replace("y", "")
    rooms = pl.Series(np.where(flat < 0, "", room.to_numpy()))
    came = (p.became != p.born)[person]
    left = (p.state == MOVED)[person]
    native = (p.foreign < 0)[person]

    def only(there: np.ndarray, text: str) -> pl.Series:
        return take([text], np.where(there, 0, -1))

    postal = pl.Series(9_990_000 + p.town[person]).cast(pl.String)
    old_town = take(names, np.where(came, p.former_town[person], -1))
    new_town = take(names, np.where(left, p.former_town[person], -1))
    return {
        "住所_市区町村コード": only(native | True, CITY),
        "住所_町字コード": take(codes, town),
        "住所_都道府県": only(native | True, PREFECTURE),
        "住所_市区郡町村名": only(native | True, TOWN),
        "住所_町字": take(names, town),
        "住所_番地号表記": number,
        "住所_方書": building + rooms,
        "住所_郵便番号": postal,
        "転入前住所_市区町村コード": only(came, NEIGHBOUR[0]),
        "転入前住所_都道府県": only(came, NEIGHBOUR[1]),
        "転入前住所_市区郡町村名": only(came, NEIGHBOUR[2]),
        "転入前住所_町字": old_town,
        "転入前住所_番地号表記": pl.Series(np.where(came, number.to_numpy(), "")),
        "転出先住所（予定）_市区町村コード": only(left, NEIGHBOUR[0]),
        "転出先住所（予定）_都道府県": only(left, NEIGHBOUR[1]),
        "転出先住所（予定）_市区郡町村名": only(left, NEIGHBOUR[2]),
        "転出先住所（予定）_町字": new_town,
        "転出先住所（予定）_番地号表記": pl.Series(np.where(left, number.to_numpy(), "")),
        "本籍": pl.Series(np.where(native, (take(names, p.town[person]) + wide(p.house[person]) + "番地").to_numpy(), "")),
    }


def _foreign(p: People, person: np.ndarray, lists: Lists) -> dict[str, pl.Series]:
    place = p.foreign[person]
    there = place >= 0
    special = there & (p.number[person] % 5 == 0)
    until = np.maximum(int((TODAY - DAY0).astype(int)) + 30 + p.number[person] % 900, p.became[person])
    return {
        "外国人住民となった年月日": _or_null(day(p.became[person]), there),
        "国籍等_国名コード": take([f[2] for f in lists.foreign], place),
        "国籍名等": take([f[3] for f in lists.foreign], place),
        "第30条45規定区分": take([LONG_TERM, SPECIAL], np.where(there, special.astype(int), -1)),
        "在留資格等コード": take(["T26", "T60"], np.where(there, special.astype(int), -1)),
        "在留期間等コード_年": take(["03"], np.where(there & ~special, 0, -1)),
        "在留期間等コード_月": take(["00"], np.where(there & ~special, 0, -1)),
        "在留期間の満了の日": _or_null(day(until), there & ~special),
    }
