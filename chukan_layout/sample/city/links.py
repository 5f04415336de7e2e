"""What a record takes from elsewhere: the recipe's expressions, the record it details, foreign keys."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from chukan_layout.model.layout import Foreign, Target, Totals
from chukan_layout.sample.city.plan import FilePlan, Name, is_person
from chukan_layout.sample.city.rows import Kept, Rows, gathered, seen
from chukan_layout.sample.city.table import Table

#: Items that name the head of the household rather than the person.
HEAD = re.compile("世帯主|納付義務者|保護者|扶養義務者|代表者|納税義務者|受給者|請求者|申請者")
RESIDENT_FILE = "住民情報"


class Links:
    """The records that each foreign key of a file refers to, found before any value is made."""

    def __init__(self, plan: FilePlan, parties: pl.DataFrame, kept: dict[Name, Kept], rng: np.random.Generator) -> None:
        self.plan, self.parties, self.kept, self.rng = plan, parties, kept, rng
        self.foreign = [c for c in plan.file.keyed_checks if isinstance(c, Foreign)]

    def copied(self, rows: Rows) -> dict[str, pl.Series]:
        """Item -> what the parent record holds: foreign keys into it and keys of totals over this file."""
        name = self.plan.parent()
        if name is None:
            return {}
        parent = self.kept[name].items
        pairs: dict[str, str] = {}
        for check in self.foreign:
            for target in check.targets:
                if (target.area or self.plan.file.area, target.file) == name:
                    pairs |= dict(zip(check.items, target.items, strict=True))
        if name[0] == self.plan.file.area:
            for item in self.plan.file.key:
                if item in parent.columns and item not in pairs and "履歴" not in item:
                    pairs[item] = item
        found = {mine: gathered(parent[theirs], rows.parent) for mine, theirs in pairs.items() if theirs in parent.columns}
        return found

    def persons(self) -> dict[str, bool]:
        """Items that hold the number of a person -> whether only residents may stand there."""
        found: dict[str, bool] = {}
        for check in self.foreign:
            if is_person(check.targets[0], self.plan.file.area):
                alone = all(t.file == RESIDENT_FILE for t in check.targets)
                found[check.items[0]] = alone
        return found

    def of_person(self, rows: Rows, name: str, residents_only: bool, main: bool) -> pl.Series:
        """The number of the party, or of the head of its household for a second person."""
        party = rows.party.copy()
        kind = self.parties["kind"].to_numpy()
        resident = np.flatnonzero(kind == "resident")
        lost = party < 0
        if residents_only:
            lost |= kind[np.maximum(party, 0)] != "resident"
        party[lost] = self.rng.choice(resident, int(lost.sum()))
        if HEAD.search(name) and not main:
            return self.parties["head_no"].gather(party)
        return self.parties["no"].gather(party)

    def matched(self, rows: Rows, items: tuple[str, ...], target: Target, known: dict[str, pl.Series]) -> np.ndarray:
        """Place in the target of a record with the same known items, the same person or household; -1 for none."""
        name = (target.area or self.plan.file.area, target.file)
        there = self.kept[name]
        pairs = [(known[mine], there.items[theirs]) for mine, theirs in zip(items, target.items, strict=True)
                 if mine in known and theirs in there.items.columns]  # fmt: skip
        if pairs:
            return _first([a for a, _ in pairs], [b for _, b in pairs])
        number, head = self.parties["no"], self.parties["head_no"]
        for column in (number, head):
            mine, theirs = gathered(column, rows.party), gathered(column, there.party)
            if mine.null_count() < len(mine) and theirs.null_count() < len(theirs):
                found = _first([mine], [theirs])
                if (found >= 0).any():
                    return found
        if not there.items.height:
            return np.full(len(rows), -1)
        found = self.rng.integers(0, there.items.height, len(rows))
        return found


def _first(mine: list[pl.Series], theirs: list[pl.Series]) -> np.ndarray:
    """Place of the last record of ``theirs`` that equals mine, -1 when none does."""
    names = [str(i) for i in range(len(mine))]
    left = pl.DataFrame([s.cast(pl.String).alias(n) for s, n in zip(mine, names, strict=True)])
    right = pl.DataFrame([s.cast(pl.String).alias(n) for s, n in zip(theirs, names, strict=True)])
    right = right.with_row_index("@place").unique(names, keep="last", maintain_order=True)
    found = left.join(right, on=names, how="left", maintain_order="left")["@place"]
    places: np.ndarray = found.cast(pl.Int64).fill_null(-1).to_numpy()
    return places


def resolve(links: Links, rows: Rows) -> tuple[Rows, dict[str, pl.Series]]:
    """The rows that can satisfy every foreign key, and the items that follow from them."""
    file = links.plan.file
    known = links.copied(rows)
    persons = links.persons()
    mains = [name for name in persons if name not in known]
    main = next((m for m in mains if m in file.key), mains[0] if mains else "")
    for name in mains:
        known[name] = links.of_person(rows, name, persons[name], name == main)
    if links.plan.of in ("residents", "persons", "others", "households", "parties", "outsiders", "houjin"):
        for item in file.items:
            if item.name not in known and item.name.endswith("宛名番号") and item.name in file.key:
                known[item.name] = links.parties["no"].gather(rows.party)
            elif item.name not in known and item.name in ("世帯番号", "法人番号") and item.name in links.parties.columns:
                column = "house" if item.name == "世帯番号" else item.name
                known[item.name] = gathered(links.parties[column], rows.party)
    keep = np.ones(len(rows), bool)
    for check in links.foreign:
        target = check.targets[0]
        name = (target.area or file.area, target.file)
        if is_person(target, file.area) or name == links.plan.parent() or name not in links.kept:
            continue
        place = links.matched(rows, check.items, target, known)
        there = links.kept[name].items
        for mine, theirs in zip(check.items, target.items, strict=True):
            if mine not in known or not (file.item(mine).required or mine in file.key):
                known[mine] = gathered(there[theirs], place)
        if all(file.item(i).required or i in file.key for i in check.items):
            keep &= place >= 0
    if not keep.all():
        rows = rows.only(keep)
        known = {k: v.filter(pl.Series(keep)) for k, v in known.items()}
    return rows, known


def overrides(table: Table, parent: Kept | None) -> None:
    """The expressions of the recipe, over the file's own known items, the parent's and the party's columns."""
    own = {i: table._column(table.file.item(i)) for i in table.values}  # noqa: SLF001
    shape = pl.DataFrame(own) if own else pl.DataFrame()
    if parent is not None:
        there = [c for c in parent.items.columns if c not in own]
        shape = shape.with_columns([gathered(parent.items[c], table.rows.parent).alias(f"p.{c}") for c in there])
    shape = shape.with_columns(pl.Series("year_", table.rows.year), pl.Series("thing", table.rows.thing),
                               pl.Series("last", table.rows.last), pl.Series("nth", table.rows.history),
                               dice=pl.Series(table.rng.random(table.n)))  # fmt: skip
    for name, sql in table.plan.item.items():
        values = seen(sql, shape, table.parties, table.rows.party).select(pl.sql_expr(sql).alias("v"))["v"]
        if len(values) != table.n:
            values = pl.Series([values[0]] * table.n, dtype=values.dtype)
        table.set_text(name, values)
        shape = shape.with_columns(table._column(table.file.item(name)).alias(name))  # noqa: SLF001


def split_totals(table: Table, plan: FilePlan, kept: dict[Name, Kept], makers: dict[Name, list[Totals]]) -> None:
    """Amounts that must add up to one of the parent record: shares of hundreds, the rest on the first."""
    name = plan.parent()
    if name is None or name not in kept:
        return
    for check in makers.get(name, ()):
        if check.of_file != plan.file.id or check.amount not in kept[name].items.columns:
            continue
        amount = kept[name].items[check.amount].cast(pl.Int64).fill_null(0).to_numpy()
        counts = table.all_true(check.of_when)
        parent = table.rows.parent
        share = np.bincount(parent[counts], minlength=len(amount))
        each = np.where(share > 0, amount // np.maximum(share, 1) // 100 * 100, 0)
        value = np.where(counts, each[parent], 0)
        first = np.zeros(table.n, bool)
        places = np.flatnonzero(counts)
        _, at = np.unique(parent[places], return_index=True)
        first[places[at]] = True
        value = np.where(first, (amount - each * (share - 1))[parent], value)
        # records that do not count may hold anything
        other = table.rng.integers(1, 50, table.n) * 100
        table.set(check.of_amount, np.where(counts, value, other))
