"""How mappings look: tables for people, JSON and CSV for programs.  Pure functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from chukan_layout.cli.language import Lang
from chukan_layout.cli.layout_tables import plain_table
from chukan_layout.model.mapping import FileMapping, MapItem, Mapping, Op
from chukan_layout.write.csv_text import csv_text

_LIST = {
    "ja": ("ベンダー", "名称", "版", "マッピング", "移行元ファイル", "移行ファイル", "項目", "出所"),
    "en": ("vendor", "title", "version", "mapping", "source files", "file", "items", "source"),
}
_LINE = {
    "ja": ("移行先", "移行元", "演算", "備考"),
    "en": ("item", "from", "operations", "note"),
}


def _list_rows(mappings: Sequence[Mapping]) -> list[tuple[str, ...]]:
    return [
        (
            m.vendor, m.title, m.layout_version, f.id, " ".join(f.source.files), f"{f.area:02d} {f.file}",
            str(len(f.item)), m.source,
        )
        for m in mappings
        for f in m.files
    ]  # fmt: skip


def list_table(mappings: Sequence[Mapping], lang: Lang) -> Table:
    table = plain_table("マッピング" if lang == "ja" else "mappings", _LIST[lang], (6,))
    for row in _list_rows(mappings):
        table.add_row(*row)
    return table


def list_csv(mappings: Sequence[Mapping]) -> str:
    return csv_text([_LIST["ja"], *_list_rows(mappings)])


def list_json(mappings: Sequence[Mapping]) -> str:
    rows = [dict(zip(_KEYS, row, strict=True)) for row in _list_rows(mappings)]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


_KEYS = ("vendor", "title", "layout_version", "mapping", "source_files", "file", "items", "source")


def operation(op: Op) -> str:
    """An operation in short: ``pad(width=15)``."""
    fields = op.model_dump(by_alias=True, exclude_defaults=True)
    given = ", ".join(f"{key}={_short(value)}" for key, value in fields.items() if key != "op")
    return f"{op.op}({given})" if given else op.op


def _short(value: Any) -> str:
    return "|".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _line(line: MapItem) -> tuple[str, str, str, str]:
    return line.to, "・".join(line.from_), " → ".join(map(operation, line.ops)), line.note


def _lines(file: FileMapping) -> list[tuple[str, str, str, str]]:
    rows = [_line(line) for line in file.item]
    rows += [("", r.from_, f"[{r.disposition}]", r.reason) for r in file.rest]
    return rows + [(u.to, "", "[unset]", u.reason) for u in file.unset]


def show_tables(mapping: Mapping, files: Sequence[FileMapping], lang: Lang) -> Group:
    """Lines, dispositions and code maps of some files of a mapping."""
    parts: list[Table | Text] = []
    for file in files:
        source = f"{' '.join(file.source.files)} ({file.source.encoding})"
        title = f"{mapping.vendor} / {file.id}: {source} → {file.area:02d} {file.file}"
        table = plain_table(title, _LINE[lang])
        for row in _lines(file):
            table.add_row(*row)
        parts.append(table)
    for codes in mapping.codes.values():
        heads = ("移行元", "標準") if lang == "ja" else ("source", "standard")
        table = plain_table(f"{codes.name} → {codes.to or ''}", heads)
        for value, code in codes.pairs:
            table.add_row(value, code)
        parts.append(table)
    return Group(*parts)


def show_csv(files: Sequence[FileMapping]) -> str:
    rows = [(file.id, *row) for file in files for row in _lines(file)]
    return csv_text([("マッピング", *_LINE["ja"]), *rows])


def show_value(mapping: Mapping, files: Sequence[FileMapping]) -> dict[str, Any]:
    """The mapping as it is declared, without defaults."""
    whole = mapping.model_copy(update={"files": tuple(files)})
    return whole.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
