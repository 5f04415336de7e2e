"""Licences of the dependencies and the SBOM, without a network."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tools import advisories, supply


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


def test_a_crate_from_elsewhere_is_told(tmp_path: Path) -> None:
    lock = tmp_path / "Cargo.lock"
    lock.write_text('[[package]]\nname = "own"\nversion = "1.0.0"\n[[package]]\nname = "far"\nversion = "1.0.0"\n'
                    'source = "git+ssh://example.invalid/far"\n', encoding="utf-8")  # fmt: skip
    assert supply.strangers(lock) == ["far"] and supply.strangers() == []


def osv(name: str, ecosystem: str, events: list[dict[str, str]], **more: Any) -> str:
    """An advisory that is made up."""
    affected = {"package": {"name": name, "ecosystem": ecosystem}, "ranges": [{"type": "ECOSYSTEM", "events": events}], **more}
    return json.dumps({"id": f"MADE-UP-{name}", "summary": "例", "affected": [affected]})


RUSTSEC = """```toml
[advisory]
id = "RUSTSEC-0000-0001"
package = "memchr"
date = "2026-01-01"
{more}
[versions]
patched = [{patched}]
unaffected = ["< 1.0"]
```

# A made-up fault
"""


def audited(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, ROOT / "tools" / "supply.py", "audit", *map(str, words)], capture_output=True, text=True, check=False)


def test_a_known_vulnerability_of_ours_is_found_without_a_network(tmp_path: Path) -> None:
    folder = tmp_path / "advisories"
    (folder / "crates" / "memchr").mkdir(parents=True)
    (folder / "README.md").write_text("# nothing", encoding="utf-8")
    (folder / "crates" / "memchr" / "RUSTSEC-0000-0001.md").write_text(RUSTSEC.format(more="", patched='">= 2.0, < 2.1"'), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as dump:
        dump.writestr("MADE-UP-1.json", osv("Jinja2", "PyPI", [{"introduced": "0"}]))
        dump.writestr("MADE-UP-2.json", osv("click", "PyPI", [{"introduced": "0"}, {"fixed": "0.1"}]))
        dump.writestr("MADE-UP-3.json", osv("left-pad", "npm", [{"introduced": "0"}]))
    done = audited("--advisories", tmp_path / "all.zip", "--advisories", folder)
    assert done.returncode == 1, done.stderr
    assert "pypi:jinja2" in done.stdout and "RUSTSEC-0000-0001 A made-up fault" in done.stdout and "click" not in done.stdout
    sbom = tmp_path / "sbom.json"
    sbom.write_text(supply.sbom([supply.Component("pypi", "click", "0.0.1", "MIT"), supply.Component("cargo", "a", "1.0.0", "MIT")], "1"), encoding="utf-8")
    done = audited("--advisories", tmp_path / "all.zip", "--advisories", folder, "--sbom", sbom)
    assert done.returncode == 1 and "pypi:click 0.0.1: MADE-UP-click" in done.stdout and "jinja2" not in done.stdout


def test_nothing_known_is_0_a_notice_too_and_a_gap_is_2(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(osv("pip", "PyPI", [{"introduced": "0"}]), encoding="utf-8")
    done = audited("--advisories", tmp_path)
    assert done.returncode == 2 and "cargo" in done.stderr
    (tmp_path / "r.md").write_text(RUSTSEC.format(more='informational = "unmaintained"', patched=""), encoding="utf-8")
    done = audited("--advisories", tmp_path)
    assert done.returncode == 0 and "(notice) A made-up fault" in done.stdout
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    assert audited("--advisories", tmp_path).returncode == 2
    (tmp_path / "none.zip").write_bytes(b"no zip")
    assert audited("--advisories", tmp_path / "none.zip").returncode == 2


@pytest.mark.parametrize(
    ("kind", "version", "events", "meant"),
    [
        ("pypi", "1.10", [{"introduced": "0"}, {"fixed": "1.9"}], False),
        ("pypi", "1.9rc1", [{"introduced": "0"}, {"fixed": "1.9"}], True),
        ("pypi", "2.5", [{"introduced": "0"}, {"fixed": "1.9"}, {"introduced": "2.0"}, {"last_affected": "2.5"}], True),
        ("pypi", "2.5.1", [{"introduced": "2.0"}, {"last_affected": "2.5"}], False),
        ("pypi", "1.9", [{"introduced": "0"}, {"fixed": "what?"}], True),
        ("cargo", "1.10.0", [{"introduced": "0.0.0-0"}, {"fixed": "1.9.0"}], False),
        ("cargo", "1.9.0-beta.2", [{"introduced": "0"}, {"fixed": "1.9.0-beta.10"}], True),
        ("cargo", "1.9.0", [{"introduced": "1.9.0"}], True),
    ],
)  # fmt: skip
def test_ranges_of_osv(kind: str, version: str, events: list[dict[str, str]], meant: bool) -> None:
    assert advisories.concerns(kind, version, {"ranges": [{"type": "SEMVER", "events": events}]}) is meant


@pytest.mark.parametrize(
    ("version", "patched", "meant"),
    [("1.2.3", [">= 1.2.4"], True), ("1.2.4", [">= 1.2.4"], False), ("1.3.0", ["^1.2.4"], False), ("2.0.0", ["^1.2.4"], True),
     ("0.2.9", ["0.2.5"], False), ("0.3.0", ["^0.2.5"], True), ("1.2.9", ["~1.2.4"], False), ("1.3.0", ["~1.2.4"], True),
     ("1.5.0", [">= 1.2, < 1.4", ">= 1.6"], True), ("1.3.0", [">= 1.2, < 1.4"], False), ("1.2.3", ["= 1.2.3"], False), ("1.2.3", [], True)],
)  # fmt: skip
def test_requirements_of_rustsec(version: str, patched: list[str], meant: bool) -> None:
    assert advisories.concerns("cargo", version, {"rustsec": {"patched": patched}}) is meant


def test_a_withdrawn_advisory_says_nothing(tmp_path: Path) -> None:
    record = json.loads(osv("jinja2", "PyPI", [{"introduced": "0"}])) | {"withdrawn": "2026-01-01T00:00:00Z"}
    (tmp_path / "w.json").write_text(json.dumps(record), encoding="utf-8")
    assert advisories.advisories([tmp_path]) == []
