"""Faults of general kinds put into a city that was written, one rule broken by each, and the list of them.

Exactly one finding is due at each: ``injected.csv`` names rule, file and line.  Records of one person or thing get
one fault at most.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from chukan_layout.model.layout import (
    Area,
    CodeTable,
    Condition,
    Dated,
    Foreign,
    GroupCount,
    History,
    Implies,
    Joined,
    LayoutFile,
    LayoutSet,
    Periods,
    Sum,
    Totals,
)
from chukan_layout.model.mapping import Mapping
from chukan_layout.sample.city.kinds import KINDS
from chukan_layout.sample.city.target import OWN, Target
from chukan_layout.sample.defects import DEFECTS
from chukan_layout.sample.inject import DefectsRefused, Injected, Wanted, entries, write_list
from chukan_layout.write.files import write_whole


def wanted_of(path: Path, vendor_a: bool) -> tuple[dict[str, int], list[Wanted]]:
    """What a TOML list asks for: kind -> how many in each file, and the faults of 住民基本台帳.

    ``*`` means every kind of both; those of 住民基本台帳 go into ``vendor_a`` only.  Raises DefectsRefused.
    """
    wanted: dict[str, int] = {}
    register: list[Wanted] = []
    for kind, count, rate in entries(path):
        known = [k for k in KINDS if kind in ("*", k)] if count else []
        own = [Wanted(d, count, rate) for d in DEFECTS if vendor_a and kind in ("*", d.kind)]
        if not known and not own:
            names = "、".join(KINDS)
            ja = f"市に入れる誤りは kind（{names}、* ですべて）と count で書いてください: {kind}"
            raise DefectsRefused(ja, f"faults of a city have a kind ({names}, * for all) and a count, not {kind}")
        wanted |= dict.fromkeys(known, count)
        register += own
    return wanted, register


def inject(
    out: Path, wanted: dict[str, int], seed: int, layouts: LayoutSet, areas: Sequence[int], vendor: Mapping | None,
    register: bool = False,
) -> list[Injected]:
    """Up to ``wanted`` faults of each kind into every file of the city in ``out``; writes ``injected.csv``.

    ``vendor`` is None for a city in the standard's writing.  Files that are not there are passed over.
    住民基本台帳, which has faults of its own in the vendor's writing, gets these only with ``register``.
    """
    done: list[Injected] = []
    used = uses_of(layouts.areas)
    there = {(no, f.id) for no in areas for f in layouts.area(no).files}
    for no in sorted(set(areas) - (set() if register else {1})):
        area = layouts.area(no)
        for file in area.files:
            target = _opened(out, file, area.codes, layouts, vendor, used, there)
            if target is not None and target.frame.height:
                done += _into(target, wanted, np.random.default_rng([seed, no, file.no]), out)
    write_list(out, done)
    return done


def _into(
    target: Target, wanted: dict[str, int], rng: np.random.Generator, out: Path
) -> Iterator[Injected]:
    columns = {name: target.frame[name].to_list() for name in target.frame.columns}
    entity = columns[target.column(target.layout.key[0]) or target.frame.columns[0]]
    taken: set[str] = set()
    copies: list[int] = []
    path = target.path.relative_to(out).as_posix()
    for kind, count in wanted.items():
        changes = list(KINDS[kind][1](target))
        for turn in range(count if changes else 0):
            change = changes[turn % len(changes)]
            rows = [r for r in (rng.permutation(change.rows)[:200].tolist() if len(change.rows) else [])
                    if entity[r] not in taken]  # fmt: skip
            if not rows:
                continue
            row = rows[0]
            taken.add(entity[row])
            if change.item:
                columns[target.column(change.item) or ""][row] = change.value
                line = row + 2 + change.later
            else:
                copies.append(row)
                line = target.frame.height + len(copies) + 1
            yield Injected(kind, change.rule, path, line, change.item)
    for values in columns.values():
        values += [values[row] for row in copies]
    _write(target, pl.DataFrame(columns))


def _opened(
    out: Path, file: LayoutFile, codes: dict[str, CodeTable], layouts: LayoutSet, vendor: Mapping | None,
    used: dict[tuple[int, str], Counter[str]], there: set[tuple[int, str]],
) -> Target | None:  # fmt: skip
    mapping = None
    path, end = out / file.folder / f"{file.id}.csv", "\n"
    encoding: str = layouts.format.encoding
    if vendor is not None:
        mapping = next((m for m in vendor.files if (m.area, m.file) == (file.area, file.id)), None)
        if mapping is None:
            return None
        path = out / f"{mapping.source.files[0].split('*')[0]}01.csv"
        encoding, end = mapping.source.encoding, "\r\n"
    if not path.is_file():
        return None
    text = path.read_bytes().decode(encoding)
    frame = pl.read_csv(io.BytesIO(text.encode()), infer_schema=False).with_columns(pl.all().fill_null(""))
    return Target(file, codes, mapping, path, frame, encoding, end, used[file.area, file.id], vendor, there)


def _write(target: Target, frame: pl.DataFrame) -> None:
    text = frame.write_csv(line_terminator=target.end, quote_style="necessary", null_value="")
    write_whole(target.path, text.replace('""', "").encode(target.encoding))


def uses_of(areas: Sequence[Area]) -> dict[tuple[int, str], Counter[str]]:
    """Per file how many rules each item serves; ``@counted``: its records are counted or added up elsewhere."""
    found = {(f.area, f.id): _own_uses(f) for a in areas for f in a.files}
    for area in areas:
        for file in area.files:
            for check in file.keyed_checks:
                if isinstance(check, Foreign):
                    for target in check.targets:
                        name = (target.area or file.area, target.file)
                        if name in found:
                            found[name].update(dict.fromkeys(target.items, OWN))
                elif isinstance(check, Totals):
                    name = (check.of_area or file.area, check.of_file)
                    if name in found:
                        found[name].update(dict.fromkeys((*check.of_items, check.of_amount, "@counted"), OWN))
                        found[name].update({c.item: OWN for c in check.of_when})
    return found


def _own_uses(file: LayoutFile) -> Counter[str]:
    used: Counter[str] = Counter()

    def about(conditions: Sequence[Condition]) -> None:
        used.update({c.item: OWN for c in conditions})

    for item in file.items:
        about(item.required_when)
        about(item.applies_when)
        if item.required_when or item.applies_when:
            used[item.name] += OWN
    for row in file.row_checks:
        about(row.when)
        if isinstance(row, Implies):
            about(row.then)
        elif isinstance(row, Dated):
            used.update({row.item: OWN, row.at or row.item: OWN})
        else:
            names = (row.total, *row.plus, *row.minus) if isinstance(row, Sum) else (row.left, row.right)
            used.update(names)
    for check in file.keyed_checks:
        if isinstance(check, GroupCount):
            about((*check.where, *check.count))
            used.update(dict.fromkeys(check.group, OWN))
        elif isinstance(check, History):
            used.update(dict.fromkeys((*check.key, check.number, check.latest or check.number), OWN))
        elif isinstance(check, Periods):
            about(check.when)
            used.update(dict.fromkeys((*check.key, check.start, check.end), OWN))
        elif isinstance(check, Totals):
            about(check.when)
            used.update(dict.fromkeys(check.items, OWN))
            used[check.amount] += 1
        elif isinstance(check, Joined):
            about(check.when)
            used[check.item] += 1
        else:
            about(check.when)
            used.update(check.items)
    return used
