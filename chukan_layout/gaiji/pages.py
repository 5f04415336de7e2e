"""One-file HTML: no script, no link, no font.  Cells are HTML already; callers escape what comes from data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = (
    "body{font:14px/1.6 system-ui,sans-serif;margin:1.5rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;margin:.5rem 0}th,td{border:1px solid #bbb;padding:.2rem .5rem;vertical-align:middle;text-align:left}"
    "th{background:#eef2f5;position:sticky;top:0}img.g{width:40px;height:40px;image-rendering:auto;vertical-align:middle}"
    "img.s{width:56px;height:56px}.auto{background:#e7f5e9}.review{background:#fff6dc}.none{background:#fde8e6}"
    "small{color:#555}.c{display:inline-block;text-align:center;margin-right:.6rem}"
)


def page(title: str, body: str) -> str:
    """A whole page; ``body`` is HTML."""
    return (
        '<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )


def table_html(heads: Sequence[str], rows: Iterable[Sequence[str]], classes: Sequence[str] | None = None) -> str:
    """A table; ``classes`` are those of its rows."""
    lines = []
    for i, row in enumerate(rows):
        mark = f' class="{escape(classes[i])}"' if classes else ""
        lines.append(f"<tr{mark}>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>")
    if not lines:
        return "<p>なし</p>"
    top = "<tr>" + "".join(f"<th>{escape(h)}</th>" for h in heads) + "</tr>" if any(heads) else ""
    return f"<table>{top}{''.join(lines)}</table>"
