"""The report as a workbook: to be filtered and sorted by people.

Text is written as text only: nothing of the data can become a formula, a link or a number.  The bytes are the same
for the same report (the dates inside are fixed).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from chukan_layout.model.report import Report
from chukan_layout.report import words
from chukan_layout.report.inert import inert
from chukan_layout.report.terminal import Lang

Cell = str | int | float
#: Excel's own limits: characters of a cell, rows of a sheet.
LONGEST, MOST = 32_767, 1_048_576
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
FONT = "Yu Gothic"


class _Sheet:
    """A sheet with one line of headings, written row by row; what is more than a sheet holds goes on in the next."""

    def __init__(self, book: Any, name: str, headings: Sequence[tuple[str, int]]) -> None:
        self.book, self.name, self.headings = book, name, headings
        self.style = book.add_format({"text_wrap": True, "valign": "top", "font_name": FONT})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E8EDF1", "bottom": 1, "font_name": FONT, "valign": "top"}
        )
        self.part = 0
        self._begin()

    def _begin(self) -> None:
        self.part += 1
        self.sheet = self.book.add_worksheet(self.name if self.part == 1 else f"{self.name[:24]} ({self.part})")
        for column, (_, width) in enumerate(self.headings):
            self.sheet.set_column(column, column, width)
        self.sheet.freeze_panes(1, 0)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        for column, (heading, _) in enumerate(self.headings):
            self.sheet.write_string(0, column, heading, self.head)
        self.rows = 1

    def _end(self) -> None:
        self.sheet.autofilter(0, 0, max(1, self.rows - 1), len(self.headings) - 1)

    def fill(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            if self.rows >= MOST:
                self._end()
                self._begin()
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    self.sheet.write_string(self.rows, column, inert(cell)[:LONGEST], self.style)
                else:
                    self.sheet.write_number(self.rows, column, cell, self.style)
            self.rows += 1
        self._end()


def render(report: Report, lang: Lang) -> bytes:
    """The bytes of an .xlsx file."""
    return _book("chukan report", lambda book: _fill(book, report, lang))


def table(title: str, headings: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet called ``title``; headings with the widths of their columns."""
    return _book(title, lambda book: _Sheet(book, title, headings).fill(rows))


def tables(
    title: str, sheets: Iterable[tuple[str, Sequence[tuple[str, int]], Iterable[Sequence[Cell]]]]
) -> bytes:
    """A workbook of several sheets: name, headings with widths, rows."""

    def fill(book: Any) -> None:
        for name, headings, rows in sheets:
            _Sheet(book, name, headings).fill(rows)

    return _book(title, fill)


def _book(title: str, fill: Callable[[Any], None]) -> bytes:
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "created": EPOCH.replace(tzinfo=None)})
        fill(book)
    return out.getvalue()


