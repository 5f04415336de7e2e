"""Vendor → standard → vendor: what the mapping says comes back does come back, value by value."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from chukan_layout.model.mapping import Date, FileMapping, Mapping
from chukan_layout.plan.invert import Back, invert
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.generate import write_sample
from chukan_layout.spec.load import load_layouts, load_mapping

ROWS, SEED = 2000, 20240401
#: So many columns of 住民情報 come back at least.
FEWEST = {"vendorA": 57, "lgdpm2013": 45}


def recognised(file: FileMapping, folder: Path) -> Path:
    """The one file of the folder that the mapping means."""
    found = {path for pattern in file.source.files for path in folder.glob(pattern)}
    assert len(found) == 1, (file.id, found)
    return found.pop()


def columns_of(path: Path, encoding: str) -> dict[str, list[str]]:
    with path.open(encoding=encoding, newline="") as text:
        rows = list(csv.reader(text))
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def part_columns(file: FileMapping) -> set[str]:
    """Columns that hold one part of a date: 2 and 02 are one part, and no mapping says which the vendor writes."""
    return {
        column
        for line in file.item
        if any(isinstance(op, Date) and "parts" in op.shapes for op in line.ops)
        for column in line.from_
    }


def invertible(file: FileMapping, vendor: Mapping) -> list[str]:
    area = load_layouts(vendor.layout_version).area(file.area)
    layout = next(f for f in area.files if f.id == file.file)
    return [back.column for back in invert(layout, file, vendor) if isinstance(back, Back)]


@pytest.mark.parametrize("name", FEWEST)
def test_every_invertible_column_comes_back(name: str, tmp_path: Path) -> None:
    vendor = load_mapping(name)
    layouts = load_layouts(vendor.layout_version)
    source, there, back = (tmp_path / folder for folder in ("source", "there", "back"))
    write_sample(source, ROWS, SEED, layouts, vendor, True)
    run_into(Order([source], layouts, "latest", mapping=vendor), there, [])
    order = Order([there / "data"], layouts, "latest", mapping=vendor, direction="back")
    report = run_into(order, back, [])
    assert report.errors == [] and report.totals.findings == 0
    for file in (f for f in vendor.files if f.area == 1):
        before = columns_of(recognised(file, source), file.source.encoding)
        after = columns_of(recognised(file, back / "data"), file.source.encoding)
        names = invertible(file, vendor)
        for column in part_columns(file):
            before[column], after[column] = ([v.lstrip("0") for v in x[column]] for x in (before, after))
        assert list(before) == list(after) == list(file.source.columns)
        if file.file == "住民情報":
            assert len(names) >= FEWEST[name] and len(before[names[0]]) >= ROWS
        different = {
            column: next(
                pair for pair in zip(before[column], after[column], strict=True) if pair[0] != pair[1]
            )
            for column in names
            if before[column] != after[column]
        }
        assert different == {}, f"{file.id}: (source, came back)"
