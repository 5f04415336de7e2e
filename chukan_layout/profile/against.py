"""What a stated mapping or layout says, compared with what the files show."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from pathlib import Path

from chukan_layout.charset.registry import base_of
from chukan_layout.model.layout import Item, LayoutFile, LayoutSet
from chukan_layout.model.mapping import Date, FileMapping, Map, Mapping, NullIf, SourceFile, Trim
from chukan_layout.profile.model import Column, Difference, FileProfile

Said = tuple[str, str]
#: Operations that leave codes as they are for a following ``map``.
_PLAIN = (Trim, NullIf)
_NUMBERS = {"9": ("9",), "9V": ("9", "S9"), "S9": ("9", "S9"), "YEAR": ("9",)}
#: Values told of by name.
_TOLD = 8


def stated(name: str, mapping: Mapping) -> SourceFile | None:
    """How the mapping reads a file of this name; None for one that it doesn't know."""
    found = _file(name, mapping)
    return found.source if found else None


def _file(name: str, mapping: Mapping) -> FileMapping | None:
    base = Path(name).name
    return next((f for f in mapping.files if any(fnmatch.fnmatchcase(base, p) for p in f.source.files)), None)


def with_mapping(files: Sequence[FileProfile], mapping: Mapping) -> list[Difference]:
    """Every difference, file by file; files that the mapping does not know are told of too."""
    found = []
    for file in files:
        own = _file(file.name, mapping)
        if own is None:
            ja = "マッピングにないファイルです。"
            found.append(Difference(file.name, "", ja, "no mapping names this file"))
        elif file.shape:
            said = [*_reading(file, own.source), *_columns(file, own.source), *_values(file, own, mapping)]
            found += [Difference(file.name, column, *texts) for column, texts in said]
    return found


def _reading(file: FileProfile, source: SourceFile) -> Iterator[tuple[str, Said]]:
    pairs: list[tuple[str, str, str, str]] = [("文字コード", "encoding", base_of(source.encoding), file.encoding.name)]
    if file.dialect:
        d = file.dialect
        pairs += [("区切り", "delimiter", source.delimiter, d.delimiter), ("改行", "newline", source.newline, d.newline)]
        pairs += [("見出し", "header", "あり" if source.header else "なし", "あり" if d.header else "なし")]
    # A charset of the user's own is seen as the one that it adds to.
    told = {"encoding": source.encoding}
    for ja, en, wanted, seen in pairs:
        alike = wanted == seen or (wanted == "utf-16" and seen.startswith("utf-16"))
        # Without one character beyond ASCII nothing tells UTF-8 from CP932.
        if not alike and not (en == "encoding" and wanted in file.encoding.others and file.encoding.confidence < 0.7):
            said = told.get(en, wanted)
            yield "", (f"{ja}: 定義は {said!r}、実際は {seen!r}", f"{en}: stated {said!r}, found {seen!r}")


def _columns(file: FileProfile, source: SourceFile) -> Iterator[tuple[str, Said]]:
    names = [c.name for c in file.columns]
    if not file.dialect or not file.dialect.header:
        if len(names) != len(source.columns):
            n, m = len(source.columns), len(names)
            yield "", (f"列の数: 定義は {n}、実際は {m}", f"columns: {n} stated, {m} found")
        return
    for name in source.columns:
        if name not in names:
            yield name, ("定義にあるが、ファイルにない", "stated, not in the file")
    for name in names:
        if name not in source.columns:
            yield name, ("ファイルにあるが、定義にない", "in the file, not stated")
    common = [name for name in names if name in source.columns]
    if common != [name for name in source.columns if name in names]:
        yield "", ("列の並びが定義と違う", "the columns stand in another order than stated")
    if source.key and set(source.key) <= set(names):
        told = next((k for k in file.keys if set(k.columns) <= set(source.key) and k.repeated == 0), None)
        twice = next((k for k in file.keys if set(k.columns) == set(source.key)), None)
        if told is None:
            shown = "+".join(source.key)
            ja = f"定義のキー {shown} は一意ではない" + (f" (重複 {twice.repeated:,} 件)" if twice else "")
            yield "", (ja, f"the stated key {shown} is not unique" + (f" ({twice.repeated:,} repeated)" if twice else ""))


