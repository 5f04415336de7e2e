"""A small report with everything a report can have.  Fixed: the goldens are made of it."""

from __future__ import annotations

from chukan_layout.model.report import (
    FileReport,
    Fit,
    HashTotals,
    ItemCount,
    LayoutRef,
    Report,
    Rows,
    RuleCount,
    Sample,
    Skipped,
    SourceRef,
    ToolError,
    Totals,
)  # fmt: skip

HOUSEHOLD = FileReport(
    area=1, area_name="住民基本台帳", file="世帯", name="世帯ファイル", path="data/01-住民基本台帳/世帯.csv",
    source=SourceRef(path="SETAI.csv", encoding="cp932", bytes=12_345),
    rows=Rows(in_=1000, out=990, rejected=7, merged=2, removed=1),
    findings={"01-03-001-REQ": 12, "01-03-K02": 3}, fit=Fit.of(2, 3),
    hash_totals=HashTotals(records="00ff00ff00ff00ff", sums={"人数": 2500}),
    items=[
        ItemCount(no=1, name="世帯番号", value=978, null=12, findings={"REQ": 12}),
        ItemCount(no=2, name="世帯主宛名番号", value=900, null=40, empty=30, na=15, failed=5, findings={"K02": 3}),
        ItemCount(no=3, name="備考", null=990),
    ],
    sources={"successor": 2, "draft": 1},
)  # fmt: skip
PEOPLE = FileReport(
    area=1, area_name="住民基本台帳", file="住民情報", name="住民情報ファイル", path="data/01-住民基本台帳/住民情報.csv",
    source=SourceRef(path="JUMIN.csv", encoding="utf-8", bytes=99),
    rows=Rows(in_=3, out=3), findings={}, fit=Fit.of(1, 1), hash_totals=HashTotals(records="0000000000000001"),
    items=[ItemCount(no=1, name="宛名番号", value=3)], sources={"official": 1, "law": 0},
)  # fmt: skip


def rule(id_: str, kind: str, severity: str, count: int, item: str, message: tuple[str, str]) -> RuleCount:
    return RuleCount(
        id=id_, kind=kind, severity=severity, area=1, file="世帯", item_no=1, item_name=item, title_ja="題", title_en="title",
        message_ja=message[0], message_en=message[1], action_ja="移行元の値を補う。", action_en="supply the value.",
        owner="移行元", source="draft", count=count,
    )  # fmt: skip


def example(rule_: RuleCount, line: int, value: str, key: str = "1") -> Sample:
    return Sample(
        rule=rule_.id, severity=rule_.severity, area=1, file="世帯", path="SETAI.csv", line=line, offset=line * 100, key=key,
        item_no=1, item_name=rule_.item_name, value=value, message_ja=rule_.message_ja, message_en=rule_.message_en,
        action_ja=rule_.action_ja, action_en=rule_.action_en, owner=rule_.owner,
    )  # fmt: skip


REQUIRED = rule(
    "01-03-001-REQ",
    "REQ",
    "error",
    12,
    "世帯番号",
    ("必須項目「世帯番号」が空欄です。", "世帯番号 is blank."),
)
PARENT = rule(
    "01-03-K02", "K02", "warning", 3, "世帯主宛名番号", ("参照先の記録がありません", "no such parent")
)


def report() -> Report:
    """A failed conversion of two files."""
    return Report(
        tool_version="0.0.0", command="convert", verdict="fail",
        layout=LayoutRef(version="2.7", requested="latest", title="試験用", source="draft"),
        mapping="vendorA", municipality="990019", as_of="2025-01-01", files=[HOUSEHOLD, PEOPLE], rules=[REQUIRED, PARENT],
        totals=Totals(files=2, rows=HOUSEHOLD.rows + PEOPLE.rows, findings=15,
                      findings_by_severity={"error": 12, "warning": 3}),
        skipped=[Skipped(check="01-03-K09", reason_ja="親のファイルがない", reason_en="the parent is not there", file="世帯")],
        errors=[ToolError(message_ja="読めません", message_en="cannot be read", path="KAKEI.csv")],
        samples=[example(REQUIRED, n, "") for n in (2, 3, 5, 7)] + [example(PARENT, 9, "＊＊＊", "9/1")],
    )  # fmt: skip
