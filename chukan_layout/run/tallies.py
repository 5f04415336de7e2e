"""From what the kernel counts to what the report says of one file."""

from __future__ import annotations

from collections import Counter

from chukan_layout.model.layout import LayoutFile
from chukan_layout.model.report import FileReport, Fit, HashTotals, ItemCount, Rows, SourceRef
from chukan_layout.model.tally import Tally
from chukan_layout.plan.program import Program


def file_report(
    tally: Tally, program: Program, layout: LayoutFile, source: SourceRef, path: str
) -> FileReport:
    """One ``files[]`` entry; AssertionError when records do not balance, which would be an error of the tool."""
    rows = Rows(in_=tally.rows_in, out=tally.rows_out, rejected=tally.rows_rejected, removed=tally.rows_removed)
    if not rows.balanced:
        raise AssertionError("records in and out do not balance")
    findings = Counter({program.rules[i].id: n for i, n in tally.rules.items()})
    names = [item["name"] for item in program.spec["items"]]
    sums = {name: s for name, s in zip(names, tally.sums, strict=False) if s is not None and s}
    kinds = Counter(s.split(":")[0] if s.startswith(("official", "successor", "law")) else "draft"
                    for s in (item.source for item in layout.items))  # fmt: skip
    return FileReport(
        area=layout.area,
        area_name=layout.area_name,
        file=layout.id,
        name=layout.name,
        path=path,
        source=source,
        rows=rows,
        findings=dict(sorted(findings.items())),
        fit=Fit.of(program.matched, len(layout.items)),
        hash_totals=HashTotals(records=f"{tally.hash_total:016x}", sums=sums),
        items=_items(tally, program, names),
        sources=dict(sorted(kinds.items())),
        absent=[name for name in names if name in program.missing],
    )


def _items(tally: Tally, program: Program, names: list[str]) -> list[ItemCount]:
    findings: dict[str, dict[str, int]] = {}
    for number, n in tally.rules.items():
        rule = program.rules[number]
        if rule.item_name:
            findings.setdefault(rule.item_name, {})[rule.kind] = n
    counts = []
    for no, name in enumerate(names, 1):
        value, null, empty, na, failed = tally.states[no - 1] if tally.states else (0, 0, 0, 0, 0)
        absent = tally.rows_out - (value + null + empty + na + failed)
        counts.append(
            ItemCount(no=no, name=name, value=value, null=null + max(absent, 0), empty=empty, na=na, failed=failed,
                      findings=findings.get(name, {}))
        )  # fmt: skip
    return counts
