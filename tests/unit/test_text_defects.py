"""vendorC: every kind of injected fault is found exactly where it was put, and rejects are the bytes that came."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.generate import write_sample
from chukan_layout.sample.inject import Wanted, inject
from chukan_layout.sample.text_defects import TEXT_DEFECTS
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

Place = tuple[str, int]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("text")
    layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorC")
    write_sample(folder / "source", 12_000, 3, layouts, vendor, as_vendor=True)
    inject(folder / "source", [Wanted(d, 3, 0.0) for d in TEXT_DEFECTS], 3, layouts, vendor)
    specs = (layout_folder("2.7"), mapping_folder("vendorC"))
    run_into(Order([folder / "source"], layouts, "2.7", vendor, jobs=2, block=1 << 20), folder / "run", specs)
    return folder


def injected(folder: Path) -> dict[Place, str]:
    with (folder / "source" / "injected.csv").open(encoding="utf-8") as file:
        return {(r["rule"], int(r["line"])): r["kind"] for r in csv.DictReader(file)}


def test_all_kinds_are_injected(folder: Path) -> None:
    assert {d.kind for d in TEXT_DEFECTS} == set(injected(folder).values())


def test_found_exactly(folder: Path) -> None:
    found = Counter((str(f["rule"]), f["line"]) for f in pq.read_table(folder / "run" / "findings.parquet").to_pylist())
    wanted = injected(folder)
    assert [(kind, place) for place, kind in wanted.items() if place not in found] == []
    assert [(place, n) for place, n in found.items() if place not in wanted or n > 1] == []


def test_rejects_are_the_bytes_that_came(folder: Path) -> None:
    raw = next((folder / "source").glob("*.tsv")).read_bytes()
    lines = [line + b"\r\0\n\0" for line in _lines(raw[2:])]
    rejected = sorted(line for (rule, line) in injected(folder) if rule.startswith("S-"))
    wanted = b"".join(lines[line - 1] for line in rejected)
    rejects = next((folder / "run" / "rejects").iterdir()).read_bytes()
    assert rejects == wanted[: len(rejects)] and len(wanted) - len(rejects) == 4  # the last line was cut off


def _lines(raw: bytes) -> list[bytes]:
    """Lines of UTF-16LE without their ends."""
    text = raw.decode("utf-16-le", "surrogatepass")
    return [line.encode("utf-16-le", "surrogatepass") for line in text.split("\r\n")]
