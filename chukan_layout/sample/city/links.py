"""What a record takes from elsewhere: the recipe's expressions, the record it details, foreign keys."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from chukan_layout.model.layout import Compare, Foreign, Target
from chukan_layout.sample.city.plan import FilePlan, Name, is_person, pairs
from chukan_layout.sample.city.rows import Kept, Rows, all_hold, gathered, seen
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
        return {m: gathered(parent[t], rows.parent) for m, t in pairs(self.plan, parent.columns).items()}

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
        both = [(known[mine], there.items[theirs]) for mine, theirs in zip(items, target.items, strict=True)
                 if mine in known and theirs in there.items.columns]  # fmt: skip
        if both:
            found = _some([a for a, _ in both], [b for _, b in both], self.rng)
            blank = np.zeros(len(rows), bool)
            for mine, _ in both:
                blank |= mine.is_null().to_numpy()
            # what is required here and blank where it was copied from may be any
            any_one = self.rng.integers(0, max(there.items.height, 1), len(rows))
            return np.where(blank & (there.items.height > 0), any_one, found)
        number, head = self.parties["no"], self.parties["head_no"]
        for column in (number, head):
            mine, theirs = gathered(column, rows.party), gathered(column, there.party)
            if mine.null_count() < len(mine) and theirs.null_count() < len(theirs):
                found = _some([mine], [theirs], self.rng)
                if (found >= 0).any():
                    return found
        if not there.items.height:
            return np.full(len(rows), -1)
        return self.rng.integers(0, there.items.height, len(rows))


def _some(mine: list[pl.Series], theirs: list[pl.Series], rng: np.random.Generator) -> np.ndarray:
    """Place of one record of ``theirs`` that equals mine, whichever; -1 when none does."""
    names = [str(i) for i in range(len(mine))]
    left = pl.DataFrame([s.cast(pl.String).alias(n) for s, n in zip(mine, names, strict=True)])
    right = pl.DataFrame([s.cast(pl.String).alias(n) for s, n in zip(theirs, names, strict=True)])
    right = right.with_row_index("@place").with_columns(
        pl.int_range(pl.len()).over(names).alias("@rank"), pl.len().over(names).alias("@count")
    )
    count = left.join(right.unique(names, maintain_order=True), on=names, how="left", maintain_order="left")["@count"]
    among = np.maximum(count.cast(pl.Int64).fill_null(1).to_numpy(), 1)
    left = left.with_columns(pl.Series("@rank", rng.integers(0, 1 << 40, len(left)) % among))
    found = left.join(right, on=[*names, "@rank"], how="left", maintain_order="left")["@place"]
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
        of = (target.area or file.area, target.file)
        if is_person(target, file.area) or of == links.plan.parent() or of not in links.kept:
            continue
        place = links.matched(rows, check.items, target, known)
        there = links.kept[of].items
        for mine, theirs in zip(check.items, target.items, strict=True):
            if mine not in known or not (file.item(mine).required or mine in file.key):
                known[mine] = gathered(there[theirs], place)
            elif known[mine].null_count():
                known[mine] = known[mine].fill_null(gathered(there[theirs], place))
        if all(file.item(i).required or i in file.key for i in check.items):
            keep &= place >= 0
    for row in file.row_checks:
        if isinstance(row, Compare) and row.op == "!=" and row.left in known and row.right in known:
            keep &= (known[row.left] != known[row.right]).fill_null(True).to_numpy()
    if not keep.all():
        rows = rows.only(keep)
        known = {k: v.filter(pl.Series(keep)) for k, v in known.items()}
    return rows, known


def overrides(table: Table, parent: Kept | None) -> None:
    """The expressions of the recipe, over the file's own known items, the parent's and the party's columns."""
    own = {i: table.column(table.file.item(i)) for i in table.values}
    shape = pl.DataFrame(own | {"@": np.arange(table.n)})
    if parent is not None:
        there = [gathered(c, table.rows.parent).alias(f"p.{c.name}") for c in parent.items.iter_columns()]
        shape = shape.with_columns(there)
    shape = shape.with_columns(pl.Series("year_", table.rows.year), pl.Series("thing", table.rows.thing),
                               pl.Series("last", table.rows.last), pl.Series("nth", table.rows.history),
                               dice=pl.Series(table.rng.random(table.n)))  # fmt: skip
    for name, sql in table.plan.item.items():
        values = seen(sql, shape, table.parties, table.rows.party).select(pl.sql_expr(sql).alias("v"))["v"]
        if len(values) != table.n:
            values = pl.Series([values[0]] * table.n, dtype=values.dtype)
        table.set_text(name, values)
        shape = shape.with_columns(table.column(table.file.item(name)).alias(name))


def wanted_codes(table: Table) -> None:
    """The first records of each parent count for its totals, one record for each of them."""
    checks = [t for t in table.plan.totals if t.of_when]
    for place, check in enumerate(checks):
        turn = place if len(checks) > 1 else 0
        due = table.rows.thing == turn
        for condition in check.of_when:
            name = condition.item
            if name not in table.codes or name in table.fixed:
                continue
            among = condition.in_ if condition.in_ is not None else condition.not_in or ()
            inside = condition.in_ is not None
            places = [i for i, c in enumerate(table.codes[name]) if (c in among) == inside]
            if places:
                table.values[name] = np.where(due, places[0], table.values[name])


def split_totals(table: Table, plan: FilePlan, kept: dict[Name, Kept]) -> None:
    """Amounts that must add up to one of the parent record: shares of hundreds, the rest on the first."""
    name = plan.parent()
    if name is None:
        return
    there = kept[name].items
    for check in plan.totals:
        amount = np.where(
            there.select(all_hold(check.when).alias("w"))["w"].to_numpy() if check.when else True,
            there[check.amount].cast(pl.Int64).fill_null(0).to_numpy(), 100_000,
        )  # fmt: skip
        _share(table, check.of_amount, amount, table.all_true(check.of_when))
    for item, amount_of in plan.split.items():
        _share(table, item, there[amount_of].cast(pl.Int64).fill_null(0).to_numpy(), np.ones(table.n, bool))


def _share(table: Table, item: str, amount: np.ndarray, counts: np.ndarray) -> None:
    """``amount`` of each parent among its records that count; the others keep what they have."""
    parent = table.rows.parent
    share = np.bincount(parent[counts], minlength=len(amount))
    each = np.where(share > 0, amount // np.maximum(share, 1) // 100 * 100, 0)
    first = np.zeros(table.n, bool)
    places = np.flatnonzero(counts)
    _, at = np.unique(parent[places], return_index=True)
    first[places[at]] = True
    value = np.where(first, (amount - each * (share - 1))[parent], each[parent])
    before = table.values.get(item, table.rng.integers(1, 50, table.n) * 100)
    table.set(item, np.where(counts, value, before))
