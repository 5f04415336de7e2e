"""A city whose residents stand twice goes through find, sheet, apply, validate and convert clean, and back again."""

from __future__ import annotations

import csv
import filecmp
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from chukan_layout.match.crosswalk import Link
from chukan_layout.match.survivorship import golden

Chukan = Callable[..., subprocess.CompletedProcess[str]]
RESIDENTS, RATE = 2_000, 0.03
AREAS = [word for no in (1, 2, 3, 7, 8, 10, 11) for word in ("--area", no)]  # make demo takes all
BASIC = "03-住登外管理/住登外者宛名基本情報.csv"


@pytest.fixture(scope="module")
def city(chukan: Chukan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Areas that tax and register people of a city with duplicates, found, every true pair approved on the sheet, and applied."""
    home = tmp_path_factory.mktemp("city")
    chukan("sample", "--city", *AREAS, "--residents", RESIDENTS, "--seed", 5, "--duplicates", RATE,
           "--out", home / "data")  # fmt: skip
    (home / "data" / "truth.csv").rename(home / "truth.csv")
    chukan("match", "find", home / "data", "--out", home / "found", code=None)
    fill(home / "found" / "review.xlsx", truth(home))
    chukan("match", "decide", home / "found", "--sheet", home / "found" / "review.xlsx", "--operator", "A0123",
           "--approver", "佐藤", "--as-of", "2026-04-01", "--out", home / "判定.csv")  # fmt: skip
    chukan("match", "apply", home / "data", "--found", home / "found", "--decisions", home / "判定.csv",
           "--out", home / "merged")  # fmt: skip
    return home


def truth(home: Path) -> dict[str, str]:
    """宛名番号 -> 人物."""
    with (home / "truth.csv").open(encoding="utf-8") as file:
        return {row["宛名番号"]: row["人物"] for row in csv.DictReader(file)}


def fill(sheet: Path, person: dict[str, str]) -> None:
    """What a clerk who knows everybody would write into the sheet of pairs."""
    book = openpyxl.load_workbook(sheet)
    pairs = book["組"]
    head = [cell.value for cell in pairs[1]]
    mark, left, right = (head.index(n) for n in ("判定", "左の鍵", "右の鍵"))
    for row in pairs.iter_rows(min_row=2):
        if row[left].value:
            a, b = (str(row[i].value).rpartition("/")[2] for i in (left, right))
            row[mark].value = "同一人" if person[a] == person[b] else "別人"
    book.save(sheet)


def test_the_city_with_duplicates_is_clean_before(chukan: Chukan, city: Path) -> None:
    chukan("validate", city / "data", "--fail-on", "warning", "--quiet")
    people = truth(city)
    twice = [n for n, p in people.items() if n.startswith("0000008") and p.startswith("P")]
    assert len(twice) == pytest.approx(RESIDENTS * RATE, rel=0.5)


def test_what_is_linked_is_true_and_other_areas_follow(city: Path) -> None:
    people = truth(city)
    with (city / "merged" / "crosswalk.csv").open(encoding="utf-8-sig") as file:
        links = [(row["old_no"], row["new_no"]) for row in csv.DictReader(file)]
    twice = {n for n, p in people.items() if n.startswith("0000008") and p.startswith("P")}
    assert all(people[old] == people[new] for old, new in links)
    assert len(links) >= 0.9 * len(twice)
    old = {a for a, _ in links}
    refers = [p for p in (city / "data").rglob("*.csv") if p.parent.name[:2] not in ("01", "03") and numbers(p) & old]
    assert refers, "other 業務 refer to the second numbers"
    assert not any(numbers(city / "merged" / "data" / p.relative_to(city / "data")) & old for p in refers)
    basic = pl.read_csv(city / "merged" / "data" / BASIC, infer_schema=False)
    assert set(basic.filter(pl.col("代表宛名フラグ") == "1")["宛名番号"]) == old


def numbers(path: Path) -> set[str]:
    """Every value of a file that could be a 宛名番号."""
    frame = pl.read_csv(path, infer_schema=False)
    return {v for c in frame.columns if "宛名番号" in c for v in frame[c].drop_nulls().to_list()}


def test_the_merged_city_validates_and_converts_clean(chukan: Chukan, city: Path) -> None:
    chukan("validate", city / "merged" / "data", "--fail-on", "warning", "--quiet")
    chukan("convert", city / "merged" / "data", "--from", "standard", "--to", "vendorA", "--out", city / "run",
           "--fail-on", "warning", "--quiet")  # fmt: skip


def test_undo_gives_the_city_back(chukan: Chukan, city: Path) -> None:
    chukan("match", "undo", city / "merged", "--out", city / "undone")
    before = sorted(p.relative_to(city / "data") for p in (city / "data").rglob("*") if p.is_file())
    after = sorted(p.relative_to(city / "undone") for p in (city / "undone").rglob("*") if p.is_file())
    assert before == after
    assert all(filecmp.cmp(city / "data" / p, city / "undone" / p, shallow=False) for p in before)


def test_the_latest_record_gives_the_value_where_that_is_declared() -> None:
    persons = pl.DataFrame({
        "key": ["a", "b", "c"], "no": ["1", "2", "3"], "status": ["resident", "other", "other"],
        "changed": ["2020-04-01", "2025-10-01", "2024-01-01"], "town": ["本町", "", "緑町"], "name": ["甲", "乙", "丙"],
    })  # fmt: skip
    links = [Link("C1", old, no, "a", "1", "A", "B", "2026-04-01T00:00:00") for old, no in (("b", "2"), ("c", "3"))]
    rows = golden(links, persons, {"town": "latest", "name": "source_priority"}).to_dicts()
    assert [(r["item"], r["value"], r["from_key"]) for r in rows] == [("town", "緑町", "c"), ("name", "甲", "a")]


def test_pairs_beyond_one_sheet_go_on_in_the_next(
    chukan: Chukan, city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chukan_layout.match import folder, persons, scheme, sheet, sheet_read, sheet_xlsx
    from chukan_layout.match.found import find
    from chukan_layout.match.prepare import prepare

    frame = persons.read(persons.find([city / "data"]))
    found = find(frame["key"], frame.lazy().select(persons.COLUMNS), prepare(frame), scheme.persons())
    monkeypatch.setattr(sheet_xlsx, "ROWS", 3)
    run = folder.read(city / "found")
    sheet.write(tmp_path, found, frame.lazy(), scheme.persons(), False, run.id, "ja")
    pairs = found.candidates.filter(pl.col("band") == "review").height
    book = openpyxl.load_workbook(tmp_path / "review.xlsx")
    pages = [n for n in book.sheetnames if n.startswith("組")]
    assert pages == ["組", *(f"組{n}" for n in range(2, pairs // 3 + 2))]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    for name in pages:
        for row in book[name].iter_rows(min_row=2):
            row[0].value = "同一人"
    book.save(tmp_path / "review.xlsx")
    read = sheet_read.read(tmp_path / "review.xlsx", run, "A0123", "佐藤", "2026-04-01T00:00:00")
    assert read.filter(pl.col("scope") == "pair").height == pairs
