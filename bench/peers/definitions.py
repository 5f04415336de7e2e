"""The job that every peer does: the mapping and the layout of the product, read as data.

A peer gets no work of its own to invent: it translates these lines into its own words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from chukan_layout.model.layout import Item, LayoutFile
from chukan_layout.model.mapping import Date, FileMapping, MapItem
from chukan_layout.spec.load import load_layouts, load_mapping

BLANKS = " \t\u3000"
HALF_KANA = "".join(map(chr, range(0xFF61, 0xFFA0)))
VOICED = ["ｳﾞ", *(c + "ﾞ" for c in "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ"), *(c + "ﾟ" for c in "ﾊﾋﾌﾍﾎ")]
#: Half-width kana to full; two-character syllables first, so that a search from the left takes them whole.
KANA = {k: unicodedata.normalize("NFKC", k) for k in (*VOICED, *HALF_KANA[:-2])} | {"ﾞ": "゛", "ﾟ": "゜"}
WIDE = {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)} | {" ": "\u3000"}
KINDS = {"digit": "0123456789", "space": " ", "alpha": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}
SMALL = dict(zip("ァィゥェォッャュョヮヵヶｧｨｩｪｫｬｭｮｯ", "アイウエオツヤユヨワカケｱｲｳｴｵﾔﾕﾖﾂ", strict=True))
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63"
WAVE = {"～": "〜", "∥": "‖", "－": "−", "￠": "¢", "￡": "£", "￢": "¬", "―": "—"}
NUMBER = {f: h for h, f in WIDE.items() if h in "0123456789+-."} | {",": "", "，": "", "△": "-", "▲": "-"}
#: 年号: letter, name, Western year before its first year, first and last day.
ERAS = (
    ("M", "明治", 1867, "1873-01-01", "1912-07-30"),
    ("T", "大正", 1911, "1912-07-30", "1926-12-25"),
    ("S", "昭和", 1925, "1926-12-25", "1989-01-07"),
    ("H", "平成", 1988, "1989-01-08", "2019-04-30"),
    ("R", "令和", 2018, "2019-05-01", "9999-12-31"),
)
#: Regular expressions of the character classes and the data types, as far as one expression can say them.
CLASSES = {
    "half": r"^[ -~｡-ﾟ]*$",
    "full": r"^[^\x00-\x1f -~｡-ﾟ]*$",
    "kana": r"^[ァ-ヺー・　\x{E000}-\x{F8FF}]*$",
    "digit": r"^[0-9]*$",
    "alnum": r"^[0-9A-Za-z]*$",
    "any": r"^[^\x00-\x1f]*$",
}
TYPES = {
    "9": r"^[0-9]+$",
    "S9": r"^-?[0-9]+$",
    "9V": r"^-?[0-9]+(\.[0-9]+)?$",
    "DATE": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "TIME": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$",
    "YEAR": r"^[0-9]{4}$",
}
MYNUMBER = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Job:
    """One source file to one 移行ファイル, with every table by its name."""

    mapping: FileMapping
    layout: LayoutFile
    tables: dict[str, dict[str, str]]
    codes: dict[str, tuple[str, ...]]

    def lines(self) -> list[tuple[MapItem, Item]]:
        """The lines of the mapping with the items they fill, in the order of the layout."""
        by_name = {line.to: line for line in self.mapping.item}
        return [(by_name[item.name], item) for item in self.layout.items if item.name in by_name]


def job(source: Path) -> Job:
    """The job of a file of vendorA; LookupError when no mapping knows its name."""
    mapping = load_mapping("vendorA")
    area = load_layouts(mapping.layout_version).area(1)
    found = [f for f in mapping.files if any(source.match(pattern) for pattern in f.source.files)]
    if not found:
        raise LookupError(source.name)
    layout = next(f for f in area.files if f.id == found[0].file)
    tables = {name: dict(t.pairs) for name, t in (*mapping.codes.items(), *mapping.gaiji.items())}
    return Job(found[0], layout, tables, {name: t.codes for name, t in area.codes.items()})


def can_fail(line: MapItem) -> bool:
    """Whether an operation of the line can find no value for what the source says."""
    kinds = {op.op for op in line.ops if not isinstance(op, Date) or op.part == "date"}
    return bool(line.from_) and bool(kinds & {"map", "lookup", "date", "number"})


def width(what: tuple[str, ...]) -> dict[str, str]:
    """Half to full for the kinds of character in ``what``."""
    named = "".join(KINDS.values())
    chosen = "".join(KINDS.get(kind, "") for kind in what)
    return {h: f for h, f in WIDE.items() if h in chosen or ("symbol" in what and h not in named)}