def _fill(book: Any, report: Report, lang: Lang) -> None:
    def t(ja: str, en: str) -> str:
        return en if lang == "en" else ja

    def severity(name: str) -> str:
        return t(*words.SEVERITIES[name][2:]) if name in words.SEVERITIES else name

    def sheet(name: tuple[str, str], *headings: tuple[str, str, int]) -> _Sheet:
        return _Sheet(book, t(*name), [(t(ja, en), width) for ja, en, width in headings])

    sheet(("総括", "summary"), ("事項", "fact", 28), ("内容", "value", 90)).fill(_summary(report, t))
    sheet(
        ("ファイル別", "files"),
        ("業務", "area", 24), ("移行ファイル", "becomes", 26), ("移行元ファイル", "source", 28),
        ("文字コード", "encoding", 12), ("入力", "in", 11), ("出力", "out", 11), ("除外", "rejected", 9),
        ("統合", "merged", 9), ("削除", "removed", 9), ("指摘", "findings", 9), ("対応あり", "matched", 9),
        ("全項目", "items", 9), ("適合率", "fit", 9), ("基準", "side", 20), ("記録のハッシュ合計", "hash total", 22),
    ).fill(
        (
            f"{f.area:02d} {f.area_name}", f.name, f.source.path, f.source.encoding, f.rows.in_, f.rows.out,
            f.rows.rejected, f.rows.merged, f.rows.removed, sum(f.findings.values()), f.fit.items_matched,
            f.fit.items_total, f.fit.rate, t(*words.SIDES[f.fit.side]), f.hash_totals.records,
        )
        for f in report.files
    )  # fmt: skip
    sheet(
        ("規則別", "rules"),
        ("規則", "rule", 18), ("重さ", "severity", 9), ("業務", "area", 7), ("移行ファイル", "file", 18),
        ("項目", "item", 26), ("内容", "what", 60), ("件数", "count", 10), ("対応方法", "what to do", 60),
        ("対応の主体", "owner", 14), ("出典", "source", 14),
    ).fill(
        (
            r.id, severity(r.severity), r.area, r.file, r.item_name, t(r.message_ja, r.message_en), r.count,
            t(r.action_ja, r.action_en), t(r.owner, words.OWNERS.get(r.owner, r.owner)), r.source,
        )
        for r in report.rules
    )  # fmt: skip
    sheet(
        ("指摘の例", "examples"),
        ("規則", "rule", 18), ("重さ", "severity", 9), ("ファイル", "file", 26), ("行", "line", 9),
        ("バイト位置", "byte", 11), ("キー", "key", 22), ("項目", "item", 26), ("値（伏せ字）", "value (masked)", 20),
        ("内容", "what", 60), ("対応方法", "what to do", 60), ("対応の主体", "owner", 14),
    ).fill(
        (
            s.rule, severity(s.severity), s.path, s.line, s.offset, s.key, s.item_name, s.value,
            t(s.message_ja, s.message_en), t(s.action_ja, s.action_en), t(s.owner, words.OWNERS.get(s.owner, s.owner)),
        )
        for s in report.samples
    )  # fmt: skip
    if report.cleansing:
        sheet(
            ("クレンジング", "cleansing"), ("規則", "rule", 16), ("内容", "what", 44), ("種類", "kind", 18), ("移行ファイル", "file", 24), ("項目", "items", 36),
            ("件数", "count", 12), ("状態", "state", 28), ("承認した者", "approved by", 20), ("承認日", "approved on", 12), ("根拠", "source", 24), ("理由", "reason", 50),
        ).fill(
            (
                c.rule, t(c.name_ja, c.name_en or c.name_ja), t(*words.CLEANSING_KINDS[c.kind]), c.file, "、".join(c.items), c.count,
                t(*words.CLEANSING_STATES[c.state]), c.approved_by, c.approved_on, c.source, c.reason,
            )
            for c in report.cleansing
        )  # fmt: skip
    sheet(
        ("未実施", "not done"), ("種別", "sort", 16), ("検査", "check", 24), ("ファイル", "file", 28), ("理由", "reason", 80)
    ).fill(_not_done(report, t))  # fmt: skip
    sheet(("用語", "glossary"), ("用語", "term", 22), ("意味", "meaning", 100)).fill(
        (term, t(ja, en)) for term, ja, en in words.GLOSSARY
    )


def _not_done(report: Report, t: Any) -> Iterable[Sequence[Cell]]:
    for s in report.skipped:
        yield t("未実施", "not done"), s.check, s.file, t(s.reason_ja, s.reason_en)
    for e in report.errors:
        yield t("ツールの誤り", "error of the tool"), "", e.path, t(e.message_ja, e.message_en)


def _summary(report: Report, t: Any) -> Iterable[Sequence[Cell]]:
    rows = report.totals.rows
    yield t("判定", "verdict"), t(*words.VERDICTS[report.verdict])
    yield t("処理", "command"), report.command
    yield t("レイアウトの版（指定）", "layout requested"), report.layout.requested
    yield t("レイアウトの版（適用）", "layout used"), report.layout.version
    yield t("レイアウト", "layout"), report.layout.title
    yield t("基準日", "as of"), report.as_of or t("指定なし", "not pinned")
    yield t("マッピング", "mapping"), report.mapping
    yield t("団体コード", "municipality"), report.municipality
    yield t("道具の版", "tool"), report.tool_version
    yield t("ファイル", "files"), report.totals.files
    counts = (rows.in_, rows.out, rows.rejected, rows.merged, rows.removed)
    for (ja, en), count in zip(words.COUNTS, counts, strict=True):
        yield t(ja, en), count
    yield (
        t("入力 = 出力 + 除外 + 統合 + 削除", "in = out + rejected + merged + removed"),
        (
            t("一致", "true")
            if rows.balanced and all(f.rows.balanced for f in report.files)
            else t("不一致", "NOT TRUE")
        ),
    )
    yield t("指摘", "findings"), report.totals.findings
    for name, (_, _, ja, en) in words.SEVERITIES.items():
        yield t(f"指摘: {ja}", f"findings: {en}"), report.totals.findings_by_severity.get(name, 0)
    for origin, count in words.origins(report).items():
        ja, en = words.ORIGINS.get(origin, (origin, origin))
        yield t(f"項目の出典: {ja}", f"items: {en}"), count
    yield t("出典の注意", "note on sources"), t(*words.DRAFT)
