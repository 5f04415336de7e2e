"""The sheet of identify: HTML to look at, XLSX and CSV to decide in; ``register apply`` reads them back.

The columns 外字コード, 判断, MJ図形名, 同定区分, 判断者, 判断日 and 備考 are for deciding; the rest is evidence.
"""

from __future__ import annotations

import csv as csv_module
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

import polars as pl
import xlsxwriter

from chukan_layout.gaiji import data
from chukan_layout.gaiji.identity import base_of, texts
from chukan_layout.gaiji.pages import page, table_html
from chukan_layout.gaiji.pictures import SIDE, Pictures, image_html, png, png_grey
from chukan_layout.gaiji.shape.collect import Asked
from chukan_layout.gaiji.shape.features import Grey
from chukan_layout.gaiji.shape.identify import CANDIDATES, Candidate, Identified

DECIDING = ("外字コード", "判断", "MJ図形名", "同定区分", "判断者", "判断日", "備考")
EVIDENCE = ("判定", "推定文字", "得点", "差")
VERDICTS = {"auto": "自動", "review": "確認", "none": "候補なしの可能性"}
_LARGEST = 112


@dataclass(frozen=True)
class Line:
    """One picture and what it may be."""

    asked: Asked
    answer: Identified | None
    day: str

    @property
    def decided(self) -> Candidate | None:
        """The glyph that is filled in: an accepted character that has only one shape among the candidates."""
        if self.answer is None or self.answer.verdict != "auto" or self.answer.several_shapes:
            return None
        return self.answer.candidates[0]

    def deciding(self) -> tuple[str, ...]:
        """The cells to decide in."""
        code = f"U+{self.asked.code:04X}" if self.asked.code is not None else self.asked.label
        best = self.decided
        if best is None:
            return (code, "保留", "", "", "", "", "")
        return (code, "採用", best.name, "デザイン差", "chukan 自動判定", self.day, f"得点 {best.score:.3f}")

    def evidence(self) -> tuple[str, ...]:
        """Verdict, character, score and margin."""
        if self.answer is None:
            return ("字形なし", "", "", "")
        best = self.answer.candidates[0]
        return (VERDICTS[self.answer.verdict], self.answer.char, f"{best.score:.3f}", f"{self.answer.margin:.3f}")


@cache
def _numbers() -> dict[int, tuple[str, str, str]]:
    rows = data.mj().select("mj", "koseki", "juki", "toki").rows()
    return {
        mj: (f"{koseki:06d}" if koseki else "", f"J+{juki:04X}" if juki else "", f"{toki:08d}" if toki else "")
        for mj, koseki, juki, toki in rows
    }


def codes_of(mj: int) -> tuple[str, str, str, str]:
    """IVS (or own code), 戸籍統一文字番号, 住基ネット統一文字コード, 登記統一文字番号 of a glyph."""
    own, sequence = texts().get(mj, (None, None))
    text = sequence or own or ""
    shown = "_".join(f"{ord(c):04X}" for c in text)
    return (f"U+{shown}" if shown else "", *_numbers().get(mj, ("", "", "")))


def html(lines: Sequence[Line], title: str) -> str:
    """One file, all characters as pictures."""
    pictures = Pictures()
    rows: list[list[str]] = []
    classes: list[str] = []
    known: dict[int, str] = {}
    for line in lines:
        picture = _ink(line.asked.ink)
        own = image_html(picture, line.asked.label, "g s") if picture else "—"
        best = "".join(_candidate_html(c, known, pictures) for c in (line.answer.candidates if line.answer else ()))
        cells = [escape(cell) for cell in (*line.deciding()[:4], *line.evidence())]
        rows.append([cells[0], own, cells[4], cells[5], cells[6], cells[7], best, cells[2], cells[3]])
        classes.append(line.answer.verdict if line.answer else "none")
    counts = {v: classes.count(k) for k, v in VERDICTS.items()}
    note = (
        "<p>自動: 文字は確か。複数の字形がある文字は、MJ図形名を人が選ぶ。確認: 候補から選ぶ。"
        "候補なしの可能性: MJ にない字かもしれない。決めた表は <code>chukan gaiji register apply</code> で取り込む。</p>"
    )
    top = table_html(tuple(counts), [[str(n) for n in counts.values()]])
    heads = ("コード", "字形", "判定", "文字", "得点", "差", "候補", "MJ図形名", "同定区分")
    return page(f"外字の同定 {title}", note + top + table_html(heads, rows, classes))


