"""Injects declared faults into a vendor sample and writes the list of what stands where."""

from __future__ import annotations

import csv
import random
import tomllib
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import FileMapping, Mapping
from chukan_layout.model.refusal import Refused
from chukan_layout.sample.defects import DEFECTS, Defect, Record
from chukan_layout.sample.host_defects import HOST_DEFECTS, HostFile
from chukan_layout.sample.text_defects import TEXT_DEFECTS
from chukan_layout.write.files import create_text, write_whole


class DefectsRefused(Refused):
    """The list of faults cannot be followed; the texts say why."""


class Wanted(NamedTuple):
    """``records`` of them, or the share ``rate`` of all, get the fault."""

    defect: Defect
    records: int
    rate: float


class Injected(NamedTuple):
    kind: str
    rule: str
    path: str
    line: int
    item: str


def read_wanted(path: Path, known: Sequence[Defect] = DEFECTS) -> list[Wanted]:
    """``[[defect]]`` tables with ``kind`` and ``count`` or ``rate``; ``kind = "*"`` means every kind.

    Raises DefectsRefused for a kind that there is none of, and for TOML that cannot be read.
    """
    return [
        Wanted(d, count, rate) for kind, count, rate in entries(path) for d in _kinds(kind, known)
    ]


def entries(path: Path) -> list[tuple[str, int, float]]:
    """(kind, count, rate) of every ``[[defect]]`` table; raises DefectsRefused as :func:`read_wanted` does."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("defect", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise DefectsRefused(f"誤りの一覧が TOML として読めません: {path.name}", f"{path.name} is not TOML") from None
    found = []
    for table in tables if isinstance(tables, list) else [tables]:
        count, rate = table.get("count", 0), table.get("rate", 0.0)
        if not isinstance(count, int) or not isinstance(rate, int | float) or not (count > 0 or rate > 0):
            ja = f"{path.name}: count (1以上の整数) か rate (0より大きい割合) を書いてください。"
            raise DefectsRefused(ja, f"{path.name}: give a count (1 or more) or a rate (above 0)")
        found.append((str(table.get("kind")), count, float(rate)))
    return found


def _kinds(kind: str, known: Sequence[Defect]) -> list[Defect]:
    found = [d for d in known if kind in ("*", d.kind)]
    if not found:
        near = "、".join(get_close_matches(kind, [d.kind for d in known], 1))
        hint = f"もしかして: {near}" if near else "一覧は --list-defects"
        raise DefectsRefused(f"誤りの種類 {kind} はありません。{hint}", f"there is no kind {kind}; {hint}")
    return found


def wanted_of(faults: Path, shape: str) -> list[Wanted]:
    """The faults of a file for a sample of that shape; DefectsRefused for the standard's."""
    known = {"vendorA": DEFECTS, "vendorB": HOST_DEFECTS, "vendorC": TEXT_DEFECTS}.get(shape)
    if known is None:
        raise DefectsRefused("誤りを入れられるのは --as vendorA・vendorB・vendorC です。", "faults go into --as vendorA, vendorB or vendorC")
    return read_wanted(faults, known)


def short_of(wanted: Sequence[Wanted], done: Sequence[Injected]) -> list[str]:
    """Kinds of which fewer records than asked for were fit to be changed."""
    got = Counter(i.kind for i in done)
    asked: Counter[str] = Counter()
    for w in wanted:
        asked[w.defect.kind] += 1 if w.defect.way == "truncate" else w.records
    return [f"{kind} {got[kind]}/{n}" for kind, n in asked.items() if got[kind] < n]


def inject(out: Path, wanted: Sequence[Wanted], seed: int, layouts: LayoutSet, vendor: Mapping) -> list[Injected]:
    """Change records of the sample in ``out`` and write ``injected.csv`` beside it.

    No household and no person gets two faults.  The lines are those of the changed files, the header being 1.
    """
    rng = random.Random(seed)
    taken: set[bytes] = set()
    done: list[Injected] = []
    for mapping in vendor.files:
        mine = [w for w in wanted if mapping.area == 1 and w.defect.file == mapping.file]
        if mine and mapping.source.record is not None:
            done += _into_records(out, mapping, mine, rng, _rule_ids(layouts, mapping))
        elif mine:
            file = _File(out, mapping, rng)
            ids = _rule_ids(layouts, mapping)
            for w in sorted(mine, key=lambda w: w.defect.way in ("append", "truncate")):
                done += file.inject(w, rng, taken, ids)
            file.write()
    write_list(out, done)
    return done


def _into_records(
    out: Path, mapping: FileMapping, wanted: Sequence[Wanted], rng: random.Random, rule_id: Any
) -> list[Injected]:
    """Faults in a file of records; those that lose records or cut the file come last."""
    file = HostFile(out, mapping, rng)
    taken: set[bytes] = set()
    places: list[tuple[str, int, str, str]] = []
    for w in sorted(wanted, key=lambda w: w.defect.way != "in place"):
        first, *more = w.defect.rule.split(" ")
        rule, item = rule_id(w.defect._replace(rule=first))
        count = w.records or max(1, round(w.rate * (len(file.records) - 2)))
        places += [(*one, item) for one in file.inject(w.defect, count, taken, [rule, *more])]
    file.write()
    found = {(rule, place): (kind, item) for rule, place, kind, item in places}
    return [
        Injected(kind, rule, file.path.name, file.line(place), item) for (rule, place), (kind, item) in found.items()
    ]


