"""工数の見積もり: figures computed by hand, unknown is not nothing, and inputs always shown (CST-01 … CST-04)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from chukan_layout.cli.toml_model import read_model
from chukan_layout.fit.effort import SHIPPED, counts, lines
from chukan_layout.fit.measure import measure
from chukan_layout.model.effort import COUNTED, Basis, Range, UnitHours
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.run_support import household, households, ran, vendor_file

UNITS = """
title = "手計算"
source = "試験"
[[unit]]
count = "files"
step = "設計"
side = "移行元"
hours = [2, 6]
without = [4, 10]
once = true
[[unit]]
count = "source_individual"
step = "個別移行"
side = "移行先"
hours = [1.5, 3]
without = [1.5, 3]
[[unit]]
count = "records"
step = "確認"
side = "地方公共団体"
hours = [0.1, 0.3]
without = [0.1, 0.3]
per = 1000
"""


@pytest.fixture
def units(tmp_path: Path) -> Path:
    path = tmp_path / "units.toml"
    path.write_text(UNITS, encoding="utf-8")
    return path


def basis(units: Path, bodies: int = 1, **known: int | None) -> Basis:
    return Basis(label="x", kind="run", counts=known, lines=lines(known, read_model(units, UnitHours), bodies))


def hours(low: str, high: str) -> Range:
    return Range(low=Decimal(low), high=Decimal(high))


def test_hours_by_hand(units: Path) -> None:
    """3 files x 2..6, 4 items x 1.5..3, 12,345 records / 1,000 x 0.1..0.3."""
    made = basis(units, files=3, source_individual=4, records=12_345)
    assert [line.hours for line in made.lines] == [hours("6", "18"), hours("6.0", "12"), hours("1.2345", "3.7035")]
    assert made.total() == (hours("13.2345", "33.7035"), hours("19.2345", "45.7035"))
    assert made.total(individual=True) == (hours("6", "12"), hours("6", "12"))
    assert made.total("設計", "移行元")[1] == hours("12", "30") and made.total(side="地方公共団体")[0] == hours("1.2345", "3.7035")


def test_bodies_share_what_is_made_once_through_the_layout_only(units: Path) -> None:
    made = basis(units, 5, files=3, source_individual=4, records=1000)
    assert [line.hours for line in made.lines] == [hours("6", "18"), hours("30", "60"), hours("0.5", "1.5")]
    assert [line.without for line in made.lines] == [hours("60", "150"), hours("30", "60"), hours("0.5", "1.5")]


def test_unknown_is_not_nothing(units: Path) -> None:
    made = basis(units, files=1, source_individual=None)
    assert made.unknown == ["source_individual", "records"]
    assert made.total(individual=True) == (None, None) and made.total()[0] == hours("2", "6")


def test_counts_of_a_mapping_agree_with_its_files() -> None:
    layouts, mapping = load_layouts("2.7", [1]), load_mapping("vendorA")
    known = counts(measure(layouts, mapping), mapping)
    files = [f for f in mapping.files if f.area == 1]
    assert known["files"] == len(files) and known["source_items"] == sum(len(f.source.columns) for f in files)
    matched = sum(bool(line.from_) for f in files for line in f.item)
    assert (known["items_plain"] or 0) + (known["items_converted"] or 0) == matched
    said = [d.disposition for f in files for d in f.rest]
    assert (known["source_individual"], known["source_discarded"]) == (said.count("individual"), said.count("discard"))
    assert known["records"] is known["findings"] is known["gaiji"] is None


def test_every_count_has_a_draft_unit_hour() -> None:
    shipped = read_model(SHIPPED, UnitHours)
    assert shipped.source == "draft" and {u.count for u in shipped.unit} == set(COUNTED)


def test_a_run_a_profile_and_a_mapping_beside_each_other(units: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vendor_file(tmp_path / "in" / "SETAI.csv", [*households(range(1, 9)), household(3), "broken"])
    assert ran(capsys, "convert", tmp_path / "in", "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run").code == 1
    profiled = ran(capsys, "profile", tmp_path / "in", "--format", "json")
    (tmp_path / "市.json").write_text(profiled.out, encoding="utf-8")
    actual = tmp_path / "actual.toml"
    actual.write_text('[[actual]]\nstep = "設計"\nside = "移行元"\nhours = 99\n', encoding="utf-8")
    words = ("estimate", tmp_path / "run", "--profile", tmp_path / "市.json", "--mapping", "vendorA", "--units", units, "--actual", actual)
    done = ran(capsys, *words, "--format", "json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    report = json.loads((tmp_path / "run" / "report.json").read_text(encoding="utf-8"))
    by_kind = {b["kind"]: b for b in said["basis"]}
    assert said["promise"] is False and said["formula"]
    assert by_kind["run"]["counts"]["records"] == report["totals"]["rows"]["in"] == 10
    assert by_kind["run"]["counts"]["findings"] == report["totals"]["findings"]
    assert by_kind["run"]["lines"][2]["hours"] == {"low": 0.001, "high": 0.003}
    assert by_kind["profile"]["counts"]["files"] == 1 and by_kind["profile"]["counts"]["items_plain"] is None
    assert by_kind["profile"]["individual"]["layout"] is None and by_kind["mapping"]["unknown"] == ["records"]
    text = ran(capsys, *words, "--format", "markdown").out
    for shown in ("約束ではない", "手計算", "不明", "上限超過", "従来方式", "2〜6"):
        assert shown in text
    english = ran(capsys, *words, "--lang", "en").out
    assert "no promise" in english and "municipality" in english
    assert ran(capsys, *words, "--format", "xlsx", "--output-file", tmp_path / "e.xlsx").code == 0
    assert load_workbook(tmp_path / "e.xlsx").sheetnames


def test_wrong_files_are_told(units: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "estimate").code == 2
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(UNITS.replace("[2, 6]", "[6, 2]"), encoding="utf-8")
    done = ran(capsys, "estimate", "--mapping", "vendorA", "--units", wrong)
    assert done.code == 2 and "unit.0" in done.err
    wrong.write_text(UNITS.replace('"files"', '"file"'), encoding="utf-8")
    assert ran(capsys, "estimate", "--mapping", "vendorA", "--units", wrong).code == 2
    wrong.write_text("{}", encoding="utf-8")
    assert ran(capsys, "estimate", "--profile", wrong).code == 2
    shown = ran(capsys, "estimate", "--show-units").out
    assert shown == SHIPPED.read_text(encoding="utf-8")
