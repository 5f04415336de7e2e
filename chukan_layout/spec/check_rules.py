"""Checks of the row checks and keyed checks of a 移行ファイル, and of all conditions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from chukan_layout.model.layout import (
    Area,
    Compare,
    Dated,
    Foreign,
    GroupCount,
    History,
    Implies,
    Item,
    Joined,
    KeyedCheck,
    Periods,
    RowCheck,
    Sum,
    Target,
    Totals,
    Unique,
)
from chukan_layout.spec import conditions, names
from chukan_layout.spec.check_types import NUMBERS
from chukan_layout.spec.problem import At, Found, Kind
from chukan_layout.spec.suggest import near
from chukan_layout.spec.views import FileView, condition_lists

#: Types that have an order.
ORDERED = (*NUMBERS, "DATE", "TIME", "YEAR")

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
    "検査 {id}: 「{name}」({type}) の型では大小・合計・期間を扱えません",
    "check {id}: {name} ({type}) is not of a type that can be ordered or added up",
    "大小は日付か数、合計は数、期間は日付の項目で書く",
    "compare dates or numbers, add up numbers, bound periods by dates",
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
NO_DATES = Kind(
    "L313", "error",
    "検査 {id}: 「{name}」のコード表に有効期間のあるコードがありません",
    "check {id}: no code of the table of {name} has a period",
    "コード表の値に valid_from か valid_to と valid_source を書くか、検査を外す",
    "write valid_from or valid_to, and valid_source, in the code table, or take the check out",
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
    if isinstance(check, Dated):
        return [("item", (check.item,)), ("at", (check.at,) if check.at else ())]
    return []


def _named(check: KeyedCheck) -> list[tuple[str, tuple[str, ...]]]:
    """The fields of a check that name items of its own file."""
    if isinstance(check, Unique | Foreign):
        return [("items", check.items)]
    if isinstance(check, GroupCount):
        return [("group", check.group)]
    if isinstance(check, Totals):
        return [("items", check.items), ("amount", (check.amount,))]
    if isinstance(check, Joined):
        return [("items", check.items), ("item", (check.item,))]
    if isinstance(check, Periods):
        return [("key", check.key), ("start", (check.start,)), ("end", (check.end,))]
    latest = (check.latest,) if check.latest else ()
    return [("key", check.key), ("number", (check.number,)), ("latest", latest)]


def no_item(view: FileView) -> Iterator[Found]:
    for i, row in enumerate(view.file.row_checks):
        for key, items in _named_in_row(row):
            for name in items:
                yield from _unknown(view, view, ("row_check", i, key), row.id, name)
    for i, check in enumerate(view.file.keyed_checks):
        for key, items in _named(check):
            for name in items:
                yield from _unknown(view, view, ("keyed_check", i, key), check.id, name)
        for at, target in _targets(check):
            parent = _parent(view, target)
            if parent is None:
                continue
            for name in (*target.items, *_read_there(check)):
                yield from _unknown(view, parent, ("keyed_check", i, at), check.id, name)


def _unknown(
    view: FileView, owner: FileView, at: At, check_id: str, name: str
) -> Iterator[Found]:
    if name not in owner.items:
        hint = near(name, owner.items)
        yield NO_ITEM.found(view.doc, *at, hint=hint, id=check_id, name=name, file=owner.file.id)


def _read_there(check: KeyedCheck) -> tuple[str, ...]:
    """Items of the other file that are no keys."""
    if isinstance(check, Totals):
        return (check.of_amount, *(c.item for c in check.of_when))
    if isinstance(check, Joined):
        return (check.to_item, *(c.item for c in check.to_when))
    return ()


def _targets(check: KeyedCheck) -> list[tuple[str, Target]]:
    """What a check refers to in other files, with the field that says so."""
    if isinstance(check, Totals):
        return [("of_items", Target(file=check.of_file, items=check.of_items, area=check.of_area))]
    if isinstance(check, Joined):
        return [("to_items", Target(file=check.to_file, items=check.to_items, area=check.to_area))]
    if isinstance(check, Foreign):
        return [("to_items" if i == 0 else "or_to", target) for i, target in enumerate(check.targets)]
    return []


def _area(view: FileView, target: Target) -> Area | None:
    """The area referred to; None when it is not among those that were loaded."""
    no = view.area.no if target.area is None else target.area
    return next((area for area in view.layouts.areas if area.no == no), None)


def _parent(view: FileView, target: Target) -> FileView | None:
    area = _area(view, target)
    file = next((f for f in area.files if f.id == target.file), None) if area else None
    return FileView(view.layouts, area, file) if area and file else None


def no_file(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        for field, target in _targets(check):
            area = _area(view, target)
            known = [f.id for f in area.files] if area else []
            if area is None or target.file in known:
                continue
            at = ("keyed_check", i, {"to_items": "to_file", "of_items": "of_file"}.get(field, field))
            words = {"id": check.id, "name": target.file}
            needs = names.file(area.no, target.file)
            yield NO_FILE.found(view.doc, *at, hint=near(target.file, known), needs=needs, **words)


def unequal(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        for at, target in _targets(check):
            own = check.items if isinstance(check, Foreign | Totals | Joined) else ()
            if len(own) != len(target.items):
                words = {"id": check.id, "left": str(len(own)), "right": str(len(target.items))}
                yield UNEQUAL.found(view.doc, "keyed_check", i, at, **words)


def mismatch(view: FileView) -> Iterator[Found]:
    """Items that are compared must be alike: foreign keys in type, comparisons in order."""
    for i, row in enumerate(view.file.row_checks):
        if isinstance(row, Compare):
            pair = view.items.get(row.left), view.items.get(row.right)
            yield from _unlike(view, ("row_check", i, "right"), row.id, pair, _comparable)
    for i, check in enumerate(view.file.keyed_checks):
        for at, target in _targets(check):
            parent = _parent(view, target)
            own = check.items if isinstance(check, Foreign | Totals | Joined) else ()
            if parent is None:
                continue
            for left, right in zip(own, target.items, strict=False):
                pair = view.items.get(left), parent.items.get(right)
                yield from _unlike(view, ("keyed_check", i, at), check.id, pair, _same_type)


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
    """What is ordered is a date or a number, what is added a number, what bounds a period a date."""
    for i, row in enumerate(view.file.row_checks):
        if isinstance(row, Compare) and row.op in ("==", "!="):
            continue
        if isinstance(row, Dated):
            yield from _not_among(view, ("row_check", i, "at"), row.id, (row.at or "",), ("DATE",))
            continue
        allowed = NUMBERS if isinstance(row, Sum) else ORDERED
        for key, items in _named_in_row(row):
            yield from _not_among(view, ("row_check", i, key), row.id, items, allowed)
    for i, check in enumerate(view.file.keyed_checks):
        if isinstance(check, Periods):
            for key, name in (("start", check.start), ("end", check.end)):
                yield from _not_among(view, ("keyed_check", i, key), check.id, (name,), ("DATE",))
        if isinstance(check, Joined):
            yield from _not_among(view, ("keyed_check", i, "item"), check.id, (check.item,), ("DATE",))
        if isinstance(check, Totals):
            yield from _not_among(view, ("keyed_check", i, "amount"), check.id, (check.amount,), NUMBERS)


def _not_among(
    view: FileView, at: At, check_id: str, items: tuple[str, ...], allowed: Collection[str]
) -> Iterator[Found]:
    for item in (view.items[name] for name in items if name in view.items):
        if item.type not in allowed:
            yield NOT_ORDERED.found(view.doc, *at, id=check_id, name=item.name, type=item.type)


def no_dates(view: FileView) -> Iterator[Found]:
    """A code can only be judged by date when its table says dates."""
    for i, row in enumerate(view.file.row_checks):
        item = view.items.get(row.item) if isinstance(row, Dated) else None
        if item is None:
            continue
        table = view.area.codes.get(item.code or "")
        if table is None or not any(v.valid_source for v in table.values):
            yield NO_DATES.found(view.doc, "row_check", i, "item", id=row.id, name=item.name)


def bad_count(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        if isinstance(check, GroupCount) and not 0 <= check.min <= check.max:
            words = {"id": check.id, "low": str(check.min), "high": str(check.max)}
            yield BAD_COUNT.found(view.doc, "keyed_check", i, "min", **words)


def no_number(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        item = view.items.get(check.number) if isinstance(check, History) else None
        years = item and item.type == "YEAR" and isinstance(check, History) and check.start == "any"
        if item and not years and item.type not in ("9", "S9") and item.charset != "digit":
            words = {"id": check.id, "name": item.name, "type": item.type}
            yield NO_NUMBER.found(view.doc, "keyed_check", i, "number", **words)


def not_a_key(view: FileView) -> Iterator[Found]:
    for i, check in enumerate(view.file.keyed_checks):
        for at, target in _targets(check) if isinstance(check, Foreign) else ():
            parent = _parent(view, target)
            if parent is None:
                continue
            asked = set(target.items)
            unique = [set(c.items) for c in parent.file.keyed_checks if isinstance(c, Unique)]
            # part of the key names a thing with several records; what holds a unique set is unique itself
            whole = [u for u in (set(parent.file.key), *unique) if u]
            if not asked <= set(parent.file.key) and not any(u <= asked for u in whole):
                words = {"id": check.id, "file": target.file}
                yield NOT_A_KEY.found(view.doc, "keyed_check", i, at, **words)


def nothing(view: FileView) -> Iterator[Found]:
    for i, row in enumerate(view.file.row_checks):
        for key in ("when", "then") if isinstance(row, Implies) else ():
            if not getattr(row, key):
                yield NOTHING.found(view.doc, "row_check", i, key, id=row.id, key=key)
    for i, check in enumerate(view.file.keyed_checks):
        for key, items in _named(check):
            if not items and key not in ("latest", "minus"):
                yield NOTHING.found(view.doc, "keyed_check", i, key, id=check.id, key=key)


def condition_items(view: FileView) -> Iterator[Found]:
    for at, tests in condition_lists(view.file):
        yield from conditions.unknown_items(view, view.doc, at, tests)


def condition_codes(view: FileView) -> Iterator[Found]:
    for at, tests in condition_lists(view.file):
        yield from conditions.unknown_codes(view, view.doc, at, tests)


CHECKS = (
    same_id, no_item, no_file, unequal, mismatch, not_ordered, bad_count, no_dates, no_number, not_a_key, nothing,
    condition_items, condition_codes,
)  # fmt: skip
