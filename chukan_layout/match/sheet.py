"""The review sheet: pairs side by side, differences marked, weights in bits, and a column for the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from chukan_layout.match.found import Found
from chukan_layout.match.scheme import Scheme

XLSX, HTML = "review.xlsx", "review.html"
#: What is shown of a record, and its label.  Numbers are never shown: whether they agree is among the weights.
SHOWN: dict[str, tuple[str, str]] = {
    "name": ("氏名", "name"), "kana": ("読み", "reading"), "former": ("旧氏", "former name"), "roman": ("ローマ字", "roman name"),
    "born": ("生年月日", "birth date"), "sex": ("性別", "sex"), "town": ("町字", "town"), "lot": ("番地", "lot"),
    "building": ("方書", "building"), "state": ("住民状態", "state"),
}  # fmt: skip
#: Pairs of a class shown in the page; the workbook has all of them.
SAMPLES = 10


@dataclass(frozen=True)
class Side:
    """A record: its key, and texts by the names of SHOWN."""

    key: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Pair:
    """``weights``: bits per trait, in the order of ``Sheet.traits``; the first is what is known before comparing."""

    left: Side
    right: Side
    band: str
    reason: str
    p: float
    contradiction: bool
    weights: tuple[float, ...]

    def differs(self, item: str) -> bool:
        """Whether both sides have the item, and not the same."""
        a, b = self.left.texts[item], self.right.texts[item]
        return a != b and bool(a) and bool(b)


@dataclass(frozen=True)
class Sheet:
    """Everything both renderings show; ``items`` and ``traits`` are labels."""

    run_id: str
    english: bool
    revealed: bool
    items: Mapping[str, str]
    traits: Sequence[str]
    classes: Sequence[Mapping[str, Any]]
    found: Found
    frame: pl.DataFrame
    bits: Sequence[str]

    def t(self, ja: str, en: str) -> str:
        """The text in the sheet's language."""
        return en if self.english else ja

    def pairs(self, band: str, reason: str | None = None, most: int | None = None) -> Iterator[Pair]:
        """Pairs of a band (and a class): contradictions first, then the least likely."""
        chosen = self.found.candidates.filter(pl.col("band") == band)
        if reason is not None:
            chosen = chosen.filter(pl.col("class") == reason)
        chosen = chosen.sort(
            ["class", "contradiction", "p", "left", "right"], descending=[False, True, False, False, False]
        )
        chosen = chosen.head(most) if most is not None else chosen
        keys = pl.concat([chosen["left"], chosen["right"]]).unique()
        wanted = self.frame.filter(pl.col("key").is_in(keys.implode()))
        texts = {
            r["key"]: {n: _shown(r[n], self.revealed) for n in self.items}
            for r in wanted.select("key", *self.items).iter_rows(named=True)
        }
        for r in chosen.iter_rows(named=True):
            yield Pair(
                Side(r["left"], texts[r["left"]]), Side(r["right"], texts[r["right"]]), r["band"], r["class"], r["p"],
                r["contradiction"], tuple(r[b] for b in self.bits),
            )  # fmt: skip


def _shown(text: str | None, revealed: bool) -> str:
    """A value to look at: masked but for its first character, unless revealed; controls made visible."""
    value = "".join(c if c.isprintable() or c == "\u3000" else "�" for c in text or "")
    return value if revealed or not value else value[0] + "＊" * min(len(value) - 1, 3)


def write(
    out: Path, found: Found, frame: pl.DataFrame, scheme: Scheme, reveal: bool, run_id: str, lang: str
) -> None:
    """Both renderings into ``out``."""
    from chukan_layout.match import sheet_html, sheet_xlsx
    from chukan_layout.write.files import write_whole

    english = lang == "en"
    items = {name: text[english] for name, text in SHOWN.items() if name in frame.columns}
    if not items:
        items = {name: name for name in frame.columns if name not in ("key", "no", "status")}
    bits = ["bits_prior", *(f"bits_{t.name}" for t in scheme.traits)]
    traits = [("前提", "prior")[english], *(scheme.labels[t.name][english] for t in scheme.traits)]
    made = Sheet(
        run_id, english, reveal, items, traits, list(found.classes.iter_rows(named=True)), found, frame, bits
    )
    write_whole(out / XLSX, sheet_xlsx.render(made))
    write_whole(out / HTML, sheet_html.render(made).encode())
