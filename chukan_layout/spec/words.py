"""Conditions and checks of a layout in words, for tables and pages."""

from __future__ import annotations

from collections.abc import Sequence

from chukan_layout.model.layout import (
    CodeValue,
    Compare,
    Condition,
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
    Totals,
    Unique,
)


def demands(item: Item) -> list[str]:
    """What is checked of an item beyond type, digits and code."""
    words: list[str] = [item.charset] if item.charset else []
    words += ["=桁数"] if item.exact else []
    words += [item.check_digit] if item.check_digit else []
    words += [f"≧{item.min}"] if item.min is not None else []
    words += [f"≦{item.max}"] if item.max is not None else []
    words += [f"必須: {conditions(item.required_when)}"] if item.required_when else []
    words += [f"対象: {conditions(item.applies_when)}"] if item.applies_when else []
    return words


def conditions(tests: Sequence[Condition]) -> str:
    """住民状態=1 かつ 最新フラグ=1."""
    return " かつ ".join(map(_condition, tests))


def _condition(test: Condition) -> str:
    if test.in_ is not None:
        return f"{test.item}={'|'.join(test.in_)}"
    if test.not_in is not None:
        return f"{test.item}≠{'|'.join(test.not_in)}"
    return f"{test.item}{'あり' if test.present else 'なし'}"


def period(value: CodeValue) -> str:
    """2015-04-01～2024-09-30, blank for a code without dates."""
    return f"{value.valid_from or ''}～{value.valid_to or ''}" if value.valid_from or value.valid_to else ""


def check(rule: RowCheck | KeyedCheck) -> str:
    """What a check asks for, with its conditions."""
    when = conditions(getattr(rule, "when", ()))
    said = _said(rule)
    return f"{when} のとき {said}" if when else said


def _said(rule: RowCheck | KeyedCheck) -> str:
    if isinstance(rule, Compare):
        return f"{rule.left} {rule.op} {rule.right}"
    if isinstance(rule, Implies):
        return conditions(rule.then)
    if isinstance(rule, Sum):
        less = "".join(f" － {n}" for n in rule.minus)
        return f"{rule.total} = {' ＋ '.join(rule.plus)}{less}{_within(rule.tolerance)}"
    if isinstance(rule, Dated):
        return f"{rule.item} のコードが {rule.at or '基準日 (--as-of)'} に有効"
    if isinstance(rule, Unique):
        return f"{'・'.join(rule.items)} が一意"
    if isinstance(rule, Foreign):
        targets = (f"{f'{t.area:02d} ' if t.area else ''}{t.file}({'・'.join(t.items)})" for t in rule.targets)
        return f"{'・'.join(rule.items)} → {' または '.join(targets)}"
    if isinstance(rule, GroupCount):
        where = f"{conditions(rule.where)} のうち " if rule.where else ""
        return f"{'・'.join(rule.group)} ごとに {where}{conditions(rule.count)} が {rule.min}～{rule.max} 件"
    if isinstance(rule, History):
        latest = f"、最大のものだけ {rule.latest}" if rule.latest else ""
        start = "1 から連続" if rule.start == "one" else "途切れず連続"
        return f"{'・'.join(rule.key)} ごとに {rule.number} が{' ' if rule.start == 'one' else ''}{start}{latest}"
    if isinstance(rule, Totals):
        return _totals(rule)
    if isinstance(rule, Periods):
        gap = "、切れ目もない" if rule.gapless else ""
        return f"{'・'.join(rule.key)} ごとに {rule.start}～{rule.end} が重ならない{gap}"
    return _joined(rule)


def _joined(rule: Joined) -> str:
    area = f"{rule.to_area:02d} " if rule.to_area else ""
    years = f" ＋ {rule.years} 年" if rule.years else ""
    where = f" ({conditions(rule.to_when)})" if rule.to_when else ""
    return f"{rule.item} {rule.op} {area}{rule.to_file} の {rule.to_item}{years}{where}"


def _totals(rule: Totals) -> str:
    area = f"{rule.of_area:02d} " if rule.of_area else ""
    where = f" ({conditions(rule.of_when)})" if rule.of_when else ""
    return f"{rule.amount} = {area}{rule.of_file} の {rule.of_amount} の合計{where}{_within(rule.tolerance)}"


def _within(tolerance: int) -> str:
    return f" (差 {tolerance} まで)" if tolerance else ""
