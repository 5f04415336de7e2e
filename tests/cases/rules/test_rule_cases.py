"""Cases of rules in YAML: the good record has no finding, the bad one exactly the one of its rule."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from chukan_layout.model.layout import LayoutFile, LayoutSet
from chukan_layout.rules.policy import Policy
from chukan_layout.run.api import run_aside
from chukan_layout.run.order import Order
from chukan_layout.spec.load import load_layouts

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = [
    case for path in sorted(HERE.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
LAYOUTS = load_layouts("latest")
#: A value for a key item that a case does not name.
BLANK_KEY = {"DATE": "2020-01-01", "YEAR": "2020", "TIME": "10:00"}


def file_of(area: int, file_id: str) -> LayoutFile:
    return next(f for f in LAYOUTS.area(area).files if f.id == file_id)


def write(folder: Path, file: LayoutFile, record: dict[str, str]) -> None:
    """One record with the items that the case names and the keys that every record must have."""
    keys = {name: BLANK_KEY.get(file.item(name).type, "1") for name in file.key if name not in record}
    whole = {**keys, **record}
    path = folder / file.folder / f"{file.id}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([list(whole), list(whole.values())])


def findings(tmp_path: Path, case: dict[str, Any], record: dict[str, str]) -> dict[str, int]:
    file = file_of(case["area"], case["file"])
    if "person" in case:
        write(tmp_path, file_of(1, "住民情報"), case["person"])
    write(tmp_path, file, record)
    areas = tuple(area for area in LAYOUTS.areas if area.no in (1, case["area"]))
    layouts: LayoutSet = LAYOUTS.model_copy(update={"areas": areas})
    order = Order(sources=[tmp_path], layouts=layouts, requested="latest", direction="validate", formats=(),
                  as_of=case.get("as_of", ""), policy=Policy(only=(case["rule"],)))  # fmt: skip
    report = run_aside(order)
    assert report.errors == []
    assert case["rule"] not in {s.check for s in report.skipped}, "the check must run"
    # a case names the items that matter; that others are missing is told by S-HEADER
    return {rule.id: rule.count for rule in report.rules if rule.id != "S-HEADER"}


@pytest.mark.parametrize("case", CASES, ids=[case["rule"] for case in CASES])
def test_good_and_bad(case: dict[str, Any], tmp_path: Path) -> None:
    assert findings(tmp_path / "good", case, case["good"]) == {}
    assert findings(tmp_path / "bad", case, case["bad"]) == {case["rule"]: 1}


def test_every_rule_by_date_has_a_case_and_a_source_of_its_own() -> None:
    """Requirement VAL-02: codes that the law began or ended are judged by the day of the record."""
    told = {case["rule"] for case in CASES}
    dated = {
        f"{area.no:02d}-{file.no:02d}-{check.id}": (check, area.codes[file.item(check.item).code or ""])
        for area in LAYOUTS.areas
        for file in area.files
        for check in file.row_checks
        if check.kind == "dated"
    }
    assert len(dated) >= 3
    assert dated.keys() <= told
    for check, table in dated.values():
        assert check.note
        assert all(v.valid_source != "draft" for v in table.values if v.valid_from or v.valid_to)


def test_every_rule_across_areas_has_a_case_and_says_what_it_cannot_see() -> None:
    told = {case["rule"] for case in CASES}
    across = {
        f"{area.no:02d}-{file.no:02d}-{check.id}": check
        for area in LAYOUTS.areas
        for file in area.files
        for check in file.keyed_checks
        if check.kind == "joined"
    }
    assert across.keys() <= told
    assert len(across) >= 60
    assert all(check.note for check in across.values())
