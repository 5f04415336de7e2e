"""One person's record written a second time, with the slips of real counters.

Rates are round numbers (draft).  The variants of kanji are a list of this file alone: the matcher folds by the MJ tables
and knows nothing of it, so that the one does not mark its own homework.
"""

from __future__ import annotations

import random
from datetime import date

Record = dict[str, str]

#: 新字体・旧字体・異体字 that stand for one another in names.
VARIANTS = ("高髙", "崎﨑", "辺邊邉", "斎齋斉齊", "沢澤", "浜濱濵", "桜櫻", "国國", "広廣", "竜龍", "恵惠", "真眞", "島嶋嶌", "富冨", "吉𠮷", "関關", "桑桒", "栄榮", "静靜", "清淸", "徳德", "実實", "寿壽", "滝瀧", "渡渉", "円圓", "豊豐", "塩鹽", "万萬", "与與", "晃晄", "黒黑", "亀龜", "条條", "児兒", "礼禮")  # fmt: skip
_VARIANT = {c: group.replace(c, "") for group in VARIANTS for c in group}
#: 同じ読みの別の字。
SAME_SOUND = ("浩弘博宏洋裕広", "隆孝貴高敬", "和一数", "美実海", "明昭章晃彰", "正雅政昌", "義良好吉", "秀英", "信伸延", "子児", "香佳加", "幸之行", "太多", "介助輔", "郎朗", "男夫雄", "恵江絵")  # fmt: skip
_SOUND = {c: group.replace(c, "") for group in SAME_SOUND for c in group}
_LARGE = dict(zip("ァィゥェォッャュョ", "アイウエオツヤユヨ", strict=True))
_VOICE = dict(
    zip("カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボ", strict=True)
)
_VOICE |= {v: k for k, v in _VOICE.items()}
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
_NARROW = str.maketrans("０１２３４５６７８９－", "0123456789-")
_ERAS = (63, -63, 14, -14, 30, -30)


def second_record(
    origin: Record, gone: bool, surnames: tuple[list[str], list[str]], dice: random.Random
) -> Record:
    """``origin`` as another clerk wrote it; ``gone``: a 除票 of long ago, else a 住登外者.

    ``surnames`` (kanji, kana) are what a bride may have been called.  Keys of a record: family, given, family_kana,
    given_kana, roman, sex, born (ISO, or ``YYYY-00-00`` for 不詳), town, lot, building, old_town, old_lot, my_number,
    juminhyo.
    """
    r = dict(origin)
    if r["sex"] == "2" and r["family"] and dice.random() < 0.12:
        place = dice.randrange(len(surnames[0]))
        r["former"], r["former_kana"] = (r["family"], r["family_kana"]) if dice.random() < 0.2 else ("", "")
        r["family"], r["family_kana"] = surnames[0][place], surnames[1][place]
    _names(r, dice)
    _person(r, dice)
    _address(r, 0.6 if gone else 0.3, dice)
    _numbers(r, dice)
    return r


def _names(r: Record, dice: random.Random) -> None:
    for part in ("family", "given"):
        kana = part + "_kana"
        if dice.random() < 0.3:
            r[part] = "".join(
                dice.choice(_VARIANT[c]) if c in _VARIANT and dice.random() < 0.6 else c for c in r[part]
            )
        if part == "given" and dice.random() < 0.03:
            r[part] = "".join(dice.choice(_SOUND[c]) if c in _SOUND else c for c in r[part])
        if dice.random() < 0.12:
            r[kana] = _other_kana(r[kana], dice)
        elif dice.random() < 0.06:
            r[kana] = one_slip(r[kana], _KANA, dice)
    luck = dice.random()
    if luck < 0.06:
        r["family_kana"] = r["given_kana"] = ""
    elif luck < 0.10 and r["family_kana"]:
        r["family"], r["given"] = r["family_kana"], r["given_kana"]  # 氏名 in kana, as on a counter's memo
    if dice.random() < 0.02 and r["family"]:
        r["family"], r["given"] = r["given"], r["family"]
        r["family_kana"], r["given_kana"] = r["given_kana"], r["family_kana"]
    if r["roman"] and dice.random() < 0.4:
        words = r["roman"].split()
        dice.shuffle(words)
        r["roman"] = "　".join(words[: max(2, len(words) - (dice.random() < 0.3))])


