"""Licences of the dependencies and the SBOM, without a network."""

from __future__ import annotations

import json

import pytest

from tools import supply


def test_every_dependency_is_allowed_and_has_its_reason() -> None:
    parts = supply.python_parts() + supply.rust_parts()
    assert supply.problems(parts, supply.documented()) == []
    assert {p.kind for p in parts} == {"pypi", "cargo"} and len(parts) > 30


def test_what_is_wrong_is_told() -> None:
    said = {("pypi", "a"): "MIT", ("pypi", "gone"): "MIT"}
    parts = [supply.Component("pypi", "a", "1", "MIT"), supply.Component("pypi", "a", "2", "GPL-3.0-only"), supply.Component("cargo", "b", "1", "MIT")]
    wrong = " / ".join(supply.problems(parts, said))
    assert "GPL-3.0-only" in wrong and "cargo:b: no row" in wrong and "a: more than one" in wrong and "gone: documented" in wrong


@pytest.mark.parametrize(
    ("licence", "fits"),
    [("MIT OR GPL-3.0-only", True), ("MIT AND GPL-3.0-only", False), ("(MIT OR GPL-2.0-only) AND Unicode-3.0", True), ("?", False),
     ("(GPL-2.0-only OR AGPL-3.0-only) AND MIT", False)],
)  # fmt: skip
def test_expressions(licence: str, fits: bool) -> None:
    assert supply.allowed(licence) is fits


def test_the_sbom_names_every_part_with_its_hash() -> None:
    made = json.loads(supply.sbom(supply.rust_parts(), "1.0"))
    assert made["bomFormat"] == "CycloneDX" and made["specVersion"] == "1.5"
    assert {c["name"] for c in made["components"]} >= {"pyo3", "memchr", "serde"}
    assert all(len(c["hashes"][0]["content"]) == 64 for c in made["components"])
