"""What a dump shows of the columns that a mapping takes: the fit from ``chukan profile``, before anything is converted.

A column that is not in the dump or always empty gives no value, so its items do not count as matched; the longest value and
the codes seen say what will not fit.  What a profile can't tell is left to the run.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from chukan_layout.model.fit import FitClass, SeenColumn, SeenFile
from chukan_layout.model.layout import CodeTable, Item
from chukan_layout.model.mapping import CodeMap, FileMapping, Map, MapItem

#: Operations that leave the number of characters as it is, or make it smaller.
_NOT_LONGER = frozenset({"trim", "upper", "gaiji", "dash", "wave_dash", "kana_large", "long_vowel", "null_if"})
#: Operations that leave a code as it is for the code map behind them.
_PLAIN = frozenset({"trim", "null_if"})
Said = tuple[FitClass, str, int]


def seen_of(file: FileMapping, dump: Sequence[SeenFile]) -> SeenFile | None:
    """The files of the dump that the mapping reads as ``file``, as one; None when there is none."""
    found = [s for s in dump if any(fnmatch.fnmatchcase(PurePath(s.name).name, p) for p in file.source.files)]
    named = [_named(s, file) for s in found]
    if not named:
        return None
    columns: dict[str, SeenColumn] = {}
    for seen in named:
        for column in seen.columns:
            columns[column.name] = columns[column.name] + column if column.name in columns else column
    return SeenFile(name=named[0].name, records=sum(s.records for s in named), columns=tuple(columns.values()))


def _named(seen: SeenFile, file: FileMapping) -> SeenFile:
    """With the mapping's names where the dump has no heading: by place, when there are as many."""
    wanted, own = file.source.columns, [c.name for c in seen.columns]
    if set(own) & set(wanted) or len(own) != len(wanted):
        return seen
    renamed = (c.model_copy(update={"name": name}) for c, name in zip(seen.columns, wanted, strict=True))
    return seen.model_copy(update={"columns": tuple(renamed)})


def gives(seen: SeenFile, line: MapItem) -> bool:
    """Whether one of the columns of ``line`` has a value."""
    columns = {c.name: c for c in seen.columns}
    return any(columns[name].filled for name in line.from_ if name in columns)


def why_not(seen: SeenFile, line: MapItem) -> str:
    """Of an item whose columns give nothing."""
    known = {c.name for c in seen.columns}
    there = all(name in known for name in line.from_)
    return f"移行元の「{'・'.join(line.from_)}」は、調べたデータで" + ("すべて空欄" if there else "見つからない")


def complaints(
    seen: SeenFile, item: Item, line: MapItem, maps: Mapping[str, CodeMap], codes: Mapping[str, CodeTable]
) -> Iterator[Said]:
    """Classes with reasons and, where known, numbers of records, of an item that has values."""
    column = next((c for c in seen.columns if line.from_ == (c.name,)), None)
    if column is None:
        return
    if column.digits > item.digits and item.type in ("X", "N") and all(op.op in _NOT_LONGER for op in line.ops):
        yield "桁あふれ", f"調べたデータの最長は {column.digits:,} 文字、レイアウトは {item.digits:,} 桁", 0
    known = _codes(item, line, maps, codes)
    strange = [(value, n) for value, n in column.codes if known is not None and value not in known]
    if strange:
        said = "、".join(value or "空" for value, _ in strange[:8]) + (" …" if len(strange) > 8 else "")
        yield "コード不一致", f"調べたデータにあり、対応のない値: {said}", sum(n for _, n in strange)


def _codes(
    item: Item, line: MapItem, maps: Mapping[str, CodeMap], codes: Mapping[str, CodeTable]
) -> set[str] | None:
    """The source values that become a code; None when that can't be told."""
    rest = [op for op in line.ops if op.op not in _PLAIN]
    table = codes.get(item.code or "")
    if not rest and table is not None:
        return set(table.codes)
    if rest and isinstance(rest[0], Map) and rest[0].table in maps and not rest[0].default:
        return {value for value, _ in maps[rest[0].table].pairs}
    return None
