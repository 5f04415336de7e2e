"""Decisions applied: a new folder of all files, in which references go to who stands for a person; and back again.

Nothing is deleted: a record of 住登外者宛名基本情報 that another stands for gets 代表宛名フラグ 1, 名寄せ先宛名番号 and who
did it when, and what refers to its number in other 業務 refers to the other number.  The originals are not touched.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from chukan_layout import __version__
from chukan_layout.match import crosswalk, patch, survivorship
from chukan_layout.match.crosswalk import Link
from chukan_layout.match.decisions import Decided, DecisionsRefused
from chukan_layout.match.references import person_items, unique_sets
from chukan_layout.model.layout import Condition, LayoutFile, LayoutSet, Unique
from chukan_layout.write.files import create, sha256_of, write_all, write_whole
from chukan_layout.write.findings import formula_safe

DATA, CROSSWALK, GOLDEN, HELD, UNDO, REPORT = (
    "data",
    "crosswalk.csv",
    "golden.csv",
    "held.csv",
    "undo.parquet",
    "apply.json",
)
LINKED = ("代表宛名フラグ", "名寄せ先宛名番号", "操作者ID", "操作年月日", "操作時刻")
OTHERS = (3, "住登外者宛名基本情報")
Edits = dict[int, dict[int, str]]


@dataclass(frozen=True)
class Table:
    """A file of the dump: what it is, where, by what name, and its columns."""

    path: Path
    name: str
    layout: LayoutFile
    columns: tuple[str, ...]

    def place(self, item: str) -> int:
        """Where an item stands."""
        return self.columns.index(item)

    def read(self, items: Iterable[str]) -> pl.DataFrame:
        """Items as texts, with the number of the record (from 1) as ``#``."""
        wanted = [i for i in dict.fromkeys(items) if i in self.columns]
        scan = pl.scan_csv(self.path, infer_schema=False, has_header=True, new_columns=list(self.columns))
        return scan.select(wanted).with_row_index("#", 1).collect()

    def rows(self) -> int:
        """Records below the header."""
        return int(pl.scan_csv(self.path, infer_schema=False).select(pl.len()).collect().item())


@dataclass(frozen=True)
class Held:
    """What was not done, and why: kind key (rows of both numbers collide), ambiguous (a number of two), class."""

    kind: str
    number: str
    where: str
    ja: str
    en: str


