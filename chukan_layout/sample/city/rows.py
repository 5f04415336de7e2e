"""Which rows a file gets: of whom, of which record of another file, of which year, thing and history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from chukan_layout.model.layout import Condition
from chukan_layout.sample.city.plan import FilePlan, Name, links

LAST_YEAR = 2025
#: Records at least, where there is anybody to have them.
LEAST = 3


@dataclass(frozen=True)
class Kept:
    """A file already made: its items (texts, whole numbers, dates) and the party of each record (-1: none)."""

    items: pl.DataFrame
    party: np.ndarray


@dataclass(frozen=True)
class Rows:
    """Places as long as there are records."""

    party: np.ndarray
    parent: np.ndarray  # place in the parent file, -1 when there is none
    year: np.ndarray
    thing: np.ndarray  # place among the things of its origin and year
    unit: np.ndarray  # a number for each thing: records of one thing are its histories
    history: np.ndarray
    last: np.ndarray  # the latest history record of its thing

    def __len__(self) -> int:
        return len(self.party)

    def only(self, keep: np.ndarray) -> Rows:
        return Rows(*(getattr(self, f)[keep] for f in self.__dataclass_fields__))


def rows_of(
    plan: FilePlan, parties: pl.DataFrame, kept: dict[Name, Kept], residents: int, rng: np.random.Generator
) -> Rows:
    """The rows of a file by its plan.  KeyError when the plan names a file that is not made."""
    party, parent = _origins(plan, parties, kept, residents, rng)
    if plan.members:
        party, parent = _members(plan.members, parties, party, parent)
    n = len(party)
    origin = np.arange(n)
    if plan.share < 1:
        chosen = rng.random(n) < plan.share
        chosen[:LEAST] |= chosen.sum() < LEAST  # a small city has a record of everything too
        origin = origin[chosen]
    year = np.full(len(origin), LAST_YEAR)
    name = plan.parent()
    if plan.years:
        back = np.tile(np.arange(plan.years)[::-1], len(origin))
        origin, year = np.repeat(origin, plan.years), np.repeat(year, plan.years) - back
    elif name and "@year" in kept[name].items.columns:
        year = kept[name].items["@year"].to_numpy()[parent[origin]]
    times = rng.integers(plan.each[0], plan.each[1] + 1, len(origin))
    first = np.cumsum(times) - times
    origin, year = np.repeat(origin, times), np.repeat(year, times)
    thing = np.arange(len(origin)) - np.repeat(first, times)
    if plan.of == "rows":
        # things of nobody are told apart by their number within the year alone
        for each_year in np.unique(year).tolist():
            thing[year == each_year] = np.arange(int((year == each_year).sum()))
    unit = np.arange(len(origin))
    more = (rng.random(len(origin)) < plan.history * _long(parties, party[origin])).astype(int)
    more += (more > 0) & (rng.random(len(origin)) < plan.history)
    count = more + 1
    first = np.cumsum(count) - count
    history = np.arange(int(count.sum())) - np.repeat(first, count)
    at = np.repeat(np.arange(len(origin)), count)
    return Rows(
        party=party[origin][at], parent=parent[origin][at], year=year[at], thing=thing[at], unit=unit[at],
        history=history, last=history == np.repeat(count, count) - 1,
    )  # fmt: skip


def _origins(
    plan: FilePlan, parties: pl.DataFrame, kept: dict[Name, Kept], residents: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    if plan.of == "rows":
        n = plan.once or max(1, round(plan.rows * residents))
        return np.full(n, -1), np.full(n, -1)
    name = plan.parent()
    if name:
        party = kept[name].party
        frame = kept[name].items
        # one record per key that the details know: of several history records the last
        theirs = list(dict.fromkeys(links(plan).values()))
        known = frame.with_row_index("@place")
        if plan.totals and all(t.when for t in plan.totals):
            known = known.filter(pl.any_horizontal(all_hold(t.when) for t in plan.totals))
        if theirs:
            known = known.select("@place", *theirs).unique(theirs, keep="last", maintain_order=True)
        place = known["@place"].to_numpy().astype(np.int64)
        party = party[place]
    else:
        place = np.flatnonzero(_who(plan.of, parties))
        party = place
        frame = pl.DataFrame({"@": place})
    if plan.where:
        keep = holds(plan.where, frame[place] if name else frame, parties, party)
        place, party = place[keep], party[keep]
    return party, place if name else np.full(len(place), -1)


def _members(
    where: str, parties: pl.DataFrame, party: np.ndarray, parent: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A row for each member of the household of each head, of those that the condition holds for."""
    every = np.arange(parties.height)
    among = np.flatnonzero(holds(where, parties, parties, every) & (parties["head"].fill_null(-1).to_numpy() >= 0))
    members = pl.DataFrame({"head": parties["head"].to_numpy()[among], "@member": among})
    heads = pl.DataFrame({"head": party, "@parent": parent})
    both = heads.join(members, on="head", how="inner", maintain_order="left_right")
    return both["@member"].to_numpy(), both["@parent"].to_numpy()


