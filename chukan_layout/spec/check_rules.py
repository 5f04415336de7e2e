"""Checks of the row checks and keyed checks of a 移行ファイル, and of all conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chukan_layout.model.layout import (
    Compare,
    Foreign,
    GroupCount,
    History,
    Implies,
    Item,
    KeyedCheck,
    Periods,
    RowCheck,
    Sum,
    Totals,
    Unique,
)
from chukan_layout.spec import conditions, names
from chukan_layout.spec.check_types import NUMBERS
from chukan_layout.spec.problem import At, Found, Kind
from chukan_layout.spec.suggest import near
from chukan_layout.spec.views import FileView, condition_lists

SAME_ID = Kind(
    "L303", "error",
    "検査の番号 {id} が二つあります",
    "the check id {id} is used twice",
    "一方に新しい番号を付ける (番号は使い回さない)",
    "give one of them a new id; ids are never reused",
)  # fmt: skip
NO_ITEM = Kind(
    "L304", "error",
    "検査 {id} の項目「{name}」は {file} にありません",
    "the check {id} names {name}, which {file} does not have",
    "項目の名前を直す",
    "correct the name of the item",
)  # fmt: skip
NO_FILE = Kind(
    "L305", "error",
    "検査 {id} の移行ファイル「{name}」はこの業務にありません",
    "the check {id} names the file {name}, which this area does not have",
    "移行ファイルの id を直す",
    "correct the id of the file",
)  # fmt: skip
UNEQUAL = Kind(
    "L306", "error",
    "検査 {id} の外部キーは項目の数が違います ({left} と {right})",
    "the foreign key of check {id} has {left} items on one side and {right} on the other",
    "items と to_items を同じ数にする",
    "name as many items on both sides",
)  # fmt: skip
MISMATCH = Kind(
    "L307", "error",
    "検査 {id}: 「{left}」({left_type}) と「{right}」({right_type}) は型が違います",
    "check {id}: {left} ({left_type}) and {right} ({right_type}) differ in type",
    "比べる項目の型をそろえる",
    "compare items of the same type",
)  # fmt: skip
NOT_ORDERED = Kind(
    "L308", "error",
    "検査 {id}: 「{name}」({type}) は日付でも数でもないので大小を比べられません",
    "check {id}: {name} ({type}) is neither a date nor a number and has no order",
    "日付か数の項目を比べる",
    "compare dates or numbers",
)  # fmt: skip
BAD_COUNT = Kind(
    "L309", "error",
    "検査 {id} の件数の範囲 {low}〜{high} が正しくありません",
    "the bounds {low} to {high} of check {id} are not right",
    "0 ≦ min ≦ max にする",
    "let 0 ≦ min ≦ max",
)  # fmt: skip
NO_NUMBER = Kind(
    "L310", "error",
    "検査 {id}: 履歴番号「{name}」({type}) は整数ではありません",
    "check {id}: the history number {name} ({type}) is no whole number",
    "型 9 の項目、または数字だけの項目にする",
    "use an item of type 9, or one of digits only",
)  # fmt: skip
NOT_A_KEY = Kind(
    "L311", "warning",
    "検査 {id} の to_items は、{file} の主キーの項目でも一意な項目でもありません",
    "to_items of check {id} are neither of the key nor unique in {file}",
    "親の主キーを指すか、親に unique の検査を足す",
    "point to the key of the parent, or add a unique check there",
)  # fmt: skip
NOTHING = Kind(
    "L312", "error",
    "検査 {id} の {key} が空です",
    "{key} of check {id} is empty",
    "項目か条件を書く",
    "write items or conditions",
)  # fmt: skip


def same_id(view: FileView) -> Iterator[Found]:
    seen: set[str] = set()
    for header, checks in (("row_check", view.file.row_checks), ("keyed_check", view.file.keyed_checks)):
        for i, check in enumerate(checks):
            if check.id in seen:
                yield SAME_ID.found(view.doc, header, i, "id", id=check.id)
            seen.add(check.id)


def _named_in_row(check: RowCheck) -> list[tuple[str, tuple[str, ...]]]:
    """The fields of a row check that name items."""
    if isinstance(check, Compare):
        return [("left", (check.left,)), ("right", (check.right,))]
    if isinstance(check, Sum):
        return [("total", (check.total,)), ("plus", check.plus), ("minus", check.minus)]
    return []


def _named(check: KeyedCheck) -> list[tuple[str, tuple[str, ...]]]:
    """The fields of a check that name items of its own file."""
    if isinstance(check, Unique | Foreign):
        return [("items", check.items)]
    if isinstance(check, GroupCount):
        return [("group", check.group)]
    if isinstance(check, Totals):
        return [("items", check.items), ("amount", (check.amount,))]
    if isinstance(check, Periods):
        return [("key", check.key), ("start", (check.start,)), ("end", (check.end,))]
    latest = (check.latest,) if check.latest else ()
    return [("key", check.key), ("number", (check.number,)), ("latest", latest)]


def no_item(view: FileView) -> Iterator[Found]:
    for i, row in enumerate(view.file.row_checks):
        if isinstance(row, Compare):
            for key, name in (("left", row.left), ("right", row.right)):
                yield from _unknown(view, view, ("row_check", i, key), row.id, name)
    for i, check in enumerate(view.file.keyed_checks):
        for key, items in _named(check):
            for name in items:
                yield from _unknown(view, view, ("keyed_check", i, key), check.id, name)
        parent = _parent(view, check)
        if isinstance(check, Foreign) and parent:
            for name in check.to_items:
                yield from _unknown(view, parent, ("keyed_check", i, "to_items"), check.id, name)


def _unknown(
    view: FileView, owner: FileView, at: At, check_id: str, name: str
) -> Iterator[Found]:
    if name not in owner.items:
        hint = near(name, owner.items)
        yield NO_ITEM.found(view.doc, *at, hint=hint, id=check_id, name=name, file=owner.file.id)


def _parent(view: FileView, check: KeyedCheck) -> FileView | None:
    to = check.to_file if isinstance(check, Foreign) else None
    return next((FileView(view.layouts, view.area, f) for f in view.area.files if f.id == to), None)


def no_file(view: FileView) -> Iterator[Found]:
    known = [f.id for f in view.area.files]
    for i, check in enumerate(view.file.keyed_checks):
        if isinstance(check, Foreign) and check.to_file not in known:
            needs = names.file(view.area.no, check.to_file)
            words = {"id": check.id, "name": check.to_file}
            at = ("keyed_check", i, "to_file")
            yield NO_FILE.found(view.doc, *at, hint=near(check.to_file, known), needs=needs, **words)


def unequal(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        if isinstance(check, Foreign) and len(check.items) != len(check.to_items):
            words = {"id": check.id, "left": str(len(check.items)), "right": str(len(check.to_items))}
            yield UNEQUAL.found(view.doc, "keyed_check", i, "to_items", **words)


def mismatch(view: FileView) -> Iterator[Found]:
    """Items that are compared must be alike: foreign keys in type, comparisons in order."""
    for i, row in enumerate(view.file.row_checks):
        if isinstance(row, Compare):
            pair = view.items.get(row.left), view.items.get(row.right)
            yield from _unlike(view, ("row_check", i, "right"), row.id, pair, _comparable)
    for i, check in enumerate(view.file.keyed_checks):
        parent = _parent(view, check)
        if isinstance(check, Foreign) and parent:
            for left, right in zip(check.items, check.to_items, strict=False):
                pair = view.items.get(left), parent.items.get(right)
                yield from _unlike(view, ("keyed_check", i, "to_items"), check.id, pair, _same_type)


def _same_type(a: Item, b: Item) -> bool:
    return a.type == b.type


def _comparable(a: Item, b: Item) -> bool:
    return a.type == b.type or (a.type in NUMBERS and b.type in NUMBERS)


def _unlike(
    view: FileView,
    at: At,
    check_id: str,
    pair: tuple[Item | None, Item | None],
    alike: Callable[[Item, Item], bool],
) -> Iterator[Found]:
    a, b = pair
    if a and b and not alike(a, b):
        words = {"id": check_id, "left": a.name, "right": b.name}
        yield MISMATCH.found(view.doc, *at, left_type=a.type, right_type=b.type, **words)


def not_ordered(view: FileView) -> Iterator[Found]:
    for i, row in enumerate(view.file.row_checks):
        if not isinstance(row, Compare) or row.op in ("==", "!="):
            continue
        for key, name in (("left", row.left), ("right", row.right)):
            item = view.items.get(name)
            if item and item.type not in (*NUMBERS, "DATE", "TIME", "YEAR"):
                words = {"id": row.id, "name": name, "type": item.type}
                yield NOT_ORDERED.found(view.doc, "row_check", i, key, **words)


def bad_count(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        if isinstance(check, GroupCount) and not 0 <= check.min <= check.max:
            words = {"id": check.id, "low": str(check.min), "high": str(check.max)}
            yield BAD_COUNT.found(view.doc, "keyed_check", i, "min", **words)


def no_number(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        item = view.items.get(check.number) if isinstance(check, History) else None
        if item and item.type not in ("9", "S9") and item.charset != "digit":
            words = {"id": check.id, "name": item.name, "type": item.type}
            yield NO_NUMBER.found(view.doc, "keyed_check", i, "number", **words)


def not_a_key(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        parent = _parent(view, check)
        if not isinstance(check, Foreign) or parent is None:
            continue
        unique = [set(c.items) for c in parent.file.keyed_checks if isinstance(c, Unique)]
        if not set(check.to_items) <= set(parent.file.key) and set(check.to_items) not in unique:
            words = {"id": check.id, "file": check.to_file}
            yield NOT_A_KEY.found(view.doc, "keyed_check", i, "to_items", **words)


def nothing(view: FileView) -> Iterator[Found]:
    for i, row in enumerate(view.file.row_checks):
        for key in ("when", "then") if isinstance(row, Implies) else ():
            if not getattr(row, key):
                yield NOTHING.found(view.doc, "row_check", i, key, id=row.id, key=key)
    for i, check in enumerate(view.file.keyed_checks):
        for key, items in _named(check):
            if not items and key != "latest":
                yield NOTHING.found(view.doc, "keyed_check", i, key, id=check.id, key=key)


def condition_items(view: FileView) -> Iterator[Found]:
    for at, tests in condition_lists(view.file):
        yield from conditions.unknown_items(view, view.doc, at, tests)


def condition_codes(view: FileView) -> Iterator[Found]:
    for at, tests in condition_lists(view.file):
        yield from conditions.unknown_codes(view, view.doc, at, tests)


CHECKS = (
    same_id, no_item, no_file, unequal, mismatch, not_ordered, bad_count, no_number, not_a_key, nothing,
    condition_items, condition_codes,
)  # fmt: skip
