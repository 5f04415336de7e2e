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
#: Pairs of a class shown in the page, and classes they are shown of; the workbook has all of them.
SAMPLES, CLASSES = 10, 300
#: Pairs whose texts are in memory at a time.
_TOGETHER = 20_000


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
    different: frozenset[str]  # items that both sides have, and not the same

    def differs(self, item: str) -> bool:
        """Whether both sides have the item, and not the same (said of the values themselves, masked or not)."""
        return item in self.different


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

    def pairs(self, band: str, most: int | None = None) -> Iterator[Pair]:
        """Pairs of a band, class by class (``most`` of each): contradictions first, then the least likely."""
        chosen = self.found.candidates.filter(pl.col("band") == band).sort(
            ["class", "contradiction", "p", "left", "right"], descending=[False, True, False, False, False]
        )
        if most is not None:
            chosen = chosen.filter(pl.int_range(pl.len()).over("class") < most)
        for part in chosen.iter_slices(_TOGETHER):
            yield from self._made(part)

    def _made(self, chosen: pl.DataFrame) -> Iterator[Pair]:
        keys = pl.concat([chosen["left"], chosen["right"]]).unique()
        wanted = self.frame.filter(pl.col("key").is_in(keys.implode()))
        texts = {
            r["key"]: {n: r[n] or "" for n in self.items}
            for r in wanted.select("key", *self.items).iter_rows(named=True)
        }
        for r in chosen.iter_rows(named=True):
            left, right = texts[r["left"]], texts[r["right"]]
            yield Pair(
                self._side(r["left"], left), self._side(r["right"], right), r["band"], r["class"], r["p"],
                r["contradiction"], tuple(r[b] for b in self.bits),
                frozenset(n for n in self.items if left[n] and right[n] and left[n] != right[n]),
            )  # fmt: skip

    def _side(self, key: str, texts: Mapping[str, str]) -> Side:
        return Side(key, {name: _shown(text, self.revealed) for name, text in texts.items()})


def _shown(text: str, revealed: bool) -> str:
    """A value to look at: masked but for its first character, unless revealed; controls made visible."""
    value = "".join(c if c.isprintable() or c == "\u3000" else "�" for c in text)
    return value if revealed or not value else value[0] + "＊" * min(len(value) - 1, 3)


def write(
    out: Path, found: Found, records: pl.LazyFrame, scheme: Scheme, reveal: bool, run_id: str, lang: str
) -> None:
    """Both renderings into ``out``; ``records`` have their ``key``."""
    from chukan_layout.match import sheet_html, sheet_xlsx
    from chukan_layout.write.files import write_whole

    english = lang == "en"
    columns = records.collect_schema().names()
    items = {name: text[english] for name, text in SHOWN.items() if name in columns}
    if not items:
        items = {name: name for name in columns if name not in ("key", "no", "status")}
    bits = ["bits_prior", *(f"bits_{t.name}" for t in scheme.traits)]
    traits = [("前提", "prior")[english], *(scheme.labels[t.name][english] for t in scheme.traits)]
    shown = found.candidates.filter(pl.col("band") == "review")
    keys = pl.concat([shown["left"], shown["right"]]).unique()
    frame = records.select("key", *items).filter(pl.col("key").is_in(keys.implode())).collect()
    made = Sheet(
        run_id, english, reveal, items, traits, list(found.classes.iter_rows(named=True)), found, frame, bits
    )
    sheet_xlsx.write(out / XLSX, made)
    write_whole(out / HTML, sheet_html.render(made).encode())
