"""年号: the five eras since 明治, their first and last days, and the fourteen forms of 不詳日.

Sources: 年号 and their dates: 元号を改める政令 and 太政官布告 (明治改元の詔: 慶応4年1月1日 = 1868-01-25);
太陽暦 from 1873-01-01 (明治5年太政官布告337号), so 明治5年 and before is the old calendar.  明治45年7月30日
and 大正元年7月30日 are one day, as 大正15年12月25日 and 昭和元年12月25日 are; the record specification
(住民記録システム標準仕様書 V1.0, 年月日) allows both, and names the fourteen forms.
"""

from __future__ import annotations

from typing import NamedTuple


class Era(NamedTuple):
    letter: str
    name: str
    base: int  # Western year = base + year of the era
    first: tuple[int, int, int]
    last: tuple[int, int, int]


ERAS: tuple[Era, ...] = (
    Era("M", "明治", 1867, (1868, 1, 25), (1912, 7, 30)),
    Era("T", "大正", 1911, (1912, 7, 30), (1926, 12, 25)),
    Era("S", "昭和", 1925, (1926, 12, 25), (1989, 1, 7)),
    Era("H", "平成", 1988, (1989, 1, 8), (2019, 4, 30)),
    Era("R", "令和", 2018, (2019, 5, 1), (9999, 12, 31)),
)

#: The Gregorian calendar begins here; 明治 dates before it cannot be converted by arithmetic.
FIRST_SOLAR_DAY = (1873, 1, 1)

#: {Y} a year (era and number or 元, or four Western digits), {n} one or two digits, {_} an optional blank,
#: {季} a season, {旬} a third of a month.
UNKNOWN_FORMS: tuple[str, ...] = (
    "{Y}年頃",
    "{Y}年{n}月頃",
    "{Y}年{n}月{n}日頃",
    "推定{Y}年{n}月{n}日",
    "推定{Y}年{n}月",
    "{Y}年{季}",
    "{Y}年{n}月{旬}",
    "{Y}年{n}月{旬}頃",
    "年月日不詳",
    "{Y}年{_}月日不詳",
    "{Y}年{n}月{_}日不詳",
    "{Y}年{n}月{n}日から{n}月{n}日頃までの間",
    "{Y}年{n}月推定{n}日から{n}日までの間",
    "{Y}年{n}月{n}日頃から{n}日頃までの間",
)
SEASONS = ("春", "夏", "秋", "冬")
THIRDS = ("上旬", "中旬", "下旬")
