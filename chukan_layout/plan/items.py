"""Items, conditions and checks of a layout as the kernel's JSON."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import (
    CodeTable,
    Condition,
    Dated,
    Item,
    KeyedCheck,
    LayoutFile,
    RowCheck,
    Sum,
)
from chukan_layout.model.mapping import Op
from chukan_layout.plan.program import KeyedTask, ParentDemand, ParentKey
from chukan_layout.rules.generated import declared_rule, item_rule, kinds_of
from chukan_layout.rules.policy import EVERY_RULE, Policy
from chukan_layout.rules.structure import OF_RECORDS, STRUCTURE

#: A number of at most this many digits fits 64 bits.
INT_DIGITS = 18


class RuleBook:
    """Gives every rule that ``policy`` lets through its number in the program."""

    def __init__(self, policy: Policy = EVERY_RULE) -> None:
        self.rules: list[Rule] = []
        self._policy = policy

    def number(self, rule: Rule) -> int | None:
        """None when the rule is left out."""
        applied = self._policy.apply(rule)
        if applied is None:
            return None
        self.rules.append(applied)
        return len(self.rules) - 1

    def structure(self, names: Sequence[str] = OF_RECORDS) -> dict[str, int | None]:
        """Rules of records as a whole, those of delimited text unless ``names`` says otherwise."""
        return {name: self.number(STRUCTURE[name]) for name in names}


def out_kind(item: Item) -> str:
    """The Arrow column an item becomes."""
    if item.code:
        return "dict"
    if item.type == "DATE":
        return "date"
    if item.type in ("9", "S9") and item.digits <= INT_DIGITS:
        return "int"
    if item.type == "9V" and item.digits + item.scale <= 2 * INT_DIGITS:
        return "decimal"
    return "text"


def conditions(file: LayoutFile, conds: Iterable[Condition]) -> list[dict[str, Any]]:
    """Conditions with items by their place."""
    return [
        {"item": file.index(c.item), **c.model_dump(by_alias=True, exclude_none=True, exclude={"item"})}
        for c in conds
    ]


def known(conds: Iterable[Condition], active: Container[str]) -> tuple[Condition, ...] | None:
    """The conditions that can be judged; None when one asks for a value of an item without a source.

    Such an item is blank in every record, so ``present = false`` holds always and is left out.
    """
    left = tuple(c for c in conds if c.item in active or c.present is not False)
    return left if all(c.item in active for c in left) else None


def unjudged(file: LayoutFile, active: Container[str]) -> list[str]:
    """Ids of the rules of items with a source whose ``applies_when`` asks for items without one."""
    return [
        f"{file.area:02d}-{file.no:02d}-{item.no:03d}-ABS"
        for item in file.items
        if item.name in active and known(item.applies_when, active) is None
    ]


def _action(item: Item, kind: str, is_key: bool) -> str:
    if kind in ("REQ", "CND", "ABS"):
        return "reject" if is_key and kind == "REQ" else "keep"
    if kind in ("GAI", "ENC") or (kind == "CDG" and item.check_digit == "juminhyo"):
        return "keep"  # the formula of 住民票コード is a draft: it may warn, never change or refuse
    if kind in ("LUN", "UNK"):
        return "null"
    return item.on_error


def item_spec(
    file: LayoutFile,
    item: Item,
    sources: Sequence[int],
    ops: Sequence[Op],
    when: Sequence[Condition],
    active: Container[str],
    book: RuleBook,
) -> dict[str, Any]:
    """One output item; ``sources`` are places of source fields, ``active`` the items that get values."""
    is_key = item.name in file.key
    spec: dict[str, Any] = {
        "name": item.name, "type": item.type, "digits": item.digits, "scale": item.scale,
        "charset": item.charset_class, "exact": item.exact, "required": item.required, "mask": item.secret,
        "out": out_kind(item), "code": item.code, "check_digit": item.check_digit, "min": item.min, "max": item.max,
    }  # fmt: skip
    if not sources and not ops:
        return spec
    spec["sources"] = list(sources)
    spec["ops"] = [op.model_dump(by_alias=True, exclude_none=True, mode="json") for op in ops]
    applies = known(item.applies_when, active)
    needed = None if known(item.required_when, active) is None else item.required_when
    without = {kind for kind, conds in (("ABS", applies), ("CND", needed)) if conds is None}
    of_item = [kind for kind in kinds_of(item) if kind not in without]
    kinds = [*of_item, *(k for k in raised(ops) if k not in of_item)]
    numbers = ((kind, book.number(item_rule(file, item, kind))) for kind in kinds)
    spec["rules"] = {kind: [n, _action(item, kind, is_key)] for kind, n in numbers if n is not None}
    for name, conds in (("when", when), ("applies_when", applies), ("required_when", needed)):
        if conds:
            spec[name] = conditions(file, conds)
    return spec


def raised(ops: Sequence[Op]) -> list[str]:
    """Kinds that operations raise besides those of the item's own checks."""
    names = {op.op for op in ops}
    kinds = ["COD"] if names & {"map", "lookup"} else []
    if names & {"date", "format_date", "date_part"}:
        kinds += ["DAT", "CAL", "ERA", "LUN", "UNK"]
    return [*kinds, "TYP"] if "number" in names else kinds