def _values(file: FileProfile, own: FileMapping, mapping: Mapping) -> Iterator[tuple[str, Said]]:
    by_name = {c.name: c for c in file.columns}
    for item in own.item:
        column = by_name.get(item.from_[0]) if len(item.from_) == 1 else None
        if column is None or not column.filled:
            continue
        ops = [op for op in item.ops if not isinstance(op, _PLAIN)]
        if ops and isinstance(ops[0], Map) and column.codes:
            table = mapping.codes.get(ops[0].table)
            known = {source for source, _ in table.pairs} if table else set()
            unknown = [v for v in column.codes if v.shown not in known and not v.shown.startswith("(")]
            if table and unknown and ops[0].default is None:
                some = "、".join(f"{v.shown} ({v.count:,})" for v in unknown[:_TOLD])
                yield column.name, (f"コード対応表「{table.name}」にない値: {some}", f"not in the code map {table.name}: {some}")
        if ops and isinstance(ops[0], Date):
            shapes = set(ops[0].shapes)
            if column.date and column.date not in shapes and column.date not in ("month", "timestamp", "time"):
                wanted = "・".join(sorted(shapes))
                yield column.name, (f"日付の形: 定義は {wanted}、実際は {column.date}", f"dates: stated {wanted}, found {column.date}")


def with_layouts(files: Sequence[FileProfile], layouts: LayoutSet) -> list[Difference]:
    """Files of the standard against their layouts: items, types, digits, blanks of required items."""
    found = []
    for file in files:
        own = _layout(file, layouts)
        if own is None:
            if file.shape:
                ja, en = "標準レイアウトのどのファイルか分かりません。", "no file of the standard layout"
                found.append(Difference(file.name, "", ja, en))
            continue
        names = {c.name: c for c in file.columns}
        for item in own.items:
            column = names.get(item.name)
            if column is None:
                if item.required:
                    found.append(Difference(file.name, item.name, "必須項目がない", "a required item is missing"))
                continue
            found += [Difference(file.name, item.name, *texts) for texts in _item(item, column)]
        extra = [name for name in names if all(name != item.name for item in own.items)]
        found += [Difference(file.name, name, "レイアウトにない項目", "no such item in the layout") for name in extra]
    return found


def _layout(file: FileProfile, layouts: LayoutSet) -> LayoutFile | None:
    stem, names = Path(file.name).stem, {c.name for c in file.columns}
    every = [f for area in layouts.areas for f in area.files]
    named = [f for f in every if stem in (f.id, f.name, f"{f.no:02d}-{f.id}")] or every
    best = max(named, key=lambda f: len(names & {i.name for i in f.items}), default=None)
    return best if best and len(names & {i.name for i in best.items}) * 2 >= len(names) > 0 else None


def _item(item: Item, column: Column) -> Iterator[Said]:
    if item.required and column.filled == 0:
        yield "必須項目がすべて空", "a required item is blank everywhere"
    if column.filled == 0:
        return
    if column.digits > item.digits:
        yield (f"桁数: 定義は {item.digits}、最長は {column.digits}", f"digits: {item.digits} stated, the longest has {column.digits}")
    if item.type in _NUMBERS and column.type not in _NUMBERS[item.type] and not set(column.kinds) <= {"digits", "number"}:
        yield f"型: 定義は {item.type}、実際は {column.type}", f"type: {item.type} stated, {column.type} found"
    if item.type == "X" and column.type in ("N", "M"):
        yield f"型: 定義は X、実際は {column.type}", f"type: X stated, {column.type} found"
    if item.type == "N" and column.type in ("X", "9", "S9", "M"):
        yield f"型: 定義は N、実際は {column.type}", f"type: N stated, {column.type} found"
