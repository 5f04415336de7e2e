"""How often the proposal is right: measured on made-up names and addresses."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from chukan_layout.charset import registry
from chukan_layout.charset.detect import detect

SURNAMES = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 齋藤 髙橋 渡邉 吉田 山﨑 濱田 櫻井 澤田 廣瀬 龍野 葛城 邊見 嶋田 榎本".split()
GIVEN = "太郎 花子 一郎 さくら 美咲 翔太 陽菜 健一 由美子 ひろし 蓮 結衣 大翔 葵 昭和 幸子 千代 禮子 惠 ゆかり".split()
KANA = "ｻﾄｳ ﾀﾛｳ ｽｽﾞｷ ﾊﾅｺ ﾀｶﾊｼ ﾜﾀﾅﾍﾞ ﾔﾏﾓﾄ ｺﾊﾞﾔｼ ｻｲﾄｳ ﾖｼﾀﾞ ｻｸﾗ ﾐｻｷ ﾋﾛｼ ｹﾝｲﾁ".split()
PLACES = "愛知県豊橋市今橋町 岡崎市十王町二丁目 札幌市中央区北１条西 北区王子本町 大字神明町字原 緑ヶ丘３丁目 みどり台団地".split()
NUMBERS = "１番地 ２番１０号 １２３４－５ 番地の３ コーポ緑１０１号室 ハイツ桜２０５".split()


def name(r: random.Random) -> str:
    return f"{r.choice(SURNAMES)}　{r.choice(GIVEN)}"


def address(r: random.Random) -> str:
    return r.choice(PLACES) + r.choice(NUMBERS)


def kana(r: random.Random) -> str:
    return f"{r.choice(KANA)} {r.choice(KANA)}"


def names(r: random.Random) -> str:
    return "\r\n".join(name(r) for _ in range(20))


def addresses(r: random.Random) -> str:
    return "\r\n".join(address(r) for _ in range(20))


def line(r: random.Random) -> str:
    born = f"{r.randrange(1930, 2025)}{r.randrange(1, 13):02}{r.randrange(1, 29):02}"
    return f"{r.randrange(10**9):010},{name(r)},{kana(r)},{born},{r.randrange(1, 3)},{address(r)}"


def csv(r: random.Random) -> str:
    return "\r\n".join(line(r) for _ in range(8))


PC = ("cp932", "euc-jp", "utf-8", "utf-16le", "utf-16be", "iso-2022-jp")


@pytest.mark.parametrize("size", [64, 256])
def test_pc_charsets_from_a_few_bytes(size: int) -> None:
    chance = random.Random(20261123)
    wrong: Counter[tuple[str, str, str]] = Counter()
    tried = 0
    for charset in PC:
        made = registry.get(charset)
        for kind in (names, addresses, csv):
            for _ in range(60):
                raw = made.encode(kind(chance)).raw[:size]
                tried += 1
                if (best := detect(raw).best) != charset:
                    wrong[charset, kind.__name__, best] += 1
    assert sum(wrong.values()) <= 0.02 * tried, wrong
    assert all(n <= 6 for n in wrong.values()), wrong


def x(text: str, width: int, made: registry.Charset) -> bytes:
    return made.encode(text).raw[:width].ljust(width, bytes((made.space,)))


def record(r: random.Random, made: registry.Charset, text: Callable[[random.Random], str]) -> bytes:
    """A record of a host: numbers, half-width kana where the charset has it, a mixed field."""
    number = made.encode(f"{r.randrange(10**10):010}").raw
    half = x(kana(r) if "lower" not in made.name and "ascii" not in made.name else "YAMADA Taro", 20, made)
    field = made.encode(text(r)).raw
    return number + half + field.ljust(60, bytes((made.space,))) + made.encode("20240401").raw


HOSTS = ("jef-kana", "jef-lower", "keis83", "ibm930", "ibm939", "jips-e", "jips-j", "lets-j")
FAMILY = {"jef-ascii": "jef-lower", "keis90": "keis83", "ibm1390": "ibm930", "ibm1399": "ibm939"}


@pytest.mark.parametrize("charset", HOSTS)
def test_hosts_from_one_record_with_kanji(charset: str) -> None:
    chance = random.Random(4)
    made = registry.get(charset)
    wrong: Counter[str] = Counter()
    for text in (name, address):
        for _ in range(40):
            best = detect(record(chance, made, text)).best
            if FAMILY.get(best, best) != charset:
                wrong[best] += 1
    assert wrong == {}


def test_host_without_kanji_is_not_named_for_sure() -> None:
    raw = registry.get("ibm930").encode("0001234567 YAMADA TARO   20240401 ").raw * 3
    found = detect(raw)
    assert len(found.candidates) > 1
    assert found.candidates[0].confidence <= 0.6


def test_nothing_of_a_person_is_shown() -> None:
    raw = "1234567890,山田　太郎,ﾔﾏﾀﾞ,東京都\r\n".encode("cp932") * 3
    first = detect(raw).candidates[0]
    assert first.name == "cp932"
    assert first.records[0] == "9999999999,漢漢　漢漢,ｱｱｱｱ,漢漢漢"


@pytest.mark.parametrize("raw", [b"", b"\x00" * 100, bytes(range(256)) * 4, b"\xff\xfe", b"\x1b$"])
def test_no_text_is_no_error(raw: bytes) -> None:
    for candidate in detect(raw).candidates:
        registry.get(candidate.name)
