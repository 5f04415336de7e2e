"""往復 (round trip): what a system gives back after import and export, item by item, against what it was given.

Both sides are dumps of the standard layout.  Records meet by the primary key; what differs is classed, so that a
difference that was agreed on (full-width spaces, say) can be tolerated and any other is seen.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from chukan_layout.model.layout import Item, LayoutFile, LayoutSet
from chukan_layout.model.refusal import Refused
from chukan_layout.read.discover import discover

#: How two values of an item may differ, the mildest first.
CLASSES = ("whitespace", "width", "kana", "leading_zeros", "blank", "lost", "added", "changed")
_WIDE = {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)} | {" ": "\u3000"}
_SMALL = dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True))


class BadTolerance(Refused):
    """The list of tolerated differences cannot be followed; the texts say why."""


class ItemDifference(NamedTuple):
    """``records`` of a file differ so in an item; ``lines`` are some of them in the golden file."""

    area: int
    file: str
    item: str
    kind: str
    records: int
    tolerated: bool
    lines: tuple[int, ...]


class FileResult(NamedTuple):
    """Records given, given back, and of the same key; files that did not come back have None."""

    area: int
    file: str
    given: int
    returned: int | None
    lost: int
    added: int


class Result(NamedTuple):
    files: list[FileResult]
    items: list[ItemDifference]
    problems: list[str]

    @property
    def same(self) -> bool:
        """Whether nothing differs that is not tolerated."""
        whole = all(f.returned is not None and not f.lost and not f.added for f in self.files)
        return whole and not self.problems and all(d.tolerated for d in self.items)

    def to_dict(self) -> dict[str, Any]:
        return {
            "same": self.same,
            "files": [f._asdict() for f in self.files],
            "differences": [d._asdict() for d in self.items],
            "problems": self.problems,
        }


Tolerance = list[tuple[str, frozenset[str]]]


def read_tolerance(path: Path) -> Tolerance:
    """``[[tolerate]]`` tables with ``items`` (patterns of ``file.item``) and ``kinds``; BadTolerance otherwise."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["tolerate"]
        told = [(str(pattern), frozenset(map(str, t["kinds"]))) for t in tables for pattern in t["items"]]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        raise BadTolerance(f"許す差の一覧 {path.name} が読めません。[[tolerate]] に items と kinds を書いてください。",
                           f"cannot read {path.name}: [[tolerate]] needs items and kinds") from None  # fmt: skip
    unknown = sorted(set().union(*(kinds for _, kinds in told)) - set(CLASSES))
    if unknown:
        raise BadTolerance(f"許す差の種類 {unknown[0]} は分かりません: {'、'.join(CLASSES)}",
                           f"unknown kind {unknown[0]}; known: {', '.join(CLASSES)}")  # fmt: skip
    return told


def compare(golden: Path, returned: Path, layouts: LayoutSet, tolerance: Tolerance | None = None) -> Result:
    """Every file of ``golden`` against its twin in ``returned``.  Keys that stand twice are a problem of their own."""
    given, back = (_files(folder, layouts) for folder in (golden, returned))
    result = Result([], [], [])
    for (area, name), (layout, path) in sorted(given.items()):
        twin = back.get((area, name))
        before = _read(path, layout)
        if twin is None:
            result.files.append(FileResult(area, name, before.height, None, before.height, 0))
            continue
        after = _read(twin[1], layout)
        _of_file(result, layout, before, after, tolerance or [])
    return result


def _files(folder: Path, layouts: LayoutSet) -> dict[tuple[int, str], tuple[LayoutFile, Path]]:
    found = discover([folder], layouts, None).found
    return {(f.layout.area, f.layout.id): (f.layout, f.path) for f in found if f.broken is None}


def _read(path: Path, layout: LayoutFile) -> pl.DataFrame:
    frame = pl.read_csv(path, infer_schema=False).with_columns(pl.all().fill_null(""))
    names = [i.name for i in layout.items if i.name in frame.columns]
    return frame.select(names).with_row_index("@line", offset=2)


def _of_file(result: Result, layout: LayoutFile, before: pl.DataFrame, after: pl.DataFrame, tolerance: Tolerance) -> None:
    key = [name for name in layout.key if name in before.columns and name in after.columns]
    where = f"{layout.folder}/{layout.id}"
    if len(key) < len(layout.key):
        result.problems.append(f"{where}: 主キーの列がありません (a column of the key is missing)")
        return
    for side, frame in (("golden", before), ("returned", after)):
        if frame.select(key).is_duplicated().any():
            result.problems.append(f"{where}: {side} に同じ主キーの記録があります (a key stands twice)")
            return
    both = before.join(after, on=key, how="inner", suffix="@after", maintain_order="left")
    lost, added = before.height - both.height, after.height - both.height
    result.files.append(FileResult(layout.area, layout.id, before.height, after.height, lost, added))
    for item in layout.items:
        if item.name in key or item.name not in before.columns:
            continue
        twin = f"{item.name}@after"
        if twin not in both.columns:
            result.problems.append(f"{where}: 「{item.name}」の列が戻っていません (the column did not come back)")
            continue
        result.items.extend(_of_item(layout, item, both.select("@line", pl.col(item.name).alias("a"), pl.col(twin).alias("b")), tolerance))


def _of_item(layout: LayoutFile, item: Item, pairs: pl.DataFrame, tolerance: Tolerance) -> list[ItemDifference]:
    different = pairs.filter(pl.col("a") != pl.col("b"))
    if not different.height:
        return []
    classed = different.with_columns(_kind().alias("kind"))
    counts = Counter(classed["kind"].to_list())
    found = []
    for kind in (k for k in CLASSES if counts[k]):
        lines = classed.filter(pl.col("kind") == kind)["@line"].head(5).to_list()
        said = f"{layout.id}.{item.name}"
        tolerated = any(kind in kinds and fnmatchcase(said, pattern) for pattern, kinds in tolerance)
        found.append(ItemDifference(layout.area, layout.id, item.name, kind, counts[kind], tolerated, tuple(lines)))
    return found


def _kind() -> pl.Expr:
    """The mildest class that explains a difference."""
    a, b = pl.col("a"), pl.col("b")

    def bare(e: pl.Expr) -> pl.Expr:
        return e.str.replace_all(r"[\s\u3000]", "")

    def wide(e: pl.Expr) -> pl.Expr:
        return bare(e).str.replace_many(list(_WIDE), list(_WIDE.values()))

    def large(e: pl.Expr) -> pl.Expr:
        return wide(e).str.normalize("NFKC").str.replace_many(list(_SMALL), list(_SMALL.values()))

    return (
        pl.when((bare(a) == "") & (bare(b) == "")).then(pl.lit("blank"))
        .when(bare(a) == "").then(pl.lit("added"))
        .when(bare(b) == "").then(pl.lit("lost"))
        .when(bare(a) == bare(b)).then(pl.lit("whitespace"))
        .when(wide(a) == wide(b)).then(pl.lit("width"))
        .when(large(a) == large(b)).then(pl.lit("kana"))
        .when(bare(a).str.strip_chars_start("0") == bare(b).str.strip_chars_start("0")).then(pl.lit("leading_zeros"))
        .otherwise(pl.lit("changed"))
    )  # fmt: skip
