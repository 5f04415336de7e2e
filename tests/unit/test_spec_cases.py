"""cases/spec: every problem we know comes out of a specification with one fault, and nothing else does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chukan_layout.spec.check_layout import check_layout_folder
from chukan_layout.spec.check_mapping import check_mapping_folder
from chukan_layout.spec.load import load_layouts
from chukan_layout.spec.problem import Problem
from chukan_layout.spec.schema import kinds

CASES = Path(__file__).parents[1] / "cases" / "spec"
BASE = CASES / "base"
#: Asked for by name, not found in a file: tests/unit/test_spec_load.py.
BY_NAME = {"T001", "T201", "T202", "T203", "T205", "T206"}
#: Need a second area or version: tests/unit/test_spec_check.py, for T213 test_city_run.py, for T216 and T217 test_exports.py; T199 is for errors we did not foresee.
ELSEWHERE = {"L002", "M002", "T199", "T213", "T216", "T217"}
#: Sets that build on another one: tests/unit/test_spec_derive.py.
DERIVED = {"T207", "T208", "T209", "T210", "T211", "T212"}
#: Of workbooks: tests/unit/test_workbook.py.
BOOKS = {kind.code for kind in kinds() if kind.code[0] == "W"}


def cases() -> list[dict[str, Any]]:
    return [case for path in sorted(CASES.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))]


def _name(case: dict[str, Any]) -> str:
    return f"{case['code']}-{Path(case['file']).stem}"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(BASE, tmp_path / "base")
    monkeypatch.setenv("CHUKAN_LAYOUTS", str(tmp_path / "base" / "layouts"))
    return tmp_path / "base"


def problems_of(base: Path, part: str) -> list[Problem]:
    if part == "layouts":
        return check_layout_folder(base / "layouts" / "9.9")
    return check_mapping_folder(base / "mappings" / "vendorT", load_layouts(base / "layouts" / "9.9"))


def broken(base: Path, case: dict[str, Any]) -> str:
    """The text of the file with the fault of the case."""
    if "copy" in case:
        shutil.copy(base / case["copy"][0], base / case["copy"][1])
    path = base / case["file"]
    text = path.read_text(encoding="utf-8")
    if "replace" in case:
        old, new = case["replace"]
        assert old in text, "the case replaces what is not there"
        text = text.replace(old, new, 1)
    if "replace_all" in case:
        text = re.sub(*case["replace_all"], text)
    text += case.get("append", "")
    path.write_text(text, encoding="cp932" if case.get("cp932") else "utf-8")
    return text


def lines_with(text: str, words: str) -> Iterator[int]:
    return (i + 1 for i, line in enumerate(text.splitlines()) if words in line)


@pytest.mark.parametrize("part", ["layouts", "mappings"])
def test_base_has_no_problems(base: Path, part: str) -> None:
    assert problems_of(base, part) == []


@pytest.mark.parametrize("case", cases(), ids=_name)
def test_case(base: Path, case: dict[str, Any]) -> None:
    text = broken(base, case)
    found = problems_of(base, case["file"].split("/")[0])
    assert {p.code for p in found} == {case["code"], *case.get("also", ())}, [p.text() for p in found]
    mine = [p for p in found if p.code == case["code"]]
    assert all(p.path == case.get("in", case["file"]) for p in mine)
    if "at" in case:
        places = list(lines_with(text, case["at"]))
        assert places[-1 if case.get("last") else 0] in {p.line for p in mine}, [p.text() for p in mine]
    if "hint" in case:
        assert case["hint"] in {p.hint for p in mine}


def test_every_kind_has_a_case() -> None:
    told = {case["code"] for case in cases()} | BY_NAME | ELSEWHERE | DERIVED | BOOKS
    missing = {kind.code for kind in kinds()} - told
    assert not missing, f"tests/cases/spec に事例を足す (add a case): {sorted(missing)}"


def test_codes_are_used_once() -> None:
    from chukan_layout.spec import schema
    from chukan_layout.spec.problem import Kind

    objects = {id(v): v for m in schema._MODULES for v in vars(m).values() if isinstance(v, Kind)}
    codes = [kind.code for kind in objects.values()]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("kind", kinds(), ids=lambda k: k.code)
def test_both_languages_say_the_same_words(kind: Any) -> None:
    ja, en = (set(re.findall(r"\{(\w+)\}", text)) for text in (kind.ja, kind.en))
    assert {w.removesuffix("_ja") for w in ja} == {w.removesuffix("_en") for w in en}
    assert kind.fix_ja
    assert kind.fix_en