def row_checks(
    file: LayoutFile, codes: Mapping[str, CodeTable], as_of: str, active: set[str], book: RuleBook
) -> tuple[list[dict[str, Any]], list[str]]:
    """The row checks whose items have a source, and the ids of the others.

    ``codes`` are the area's tables, ``as_of`` the day of the run for codes that no item dates.
    """
    specs, skipped = [], []
    for check in file.row_checks:
        when = known(check.when, active)
        then = known(check.then, active) if check.kind == "implies" else ()
        compared = _compared(check)
        if when is None or then is None or not compared <= active or not (then or compared) or (
            isinstance(check, Dated) and not (check.at or as_of)
        ):
            skipped.append(f"{file.area:02d}-{file.no:02d}-{check.id}")
            continue
        rule = book.number(declared_rule(file, check))
        if rule is None:
            continue
        spec: dict[str, Any] = {
            "kind": check.kind, "rule": rule, "action": check.action,
            "when": conditions(file, when),
        }  # fmt: skip
        if check.kind == "compare":
            spec |= {"left": file.index(check.left), "op": check.op, "right": file.index(check.right)}
        elif check.kind == "sum":
            spec |= _sum(file, check, active)
        elif check.kind == "dated":
            spec |= {"item": file.index(check.item), "spans": spans(codes[file.item(check.item).code or ""])}
            spec |= {"at": file.index(check.at)} if check.at else {"day": as_of}
        else:
            spec |= {"then": conditions(file, then), "item": file.index(then[0].item)}
        specs.append(spec)
    return specs, skipped


def _compared(check: RowCheck) -> set[str]:
    """The items without which a check says nothing; an addend without a source is 0 in every record."""
    if check.kind == "compare":
        return {check.left, check.right}
    if check.kind == "dated":
        return {check.item, check.at} if check.at else {check.item}
    return {check.total, *check.plus} if check.kind == "sum" else set()


def spans(table: CodeTable) -> list[tuple[str, str, str]]:
    """The codes that have a period, with its first and last day; a blank end is open."""
    return [(v.code, v.valid_from or "", v.valid_to or "") for v in table.values if v.valid_from or v.valid_to]


def _sum(file: LayoutFile, check: Sum, active: Container[str]) -> dict[str, Any]:
    minus = [name for name in check.minus if name in active]
    scale = max(file.item(name).scale for name in (check.total, *check.plus, *minus))
    return {
        "total": file.index(check.total), "plus": [file.index(n) for n in check.plus],
        "minus": [file.index(n) for n in minus], "scale": scale, "tolerance": check.tolerance * 10**scale,
    }  # fmt: skip


