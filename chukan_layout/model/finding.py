"""ルール (rule) as plain data; a 指摘 (finding) is a row of ``write.findings`` or a ``report.Sample``."""

from __future__ import annotations

from typing import Literal, NamedTuple

from chukan_layout.model.layout import Severity

Owner = Literal["移行元", "レイアウト", "移行先", "業務所管課"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Rule(NamedTuple):
    """What is checked, what is said when it fails, and who has to act.

    ``id`` is stable and never reused; ``kind`` is its last part (REQ, DIG, C01 ...).  ``item_no`` is 0 and
    ``item_name`` empty where the rule is about a whole record.
    """

    id: str
    kind: str
    severity: Severity
    area: int
    file: str
    item_no: int
    item_name: str
    title_ja: str
    title_en: str
    message_ja: str
    message_en: str
    action_ja: str
    action_en: str
    owner: Owner
    source: str
    stable_since: str = "0.1.0"


def at_or_above(severity: str, threshold: str) -> bool:
    """Whether ``severity`` is as grave as ``threshold``."""
    order = [str(s) for s in SEVERITIES]
    return order.index(severity) <= order.index(threshold)
