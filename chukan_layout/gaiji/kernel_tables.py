"""Tables of the operation ``shrink``, as the fused pass takes them: units that change, and what they become."""

from __future__ import annotations

from functools import cache
from typing import get_args

from chukan_layout.gaiji import data
from chukan_layout.model.mapping import FileMapping, GaijiTable, HostEncoding, Mapping, Shrink

_FALLBACK = {"〓": "geta", "●": "bullet"}
#: Charsets whose characters are all among :func:`chukan_layout.gaiji.represent.legacy_characters`.
LEGACY = frozenset({"cp932", "shift-jis", "euc-jp", "euc-jp-strict", *get_args(HostEncoding)} - {"ibm1390", "ibm1399"})


@cache
def shrink_pairs(op: Shrink) -> tuple[tuple[str, str], ...]:
    """(unit, text) of every unit that the target set does not have."""
    from chukan_layout.gaiji.convert import Converter, Policy  # heavy: only where an operation needs it

    converter = Converter(Policy(to=op.to, fallback=_FALLBACK[op.none], stop=op.stop))  # type: ignore[arg-type]
    return tuple((unit, entry.target) for unit, entry in converter.entries.items() if entry.target is not None)


def with_shrink_tables(mapping: Mapping, file: FileMapping, charset: str) -> Mapping:
    """The mapping with the tables that the ``shrink`` operations of one of its files need.

    A file in one of the ``LEGACY`` charsets can only hold that charset's characters and what the gaiji tables of the mapping make
    of its user area: the tables are cut down to those, since 120,000 units would cost more than the conversion.
    """
    wanted = {op.table: op for line in file.item for op in line.ops if isinstance(op, Shrink)}
    if not wanted:
        return mapping
    within = _reachable(mapping) if charset in LEGACY else None
    made = {
        name: GaijiTable(
            name=name,
            source=data.MJSM_VERSION,
            pairs=tuple(p for p in shrink_pairs(op) if within is None or p[0] in within),
        )
        for name, op in wanted.items()
    }
    return mapping.model_copy(update={"gaiji": {**mapping.gaiji, **made}})


def _reachable(mapping: Mapping) -> frozenset[str]:
    """Units that can stand in a file of CP932 or EUC-JP-MS once its user-defined characters are replaced."""
    from chukan_layout.gaiji.represent import legacy_characters

    found = set(legacy_characters())
    for table in mapping.gaiji.values():
        for _, target in table.pairs:
            found.update(target)
            found.update(target[i : i + 2] for i in range(len(target) - 1))
    return frozenset(found)
