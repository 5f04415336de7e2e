"""Every kind of injected fault is found exactly where it was put, and nothing else is."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.defects import DEFECTS
from chukan_layout.sample.generate import write_sample
from chukan_layout.sample.inject import Wanted, inject
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

Place = tuple[str, str, int]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Place, str], Counter[Place]]:
    """Injected places with their kind, and the places of all findings."""
    folder = tmp_path_factory.mktemp("defects")
    layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorA")
    write_sample(folder / "source", 40_000, 3, layouts, vendor, as_vendor=True)
    inject(folder / "source", [Wanted(d, 3, 0.0) for d in DEFECTS], 3, layouts, vendor)
    specs = (layout_folder("2.7"), mapping_folder("vendorA"))
    run_into(Order([folder / "source"], layouts, "2.7", vendor, jobs=2), folder / "run", specs)
    return _injected(folder / "source"), _findings(folder / "run")


def _injected(folder: Path) -> dict[Place, str]:
    with (folder / "injected.csv").open(encoding="utf-8") as file:
        return {(r["rule"], r["path"], int(r["line"])): r["kind"] for r in csv.DictReader(file)}


def _findings(run: Path) -> Counter[Place]:
    table = pq.read_table(run / "findings.parquet", columns=["rule", "path", "line"])
    return Counter(zip(*(table[c].to_pylist() for c in ("rule", "path", "line")), strict=True))


def test_there_are_enough_kinds(found: tuple[dict[Place, str], Counter[Place]]) -> None:
    injected, _ = found

    assert len(set(injected.values())) >= 80
    assert {d.kind for d in DEFECTS} == set(injected.values())


def test_none_is_missed(found: tuple[dict[Place, str], Counter[Place]]) -> None:
    injected, findings = found

    assert [(kind, place) for place, kind in injected.items() if place not in findings] == []


def test_none_is_invented(found: tuple[dict[Place, str], Counter[Place]]) -> None:
    injected, findings = found

    assert [place for place, n in findings.items() if (place not in injected or n > 1) and not _follows(place, injected)] == []


def _follows(place: Place, injected: dict[Place, str]) -> bool:
    """A stay that ends before the resident came may also end before the status of residence was there."""
    rule, path, line = place
    return rule == "01-01-D01" and injected.get(("01-01-C05", path, line)) == "stay-over"


def test_a_clean_city_has_no_findings(tmp_path: Path) -> None:
    layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorA")
    write_sample(tmp_path / "source", 5_000, 7, layouts, vendor, as_vendor=True)

    report = run_into(Order([tmp_path / "source"], layouts, "2.7", vendor), tmp_path / "run", ())

    assert (report.verdict, report.totals.findings) == ("pass", 0)
    assert report.totals.rows.in_ == report.totals.rows.out > 5_000
