"""Names, addresses, numbers of papers and other texts."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import polars as pl

from chukan_layout.model.layout import Item, Unique
from chukan_layout.sample.city.parties import houjin_numbers
from chukan_layout.sample.city.plan import links
from chukan_layout.sample.city.table import Table, ranked
from chukan_layout.sample.records import CITY, my_numbers

WIDE = [chr(0xFF10 + i) for i in range(10)]
#: Items that a party has: the words at the end of the name -> its column.
OF_PARTY: tuple[tuple[str, str], ...] = (
    ("世帯主氏名", "世帯主氏名"), ("個人番号", "個人番号"), ("法人番号", "法人番号"), ("住民票コード", "住民票コード"),
    ("市区町村コード", "住所_市区町村コード"), ("町字コード", "住所_町字コード"), ("都道府県", "住所_都道府県"),
    ("市区郡町村名", "住所_市区郡町村名"), ("市区町村名", "住所_市区郡町村名"), ("町字", "住所_町字"), ("番地号表記", "住所_番地号表記"),
    ("番地", "住所_番地号表記"), ("方書", "住所_方書"), ("郵便番号", "住所_郵便番号"), ("筆頭者", "筆頭者"), ("本籍", "本籍"),
    ("フリガナ", "氏名_フリガナ"), ("カナ", "氏名_フリガナ"), ("氏名", "氏名"), ("氏名漢字", "氏名"), ("世帯番号", "house"),
    ("名義人", "氏名"), ("所有者名", "氏名"), ("国名コード", "国籍等_国名コード"), ("国籍名等", "国籍名等"),
)  # fmt: skip
#: Of a parcel, a building, a school: not the party's.
NOT_OF_PARTY = re.compile("学校|園|施設|事業所|事業者|機関|団体|会社|医療|病院|医師|物件|所在|筆|家屋|土地|連絡先_?団体|法人名|金融|支店|保険者|口座|登記|預金")
WORDS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(k), tuple(v.split()))
    for k, v in (
        ("学校", "みどり野小学校 青葉小学校 緑が丘中学校 中央中学校"), ("園", "若葉保育園 ひかりこども園 さくら幼稚園"),
        ("金融機関.*名|銀行", "架空銀行 みどり信用金庫"), ("支店", "本店 中央支店 駅前支店"),
        ("施設|事業所|事業者|病院|医療機関", "みどり野病院 架空クリニック 青葉苑 みどりの里"), ("医師", "架空医師"),
        ("保険者", "みどり野市"), ("課|所属|部署|組織|係", "総務課 税務課 市民課 福祉課"), ("国名|国籍", "日本 ベトナム 中国"),
        ("市町村|市区町村", "西浜市 みどり野市"), ("町|所在|住所|場所|地番", "中央一丁目 本町 緑が丘二丁目"),
        ("病名|障害名|疾病|傷病", "上肢機能障害 下肢機能障害 内部障害"), ("車名|車種", "架空自動車 みどり発動機"),
        ("職|役", "主事 主任 係長"), ("理由|事由|原因", "本人の申請による 職権による"),
        ("件名|題名|科目|事業|名称|名$", "窓口事業 道路維持 福祉推進 庁舎管理 教育振興"),
        ("", "記載なし 特になし 確認済み"),
    )
)  # fmt: skip


class Serials:
    """Running numbers that never repeat within the city."""

    def __init__(self) -> None:
        self._next: dict[tuple[int, str, str], int] = {}

    def take(self, table: Table, item: str, n: int) -> np.ndarray:
        key = (table.file.area, table.file.id, item)
        first = self._next.get(key, 0)
        self._next[key] = first + n
        return np.arange(first, first + n) + 1


def draw(table: Table, serials: Serials) -> None:
    """Every text and time that is left."""
    for item in table.file.items:
        if item.name in table.values:
            continue
        kind = table.kind(item)
        if kind == "time":
            minutes = table.rng.integers(8 * 60, 18 * 60, table.n)
            tail = ":00" if item.digits == 8 else ""
            table.values[item.name] = pl.Series([f"{m // 60:02d}:{m % 60:02d}{tail}" for m in range(1440)]).gather(minutes)
        elif kind == "year":
            table.values[item.name] = table.rows.year.copy()
        elif kind == "text":
            text = _text(table, item, serials)
            table.values[item.name] = text
            table.has[item.name] = table.has[item.name] & (text.fill_null("") != "").to_numpy()


def key_items(table: Table, serials: Serials) -> None:
    """Items of the key that nothing gave yet: years, months, codes one after the other; the last numbers the rest."""
    left = [table.file.item(k) for k in table.file.key if k not in table.values]
    counted = [i for i in left if table.kind(i) == "number" and "履歴" not in i.name and not i.name.endswith(MONTHS)]
    last = counted[-1] if counted else None
    for item in left:
        kind = table.kind(item)
        if item is last:
            continue
        if kind == "year":
            table.set(item.name, table.rows.year.copy())
        elif kind == "code":
            table.set(item.name, table.rows.thing % len(table.codes[item.name]))
        elif kind == "number" and item.name.endswith(MONTHS):
            table.set(item.name, table.rows.thing % 12 + 1)
        elif kind == "number":
            table.set(item.name, (table.rows.history if "履歴" in item.name else table.rows.thing) + 1)
        elif kind == "date":
            first = np.array([np.datetime64(f"{y:04d}-04-20") for y in table.rows.year.tolist()], "datetime64[D]")
            table.set(item.name, first.astype(np.int64) + table.rows.thing % 12 * 30 if table.n else np.zeros(0, np.int64))
        elif kind == "text":
            table.set(item.name, _month(table, table.rows.thing) if _is_month(item) else identifier(table, item, serials))
    if last is not None and last.digits > 5 and not _apart(table, {i.name for i in left if table.kind(i) == "text" and not _is_month(i)}):
        # nothing else in the key belongs to one block: the number runs through the whole city
        table.set(last.name, serials.take(table, last.name, table.n))
    elif last is not None:
        others = [table.column(table.file.item(k)) for k in table.file.key if k in table.values]
        rank = ranked(others)[0] if others else np.arange(table.n)
        table.set(last.name, rank + 1)
    _once_each(table)


def _once_each(table: Table) -> None:
    """No two records of one key; where a history number will tell them apart there is nothing to do."""
    if table.n and all(k in table.values for k in table.file.key):
        rank, _ = ranked([table.column(table.file.item(k)) for k in table.file.key])
        if rank.any():
            table.only(rank == 0)


def _apart(table: Table, own: set[str]) -> bool:
    """Whether the key holds a number that no other block has: of a party, of the record it details, its own."""
    linked = set(links(table.plan)) | own
    return any(k in linked or k.endswith(("宛名番号", "世帯番号", "法人番号")) for k in table.file.key)


MONTHS = ("月", "月分", "期月")


def _is_month(item: Item) -> bool:
    return item.name.endswith("年月") and item.digits == 6


def _month(table: Table, place: np.ndarray) -> pl.Series:
    """YYYYMM within the fiscal year of each record, by the place of the month in it."""
    month = 3 + place % 12
    return pl.Series((table.rows.year + month // 12) * 100 + month % 12 + 1).cast(pl.String)


def identifier(table: Table, item: Item, serials: Serials) -> pl.Series:
    """A number of a paper or a thing: one for each thing, or for each record where it must be unique alone."""
    alone = any(
        isinstance(c, Unique) and item.name in c.items and set(c.items) != set(table.file.key)
        and not any("最新" in w.item for w in c.when)
        for c in table.file.keyed_checks
    )
    if item.check_digit == "houjin":
        return houjin_numbers(serials.take(table, item.name, table.n))
    unit = np.arange(table.n) if alone or len(set(table.rows.unit)) == table.n else _dense(table.rows.unit)
    number = serials.take(table, item.name, int(unit.max(initial=-1)) + 1)[unit]
    return _digits(number, item)


def _dense(unit: np.ndarray) -> np.ndarray:
    _, place = np.unique(unit, return_inverse=True)
    return place


def _digits(number: np.ndarray, item: Item) -> pl.Series:
    number = number % 10 ** min(item.digits, 18)
    width = item.digits if item.exact or item.name.endswith(("宛名番号", "世帯番号")) else min(item.digits, 8)
    text = pl.Series(number).cast(pl.String).str.zfill(width)
    if item.check_digit == "mynumber":
        return my_numbers(number % 10**9)
    if item.check_digit == "dantai":
        return pl.Series([CITY] * len(number))
    if item.check_digit == "m11w27":
        return _m11(number, item.digits)
    if item.charset_class in ("full", "any") and item.type == "N":
        return text.str.replace_many([str(i) for i in range(10)], WIDE)
    return text


def _m11(number: np.ndarray, digits: int) -> pl.Series:
    body = number % 10 ** (digits - 1)
    rest = sum(((body // 10**k) % 10) * (2 + k % 6) for k in range(digits - 1)) % 11
    last = np.where(rest == 1, 0, (11 - rest) % 11)
    return pl.Series(body * 10 + last).cast(pl.String).str.zfill(digits)


def _text(table: Table, item: Item, serials: Serials) -> pl.Series:
    own = _of_party(table, item)
    if own is not None:
        return own
    return _half(table, item, serials) if item.charset_class in ("half", "digit", "alnum") else _words(table, item)


def _of_party(table: Table, item: Item) -> pl.Series | None:
    """The party's name, address or number, where the item is about the party and it fits."""
    if NOT_OF_PARTY.search(item.name) or not (table.rows.party >= 0).any():
        return None
    for words, column in OF_PARTY:
        if item.name.endswith(words) and column in table.parties.columns:
            text = table.party(column).cast(pl.String).fill_null("")
            if not _fits(text, item):
                return None
            if item.required or item.required_when:
                other = _half(table, item, Serials()) if item.charset_class != "full" else pl.Series(["架空"] * table.n)
                text = pl.DataFrame({"t": text, "o": other}).select(pl.when(pl.col("t") != "").then("t").otherwise("o"))["t"]
            return text
    return None


