"""docs/requirements.md: every requirement is named, and what is named exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "requirements.md"
SHARED = ROOT.parent / "shared" / "requirements.md"
ROW = re.compile(r"^\| ([A-Z]{3}-\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([○△×]) \|$", re.MULTILINE)
#: Of each room as many as the list of requirements has; the list itself is not in the repository.
COUNTS = {"LAY": 9, "CNV": 4, "VAL": 8, "FIT": 8, "CLN": 3, "GAI": 7, "COD": 3, "SRC": 2, "EXT": 6, "RPT": 7, "PRF": 4, "SEC": 6, "OPS": 7,
          "CST": 4, "DOC": 3}  # fmt: skip


def rows() -> list[tuple[str, ...]]:
    return [match.groups() for match in ROW.finditer(PAGE.read_text(encoding="utf-8"))]


def test_every_requirement_is_named_once() -> None:
    ids = [row[0] for row in rows()]
    assert ids == [f"{room}-{n:02d}" for room, many in COUNTS.items() for n in range(1, many + 1)], "add the line that is missing"


@pytest.mark.skipif(not SHARED.exists(), reason="the list of requirements is not here")
def test_the_list_of_requirements_has_no_others() -> None:
    listed = re.findall(r"^\| ([A-Z]{3}-\d\d) \|", SHARED.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(set(listed)) == sorted(row[0] for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row[0]))
def test_what_is_named_exists(row: tuple[str, ...]) -> None:
    named = [name for cell in row[2:4] for name in re.findall(r"`((?:[\w.+-]+/)+[\w.+-]+)`", cell)]
    assert not (missing := [name for name in named if not (ROOT / name).is_file()]), f"{row[0]} names {missing}"
    assert row[4] == "×" or re.search(r"`(tests/[^`]+\.py|bench/[^`]+)`", row[3]), f"{row[0]}: name the test, or say ×"


def test_the_sums_are_those_of_the_table() -> None:
    found = Counter(row[4] for row in rows())
    said = re.search(r"(\d+) の要求のうち ○ (\d+)、△ (\d+)、× (\d+)", PAGE.read_text(encoding="utf-8"))
    assert said and [int(n) for n in said.groups()] == [len(rows()), found["○"], found["△"], found["×"]]


def test_the_introduction_is_for_readers_who_are_new() -> None:
    """DOC-02: the commands that it shows are there, and so are the pages that it leads to."""
    text = (ROOT / "docs" / "introduction.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (ROOT / "docs" / target).exists(), target
    for command in set(re.findall(r"^chukan (\w+)", text, re.MULTILINE)):
        assert (ROOT / "docs" / "commands" / f"{command}.md").is_file(), command
