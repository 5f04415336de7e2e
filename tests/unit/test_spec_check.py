"""Checks that need more than one file with one fault: tests/cases/spec has the others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chukan_layout.spec.check_layout import check_layout_folder, check_layouts
from chukan_layout.spec.check_mapping import check_mapping, check_mapping_folder
from chukan_layout.spec.globs import overlap
from chukan_layout.spec.load import load_layouts, load_mapping, mapping_folder, vendors, versions

BASE = Path(__file__).parents[1] / "cases" / "spec" / "base"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(BASE, tmp_path / "base")
    monkeypatch.setenv("CHUKAN_LAYOUTS", str(tmp_path / "base" / "layouts"))
    return tmp_path / "base"


@pytest.mark.parametrize("version", versions())
def test_shipped_layouts_have_no_problems(version: str) -> None:
    assert [p.text() for p in check_layout_folder(Path(f"{load_folder(version)}"))] == []


def load_folder(version: str) -> Path:
    from chukan_layout.spec.load import layout_folder

    return layout_folder(version)


@pytest.mark.parametrize("vendor", vendors())
def test_shipped_mappings_have_no_problems(vendor: str) -> None:
    layouts = load_layouts(load_mapping(vendor).layout_version)
    assert [p.text() for p in check_mapping_folder(mapping_folder(vendor), layouts)] == []


def test_a_refused_file_does_not_make_its_tables_wrong(tmp_path: Path) -> None:
    """性別 of another area has other codes: which is meant, only the refused file says."""
    own = tmp_path / "vendorB"
    shutil.copytree(mapping_folder("vendorB"), own)
    path = own / "住民.toml"
    path.write_text(path.read_text("utf-8").replace('form = "fixed"', 'form = "fixd"', 1), "utf-8")
    layouts = load_layouts(load_mapping("vendorB").layout_version)
    assert [p.code for p in check_mapping_folder(own, layouts)] == ["T104"]


def test_two_areas_of_one_name(base: Path) -> None:
    shutil.copytree(base / "layouts/9.9/01-住民", base / "layouts/9.9/02-住民")
    path = base / "layouts/9.9/02-住民/area.toml"
    path.write_text(path.read_text("utf-8").replace("no = 1", "no = 2"), "utf-8")
    found = check_layout_folder(base / "layouts/9.9")
    assert [(p.code, p.path) for p in found] == [("L002", "layouts/9.9/02-住民/area.toml")]


def test_area_number_used_twice(base: Path) -> None:
    shutil.copytree(base / "layouts/9.9/01-住民", base / "layouts/9.9/02-印鑑")
    assert "T204" in {p.code for p in check_layout_folder(base / "layouts/9.9")}


def test_mapping_for_another_version(base: Path) -> None:
    shutil.copytree(base / "layouts/9.9", base / "layouts/9.10")
    common = base / "layouts/9.10/common.toml"
    common.write_text(common.read_text("utf-8").replace('"9.9"', '"9.10"'), "utf-8")
    found = check_mapping_folder(base / "mappings/vendorT", load_layouts("9.10"))
    assert [(p.code, p.severity, p.line) for p in found] == [("M002", "warning", 4)]


def test_what_could_not_be_read_is_not_missed_twice(base: Path) -> None:
    """A broken codes.toml or 移行ファイル is one problem, not one for each place that refers to it."""
    (base / "layouts/9.9/01-住民/codes.toml").write_text("[[table")
    assert [p.code for p in check_layout_folder(base / "layouts/9.9")] == ["T003"]
    shutil.copy(BASE / "layouts/9.9/01-住民/codes.toml", base / "layouts/9.9/01-住民/codes.toml")
    (base / "layouts/9.9/01-住民/02-世帯.toml").write_text("[file")
    assert [p.code for p in check_layout_folder(base / "layouts/9.9")] == ["T003"]


def test_layouts_in_memory_have_places_by_name() -> None:
    layouts = load_layouts(BASE / "layouts/9.9")
    area = layouts.areas[0]
    file = area.files[0].model_copy(update={"key": ("ない",)})
    changed = layouts.model_copy(update={"areas": (area.model_copy(update={"files": (file,)}),)})
    found = check_layouts(changed)
    assert ("L006", "file:01/個人", 0) in {(p.code, p.path, p.line) for p in found}


def test_check_mapping_finds_its_folder_by_the_name_of_the_vendor(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUKAN_MAPPINGS", str(base / "mappings"))
    mapping = load_mapping("vendorT")
    changed = mapping.model_copy(update={"codes": {}})
    found = check_mapping(changed, load_layouts("9.9"))
    assert {(p.code, p.path) for p in found} == {("M120", "mappings/vendorT/kojin.toml")}
    assert all(p.line for p in found)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("A*.csv", "AB*.csv", True),
        ("A*.csv", "B*.csv", False),
        ("*", "x", True),
        ("A?.csv", "AB.csv", True),
        ("A?.csv", "ABC.csv", False),
        ("A[0-9].csv", "A1.csv", True),
        ("*.csv", "*.txt", False),
        ("", "*", True),
    ],
)
def test_overlap(left: str, right: str, same: bool) -> None:
    assert overlap(left, right) is same
    assert overlap(right, left) is same
