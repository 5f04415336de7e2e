"""A record layout of a mapping -> what the kernel cuts and decodes records by."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from chukan_layout.charset.of_source import charset_of
from chukan_layout.charset.registry import Charset
from chukan_layout.model.mapping import SourceFile
from chukan_layout.model.record import RecordField, RecordKind, RecordLayout

#: Sign zones of ASCII digits 4 and 5, not 3 and 7 (Fujitsu's COBOL for PC and UNIX).
NETCOBOL = ("fujitsu",)


class Stated(NamedTuple):
    """What a header or trailer says: the count of records of ``kinds``, or the sum number ``total``; ``value`` is its
    place among the told values of the kind."""

    kind: int
    value: int
    field: str
    kinds: tuple[int, ...] = ()
    total: int = -1
    scale: int = 0


@dataclass(frozen=True)
class RecordPlan:
    """``layout`` is the kernel's JSON; ``charset`` that of its text."""

    charset: Charset
    layout: RecordLayout
    spec: dict[str, Any]
    stated: tuple[Stated, ...]

    @property
    def spec_bytes(self) -> bytes:
        return json.dumps(self.spec, ensure_ascii=False).encode()

    @property
    def table(self) -> bytes:
        """The charset's table."""
        return self.charset.table


def record_plan(source: SourceFile, secret: Collection[str] = ()) -> RecordPlan:
    """The plan of a file of records; bytes of the columns ``secret`` are never shown.

    KeyError for a name that the layout doesn't have (the mapping must have passed ``mapping check``).
    """
    layout = source.record
    assert layout is not None
    names = {kind.name: i for i, kind in enumerate(layout.kinds)}
    fields = [{f.name: i for i, f in enumerate(kind.fields)} for kind in layout.kinds]
    reading = layout.reading()
    read = names[reading.name]
    parent = names[reading.parent] if reading.parent else None
    columns = [(read, fields[read][name]) for name in (f.name for f in reading.fields)]
    columns += [(parent, fields[parent][name]) for name in reading.carry] if parent is not None else []
    order = {name: i for i, name in enumerate(layout.columns())}
    columns = [columns[order[name]] for name in source.columns]
    sums, stated, values = _controls(layout, names, fields)
    charset = charset_of(source)
    ascii_digits = charset.space == 0x20
    spec = {
        "form": layout.form,
        "length": layout.length,
        "crlf": layout.newline == "crlf",
        "big": layout.big,
        "inclusive": layout.inclusive,
        "shrinks": layout.shrinks,
        "block": layout.block,
        "host": charset.kind == "host",
        "little": layout.profile == "pc" or (layout.profile == "hitachi" and ascii_digits),
        "ieee": layout.profile == "pc" or ascii_digits,
        "netcobol": layout.profile in NETCOBOL,
        "code": None if layout.kind is None else layout.kind.model_dump(),
        "kinds": [_kind(k, fields[i], values[i], layout, secret) for i, k in enumerate(layout.kinds)],
        "read": read,
        "parent": parent,
        "columns": columns,
        "sums": sums,
    }
    return RecordPlan(charset, layout, spec, tuple(stated))


def _controls(
    layout: RecordLayout, names: dict[str, int], fields: list[dict[str, int]]
) -> tuple[list[tuple[int, int]], list[Stated], list[list[int]]]:
    """Fields to add up, what is stated where, and the fields of each kind whose values are told."""
    sums: list[tuple[int, int]] = []
    stated: list[Stated] = []
    values: list[list[int]] = []
    data = tuple(i for i, k in enumerate(layout.kinds) if k.role == "data")
    for number, kind in enumerate(layout.kinds):
        told: list[int] = []
        if kind.count:
            counted = tuple(names[n] for n in kind.counts) or data
            stated.append(Stated(number, len(told), kind.count, counted))
            told.append(fields[number][kind.count])
        for total in kind.totals:
            of = next(i for i in data if total.of in fields[i])
            scale = layout.kinds[of].fields[fields[of][total.of]].scale
            stated.append(Stated(number, len(told), total.field, total=len(sums), scale=scale))
            told.append(fields[number][total.field])
            sums.append((of, fields[of][total.of]))
        values.append(told)
    return sums, stated, values


def _kind(
    kind: RecordKind, fields: dict[str, int], values: list[int], layout: RecordLayout, secret: Collection[str]
) -> dict[str, Any]:
    varies = layout.shrinks and any(f.odo for f in kind.fields)
    fixed = layout.length if layout.form == "fixed" else 0
    return {
        "role": kind.role,
        "code": list(kind.code),
        "bytes": 0 if varies else kind.bytes or fixed,
        "fields": [_field(f, fields, f.name in secret) for f in kind.fields],
        "values": values,
    }


def _field(f: RecordField, fields: dict[str, int], secret: bool) -> dict[str, Any]:
    return {
        "name": f.name,
        "at": f.at,
        "bytes": f.bytes,
        "type": f.type,
        "digits": f.digits,
        "scale": f.scale,
        "signed": f.signed,
        "sign": f.sign,
        "nibble": f.nibble,
        "zero": f.blank == "zero",
        "right": f.right,
        "secret": secret,
        "when": None if f.when is None else {"field": fields[f.when.field], "among": list(f.when.in_)},
        "odo": [o.model_dump() | {"counter": fields[o.counter]} for o in f.odo],
    }
