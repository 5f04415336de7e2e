"""What people have decided about items that do not fit: disposition, gap class, owner, reason.

The defaults come from the mapping (rest, unset) and from the class; a decision of the municipality goes before them.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from chukan_layout.model.fit import DispositionName, FitClass, Gap, GapClass, ItemSide, Owner
from chukan_layout.model.layout import Strict

#: Class to disposition, gap class, owner, unless something else is said.
DEFAULTS: dict[FitClass, tuple[DispositionName, GapClass, Owner]] = {
    "不足項目": ("個別移行", "個別", "レイアウト"),
    "設定不能の必須項目": ("新規", "標準", "業務所管課"),
    "要精度検証": ("新規", "標準", "業務所管課"),
    "桁あふれ": ("個別移行", "標準", "移行元"),
    "コード不一致": ("個別移行", "標準", "移行元"),
    "外字": ("個別移行", "標準", "移行元"),
    "値の不備": ("個別移行", "標準", "移行元"),
    "移行元にない項目": ("新規", "標準", "移行先"),
}


class Decision(Strict):
    """One line of a decisions file: which item, and what is decided.  Empty fields leave the default."""

    item: str
    area: int = 0
    file: str = ""
    side: ItemSide | None = None
    disposition: DispositionName | None = None
    gap: GapClass | None = None
    owner: Owner | None = None
    reason: str = ""


class Decisions(Strict):
    """The whole file: ``[[item]]`` lines and populations of municipalities by code."""

    item: tuple[Decision, ...] = ()
    population: dict[str, int] = Field(default={})


def decided(area: int, file: str, gap: Gap, decisions: Sequence[Decision]) -> Gap:
    """``gap`` with the first decision that is about it."""
    for d in decisions:
        same = d.item == gap.item and d.area in (0, area) and d.file in ("", file) and d.side in (None, gap.side)
        if same:
            said = {"disposition": d.disposition, "gap": d.gap, "owner": d.owner, "reason": d.reason or None}
            return gap.model_copy(update={k: v for k, v in said.items() if v is not None})
    return gap
