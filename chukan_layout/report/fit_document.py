"""The fit report as a document: figures with numerator and denominator, then every item that does not fit."""

from __future__ import annotations

from chukan_layout.model.fit import BANDS, FileFit, FitReport, Ratio, Subject
from chukan_layout.report import words
from chukan_layout.report.document.model import (
    Bars,
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Heading,
    Para,
    Series,
    Table,
)

_BLUE, _GREY = "#2f74a8", "#c9d3da"
SIDES = {
    "layout": ("レイアウト側", "layout"),
    "source": ("移行元側", "source"),
    "destination": ("移行先側", "destination"),
    "value": ("値", "values"),
}
_CLASS_EN = {
    "不足項目": "missing in the layout", "設定不能の必須項目": "required, cannot be set", "要精度検証": "accuracy to verify",
    "桁あふれ": "too long", "コード不一致": "code mismatch", "外字": "user-defined characters", "値の不備": "faulty values",
    "移行元にない項目": "not in the source",
}  # fmt: skip
COUNTED = (
    ("レイアウト側", "移行元の項目が設定されるレイアウトの項目 ÷ レイアウトの全項目。固定値だけの項目は対応に数えない。",
     "items of the layout that have a source / all its items; a constant is no source"),
    ("移行元側", "レイアウトに渡る移行元の項目 ÷ 移行元ファイルの全項目。", "source items that the layout takes / all items of the source file"),
    ("移行先側", "レイアウトから設定される移行先の項目 ÷ 移行先ファイルの全項目。", "destination items filled from the layout / all of them"),
    ("値", "指摘のない値 ÷ 検査した値（記録数 × 対応のある項目数）。一つの値の指摘が重なることがあるため、実際はこれ以上。",
     "values without a finding / values judged (records x matched items); at least, as findings may overlap"),
    ("調査結果から", "chukan profile の結果から測るときは、すべて空欄の、またはデータに見つからない移行元の項目を、対応に数えない。",
     "from a profile, a source item that is always empty or not found in the dump is no source"),
)  # fmt: skip


class _Words:
    def __init__(self, report: FitReport, lang: str) -> None:
        self.report, self.english = report, lang == "en"

    def t(self, ja: str, en: str) -> str:
        return en if self.english else ja

    def columns(self, *names: tuple[str, str, int]) -> list[Column]:
        return [Column(self.t(ja, en), width) for ja, en, width in names]

    def percent(self, ratio: Ratio | None) -> str:
        return f"{self.report.rounding.percent(ratio.matched, ratio.total)} %" if ratio and ratio.total else "―"

    def cells(self, ratio: Ratio | None) -> tuple[Cell, Cell]:
        """``46/47`` and ``97.8 %``."""
        return (f"{ratio.matched:,}/{ratio.total:,}" if ratio else "―"), self.percent(ratio)


def fit_document(report: FitReport, lang: str = "ja", detail: bool = True) -> Document:
    """``detail`` False leaves out the table of every item (the terminal)."""
    w = _Words(report, lang)
    t = w.t
    blocks: list[Block] = [
        Facts([
            (t("レイアウトの版", "layout version"), report.layout_version),
            (t("端数処理", "rounding"), t(report.rounding.ja, report.rounding.en)),
            *(fact for s in report.subjects for fact in _facts(w, s)),
        ]),
    ]  # fmt: skip
    blocks += _summary(w, detail)
    if len(report.subjects) > 1:
        blocks += _comparison(w)
    for subject in report.subjects:
        name = f" {subject.label}" if len(report.subjects) > 1 else ""
        blocks += [Heading(t("合わない項目", "Items that do not fit") + name), *_gaps(w, subject)]
        if detail:
            blocks += [Heading(t("項目別", "Item by item") + name), *_items(w, subject)]
    blocks += [Heading(t("数え方", "What is counted")), Table(
        w.columns(("区分", "side", 16), ("数え方", "what is counted", 90)), [(t(ja, SIDES_EN.get(ja, "profile")), t(said, en)) for ja, said, en in COUNTED]
    ), Para(t(*words.DRAFT), "warn")]  # fmt: skip
    title = t("適合率報告書", "Fit report")
    return Document(
        "適合率報告書", title, blocks, "、".join(s.label for s in report.subjects), f"chukan {report.tool_version}", lang, landscape=True
    )


SIDES_EN = dict(SIDES.values())


def _facts(w: _Words, s: Subject) -> list[tuple[str, Cell]]:
    kind = {"mapping": w.t("マッピングだけ（データなし）", "mapping alone, no data"), "profile": w.t("移行元のデータの調査結果", "a profile of the dump"),
            "run": w.t("実行結果", "a run")}[s.kind]  # fmt: skip
    said = [kind, s.title, w.t("移行先 ", "to ") + s.destination if s.destination else "", s.municipality]
    band = f"{s.population:,} {w.t('人', 'inhabitants')}（{s.band}）" if s.population else ""
    return [(s.label, "、".join(x for x in (*said, band, w.t("基準日 ", "as of ") + s.as_of if s.as_of else "") if x))]


