"""What every kernel operation means, in plain Python: the oracle of the property tests.

A value is ``str`` or ``None`` (blank).  An operation takes a value (``Concat``, ``Lookup`` and ``Date`` with
the shape ``parts`` take all source values) and gives a value, or raises :class:`OpError` with the kind of
the finding.  Never used on the hot path.

Order of a cell: sources -> operations -> :func:`check`.  A blank result ("") is ``None``.

Sources of the rules: the module's tables name them; dates see :mod:`chukan_layout.plan.eras`; check digits
see :func:`check_digit_ok`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence

from chukan_layout.model.layout import Item
from chukan_layout.model.mapping import (
    Coalesce,
    Concat,
    Const,
    Dash,
    Date,
    DatePart,
    Default,
    FormatDate,
    Gaiji,
    Insert,
    KanaFull,
    KanaHalf,
    KanaLarge,
    LongVowel,
    Lookup,
    Map,
    NullIf,
    Number,
    Op,
    Pad,
    Remove,
    Scan,
    Shrink,
    Split,
    Strip,
    Substr,
    SubstrBytes,
    ToFull,
    ToHalf,
    Trim,
    Upper,
    WaveDash,
    When,
)
from chukan_layout.plan.eras import ERAS, FIRST_SOLAR_DAY, SEASONS, THIRDS, UNKNOWN_FORMS

Value = str | None
Pairs = Dict[str, str]


class OpError(Exception):
    """No value can be given; ``kind`` is the kind of the finding (COD, DAT, CAL, ERA, LUN, UNK, TYP)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


BLANKS = " \t\u3000"
HALF_KANA = "".join(map(chr, range(0xFF61, 0xFFA0)))
FULL_KANA = (
    "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテト"
    "ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜"
)
VOICEABLE = ("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ", "ヴガギグゲゴザジズゼゾダヂヅデドバビブベボ")
VOICED = {b + "ﾞ": f for b, f in zip(*VOICEABLE, strict=True)}
VOICED |= {b + "ﾟ": f for b, f in zip("ﾊﾋﾌﾍﾎ", "パピプペポ", strict=True)}
HALF_OF = {f: h for h, f in zip(HALF_KANA, FULL_KANA, strict=True)} | {f: h for h, f in VOICED.items()}
FULL_OF = dict(zip(HALF_KANA, FULL_KANA, strict=True))
LARGE_OF = dict(zip("ァィゥェォッャュョヮヵヶｧｨｩｪｫｬｭｮｯ", "アイウエオツヤユヨワカケｱｲｳｴｵﾔﾕﾖﾂ", strict=True))
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63"
#: CP932's reading and JIS's reading of the same code (facts: encodings, 1.1).
WAVE = (("～", "〜"), ("∥", "‖"), ("－", "−"), ("￠", "¢"), ("￡", "£"), ("￢", "¬"), ("―", "—"))


def _is_kana(char: str) -> bool:
    return "ァ" <= char <= "ヺ" or char == "ー" or "ｦ" <= char <= "ﾟ"


def _kind(char: str) -> str:
    """digit, alpha, space, symbol of an ASCII character; other characters have no kind."""
    if char == " ":
        return "space"
    if "0" <= char <= "9":
        return "digit"
    if "A" <= char <= "Z" or "a" <= char <= "z":
        return "alpha"
    return "symbol" if "!" <= char <= "~" else ""


def _to_full(char: str, what: Sequence[str]) -> str:
    if _kind(char) not in what:
        return char
    return "\u3000" if char == " " else chr(ord(char) + 0xFEE0)


def _to_half(char: str, what: Sequence[str]) -> str:
    half = " " if char == "\u3000" else chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else ""
    return half if half and _kind(half) in what else char


def _kana_full(text: str) -> str:
    for pair, full in VOICED.items():
        text = text.replace(pair, full)
    return "".join(FULL_OF.get(c, c) for c in text)


