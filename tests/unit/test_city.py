"""One synthetic city in all areas: written, taken over from vendorA, validated; faults are found where they are.

The city is made once; each area is a case of its own.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pytest

from chukan_layout.model.layout import LayoutSet
from chukan_layout.run.api import run_aside, run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.city.faults import inject
from chukan_layout.sample.city.kinds import KINDS
from chukan_layout.sample.city.make import make
from chukan_layout.sample.city.parties import Block
from chukan_layout.sample.city.plan import plans
from chukan_layout.sample.city.rows import Kept
from chukan_layout.sample.city.texts import Serials
from chukan_layout.sample.city.vendor_a import pages
from chukan_layout.sample.city.write import write_city
from chukan_layout.sample.generate import gaiji_of
from chukan_layout.sample.lists import load
from chukan_layout.spec.load import load_layouts, load_mapping, mapping_folder
from tests.city_oracle import problems

RESIDENTS = 800
LAYOUTS = load_layouts("latest")
AREAS = [a.no for a in LAYOUTS.areas]
VENDOR = load_mapping("vendorA")
REGISTER = 1
NAMES = [f"{a.no:02d}" for a in LAYOUTS.areas]


class City(NamedTuple):
    """The city in both writings, and what came of the vendor's."""

    standard: Path
    vendor: Path
    run: Path
    report: dict[str, Any]


def _order(source: Path, layouts: LayoutSet, vendor: bool) -> Order:
    return Order(
        sources=(source,), layouts=layouts, requested="latest", mapping=VENDOR if vendor else None,
        direction="convert" if vendor else "validate", formats=("csv",) if vendor else (), jobs=2, as_of="2026-04-01",
    )  # fmt: skip


def _made(folder: Path, vendor: bool, areas: list[int] = AREAS, residents: int = RESIDENTS) -> Path:
    write_city(folder, residents, 5, LAYOUTS, areas, VENDOR, vendor)
    return folder


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("city")
    standard, vendor = _made(folder / "standard", False), _made(folder / "vendor", True)
    run_into(_order(vendor, LAYOUTS, True), folder / "run", [])
    report = json.loads((folder / "run" / "report.json").read_text(encoding="utf-8"))
    return City(standard, vendor, folder / "run", report)


@pytest.mark.parametrize("area", AREAS, ids=NAMES)
def test_every_file_of_the_vendor_becomes_the_standard_without_a_finding(city: City, area: int) -> None:
    files = [f for f in city.report["files"] if f["area"] == area]
    layouts = list(LAYOUTS.area(area).files)
    assert {f["file"] for f in files} == {f.id for f in layouts}
    assert all(f["rows"]["in"] == f["rows"]["out"] > 0 for f in files if area != REGISTER)
    assert not [r for r in city.report["rules"] if r["id"].startswith(f"{area:02d}-")]


@pytest.mark.parametrize("area", [a for a in AREAS if a != REGISTER], ids=[n for n in NAMES if n != "01"])
def test_the_way_over_vendor_a_gives_the_bytes_of_the_standard(city: City, area: int) -> None:
    for file in LAYOUTS.area(area).files:
        name = Path(file.folder, f"{file.id}.csv")
        assert (city.run / "data" / name).read_bytes() == (city.standard / name).read_bytes(), name


def test_the_run_is_clean_and_checks_keys_across_areas(city: City) -> None:
    assert city.report["verdict"] == "pass"
    assert not city.report["errors"]
    assert not [s for s in city.report["skipped"] if "参照先" in s["reason_ja"]]


def test_the_standard_city_is_clean(city: City) -> None:
    report = run_aside(_order(city.standard, LAYOUTS, False))
    assert (report.verdict, report.totals.findings) == ("pass", 0)


def test_the_same_seed_gives_the_same_bytes(city: City, tmp_path: Path) -> None:
    area = LAYOUTS.areas[-1]
    again = _made(tmp_path, False, [area.no])
    for file in area.files:
        name = Path(file.folder, f"{file.id}.csv")
        assert (again / name).read_bytes() == (city.standard / name).read_bytes()


