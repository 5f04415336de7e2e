"""The JSON Schemas and the page of problems are as the code has them, and say yes to what we ship."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from chukan_layout.spec import schema

ROOT = Path(__file__).parents[2]
WHOLE = {
    "common.toml": "layout-set",
    "area.toml": "area",
    "changes.toml": "changes",
    "vendor.toml": "vendor",
    "sources.toml": "vendor-sources",
    "gaiji.toml": "gaiji",
}


@pytest.mark.parametrize("path", schema.generated(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_up_to_date(path: Path) -> None:
    assert path.exists(), "make docs"
    assert path.read_text(encoding="utf-8") == schema.generated()[path], f"{path.name} が古い: make docs"


def test_no_schema_is_left_over() -> None:
    assert set((ROOT / "schemas").glob("*.json")) == {p for p in schema.generated() if p.suffix == ".json"}


def schema_name(path: Path) -> str:
    mapped = "mappings" in path.parts
    if path.name == "codes.toml":
        return "vendor-codes" if mapped else "codes"
    return WHOLE.get(path.name, "mapping" if mapped else "layout")


def validator(name: str) -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is no requirement of the tests")
    return jsonschema.Draft202012Validator(json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8")))


FILES = sorted(
    path
    for folder in ("layouts", "mappings", "tests/cases/spec/base")
    for path in (ROOT / folder).glob("**/*.toml")
)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_we_ship_fits_its_schema(path: Path) -> None:
    data = tomllib.loads(path.read_text("utf-8"))
    assert [e.message for e in validator(schema_name(path)).iter_errors(data)] == []


def test_a_schema_can_say_no() -> None:
    data = tomllib.loads((ROOT / "tests/cases/spec/base/mappings/vendorT/kojin.toml").read_text("utf-8"))
    data["mapping"]["ara"] = 1
    data["item"][0]["ops"][0]["op"] = "trimm"
    assert len(list(validator("mapping").iter_errors(data))) == 2
