"""標準レイアウトから他の仕組みへ (EXT-01, issue 7 item 5): drafts say so, codes are converted, runs are idempotent."""

from __future__ import annotations

import csv
import filecmp
from pathlib import Path

import pytest

from chukan_layout.spec.load import load_layouts, load_mapping, mapping_folder
from tests.conftest import Chukan
from tests.run_support import ran

FACTS = Path(__file__).parents[2] / ".." / "shared" / "facts" / "spec" / "kihon_data_list_subset_items.csv"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, chukan: Chukan) -> Path:
    folder = tmp_path_factory.mktemp("city")
    chukan("sample", "--city", "--residents", "300", "--area", "住民基本台帳", "--area", "介護保険", "--out", folder / "standard")
    return folder / "standard"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def found(folder: Path, name: str) -> Path:
    (path,) = folder.rglob(name)
    return path


@pytest.mark.parametrize("name", ["disaster", "dtd"])
def test_unproved_exports_say_that_they_are_drafts(name: str) -> None:
    mapping = load_mapping(name)
    assert mapping.source == "draft" and "個人番号は含まない" in mapping.note
    assert not any("個人番号" in column for f in mapping.files for column in f.source.columns)


def test_a_periodic_export_is_the_same_bytes(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("convert", city, "--from", "standard", "--to", "disaster", "--as-of", "2026-01-01", "--quiet", "--fail-on", "never", "--out")
    assert ran(capsys, *words, tmp_path / "1").code == 0
    assert ran(capsys, *words, tmp_path / "2", "--jobs", "1").code == 0
    assert ran(capsys, *words, tmp_path / "1", "--overwrite").code == 0
    made = sorted(p.name for p in (tmp_path / "1" / "data").iterdir())
    assert made == ["HISAI_JUMIN.csv", "HISAI_SETAI.csv"]
    assert filecmp.cmpfiles(tmp_path / "1" / "data", tmp_path / "2" / "data", made, shallow=False)[0] == made
    people = rows(tmp_path / "1" / "data" / "HISAI_JUMIN.csv")
    standard = rows(found(city, "住民情報.csv"))
    assert [p["氏名"] for p in people] == [s["氏名"] for s in standard] and people


def test_care_levels_are_those_of_the_successor(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """00 自立 becomes 01 非該当; every other code stays; what comes back is what went."""
    source = tmp_path / "in" / "被保険者資格.csv"
    source.parent.mkdir()
    kept = rows(found(city, "被保険者資格.csv"))[:12]
    for row, code in zip(kept, ("00", "11", "12", "21", "99"), strict=False):
        row["要介護状態区分コード"] = code
    with source.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(kept[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    there = ("convert", source, "--from", "standard", "--to", "dtd", "--out", tmp_path / "there", "--fail-on", "never", "--quiet")
    assert ran(capsys, *there).code == 0
    given = rows(tmp_path / "there" / "data" / "023_被保険者情報.csv")
    assert [r["要介護状態区分コード"] for r in given][:5] == ["01", "11", "12", "21", "99"]
    back = ("convert", tmp_path / "there" / "data", "--from", "dtd", "--to", "standard", "--out", tmp_path / "back", "--fail-on", "never", "--quiet")
    assert ran(capsys, *back).code == 0
    again = rows(found(tmp_path / "back" / "data", "被保険者資格.csv"))
    assert [r["要介護状態区分コード"] for r in again] == [r["要介護状態区分コード"] for r in kept]


@pytest.mark.skipif(not FACTS.exists(), reason="the facts are not here")
def test_items_of_the_successor_are_those_of_the_facts() -> None:
    with FACTS.open(encoding="utf-8", newline="") as file:
        known = {(r["業務ID"], r["データ項目"]) for r in csv.DictReader(file)}
    for file_mapping in load_mapping("dtd").files:
        assert {(file_mapping.id[:3], column) for column in file_mapping.source.columns} <= known


def test_unknown_dates_keep_their_flags() -> None:
    """不詳フラグ go beside their dates wherever the list has them."""
    (people,) = [f for f in load_mapping("dtd").files if f.file == "住民情報"]
    flags = [c for c in people.source.columns if c.endswith("_不詳フラグ")]
    layout = next(f for f in load_layouts("2.7", [1]).areas[0].files if f.id == "住民情報")
    assert flags and set(flags) == {i.name for i in layout.items if i.name.endswith("_不詳フラグ")}
    assert (mapping_folder("dtd") / "codes.toml").is_file()
