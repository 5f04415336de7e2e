"""What the mapping and the layout demand of the columns of a vendor's file, for tools that only validate.

Each tool gets the same list and says as much of it as it can: required, values, pattern, number of characters.  What
none of them is given (calendar and era bounds, check digits, comparisons between items, keys) chukan does besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.peers import definitions as d
from chukan_layout.model import mapping as m
from chukan_layout.model.layout import Item

HALF_KANA = r"^[ -~｡-ﾟ　-〿]*$"
SHAPES = {"wareki_letter": r"[MTSHR][0-9]{6}", "ymd8": r"[0-9]{8}"}


@dataclass(frozen=True)
class Rule:
    """One column; None where nothing is demanded."""

    column: str
    required: bool
    values: tuple[str, ...] | None
    pattern: str | None
    max_chars: int | None


def rules(source: Path) -> list[Rule]:
    """One rule for each column that fills an item by itself, in the order of the layout."""
    job = d.job(source)
    found: dict[str, Rule] = {}
    for line, item in job.lines():
        if len(line.from_) == 1 and not line.when and line.from_[0] not in found:
            found[line.from_[0]] = _rule(line, item, job.tables)
    return list(found.values())


def _rule(line: m.MapItem, item: Item, tables: dict[str, dict[str, str]]) -> Rule:
    column, values, pattern, chars = line.from_[0], None, None, None
    dates = [op for op in line.ops if isinstance(op, m.Date)]
    maps = [op for op in line.ops if isinstance(op, m.Map) and op.default is None]
    if maps:
        values = tuple(tables[maps[0].table])
    elif dates:
        pattern = "^(" + "|".join(SHAPES[s] for s in dates[0].shapes if s in SHAPES) + ")$"
    elif any(isinstance(op, m.KanaFull) for op in line.ops):
        pattern, chars = HALF_KANA, 2 * item.digits
    elif item.type in ("9", "S9"):
        pattern, chars = r"^-?[0-9]+$", item.digits
    elif not any(isinstance(op, m.Date | m.DatePart | m.When | m.Split) for op in line.ops):
        pattern, chars = d.CLASSES["any"], item.digits
    return Rule(column, item.required, values, pattern, chars)
