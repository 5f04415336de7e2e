"""``validate --from``: a vendor's files through its mapping, nothing written but the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from chukan_layout.cli.main import cli
from chukan_layout.spec.load import load_mapping


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vendor")
    done = CliRunner().invoke(
        cli, ["sample", "--area", "住民基本台帳", "--rows", "400", "--seed", "5", "--as", "vendorA", "--out", str(folder)]
    )
    assert done.exit_code == 0, done.output
    return folder


def _run(*arguments: str) -> int:
    return CliRunner().invoke(cli, [*arguments, "--no-progress", "--quiet"]).exit_code


def test_same_findings_as_convert_and_no_data(dump: Path, tmp_path: Path) -> None:
    sex = dump / "JUMIN01.csv"
    lines = sex.read_bytes().split(b"\n")
    place = lines[0].decode("cp932").split(",").index("性別")
    fields = lines[3].split(b",")
    fields[place] = b"?"
    lines[3] = b",".join(fields)
    spoiled = tmp_path / "in"
    spoiled.mkdir()
    for file in dump.iterdir():
        (spoiled / file.name).write_bytes(b"\n".join(lines) if file == sex else file.read_bytes())
    assert _run("convert", str(spoiled), "--from", "vendorA", "--to", "standard", "--out", str(tmp_path / "c")) == 1
    assert _run("validate", str(spoiled), "--from", "vendorA", "--out", str(tmp_path / "v")) == 1
    said = {name: json.loads((tmp_path / name / "report.json").read_text()) for name in "cv"}
    assert said["v"]["command"] == "validate"
    assert said["v"]["mapping"] == load_mapping("vendorA").vendor
    assert said["v"]["rules"] == said["c"]["rules"]
    rows = [[{k: f[k] for k in ("file", "rows", "findings")} for f in s["files"]] for s in said.values()]
    assert rows[0] == rows[1]
    assert sorted(p.name for p in (tmp_path / "v").iterdir()) == [
        "findings.csv", "findings.parquet", "manifest.json", "report.json",
    ]  # fmt: skip


def test_clean_dump_without_run_folder(dump: Path) -> None:
    assert _run("validate", str(dump), "--from", "vendorA") == 0
