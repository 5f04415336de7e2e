"""A document as one HTML file that needs nothing else: no script, no network; made to be printed on A4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from markupsafe import Markup, escape

from chukan_layout.report.document.model import (
    Approval,
    Bars,
    Block,
    Bullets,
    Cell,
    Contents,
    Document,
    Facts,
    Heading,
    Para,
    Table,
    shown,
)
from chukan_layout.report.inert import inert

_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_STYLE = Markup("""
:root { --ink:#1f2a33; --soft:#4a5560; --line:#cfd6db; --pale:#f4f6f8; --accent:#2f74a8; }
* { box-sizing:border-box; }
body { margin:0; background:#fff; color:var(--ink); line-break:strict; overflow-wrap:anywhere;
  font:15px/1.75 "Hiragino Sans","Noto Sans CJK JP","Noto Sans JP","Yu Gothic","Meiryo",sans-serif; }
main { max-width:1060px; margin:0 auto; padding:36px 28px 64px; counter-reset:h2; }
h1 { font-size:25px; font-weight:600; margin:0; letter-spacing:.06em; }
.sub { color:var(--soft); margin:2px 0 20px; padding-bottom:14px; border-bottom:3px solid var(--ink); }
h2 { font-size:18px; font-weight:600; margin:40px 0 10px; padding-bottom:4px; border-bottom:1px solid #8c98a1; break-after:avoid; }
h2::before { counter-increment:h2; content:counter(h2) "　"; color:var(--accent); }
h3 { font-size:15px; font-weight:600; margin:22px 0 6px; break-after:avoid; }
nav ol { columns:2; margin:4px 0 10px; padding-left:2.2em; } nav a { color:var(--accent); text-decoration:none; }
p { margin:6px 0 10px; } .note { color:var(--soft); font-size:13px; }
.good { color:#1d5f8f; } .bad { color:#b34700; font-weight:600; }
.warn { border-left:6px solid #e3c55c; background:#fdf9ea; padding:8px 14px; }
dl { display:grid; grid-template-columns:max-content 1fr; gap:4px 22px; margin:10px 0 16px; }
dt { color:var(--soft); } dd { margin:0; }
.scroll { overflow-x:auto; margin:8px 0 14px; }
table { border-collapse:collapse; width:100%; font-size:13px; line-height:1.55; }
caption { text-align:left; font-weight:600; padding:4px 0; }
th { text-align:left; font-weight:600; background:var(--pale); border:1px solid var(--line); padding:5px 8px; vertical-align:bottom; }
td { border:1px solid var(--line); padding:5px 8px; vertical-align:top; min-width:3.2em; }
td.n, th.n { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap; overflow-wrap:normal; }
td.nb { white-space:nowrap; }
tr.total td { font-weight:600; border-top:2px solid #8c98a1; } tr { break-inside:avoid; } thead { display:table-header-group; }
code { font-family:ui-monospace,"Noto Sans Mono CJK JP","BIZ UDGothic",monospace; font-size:12px; white-space:nowrap; }
figure { margin:10px 0 16px; break-inside:avoid; } figcaption { font-weight:600; font-size:14px; margin-bottom:4px; }
svg { display:block; width:100%; height:auto; max-width:900px; } svg text { font-family:inherit; }
.boxes { display:flex; flex-wrap:wrap; margin:6px 0 18px; break-inside:avoid; }
.boxes div { border:1px solid var(--ink); margin:0 -1px -1px 0; width:188px; }
.boxes b { display:block; background:var(--pale); border-bottom:1px solid var(--line); padding:3px 8px; font-size:13px; font-weight:600; }
.boxes span { display:block; min-height:70px; padding:4px 8px; font-size:13px; }
.boxes i { display:block; font-style:normal; border-top:1px dotted var(--line); padding:2px 8px; font-size:12px; color:var(--soft); }
footer { margin-top:48px; border-top:1px solid var(--line); padding-top:8px; color:var(--soft); font-size:12px; }
@page { size:A4 ORIENTATION; margin:15mm 13mm 17mm; }
@media print { body { font-size:10.5pt; } main { max-width:none; padding:0; } table { font-size:8.8pt; } .scroll { overflow:visible; }
  svg { max-height:MOST; }
  * { print-color-adjust:exact; -webkit-print-color-adjust:exact; } }
""")
_TABLE = Markup('<div class="scroll"><table>{}<thead><tr>{}</tr></thead><tbody>\n{}\n</tbody></table></div>')
_PART = Markup('<rect x="{}" y="{}" width="{}" height="16" fill="{}"><title>{}</title></rect>')
_FIGURE_BOX = Markup('<figure><figcaption>{}</figcaption><svg role="img" aria-label="{}" viewBox="0 0 {} {}">{}</svg></figure>')
_LETTERS = Markup('<text x="{}" y="{}" font-size="13" text-anchor="{}" fill="#1f2a33">{}</text>')
#: Text that is a number to the eye: 46/47, 97.8 %, a dash.
_FIGURE = re.compile(r"-?[\d,]+(\.\d+)?( ?%|/[\d,]+)?|―")
_LABEL, _WIDE, _TALL = 250, 900, 26


def render(document: Document) -> str:
    """The whole page."""
    chapters = [text for text, _ in document.chapters() if text]
    number = count(1)
    body = Markup("\n").join(_contents(block, chapters) if isinstance(block, Contents) else _block(block, number) for block in document.blocks)
    style = _STYLE.replace("ORIENTATION", "landscape" if document.landscape else "portrait").replace("MOST", "140mm" if document.landscape else "225mm")
    head = Markup(
        '<!DOCTYPE html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        "<title>{}</title>\n<style>{}</style>\n</head>\n"
    ).format(document.lang, _CSP, inert(document.title), style)
    page = Markup('<body>\n<main>\n<h1>{}</h1>\n<p class="sub">{}</p>\n{}\n<footer>{}</footer>\n</main>\n</body>\n</html>\n')
    return str(head + page.format(inert(document.title), inert(document.subtitle), body, inert(document.footer)))


def _block(block: Block, number: Iterator[int]) -> Markup:
    if isinstance(block, Heading):
        if block.level == 2:
            return Markup('<h2 id="c{}">{}</h2>').format(next(number), inert(block.text))
        return Markup("<h{0}>{1}</h{0}>").format(block.level, inert(block.text))
    if isinstance(block, Para):
        mark = Markup(' class="{}"').format(block.kind) if block.kind != "text" else Markup()
        return Markup("<p{}>{}</p>").format(mark, inert(block.text))
    if isinstance(block, Bullets):
        lines = Markup().join(Markup("<li>{}</li>").format(inert(line)) for line in block.lines)
        return Markup("<{0}>{1}</{0}>").format("ol" if block.numbered else "ul", lines)
    if isinstance(block, Facts):
        pairs = Markup().join(Markup("<dt>{}</dt><dd>{}</dd>").format(k, inert(shown(v))) for k, v in block.pairs)
        return Markup("<dl>{}</dl>").format(pairs)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Bars):
        return _bars(block)
    return _approval(block) if isinstance(block, Approval) else Markup()


def _contents(block: Contents, chapters: list[str]) -> Markup:
    lines = Markup().join(Markup('<li><a href="#c{}">{}</a></li>').format(i, inert(text)) for i, text in enumerate(chapters, 1))
    return Markup('<nav><h3>{}</h3><ol>{}</ol></nav>').format(inert(block.title), lines)


def _table(table: Table) -> Markup:
    if not table.rows:
        return Markup('<p class="note">{}{}</p>').format(f"{table.title}: " if table.title else "", table.empty)
    numeric = [all(_is_figure(row[c]) for row in table.rows) for c in range(len(table.columns))]
    heads = Markup().join(
        Markup("<th{}>{}</th>").format(Markup(' class="n"') if n else "", column.name)
        for column, n in zip(table.columns, numeric, strict=True)
    )
    last = len(table.rows) - 1
    rows = Markup("\n").join(
        Markup("<tr{}>{}</tr>").format(
            Markup(' class="total"') if table.total and i == last else "",
            Markup().join(_cell(cell, c.mono) for cell, c in zip(row, table.columns, strict=True)),
        )
        for i, row in enumerate(table.rows)
    )
    title = Markup("<caption>{}</caption>").format(table.title) if table.title else Markup()
    return _TABLE.format(title, heads, rows)


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str) or cell in ("", "―") or _FIGURE.fullmatch(cell) is not None


def _cell(cell: Cell, mono: bool) -> Markup:
    if not isinstance(cell, str):
        return Markup('<td class="n">{}</td>').format(shown(cell))
    text = inert(cell)
    if _FIGURE.fullmatch(text):
        return Markup('<td class="n">{}</td>').format(text)
    if mono and text:
        return Markup('<td class="nb"><code>{}</code></td>').format(text)
    return Markup('<td class="{}">{}</td>').format("nb", text) if len(text) <= 6 else Markup("<td>{}</td>").format(text)


def _bars(bars: Bars) -> Markup:
    sums = [sum(s.values[i] for s in bars.series) for i in range(len(bars.labels))]
    most = bars.most or max(sums, default=0) or 1
    room = _WIDE - _LABEL - 110
    drawn = Markup()
    for i, label in enumerate(bars.labels):
        y, x = i * _TALL, float(_LABEL)
        drawn += _text(_LABEL - 10, y + 16, _short(label), "end")
        drawn += Markup('<rect x="{}" y="{}" width="{}" height="16" fill="#edf1f4"></rect>').format(_LABEL, y + 4, room)
        for series in bars.series:
            width = room * series.values[i] / most
            said = f"{label} {series.name} {shown(series.values[i])}{bars.unit}"
            drawn += _PART.format(f"{x:.1f}", y + 4, f"{width:.1f}", series.colour, inert(said))
            x += width
        first = bars.series[0].values[i] if len(bars.series) > 1 and bars.most else sums[i]
        drawn += _text(_WIDE - 102, y + 16, f"{shown(first)}{bars.unit}", "start")
    tall = max(1, len(bars.labels)) * _TALL
    x = float(_LABEL)
    if len(bars.series) > 1:
        for series in bars.series:
            drawn += Markup('<rect x="{}" y="{}" width="12" height="12" fill="{}"></rect>').format(x, tall + 8, series.colour)
            drawn += _text(x + 17, tall + 18, series.name, "start")
            x += 40 + 14 * len(series.name)
        tall += 26
    return _FIGURE_BOX.format(bars.title, bars.title, _WIDE, tall, drawn)


def _short(label: str) -> str:
    return label if len(label) <= 18 else label[:17] + "…"


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return _LETTERS.format(x, y, anchor, inert(text))


def _approval(approval: Approval) -> Markup:
    boxes = Markup().join(
        Markup("<div><b>{} {}</b><span>{}</span><i>　　　年　　月　　日</i></div>").format(mark, role, inert(name))
        for role, mark, name in approval.boxes
    )
    return Markup('<h3>{}</h3><div class="boxes">{}</div>').format(escape(approval.title), boxes)
