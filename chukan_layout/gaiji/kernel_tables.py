"""Tables of the operation ``shrink``, as the fused pass takes them: units that change, and what they become."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from chukan_layout.model.mapping import GaijiTable, Mapping, Shrink

_FALLBACK = {"〓": "geta", "●": "bullet"}


@cache
def shrink_pairs(op: Shrink) -> tuple[tuple[str, str], ...]:
    """(unit, text) of every unit that the target set does not have."""
    from chukan_layout.gaiji.convert import Converter, Policy  # heavy: only where an operation needs it

    converter = Converter(Policy(to=op.to, fallback=_FALLBACK[op.none], stop=op.stop))  # type: ignore[arg-type]
    return tuple((unit, entry.target) for unit, entry in converter.entries.items() if entry.target is not None)


def with_shrink_tables(mapping: Mapping) -> Mapping:
    """The mapping with the tables that its ``shrink`` operations need."""
    wanted = {op.table: op for op in _shrinks(mapping)}
    if not wanted:
        return mapping
    made = {
        name: GaijiTable(name=name, source="MJ縮退マップ 1.2.0", pairs=shrink_pairs(op)) for name, op in wanted.items()
    }
    return mapping.model_copy(update={"gaiji": {**mapping.gaiji, **made}})


def _shrinks(mapping: Mapping) -> Iterator[Shrink]:
    for file in mapping.files:
        for line in file.item:
            yield from (op for op in line.ops if isinstance(op, Shrink))
