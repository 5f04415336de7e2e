"""The parts for continuous integration: the script as CI systems run it, and the files that call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.run_support import standard_file

ROOT = Path(__file__).resolve().parents[2]


def run(dump: Path, results: Path, **more: str) -> subprocess.CompletedProcess[str]:
    here = Path(sys.executable).parent / "chukan"
    if not here.is_file():
        pytest.skip("the command is not installed beside this Python")
    env = {**os.environ, "CHUKAN": str(here), "DUMP": str(dump), "RESULTS": str(results), **more}
    command = ["bash", str(ROOT / "ci" / "validate.sh")]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_a_clean_dump_leaves_every_report(tmp_path: Path) -> None:
    standard_file(tmp_path / "dump" / "世帯.csv", [1, 2])
    output = tmp_path / "github-output"
    done = run(tmp_path / "dump", tmp_path / "r", GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(output))
    assert done.returncode == 0, done.stderr
    assert {"junit.xml", "chukan.sarif", "report.html", "report.json", "evidence.zip"} <= {p.name for p in (tmp_path / "r").iterdir()}
    assert ET.parse(tmp_path / "r" / "junit.xml").getroot().get("failures") == "0"
    assert output.read_text(encoding="utf-8") == "verdict=pass\n"
    assert "::notice" in done.stdout


def test_findings_fail_and_still_leave_the_evidence(tmp_path: Path) -> None:
    standard_file(tmp_path / "dump" / "世帯.csv", [1, 1])
    done = run(tmp_path / "dump", tmp_path / "r")
    assert done.returncode == 1
    assert (tmp_path / "r" / "evidence.zip").is_file()
    report = json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "fail" and {s["value"] for s in report["samples"]} == {""}


def test_a_dump_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert run(tmp_path / "none", tmp_path / "r").returncode == 2


def test_the_action_names_what_exists() -> None:
    action = yaml.safe_load((ROOT / "ci" / "github" / "action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    assert all("shell" in step for step in action["runs"]["steps"])
    used = json.dumps(action["runs"])
    assert all(f"inputs.{name}" in used for name in action["inputs"])
    template = yaml.safe_load((ROOT / "ci" / "gitlab" / "chukan.yml").read_text(encoding="utf-8"))
    assert (ROOT / template[".chukan"]["variables"]["CHUKAN_SCRIPT"]).is_file()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} == {"chukan-layout-check", "chukan-mapping-check"}