def _long_vowel(text: str) -> str:
    out = ""
    for c in text:
        if c in DASHES and out and _is_kana(out[-1]):
            c = "ｰ" if "ｦ" <= out[-1] <= "ﾟ" else "ー"
        out += c
    return out


def _upper(char: str) -> str:
    if "a" <= char <= "z" or "ａ" <= char <= "ｚ":
        return chr(ord(char) - 32)
    return char


# ---------------------------------------------------------------- dates

NARROW = {0xFEE0 + i: i for i in range(0x21, 0x7F)} | {0x3000: 0x20}


def is_calendar_day(y: int, m: int, d: int) -> bool:
    """Whether the day exists in the Gregorian calendar (years 1 to 9999)."""
    if not (1 <= y <= 9999 and 1 <= m <= 12 and d >= 1):
        return False
    leap = y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
    return d <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[m - 1]


def _day(y: int, m: int, d: int) -> str:
    if not is_calendar_day(y, m, d):
        raise OpError("CAL")
    return f"{y:04d}-{m:02d}-{d:02d}"


def _era_day(era: int, y: int, m: int, d: int) -> str:
    e = ERAS[era]
    day = (e.base + y, m, d)
    if y < 1:
        raise OpError("CAL")
    if era == 0 and day < FIRST_SOLAR_DAY:
        raise OpError("LUN")
    text = _day(*day)
    if not e.first <= day <= e.last:
        raise OpError("ERA")
    return text


def _iso(t: str) -> str | None:
    if t == "0000-01-01":
        return t
    m = re.fullmatch(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})", t)
    return _day(int(m[1]), int(m[3]), int(m[4])) if m else None


def _digits(t: str, n: int) -> bool:
    return len(t) == n and all("0" <= c <= "9" for c in t)


def _era_of_letter(t: str) -> int | None:
    """The era of the ASCII letter that ``t`` begins with; str.upper would take ſ for S as well."""
    found = "MTSHRmtshr".find(t[0]) if t else -1
    return found % 5 if found >= 0 else None


def _wareki_letter(t: str) -> str | None:
    era = _era_of_letter(t)
    if era is None:
        return None
    if _digits(t[1:], 6):
        return _era_day(era, int(t[1:3]), int(t[3:5]), int(t[5:7]))
    m = re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{1,2})", t[1:])
    return _era_day(era, int(m[1]), int(m[3]), int(m[4])) if m else None


def _wareki_kanji(t: str) -> str | None:
    m = re.fullmatch(r"(明治|大正|昭和|平成|令和)([0-9]{1,2}|元)年([0-9]{1,2})月([0-9]{1,2})日", t)
    if not m:
        return None
    era = [e.name for e in ERAS].index(m[1])
    return _era_day(era, 1 if m[2] == "元" else int(m[2]), int(m[3]), int(m[4]))


def _wareki_code(t: str, width: int, eras: Sequence[str]) -> str | None:
    if not _digits(t, width + 6):
        return None
    for era, code in enumerate(eras[: len(ERAS)]):
        if code.rjust(width, "0") == t[:width]:
            r = t[width:]
            return _era_day(era, int(r[:2]), int(r[2:4]), int(r[4:6]))
    return None


def _parse_shape(shape: str, t: str, op: Date) -> str | None:
    """The date in ISO form when ``t`` has the shape; None when it has not; OpError when the day is wrong."""
    if shape == "iso":
        return _iso(t)
    if shape == "ymd8":
        return _day(int(t[:4]), int(t[4:6]), int(t[6:])) if _digits(t, 8) else None
    if shape == "ymd6":
        if not _digits(t, 6):
            return None
        yy = int(t[:2])
        return _day((2000 if yy < op.pivot else 1900) + yy, int(t[2:4]), int(t[4:]))
    if shape == "ym6":
        return _day(int(t[:4]), int(t[4:]), 1) if _digits(t, 6) else None
    if shape == "yj7":
        return _year_day(int(t[:4]), int(t[4:])) if _digits(t, 7) else None
    if shape == "wareki_letter":
        return _wareki_letter(t)
    if shape == "wareki_kanji":
        return _wareki_kanji(t)
    if shape == "wareki_code1":
        return _wareki_code(t, 1, op.eras)
    if shape == "wareki_code2":
        return _wareki_code(t, 2, op.eras)
    return None


