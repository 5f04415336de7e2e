"""Counts for an estimate, and the estimate: pure functions of fits, a mapping, a report (requirements CST-01, CST-02)."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from chukan_layout.model.effort import COUNTED, Line, Range, Unit, UnitHours
from chukan_layout.model.fit import FileFit
from chukan_layout.model.mapping import FileMapping, Lookup, Map, Mapping
from chukan_layout.model.report import Report

#: The unit hours that are shipped: our own draft, to be changed by whoever estimates.
SHIPPED = Path(__file__).with_name("unit_hours.toml")
Counts = dict[str, int | None]


def counts(fits: Sequence[FileFit], mapping: Mapping | None, report: Report | None = None, gaiji: int | None = None) -> Counts:
    """What the mapping and (when there is one) the run say; None is what cannot be known from them.

    ``gaiji`` is the number of characters without a target, which the run's folder knows and its report does not.
    """
    known: Counts = dict.fromkeys(COUNTED)
    known["files"] = len(fits)
    known |= _of_items(fits, mapping)
    if mapping is not None:
        known |= _of_mapping(fits, mapping)
    if report is not None:
        known["records"] = report.totals.rows.in_
        known["rules_found"] = len(report.rules)
        known["findings"] = report.totals.findings
        known["gaiji"] = gaiji
    return known


def _mapped(fit: FileFit, mapping: Mapping | None) -> FileMapping | None:
    files = mapping.files if mapping else ()
    return next((f for f in files if (f.area, f.file) == (fit.area, fit.file)), None)


def _of_items(fits: Sequence[FileFit], mapping: Mapping | None) -> Counts:
    """Items of the layout: each is counted once, in one class."""
    plain = converted = constant = required = 0
    for fit in fits:
        file = _mapped(fit, mapping)
        lines = {line.to: line for line in file.item} if file else {}
        for item in fit.items:
            line = lines.get(item.name)
            if item.matched and line is not None and line.ops:
                converted += 1
            elif item.matched:
                plain += 1
            elif line is not None:
                constant += 1
        required += sum(gap.side == "layout" and gap.cls == "設定不能の必須項目" and not gap.matched for gap in fit.gaps)
    return {"items_plain": plain, "items_converted": converted, "items_constant": constant, "items_required_unset": required}


def _of_mapping(fits: Sequence[FileFit], mapping: Mapping) -> Counts:
    files = [file for fit in fits if (file := _mapped(fit, mapping)) is not None]
    used = {op.table for file in files for line in file.item for op in line.ops if isinstance(op, Map | Lookup)}
    tables = [mapping.codes[name] for name in sorted(used) if name in mapping.codes]
    gone = [gap for fit in fits for gap in fit.gaps if gap.side == "source"]
    return {
        "host_files": sum(file.source.format == "fixed" for file in files),
        "source_items": sum(len(file.source.columns) for file in files),
        "source_individual": sum(gap.disposition != "破棄" for gap in gone),
        "source_discarded": sum(gap.disposition == "破棄" for gap in gone),
        "code_tables": len(tables),
        "code_values": sum(len(table.pairs) for table in tables),
    }


def lines(known: Dict[str, int | None], units: UnitHours, bodies: int = 1) -> tuple[Line, ...]:
    """Every unit with its count and both ranges of hours."""
    return tuple(_line(unit, known.get(unit.count), bodies) for unit in units.unit)


def _line(unit: Unit, amount: int | None, bodies: int) -> Line:
    if amount is None:
        return Line(unit=unit, amount=None, hours=None, without=None)
    each = Decimal(amount) / unit.per
    shared = Decimal(1 if unit.once else bodies)
    layout = Range(low=unit.hours[0], high=unit.hours[1]).times(each * shared)
    former = Range(low=unit.without[0], high=unit.without[1]).times(each * bodies)
    return Line(unit=unit, amount=amount, hours=layout, without=former)
