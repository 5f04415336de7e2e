"""The summary of a run for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chukan_layout.model.report import FileReport, Report, Rows, RuleCount
from chukan_layout.report.words import CLEANSING_STATES

Lang = Literal["ja", "en"]
VERDICTS = {
    "pass": ("合格", "PASS", "bold green"),
    "fail": ("不合格", "FAIL", "bold red"),
    "error": ("実行できない処理あり", "ERROR", "bold red"),
}
SEVERITIES = {"error": ("エラー", "error", "red"), "warning": ("警告", "warning", "yellow"), "info": ("情報", "info", "cyan")}
RULES_SHOWN = 20
#: Beyond so many files the terminal shows 業務 instead.
FILES_SHOWN = 30
BAR = 24


def print_report(report: Report, console: Console, lang: Lang = "ja") -> None:
    """Verdict, reconciliation of counts, rules by frequency, examples, what was skipped, errors of the tool."""
    t = _Texts(lang)
    ja, en, style = VERDICTS[report.verdict]
    version = f"{report.layout.title or ''} ({report.layout.requested} → {report.layout.version})"
    console.print(Text(f"■ {t(ja, en)}", style=style), Text(version, style="dim"))
    if len(report.files) > FILES_SHOWN:
        console.print(_counts_by_area(report.files, t))
    elif report.files:
        console.print(_counts(report.files, t))
    for c in report.cleansing:
        state = t(*CLEANSING_STATES[c.state])
        said = f"{t('クレンジング', 'cleansing')} {c.rule} {t(c.name_ja, c.name_en or c.name_ja)}: {c.count:,} ({state})"
        console.print(Text(said, style="yellow" if c.state == "waiting" else ""))
    if report.rules:
        console.print(_rules(report, t))
        console.print(_samples(report, t))
    for skipped in report.skipped[:RULES_SHOWN]:
        where = f"{skipped.file} " if skipped.file else ""
        said = t(skipped.reason_ja, skipped.reason_en)
        console.print(Text(t("未実施", "skipped") + f" {skipped.check} {where}{said}", style="dim"))
    for error in report.errors:
        console.print(Text(t("誤り", "error") + ": " + t(error.message_ja, error.message_en), style="red"))


class _Texts:
    def __init__(self, lang: Lang) -> None:
        self.en = lang == "en"

    def __call__(self, ja: str, en: str) -> str:
        return en if self.en else ja


def _counts(files: list[FileReport], t: _Texts) -> Table:
    table = _counts_table((("ファイル", "file"), ("移行ファイル", "becomes")), t)
    for f in files:
        table.add_row(Text(f.source.path), Text(f.name), *_sums([f]))
    return table


def _counts_by_area(files: list[FileReport], t: _Texts) -> Table:
    """A line per 業務: a whole city has hundreds of files, and each is in the report."""
    table = _counts_table((("業務", "area"), ("ファイル数", "files")), t)
    areas: dict[str, list[FileReport]] = {}
    for f in files:
        areas.setdefault(f"{f.area:02d} {f.area_name}", []).append(f)
    for name, group in sorted(areas.items()):
        table.add_row(name, f"{len(group):,}", *_sums(group))
    table.add_section()
    table.add_row(t("合計", "total"), f"{len(files):,}", *_sums(files))
    return table


def _counts_table(first: Sequence[tuple[str, str]], t: _Texts) -> Table:
    table = Table(title=t("件数照合（入力 = 出力 + 除外 + 統合 + 削除）", "records (in = out + rejected + merged + removed)"),
                  title_justify="left", expand=False)  # fmt: skip
    for ja, en in first:
        table.add_column(t(ja, en), overflow="fold")
    for ja, en in (("入力", "in"), ("出力", "out"), ("除外", "rejected"), ("統合", "merged"), ("削除", "removed")):
        table.add_column(t(ja, en), justify="right")
    table.add_column(t("指摘", "findings"), justify="right")
    table.add_column(t("適合", "fit"), justify="right")
    return table


def _sums(files: Sequence[FileReport]) -> list[str]:
    """Records, findings and items matched, added up."""
    rows = sum((f.rows for f in files), Rows())
    findings = sum(sum(f.findings.values()) for f in files)
    counts = (rows.in_, rows.out, rows.rejected, rows.merged, rows.removed, findings)
    matched, total = sum(f.fit.items_matched for f in files), sum(f.fit.items_total for f in files)
    return [*(f"{n:,}" for n in counts), f"{matched:,}/{total:,}"]


def _rules(report: Report, t: _Texts) -> Table:
    table = Table(title=t("規則別の指摘", "findings by rule"), title_justify="left")
    table.add_column(t("規則", "rule"), no_wrap=True)
    table.add_column(t("重さ", "severity"), no_wrap=True)
    table.add_column(t("内容", "what"), overflow="fold")
    table.add_column(t("件数", "count"), justify="right")
    table.add_column("")
    most = max(r.count for r in report.rules)
    for rule in report.rules[:RULES_SHOWN]:
        ja, en, style = SEVERITIES[rule.severity]
        table.add_row(rule.id, Text(t(ja, en), style=style), Text(_what(rule, t)), f"{rule.count:,}",
                      "█" * max(1, round(BAR * rule.count / most)))  # fmt: skip
    left = report.rules[RULES_SHOWN:]
    if left:
        table.add_row("…", "", t(f"ほか {len(left)} 規則", f"{len(left)} more rules"), f"{sum(r.count for r in left):,}", "")
    return table


def _what(rule: RuleCount, t: _Texts) -> str:
    return t(rule.message_ja, rule.message_en)


def _samples(report: Report, t: _Texts) -> Table:
    table = Table(title=t("指摘の例（値は伏せている）", "examples (values masked)"), title_justify="left")
    for ja, en in (("規則", "rule"), ("場所", "place"), ("キー", "key"), ("値", "value"), ("対応方法", "what to do")):
        table.add_column(t(ja, en), overflow="fold")
    seen: set[str] = set()
    for s in report.samples:
        if s.rule in seen or len(seen) >= RULES_SHOWN:
            continue
        seen.add(s.rule)
        place = f"{s.path}:{s.line} (byte {s.offset:,})"
        table.add_row(s.rule, Text(place), Text(s.key), Text(s.value), Text(t(s.action_ja, s.action_en)))
    return table
