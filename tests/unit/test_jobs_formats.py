"""Two validations with different --jobs give identical report bytes, in every format of the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from chukan_layout.sample.city.faults import inject
from chukan_layout.sample.city.kinds import KINDS
from chukan_layout.sample.city.write import write_city
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.run_support import ran

FORMATS = ("human", "json", "jsonl", "junit", "sarif", "github", "html", "xlsx")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four areas with faults, so that every report has something to order."""
    folder = tmp_path_factory.mktemp("jobs") / "city"
    layouts, areas = load_layouts("latest"), [1, 2, 3, 12]
    write_city(folder, 200, 4, layouts, areas, load_mapping("vendorA"), False)
    assert inject(folder, dict.fromkeys(KINDS, 3), 4, layouts, areas, None, register=True)
    return folder


@pytest.mark.parametrize("form", FORMATS)
def test_jobs_change_no_byte_of_a_report(
    city: Path, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = []
    for jobs in (1, 3):
        out = tmp_path / f"report{jobs}"
        done = ran(
            capsys, "validate", city, "--jobs", str(jobs), "--as-of", "2026-04-01", "--format", form, "--output-file", out
        )
        assert done.code == 1, done.err
        made.append(out.read_bytes())
    assert made[0] == made[1]
    assert len(made[0]) > 1_000
