"""How good the proposals of ``chukan mapping init`` are, on dumps whose true mapping is known.

Prints a Markdown table: columns with a true item, columns that got a proposal, how many of these are right.  The
dumps are synthetic; vendorA's areas but 住民基本台帳 abbreviate the layout's own names and are therefore easy, so
the same dumps are measured with headings cut to four characters and without headings, and two mappings whose
headings were not made from the layout stand beside them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from chukan_layout.model.layout import Area, LayoutFile, LayoutSet
from chukan_layout.model.mapping import FileMapping
from chukan_layout.model.mapping import Mapping as Vendor
from chukan_layout.propose.files import guesses
from chukan_layout.propose.match import Proposal, proposals
from chukan_layout.propose.profile import Profile, read_profiles
from chukan_layout.sample.city.write import write_city
from chukan_layout.sample.generate import write_sample
from chukan_layout.spec.load import load_layouts, load_mapping

Case = tuple[FileMapping, Area, LayoutFile, list[Profile], dict[str, set[str]]]
Way = Callable[[Case], Sequence[Proposal]]


def cases(vendor: Vendor, folder: Path, layouts: LayoutSet) -> Iterator[Case]:
    """Every file of the dump with its true mapping (column -> items)."""
    for m in vendor.files:
        path = folder / f"{m.source.files[0].split('*')[0]}01.csv"
        area = next((a for a in layouts.areas if a.no == m.area), None)
        if area is None or not path.exists():
            continue
        truth: dict[str, set[str]] = {}
        for line in m.item:
            for column in line.from_:
                truth.setdefault(column, set()).add(line.to)
        profiles = read_profiles(path, m.source.encoding, m.source.delimiter, m.source.columns)
        yield m, area, next(f for f in area.files if f.id == m.file), profiles, truth


def cut(case: Case, width: int = 4) -> Case:
    """The same with headings cut to ``width`` characters (a number behind those that become alike)."""
    m, area, file, profiles, truth = case
    renamed: dict[str, str] = {}
    for p in profiles:  # no dates in parts here
        name, number = p.name[:width], 1
        while name in renamed.values():
            number += 1
            name = f"{p.name[:width]}{number}"
        renamed[p.name] = name
    short = [Profile(**{**vars(p), "name": renamed[p.name]}) for p in profiles]
    return m, area, file, short, {renamed[c]: items for c, items in truth.items()}


def measured(every: Sequence[Case], way: Way, sure: float = 0.0) -> tuple[int, int, int]:
    """(columns with an item, proposals at ``sure`` or above, right ones)."""
    columns = given = right = 0
    for case in every:
        truth = case[4]
        parts = {p.name: p.parts for p in case[3]}
        columns += len(truth)
        for p in way(case):
            if p.confidence >= sure:
                for column in parts[p.column] or (p.column,):
                    given += 1
                    right += p.item in truth.get(column, ())
    return columns, given, right


def plain(known: Mapping[str, frozenset[str]], names: bool, contents: bool) -> Way:
    return lambda c: proposals(c[3], c[2], c[1], known, names, contents)


def numbers(every: Sequence[Case]) -> dict[str, frozenset[str]]:
    """Key values of the files of the dump, as a run over the whole dump knows them."""
    known = {}
    for _, _, file, profiles, truth in every:
        for p in profiles:
            for item in truth.get(p.name, set()) & set(file.key):
                known[f"{file.id}.{item}"] = p.values
    return known


def rows(residents: int) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """The lines of the table."""
    layouts = load_layouts("latest")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vendor = load_mapping("vendorA")
        write_city(folder / "a", residents, 1, layouts, [a.no for a in layouts.areas], vendor, True)
        other = load_mapping("lgdpm2013")
        write_sample(folder / "l", residents, 1, layouts, other, True)
        every = list(cases(vendor, folder / "a", layouts))
        known = numbers(every)
        own = [c for c in every if c[1].no != 1]
        short = [cut(c) for c in own]
        register = [c for c in every if c[1].no == 1]
        yield "vendorA 住民基本台帳（見出しは人が付けた）", measured(register, plain(known, True, True))
        old = list(cases(other, folder / "l", layouts))
        yield "lgdpm2013 住民情報（見出しは公開プログラムの列名、日付は年月日の列に分割）", measured(old, plain({}, True, True))
        yield "vendorA ほかの業務（見出しは項目名の略）", measured(own, plain(known, True, True))
        yield "　うち確信度 0.70 以上", measured(own, plain(known, True, True), 0.7)
        yield "　見出しを先頭4文字に切る", measured(short, plain(known, True, True))
        yield "　見出しだけを見る", measured(own, plain({}, True, False))
        yield "　見出しなし（値と位置だけ）", measured(own, plain(known, False, True))
        yield "　見出しなし、うち確信度 0.50 以上", measured(own, plain(known, False, True), 0.5)
        right = sum(guesses(c[3], layouts)[0].file == c[2] for c in every)
        yield "どの移行ファイルか（ファイル単位）", (len(every), len(every), right)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=3000)
    words = parser.parse_args()
    print("| 対象 | 対応のある列 | 提案した列 | 正しい提案 | 適合率 | 再現率 |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, (columns, given, right) in rows(words.residents):
        print(f"| {name} | {columns:,} | {given:,} | {right:,} | {right / max(given, 1):.1%} | {right / max(columns, 1):.1%} |")


if __name__ == "__main__":
    main()