def _year_day(y: int, n: int) -> str:
    for m in range(1, 13):
        length = next(d for d in (31, 30, 29, 28) if is_calendar_day(y, m, d)) if y >= 1 else 31
        if n <= length:
            return _day(y, m, n)
        n -= length
    raise OpError("CAL")


_UNKNOWN = re.compile(
    "|".join(
        f.replace("{Y}", "(?:(?:明治|大正|昭和|平成|令和)(?:[0-9]{1,2}|元)|[0-9]{4})")
        .replace("{n}", "[0-9]{1,2}")
        .replace("{_}", " ?")
        .replace("{季}", f"(?:{'|'.join(SEASONS)})")
        .replace("{旬}", f"(?:{'|'.join(THIRDS)})")
        for f in UNKNOWN_FORMS
    )
)


def is_unknown_date(text: str) -> bool:
    """Whether the text is one of the fourteen forms of 不詳日 (blanks trimmed, full-width digits allowed)."""
    return _UNKNOWN.fullmatch(text.strip(BLANKS).translate(NARROW)) is not None


def _zeros(op: Date) -> str | None:
    if op.zeros == "error":
        raise OpError("DAT")
    return None if op.zeros == "null" else "0000-01-01"


def _nines(op: Date) -> str | None:
    if op.nines == "error":
        raise OpError("DAT")
    return None if op.nines == "null" else "9999-12-31"


def _date_text(value: str, op: Date) -> str | None:
    t = value.strip(BLANKS).translate(NARROW)
    body = t if _era_of_letter(t) is None else t[1:]
    if 6 <= len(body) <= 8 and set(body) == {"0"}:
        return _zeros(op)
    if 6 <= len(body) <= 8 and set(body) == {"9"}:
        return _nines(op)
    for shape in op.shapes:
        day = _parse_shape(shape, t, op)
        if day is not None:
            return day
    if is_unknown_date(value):
        raise OpError("UNK")
    raise OpError("DAT")


def _date_parts(values: Sequence[Value], op: Date) -> str | None:
    """Zeros and nines mean the same as in one text; an era alone is blank unless zeros are errors."""
    texts = [(v or "").strip(BLANKS).translate(NARROW) for v in values]
    if len(texts) not in (3, 4):
        raise OpError("DAT")
    body = texts[-3:]
    if not any(body):
        if op.zeros == "error":
            raise OpError("DAT")
        return None
    if all(set(t) <= {"0"} for t in body):
        return _zeros(op)
    if not all(1 <= len(t) <= 4 and _digits(t, len(t)) for t in body):
        raise OpError("DAT")
    if all(len(t) > 1 and set(t) == {"9"} for t in body):
        return _nines(op)
    y, m, d = (int(t) for t in body)
    if len(texts) == 3:
        return _day(y, m, d)
    for era, code in enumerate(op.eras[: len(ERAS)]):
        if texts[0].lstrip("0") == code.lstrip("0"):
            return _era_day(era, y, m, d)
    raise OpError("DAT")


def date(values: Sequence[Value], op: Date) -> Value:
    """``date`` of all shapes; see :class:`chukan_layout.model.mapping.Date`."""
    parts = "parts" in op.shapes
    joined = "".join(v or "" for v in (values if parts else values[:1])).strip(BLANKS)
    if not joined:
        return None
    try:
        day = _date_parts(values, op) if parts else _date_text(joined, op)
    except OpError as e:
        if op.part == "unknown_flag":
            return "1" if e.kind == "UNK" else None
        if op.part == "unknown_text":
            return joined if e.kind == "UNK" else None
        if e.kind == "UNK" and op.unknown == "null":
            return None
        raise
    if op.part == "date" or day is None:
        return day if op.part == "date" else None
    return "0" if op.part == "unknown_flag" else None


