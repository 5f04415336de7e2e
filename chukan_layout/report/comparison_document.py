"""The comparison of two dumps as a document."""

from __future__ import annotations

from chukan_layout.model.comparison import CLASSES, Comparison
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

#: More files than these are drawn by area.
MANY = 25
_COLOURS = {"same": "#2f74a8", "differs": "#c44e00", "one": "#8c98a1"}


class _Words:
    def __init__(self, lang: str) -> None:
        self.english = lang == "en"

    def t(self, ja: str, en: str) -> str:
        return en if self.english else ja

    def columns(self, *names: tuple[str, str, int]) -> list[Column]:
        return [Column(self.t(ja, en), width) for ja, en, width in names]


def comparison_document(c: Comparison, lang: str = "ja") -> Document:
    """Counts first, then differences by item and class, samples to be looked at, what was tolerated and why."""
    w = _Words(lang)
    t = w.t
    open_ = sum(f.open for f in c.files)
    blocks: list[Block] = [
        Facts([
            (t("判定", "verdict"), t(*words.VERDICTS[c.verdict])),
            (t("認めていない違い", "differences not tolerated"), open_),
            (t("前", "before"), c.before), (t("後", "after"), c.after),
            (t("レイアウトの版", "layout version"), c.layout_version),
            (t("値の表示", "values"), t("伏せずに表示", "shown") if c.revealed else t("伏せ字", "masked")),
        ]),
        *_counts(w, c), *_sums(w, c), *_items(w, c), *_samples(w, c), *_declared(w, c),
    ]  # fmt: skip
    if c.skipped:
        blocks += [Heading(t("照合しなかったファイル", "Files not compared")), Table(w.columns(("ファイルと理由", "file and reason", 90)), [[s] for s in c.skipped])]
    terms = [
        (t("一致", "identical"), t("すべての項目の値が同じ記録。", "records equal in every item")),
        (t("違いあり", "differing"), t("キーが同じで、一つ以上の項目の値が違う記録。", "same key, at least one item differs")),
        (t("ハッシュ合計", "hash total"), t("記録ごとのハッシュの合計（この照合の中だけで比べられる）。同じなら中身が同じ。",
                                        "sum of the hashes of the records; to be compared within this comparison only")),
    ]  # fmt: skip
    blocks += [Heading(t("用語", "Terms")), Table(w.columns(("用語", "term", 20), ("意味", "meaning", 80)), terms)]
    return Document("照合結果", t("照合結果（前後比較）", "Comparison before and after"), blocks, f"{c.before} → {c.after}",
                    f"chukan {c.tool_version}", lang, landscape=True)  # fmt: skip


def _counts(w: _Words, c: Comparison) -> list[Block]:
    t = w.t
    rows: list[list[Cell]] = []
    for f in c.files:
        state = t("片方にない", "on one side only") if f.missing else t("一致", "same") if f.before.hash_total == f.after.hash_total else t("不一致", "differs")
        rows.append([
            f"{f.area:02d} {f.name}", f.before.records, f.after.records, f.after.records - f.before.records, f.matched, f.identical,
            f.matched - f.identical, f.only_before, f.only_after, state, f.open,
        ])  # fmt: skip
    heads = w.columns(
        ("移行ファイル", "file", 28), ("前の件数", "before", 11), ("後の件数", "after", 11), ("差", "difference", 9), ("キー一致", "same key", 11),
        ("一致", "identical", 11), ("違いあり", "differing", 11), ("前だけ", "only before", 10), ("後だけ", "only after", 10),
        ("ハッシュ合計", "hash total", 13), ("認めていない違い", "open", 14),
    )  # fmt: skip
    blocks: list[Block] = [Heading(t("件数照合", "Counts")), Table(heads, rows, empty=t("照合したファイルはない。", "no file was compared"))]
    if rows:
        blocks = [Heading(t("記録の一致", "Records")), _chart(w, c), *blocks]
    keys: list[list[Cell]] = [[f.name, t(*side), key] for f in c.files for side, shown in ((("前だけ", "only before"), f.only_before_keys), (("後だけ", "only after"), f.only_after_keys)) for key in shown]
    if keys:
        blocks.append(Table(w.columns(("移行ファイル", "file", 28), ("側", "side", 12), ("キー", "key", 30)), keys, t("片方だけの記録の例", "Records on one side only, examples")))
    twins: list[list[Cell]] = [[f.name, f.before.duplicates, f.after.duplicates] for f in c.files if f.before.duplicates or f.after.duplicates]
    if twins:
        blocks.append(Table(w.columns(("移行ファイル", "file", 28), ("前", "before", 10), ("後", "after", 10)), twins, t("主キーが重なる記録", "Records with a key that another has")))
    return blocks