def _rule_ids(layouts: LayoutSet, mapping: FileMapping) -> Any:
    file = next(f for f in layouts.area(mapping.area).files if f.id == mapping.file)

    def rule_id(defect: Defect) -> tuple[str, str]:
        if defect.rule.startswith("S-"):
            return defect.rule, ""
        if ":" not in defect.rule:
            return f"{file.area:02d}-{file.no:02d}-{defect.rule}", ""
        name, kind = defect.rule.split(":")
        return f"{file.area:02d}-{file.no:02d}-{file.item(name).no:03d}-{kind}", name

    return rule_id


def write_list(out: Path, done: Sequence[Injected]) -> None:
    """``injected.csv``: what stands where."""
    with create_text(out / "injected.csv") as text:
        writer = csv.writer(text)
        writer.writerow(Injected._fields)
        in_order = sorted(done, key=lambda i: (i.path, i.line))
        writer.writerows(in_order)


class _File:
    """One file of the sample as lines, of UTF-16 ones in UTF-8; fields are never quoted in it."""

    def __init__(self, out: Path, mapping: FileMapping, rng: random.Random) -> None:
        self.path = out / mapping.source.files[0].replace("*", "01")
        self.columns = mapping.source.columns
        self._mark = mapping.source.delimiter.encode()
        self._wide = mapping.source.encoding == "utf-16"
        raw = self.path.read_bytes()
        self.lines = (_narrow(raw) if self._wide else raw).split(b"\r\n")[:-1]
        self.end = b"\r\n"
        self._people = Counter(line.split(self._mark, 1)[0] for line in self.lines)
        self._resident = mapping.file == "住民情報"
        self._order = rng.sample(range(1, len(self.lines)), len(self.lines) - 1)

    def record(self, at: int) -> Record:
        return dict(zip(self.columns, self.lines[at].split(self._mark), strict=False))

    def _ours(self, record: Record) -> bytes:
        """What no two faults may share: the household, or the person of the other files."""
        return b"h" + record["世帯番号"] if self._resident else b"p" + record[self.columns[0]]

    def inject(self, wanted: Wanted, rng: random.Random, taken: set[bytes], rule_id: Any) -> list[Injected]:
        defect = wanted.defect
        left = wanted.records or max(1, round(wanted.rate * (len(self.lines) - 1)))
        rule, item = rule_id(defect)
        done = []
        start = rng.randrange(len(self._order)) if self._order else 0
        for step in range(len(self._order)):
            at = self._order[(start + step) % len(self._order)]
            if not left:
                break
            record = self.record(at)
            if len(record) < len(self.columns) or self._ours(record) in taken or not self._fits(defect, record, at):
                continue
            taken.add(self._ours(record))
            line = self._apply(defect, record, at)
            done.append(Injected(defect.kind, rule, self.path.name, line, item))
            left -= 1
            if defect.way == "truncate":
                break
        return done

    def _fits(self, defect: Defect, record: Record, at: int) -> bool:
        if not self._resident and self._people[record[self.columns[0]]] > 1:
            return False
        if defect.way == "copy number" and at < 2:
            return False
        return defect.fits(record)

    def _apply(self, defect: Defect, record: Record, at: int) -> int:
        """The line (from 1) where the finding must stand."""
        if defect.way == "raw":
            record[""] = self.lines[at]
            defect.change(record)
            self.lines[at] = record[""]
        elif defect.way in ("append", "truncate"):
            record[""] = self.lines[at]
            defect.change(record)
            self.lines.append(record[""])
            at = len(self.lines) - 1
            if defect.way == "truncate":
                self.end = b""
        elif defect.way == "copy number":
            self._copy_number(defect, record, at)
        else:
            defect.change(record)
            self.lines[at] = self._mark.join(record[c] for c in self.columns)
        return at + 1

    def _copy_number(self, defect: Defect, record: Record, at: int) -> None:
        """The number of the person of an earlier latest record."""
        column = "個人番号" if defect.rule == "K04" else "住民票コード"
        earlier = next(r for i in range(1, at) if (r := self.record(i))["最新区分"] == b"1")
        record[column] = earlier[column]
        self.lines[at] = self._mark.join(record[c] for c in self.columns)

    def write(self) -> None:
        raw = b"\r\n".join(self.lines) + self.end
        write_whole(self.path, _widened(raw) if self._wide else raw)


def _narrow(raw: bytes) -> bytes:
    """UTF-16 with its mark as UTF-8."""
    return raw.decode("utf-16").encode()


def _widened(raw: bytes) -> bytes:
    return ("\ufeff" + raw.decode("utf-8", "surrogatepass")).encode("utf-16-le", "surrogatepass")