def _sides(w: _Words, subjects: tuple[Subject, ...]) -> list[str]:
    return [side for side in SIDES if any(s.total(side) for s in subjects)]  # type: ignore[arg-type]


def _summary(w: _Words, charts: bool) -> list[Block]:
    """Files, areas and the sum, both sides beside each other (FIT-04)."""
    t, blocks = w.t, list[Block]()
    for s in w.report.subjects:
        sides = _sides(w, (s,))
        heads = [("業務", "area", 30), ("移行ファイル", "file", 36)]
        for side in sides:
            heads += [(SIDES[side][0], SIDES[side][1], 13), ("適合率", "fit", 10)]
        rows = [_row(w, f"{f.area:02d} {f.area_name}", f.name, f, sides) for f in s.files]
        areas = {f.area: f.area_name for f in s.files}
        if len(s.files) > 1:
            rows.append(_total(w, t("合計", "total"), "", s, sides, None))
        name = f" {s.label}" if len(w.report.subjects) > 1 else ""
        blocks.append(Heading(t("適合率", "Fit") + name))
        if len(areas) > 1:
            blocks += _by_area(w, s, sides, areas, charts)
            blocks += [Heading(t("移行ファイルごとの適合率", "Fit of every file") + name), Table(w.columns(*heads), rows, total=True)]
            continue
        blocks.append(Table(w.columns(*heads), rows, total=len(s.files) > 1))
        if s.files:
            labels, matched = [f.name for f in s.files], [_share(f.layout) for f in s.files]
            blocks.append(Bars(t("レイアウトの項目のうち対応のある割合", "Share of layout items with a source"), labels,
                               [Series(t("対応あり", "matched"), matched, _BLUE)], " %", 100))  # fmt: skip
    return blocks


def _by_area(w: _Words, s: Subject, sides: list[str], areas: dict[int, str], charts: bool) -> list[Block]:
    """One line and one bar a 業務: what is looked at first where there are many files."""
    heads = [("業務", "area", 36), ("移行ファイル", "files", 13)]
    for side in sides:
        heads += [(SIDES[side][0], SIDES[side][1], 18 if side == "value" else 14), ("適合率", "fit", 10)]
    rows: list[list[Cell]] = []
    for no, name in areas.items():
        files = sum(f.area == no for f in s.files)
        rows.append([f"{no:02d} {name}", files, *(c for side in sides for c in w.cells(s.total(side, no)))])  # type: ignore[arg-type]
    rows.append([w.t("合計", "total"), len(s.files), *(c for side in sides for c in w.cells(s.total(side)))])  # type: ignore[arg-type]
    labels = [f"{no:02d} {name}" for no, name in areas.items()]
    shares = [_share(total) for no in areas if (total := s.total("layout", no))]
    bars = Bars(w.t("レイアウトの項目のうち対応のある割合", "Share of layout items with a source"), labels,
                [Series(w.t("対応あり", "matched"), shares, _BLUE)], " %", 100)  # fmt: skip
    name = f" {s.label}" if len(w.report.subjects) > 1 else ""
    drawn: list[Block] = [Heading(w.t("業務ごとの割合", "Share by area") + name), bars] if charts else []
    return [Table(w.columns(*heads), rows, total=True), *drawn]


def _share(ratio: Ratio) -> float:
    """For drawing only: the printed figure is made by the rounding rule."""
    return float(f"{ratio.matched * 1000 // ratio.total / 10:.1f}") if ratio.total else 0.0


def _row(w: _Words, area: str, name: str, f: FileFit, sides: list[str]) -> list[Cell]:
    return [area, name, *(cell for side in sides for cell in w.cells(getattr(f, side)))]


def _total(w: _Words, area: str, name: str, s: Subject, sides: list[str], no: int | None) -> list[Cell]:
    return [area, name, *(cell for side in sides for cell in w.cells(s.total(side, no)))]  # type: ignore[arg-type]


