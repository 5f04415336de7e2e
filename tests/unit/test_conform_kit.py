"""The kit for importers and the comparison of what they give back."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from chukan_layout.conform.kit import check_kit, make_kit
from chukan_layout.conform.roundtrip import CLASSES, compare
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.run_support import ran, standard_file

LAYOUTS = load_layouts("latest")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit") / "印鑑登録"
    make_kit(folder, LAYOUTS, 2, 300, 1, load_mapping("vendorA"))
    return folder


def test_every_dump_of_a_kit_gives_exactly_what_it_says(kit: Path) -> None:
    assert check_kit(kit, LAYOUTS) == []
    told = json.loads((kit / "expected.json").read_text(encoding="utf-8"))["dumps"]
    assert told["clean"] == told["edge"] == {}
    assert len(told) >= 8 and all(rules for name, rules in told.items() if name.startswith("defects/"))


def test_the_kit_of_the_register_has_single_faults_as_well(tmp_path: Path) -> None:
    make_kit(tmp_path / "kit", LAYOUTS, 1, 300, 1, load_mapping("vendorA"))
    assert check_kit(tmp_path / "kit", LAYOUTS) == []
    told = json.loads((tmp_path / "kit" / "expected.json").read_text(encoding="utf-8"))["dumps"]
    kinds = {name.removeprefix("defects/") for name in told if name.startswith("defects/")}
    assert kinds >= {"required", "code", "date", "long", "character", "unneeded"}


def test_the_edge_is_not_the_middle(kit: Path) -> None:
    result = compare(kit / "clean", kit / "edge", LAYOUTS)
    changed = {d.item for d in result.items}
    assert len(changed) >= 10 and all(not f.lost and not f.added for f in result.files)


def test_a_kit_that_was_touched_is_told(kit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    mine = tmp_path / "kit"
    shutil.copytree(kit, mine)
    assert ran(capsys, "conform", "check-kit", mine).code == 0
    path = next((mine / "clean").rglob("印鑑登録情報.csv"))
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    done = ran(capsys, "conform", "check-kit", mine)
    assert done.code == 1 and done.out.startswith("clean\t")
    assert ran(capsys, "conform", "check-kit", tmp_path).code == 2
    assert ran(capsys, "conform", "kit", "--area", "2", "--out", mine).code == 2, "never over something"


def household(path: Path, **changed: str) -> Path:
    """世帯.csv with three records, the columns of the second changed."""
    frame = pl.read_csv(standard_file(path / "世帯.csv", [1, 2, 3]), infer_schema=False).with_columns(pl.all().fill_null(""))
    row = pl.int_range(pl.len()) == 1
    made = frame.with_columns(pl.when(row).then(pl.lit(v)).otherwise(pl.col(n)).alias(n) for n, v in changed.items())
    (path / "世帯.csv").write_text(made.write_csv(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("item", "before", "after", "kind"),
    [
        ("世帯主氏名", "例示　太郎", "例示太郎", "whitespace"),
        ("世帯主氏名", "ＡＢ", "AB", "width"),
        ("世帯主氏名", "ショウ", "シヨウ", "kana"),
        ("世帯員数", "3", "03", "leading_zeros"),
        ("住所_方書", "", "　", "blank"),
        ("住所_方書", "甲", "", "lost"),
        ("住所_方書", "", "甲", "added"),
        ("世帯主氏名", "例示", "別人", "changed"),
    ],
)
def test_classes_of_differences(tmp_path: Path, item: str, before: str, after: str, kind: str) -> None:
    golden, back = household(tmp_path / "a", **{item: before}), household(tmp_path / "b", **{item: after})
    (found,) = compare(golden, back, LAYOUTS).items
    assert (found.item, found.kind, found.records, found.lines) == (item, kind, 1, (3,))
    assert kind in CLASSES and not compare(golden, back, LAYOUTS).same
    assert compare(golden, back, LAYOUTS, [("世帯.*", frozenset({kind}))]).same
    assert not compare(golden, back, LAYOUTS, [("住民情報.*", frozenset(CLASSES))]).same


def test_records_and_files_that_do_not_come_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    golden = standard_file(tmp_path / "a" / "世帯.csv", [1, 2, 3]).parent
    back = standard_file(tmp_path / "b" / "世帯.csv", [1, 3, 4]).parent
    (file,) = compare(golden, back, LAYOUTS).files
    assert (file.given, file.returned, file.lost, file.added) == (3, 3, 1, 1)
    done = ran(capsys, "conform", "roundtrip", golden, back, "--format", "json")
    assert done.code == 1 and not json.loads(done.out)["same"]
    (tmp_path / "c").mkdir()
    assert compare(golden, tmp_path / "c", LAYOUTS).files[0].returned is None
    assert ran(capsys, "conform", "roundtrip", golden, golden).code == 0
    twice = standard_file(tmp_path / "d" / "世帯.csv", [1, 1]).parent
    assert compare(golden, twice, LAYOUTS).problems


@pytest.mark.parametrize("text", ["", "[[tolerate]]", '[[tolerate]]\nitems = ["*"]\nkinds = ["loud"]', "x"])
def test_a_tolerance_that_says_nothing_known(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    golden = standard_file(tmp_path / "a" / "世帯.csv", [1]).parent
    (tmp_path / "t.toml").write_text(text, encoding="utf-8")
    assert ran(capsys, "conform", "roundtrip", golden, golden, "--tolerate", tmp_path / "t.toml").code == 2
