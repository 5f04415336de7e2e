"""A record for every rule of a layout that breaks it, put behind the clean records of a city.

Every broken record has keys of its own, so that clean records beside it stay clean: what must be found is known
(:class:`Due`), and nothing may be found among the clean ones.  Other rules may break in the same record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import polars as pl

from chukan_layout.model.layout import (
    Compare,
    Condition,
    Dated,
    Foreign,
    GroupCount,
    History,
    Implies,
    Item,
    Joined,
    KeyedCheck,
    LayoutFile,
    LayoutSet,
    Periods,
    RowCheck,
    Sum,
    Totals,
    Unique,
)
from chukan_layout.plan.reference import check_digit_ok
from chukan_layout.rules.generated import kinds_of

Record = dict[str, str]
Name = tuple[int, str]
NUMBERS = ("9", "S9", "9V")
#: Kinds that only the operations of a mapping can raise: tests/unit/test_defects.py breaks them in vendorA's dump.
OF_MAPPINGS = ("ERA", "LUN", "UNK")
#: Stands for a byte that is no UTF-8.
BYTE = "\udcff"


class Due(NamedTuple):
    rule: str
    file: Name
    line: int


class Matrix:
    """``frames`` are the clean files; :meth:`fill` appends and :meth:`write` writes them."""

    def __init__(self, layouts: LayoutSet, folder: Path) -> None:
        self.layouts, self.folder = layouts, folder
        self.files = {(a.no, f.id): f for a in layouts.areas for f in a.files}
        self.records: dict[Name, list[Record]] = {}
        self.base: dict[Name, Record] = {}
        self.clean: dict[Name, int] = {}
        self.due: list[Due] = []
        self.unbroken: list[str] = []
        self._serial = 0
        for name, file in self.files.items():
            path = folder / file.folder / f"{file.id}.csv"
            frame = pl.read_csv(path, infer_schema=False).with_columns(pl.all().fill_null(""))
            self.clean[name] = frame.height
            self.base[name] = dict(frame.row(0, named=True)) if frame.height else {i.name: "" for i in file.items}
            self.records[name] = []

    # ------------------------------------------------------------ making records

    def fresh(self, file: LayoutFile, items: Sequence[str] = ()) -> Record:
        """A copy of a clean record with keys, and ``items``, that no other has: it joins no group of clean ones."""
        record = dict(self.base[file.area, file.id])
        self._serial += 1
        grouped = [
            c.key if isinstance(c, Periods | History) else c.group
            for c in file.keyed_checks
            if isinstance(c, Periods | History | GroupCount)
        ]
        for name in {n: None for names in (file.key, *grouped, items) for n in names}:
            record[name] = self.other(file.item(name), record[name])
        return record

    def other(self, item: Item, text: str) -> str:
        if item.code or item.check_digit or (item.max is not None and len(item.max) < 5):
            return text or self.value(item)
        if item.type == "DATE":
            return (date(1901, 1, 1) + timedelta(self._serial)).isoformat()
        if item.type == "YEAR":
            return str(1950 + self._serial % 50)
        if item.type in NUMBERS:
            return str(10 ** min(item.digits - 1, 8) + self._serial % 10 ** min(item.digits - 1, 8))
        if item.charset_class in ("full", "kana"):
            return "".join(chr(0x30A2 + int(c)) for c in str(90000 + self._serial))[-item.digits :]
        return f"9{self._serial:0{min(item.digits, 12) - 1}d}"[-item.digits :].zfill(item.digits if item.exact else 1)

    def value(self, item: Item) -> str:
        """A value that the item may hold."""
        if item.code:
            return self.codes(item)[0]
        if item.check_digit:
            return "9" * item.digits
        if item.type in ("X", "N"):
            one = {"full": "架", "kana": "ア"}.get(item.charset_class, "9")
            return one * (item.digits if item.exact else 1)
        texts = {"DATE": "2000-06-15", "TIME": "10:00", "YEAR": "2000"}
        return texts.get(item.type, item.min if item.min is not None else "1")

    def codes(self, item: Item) -> Sequence[str]:
        area = next(a for a in self.layouts.areas for f in a.files if item in f.items and item.code in a.codes)
        return area.codes[item.code or ""].codes

    def hold(self, file: LayoutFile, record: Record, conditions: Sequence[Condition]) -> None:
        """Make the conditions hold."""
        for c in conditions:
            self.turn(file, record, c, True)

    def turn(self, file: LayoutFile, record: Record, c: Condition, wanted: bool) -> None:
        item = file.item(c.item)
        if c.present is not None:
            record[c.item] = (record[c.item] or self.value(item)) if c.present == wanted else ""
            return
        inside, among = (c.in_ is not None) == wanted, c.in_ if c.in_ is not None else c.not_in or ()
        if (record[c.item] in among) == inside and record[c.item]:
            return
        pool = among if inside else [k for k in (self.codes(item) if item.code else [self.value(item)]) if k not in among]
        record[c.item] = next(iter(pool), "")

    def put(self, file: LayoutFile, *records: Record) -> int:
        """Append; the line of the last."""
        name = (file.area, file.id)
        self.records[name] += records
        return 1 + self.clean[name] + len(self.records[name])

    # ------------------------------------------------------------ one fault a rule

    def fill(self) -> None:
        for name, file in self.files.items():
            for item in file.items:
                for kind in kinds_of(item):
                    record = self.of_item(file, item, kind)
                    if record is not None:
                        self.due.append(Due(f"{file.area:02d}-{file.no:02d}-{item.no:03d}-{kind}", name, self.put(file, record)))
                    elif kind not in OF_MAPPINGS:
                        self.unbroken.append(f"{file.area:02d}-{file.no:02d}-{item.no:03d}-{kind}")
            for check in (*file.row_checks, *file.keyed_checks):
                line = self.of_check(file, check)
                self.due.append(Due(f"{file.area:02d}-{file.no:02d}-{check.id}", name, line))

    def of_item(self, file: LayoutFile, item: Item, kind: str) -> Record | None:
        """A record in which the item breaks its rule of that kind; None for one that validation cannot break."""
        record = self.fresh(file)
        self.hold(file, record, item.applies_when)
        text = self.value(item) if item.name not in file.key else record[item.name]
        wrong: dict[str, Callable[[], str | None]] = {
            "REQ": lambda: "", "CND": lambda: "", "ABS": lambda: text, "COD": lambda: "?x", "DAT": lambda: "abc",
            "CAL": lambda: "2000-02-30", "TYP": lambda: "1x", "ENC": lambda: BYTE + text, "GAI": lambda: "\ue000" + text,
            "CHR": lambda: _no_character(item), "DIG": lambda: _too_long(item), "CDG": lambda: _no_check_digit(item),
            "RNG": lambda: _out_of_range(item),
        }  # fmt: skip
        value = wrong[kind]() if kind in wrong else None
        if value is None:
            return None
        if kind == "ABS":
            self.turn(file, record, item.applies_when[0], False)
        if kind == "CND":
            self.hold(file, record, item.required_when)
        record[item.name] = value
        return record

    def of_check(self, file: LayoutFile, check: RowCheck | KeyedCheck) -> int:
        """Puts records that break the check; the line at which it is told."""
        record = self.fresh(file)
        self.hold(file, record, getattr(check, "when", ()))
        if isinstance(check, Compare | Implies | Sum | Dated):
            self._row(file, check, record)
            return self.put(file, record)
        return self._keyed(file, check, record)

    def _row(self, file: LayoutFile, check: RowCheck, record: Record) -> None:
        if isinstance(check, Implies):
            names = {c.item for c in check.when}
            failing = next((c for c in check.then if c.item not in names), check.then[0])
            self.turn(file, record, failing, False)
        elif isinstance(check, Sum):
            for name in (*check.plus, *check.minus):
                record[name] = "0"
            record[check.total] = str(check.tolerance + 7)
        elif isinstance(check, Dated):
            item = file.item(check.item)
            table = self.layouts.area(file.area).codes[item.code or ""]
            code = next(v for v in table.values if v.valid_source)
            record[check.item] = code.code
            day = date.fromisoformat(code.valid_to or "") + timedelta(1) if code.valid_to else date.fromisoformat(code.valid_from or "") - timedelta(1)
            record[check.at or ""] = day.isoformat()
        else:
            self._compared(file, check, record)

    def _compared(self, file: LayoutFile, check: Compare, record: Record) -> None:
        item, right = file.item(check.left), file.item(check.right)
        if item.code and right.code:
            mine = [k for k in self.codes(item) if check.op == "==" or k in self.codes(right)]
            record[check.left] = mine[0]
            record[check.right] = mine[0] if check.op == "!=" else next(k for k in self.codes(right) if k != mine[0])
            return
        low, high = ("2000-01-01", "2000-01-02") if item.type == "DATE" else ("1", "2")
        if item.type == "YEAR":
            low, high = "2000", "2001"
        if item.type == "TIME":
            low, high = "10:00", "11:00"
        pair = {"<=": (high, low), "<": (high, low), ">=": (low, high), ">": (low, high), "==": (low, high), "!=": (low, low)}
        record[check.left], record[check.right] = pair[check.op]

    def _keyed(self, file: LayoutFile, check: KeyedCheck, record: Record) -> int:
        if isinstance(check, Unique):
            for name in check.items:
                record[name] = record[name] or self.other(file.item(name), "")
            return self.put(file, record, dict(record))
        if isinstance(check, Foreign):
            fixed = {c.item for c in check.when if c.present is None}
            self._serial += 1  # not the record's own number
            plain = [name for name in check.items if name not in fixed and not file.item(name).code]
            for name in plain or check.items:
                item = file.item(name)
                if name not in fixed:
                    record[name] = "z" * item.digits if item.code else self.other(item, "")
            return self.put(file, record)
        if isinstance(check, Totals):
            record[check.amount] = str(check.tolerance + 7)
            for name in check.items:
                record[name] = self.other(file.item(name), record[name])
            return self.put(file, record)
        if isinstance(check, GroupCount):
            return self._group(file, check, record)
        if isinstance(check, History) and check.start == "any":
            for name in check.key:
                record[name] = self.other(file.item(name), record[name])
            later = {**self.fresh(file), **{n: record[n] for n in check.key}}
            record[check.number], later[check.number] = "2001", "2003"
            return self.put(file, record, later)
        if isinstance(check, History):
            for name in check.key:
                record[name] = self.other(file.item(name), record[name])
            record[check.number] = "77".zfill(file.item(check.number).digits if file.item(check.number).exact else 1)
            return self.put(file, record)
        if isinstance(check, Periods):
            for name in check.key:
                record[name] = self.other(file.item(name), record[name])
            later = {**self.fresh(file), **{n: record[n] for n in (*check.key, *(c.item for c in check.when))}}
            record[check.start], record[check.end] = "2000-01-01", "2000-12-31"
            later[check.start], later[check.end] = "2000-06-01", "2000-12-31"
            return self.put(file, record, later)
        return self._joined(file, check, record)

    def _group(self, file: LayoutFile, check: GroupCount, record: Record) -> int:
        for name in check.group:
            record[name] = self.other(file.item(name), record[name])
        self.hold(file, record, check.where)
        if check.min:
            self.turn(file, record, check.count[0], False)
            return self.put(file, record)
        self.hold(file, record, check.count)
        kept = {*check.group, *(c.item for c in (*check.where, *check.count))}
        return self.put(file, *({**self.fresh(file), **{n: record[n] for n in kept}} for _ in range(check.max + 1)))

    def _joined(self, file: LayoutFile, check: Joined, record: Record) -> int:
        there = self.files[check.to_area or file.area, check.to_file]
        parent = self.fresh(there)
        self.hold(there, parent, check.to_when)
        parent[check.to_item] = "2000-06-15"
        for mine, name in zip(check.items, check.to_items, strict=True):
            parent[name] = parent[name] or self.other(there.item(name), "")
            record[mine] = parent[name]
        record[check.item] = "1990-01-01" if check.op in (">=", ">") else "2199-12-31"
        self.put(there, parent)
        return self.put(file, record)

    # ------------------------------------------------------------ files

    def write(self) -> None:
        """Append the records to the files."""
        for name, records in self.records.items():
            file = self.files[name]
            path = self.folder / file.folder / f"{file.id}.csv"
            columns = path.read_text("utf-8").split("\n", 1)[0].split(",")
            lines = "".join(",".join(record[c] for c in columns) + "\n" for record in records)
            with path.open("ab") as out:
                out.write(lines.encode("utf-8", "surrogateescape"))


def _no_character(item: Item) -> str | None:
    wrong = {"half": "架", "digit": "X", "alnum": "架", "full": "A", "kana": "架", "any": "\x01"}[item.charset_class]
    return wrong * (item.digits if item.exact else 1)


def _too_long(item: Item) -> str | None:
    if item.type in NUMBERS:
        return "9" * (item.digits + 1)
    if item.type not in ("X", "N"):
        return None
    return {"full": "架", "kana": "ア"}.get(item.charset_class, "9") * (item.digits + 1)


def _no_check_digit(item: Item) -> str | None:
    if item.check_digit == "juminhyo":
        return None  # its weights are not published: without them in the settings nothing is judged
    head = "1" * (item.digits - 1)
    wrong = (head + d for d in "0123456789" if not check_digit_ok(item.check_digit or "", head + d, (1,) * item.digits))
    return next(wrong, None)


def _out_of_range(item: Item) -> str | None:
    if item.type == "DATE":
        return "0001-01-01" if item.min is not None else "9998-12-31"
    if item.max is not None and len(str(int(item.max) + 1)) <= item.digits:
        return str(int(item.max) + 1)
    if item.min is not None and (int(item.min) > 0 or item.type == "S9"):
        return str(int(item.min) - 1)
    return None


def kinds(due: Sequence[Due]) -> Iterator[str]:
    """The kind or the check of every fault."""
    return (d.rule.rpartition("-")[2] for d in due)
