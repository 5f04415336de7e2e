"""A first draft of a mapping from the header of a source file: near names matched, the rest left to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from chukan_layout.model.layout import Item, LayoutFile
from chukan_layout.spec.suggest import best_pairs

_LINES = (
    "chukan mapping init が作った下書き。TODO を決めたら chukan mapping check で検査する。",
    "A draft. Decide every TODO, then run chukan mapping check.",
)


@dataclass(frozen=True)
class Source:
    """What is known of the source file: pattern of names, charset, dialect, columns in order."""

    pattern: str
    encoding: str
    delimiter: str
    newline: str
    columns: tuple[str, ...]


def proposals(columns: Sequence[str], items: Sequence[Item]) -> dict[str, str]:
    """Item name -> column: the same name first, then the nearest of what is left, each column once."""
    found = {item.name: item.name for item in items if item.name in columns}
    left = [c for c in columns if c not in found.values()]
    names = [item.name for item in items if item.name not in found]
    return found | dict(best_pairs(names, left))


def skeleton(source: Source, target: LayoutFile) -> str:
    """The TOML text of a file mapping.  What a person must decide is marked TODO."""
    chosen = proposals(source.columns, target.items)
    parts = [head(source, target, target.id, _LINES, "レコードを見分ける移行元項目")]
    parts += [_item(item, chosen[item.name]) for item in target.items if item.name in chosen]
    parts += [_rest(column) for column in source.columns if column not in chosen.values()]
    parts += [_unset(item) for item in target.items if item.required and item.name not in chosen]
    return "\n".join(parts)


def quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False)


def head(source: Source, target: LayoutFile, name: str, lines: Sequence[str], hint: str) -> str:
    """The tables [mapping] and [source] under comment ``lines``; ``name`` is the mapping's id, ``hint`` what may be the key."""
    columns = "".join(f"  {quoted(column)},\n" for column in source.columns)
    said = "".join(f"# {line}\n" for line in lines)
    return f"""{said}[mapping]
id = {quoted(name)}
area = {target.area}
file = {quoted(target.id)}

[source]
files = [{quoted(source.pattern)}]
encoding = {quoted(source.encoding)}
delimiter = {quoted(source.delimiter)}
newline = {quoted(source.newline)}
header = true
columns = [
{columns}]
key = []  # TODO {hint} (columns that identify a record)
"""


def _item(item: Item, column: str) -> str:
    mark = "" if column == item.name else "  # TODO 名前が近いだけ。確かめる (only a near name: verify)"
    ops = '[{ op = "trim" }]'
    todo = ""
    if item.code is not None:
        todo = f"  # TODO コード表「{item.code}」: map を足す (add a map)"
    elif item.type == "DATE":
        todo = '  # TODO 日付の形: { op = "date", shapes = [...] } を足す (add date)'
    return f"""[[item]]
to = {quoted(item.name)}
from = [{quoted(column)}]{mark}
ops = {ops}{todo}
"""


def _rest(column: str) -> str:
    return f"""[[rest]]
from = {quoted(column)}
disposition = "individual"  # TODO individual (残す) か discard (移行しない) か、[[item]] に
reason = ""  # TODO 理由 (why)
"""


def _unset(item: Item) -> str:
    return f"""[[unset]]
to = {quoted(item.name)}
reason = ""  # TODO 必須の項目。移行元にない理由か、[[item]] に (required: why not, or make an [[item]])
"""
