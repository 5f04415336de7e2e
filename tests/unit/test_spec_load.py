"""Loading: by name, by path, one area alone; every problem at once; no path of this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chukan_layout.spec import paths
from chukan_layout.spec.find import area_number, file_of
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, vendors, versions
from chukan_layout.spec.problem import SpecError

BASE = Path(__file__).parents[1] / "cases" / "spec" / "base"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(BASE, tmp_path / "base")
    monkeypatch.setenv("CHUKAN_LAYOUTS", str(tmp_path / "base" / "layouts"))
    monkeypatch.setenv("CHUKAN_MAPPINGS", str(tmp_path / "base" / "mappings"))
    return tmp_path / "base"


def codes(failure: pytest.ExceptionInfo[SpecError]) -> list[str]:
    return [p.code for p in failure.value.problems]


def test_by_name_and_version(base: Path) -> None:
    assert load_layouts("9.9").version == "9.9"
    assert load_layouts("V9.9").version == "9.9"
    assert load_mapping("vendorT").vendor == "vendorT"
    assert "vendorT" in vendors()


def test_latest_is_by_number_not_by_text(base: Path) -> None:
    shutil.copytree(base / "layouts" / "9.9", base / "layouts" / "9.10")
    assert versions()[-1] == "9.10"
    assert layout_folder("latest").name == "9.10"


def test_by_path() -> None:
    assert load_layouts(BASE / "layouts" / "9.9") == load_layouts(str(BASE / "layouts" / "9.9"))
    assert load_mapping(BASE / "mappings" / "vendorT").files[0].id == "個人"


def test_own_folder_comes_first(base: Path) -> None:
    assert paths.layout_roots()[0] == base / "layouts"


def test_one_area_alone(base: Path) -> None:
    """A broken area does not matter to those who do not ask for it."""
    shutil.copytree(base / "layouts/9.9/01-住民", base / "layouts/9.9/02-印鑑")
    (base / "layouts/9.9/02-印鑑/area.toml").write_text("[area")
    assert [a.no for a in load_layouts("9.9", areas=[1]).areas] == [1]
    with pytest.raises(SpecError) as failure:
        load_layouts("9.9")
    assert codes(failure) == ["T003"]


def test_unknown_area_is_a_clear_error(base: Path) -> None:
    with pytest.raises(SpecError) as failure:
        load_layouts("9.9", areas=[7])
    assert codes(failure) == ["T203"]
    assert "あるもの: 1" in failure.value.problems[0].message_ja


def test_unknown_version_and_vendor(base: Path) -> None:
    with pytest.raises(SpecError) as failure:
        load_layouts("9.8")
    assert codes(failure) == ["T201"]
    assert failure.value.problems[0].hint == "9.9"
    with pytest.raises(SpecError) as failure:
        load_mapping("vendor_T")
    assert codes(failure) == ["T202"]
    assert "vendorT" in failure.value.problems[0].hint


def test_area_and_file_by_number_and_name(base: Path) -> None:
    folder = layout_folder("9.9")
    area = load_layouts("9.9").areas[0]
    assert {area_number(folder, word) for word in ("1", "01", "住民")} == {1}
    assert {file_of(area, word).id for word in ("1", "個人", "個人ファイル")} == {"個人"}
    with pytest.raises(SpecError) as failure:
        area_number(folder, "住民基本台帳")
    assert codes(failure) == ["T205"]
    with pytest.raises(SpecError) as failure:
        file_of(area, "個人情報")
    assert codes(failure) == ["T206"]


def test_all_problems_at_once_with_their_places(base: Path) -> None:
    person = base / "layouts/9.9/01-住民/01-個人.toml"
    text = person.read_text("utf-8").replace('type = "S9"', 'type = "?"')
    text = text.replace("digits = 40", 'digits = "4"')
    person.write_text(text, "utf-8")
    (base / "layouts/9.9/01-住民/02-世帯.toml").write_text("[file\n")
    (base / "layouts/9.9/common.toml").write_text("[layout_set]\nversion = 1\n")
    with pytest.raises(SpecError) as failure:
        load_layouts("9.9")
    found = failure.value.problems
    assert {p.code for p in found} == {"T102", "T103", "T104", "T003"}
    assert {p.path for p in found} == {
        "layouts/9.9/common.toml",
        "layouts/9.9/01-住民/01-個人.toml",
        "layouts/9.9/01-住民/02-世帯.toml",
    }
    lines = text.splitlines()
    places = [lines[p.line - 1] for p in found if "個人" in p.path]
    assert all("氏名" in line or "所得額" in line for line in places)


def test_no_path_of_this_machine(base: Path) -> None:
    (base / "layouts/9.9/01-住民/area.toml").unlink()
    with pytest.raises(SpecError) as failure:
        load_layouts("9.9")
    assert codes(failure) == ["T001"]
    assert str(base) not in failure.value.problems[0].text() + str(failure.value)


def test_deep_nesting_is_a_problem_not_a_crash(base: Path) -> None:
    (base / "layouts/9.9/common.toml").write_text("a = " + "[" * 100_000)
    with pytest.raises(SpecError) as failure:
        load_layouts("9.9")
    assert codes(failure)[0] == "T003"
