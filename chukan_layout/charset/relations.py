"""Double-byte tables of host computers, made from the JIS sets by the relations that their vendors document.

Rows and cells are those of JIS X 0208 (2121-7E7E).  What no relation gives (the vendors' extension areas) is left
undefined here; a user's table fills it (:mod:`chukan_layout.charset.user`).  docs/charsets.md names the sources.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from chukan_layout.charset.blob import UNDEFINED, empty, entry
from chukan_layout.charset.tables import points

GR = 0x8080
#: Codes that JIS C 6226-1978 and JIS X 0208-1983 have the other way round (the 22 pairs of the revision of 1983).
SWAPPED = (
    "鯵鰺 鴬鶯 蛎蠣 撹攪 竃竈 潅灌 諌諫 頚頸 砿礦 蕊蘂 靭靱 賎賤 壷壺 砺礪 梼檮 涛濤 迩邇 蝿蠅 桧檜 侭儘 薮藪 篭籠"
).split()
#: Characters that the revision of 1983 moved to 7421-7424, with those that took their place.
MOVED = "尭堯 槙槇 遥遙 瑶瑤".split()
#: Further shapes of 1978 that Unicode has apart: the character of 1983 and that of 1978.
SHAPES = (
    "唖啞 嘘噓 焔焰 鴎鷗 噛嚙 澗㵎 侠俠 躯軀 繋繫 荊荆 隙𨻶 鹸鹼 昂昻 麹麴 柵栅 屡屢 繍繡 蒋蔣 醤醬 蝉蟬 掻搔 痩瘦 騨驒 箪簞 "
    "掴摑 填塡 顛顚 祷禱 涜瀆 嚢囊 剥剝 溌潑 醗醱 頬頰 麺麵 莱萊 蝋蠟 寃𡨚 屏屛 攅攢 枴柺 梍梎 燗𤏐 "
    "褐\ufa60 舘\ufa6d 恵\ufa6b 琢\ufa4a 塚\ufa10 繁\ufa59 屮\ufa3c 縉\ufa58"
).split()
#: Rows of JIS X 0213 in plane 2.
PLANE2_ROWS = frozenset({1, 3, 4, 5, 8, *range(12, 16), *range(78, 95)})
#: KEIS 78 draws boxes at 2F21-2F44.
_KEIS78_BOXES = "┌┏┏┐┓┓└┗┗┘┛┛├┣┣┤┫┫┬┳┳┴┻┻┼╋╋─━━│┃┃╎╏╏"
#: NEC's rows of half-width and full-width boxes begin so; U+250C-254B follow.
_NEC_BOXES = "─━│┃╌╍╎╏┄┅┆┇" + "".join(map(chr, range(0x250C, 0x254C)))


def jis83() -> array[int]:
    """JIS X 0208 as of 1990: 2121-7426."""
    return points("jisx0208")


def jis78(shapes: Iterable[str] = ()) -> array[int]:
    """JIS X 0208 with the swapped pairs as they were in 1978, and ``shapes`` (pairs) put in their place."""
    table = jis83()
    code = {value: unit for unit, value in enumerate(table) if value != UNDEFINED}
    for a, b in map(tuple, SWAPPED):
        table[code[ord(a)]], table[code[ord(b)]] = ord(b), ord(a)
    for new, old in map(tuple, shapes):
        table[code[ord(new)]] = ord(old)
    return table


def cut(table: array[int], first: int, last: int) -> None:
    """Makes the codes from ``first`` to ``last`` undefined."""
    for unit in range(first, last + 1):
        table[unit] = UNDEFINED


def put(table: array[int], first: int, texts: Iterable[str]) -> None:
    """Gives the codes from ``first`` on these characters."""
    for unit, text in enumerate(texts, first):
        table[unit] = entry(text)


def moved(table: array[int], by: int) -> array[int]:
    """The table with every code ``by`` higher."""
    other = empty(65536)
    for unit, value in enumerate(table):
        if value != UNDEFINED:
            other[unit + by] = value
    return other


def with_users(table: array[int], *areas: tuple[range, range]) -> array[int]:
    """The user-defined areas (rows, cells) become U+E000 and up, one after the other."""
    point = 0xE000
    for rows, cells in areas:
        for row in rows:
            for cell in cells:
                table[row << 8 | cell] = point
                point += 1
    return table


_HIGH = range(0xA1, 0xFF)
_LOW = range(0x21, 0x7F)


def jef(policy: str) -> array[int]:
    """Fujitsu JEF: JIS 1978 + 8080, space 4040, user-defined 80A1-A0FE.

    ``code`` gives each code the character JIS X 0208 has there today, ``face`` the one whose shape JEF shows.
    """
    table = jis83() if policy == "code" else jis78([*MOVED, *SHAPES])
    cut(table, 0x222F, 0x227E)
    cut(table, 0x2821, 0x2F7E)
    cut(table, 0x7421, 0x7E7E)
    table = moved(table, GR)
    table[0x4040] = 0x3000
    return with_users(table, (range(0x80, 0xA1), _HIGH))


def keis(year: int) -> array[int]:
    """Hitachi KEIS: JIS + 8080, space 4040, user-defined 81A1-A0FE; in 78 the four moved characters stand elsewhere."""
    table = jis83() if year > 78 else jis78()
    if year == 78:
        cut(table, 0x7421, 0x7424)
        cut(table, 0x2821, 0x287E)
        put(table, 0x2F21, _KEIS78_BOXES)
    table = moved(table, GR)
    if year == 78:
        for code, text in ((0x5CC3, "堯"), (0x61FC, "槇"), (0x65A7, "瑤"), (0x6BA2, "遙")):
            put(table, code, text)
    table[0x4040] = 0x3000
    return with_users(table, (range(0x81, 0xA1), _HIGH))


def jips_j() -> array[int]:
    """NEC JIPS(J): JIS 1978 as it is, half-width rows 9 and 10, boxes, NEC row 13; user-defined 7421-7E7E, E0A1-FEFE."""
    table = jis78(MOVED[1:])
    cut(table, 0x7421, 0x7426)
    put(table, 0x2921, map(chr, range(0x21, 0x7F)))
    put(table, 0x2A21, map(chr, range(0xFF61, 0xFFA0)))
    put(table, 0x2B24, _NEC_BOXES)
    put(table, 0x2C24, _NEC_BOXES)
    for unit, value in row13():
        table[unit] = value
    return with_users(table, (range(0x74, 0x7F), _LOW), (range(0xE0, 0xFF), _HIGH))


def row13() -> list[tuple[int, int]]:
    """NEC's row 13 (2D21-2D7C) with its entries."""
    euc = points("euc-jp")
    return [(unit - GR, euc[unit]) for unit in range(0xADA1, 0xADFF) if euc[unit] != UNDEFINED]