def _split_iso(value: str) -> tuple[int, int, int]:
    m = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", value)
    if not m:
        raise OpError("DAT")
    return int(m[1]), int(m[2]), int(m[3])


def _era_of(day: tuple[int, int, int]) -> int:
    """The era a day is written in: the later one where two meet (大正元年7月30日, 昭和元年12月25日)."""
    for era in reversed(range(len(ERAS))):
        if ERAS[era].first <= day <= ERAS[era].last:
            if era == 0 and day < FIRST_SOLAR_DAY:
                raise OpError("LUN")
            return era
    raise OpError("ERA")


def _era_code(era: int, eras: Sequence[str]) -> str:
    """The vendor's code of an era; ERA when the vendor has none for it."""
    if era >= len(eras):
        raise OpError("ERA")
    return eras[era]


def format_date(value: str, op: FormatDate) -> str:
    y, m, d = _split_iso(value)
    if op.shape == "iso":
        return value
    if op.shape == "ymd8":
        return f"{y:04d}{m:02d}{d:02d}"
    era = _era_of((y, m, d))
    n = y - ERAS[era].base
    if op.shape == "wareki_letter":
        return f"{ERAS[era].letter}{n:02d}{m:02d}{d:02d}"
    if op.shape == "wareki_kanji":
        return f"{ERAS[era].name}{'元' if n == 1 else n}年{m}月{d}日"
    width = 1 if op.shape == "wareki_code1" else 2
    return f"{_era_code(era, op.eras).rjust(width, '0')}{n:02d}{m:02d}{d:02d}"


def date_part(value: str, op: DatePart) -> str:
    y, m, d = _split_iso(value)
    if op.part in ("year", "month", "day"):
        return str({"year": y, "month": m, "day": d}[op.part]).rjust(op.width, "0")
    era = _era_of((y, m, d))
    text = _era_code(era, op.eras) if op.part == "era" else str(y - ERAS[era].base)
    return text.rjust(op.width, "0")


# ---------------------------------------------------------------- numbers


