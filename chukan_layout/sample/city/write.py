"""Writes the city: block after block of households, file after file, each record once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import Mapping
from chukan_layout.sample import render as register
from chukan_layout.sample.city import render
from chukan_layout.sample.city.make import make
from chukan_layout.sample.city.parties import Block
from chukan_layout.sample.city.plan import FilePlan, Name, needs, plans
from chukan_layout.sample.city.rows import Kept
from chukan_layout.sample.city.texts import Serials
from chukan_layout.sample.companions import companions
from chukan_layout.sample.generate import MAIN, Sink, Written, gaiji_of, has_histories
from chukan_layout.sample.lists import load

#: Who is who, where residents stand twice.
TRUTH_FILE = "truth.csv"


def write_city(
    out: Path, residents: int, seed: int, layouts: LayoutSet, areas: Sequence[int], vendor: Mapping, as_vendor: bool,
    progress: Callable[[int], None] = lambda n: None, twice: float = 0.0,
) -> list[Written]:  # fmt: skip
    """Write every file of ``areas`` below ``out``: the standard's, or the vendor's where ``as_vendor``.

    ``residents`` persons (those struck off included) stand in 住民情報.  Files of a vendor that its mapping does not
    know are left out.  ``twice``: the share of residents who are 住登外者 a second time; truth.csv says who.  Raises OSError when the folder cannot be written, KeyError for an area that is not there.
    """
    return _City(out, seed, layouts, areas, vendor, as_vendor, twice).write(residents, progress)


class _City:
    def __init__(
        self, out: Path, seed: int, layouts: LayoutSet, areas: Sequence[int], vendor: Mapping, as_vendor: bool, twice: float
    ) -> None:  # fmt: skip
        self.seed, self.vendor, self.as_vendor, self.twice = seed, vendor, as_vendor, twice
        self.truth = Sink(out / TRUTH_FILE, lambda frame: frame, "utf-8", "\n") if twice else None
        self.lists = load(gaiji_of(vendor), vendor.files[0].source.encoding)
        self.register = {f.id: f for f in layouts.area(1).files} if 1 in areas else {}
        self.plans = plans(layouts, areas)
        self.mappings = {(m.area, m.file): m for m in vendor.files}
        self.wide = _city_wide(self.plans)
        self.last = _last_use(self.plans)
        self.sinks: dict[Name, Sink] = {}
        for name, file in self.register.items():
            self._open((1, name), out, layouts, partial(register.standard, file=file))
        for plan in self.plans:
            self._open(plan.name, out, layouts, partial(render.standard, file=plan.file))

    def _open(self, name: Name, out: Path, layouts: LayoutSet, shape: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        area, file = name
        if not self.as_vendor:
            fmt = layouts.format
            end = "\r\n" if fmt.newline == "crlf" else "\n"
            path = out / f"{area:02d}-{layouts.area(area).name}" / f"{file}.csv"
            self.sinks[name] = Sink(path, shape, fmt.encoding, end)
            return
        mapping = self.mappings.get(name)
        if mapping is None:
            return
        layout = next(f for f in layouts.area(area).files if f.id == file)

        def written(f: pl.DataFrame) -> pl.DataFrame:
            if area == 1:
                return register.vendor(f, mapping, self.vendor)
            return render.vendor(f, layout, mapping, self.vendor)

        end = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}[mapping.source.newline]
        stem = mapping.source.files[0].split("*")[0]
        self.sinks[name] = Sink(out / f"{stem}01.csv", written, mapping.source.encoding, end)

    def write(self, residents: int, progress: Callable[[int], None]) -> list[Written]:
        plain = self.as_vendor and not has_histories(self.vendor)
        kept: dict[Name, Kept] = {}
        serials = Serials()
        index = 0
        while residents > 0:
            block = Block(self.seed, index, self.lists, residents, plain, self.twice)
            if self.truth:
                self.truth.add(block.truth)
            self._register(block)
            for place, plan in enumerate(self.plans):
                if index == 0 or plan.name not in self.wide:
                    self._file(plan, block, kept, serials)
                self._forget(kept, place)
            # what the whole city shares stays, without its parties: those are of the first block
            kept = {n: Kept(k.items, np.full(len(k.party), -1)) for n, k in kept.items() if n in self.wide}
            residents -= block.residents
            progress(block.residents)
            index += 1
        sinks = [*self.sinks.values(), *([self.truth] if self.truth else [])]
        return [sink.close() for sink in sinks]

    def _register(self, block: Block) -> None:
        if self.register:
            for name, frame in {MAIN: block.records, **companions(block.records)}.items():
                if (1, name) in self.sinks:
                    self.sinks[1, name].add(frame)

    def _file(self, plan: FilePlan, block: Block, kept: dict[Name, Kept], serials: Serials) -> None:
        rng = np.random.default_rng([self.seed, block.index, plan.file.area, plan.file.no])
        made = make(plan, block, kept, serials, rng)
        kept[plan.name] = made
        if plan.name in self.sinks:
            self.sinks[plan.name].add(made.items)

    def _forget(self, kept: dict[Name, Kept], place: int) -> None:
        """Files that no later one refers to need not stay."""
        for name in [n for n in kept if self.last.get(n, -1) <= place and n not in self.wide]:
            del kept[name]


def _city_wide(plans: Iterable[FilePlan]) -> set[Name]:
    """Files that the whole city has once: those with a number of their own, and details of such."""
    found: set[Name] = set()
    for plan in plans:
        if plan.once or plan.parent() in found:
            found.add(plan.name)
    return found


def _last_use(plans: Sequence[FilePlan]) -> dict[Name, int]:
    """The place of the last plan that needs each file."""
    return {name: place for place, plan in enumerate(plans) for name in needs(plan)}