def _comparison(w: _Words) -> list[Block]:
    """Subjects beside each other, in the order given: vendors, or rehearsals one after the other; then bands (FIT-07)."""
    t, subjects = w.t, w.report.subjects
    sides = _sides(w, subjects)
    heads = [("対象", "subject", 26), ("団体", "municipality", 12), ("判定", "verdict", 10), ("指摘", "findings", 10)]
    for side in sides:
        heads += [(SIDES[side][0], SIDES[side][1], 13), ("適合率", "fit", 10)]
    rows: list[list[Cell]] = []
    for s in subjects:
        verdict = t(*words.VERDICTS[s.verdict]) if s.verdict in words.VERDICTS else "―"
        found: Cell = s.findings if s.kind == "run" else "―"
        rows.append([s.label, s.municipality or "―", verdict, found, *(c for side in sides for c in w.cells(s.total(side)))])  # type: ignore[arg-type]
    blocks: list[Block] = [Heading(t("比較と推移", "Comparison and trend")), Table(w.columns(*heads), rows)]
    measured = [s for s in subjects if s.kind == "run"]
    if len(measured) > 1:
        blocks.append(Bars(t("指摘の件数の推移", "Findings, run by run"), [s.label for s in measured],
                           [Series(t("指摘", "findings"), [s.findings for s in measured], _BLUE)], t(" 件", "")))  # fmt: skip
    names = list(dict.fromkeys((f.area, f.file, f.name) for s in subjects for f in s.files))
    files = [[n, *(w.percent(next((f.layout for f in s.files if (f.area, f.file) == (a, i)), None)) for s in subjects)] for a, i, n in names]
    heads = [("移行ファイル（レイアウト側）", "file (layout side)", 28), *((s.label, s.label, 16) for s in subjects)]
    blocks.append(Table(w.columns(*heads), files))
    banded = [s for s in subjects if s.band]
    if banded:
        rows = []
        for band in BANDS:
            inside = [s for s in banded if s.band == band]
            for area in dict.fromkeys((f.area, f.area_name) for s in inside for f in s.files):
                found_ratios = [r for s in inside if (r := s.total("layout", area[0]))]
                total = sum(found_ratios[1:], found_ratios[0])
                rows.append([band, f"{area[0]:02d} {area[1]}", len(inside), *w.cells(total)])
        blocks.append(Table(w.columns(("人口区分", "population", 22), ("業務", "area", 20), ("団体数", "bodies", 10),
                                      ("レイアウト側", "layout", 13), ("適合率", "fit", 10)), rows, t("人口区分別", "By population")))  # fmt: skip
    return blocks


def _gaps(w: _Words, s: Subject) -> list[Block]:
    t = w.t
    classes: dict[str, list[int]] = {}
    for f in s.files:
        for g in f.gaps:
            n = classes.setdefault(g.cls, [0, 0])
            n[0], n[1] = n[0] + 1, n[1] + g.count
    listed = sorted(classes.items(), key=lambda c: -c[1][0])
    counts: list[list[Cell]] = [[t(cls, _CLASS_EN[cls]), n, records] for cls, (n, records) in listed]
    rows: list[list[Cell]] = [
        [f"{f.area:02d} {f.name}", t(*SIDES[g.side]), g.no, g.item, t(g.cls, _CLASS_EN[g.cls]), g.count, g.disposition, g.gap,
         t(g.owner, words.OWNERS.get(g.owner, g.owner)), g.reason]
        for f in s.files for g in f.gaps
    ]  # fmt: skip
    heads = w.columns(
        ("移行ファイル", "file", 22), ("側", "side", 13), ("番号", "no", 7), ("項目", "item", 28), ("区分", "class", 20), ("件数", "records", 10),
        ("処置", "disposition", 11), ("差異区分", "gap class", 10), ("対応の主体", "owner", 14), ("理由", "reason", 50),
    )  # fmt: skip
    none = t("すべての項目が合う。", "every item fits")
    summary = Table(w.columns(("区分", "class", 24), ("項目", "items", 9), ("指摘の件数", "findings", 12)), counts, empty=none)
    return [summary, Table(heads, rows, empty=none)]


def _items(w: _Words, s: Subject) -> list[Block]:
    heads = w.columns(
        ("番号", "no", 7), ("レイアウトの項目", "item", 30), ("移行元の項目", "source", 30), ("名称", "name", 8), ("型", "type", 8), ("桁", "digits", 8),
        ("コード", "code", 8), ("必須", "required", 8), ("値", "values", 16), ("適合率", "fit", 9), ("出典", "origin", 16),
    )  # fmt: skip
    blocks: list[Block] = []
    for f in s.files:
        rows: list[list[Cell]] = [
            [i.no, i.name, "・".join(i.counterpart) or "―", i.name_fit, i.type_fit, i.digits_fit, i.code_fit, i.required_fit,
             *w.cells(i.value), i.origin]
            for i in f.items
        ]  # fmt: skip
        blocks += [Heading(f"{f.area:02d} {f.name}", 3), Table(heads, rows)]
    blocks.append(Para(w.t(
        "一致: そのまま。変換: マッピングの演算で合わせる。要確認: マッピングだけでは分からない。不一致: 合わない。―: 該当しない。",
        "一致 as it is; 変換 by operations of the mapping; 要確認 not known from the mapping; 不一致 does not agree; ― not applicable",
    ), "note"))  # fmt: skip
    return blocks