def _candidate_html(candidate: Candidate, known: dict[int, str], pictures: Pictures) -> str:
    """``known`` keeps what was made of a glyph: many pictures have the same candidates."""
    if candidate.mj not in known:
        codes = codes_of(candidate.mj)
        picture = pictures.html(candidate.name) or escape(base_of().get(candidate.mj, ""))
        lines = [candidate.name, codes[0], *(f"{n} {c}" if c else "" for n, c in zip(("戸籍", "住基", "登記"), codes[1:], strict=True))]
        known[candidate.mj] = f'<span class="c">{picture}<br><small>{"<br>".join(escape(t) for t in lines if t)}<br>'
    return f"{known[candidate.mj]}{candidate.score:.3f}</small></span>"


def _heads() -> list[str]:
    names = [*DECIDING, *EVIDENCE]
    for i in range(1, CANDIDATES + 1):
        names += [f"候補{i}", f"候補{i} IVS", f"候補{i} 戸籍", f"候補{i} 住基", f"候補{i} 登記", f"候補{i} 得点"]
    return names


def _cells(line: Line) -> list[str]:
    cells = [*line.deciding(), *line.evidence()]
    for candidate in line.answer.candidates if line.answer else ():
        cells += [candidate.name, *codes_of(candidate.mj), f"{candidate.score:.3f}"]
    return cells


def csv(lines: Sequence[Line]) -> bytes:
    """The sheet without pictures."""
    out = io.StringIO()
    writer = csv_module.writer(out, lineterminator="\r\n")
    writer.writerow(_heads())
    writer.writerows(_cells(line) for line in lines)
    return ("\ufeff" + out.getvalue()).encode()


def xlsx(lines: Sequence[Line]) -> bytes:
    """The sheet with pictures of the source and of the candidates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("同定")
    heads = [*_heads(), "字形", *(f"候補{i} 字形" for i in range(1, CANDIDATES + 1))]
    bold = book.add_format({"bold": True, "bg_color": "#eef2f5"})
    colours = {k: book.add_format({"bg_color": c}) for k, c in (("auto", "#e7f5e9"), ("review", "#fff6dc"), ("none", "#fde8e6"))}
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    sheet.freeze_panes(1, 1)
    pictures, first = Pictures(), len(_heads())
    for row, line in enumerate(lines, 1):
        colour = colours[line.answer.verdict if line.answer else "none"]
        sheet.set_row(row, 44)
        for column, cell in enumerate(_cells(line)):
            if column < len(DECIDING):
                sheet.write_string(row, column, cell, colour)
            elif cell:
                sheet.write_string(row, column, cell)
        own = _ink(line.asked.ink)
        strip = _strip(pictures, line.answer.candidates) if line.answer else None
        for place, image, scale in ((first, own, 0.5), (first + 1, strip, 1.0)):
            if image:
                held = {"image_data": io.BytesIO(image), "object_position": 1, "x_scale": scale, "y_scale": scale}
                sheet.insert_image(row, place, f"{row}-{place}.png", held)
    sheet.set_column(0, 0, 14)
    sheet.set_column_pixels(first + 1, first + CANDIDATES, SIDE)  # one picture for all candidates of a row: a cell each
    sheet.data_validation(1, 1, max(len(lines), 1), 1, {"validate": "list", "source": ["採用", "保留"]})
    sheet.data_validation(1, 3, max(len(lines), 1), 3, {"validate": "list", "source": ["字形一致", "デザイン差", "類似文字"]})
    book.close()
    return out.getvalue()


def _strip(pictures: Pictures, candidates: Sequence[Candidate]) -> bytes | None:
    """The pictures of the candidates side by side; None when there is none."""
    found = [pictures.bits(c.mj) for c in candidates]
    if not any(found):
        return None
    width, blank = SIDE // 8, bytes(SIDE * SIDE // 8)
    squares = [bits or blank for bits in found]
    rows = b"".join(s[y * width : (y + 1) * width] for y in range(SIDE) for s in squares)
    return png(rows, SIDE * len(squares), SIDE)


def _ink(ink: Grey | None) -> bytes | None:
    if ink is None:
        return None
    step = max(1, -(-max(ink.shape) // _LARGEST))
    small = ink[::step, ::step]
    return png_grey(small.tobytes(), small.shape[1], small.shape[0])


def totals(lines: Sequence[Line]) -> dict[str, int]:
    """Number of pictures by verdict (blank ones apart)."""
    found = pl.Series([line.answer.verdict if line.answer else "blank" for line in lines], dtype=pl.String)
    return dict(found.value_counts(sort=True).rows())


