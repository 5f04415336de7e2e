"""適合試験の一式 (conformance kit) for who imports the standard layout: dumps with what must come of each.

``clean`` holds a synthetic city, ``edge`` the same with values at the limits of the layout, both without a finding;
``defects/<kind>`` the same with single faults of one kind.  ``expected.json`` says the exact findings of each.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from chukan_layout.model.layout import Area, Item, LayoutFile, LayoutSet
from chukan_layout.model.mapping import Mapping
from chukan_layout.model.refusal import Refused
from chukan_layout.run.api import run_aside
from chukan_layout.run.order import Order
from chukan_layout.sample.city.faults import inject, uses_of
from chukan_layout.sample.city.kinds import KINDS
from chukan_layout.sample.city.write import write_city
from chukan_layout.write.files import write_whole

EXPECTED = "expected.json"
SCHEMA = "1"
#: 業務 whose persons the others refer to.
PERSONS = (1, 3)
#: Longer texts than this prove no more and make unreadable files.
LONGEST = 300


class BadKit(Refused):
    """The folder is no kit; the texts say why."""


class Difference(NamedTuple):
    """A dump that did not give what was expected: rule -> count, both."""

    dump: str
    expected: dict[str, int]
    found: dict[str, int]


def make_kit(out: Path, layouts: LayoutSet, area: int, residents: int, seed: int, vendor: Mapping) -> dict[str, Any]:
    """Writes the kit of one 業務 below ``out`` and gives what it expects.

    ``vendor`` says which user-defined characters the synthetic names are made of.  The dumps hold the files of the
    area and of those whose persons it refers to.  Raises OSError when the folder cannot be written.
    """
    areas = sorted({area, *(a for a in PERSONS if a in {x.no for x in layouts.areas})})
    clean = out / "clean"
    write_city(clean, residents, seed, layouts, areas, vendor, False)
    expected: dict[str, dict[str, int]] = {"clean": {}, "edge": {}}
    shutil.copytree(clean, out / "edge")
    _to_the_edge(out / "edge", layouts.area(area))
    for kind in KINDS:
        dump = out / "defects" / kind
        shutil.copytree(clean, dump)
        done = inject(dump, {kind: 1}, seed, layouts, [area], None, register=True)
        if not done:
            shutil.rmtree(dump)
            continue
        expected[f"defects/{kind}"] = dict(sorted(Counter(fault.rule for fault in done).items()))
    told = {
        "schema_version": SCHEMA, "layout_version": layouts.version, "area": area, "area_name": layouts.area(area).name,
        "residents": residents, "seed": seed, "dumps": expected,
    }  # fmt: skip
    write_whole(out / EXPECTED, (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())
    write_whole(out / "README.md", _readme(layouts.area(area), layouts.version).encode())
    return told


def check_kit(folder: Path, layouts: LayoutSet) -> list[Difference]:
    """Validates every dump of a kit; empty when each gives exactly what is expected.  BadKit for no kit."""
    told = read_kit(folder)
    within = layouts.model_copy(
        update={"areas": tuple(a for a in layouts.areas if a.no in {told["area"], *PERSONS})}
    )
    differences = []
    for dump, rules in told["dumps"].items():
        order = Order(sources=(folder / dump,), layouts=within, requested=layouts.version, direction="validate", formats=())
        report = run_aside(order)
        found = Counter[str]()
        for rule in report.rules:
            found[rule.id] += rule.count
        if dict(found) != rules or report.errors:
            differences.append(Difference(dump, rules, dict(sorted(found.items()))))
    return differences


def read_kit(folder: Path) -> dict[str, Any]:
    """What a kit expects; BadKit when the folder is none."""
    try:
        told: dict[str, Any] = json.loads((folder / EXPECTED).read_bytes())
        if told["schema_version"] != SCHEMA or not isinstance(told["dumps"], dict) or not isinstance(told["area"], int):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise BadKit(f"{folder.name} は適合試験の一式ではありません ({EXPECTED} が読めません)。",
                     f"{folder.name} is no conformance kit: cannot read {EXPECTED}") from None  # fmt: skip
    return told


def _to_the_edge(dump: Path, area: Area) -> None:
    """Values at the limits: the longest texts, the greatest numbers, blanks, every code of every table."""
    used = uses_of([area])
    for file in area.files:
        path = dump / file.folder / f"{file.id}.csv"
        if not path.is_file():
            continue
        frame = pl.read_csv(path, infer_schema=False).with_columns(pl.all().fill_null(""))
        if not frame.height:
            continue
        changes = {item.name: values for item, values in _edges(file, used[area.no, file.id], area, frame)}
        columns = [pl.Series(name, [*changes.get(name, []), *frame[name][len(changes.get(name, [])) :].to_list()]) for name in frame.columns]
        text = pl.DataFrame(columns).write_csv(quote_style="necessary").replace('""', "")
        write_whole(path, text.encode())


def _edges(
    file: LayoutFile, used: Counter[str], area: Area, frame: pl.DataFrame
) -> Iterator[tuple[Item, list[str]]]:
    """New values for the first records of the items that no rule but their own is about."""
    for item in file.items:
        if used[item.name] or item.name in file.key or item.check_digit or item.min or item.max or item.name not in frame.columns:
            continue
        values = _limits(item, area)
        if not item.required and not item.code:
            values.append("")
        yield item, values[: frame.height]


def _limits(item: Item, area: Area) -> list[str]:
    if item.code:
        return list(area.codes[item.code].codes)
    if item.type in ("9", "S9"):
        return ["9" * item.digits, "0", *(["-" + "9" * item.digits] if item.type == "S9" else [])]
    if item.type == "DATE":
        return ["1989-01-07", "1989-01-08", "2019-04-30", "2019-05-01", "2024-02-29"]
    if item.type in ("X", "N") and item.digits <= LONGEST:
        char = {"full": "架", "kana": "ア"}.get(item.charset_class, "9")
        return [char * item.digits, *([] if item.exact else [char])]
    return []


def _readme(area: Area, version: str) -> str:
    return f"""# 適合試験の一式: {area.no:02d} {area.name} (レイアウト {version})

合成データです。実在の人の情報はありません。`expected.json` が、各フォルダーを `chukan validate` にかけたときの指摘を言います。

| フォルダー | 中身 | 取り込む側に求めること |
|---|---|---|
| `clean/` | 誤りのない市 | すべて取り込む。書き出して戻すと同じになる (`chukan conform roundtrip clean 戻したもの`) |
| `edge/` | 桁いっぱいの値、空欄、すべてのコード、元号の境の日 | 同じ。切り詰めない、コードを落とさない |
| `defects/*/` | 一つの種類の誤りだけ | 黙って取り込まない。どのレコードかを言う |

Synthetic data. `clean` and `edge` must be taken in whole and come back the same; of `defects` each fault must be told.
`chukan conform check-kit .` validates every dump against `expected.json`.
"""


