"""What the values of a column say about it; values themselves are not kept beyond this, and never shown."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from chukan_layout.charset.of_source import beginning
from chukan_layout.model.mapping import DateShape
from chukan_layout.plan.reference import check_digit_ok, is_calendar_day

#: Bytes and records that are looked at.
BYTES, RECORDS = 8 << 20, 3000
#: A column with more different values is no column of codes.
CODES = 60
_ERA = re.compile(r"[MTSHR](\d{2})\.?(\d{2})\.?(\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_POSTAL = re.compile(r"\d{3}-\d{4}")
_PHONE = re.compile(r"0\d{1,4}-\d{1,4}-\d{3,4}")
_NUMBER = re.compile(r"[-+△▲]?[\d,]+(\.\d+)?")
_HALF_KANA = re.compile(r"[ｦ-ﾟ ･\-A-Za-z.0-9]*[ｦ-ﾟ][ｦ-ﾟ ･\-A-Za-z.0-9]*")
_FULL_KANA = re.compile(r"[ァ-ヺー・　]+")


@dataclass(frozen=True)
class Profile:
    """Shares are of the values that are not blank."""

    name: str
    records: int
    filled: float
    distinct: int
    longest: int
    same_length: bool
    shapes: dict[str, float]  # name of a shape -> share
    codes: tuple[str, ...]  # the values, where they are few and short
    unique: bool
    parts: tuple[str, ...]  # the columns of a date in parts, in order; empty for one column
    values: frozenset[str]  # of number-like columns, without leading zeros, to compare with other files

    def share(self, *shapes: str) -> float:
        return max((self.shapes.get(s, 0.0) for s in shapes), default=0.0)

    @property
    def date_shape(self) -> DateShape | None:
        """The shape in which nearly all values are days."""
        if self.parts:
            return "parts"
        best = max(("ymd8", "wareki_letter", "iso"), key=lambda s: self.shapes.get(s, 0.0))
        return best if self.shapes.get(best, 0.0) >= 0.9 else None  # type: ignore[return-value]


def read_profiles(path: Path, encoding: str, delimiter: str, columns: Sequence[str], header: bool = True) -> list[Profile]:
    """A profile of each column from the first records of a file.  Raises OSError; odd bytes do not matter."""
    with path.open("rb") as file:
        raw = file.read(BYTES)
    whole = len(raw) < BYTES
    text = beginning(raw, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = list(islice(reader, RECORDS + header))[1 if header else 0 :]
    rows = rows if whole or len(rows) == RECORDS else rows[:-1]
    return with_parts([profile(n, [r[i].strip() if i < len(r) else "" for r in rows]) for i, n in enumerate(columns)])


def with_parts(profiles: Sequence[Profile]) -> list[Profile]:
    """Columns of one name that end in (年号,) 年, 月, 日 side by side become one profile of a date in parts."""
    found: list[Profile] = []
    at = 0
    while at < len(profiles):
        group = _group(profiles, at)
        found.append(_joined(group) if group else profiles[at])
        at += len(group) or 1
    return found


def _group(profiles: Sequence[Profile], at: int) -> Sequence[Profile]:
    for ends in (("年号", "年", "月", "日"), ("元号", "年", "月", "日"), ("年", "月", "日")):
        group = profiles[at : at + len(ends)]
        stems = {p.name.removesuffix(e).rstrip("_・") for p, e in zip(group, ends, strict=False)}
        fits = len(group) == len(ends) and all(p.name.endswith(e) for p, e in zip(group, ends, strict=True))
        if fits and len(stems) == 1 and all(p.longest <= 4 for p in group):
            return group
    return ()


def _joined(group: Sequence[Profile]) -> Profile:
    first, last = group[0], group[-1]
    stem = last.name.removesuffix("日").rstrip("_・")
    return replace(last, name=stem, parts=tuple(p.name for p in group), shapes={}, codes=(), unique=False,
                   values=frozenset(), filled=first.filled, longest=8)  # fmt: skip


def profile(name: str, values: Sequence[str]) -> Profile:
    """The profile of one column."""
    filled = [v for v in values if v]
    different = set(filled)
    n = max(len(filled), 1)
    shapes = {shape: sum(map(test, filled)) / n for shape, test in SHAPES.items()}
    lengths = {len(v) for v in different}
    few = len(different) <= CODES and max(lengths, default=0) <= 6 and len(different) < max(n * 0.6, 2)
    digits = shapes["digits"] > 0.98
    return Profile(
        name=name, records=len(values), filled=len(filled) / max(len(values), 1), distinct=len(different),
        longest=max(lengths, default=0), same_length=len(lengths) == 1,
        shapes={k: v for k, v in shapes.items() if v},
        codes=tuple(sorted(different)) if few else (), parts=(), unique=len(different) == len(filled) > 1,
        values=frozenset(v.lstrip("0") for v in different) if digits and len(different) > 20 else frozenset(),
    )  # fmt: skip


def _day(year: str, month: str, day: str) -> bool:
    return 1800 < int(year) < 2100 and is_calendar_day(int(year), int(month), int(day))


def _ymd8(v: str) -> bool:
    return len(v) == 8 and v.isdigit() and v.isascii() and _day(v[:4], v[4:6], v[6:])


def _era(v: str) -> bool:
    found = _ERA.fullmatch(v)
    return bool(found) and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31  # type: ignore[index]


def _iso(v: str) -> bool:
    found = _ISO.fullmatch(v)
    return bool(found) and _day(*found.groups())  # type: ignore[union-attr]


def _year(v: str) -> bool:
    return len(v) == 4 and v.isdigit() and 1950 <= int(v) <= 2060


def _month(v: str) -> bool:
    return len(v) == 6 and v.isdigit() and 1950 <= int(v[:4]) <= 2060 and 1 <= int(v[4:]) <= 12


def _wide(v: str) -> bool:
    return any(unicodedata.east_asian_width(c) in "WFA" for c in v)


SHAPES = {
    "digits": lambda v: v.isascii() and v.isdigit(), "number": lambda v: bool(_NUMBER.fullmatch(v)),
    "decimal": lambda v: "." in v and bool(_NUMBER.fullmatch(v)), "ymd8": _ymd8, "wareki_letter": _era, "iso": _iso,
    "year": _year, "month": _month, "time": lambda v: bool(re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", v)),
    "postal": lambda v: bool(_POSTAL.fullmatch(v)), "phone": lambda v: bool(_PHONE.fullmatch(v)),
    "half_kana": lambda v: bool(_HALF_KANA.fullmatch(v)), "full_kana": lambda v: bool(_FULL_KANA.fullmatch(v)),
    "wide": _wide, "mynumber": lambda v: len(v) == 12 and check_digit_ok("mynumber", v),
    "houjin": lambda v: len(v) == 13 and check_digit_ok("houjin", v),
    "dantai": lambda v: len(v) == 6 and check_digit_ok("dantai", v),
    "zero_led": lambda v: len(v) > 1 and v[0] == "0" and v.isdigit(), "hundreds": lambda v: v.isdigit() and len(v) > 3 and v.endswith("00"),
}  # fmt: skip