def _chart(w: _Words, c: Comparison) -> Bars:
    """One bar a file; a bar an area where files are so many that nobody could read them."""
    t = w.t
    by_area = len(c.files) > MANY
    groups: dict[str, list[int]] = {}
    for f in c.files:
        counts = groups.setdefault(f"{f.area:02d} {f.area_name}" if by_area else f"{f.area:02d} {f.name}", [0, 0, 0])
        for i, n in enumerate((f.identical, f.matched - f.identical, f.only_before + f.only_after)):
            counts[i] += n
    names = ((t("一致", "identical"), "same"), (t("違いあり", "differing"), "differs"), (t("片方だけ", "one side only"), "one"))
    series = [Series(name, [n[i] for n in groups.values()], _COLOURS[colour]) for i, (name, colour) in enumerate(names)]
    return Bars(t("記録の一致（件）", "Records"), list(groups), series)


def _sums(w: _Words, c: Comparison) -> list[Block]:
    t = w.t
    rows: list[list[Cell]] = []
    for f in c.files:
        rows.append([f.name, t("ハッシュ合計", "hash total"), f.before.hash_total, f.after.hash_total, _same(w, f.before.hash_total, f.after.hash_total)])
        for name in f.before.sums:
            a, b = f.before.sums[name], f.after.sums.get(name, "0")
            rows.append([f.name, name, a, b, _same(w, a, b)])
    heads = w.columns(("移行ファイル", "file", 28), ("項目", "item", 28), ("前の合計", "before", 22), ("後の合計", "after", 22), ("照合", "same", 10))
    return [Heading(t("金額・数値・ハッシュの合計", "Sums and hash totals")), Table(heads, rows)]


def _same(w: _Words, a: str, b: str) -> str:
    return w.t("一致", "same") if a == b else w.t("不一致", "differs")


def _items(w: _Words, c: Comparison) -> list[Block]:
    t = w.t
    rows: list[list[Cell]] = [
        [f.name, i.no, i.name, t(*CLASSES[cls]), n, i.tolerated.get(cls, 0), n - i.tolerated.get(cls, 0)]
        for f in c.files for i in f.items for cls, n in i.classes.items()
    ]  # fmt: skip
    heads = w.columns(("移行ファイル", "file", 28), ("番号", "no", 8), ("項目", "item", 28), ("違いの種類", "class", 26), ("件数", "count", 11),
                      ("認めた件数", "tolerated", 11), ("認めていない件数", "open", 15))  # fmt: skip
    return [Heading(t("項目別の違い", "Differences by item")), Table(heads, rows, empty=t("違いはない。", "no difference"))]


def _samples(w: _Words, c: Comparison) -> list[Block]:
    t = w.t
    rows = [[f.name, s.key, s.item, t(*CLASSES[s.cls]), s.before or "（空）", s.after or "（空）", ""] for f in c.files for s in f.samples]
    heads = w.columns(("移行ファイル", "file", 24), ("キー", "key", 24), ("項目", "item", 24), ("違いの種類", "class", 24), ("前", "before", 30), ("後", "after", 30),
                      ("目視確認", "looked at", 12))  # fmt: skip
    note = Para(t("値は形だけを示す（漢・あ・ア・9）。全文は権限のある人が --reveal で出す。", "values are shown as shapes; --reveal shows them to those who may see"), "note")
    first: list[Block] = [] if c.revealed or not rows else [note]
    return [Heading(t("目視確認の標本", "Samples to be looked at")), *first, Table(heads, rows)]


def _declared(w: _Words, c: Comparison) -> list[Block]:
    t = w.t
    rows: list[list[Cell]] = [
        [x.file, x.item, "、".join(t(*CLASSES[k]) for k in x.classes) or _pair(x.before, x.after) or "すべて", "―" if x.max is None else x.max, x.reason]
        for x in c.tolerances
    ]  # fmt: skip
    rows += [[x.file, t("記録", "records"), t("前だけ", "only before") if x.side == "before" else t("後だけ", "only after"), x.max, x.reason] for x in c.record_tolerances]
    heads = w.columns(("移行ファイル", "file", 22), ("項目", "item", 22), ("違い", "difference", 26), ("上限", "at most", 10), ("理由", "reason", 60))
    blocks: list[Block] = [Heading(t("認める違い", "Tolerated differences")), Table(heads, rows, empty=t("宣言なし。すべての違いを不合格とする。", "none declared: every difference fails"))]
    if c.unused:
        blocks.append(Table(w.columns(("使われなかった宣言", "declarations that let nothing through", 80)), [[u] for u in c.unused]))
    return blocks


def _pair(before: str | None, after: str | None) -> str:
    return f"{before or ''} → {after or ''}" if before is not None or after is not None else ""

