"""The review sheet as one page: classes with counts, samples of each side by side, the weights as a waterfall."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from chukan_layout.match.sheet import CLASSES, SAMPLES, Pair, Sheet

_STYLE = """
body{font:14px/1.5 system-ui,"Hiragino Sans","Noto Sans JP",sans-serif;margin:1.5rem auto;max-width:72rem;padding:0 1rem;color:#1d2328}
table{border-collapse:collapse}td,th{border:1px solid #cdd3d8;padding:.15rem .5rem;text-align:left;vertical-align:top}
th{background:#eef1f3;font-weight:600}.n{text-align:right}.d{background:#ffe3b8;font-weight:600}
.pair{display:flex;flex-wrap:wrap;gap:1rem;margin:.8rem 0;break-inside:avoid}.w td{border:0;padding:0 .4rem}
.bar{position:relative;width:14rem;height:1em}.bar i{position:absolute;top:.15em;bottom:.15em}
.up{background:#3f7fa6}.down{background:#c44e00}.warn{color:#9a3c00;font-weight:600}
summary{cursor:pointer;margin:.6rem 0;font-weight:600}@media print{details{display:block}}
"""
#: Bits at which a bar of the waterfall ends.
_FULL = 40.0


def render(sheet: Sheet) -> str:
    """The whole page; no script, nothing of the data is markup."""
    t = sheet.t
    title = t("名寄せ確認票", "Review sheet of possible duplicates")
    parts = [
        f'<!doctype html><html lang="{t("ja", "en")}"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>",
        "<p>" + t(
            "ここにある組は候補です。判定して承認されるまで、何も統合されません。判定は review.xlsx に記入し、chukan match decide で判定ファイルにします。",
            "These pairs are candidates: nothing is merged until they are decided and approved.  Fill in review.xlsx, then chukan match decide.",
        ) + ("" if sheet.revealed else t("値は伏せてあります（--reveal で表示）。", " Values are masked (--reveal shows them).")) + "</p>",
        f"<p>run_id <code>{escape(sheet.run_id)}</code></p>",
        "".join(_contents(sheet)),
        "".join(_classes(sheet)),
        "</body></html>\n",
    ]  # fmt: skip
    return "".join(parts)


def _band(sheet: Sheet, band: str) -> str:
    return {"auto": sheet.t("自動候補", "automatic candidate"), "review": sheet.t("要確認", "to review")}[
        band
    ]


def _contents(sheet: Sheet) -> Iterator[str]:
    t = sheet.t
    heads = (
        t("帯", "band"),
        t("理由", "reason"),
        t("件数", "pairs"),
        t("平均確率", "mean p"),
        t("矛盾", "contradictions"),
        t("判定", "decision"),
    )
    yield "<table><tr>" + "".join(f"<th>{h}</th>" for h in heads) + "</tr>"
    for c in sheet.classes:
        yield (
            f"<tr><td>{_band(sheet, c['band'])}</td><td>{escape(c[t('理由', 'reason')])}</td><td class=n>{c['pairs']:,}</td>"
            f"<td class=n>{c['mean_p']:.4f}</td><td class=n>{c['contradictions']:,}</td>"
            f"<td>{t('同一人（承認待ち）', 'same, unapproved') if c['band'] == 'auto' else ''}</td></tr>"
        )
    yield "</table>"


def _classes(sheet: Sheet) -> Iterator[str]:
    """Samples of the classes with the most pairs; of the others the table has the counts, the workbook the pairs."""
    review = [c for c in sheet.classes if c["band"] == "review"]
    shown: dict[str, list[Pair]] = {c["class"]: [] for c in review[:CLASSES]}
    for pair in sheet.pairs("review", SAMPLES):
        if pair.reason in shown:
            shown[pair.reason].append(pair)
    for c in review[:CLASSES]:
        pairs = shown[c["class"]]
        count = sheet.t(f"{c['pairs']:,} 組のうち {len(pairs)} 組", f"{len(pairs)} of {c['pairs']:,} pairs")
        yield f"<details><summary>{escape(c[sheet.t('理由', 'reason')])} — {count}</summary>"
        for pair in pairs:
            yield from _pair(sheet, pair)
        yield "</details>"
    if len(review) > CLASSES:
        yield "<p>" + sheet.t(
            f"組の例は、件数の多い {CLASSES:,} 分類まで。ほかの {len(review) - CLASSES:,} 分類の組は review.xlsx にあります。",
            f"Pairs of the {CLASSES:,} largest classes; those of {len(review) - CLASSES:,} more are in review.xlsx.",
        ) + "</p>"  # fmt: skip


def _pair(sheet: Sheet, pair: Pair) -> Iterator[str]:
    t = sheet.t
    yield "<div class=pair><table><tr><th></th>"
    yield f"<th>{escape(pair.left.key)}</th><th>{escape(pair.right.key)}</th></tr>"
    for item, label in sheet.items.items():
        mark = " class=d" if pair.differs(item) else ""
        a, b = escape(pair.left.texts[item]), escape(pair.right.texts[item])
        if a or b:
            yield f"<tr><th>{escape(label)}</th><td{mark}>{a}</td><td{mark}>{b}</td></tr>"
    boxes = t("□ 同一人　□ 別人　□ 保留", "□ same　□ different　□ hold")
    warn = f" <span class=warn>{t('矛盾あり', 'contradiction')}</span>" if pair.contradiction else ""
    yield f"<tr><th>{t('判定', 'decision')}</th><td colspan=2>{boxes}{warn}</td></tr></table>"
    yield from _waterfall(sheet, pair)
    yield "</div>"


def _waterfall(sheet: Sheet, pair: Pair) -> Iterator[str]:
    """Each weight starts where the one before ended; 0 bits is an even chance, in the middle."""
    yield "<table class=w>"
    at = 0.0
    for label, bits in zip(sheet.traits, pair.weights, strict=True):
        if abs(bits) >= 0.05:
            low, high = sorted((_place(at), _place(at + bits)))
            colour = "up" if bits > 0 else "down"
            bar = f'<i class={colour} style="left:{low:.1f}%;width:{max(high - low, 0.5):.1f}%"></i>'
            yield f"<tr><td>{escape(label)}</td><td class=n>{bits:+.1f}</td><td><div class=bar>{bar}</div></td></tr>"
        at += bits
    yield f"<tr><td>{sheet.t('合計', 'sum')}</td><td class=n>{at:+.1f}</td><td>p = {pair.p:.6f}</td></tr></table>"


def _place(bits: float) -> float:
    return 50 + 50 * max(-1.0, min(1.0, bits / _FULL))
