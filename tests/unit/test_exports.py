"""標準レイアウトから他の仕組みへ (EXT-01, issue 7 item 5): drafts say so, codes are converted, runs are idempotent."""

from __future__ import annotations

import csv
import filecmp
import json
from pathlib import Path

import pytest

from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder
from chukan_layout.spec.problem import SpecError
from chukan_layout.spec.selection import chosen, shipped
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
    assert made == ["HISAI_JUMIN.csv", "HISAI_SETAI.csv", "コード表.csv"]
    assert filecmp.cmpfiles(tmp_path / "1" / "data", tmp_path / "2" / "data", made, shallow=False)[0] == made
    people = rows(tmp_path / "1" / "data" / "HISAI_JUMIN.csv")
    standard = rows(found(city, "住民情報.csv"))
    assert [p["氏名"] for p in people] == [s["氏名"] for s in standard] and people
    codes = {(r["コード名"], r["コード"]) for r in rows(tmp_path / "1" / "data" / "コード表.csv")}
    assert {("性別", p["性別"]) for p in people} <= codes and ("住民状態", "1") in codes, "the masters go with the data (EXT-02)"
    manifest = json.loads((tmp_path / "1" / "manifest.json").read_text(encoding="utf-8"))
    assert "data/コード表.csv" in {o["path"] for o in manifest["outputs"]}


def test_continuity_is_one_name(tmp_path: Path, chukan: Chukan, capsys: pytest.CaptureFixture[str]) -> None:
    """EXT-05: 住民記録, taxes and 国保資格 of a whole city, without 個人番号; what is left out is counted."""
    areas = ("住民基本台帳", "個人住民税", "国民健康保険", "印鑑登録")
    named = [word for area in areas for word in ("--area", area)]
    chukan("sample", "--city", "--residents", "200", *named, "--as", "vendorA", "--out", tmp_path / "in")
    words = ("convert", tmp_path / "in", "--from", "vendorA", "--to", "standard", "--fail-on", "never", "--quiet", "--as-of", "2026-04-01")
    assert ran(capsys, *words, "--out", tmp_path / "run", "--select", "業務継続").code == 0
    made = {p.relative_to(tmp_path / "run" / "data").as_posix().removesuffix(".csv") for p in (tmp_path / "run" / "data").rglob("*.csv")}
    assert {"01-住民基本台帳/住民情報", "01-住民基本台帳/世帯", "08-個人住民税/納税義務者情報", "12-国民健康保険/国保資格情報"} <= made
    assert not {m for m in made if "個人番号" in m or m.startswith("02")}
    assert {m for m in made if m.startswith("12")} == {"12-国民健康保険/国保世帯", "12-国民健康保険/国保資格情報"}
    report = json.loads((tmp_path / "run" / "report.json").read_text(encoding="utf-8"))
    (left,) = [s for s in report["skipped"] if s["check"] == "select"]
    every = len([p for p in (tmp_path / "in").rglob("*") if p.is_file()])
    assert f"ファイルが {every - len(report['files'])} あり" in left["reason_ja"] and "業務継続" in left["reason_ja"]
    assert ran(capsys, *words, "--out", tmp_path / "one", "--select", "2", "--select", "住民基本台帳").code == 0
    assert sorted(p.name for p in (tmp_path / "one" / "data").iterdir()) == ["01-住民基本台帳", "02-印鑑登録"]


def test_every_shipped_selection_is_of_the_latest_layouts() -> None:
    layouts = load_layouts()
    for selection in shipped():
        taken = chosen(layout_folder(), layouts, [selection.name])
        assert len({area for area, _ in taken.files}) == len(selection.part) and selection.source == "draft"


def test_a_selection_of_ones_own_and_wrong_ones(tmp_path: Path) -> None:
    layouts, folder = load_layouts(areas=[1]), layout_folder()
    own = tmp_path / "own.toml"
    own.write_text('[[selection]]\nname = "x"\n[[selection.part]]\narea = "1"\nfiles = ["世帯ファイル"]\n', encoding="utf-8")
    assert chosen(folder, layouts, [str(own)]) == ("own.toml", ((1, "世帯"),))
    for word, code in (("業務継統", "T216"), (str(tmp_path / "none.toml"), "T217")):
        with pytest.raises(SpecError) as failure:
            chosen(folder, layouts, [word])
        assert [p.code for p in failure.value.problems] == [code]
    own.write_text("[[selection]]\nname = 1\n", encoding="utf-8")
    with pytest.raises(SpecError, match="T217"):
        chosen(folder, layouts, [str(own)])


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
        group = "共通" if file_mapping.id.endswith("_送付先") else file_mapping.id[:3]
        assert {(group, column) for column in file_mapping.source.columns} <= known


@pytest.mark.skipif(not FACTS.exists(), reason="the facts are not here")
def test_all_items_of_the_facts_are_there_but_those_of_individual_numbers() -> None:
    """314 of 318 items, or more exactly: all but 個人番号 and its group, which are never exported."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        known = {(r["業務ID"], r["データ項目"]) for r in csv.DictReader(file) if r["グループ(推定名)"] != "個人番号"}
    given = {("共通" if f.id.endswith("_送付先") else f.id[:3], c) for f in load_mapping("dtd").files for c in f.source.columns}
    assert known - given == {("001", "個人番号")}


def test_unknown_dates_keep_their_flags() -> None:
    """不詳フラグ go beside their dates wherever the list has them."""
    (people,) = [f for f in load_mapping("dtd").files if f.file == "住民情報"]
    flags = [c for c in people.source.columns if c.endswith("_不詳フラグ")]
    layout = next(f for f in load_layouts("2.7", [1]).areas[0].files if f.id == "住民情報")
    assert flags and set(flags) == {i.name for i in layout.items if i.name.endswith("_不詳フラグ")}
    assert (mapping_folder("dtd") / "codes.toml").is_file()
