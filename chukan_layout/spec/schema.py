"""What this room generates: JSON Schemas of the TOML files, and the page of all problems.

``python -m chukan_layout.spec.schema`` (or ``--write``) writes them; ``--check`` names the stale ones and
ends with 1.  Editors use the schemas to complete and check while one types (docs/mapping.md).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ConfigDict

from chukan_layout.model.layout import KeyedCheck, LayoutFile, RowCheck, Strict
from chukan_layout.model.mapping import FileMapping
from chukan_layout.spec import (
    check_codes,
    check_files,
    check_items,
    check_lines,
    check_mapping,
    check_maps,
    check_names,
    check_ops,
    check_rules,
    check_sources,
    check_types,
    conditions,
    derive,
    document,
    find,
    load,
    read_layouts,
    read_mapping,
    reading,
    selection,
    shape,
)
from chukan_layout.spec.changes import Changes
from chukan_layout.spec.problem import Kind
from chukan_layout.spec.read_layouts import AreaFile, CodesFile, CommonFile
from chukan_layout.spec.read_mapping import GaijiFile, MapsFile, SourcesFile, VendorFile
from chukan_layout.spec.workbook import kinds as workbook_kinds

ROOT = Path(__file__).parents[2]
_MODULES: tuple[ModuleType, ...] = (
    document, shape, load, read_layouts, read_mapping, reading, find, selection, derive, workbook_kinds, check_files, check_names, check_items, check_types,
    check_codes, conditions, check_rules, check_sources, check_mapping, check_lines, check_ops, check_maps,
)  # fmt: skip
_ROOMS = (
    ("T", "読み込み (reading)", "すべての TOML ファイル (every TOML file)"),
    ("L", "レイアウト (layouts)", "`chukan layout check`"),
    ("M", "マッピング (mappings)", "`chukan mapping check`"),
    ("W", "ブック (workbooks)", "`chukan layout import`"),
)


class _LayoutFile(Strict):
    """A 移行ファイル: layouts/<version>/<area>/<NN>-<id>.toml."""

    file: LayoutFile
    row_check: tuple[RowCheck, ...] = ()
    keyed_check: tuple[KeyedCheck, ...] = ()


class _MappingHead(Strict):
    id: str
    area: int
    file: str


class _MappingFile(FileMapping):
    model_config = ConfigDict(title="MappingFile")


def kinds() -> list[Kind]:
    """Every kind of problem, by code."""
    found = {k.code: k for module in _MODULES for k in vars(module).values() if isinstance(k, Kind)}
    return [found[code] for code in sorted(found)]


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    made = {ROOT / "schemas" / f"{name}.json": _text(schema) for name, schema in _schemas()}
    made[ROOT / "docs" / "spec-problems.md"] = _page()
    return made


def _schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "layout", _layout_schema()
    yield "mapping", _mapping_schema()
    whole: tuple[tuple[str, type[BaseModel]], ...] = (
        ("layout-set", CommonFile),
        ("area", AreaFile),
        ("changes", Changes),
        ("codes", CodesFile),
        ("vendor", VendorFile),
        ("vendor-codes", MapsFile),
        ("vendor-sources", SourcesFile),
        ("gaiji", GaijiFile),
    )
    for name, model in whole:
        yield name, model.model_json_schema(by_alias=True)


def _layout_schema() -> dict[str, Any]:
    """As the model, without what the folder says (area) and what stands in tables of its own (checks)."""
    schema = _LayoutFile.model_json_schema(by_alias=True)
    file = schema["$defs"]["LayoutFile"]
    for key in ("area", "area_name", "row_checks", "keyed_checks"):
        del file["properties"][key]
    file["required"] = [key for key in file["required"] if key in file["properties"]]
    return schema


def _mapping_schema() -> dict[str, Any]:
    """As the model, with id, area and file in the table [mapping]."""
    schema = _MappingFile.model_json_schema(by_alias=True)
    head = _MappingHead.model_json_schema()
    for key in head["properties"]:
        del schema["properties"][key]
    schema["properties"] = {"mapping": {k: v for k, v in head.items() if k != "title"}} | schema["properties"]
    schema["required"] = ["mapping", "source"]
    return schema


def _text(schema: dict[str, Any]) -> str:
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | schema, ensure_ascii=False, indent=2) + "\n"


def _page() -> str:
    lines = [
        "# 定義の問題 (problems of specifications)",
        "",
        "<!-- make docs が作る。手で直さない (generated, do not edit) -->",
        "",
        "レイアウトとマッピングの定義そのものの問題。移行データの指摘事項とは別のもの。番号は変わらず、使い回さない。",
        "Problems of layouts and mappings themselves, not findings about data. Codes keep their meaning.",
    ]
    for letter, title, where in _ROOMS:
        lines += ["", f"## {title}", "", where, "", "| 番号 | | 問題 | 対応方法 |", "|---|---|---|---|"]
        lines += [_row(kind) for kind in kinds() if kind.code[0] == letter]
    return "\n".join(lines) + "\n"


def _row(kind: Kind) -> str:
    word = {"error": "誤り", "warning": "警告"}[kind.severity]
    pairs = ((kind.ja, kind.en), (kind.fix_ja, kind.fix_en))
    what, fix = (f"{ja}<br>{en}".replace("|", "\\|") for ja, en in pairs)
    return f"| {kind.code} | {word} | {what} | {fix} |"


def main(words: Sequence[str]) -> int:
    """Write the generated files, or with ``--check`` only name those that are not as the code has them."""
    made = generated()
    stale = [p for p, text in made.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    gone = [p for p in (ROOT / "schemas").glob("*.json") if p not in made]
    if "--check" in words:
        for path in (*stale, *gone):
            sys.stderr.write(f"古いファイル (stale): {path.relative_to(ROOT)} (make docs)\n")
        return 1 if stale or gone else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