def apply(
    tables: Sequence[Table], others: Sequence[tuple[Path, str]], layouts: LayoutSet, decided: Decided, persons: pl.DataFrame,
    rules: Mapping[str, str], ids: Mapping[str, str], out: Path, about: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Fill ``out``; the report.  ``others`` are files that are copied as they are.  Raises DecisionsRefused."""
    register = next((t for t in tables if (t.layout.area, t.layout.id) == OTHERS), None)
    made, contrary = crosswalk.links(decided, persons, _pointers(register), ids)
    held = [
        Held(
            "class",
            "",
            f"{a} {b}",
            "分類で承認されたが、矛盾するため結ばない",
            "approved by its class, but contradictory",
        )
        for a, b in contrary
    ]
    number = {k.old_no: k.new_no for k in made}
    for no in sorted(crosswalk.ambiguous(made, persons)):
        number.pop(no)
        held.append(
            Held(
                "ambiguous",
                no,
                "",
                "同じ宛名番号の別の記録があり、参照を付け替えない",
                "another record has the same number: references stay",
            )
        )
    edits, collided = _references(tables, layouts, number)
    held += collided
    if register is not None:
        _merge(edits.setdefault(register.name, {}), _linked(register, made))
    part = out.with_name(out.name + ".part")
    changed = _write(part, tables, others, edits)
    write_whole(part / CROSSWALK, _csv(crosswalk.table(made)))
    write_whole(
        part / HELD,
        _csv(
            pl.DataFrame(
                [vars(h) for h in held],
                schema=dict.fromkeys(("kind", "number", "where", "ja", "en"), pl.String),
            )
        ),
    )
    write_whole(part / GOLDEN, _csv(survivorship.golden(made, persons, rules)))
    report = {
        "schema_version": "1", "chukan": __version__, **about, "links": len(made), "persons": len({k.new for k in made}),
        "held": {kind: sum(h.kind == kind for h in held) for kind in ("key", "ambiguous", "class")}, "changed_since": len(decided.changed),
        "files": changed,
    }  # fmt: skip
    write_whole(part / REPORT, json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n")
    finish(part, out)
    return report


def _pointers(register: Table | None) -> dict[str, str]:
    if register is None:
        return {}
    frame = register.read(("宛名番号", "名寄せ先宛名番号"))
    if "名寄せ先宛名番号" not in frame.columns:
        raise DecisionsRefused(
            f"{register.name} に名寄せ先宛名番号の列がないため、反映できません。",
            f"{register.name} has no column 名寄せ先宛名番号 to write to",
        )
    there = frame.filter(pl.col("名寄せ先宛名番号").fill_null("") != "")
    return dict(zip(there["宛名番号"].to_list(), there["名寄せ先宛名番号"].to_list(), strict=True))


def _linked(register: Table, made: Sequence[Link]) -> Edits:
    """The five fields of the official sheet for records that another stands for, and older pointers led on."""
    by_no = {k.old_no: k for k in made if crosswalk.is_other(k)}
    number = {k.old_no: k.new_no for k in made}
    frame = register.read(("宛名番号", "名寄せ先宛名番号"))
    edits: Edits = {}
    mine = frame.filter(
        pl.col("宛名番号").is_in(list(by_no)) | pl.col("名寄せ先宛名番号").is_in(list(number))
    )
    for row, no, before in mine.select("#", "宛名番号", "名寄せ先宛名番号").iter_rows():
        if no in by_no:
            link = by_no[no]
            day, _, time = link.decided_at.partition("T")
            values = ("1", link.new_no, link.operator, day, time)
            edits[row] = {
                register.place(n): v for n, v in zip(LINKED, values, strict=True) if n in register.columns
            }
        else:
            edits[row] = {register.place("名寄せ先宛名番号"): number[before]}
    return edits


def _references(
    tables: Sequence[Table], layouts: LayoutSet, number: Mapping[str, str]
) -> tuple[dict[str, Edits], list[Held]]:
    """Which fields of which records get which number.  A number whose records would collide keeps its 業務 as it is."""
    items = person_items(layouts)
    held: list[Held] = []
    stays: dict[int, set[str]] = {}
    touched: dict[str, pl.DataFrame] = {}
    mine = [t for t in tables if (t.layout.area, t.layout.id) in items]
    for table in mine:
        wanted = [i for i in items[table.layout.area, table.layout.id] if i in table.columns]
        frame = table.read(wanted)
        touched[table.name] = (
            frame.filter(pl.any_horizontal(pl.col(i).is_in(list(number)) for i in wanted))
            if wanted
            else frame.head(0)
        )
    for table in mine:
        if touched[table.name].height:
            for check in unique_sets(table.layout):
                for no in sorted(
                    _collisions(table, check, items[table.layout.area, table.layout.id], number)
                ):
                    stays.setdefault(table.layout.area, set()).add(no)
                    held.append(Held("key", no, table.name, f"両方の番号に記録があり、{check.name}が保てないため、この業務では付け替えない",
                                     f"both numbers have records and {check.id} would break: this area keeps the number"))  # fmt: skip
    edits = {}
    for table in mine:
        moving = {a: b for a, b in number.items() if a not in stays.get(table.layout.area, ())}
        wanted = [i for i in items[table.layout.area, table.layout.id] if i in table.columns]
        edits[table.name] = {
            row[0]: changes
            for row in touched[table.name].select("#", *wanted).iter_rows()
            if (
                changes := {
                    table.place(i): moving[v] for i, v in zip(wanted, row[1:], strict=True) if v in moving
                }
            )
        }
    return edits, held


def _collisions(table: Table, check: Unique, items: Sequence[str], number: Mapping[str, str]) -> set[str]:
    """Old numbers whose records would stand for the same as others after the change."""
    moved = [i for i in check.items if i in items and i in table.columns]
    if not moved or any(i not in table.columns for i in check.items):
        return set()
    frame = table.read((*check.items, *(c.item for c in check.when)))
    for condition in check.when:
        if condition.item in frame.columns:
            frame = frame.filter(_holds(condition))
    frame = frame.select(*check.items, *(pl.col(i).alias(f"old {i}") for i in moved))
    frame = frame.with_columns(pl.col(i).replace(dict(number)) for i in moved)
    twice = frame.filter(
        frame.select(check.items).is_duplicated()
        & pl.all_horizontal(pl.col(i).fill_null("") != "" for i in check.items)
    )
    olds = pl.concat([twice[f"old {i}"] for i in moved])
    return set(olds.to_list()) & set(number)


def _holds(c: Condition) -> pl.Expr:
    value = pl.col(c.item).fill_null("")
    if c.in_ is not None:
        return value.is_in(list(c.in_))
    if c.not_in is not None:
        return ~value.is_in(list(c.not_in))
    return (value != "") if c.present else (value == "")


def _merge(into: Edits, more: Edits) -> None:
    for row, fields in more.items():
        into.setdefault(row, {}).update(fields)


def _write(
    part: Path, tables: Sequence[Table], others: Sequence[tuple[Path, str]], edits: Mapping[str, Edits]
) -> list[dict[str, Any]]:
    begin(part)
    (part / DATA).mkdir(mode=0o700)
    files, undo = [], []
    for table in tables:
        mine = edits.get(table.name) or {}
        to = part / DATA / table.name
        if mine:
            try:
                changed = patch.patch(table.path, to, mine, table.rows())
            except patch.NotPatchable:
                raise DecisionsRefused(
                    f"{table.name} の記録の区切りが読み取れないため、反映できません。chukan validate で形式を確かめてください。",
                    f"the records of {table.name} cannot be told apart; check it with chukan validate",
                ) from None
            undo += [(table.name, row, before) for row, (before, _) in sorted(changed.items())]
        else:
            copy(table.path, to)
        files.append(
            {
                "name": table.name,
                "before": sha256_of(table.path),
                "after": sha256_of(to),
                "changed": len(mine),
            }
        )
    for path, name in others:
        copy(path, part / DATA / name)
        files.append({"name": name, "before": sha256_of(path), "after": sha256_of(path), "changed": 0})
    pl.DataFrame(
        undo, schema={"file": pl.String, "record": pl.Int64, "before": pl.Binary}, orient="row"
    ).write_parquet(part / UNDO)
    (part / UNDO).chmod(0o600)
    return sorted(files, key=lambda f: f["name"])


def begin(part: Path) -> None:
    """An empty folder to fill; what an earlier attempt left is removed."""
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(parents=True, mode=0o700)


def finish(part: Path, out: Path) -> None:
    """The filled folder under its name."""
    if out.exists():
        out.rmdir()
    part.rename(out)


def copy(path: Path, to: Path) -> None:
    """The same bytes, for their owner alone."""
    with path.open("rb") as source, create(to) as out:
        while block := source.read(1 << 20):
            write_all(out, block)


def _csv(frame: pl.DataFrame) -> bytes:
    safe = [
        pl.col(c).map_elements(formula_safe, return_dtype=pl.String)
        for c, kind in frame.schema.items()
        if kind == pl.String
    ]
    return "\ufeff".encode() + frame.with_columns(safe).write_csv().encode()