def number(value: str, scale: int) -> str:
    """Canonical decimal text: no leading zeros, no plus sign, exactly ``scale`` fraction digits."""
    t = value.strip(BLANKS).translate(NARROW)
    negative = False
    if t[:1] in ("+", "-", "△", "▲", "−"):
        negative, t = t[0] != "+", t[1:]
    elif t[-1:] == "-":
        negative, t = True, t[:-1]
    m = re.fullmatch(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?", t)
    if not m:
        raise OpError("TYP")
    whole = m[1].replace(",", "").lstrip("0") or "0"
    fraction = (m[2] or "").rstrip("0")
    if len(fraction) > scale:
        raise OpError("TYP")
    text = whole + ("." + fraction.ljust(scale, "0") if scale else "")
    return "-" + text if negative and set(text) - set("0.") else text


# ---------------------------------------------------------------- one operation, all operations


def _substr_bytes(value: str, op: SubstrBytes, encoding: str) -> str:
    """By bytes of the source encoding; a character that is not whole within the range is dropped."""
    at, out = 0, ""
    for c in value:
        size = encoded_length(c, encoding)
        if op.start <= at and at + size <= op.start + op.length:
            out += c
        at += size
    return out


def encoded_length(char: str, encoding: str) -> int:
    """Bytes of one character: cp932 and euc-jp count 1 for ASCII, half kana 1 (2 in euc-jp), else 2.

    An undecodable code unit counts as long as it was (charset room: plane 15 is U+F0000 + unit; the low byte
    of a three-byte EUC unit is below 0x80).  JIS X 0212, three bytes in euc-jp, counts 2.
    """
    if is_undecodable(char):
        return _unit_length(ord(char) & 0xFFFF, encoding)
    if encoding == "utf-8":
        return len(char.encode("utf-8", "surrogatepass"))
    if encoding.startswith("utf-16"):
        return 2 if ord(char) < 0x10000 else 4
    if ord(char) < 0x80:
        return 1
    if 0xFF61 <= ord(char) <= 0xFF9F:
        return 1 if encoding in ("cp932", "shift-jis") else 2
    return 2


def _unit_length(unit: int, encoding: str) -> int:
    if encoding == "utf-8":
        return 1 if unit < 0x100 else 4
    if encoding.startswith("utf-16"):
        return 2 if 0xD800 <= unit < 0xE000 else 4
    if unit < 0x100:
        return 1
    return 3 if encoding.startswith("euc-jp") and not unit & 0x80 else 2


def _text_op(op: Op, v: str) -> str:  # noqa: C901 - one line per operation
    if isinstance(op, Trim):
        v = v.lstrip(BLANKS) if op.side != "right" else v
        return v.rstrip(BLANKS) if op.side != "left" else v
    if isinstance(op, ToFull):
        return "".join(_to_full(c, op.what) for c in v)
    if isinstance(op, ToHalf):
        return "".join(_to_half(c, op.what) for c in v)
    if isinstance(op, KanaFull):
        return _kana_full(v)
    if isinstance(op, KanaHalf):
        return "".join(HALF_OF.get(c, c) for c in v)
    if isinstance(op, KanaLarge):
        return "".join(LARGE_OF.get(c, c) for c in v)
    if isinstance(op, LongVowel):
        return _long_vowel(v)
    if isinstance(op, Dash):
        return "".join(op.to if c in DASHES else c for c in v)
    if isinstance(op, WaveDash):
        table = dict(WAVE) if op.to == "jis" else {jis: ms for ms, jis in WAVE}
        return "".join(table.get(c, c) for c in v)
    if isinstance(op, Upper):
        return "".join(map(_upper, v))
    if isinstance(op, Remove):
        return "".join(c for c in v if c not in op.chars)
    if isinstance(op, Insert):
        return v[: op.at] + op.text + v[op.at :] if len(v) > op.at else v
    if isinstance(op, Pad):
        return op.char * (op.width - len(v)) + v
    if isinstance(op, Strip):
        return v.lstrip(op.char) or op.char
    if isinstance(op, Split):
        parts = v.split(op.separator, op.index if op.rest else -1)
        return parts[op.index] if op.index < len(parts) else ""
    if isinstance(op, Substr):
        return v[op.start : op.start + op.length]
    raise TypeError(op.op)


def run_op(  # noqa: C901 - one line per operation
    op: Op,
    value: Value,
    sources: Sequence[Value],
    tables: Dict[str, Pairs],
    encoding: str = "cp932",
) -> Value:
    """One operation on the value so far; ``sources`` are all source values, ``tables`` code and gaiji tables.

    Raises OpError when the operation cannot give a value.
    """
    if isinstance(op, Const):
        return op.value or None
    if isinstance(op, Default):
        return value if value else op.value or None
    if isinstance(op, Coalesce):
        return value or (sources[op.source] if op.source < len(sources) else None) or None
    if isinstance(op, Concat):
        return op.separator.join(s for s in sources if s and s.strip(BLANKS)) or None
    if isinstance(op, Lookup):
        parts = [(s or "").strip(BLANKS) for s in sources]
        return _mapped(tables[op.table], op.separator.join(parts), op.default) if any(parts) else None
    if isinstance(op, Date):
        return date(sources if "parts" in op.shapes else [value], op)
    if isinstance(op, FormatDate) and not value:
        return op.null or None
    if not value:
        return None
    if isinstance(op, Map):
        return _mapped(tables[op.table], value, op.default)
    if isinstance(op, Gaiji | Shrink | Scan):
        return _gaiji(tables[op.table], value) or None
    if isinstance(op, When):
        chosen = op.then if value in op.in_ else value if op.otherwise is None else op.otherwise
        return chosen or None
    if isinstance(op, NullIf):
        return None if value in op.in_ else value
    if isinstance(op, Number):
        return number(value, op.scale)
    if isinstance(op, FormatDate):
        return format_date(value, op)
    if isinstance(op, DatePart):
        return date_part(value, op) or None
    if isinstance(op, SubstrBytes):
        return _substr_bytes(value, op, encoding) or None
    return _text_op(op, value) or None


def _gaiji(table: Pairs, value: str) -> str:
    """Character by character; a character and the selector behind it are looked up together first."""
    out, i = "", 0
    while i < len(value):
        pair = value[i : i + 2]
        if len(pair) == 2 and is_selector(pair[1]) and pair in table:
            out += table[pair]
            i += 2
        else:
            out += table.get(value[i], value[i])
            i += 1
    return out


def _mapped(table: Pairs, key: str, default: str | None) -> Value:
    if key in table:
        return table[key] or None
    if default is None:
        raise OpError("COD")
    return default or None


def run_ops(
    ops: Sequence[Op],
    sources: Sequence[Value],
    tables: Dict[str, Pairs],
    encoding: str = "cp932",
) -> Value:
    """All operations in order, beginning with the first source value."""
    value: Value = sources[0] if sources and sources[0] else None
    for op in ops:
        value = run_op(op, value, sources, tables, encoding)
    return value


# ---------------------------------------------------------------- checks


def check_digit_ok(kind: str, v: str, weights: Sequence[int] = ()) -> bool:
    """Whether the check digit fits.  ``v`` must be ASCII digits of the right length, else False.

    mynumber: 総務省令85号5条 (12 digits).  houjin: 財務省令 (13 digits, check digit first).  dantai:
    全国地方公共団体コード (6 digits).  m11w27: 住民記録システム標準仕様書 V1.0 1.1.13, Mod 11 weight 2-7,
    remainder 0 gives 0 and the remainder 1 (check 10) is not defined there, so every digit passes.  juminhyo:
    no published formula was found; ``weights`` is a setting (draft), without it every number of 11 digits
    passes.
    """
    if not (v.isascii() and v.isdigit()):
        return False
    n = [int(c) for c in v]
    if kind == "mynumber":
        rest = sum(a * b for a, b in zip(n, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False)) % 11
        return len(n) == 12 and n[11] == (0 if rest <= 1 else 11 - rest)
    if kind == "houjin":
        if len(n) != 13:
            return False
        return n[0] == 9 - sum(d * (1 if i % 2 == 0 else 2) for i, d in enumerate(reversed(n[1:]))) % 9
    if kind == "dantai":
        rest = sum(a * b for a, b in zip(n, (6, 5, 4, 3, 2), strict=False)) % 11
        return len(n) == 6 and n[5] == (11 - rest) % 10
    if kind == "m11w27":
        if len(n) < 2:
            return False
        rest = sum(d * (2 + i % 6) for i, d in enumerate(reversed(n[:-1]))) % 11
        return rest == 1 or n[-1] == (11 - rest) % 11
    if kind == "juminhyo":
        if len(n) != 11:
            return False
        if not weights:
            return True
        rest = sum(a * b for a, b in zip(n, weights, strict=False)) % 11
        return n[10] == (0 if rest <= 1 else 11 - rest)
    raise ValueError(kind)


def is_undecodable(char: str) -> bool:
    """A character that stands for bytes of no character (charset room: plane 15 keeps the bytes)."""
    return 0xF0000 <= ord(char) <= 0xFFFFF


def is_private_use(char: str) -> bool:
    return 0xE000 <= ord(char) <= 0xF8FF or ord(char) >= 0x100000


def is_selector(char: str) -> bool:
    """Variation selectors are part of the character before them and are not counted as digits."""
    return 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


def length(v: str) -> int:
    """桁数 of a value: characters, selectors not counted."""
    return sum(not is_selector(c) for c in v)


def _class_ok(v: str, cls: str) -> bool:
    def ok(c: str) -> bool:
        half = " " <= c <= "~" or "｡" <= c <= "ﾟ"
        if cls == "half":
            return half
        if cls == "digit":
            return "0" <= c <= "9"
        if cls == "alnum":
            return _kind(c) in ("digit", "alpha")
        if cls == "kana":
            return "ァ" <= c <= "ヺ" or c in "ー・\u3000"
        control = ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0
        return not control and not (cls == "full" and half)

    return all(ok(c) or (cls in ("full", "kana") and (is_private_use(c) or is_undecodable(c))) for c in v)


def _type_error(v: str, item: Item) -> str | None:
    t = item.type
    if t in ("9", "S9", "9V"):
        pattern = {"9": r"[0-9]+", "S9": r"-?[0-9]+", "9V": r"-?[0-9]+(\.[0-9]+)?"}[t]
        return None if re.fullmatch(pattern, v, re.A) else "TYP"
    if t == "DATE":
        m = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", v)
        if not m:
            return "DAT"
        return None if v == "0000-01-01" or is_calendar_day(int(m[1]), int(m[2]), int(m[3])) else "CAL"
    if t == "TIME":
        m = re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?", v)
        return None if m else "TYP"
    if t == "YEAR":
        return None if re.fullmatch(r"[0-9]{4}", v) else "TYP"
    return None


def _digits_ok(v: str, item: Item) -> bool:
    if item.type in ("DATE", "TIME", "YEAR"):
        return True
    if item.type in ("9", "S9", "9V"):
        whole, _, fraction = v.lstrip("-").partition(".")
        return len(whole) <= item.digits and len(fraction) <= item.scale
    n = length(v)
    return n == item.digits if item.exact else n <= item.digits


def _range_ok(v: str, item: Item) -> bool:
    if item.type in ("9", "S9", "9V"):
        from decimal import Decimal

        return not (
            (item.min is not None and Decimal(v) < Decimal(item.min))
            or (item.max is not None and Decimal(v) > Decimal(item.max))
        )
    return not ((item.min is not None and v < item.min) or (item.max is not None and v > item.max))


def check(
    v: Value, item: Item, codes: Sequence[str] | None = None, weights: Sequence[int] = ()
) -> list[str]:
    """Kinds of the findings about one value of one item, in order; blank gives REQ or nothing.

    ENC (bytes of no character) and GAI (user-defined character left) do not stop the others; of COD,
    TYP/DAT/CAL, CHR, DIG, CDG, RNG only the first is given, as what follows would repeat it.
    """
    if not v:
        return ["REQ"] if item.required else []
    found = []
    if any(map(is_undecodable, v)):
        found.append("ENC")
    if any(map(is_private_use, v)):
        found.append("GAI")
    first = _first_error(v, item, codes, weights)
    return [*found, first] if first else found


def in_force(code: str, day: str, spans: Sequence[tuple[str, str, str]]) -> bool:
    """Whether a code could be given on a day (ISO); blank codes and days, and codes without a span, are not judged.

    A span is a code with its first and last day, both included; a blank end is open.
    """
    for known, first, last in spans:
        if known == code and day:
            return first <= day and (not last or day <= last)
    return True


def _first_error(v: str, item: Item, codes: Sequence[str] | None, weights: Sequence[int]) -> str | None:
    if codes is not None:
        return None if v in codes else "COD"
    if kind := _type_error(v, item):
        return kind
    if not _class_ok(v, item.charset_class):
        return "CHR"
    if not _digits_ok(v, item):
        return "DIG"
    if item.check_digit and not check_digit_ok(item.check_digit, v, weights):
        return "CDG"
    return None if _range_ok(v, item) else "RNG"
