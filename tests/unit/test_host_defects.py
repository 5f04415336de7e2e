"""vendorB: every kind of injected fault is found exactly where it was put, and rejects are the bytes that came."""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chukan_layout.model.report import Report
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.generate import write_sample
from chukan_layout.sample.host_defects import HOST_DEFECTS
from chukan_layout.sample.inject import Wanted, inject
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

Place = tuple[str, int]
#: A million for ``make soak``.
ROWS = int(os.environ.get("CHUKAN_HOST_ROWS", "12000"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    folder = tmp_path_factory.mktemp("host")
    layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorB")
    write_sample(folder / "source", ROWS, 3, layouts, vendor, as_vendor=True)
    inject(folder / "source", [Wanted(d, ROWS // 4000, 0.0) for d in HOST_DEFECTS], 3, layouts, vendor)
    specs = (layout_folder("2.7"), mapping_folder("vendorB"))
    order = Order([folder / "source"], layouts, "2.7", vendor, jobs=2, block=400 * 700)
    return folder, run_into(order, folder / "run", specs)


def injected(folder: Path) -> dict[Place, str]:
    with (folder / "source" / "injected.csv").open(encoding="utf-8") as file:
        return {(r["rule"], int(r["line"])): r["kind"] for r in csv.DictReader(file)}


def findings(folder: Path) -> list[dict[str, object]]:
    return pq.read_table(folder / "run" / "findings.parquet").to_pylist()


def test_all_kinds_are_injected(run: tuple[Path, Report]) -> None:
    kinds = set(injected(run[0]).values())
    assert {d.kind for d in HOST_DEFECTS} - kinds <= {"b-unknown-kind", "b-lost-record"}  # one place: the trailer
    assert {rule for rule, _ in injected(run[0])} >= {"S-FIELD", "S-HALF", "S-SHIFT", "S-KIND", "S-TOTAL", "S-TRUNC"}


def test_found_exactly(run: tuple[Path, Report]) -> None:
    found = Counter((str(f["rule"]), f["line"]) for f in findings(run[0]))
    wanted = injected(run[0])
    assert [(kind, place) for place, kind in wanted.items() if place not in found] == []
    assert [(place, n) for place, n in found.items() if place not in wanted or (n > 1 and place[0] != "S-TOTAL")] == []


def test_rejects_are_the_bytes_that_came(run: tuple[Path, Report]) -> None:
    folder, report = run
    source = next((folder / "source").glob("*.dat")).read_bytes()
    rejects = next((folder / "run" / "rejects").iterdir()).read_bytes()
    records = {source[i : i + 400] for i in range(0, len(source), 400)}
    cut = len(rejects) // 400 * 400
    assert all(rejects[i : i + 400] in records for i in range(0, cut, 400))
    assert source.endswith(rejects[cut:])
    rows = report.files[0].rows
    assert rows.in_ == rows.out + rows.rejected
    assert rows.rejected == -(-len(rejects) // 400)


def test_places_and_hex(run: tuple[Path, Report]) -> None:
    folder, _ = run
    source = next((folder / "source").glob("*.dat")).read_bytes()
    told = [f for f in findings(folder) if f["rule"] in ("S-FIELD", "S-HALF", "S-SHIFT", "S-KIND")]
    assert told
    for f in told:
        offset, value = int(str(f["offset"])), str(f["value"])
        shown = bytes.fromhex(value.rsplit(" ", 1)[-1])
        assert source[offset : offset + len(shown)] == shown, value
        assert offset // 400 + 1 == f["line"]


def test_the_same_whatever_the_jobs(run: tuple[Path, Report], tmp_path: Path) -> None:
    folder, _ = run
    layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorB")
    specs = (layout_folder("2.7"), mapping_folder("vendorB"))
    run_into(Order([folder / "source"], layouts, "2.7", vendor, jobs=1, block=400 * 5000), tmp_path / "one", specs)
    for name in ("data/01-住民基本台帳/住民情報.csv", "rejects/JUMINB01.dat", "findings.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (folder / "run" / name).read_bytes()
