"""The records of one file of one block, by its plan."""

from __future__ import annotations

import numpy as np
import polars as pl

from chukan_layout.model.layout import Totals
from chukan_layout.sample.city import dates, numbers, presence, texts
from chukan_layout.sample.city.links import Links, overrides, resolve, split_totals, wanted_codes
from chukan_layout.sample.city.parties import Block
from chukan_layout.sample.city.plan import FilePlan, Name
from chukan_layout.sample.city.plan import links as links_of
from chukan_layout.sample.city.rows import Kept, rows_of
from chukan_layout.sample.city.table import Table


def make(
    plan: FilePlan, block: Block, kept: dict[Name, Kept], serials: texts.Serials,
    rng: np.random.Generator,
) -> Kept:  # fmt: skip
    """Everything about one file; ``kept`` holds the files it refers to."""
    rows = rows_of(plan, block.parties, kept, block.residents, rng)
    rows, known = resolve(Links(plan, block.parties, kept, rng), rows)
    table = Table(plan, rows, block.parties, rng)
    firm = {*plan.file.key, *links_of(plan)}
    for name, text in known.items():
        item = plan.file.item(name)
        table.set_text(name, text, fixed=item.required or name in firm)
    parent = plan.parent()
    overrides(table, kept[parent] if parent else None)
    texts.key_items(table, serials)
    numbers.histories(table)
    presence.draw_codes(table)
    wanted_codes(table)
    presence.draw_presence(table)
    presence.repair(table)
    split_totals(table, plan, kept)
    _totals_up(table, plan, kept)
    numbers.draw(table)
    presence.repair(table)
    dates.draw(table)
    dates.codes_of_their_day(table)
    texts.draw(table, serials)
    presence.repair(table)
    frame = table.frame().with_columns(pl.Series("@year", table.rows.year))
    return Kept(frame, table.rows.party)


def _totals_up(table: Table, plan: FilePlan, kept: dict[Name, Kept]) -> None:
    """Amounts that are the sum of files already made."""
    for check in plan.file.keyed_checks:
        name = (check.of_area or plan.file.area, check.of_file) if isinstance(check, Totals) else None
        if name is None or name not in kept or not isinstance(check, Totals):
            continue
        there = kept[name].items
        details = there.group_by(check.of_items).agg(pl.col(check.of_amount).fill_null(0).sum().alias("@sum"))
        mine = pl.DataFrame([table.column(table.file.item(i)).alias(j) for i, j in zip(check.items, check.of_items, strict=True)])
        found = mine.join(details, on=list(check.of_items), how="left", maintain_order="left")["@sum"].fill_null(0)
        table.set(check.amount, found.to_numpy().copy())
