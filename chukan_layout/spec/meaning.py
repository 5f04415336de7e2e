"""The one door from this room to the meaning of checks and operations, :mod:`chukan_layout.plan.reference`.

What a sample, a bound or a constant must satisfy is defined there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence

from chukan_layout.model.layout import Item
from chukan_layout.model.mapping import Op
from chukan_layout.plan.reference import OpError, check, run_op

#: About the bytes and glyphs of a source, not about the value of a specification.
_NOT_OF_SPECS = ("ENC", "GAI", "REQ")


def failures(value: str | None, item: Item, codes: Sequence[str] | None) -> list[str]:
    """Kinds of the findings that ``value`` would have as a value of ``item``; none for a blank."""
    return [kind for kind in check(value, item, codes) if kind not in _NOT_OF_SPECS]


def outcome(
    value: str | None,
    ops: Sequence[Op],
    tables: Dict[str, Dict[str, str]],
    item: Item,
    codes: Sequence[str] | None,
) -> list[str]:
    """Kinds of the findings when ``value`` goes through ``ops`` into ``item``."""
    try:
        for op in ops:
            value = run_op(op, value, (value,), tables)
    except OpError as failure:
        return [failure.kind]
    return failures(value, item, codes)