class KeyBook:
    """The keys that the kernel emits: equal demands share one."""

    def __init__(self, file: LayoutFile) -> None:
        self.file = file
        self.specs: list[dict[str, Any]] = []

    def emit(
        self,
        items: Sequence[str],
        where: Sequence[Condition] = (),
        flag: Sequence[Condition] = (),
        number: str | None = None,
        amount: str | None = None,
        period: tuple[str, str] | None = None,
        day: str | None = None,
    ) -> int:
        spec: dict[str, Any] = {"items": [self.file.index(i) for i in items]}
        if where:
            spec["where"] = conditions(self.file, where)
        if flag:
            spec["flag"] = conditions(self.file, flag)
        if number:
            spec["number"] = self.file.index(number)
        if amount:
            spec["amount"] = [self.file.index(amount), self.file.item(amount).scale]
        if period:
            spec["period"] = [self.file.index(name) for name in period]
        if day:
            spec["day"] = self.file.index(day)
        if spec not in self.specs:
            self.specs.append(spec)
        return self.specs.index(spec)


def keyed_checks(
    file: LayoutFile, others: Sequence[LayoutFile], active: set[str], book: RuleBook
) -> tuple[list[dict[str, Any]], list[KeyedTask], list[ParentKey], list[str]]:
    """What the kernel emits, the tasks over it, the keys others refer to, and the ids of checks without items.

    ``others`` are the 移行ファイル of the run, this one among them.  A check that refers to any other has no keys:
    it cannot be judged.
    """
    keys = KeyBook(file)
    present = {(other.area, other.id) for other in others}
    tasks, skipped = [], []
    for check in file.keyed_checks:
        where = known(_filter(check), active)
        if where is None or not _needs(check) <= active:
            skipped.append(f"{file.area:02d}-{file.no:02d}-{check.id}")
            continue
        rule = book.number(declared_rule(file, check))
        if rule is None:
            continue
        whole = all((d.area, d.file) in present for d in demands(file.area, check))
        emit = _emit(keys, check, where) if whole else None
        tasks.append(KeyedTask(check, rule, emit))
    parents: dict[ParentDemand, ParentKey] = {}
    for demand in (d for other in others for check in other.keyed_checks for d in demands(other.area, check)):
        if (demand.area, demand.file) != (file.area, file.id) or demand in parents:
            continue
        where = known(demand.where, active)
        values = {name for name in (demand.amount, demand.day) if name}
        if where is not None and {*demand.items, *values} <= active:
            emit = keys.emit(demand.items, where, amount=demand.amount, day=demand.day)
            parents[demand] = ParentKey(demand, emit)
    return keys.specs, tasks, list(parents.values()), skipped


def _emit(keys: KeyBook, check: KeyedCheck, where: Sequence[Condition]) -> int:
    """The place of the keys that a check is judged by."""
    if check.kind == "group_count":
        return keys.emit(check.group, where, check.count)
    if check.kind == "history":
        flag = (Condition(item=check.latest, in_=("1",)),) if check.latest else ()
        return keys.emit(check.key, (), flag, check.number)
    if check.kind == "periods":
        return keys.emit(check.key, where, period=(check.start, check.end))
    if check.kind == "joined":
        return keys.emit(check.items, where, day=check.item)
    return keys.emit(check.items, where, amount=check.amount if check.kind == "totals" else None)


def demands(area: int, check: KeyedCheck) -> list[ParentDemand]:
    """The keys of other 移行ファイル that a check of a file of ``area`` needs."""
    if check.kind == "foreign":
        return [ParentDemand(area if t.area is None else t.area, t.file, t.items) for t in check.targets]
    if check.kind == "totals":
        of_area = area if check.of_area is None else check.of_area
        return [ParentDemand(of_area, check.of_file, check.of_items, check.of_amount, None, check.of_when)]
    if check.kind == "joined":
        to_area = area if check.to_area is None else check.to_area
        return [ParentDemand(to_area, check.to_file, check.to_items, None, check.to_item, check.to_when)]
    return []


def _needs(check: KeyedCheck) -> set[str]:
    if check.kind == "group_count":
        return {*check.group, *(c.item for c in check.count)}
    if check.kind == "history":
        return {*check.key, check.number, *([check.latest] if check.latest else [])}
    if check.kind == "periods":
        return {*check.key, check.start, check.end}
    value = {"totals": "amount", "joined": "item"}.get(check.kind)
    return {*check.items, *([getattr(check, value)] if value else [])}


def _filter(check: KeyedCheck) -> tuple[Condition, ...]:
    """The conditions that say which records a check is about."""
    return check.where if check.kind == "group_count" else () if check.kind == "history" else check.when
