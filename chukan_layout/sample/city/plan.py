"""Which files are made of whom, and in which order.

A recipe (``recipes/NN.toml``) says per 移行ファイル who stands in it; what it leaves out is inferred from the keys
and foreign keys of the layout.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chukan_layout.model.layout import CodeTable, Foreign, History, LayoutFile, LayoutSet, Target, Totals

RECIPES = Path(__file__).parent / "recipes"
#: Who a recipe may name besides files.
PARTIES = ("residents", "others", "houjin", "persons", "outsiders", "parties", "households")
#: Files that hold the number of a person, by area.
PERSON_FILES = ((1, "住民情報"), (3, "住登外者宛名基本情報"))

Name = tuple[int, str]


@dataclass(frozen=True)
class FilePlan:
    """How the records of one file are made.

    ``of``: a word of PARTIES, the id of a file (``NN/id`` of another area), or ``rows``.  ``where`` is SQL over
    the parties' columns and the items of that file.  With ``members``, SQL over the
    parties, each member of the household for whom it holds has a row.  ``share`` of them are taken; ``years`` records each (the
    last years), ``each`` (least, most) things, ``history`` the chance of a further history record.  ``rows``:
    records per resident where ``of`` is ``rows``; ``once``: how many records in the whole city.
    ``item``: SQL for the values of an item; ``split``: item -> amount of the parent record that its records share.
    """

    file: LayoutFile
    codes: dict[str, CodeTable]
    of: str
    where: str = ""
    share: float = 1.0
    years: int = 0
    each: tuple[int, int] = (1, 1)
    history: float = 0.0
    rows: float = 0.0
    members: str = ""
    once: int = 0
    item: dict[str, str] = field(default_factory=dict)
    split: dict[str, str] = field(default_factory=dict)
    totals: tuple[Totals, ...] = ()  # checks of the parent that add this file's records up

    @property
    def name(self) -> Name:
        return self.file.area, self.file.id

    def parent(self) -> Name | None:
        """The file the records are made of; None when it is no file."""
        if self.of in (*PARTIES, "rows"):
            return None
        area, _, name = self.of.rpartition("/")
        return int(area or self.file.area), name


def recipe(area: int) -> dict[str, Any]:
    """What the recipe of an area says, by id of file; nothing when there is none."""
    path = RECIPES / f"{area:02d}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def plans(layouts: LayoutSet, areas: Iterable[int]) -> list[FilePlan]:
    """The plans of all files of the areas but 住民基本台帳, in an order in which each finds what it refers to."""
    wanted = sorted(set(areas) - {1})
    made = []
    for no in wanted:
        area = layouts.area(no)
        said = recipe(no)
        others = said.get("*", {})
        made += [plan(file, area.codes, said.get(file.id, {}), layouts, others) for file in area.files]
    return _ordered(made)


def plan(
    file: LayoutFile, codes: dict[str, CodeTable], said: dict[str, Any], layouts: LayoutSet, others: dict[str, Any]
) -> FilePlan:
    """The plan of one file: what is said, completed by inference; ``others`` is said of files of people at large."""
    if "of" not in said and _guessed_of(file, layouts) == "residents":
        said = {**others, **said}
    words = {k: v for k, v in said.items() if k != "each"}
    each = said.get("each")
    if isinstance(each, int):
        words["each"] = (each, each)
    elif each:
        words["each"] = tuple(each)
    of = words.get("of") or _guessed_of(file, layouts)
    words["of"] = of
    totals = _totals(file, of, layouts)
    bare = FilePlan(file=file, codes=codes, of=of, totals=totals)
    return FilePlan(file=file, codes=codes, totals=totals, **{**_inferred(bare), **words})


def _totals(file: LayoutFile, of: str, layouts: LayoutSet) -> tuple[Totals, ...]:
    area, _, name = of.rpartition("/")
    checks = (
        c for f in layouts.area(int(area or file.area)).files if f.id == name for c in f.keyed_checks
        if isinstance(c, Totals) and c.of_file == file.id and (c.of_area or f.area) == file.area
    )
    return tuple(checks)


def is_person(target: Target, area: int) -> bool:
    return (target.area or area, target.file) in PERSON_FILES and len(target.items) == 1


def _guessed_of(file: LayoutFile, layouts: LayoutSet) -> str:
    foreign = [c for c in file.keyed_checks if isinstance(c, Foreign)]
    own = _parent_of(file, foreign, layouts)
    persons = any(is_person(c.targets[0], file.area) for c in foreign)
    return own or ("residents" if persons else "rows")


def _inferred(plan: FilePlan) -> dict[str, Any]:
    """Years, things and histories by what of the key nothing else gives."""
    file = plan.file
    words: dict[str, Any] = {}
    if plan.of == "residents":
        words |= {"share": 0.1, "where": "live"}
    elif plan.of == "rows":
        words |= {"once": 40}
    copied = _copied(plan)
    left = [file.item(k) for k in file.key if k not in copied]
    if any(i.type == "YEAR" for i in left):
        words["years"] = 2
    numbers = {c.number for c in file.keyed_checks if isinstance(c, History) and c.start == "one"}
    if any(i.name in numbers for i in left):
        words["history"] = 0.2
    things = [i for i in left if i.type != "YEAR" and i.name not in numbers and "履歴" not in i.name]
    things = [i for i in things if i.check_digit != "dantai"]
    if things and (plan.parent() or things[-1].type == "9"):
        words["each"] = (1, 3)
    if len(plan.totals) > 1:
        words["each"] = (len(plan.totals), len(plan.totals) + 1)
    return words


def _parent_of(file: LayoutFile, foreign: Sequence[Foreign], layouts: LayoutSet) -> str:
    """The file of the same area whose records this one details."""
    for other in layouts.area(file.area).files:
        for check in other.keyed_checks:
            if isinstance(check, Totals) and check.of_file == file.id and check.of_area in (None, file.area):
                return other.id
    best = ""
    width = 0
    for check in foreign:
        target = check.targets[0]
        same = target.area in (None, file.area) and target.file != file.id
        if same and set(check.items) <= set(file.key) and len(check.items) > width:
            best, width = target.file, len(check.items)
    return best


def _copied(plan: FilePlan) -> set[str]:
    """Items that come from where the record is made of."""
    file = plan.file
    foreign = [c for c in file.keyed_checks if isinstance(c, Foreign)]
    copied = {i for c in foreign if is_person(c.targets[0], file.area) for i in c.items} | set(links(plan))
    if plan.of in PARTIES:
        copied |= {k for k in file.key if k.endswith(("宛名番号", "世帯番号", "法人番号"))}
    return copied


def links(plan: FilePlan) -> dict[str, str]:
    """Item -> item of the parent that it refers to, by foreign keys and totals."""
    name = plan.parent()
    found: dict[str, str] = {}
    for check in (c for c in plan.file.keyed_checks if isinstance(c, Foreign)):
        for target in check.targets:
            if (target.area or plan.file.area, target.file) == name:
                found |= dict(zip(check.items, target.items, strict=True))
    for total in plan.totals:
        found |= dict(zip(total.of_items, total.items, strict=True))
    return found


def pairs(plan: FilePlan, columns: Iterable[str]) -> dict[str, str]:
    """Item -> item of the parent (of its ``columns``) that it is copied from: links, and key items of one name."""
    name, there, found = plan.parent(), set(columns), links(plan)
    if name and name[0] == plan.file.area:
        found |= {k: k for k in plan.file.key if k not in found and "履歴" not in k}
        # what a paper is about is what its details are about
        about = (i.name for i in plan.file.items if i.name.endswith(("番号", "コード")) and not i.code)
        found |= {n: n for n in about if n not in found and n not in plan.file.key and "履歴" not in n}
    return {mine: theirs for mine, theirs in found.items() if theirs in there}


def needs(plan: FilePlan) -> set[Name]:
    """Files that must be made before this one."""
    parent = plan.parent()
    found = {parent} if parent else set()
    for check in plan.file.keyed_checks:
        if isinstance(check, Foreign):
            found |= {(t.area or plan.file.area, t.file) for t in check.targets if not is_person(t, plan.file.area)}
    return found - {plan.name}


def _ordered(plans: Sequence[FilePlan]) -> list[FilePlan]:
    """Depth first; a circle is cut at the file that closes it."""
    by_name = {p.name: p for p in plans}
    done: dict[Name, FilePlan] = {}
    open_: set[Name] = set()

    def visit(p: FilePlan) -> None:
        if p.name in done or p.name in open_:
            return
        open_.add(p.name)
        first = p.parent()
        for name in sorted(needs(p), key=lambda n: (n != first, n)):
            if name in by_name:
                visit(by_name[name])
        done[p.name] = p

    for p in plans:
        visit(p)
    return list(done.values())