def through(table: array[int], single: array[int]) -> array[int]:
    """JIPS(E): each byte of (J), as a character of JIS8, becomes its byte of EBCDIK; bytes without one are left out."""
    byte = {value: b for b, value in enumerate(single) if value != UNDEFINED}
    jis = [*range(0x80), *([-1] * 0x21), *range(0xFF61, 0xFFA0), *([-1] * 0x20)]
    to = [byte.get(point) for point in jis]
    other = empty(65536)
    for unit, value in enumerate(table):
        hi, lo = to[unit >> 8], to[unit & 0xFF]
        if value != UNDEFINED and hi is not None and lo is not None:
            other[hi << 8 | lo] = value
    return other


def lets_j() -> array[int]:
    """Unisys LETS-J: JIS X 0208 + 8080, JIS X 0212 + 8000, space 2020."""
    table = moved(jis83(), GR)
    for unit, value in enumerate(points("jisx0212")):
        if value != UNDEFINED:
            table[unit + 0x8000] = value
    table[0x2020] = 0x3000
    return table


def plane2_rows(table: array[int]) -> array[int]:
    """The rows that JIS X 0213 has in plane 2 (Python's codec gives JIS X 0212 in the others)."""
    for row in range(1, 95):
        if row not in PLANE2_ROWS:
            cut(table, (row + 0x20) << 8, (row + 0x20) << 8 | 0xFF)
    return table


def sjis(*planes: array[int]) -> array[int]:
    """JIS sets as Shift_JIS codes: the first plane from 8140, the second (JIS X 0213) from F040."""
    table = empty(65536)
    second = {1: 0, 8: 0, 3: 1, 4: 1, 5: 2, 12: 2, 13: 3, 14: 3, 15: 4, 78: 4}
    for number, plane in enumerate(planes):
        for unit, value in enumerate(plane):
            if value == UNDEFINED:
                continue
            row, cell = (unit >> 8) - 0x20, (unit & 0xFF) - 0x20
            if number == 0:
                lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)
            else:
                lead = 0xF0 + (second[row] if row in second else (row - 79) // 2 + 5)
            trail = cell + 0x9E if row % 2 == 0 else cell + 0x3F + (cell > 63)
            table[lead << 8 | trail] = value
    return table
