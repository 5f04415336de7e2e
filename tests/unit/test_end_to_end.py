"""The whole way, as a user goes it: sample → convert → validate → report, and back to the vendor's files."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from chukan_layout.model.mapping import FileMapping
from chukan_layout.plan.invert import Back, invert
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.conftest import AREA, Chukan

ROWS = 5000


@pytest.fixture(scope="module")
def source(chukan: Chukan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city") / "source"
    chukan("sample", "--area", AREA, "--rows", ROWS, "--seed", 3, "--as", "vendorA", "--out", folder)
    return folder


@pytest.fixture(scope="module")
def run(chukan: Chukan, source: Path) -> Path:
    out = source.parent / "run"
    formats = ("--data-format", "csv", "--data-format", "parquet")
    chukan("convert", source, "--from", "vendorA", "--to", "standard", "--out", out, "--jobs", 1, *formats)
    return out


def report_of(run: Path) -> dict[str, Any]:
    return json.loads((run / "report.json").read_text(encoding="utf-8"))


def records(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as f:
        return list(csv.DictReader(f))


def bytes_of(run: Path) -> dict[str, str]:
    """Every result but the manifest, which has the times."""
    files = [p for p in run.rglob("*") if p.is_file() and p.name != "manifest.json"]
    assert len(files) > 10
    return {p.relative_to(run).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_every_record_is_accounted_for(source: Path, run: Path) -> None:
    report = report_of(run)
    assert report["verdict"] == "pass"
    assert len(report["files"]) == len(list(source.glob("*.csv")))
    for file in report["files"]:
        rows = file["rows"]
        assert rows["in"] == rows["out"] + rows["rejected"] + rows["merged"] + rows["removed"]
        assert rows["in"] == len(records(source / Path(file["source"]["path"]).name, "cp932"))
        assert rows["out"] == len(records(run / file["path"], "utf-8"))
    people = next(f for f in report["files"] if f["file"] == "住民情報")
    assert people["rows"]["in"] >= ROWS


def test_jobs_change_nothing(chukan: Chukan, source: Path, run: Path, tmp_path: Path) -> None:
    formats = ("--data-format", "csv", "--data-format", "parquet")
    out = tmp_path / "run"
    chukan("convert", source, "--from", "vendorA", "--to", "standard", "--out", out, "--jobs", 2, *formats)
    assert bytes_of(out) == bytes_of(run)


def test_converted_data_are_valid(chukan: Chukan, run: Path, tmp_path: Path) -> None:
    chukan("validate", run / "data", "--out", tmp_path / "check", "--fail-on", "error")
    converted, validated = report_of(run), report_of(tmp_path / "check")
    assert validated["totals"]["findings_by_severity"].get("error", 0) == 0
    rows = {f["file"]: f["rows"]["out"] for f in converted["files"]}
    assert {f["file"]: f["rows"]["in"] for f in validated["files"]} == rows


def test_report_is_one_file_without_network(chukan: Chukan, run: Path, tmp_path: Path) -> None:
    chukan("report", run, "--format", "html", "--output-file", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "住民情報" in page
    assert not [word for word in ('src="http', 'href="http', "@import", "url(http") if word in page]


def invertible(file: FileMapping) -> list[str]:
    """Source columns that the mapping can write again."""
    mapping = load_mapping("vendorA")
    area = load_layouts(mapping.layout_version).area(file.area)
    layout = next(f for f in area.files if f.id == file.file)
    return [way.column for way in invert(layout, file, mapping) if isinstance(way, Back)]


def recognised(file: FileMapping, folder: Path) -> Path:
    found = [p for p in folder.rglob("*.csv") if any(p.match(pattern) for pattern in file.source.files)]
    assert len(found) == 1, file.id
    return found[0]


def test_back_to_the_vendor(chukan: Chukan, source: Path, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "back"
    chukan("convert", run / "data", "--from", "standard", "--to", "vendorA", "--out", out)
    for file in (f for f in load_mapping("vendorA").files if f.area == 1):
        columns = invertible(file)
        assert columns, file.id
        original, returned = (recognised(file, folder) for folder in (source, out / "data"))
        before, after = records(original, "cp932"), records(returned, "cp932")
        assert len(before) == len(after)
        for column in columns:
            assert [r[column] for r in before] == [r[column] for r in after], f"{file.id} {column}"
