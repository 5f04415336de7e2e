"""From counts to a proposal: what a column is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from chukan_layout import _kernel
from chukan_layout.charset.plausible import masked
from chukan_layout.profile.model import Column, Value

#: A column with more different values is no column of codes.
CODES = 100
LONGEST_CODE = 8
#: A value that fewer records have is not shown.
SHOWN = 5
#: Share of the values that must have a shape.
NEARLY = 0.98
_DATES = {
    "ymd8": "西暦8桁", "iso": "西暦 年-月-日", "wareki_letter": "和暦 (元号英字)", "wareki_code1": "和暦 (元号コード1桁)",
    "wareki_kanji": "和暦 (漢字)", "month": "年月6桁", "timestamp": "日時", "time": "時刻",
}  # fmt: skip
_CHECKS = {"mynumber": "個人番号", "houjin": "法人番号", "dantai": "団体コード", "m11w27": "モジュラス11 (ウェイト2〜7)"}
#: Names of columns whose values are never shown, however few they are.
_PERSONAL = re.compile(r"氏名|名前|カナ|かな|旧氏|通称|ローマ字|方書|番地|住所|電話|メール|本籍|筆頭者|世帯主名|口座|個人番号|住民票コード|生年月日|備考|メモ")
_NAMELESS = re.compile(r"列\d+")
_HALF = ("digits", "number", "alnum", "ascii", "half_kana")


def column(survey: _kernel.Survey, n: int, name: str, start: int | None = None) -> Column:
    """What column ``n`` is, from what was counted of it; ``start`` is its byte in a record of fixed length."""
    counts, kinds, shapes, (distinct, exact), (frequent, whole), repeated, unusual = survey.facts(n, 2 * CODES)
    filled, empty, spaces, longest, shortest, width, digits, scale, padded = counts
    of = {kind: count / filled for kind, count in kinds} if filled else {}
    shape = {kind: count / filled for kind, count in shapes} if filled else {}
    date = _date(shape, of)
    check = "" if date else _check(shape, filled, distinct)
    secret = check == "個人番号" or bool(_PERSONAL.search(name))
    kind = _type(of, shape, date, filled)
    codes = _codes(name, frequent, whole, distinct, filled, longest, of) if not date and not secret else None
    return Column(
        no=n + 1, name=name, type=kind, digits=digits if kind in ("9", "S9") else longest, scale=scale, width=width,
        shortest=shortest, filled=filled, empty=empty, spaces=spaces, distinct=distinct, exact=exact,
        kinds=dict(kinds), date=date, check_digit=check, codes=tuple(codes or ()),
        frequent=() if codes is not None else _masked(frequent, check), zero_led=shape.get("zero_led", 0) > 0,
        padded=padded, secret=secret, repeated=repeated, unusual=dict(unusual), start=start,
    )  # fmt: skip


def as_bytes(found: Column, length: int, mode: str) -> Column:
    """A column of a record of fixed length: what its bytes are, their number, as a note."""
    ja, en = {
        "packed": ("パック10進", "packed"), "zoned": ("符号つきゾーン10進", "zoned with a sign"),
        "double": ("2バイト文字", "double-byte"), "mixed": ("シフトつき混在", "mixed, with shift codes"),
    }.get(mode, ("", ""))  # fmt: skip
    kind = found.type
    if mode == "packed" and kind in ("9", "S9"):
        return replace(found, type="S9", digits=length * 2 - 1, notes=((f"{ja} {length} バイト", f"{en}, {length} bytes"),))
    if mode == "zoned":
        kind = "S9"
    note = (f"{ja} {length} バイト".strip(), f"{en}, {length} bytes".removeprefix(", "))
    return replace(found, type="M" if mode == "mixed" else kind, notes=(note,))


def date_name(shape: str) -> str:
    """The Japanese name of a shape of dates."""
    return _DATES.get(shape, shape)


def _date(shape: dict[str, float], of: dict[str, float]) -> str:
    for name in _DATES:
        if shape.get(name, 0.0) >= 0.95:
            return name
    # Days with a few values like 99999999 or 00000000 for unknown ones.
    best = max(("ymd8", "wareki_letter", "wareki_code1"), key=lambda s: shape.get(s, 0.0))
    alike = of.get("digits", 0.0) + of.get("alnum", 0.0) >= 0.9
    return best if shape.get(best, 0.0) >= 0.85 and alike else ""


def _check(shape: dict[str, float], filled: int, distinct: int) -> str:
    if filled < 20:
        return ""
    for name, title in _CHECKS.items():
        # One code that passes by chance is repeated by thousands of records.
        enough = distinct >= 20 or (name == "dantai" and shape.get(name, 0.0) >= NEARLY)
        if enough and shape.get(name, 0.0) >= NEARLY:
            return title
    return ""


def _type(of: dict[str, float], shape: dict[str, float], date: str, filled: int) -> str:
    if not filled:
        return "-"
    if date:
        return "D"
    digits, number = of.get("digits", 0.0), of.get("number", 0.0)
    if digits + number >= 0.999 and shape.get("zero_led", 0.0) < 0.001:
        return "S9" if shape.get("negative", 0.0) > 0 else "9"
    half = sum(of.get(kind, 0.0) for kind in _HALF)
    if half >= 0.999:
        return "X"
    return "N" if of.get("wide", 0.0) + of.get("full_kana", 0.0) >= 0.999 else "M"


def _codes(
    name: str, frequent: Sequence[tuple[str, int]], whole: bool, distinct: int, filled: int, longest: int, of: dict[str, float]
) -> list[Value] | None:
    """The values with their numbers when these are codes; those that hardly any record has as 伏せ字, in one line."""
    short = sum(of.get(kind, 0.0) for kind in ("digits", "alnum", "number"))
    narrow = short >= 0.999 and longest <= LONGEST_CODE
    # Words are shown only where a name says that the column is not about persons.
    words = not _NAMELESS.fullmatch(name) and longest <= LONGEST_CODE and not any(" " in v or "　" in v for v, _ in frequent)
    if not whole or not filled or distinct > CODES or filled < distinct * 4 or not (narrow or words):
        return None
    shown = [Value(v, n) for v, n in frequent if n >= SHOWN]
    rest = [n for _, n in frequent if n < SHOWN]
    return [*shown, Value(f"({len(rest)} 値 values)", sum(rest))] if rest else shown


def _masked(frequent: Sequence[tuple[str, int]], check: str) -> tuple[Value, ...]:
    """The most frequent kinds of value that come again, as kinds of characters."""
    if check == "個人番号":
        return ()
    kinds: dict[str, int] = {}
    for value, n in frequent:
        if n > 1:
            shown = masked(value[:24])
            kinds[shown] = kinds.get(shown, 0) + n
    return tuple(Value(k, n) for k, n in sorted(kinds.items(), key=lambda kn: (-kn[1], kn[0]))[:3])
