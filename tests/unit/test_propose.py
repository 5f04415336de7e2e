"""Proposals for a mapping: what is proposed and why, what is never done, and how often it is right."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from chukan_layout.cli.main import cli
from chukan_layout.model.layout import Area, LayoutFile
from chukan_layout.propose.files import guesses
from chukan_layout.propose.match import proposals
from chukan_layout.propose.names import likeness, tokens
from chukan_layout.propose.profile import profile, read_profiles, with_parts
from chukan_layout.propose.score import fit
from chukan_layout.sample.city.write import write_city
from chukan_layout.spec.load import load_layouts, load_mapping

LAYOUTS = load_layouts("latest", [1, 12])
VENDOR = load_mapping("vendorA")


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dump")
    write_city(folder, 800, 2, LAYOUTS, [1, 12], VENDOR, True)
    return folder


def _file(area: int, name: str) -> tuple[Area, LayoutFile]:
    found = LAYOUTS.area(area)
    return found, next(f for f in found.files if f.id == name)


@pytest.mark.parametrize(
    ("column", "item", "least"),
    [("個人CD", "宛名番号", 0.9), ("漢字氏名", "氏名", 0.9), ("ATENA_NO", "宛名番号", 0.9), ("ｾｲﾍﾞﾂ", "性別", 0.0),
     ("通知NO", "通知書番号", 0.9), ("生年月日", "生年月日", 1.0), ("納義個人CD", "納付義務者宛名番号", 0.9)],
)  # fmt: skip
def test_names_are_alike_by_synonym_abbreviation_and_reading(column: str, item: str, least: float) -> None:
    assert likeness(column, item)[0] >= least


def test_unlike_names_are_not_alike() -> None:
    assert likeness("更新日時", "世帯主氏名")[0] < 0.3
    assert tokens("世帯CD") == ("世帯番号",)


def test_a_check_digit_tells_a_number_from_any_other() -> None:
    area, file = _file(1, "個人番号")
    item = file.item("個人番号")
    good = profile("X", ["123456789018"] * 40)
    bad = profile("X", ["123456789012"] * 40)
    assert fit(good, item, file, None).score > 0.9 > fit(bad, item, file, None).score
    assert "検査数字" in fit(good, item, file, None).why[0]
    assert area.no == 1


def test_codes_are_known_by_their_values() -> None:
    area, file = _file(1, "住民情報")
    table = area.codes["性別"]
    fits = fit(profile("列", ["1", "2"] * 50), file.item("性別"), file, table)
    other = fit(profile("列", ["山田", "田中"] * 50), file.item("性別"), file, table)
    assert fits.score > 0.3
    assert other.score < 0
    assert "コード表" in fits.why[0]


def test_a_date_in_parts_is_one_column() -> None:
    parts = [profile(f"生年月日_{p}", [v] * 9) for p, v in zip(("年号", "年", "月", "日"), ("3", "55", "4", "12"), strict=True)]
    (one,) = with_parts(parts)
    assert one.date_shape == "parts"
    assert one.parts == ("生年月日_年号", "生年月日_年", "生年月日_月", "生年月日_日")


def _rate(dump: Path, area_no: int, names: bool, contents: bool) -> float:
    right = columns = 0
    for m in VENDOR.files:
        if m.area != area_no:
            continue
        area, file = _file(m.area, m.file)
        profiles = read_profiles(dump / f"{m.source.files[0].split('*')[0]}01.csv", "cp932", ",", m.source.columns)
        truth = {(c, line.to) for line in m.item for c in line.from_}
        columns += len({c for c, _ in truth})
        right += sum((p.column, p.item) in truth for p in proposals(profiles, file, area, None, names, contents))
    return right / columns


def test_nearly_every_column_is_proposed_rightly(dump: Path) -> None:
    """The figures of docs/mapping-init.md, with room below."""
    assert _rate(dump, 1, True, True) > 0.9
    assert _rate(dump, 12, True, True) > 0.97


def test_contents_alone_say_more_than_chance_and_less_than_names(dump: Path) -> None:
    alone = _rate(dump, 12, False, True)
    assert 0.4 < alone < _rate(dump, 12, True, True)


def test_the_kind_of_a_file_is_guessed(dump: Path) -> None:
    m = next(m for m in VENDOR.files if (m.area, m.file) == (12, "国保資格情報"))
    profiles = read_profiles(dump / "A1202_01.csv", "cp932", ",", m.source.columns)
    first, *others = guesses(profiles, LAYOUTS)
    assert first.file.id == "国保資格情報"
    assert others[0].confidence < first.confidence


def _init(*words: str | Path) -> str:
    result = CliRunner().invoke(cli, ["mapping", "init", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_nothing_is_taken_silently_and_no_value_of_a_person_is_shown(dump: Path) -> None:
    text = _init(dump / "JUMIN01.csv", "--encoding", "cp932", "--area", "1", "--file", "住民情報")
    data = tomllib.loads(text)
    assert "item" not in data and "rest" not in data
    assert text.count("#? [[item]]") > 40
    assert "確信度" in text and "根拠" in text
    record = (dump / "JUMIN01.csv").read_bytes().decode("cp932").split("\r\n")[1].split(",")
    people = [v for v in record if len(v) > 6]
    assert len(people) > 5
    assert not [v for v in people if v in text]


def test_confirmed_lines_become_a_mapping(dump: Path) -> None:
    text = _init(dump / "SETAI01.csv", "--encoding", "cp932", "--area", "1", "--file", "世帯")
    data = tomllib.loads(text.replace("#? ", ""))
    taken = {line["to"]: line["from"] for line in data["item"]}
    true = {line.to: list(line.from_) for m in VENDOR.files if m.id == "世帯" for line in m.item}
    assert taken == true
    assert {"op": "pad", "width": 15} in next(line["ops"] for line in data["item"] if line["to"] == "世帯番号")


def test_accept_takes_what_is_certain_enough(dump: Path) -> None:
    words = (dump / "SETAI01.csv", "--encoding", "cp932", "--area", "1", "--file", "世帯", "--accept")
    assert len(tomllib.loads(_init(*words, "0.1"))["item"]) == 11
    assert "item" not in tomllib.loads(_init(*words, "1"))


def test_a_folder_becomes_the_draft_of_a_vendor(dump: Path, tmp_path: Path) -> None:
    _init(dump / "SETAI01.csv", dump / "A1206_01.csv", "--encoding", "cp932", "--out", tmp_path / "vendorX")
    names = {p.name for p in (tmp_path / "vendorX").iterdir()}
    assert names == {"vendor.toml", "codes.toml", "01-世帯-SETAI01.toml", "12-賦課-A1206_01.toml"}
    again = CliRunner().invoke(cli, ["mapping", "init", str(dump / "SETAI01.csv"), "--encoding", "cp932", "--out",
                                     str(tmp_path / "vendorX")])  # fmt: skip
    assert again.exit_code == 2
    assert "もうあります" in again.stderr


@pytest.mark.parametrize(
    "words", [("--file", "世帯"), ("--names-only",), ("--area", "999", "--file", "世帯")]
)
def test_what_cannot_be_done_is_said(dump: Path, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, ["mapping", "init", str(dump / "SETAI01.csv"), "--encoding", "cp932", *words])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