def test_blocks_go_together(tmp_path: Path) -> None:
    """A city of several blocks has no number twice: what is unique stays so beyond a block."""
    layouts = load_layouts("latest", [1, 3, 7])
    city = _made(tmp_path, False, [a.no for a in layouts.areas], 47_000)
    report = run_aside(_order(city, layouts, False))
    assert report.totals.rows.in_ > 47_000
    assert report.totals.findings == 0


def test_people_are_in_the_registers_they_belong_to(city: City) -> None:
    people = pl.read_csv(city.standard / "01-住民基本台帳" / "住民情報.csv", infer_schema=False)
    born = people.filter(pl.col("最新フラグ") == "1").select("宛名番号", pl.col("生年月日").str.to_date(strict=False))

    def ages(path: str) -> pl.Series:
        who = pl.read_csv(city.standard / path, infer_schema=False).select("宛名番号").unique()
        return who.join(born, on="宛名番号")["生年月日"].dt.year().drop_nulls()

    assert ages("15-後期高齢者医療/被保険者情報.csv").max() <= 1951  # type: ignore[operator]
    assert ages("14-介護保険/被保険者資格.csv").max() <= 1961  # type: ignore[operator]
    assert ages("12-国民健康保険/国保資格情報.csv").min() >= 1925  # type: ignore[operator]
    assert ages("23-子ども・子育て支援/児童.csv").min() >= 2014  # type: ignore[operator]


@pytest.fixture(scope="module")
def made() -> tuple[dict[tuple[int, str], Kept], Block]:
    """The city's frames, as the generator holds them."""
    block = Block(9, 0, load(gaiji_of(VENDOR), "cp932"), RESIDENTS, False)
    kept: dict[tuple[int, str], Kept] = {}
    serials = Serials()
    for plan in plans(LAYOUTS, AREAS):
        rng = np.random.default_rng([9, 0, plan.file.area, plan.file.no])
        kept[plan.name] = make(plan, block, kept, serials, rng)
    return kept, block


@pytest.mark.parametrize("area", [a for a in AREAS if a != REGISTER], ids=[n for n in NAMES if n != "01"])
def test_every_check_holds_by_a_second_judge(made: tuple[dict[tuple[int, str], Kept], Block], area: int) -> None:
    kept, block = made
    people = block.records.with_columns(pl.col("宛名番号").cast(pl.String).str.zfill(15))
    frames = {name: k.items for name, k in kept.items()} | {(1, "住民情報"): people}
    where = LAYOUTS.area(area)
    found = {f.id: list(problems(f, where.codes, frames)) for f in where.files}
    assert {k: v for k, v in found.items() if v} == {}


@pytest.mark.parametrize("vendor", [False, True], ids=["standard", "vendorA"])
def test_every_fault_is_found_where_it_is_and_nothing_else(city: City, vendor: bool, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(city.vendor if vendor else city.standard, folder)
    wanted = dict.fromkeys(KINDS, 2)
    done = inject(folder, wanted, 3, LAYOUTS, AREAS, VENDOR if vendor else None)
    assert {int(i.rule[:2]) for i in done} == set(AREAS) - {REGISTER}
    assert len({i.kind for i in done}) >= 11
    run_into(_order(folder, LAYOUTS, vendor), tmp_path / "run", [])
    with (tmp_path / "run" / "findings.csv").open(encoding="utf-8-sig", newline="") as text:
        found = Counter((r["rule"], r["path"], int(r["line"])) for r in csv.DictReader(text) if r["line"])
    assert found == Counter((i.rule, i.path, i.line) for i in done)


@pytest.mark.parametrize("area", [a for a in AREAS if a != REGISTER], ids=[n for n in NAMES if n != "01"])
def test_the_shipped_mapping_is_the_one_made_from_the_layout(area: int) -> None:
    """``python -m chukan_layout.sample.city.vendor_a`` after a layout changes."""
    where = LAYOUTS.area(area)
    folder = mapping_folder("vendorA") / f"{area:02d}-{where.name}"
    due = dict(pages(where))
    assert {p.name for p in folder.glob("*.toml")} == set(due)
    assert {n: (folder / n).read_text(encoding="utf-8") == text for n, text in due.items()} == dict.fromkeys(due, True)
