"""A run over many areas: only what is at hand is read, and the machine's limits are asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chukan_layout.run.execute import OPEN_FILES
from chukan_layout.spec.at_hand import areas_at_hand
from chukan_layout.spec.load import layout_folder, load_mapping, mapping_folder
from chukan_layout.spec.read_mapping import areas_for
from chukan_layout.write.system import more_open_files


@pytest.mark.parametrize(
    ("names", "areas"),
    [(["12-国民健康保険/収納.csv"], [12]), (["住民情報.csv"], [1]), (["12-国民健康保険/x.csv", "住民情報.csv"], [1, 12]),
     (["国保世帯ファイル.csv"], [12]), (["未知.csv"], None), ([], None)],
)  # fmt: skip
def test_names_tell_the_areas(names: list[str], areas: list[int] | None) -> None:
    assert areas_at_hand(layout_folder("latest"), names) == areas


def test_a_name_of_several_areas_tells_all_of_them() -> None:
    areas = areas_at_hand(layout_folder("latest"), ["収納.csv"])
    assert areas is not None
    assert {12, 14, 15} <= set(areas)


def test_a_vendor_is_read_for_the_files_at_hand_only() -> None:
    folder = mapping_folder("vendorA")
    assert areas_for(folder, ["A1201_01.csv", "JUMIN01.csv"]) == {12}
    assert areas_for(folder, ["JUMIN01.csv"]) == set()
    assert areas_for(folder, ["unknown.csv"]) is None
    assert {f.area for f in load_mapping("vendorA", ["A1201_01.csv"]).files} == {1, 12}
    assert len({f.area for f in load_mapping("vendorA", ["unknown.csv"]).files}) >= 23


def test_a_code_map_in_the_folder_of_an_area_bears_its_number(tmp_path: Path) -> None:
    from chukan_layout.spec.read_mapping import read_mapping

    (tmp_path / "12-国民健康保険").mkdir()
    (tmp_path / "vendor.toml").write_text('[vendor]\nname = "v"\ntitle = "v"\nlayout_version = "2.7"\n', "utf-8")
    (tmp_path / "12-国民健康保険" / "codes.toml").write_text('[[map]]\nname = "性別"\npairs = []\n', "utf-8")
    (problem,) = read_mapping(tmp_path).reading.problems
    assert problem.code == "T213"
    assert "12." in problem.message_ja


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_more_files_may_be_open() -> None:
    import resource

    more_open_files(OPEN_FILES)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == resource.RLIM_INFINITY or soft >= min(OPEN_FILES, hard if hard != resource.RLIM_INFINITY else OPEN_FILES)
