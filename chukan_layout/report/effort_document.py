"""The effort estimate as a document: inputs and formula first, then ranges; never one figure, never a promise."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from chukan_layout.model.effort import COUNTED, FORMULA, Basis, Estimate, Range
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

_LEAST, _MORE = "#2f74a8", "#a9c7dd"
_PUBLISHED = (
    "公表された事例では、従来方式との差はなし（東三河）、15%増（豊橋市）、15%減（岡崎市）、両市計1%増であった。",
    "In published cases the difference to the former way was none (東三河), +15 % (豊橋市), -15 % (岡崎市), +1 % (both cities).",
)
NO_PROMISE = (
    f"これは見積もりの根拠であり、約束ではない。数えたもの、単位工数、式をすべて示すので、値を変えて計算し直せる。{_PUBLISHED[0]}",
    f"A basis for an estimate, no promise: counts, unit hours and formula are shown. {_PUBLISHED[1]}",
)
_STEPS_EN = {
    "設計": "design", "抽出": "extraction", "個別移行": "individual migration", "確認": "confirmation", "外字の同定": "gaiji",
    "実行と確認": "run and check", "クレンジング": "cleansing", "移行元": "source", "移行先": "destination", "地方公共団体": "municipality",
}  # fmt: skip
_KINDS = {
    "mapping": ("マッピングだけ（データなし）", "mapping alone"), "run": ("実行結果", "a run"), "profile": ("移行元の調査結果", "a profile"),
}  # fmt: skip


def number(hours: Decimal) -> str:
    """One decimal, half up; exact before that."""
    return f"{hours.quantize(Decimal('0.1'), rounding='ROUND_HALF_UP'):,}"


def span(hours: Range | None) -> str:
    return "―" if hours is None else f"{number(hours.low)}〜{number(hours.high)}"


class _Words:
    def __init__(self, lang: str) -> None:
        self.english = lang == "en"

    def t(self, ja: str, en: str) -> str:
        return en if self.english else ja

    def word(self, name: str) -> str:
        return _STEPS_EN.get(name, name) if self.english else name

    def columns(self, *names: tuple[str, str, int]) -> list[Column]:
        return [Column(self.t(ja, en), width) for ja, en, width in names]


def effort_document(estimate: Estimate, lang: str = "ja") -> Document:
    """Every basis, counted and multiplied, with the file of unit hours that was used."""
    w = _Words(lang)
    t = w.t
    draft = estimate.units.source == "draft"
    blocks: list[Block] = [
        Para(t(*NO_PROMISE), "warn"),
        Facts([
            (t("式", "formula"), t(*FORMULA)), (t("単位工数", "unit hours"), f"{estimate.units.title}（{t('出典', 'source')}: {estimate.units.source}）"),
            (t("マッピングを共用する団体数", "bodies sharing a mapping"), estimate.bodies),
        ]),
    ]  # fmt: skip
    if draft:
        blocks.append(Para(t("単位工数は下書きである。自分の値を書いた TOML を --units で渡すこと。",
                             "The unit hours are a draft: give your own with --units."), "warn"))  # fmt: skip
    if len(estimate.basis) > 1:
        blocks += _comparison(w, estimate.basis)
    for basis in estimate.basis:
        name = f" {basis.label}" if len(estimate.basis) > 1 else ""
        blocks += [Heading(t("合計", "Sums") + name), *_sums(w, basis)]
        blocks += [Heading(t("内訳", "Lines") + name), _lines(w, basis)]
        blocks += [Heading(t("数えたもの", "Counts") + name), *_counts(w, basis)]
    if estimate.actual:
        blocks += [Heading(t("実績との比較", "Actual hours") + f" {estimate.basis[0].label}"), _actual(w, estimate)]
    labels = "、".join(b.label for b in estimate.basis)
    title = t("工数見積もりの根拠", "Basis of an effort estimate")
    return Document("工数見積もりの根拠", title, blocks, labels, f"chukan {estimate.tool_version}", lang, landscape=True)


def _head(w: _Words) -> list[tuple[str, str, int]]:
    return [("レイアウトを使う（時間）", "through the layout (hours)", 24), ("従来方式（時間）", "the former way (hours)", 24)]


def _sums(w: _Words, basis: Basis) -> list[Block]:
    """By step and side (CST-03), then what remains individual (CST-01), then everything."""
    t = w.t
    rows: list[list[Cell]] = []
    places = list(dict.fromkeys((line.unit.step, line.unit.side) for line in basis.lines))
    for step, side in places:
        rows.append([w.word(step), w.word(side), *map(span, basis.total(step, side))])
    rows.append([t("計", "total"), "", *map(span, basis.total())])
    heads = w.columns(("工程", "step", 20), ("作業する側", "side", 20), *_head(w))
    individual = basis.total(individual=True)
    blocks: list[Block] = [
        Table(heads, rows, total=True),
        Facts([(t("うちレイアウトによらず個別に残る工数", "of it, individual whatever the layout"), f"{span(individual[0])} {t('時間', 'hours')}")]),
    ]
    if basis.unknown:
        said = "、".join(t(*COUNTED[name]) for name in basis.unknown)
        blocks.append(Para(t(f"分からないため合計に入っていないもの: {said}", f"not known, in no sum: {said}"), "warn"))
    sides = list(dict.fromkeys(line.unit.side for line in basis.lines))
    ranges = [basis.total(side=side)[0] or Range() for side in sides]
    bars = Bars(t("作業する側ごとの工数（レイアウトを使う場合の下限と、上限までの幅）", "Hours by side through the layout: least, and the span to the most"),
                [w.word(s) for s in sides],
                [Series(t("下限", "least"), [round(float(r.low), 1) for r in ranges], _LEAST),
                 Series(t("上限までの幅", "span to the most"), [round(float(r.high - r.low), 1) for r in ranges], _MORE)], t(" 時間", " h"))  # fmt: skip
    return [*blocks, bars]


def _lines(w: _Words, basis: Basis) -> Table:
    t = w.t
    rows: list[list[Cell]] = []
    for line in basis.lines:
        u = line.unit
        amount: Cell = t("不明", "unknown") if line.amount is None else line.amount
        rows.append([
            t(*COUNTED[u.count]), w.word(u.step), w.word(u.side), amount, u.per, f"{u.hours[0]}〜{u.hours[1]}",
            f"{u.without[0]}〜{u.without[1]}", t("共用", "shared") if u.once else "", span(line.hours), span(line.without),
        ])  # fmt: skip
    rows.append([t("計", "total"), "", "", "", "", "", "", "", *map(span, basis.total())])
    heads = w.columns(
        ("数えたもの", "counted", 38), ("工程", "step", 14), ("作業する側", "side", 14), ("数", "count", 12), ("単位", "per", 10),
        ("単位工数", "unit hours", 12), ("単位工数（従来）", "unit hours, former", 16), ("共用", "shared", 8), *_head(w),
    )  # fmt: skip
    return Table(heads, rows, total=True)


def _counts(w: _Words, basis: Basis) -> list[Block]:
    t = w.t
    rows: list[list[Cell]] = [
        [t(*names), t("不明", "unknown") if basis.counts.get(key) is None else basis.counts[key] or 0] for key, names in COUNTED.items()
    ]
    about = Facts([(t("数えた元", "counted from"), t(*_KINDS[basis.kind])), (t("レイアウトの版", "layout version"), basis.layout_version or "―")])
    return [about, Table(w.columns(("数えたもの", "counted", 40), ("数", "count", 14)), rows)]


def _comparison(w: _Words, bases: Sequence[Basis]) -> list[Block]:
    """Municipalities or vendors beside each other (CST-04)."""
    heads = w.columns(("対象", "subject", 28), *_head(w), ("個別に残る工数（時間）", "individual (hours)", 22), ("分からない数", "unknown counts", 14))
    rows: list[list[Cell]] = [[b.label, *map(span, b.total()), span(b.total(individual=True)[0]), len(b.unknown)] for b in bases]
    note = "分からない数のある対象どうしは、合計を比べられない。"
    return [Heading(w.t("比較", "Comparison")), Table(heads, rows), Para(w.t(note, "Sums with unknown counts cannot be compared."), "note")]


def _actual(w: _Words, estimate: Estimate) -> Table:
    """Recorded hours beside the range of the first basis (CST-03)."""
    basis = estimate.basis[0]
    rows: list[list[Cell]] = []
    for a in estimate.actual:
        expected = basis.total(a.step, a.side)[0]
        rows.append([w.word(a.step), w.word(a.side), span(expected), number(a.hours), _where(w, a.hours, expected), a.note])
    heads = w.columns(("工程", "step", 20), ("作業する側", "side", 18), ("見積もり（時間）", "estimate (hours)", 20), ("実績（時間）", "actual (hours)", 16),
                      ("範囲との関係", "in the range", 16), ("備考", "note", 40))  # fmt: skip
    return Table(heads, rows)


def _where(w: _Words, hours: Decimal, expected: Range | None) -> str:
    if expected is None:
        return "―"
    if hours < expected.low:
        return w.t("下限未満", "below")
    return w.t("上限超過", "above") if hours > expected.high else w.t("範囲内", "inside")