#: Characters of each class, as a pattern.
_CLASS = {
    "half": r"^[ -~｡-ﾟ]*$", "digit": r"^[0-9]*$", "alnum": r"^[0-9A-Za-z]*$", "kana": r"^[ァ-ヺー・　]*$",
    "full": r"^[^ -~｡-ﾟ]*$", "any": r"",
}  # fmt: skip


def _fits(text: pl.Series, item: Item) -> bool:
    length = text.str.len_chars()
    filled = text != ""
    if item.exact and not ((length == item.digits) | ~filled).all():
        return False
    if int(length.max() or 0) > item.digits:  # type: ignore[arg-type]
        return False
    pattern = _CLASS[item.charset_class]
    return bool(text.str.contains(pattern).all()) if pattern else True


def _half(table: Table, item: Item, serials: Serials) -> pl.Series:
    """Half-width texts: numbers of known shapes, else a running number."""
    n, rng, name = table.n, table.rng, item.name

    def some(*texts: str) -> pl.Series:
        return pl.Series(texts).gather(rng.integers(0, len(texts), n))

    def digits(width: int) -> pl.Series:
        return pl.Series(rng.integers(0, 10**width, n)).cast(pl.String).str.zfill(width)

    shapes: tuple[tuple[str, Callable[[], pl.Series]], ...] = (
        ("電話|FAX|ＦＡＸ|連絡先", lambda: pl.Series(rng.integers(0, 10_000, n)).cast(pl.String).str.zfill(4).str.replace("^", "099-000-")),
        ("メール", lambda: some("a@example.jp", "b@example.jp")), ("郵便番号", lambda: some("9990001", "9990002")),
        ("金融機関.?コード|銀行コード|金融機関番号", lambda: some("9990", "9991")), ("店舗.?コード|支店.?コード|店番", lambda: some("001", "002", "103")),
        ("口座番号", lambda: digits(7)), ("市区町村コード|団体コード", lambda: some(CITY)), ("保険者番号", lambda: some("00999001"[-item.digits :])),
    )  # fmt: skip
    if _is_month(item):
        return _month(table, rng.integers(0, 12, n))
    for words, make in shapes:
        if re.search(words, name):
            text = make()
            if _fits(text, item) and not item.check_digit:
                return text
    return identifier(table, item, serials)


def _words(table: Table, item: Item) -> pl.Series:
    if item.charset_class == "kana":
        words: tuple[str, ...] = ("カクウ", "ミドリノ", "アオバ")
    elif item.name.endswith(("番号", "記号", "番")):
        return identifier(table, item, Serials())
    else:
        words = next(w for pattern, w in WORDS if pattern.search(item.name))
    words = tuple(w[: item.digits] for w in words)
    if item.exact:
        words = tuple((w * item.digits)[: item.digits] for w in words)
    return pl.Series(words).gather(table.rng.integers(0, len(words), table.n))
