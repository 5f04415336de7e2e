"""Checks of the type of a データ項目: digits, scale, range, check digit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from chukan_layout.model.layout import Item
from chukan_layout.spec import meaning
from chukan_layout.spec.problem import Found, Kind
from chukan_layout.spec.views import FileView

BAD_BOUND = Kind(
    "L105", "error",
    "「{name}」の {bound} = {value} は型 {type} の値ではありません",
    "{bound} = {value} of {name} is no value of type {type}",
    "型に合う値を書く (DATE なら YYYY-MM-DD)",
    "write a value of the type (DATE: YYYY-MM-DD)",
)  # fmt: skip
EMPTY_RANGE = Kind(
    "L106", "error",
    "「{name}」の min が max より大きくなっています",
    "min of {name} is greater than max",
    "入れ替えるか直す",
    "swap or correct them",
)  # fmt: skip
CHECK_DIGITS = Kind(
    "L107", "error",
    "「{name}」の検査数字 {kind} は X または 9 の {digits} 桁に付けます",
    "the check digit {kind} of {name} needs type X or 9 of {digits} digits",
    "型と桁数を直すか、check_digit を取る",
    "correct type and digits, or remove check_digit",
)  # fmt: skip
BAD_DIGITS = Kind(
    "L110", "error",
    "「{name}」: 型 {type} の桁数は {allowed} です",
    "{name}: type {type} has {allowed} digits",
    "桁数を直す",
    "correct the digits",
)  # fmt: skip
BAD_SCALE = Kind(
    "L111", "error",
    "「{name}」: 小数の桁 (scale) は型 9V にだけ、1以上で書きます",
    "{name}: scale belongs to type 9V, and there it is 1 or more",
    "型か scale を直す",
    "correct type or scale",
)  # fmt: skip

NUMBERS = ("9", "S9", "9V")
_WIDTHS = {"DATE": (10,), "TIME": (5, 8), "YEAR": (4,)}
_CHECKED = {"mynumber": 12, "juminhyo": 11, "houjin": 13, "dantai": 6}


def bad_bound(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        for bound in ("min", "max"):
            value = getattr(item, bound)
            if value is not None and not _is_value(value, item):
                words = {"name": item.name, "bound": bound, "value": value, "type": item.type}
                yield BAD_BOUND.found(view.doc, "file", "items", i, bound, **words)


def _is_value(value: str, item: Item) -> bool:
    if item.type in NUMBERS:
        return _decimal(value) is not None
    free = item.model_copy(update={"min": None, "max": None, "check_digit": None, "exact": False})
    return bool(value) and not meaning.failures(value, free, None)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else None


def empty_range(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if item.min is None or item.max is None:
            continue
        low, high = _decimal(item.min), _decimal(item.max)
        if item.type in NUMBERS:
            empty = low is not None and high is not None and low > high
        else:
            empty = item.min > item.max
        if empty:
            yield EMPTY_RANGE.found(view.doc, "file", "items", i, "min", name=item.name)


def check_digits(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if item.check_digit is None:
            continue
        digits = _CHECKED.get(item.check_digit)
        fits = item.digits == digits if digits else item.digits >= 2
        if not fits or item.type not in ("X", "9"):
            due = str(digits) if digits else "2以上 (2 or more)"
            words = {"name": item.name, "kind": item.check_digit, "digits": due}
            yield CHECK_DIGITS.found(view.doc, "file", "items", i, "check_digit", **words)


def bad_digits(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        widths = _WIDTHS.get(item.type)
        fits = item.digits in widths if widths else item.type not in NUMBERS or item.digits + item.scale <= 38
        if not fits:
            allowed = " / ".join(map(str, widths)) if widths else "小数と合わせて38以内 (38 at most)"
            words = {"name": item.name, "type": item.type, "allowed": allowed}
            yield BAD_DIGITS.found(view.doc, "file", "items", i, "digits", **words)


def bad_scale(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if (item.type == "9V") != (item.scale > 0):
            yield BAD_SCALE.found(view.doc, "file", "items", i, "scale", name=item.name)


CHECKS = (bad_bound, empty_range, check_digits, bad_digits, bad_scale)
