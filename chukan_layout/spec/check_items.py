"""Checks of データ項目: numbers, names, samples, secret class, repetition, fields without effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chukan_layout.spec import meaning
from chukan_layout.spec.problem import Found, Kind
from chukan_layout.spec.views import FileView

SAME_NO = Kind(
    "L101", "error",
    "項目番号 {no} が二つあります",
    "the item number {no} is used twice",
    "番号を1から振り直す",
    "number the items from 1",
)  # fmt: skip
SAME_NAME = Kind(
    "L102", "error",
    "項目名「{name}」が二つあります",
    "two items are called {name}",
    "一方の名前を変える (繰り返しなら番号を付ける)",
    "rename one of them; number repeated items",
)  # fmt: skip
NOT_RUNNING = Kind(
    "L103", "error",
    "項目番号が {expected} であるべき所で {no} です",
    "the item number is {no} where {expected} is due",
    "1から飛ばずに番号を振る",
    "number the items 1, 2, 3 ... in order",
)  # fmt: skip
BAD_SAMPLE = Kind(
    "L104", "error",
    "「{name}」のサンプル値が、項目自身の検査 {kinds} に合いません",
    "the sample of {name} fails the item's own check {kinds}",
    "サンプル値か項目の定義を直す",
    "correct the sample or the item",
)  # fmt: skip
OPEN_MYNUMBER = Kind(
    "L108", "error",
    "「{name}」は個人番号なのに secret = \"mynumber\" ではありません",
    "{name} is a 個人番号 but not secret = \"mynumber\"",
    "secret = \"mynumber\" を書く",
    "write secret = \"mynumber\"",
)  # fmt: skip
UNNUMBERED = Kind(
    "L109", "error",
    "繰り返し {repeat} の「{name}」に、番号の付いた仲間 {missing} がありません",
    "{name} repeats {repeat} times, but {missing} is not there",
    "名前の後に1から番号を付けて並べる",
    "write the repeated items one by one, numbered from 1",
)  # fmt: skip
USELESS = Kind(
    "L112", "warning",
    "「{name}」の {key} は見られません ({why_ja})",
    "{key} of {name} has no effect ({why_en})",
    "取り除く",
    "remove it",
)  # fmt: skip
GAIJI_HALF = Kind(
    "L113", "warning",
    "「{name}」は外字使用ですが、文字種 {charset} は外字を許しません",
    "{name} allows gaiji, but its charset {charset} does not",
    "gaiji を取るか、文字種を直す",
    "remove gaiji, or correct the charset",
)  # fmt: skip
REQUIRED_TWICE = Kind(
    "L114", "warning",
    "「{name}」は常に必須なので required_when は要りません",
    "{name} is always required: required_when says nothing",
    "どちらかを取る",
    "remove one of them",
)  # fmt: skip


def same_no(view: FileView) -> Iterator[Found]:
    seen: set[int] = set()
    for i, item in enumerate(view.file.items):
        if item.no in seen:
            yield SAME_NO.found(view.doc, "file", "items", i, no=item.no)
        seen.add(item.no)


def same_name(view: FileView) -> Iterator[Found]:
    seen: set[str] = set()
    for i, item in enumerate(view.file.items):
        if item.name in seen:
            yield SAME_NAME.found(view.doc, "file", "items", i, name=item.name)
        seen.add(item.name)


def not_running(view: FileView) -> Iterator[Found]:
    """The first place where the numbers do not run on; a doubled number is told by ``same_no``."""
    numbers = [item.no for item in view.file.items]
    if len(set(numbers)) < len(numbers):
        return
    for i, no in enumerate(numbers):
        if no != i + 1:
            yield NOT_RUNNING.found(view.doc, "file", "items", i, no=no, expected=i + 1)
            return


def bad_sample(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        table = view.table(item)
        failed = meaning.failures(item.sample, item, table.codes if table else None)
        if failed:
            yield BAD_SAMPLE.found(view.doc, "file", "items", i, name=item.name, kinds="・".join(failed))


def open_mynumber(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        number = item.check_digit == "mynumber" or item.name == "個人番号"
        if number and item.secret != "mynumber":
            yield OPEN_MYNUMBER.found(view.doc, "file", "items", i, "secret", name=item.name)


def unnumbered(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if item.repeat == 1:
            continue
        stem = re.sub(r"[0-9０-９]+$", "", item.name)
        missing = [f"{stem}{n}" for n in range(1, item.repeat + 1) if f"{stem}{n}" not in view.items]
        if missing or stem == item.name:
            words = {"name": item.name, "repeat": str(item.repeat), "missing": "、".join(missing[:3])}
            yield UNNUMBERED.found(view.doc, "file", "items", i, "repeat", **words)


def useless(view: FileView) -> Iterator[Found]:
    """Fields that the check of the item never reaches."""
    for i, item in enumerate(view.file.items):
        if item.code is not None:
            why = {"why_ja": "コードの項目", "why_en": "the item has a code table"}
            keys = [k for k in ("min", "max", "check_digit", "charset") if getattr(item, k) is not None]
        elif item.exact and item.type not in ("X", "N"):
            why, keys = {"why_ja": f"型 {item.type}", "why_en": f"type {item.type}"}, ["exact"]
        else:
            continue
        for key in keys:
            yield USELESS.found(view.doc, "file", "items", i, key, name=item.name, key=key, **why)


def gaiji_half(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if item.gaiji and item.charset_class in ("half", "digit", "alnum"):
            words = {"name": item.name, "charset": item.charset_class}
            yield GAIJI_HALF.found(view.doc, "file", "items", i, "gaiji", **words)


def required_twice(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if item.required and item.required_when:
            yield REQUIRED_TWICE.found(view.doc, "file", "items", i, "required_when", name=item.name)


CHECKS = (
    same_no, same_name, not_running, bad_sample, open_mynumber, unnumbered, useless, gaiji_half,
    required_twice,
)  # fmt: skip
