"""A mapping with a ``base``: what one municipality has otherwise than its group, and nothing else (COD-03, OPS-04)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chukan_layout.spec.check_mapping import check_mapping_folder
from chukan_layout.spec.load import SpecError, load_layouts, load_mapping, mapping_folder
from tests.conftest import ROOT
from tests.run_support import household, ran, vendor_file

EXAMPLE = ROOT / "docs" / "examples" / "mappings" / "架空市"


def own(folder: Path, base: str, name: str = "市", **files: str) -> Path:
    made = folder / name
    made.mkdir(parents=True)
    head = f'[vendor]\nname = "{name}"\nbase = "{base}"\ntitle = "市"\nlayout_version = "2.7"\nsource = "draft"\n'
    (made / "vendor.toml").write_text(head, encoding="utf-8")
    for file, text in files.items():
        (made / f"{file}.toml").write_text(text, encoding="utf-8")
    return made


def test_the_example_differs_in_one_map() -> None:
    base, city = load_mapping("vendorA"), load_mapping(EXAMPLE)
    assert city.vendor == "架空市" and city.files == base.files and city.gaiji == base.gaiji
    assert {n for n in base.codes.keys() | city.codes.keys() if base.codes.get(n) != city.codes.get(n)} == {"性別"}
    assert check_mapping_folder(EXAMPLE, load_layouts("2.7")) == []


def test_only_the_areas_at_hand_are_read_of_the_base_too() -> None:
    whole, part = load_mapping(EXAMPLE), load_mapping(EXAMPLE, ["JUMIN01.csv"])
    assert {f.area for f in part.files} == {1} < {f.area for f in whole.files}
    assert part.codes["性別"] == whole.codes["性別"]


def test_a_file_stands_in_place_of_the_bases(tmp_path: Path) -> None:
    text = (mapping_folder("vendorA") / "世帯.toml").read_text("utf-8").replace('encoding = "cp932"', 'encoding = "utf-8"')
    below = own(tmp_path, "vendorA", "県", 世帯=text)
    above = own(tmp_path, "../県", "市")
    files = {f.id: f.source.encoding for f in load_mapping(above, ["SETAI1.csv"]).files}
    assert files["世帯"] == "utf-8" and files["住民"] == "cp932"
    assert files == {f.id: f.source.encoding for f in load_mapping(below, ["SETAI1.csv"]).files}


def test_converts_by_its_own_codes_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ops = '{ op = "map", table = "町" }'
    text = (mapping_folder("vendorA") / "世帯.toml").read_text("utf-8")
    place = text.index("ops = [", text.index('to = "住所_町字"\n'))
    group = own(tmp_path, "vendorA", "県", 世帯=text[:place] + f"ops = [{ops}]" + text[text.index("\n", place) :],
                codes='[[map]]\nname = "町"\npairs = [["見本町一丁目", "東町"]]\n')  # fmt: skip
    city = own(tmp_path, "../県", "市", codes='[[map]]\nname = "町"\npairs = [["見本町一丁目", "西町"]]\n')
    source = vendor_file(tmp_path / "in" / "SETAI.csv", [household(1)])
    made, hashes = [], []
    for mapping in (group, city):
        run = tmp_path / f"run-{mapping.name}"
        assert ran(capsys, "convert", source, "--from", mapping, "--to", "standard", "--out", run, "--quiet").code == 0
        made.append((run / "data/01-住民基本台帳/世帯.csv").read_text("utf-8"))
        hashes.append(json.loads((run / "manifest.json").read_text("utf-8"))["mapping_sha256"])
    assert "東町" in made[0] and "西町" in made[1] and made[0].replace("東町", "西町") == made[1]
    (group / "codes.toml").write_text('[[map]]\nname = "町"\npairs = [["見本町一丁目", "南町"]]\n', encoding="utf-8")
    again = tmp_path / "again"
    ran(capsys, "convert", source, "--from", city, "--to", "standard", "--out", again, "--quiet")
    changed = json.loads((again / "manifest.json").read_text("utf-8"))["mapping_sha256"]
    assert len({*hashes, changed}) == 3, "the hash covers the base"


def test_a_fault_is_shown_where_it_stands(tmp_path: Path) -> None:
    city = own(tmp_path, "vendorA", "市", codes='[[map]]\nname = "性別"\nto = "性別"\npairs = [\n  ["1", "1"],\n  ["2", "Z"],\n]\n')
    told = [(p.code, p.path, p.line) for p in check_mapping_folder(city, load_layouts("2.7", [1])) if p.severity == "error"]
    assert ("M302", f"{tmp_path.name}/市/codes.toml", 6) in told


def test_bases_that_lead_nowhere(tmp_path: Path) -> None:
    def codes(folder: Path) -> list[str]:
        with pytest.raises(SpecError) as failure:
            load_mapping(folder, ["SETAI.csv"])
        return [p.code for p in failure.value.problems]

    assert codes(own(tmp_path, "vendorX", "甲")) == ["T218"]
    own(tmp_path, "../丙", "乙")
    assert codes(own(tmp_path, "../乙", "丙")) == ["T219"]
    shutil.copytree(mapping_folder("vendorB"), tmp_path / "丁")
    (tmp_path / "丁" / "codes.toml").write_text("[[map]\n", encoding="utf-8")
    assert codes(own(tmp_path, "../丁", "戊")) == ["T003"]