def _long(parties: pl.DataFrame, party: np.ndarray) -> np.ndarray:
    """1 where the party's time is long enough to have a history, else 0."""
    span = (parties["end"] - parties["start"]).to_numpy() if parties.height else np.zeros(1)
    found: np.ndarray = np.where(party < 0, 1, span[np.maximum(party, 0)] > 90)
    return found


def all_hold(conditions: Iterable[Condition]) -> pl.Expr:
    """Conditions as one expression over the items of a made file."""
    told = pl.lit(True)
    for c in conditions:
        column = pl.col(c.item)
        if c.present is not None:
            told &= column.is_not_null() if c.present else column.is_null()
        elif c.in_ is not None:
            told &= column.cast(pl.String).fill_null("").is_in(list(c.in_))
        else:
            told &= ~column.cast(pl.String).fill_null("").is_in(list(c.not_in or ()))
    return told


def _who(of: str, parties: pl.DataFrame) -> np.ndarray:
    kind = pl.col("kind")
    exprs = {
        "residents": kind == "resident", "others": kind == "other", "houjin": kind == "houjin",
        "persons": kind != "houjin", "outsiders": kind != "resident", "parties": pl.lit(True),
        "households": (kind == "resident") & pl.col("is_head"),
    }  # fmt: skip
    found: np.ndarray = parties.select(exprs[of] & kind.is_not_null()).to_series().to_numpy()
    return found


def seen(sql: str, frame: pl.DataFrame, parties: pl.DataFrame, party: np.ndarray) -> pl.DataFrame:
    """The columns that an expression names: of the file's own items first, then of the party."""
    names = dict.fromkeys(pl.sql_expr(sql).meta.root_names())
    columns = {}
    for name in names:
        if name in frame.columns:
            columns[name] = frame[name]
        elif name in parties.columns:
            columns[name] = gathered(parties[name], party)
        else:
            raise KeyError(name)
    return pl.DataFrame(columns) if columns else frame.select(pl.lit(True).alias("@")).head(frame.height)


def gathered(column: pl.Series, places: np.ndarray) -> pl.Series:
    """Values at places, null where a place is negative."""
    found = column.gather(np.maximum(places, 0)) if len(column) else pl.Series([None] * len(places))
    if (places >= 0).all():
        return found
    return pl.DataFrame({"v": found, "t": places >= 0}).select(pl.when("t").then("v"))["v"]


def holds(sql: str, frame: pl.DataFrame, parties: pl.DataFrame, party: np.ndarray) -> np.ndarray:
    """Where an SQL condition is true."""
    told = seen(sql, frame, parties, party).select(pl.sql_expr(sql).fill_null(False).alias("w"))["w"]
    found: np.ndarray = told.to_numpy()
    return found if len(found) == len(party) else np.full(len(party), bool(found[0]))