def _other_kana(text: str, dice: random.Random) -> str:
    luck = dice.random()
    if luck < 0.35:
        return "".join(_LARGE.get(c, c) for c in text)
    if luck < 0.65:
        return (
            text.replace("ョウ", "ョー")
            .replace("ロウ", "ロー")
            .replace("オオ", "オウ")
            .replace("コウ", "コー")
        )
    places = [i for i, c in enumerate(text) if c in _VOICE and i]
    if not places:
        return text
    at = dice.choice(places)
    return text[:at] + _VOICE[text[at]] + text[at + 1 :]


def one_slip(text: str, letters: str, dice: random.Random) -> str:
    """One character replaced, left out, put in, or two exchanged."""
    if len(text) < 2:
        return text
    at, kind = dice.randrange(len(text) - 1), dice.random()
    if kind < 0.5:
        return text[:at] + dice.choice(letters) + text[at + 1 :]
    if kind < 0.7:
        return text[:at] + text[at + 1 :]
    if kind < 0.85:
        return text[:at] + dice.choice(letters) + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _person(r: Record, dice: random.Random) -> None:
    if dice.random() < 0.13:
        r["born"] = other_date(r["born"], dice)
    luck = dice.random()
    if luck < 0.03:
        r["sex"] = ""
    elif luck < 0.037:
        r["sex"] = "1" if r["sex"] == "2" else "2"


def other_date(text: str, dice: random.Random) -> str:
    """A birth date as it is mistyped: day and month exchanged, another era, a year, a month or a day off, unknown."""
    if not text or text.endswith("-00-00"):
        return text
    y, m, d = (int(x) for x in text.split("-"))
    luck = dice.random()
    if luck < 0.2 and d <= 12 and d != m:
        m, d = d, m
    elif luck < 0.4:
        y += dice.choice(_ERAS)
    elif luck < 0.55:
        y += dice.choice((1, -1, 10, -10))
    elif luck < 0.7:
        m = dice.randint(1, 12)
    elif luck < 0.88:
        d = dice.randint(1, 28)
    else:
        return f"{y:04d}-00-00" if dice.random() < 0.6 else ""
    if not 1875 < y < 2026:
        return text
    try:
        return date(y, m, d).isoformat()
    except ValueError:
        return text


def _address(r: Record, moved: float, dice: random.Random) -> None:
    if dice.random() < moved:
        if r["old_town"] and dice.random() < 0.5:
            r["town"], r["lot"], r["building"] = r["old_town"], r["old_lot"], ""
        else:
            r["town"] = r["other_town"]
            r["lot"] = f"{dice.randint(1, 60)}－{dice.randint(1, 40)}".translate(_WIDE)
            r["building"] = ""
    parts = r["lot"].translate(_NARROW).split("-")
    if len(parts) == 2:
        a, b = parts
        style = dice.randrange(5)
        r["lot"] = (f"{a}-{b}", f"{a}番{b}号", f"{a}番地{b}", f"{a}番地の{b}", f"{a}ー{b}")[style].translate(
            _WIDE
        )
    if r["building"] and dice.random() < 0.3:
        r["building"] = "" if dice.random() < 0.6 else r["building"].split("　")[-1] + "号室"


def _numbers(r: Record, dice: random.Random) -> None:
    # A number with a wrong digit fails its check digit and never gets this far; a number of somebody else does.
    for name in ("my_number", "juminhyo"):
        if dice.random() < 0.7:
            r[name] = ""
