"""Known findings may become fewer and never more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chukan_layout.run.baseline import compare, lowered
from tests.run_support import ran, standard_file

KNOWN = st.dictionaries(st.sampled_from([f"R{i}|1|f|1|{c}" for i in range(3) for c in "ab"]), st.integers(1, 5))


def validated(folder: Path, numbers: list[int], capsys: pytest.CaptureFixture[str]) -> Path:
    dump = standard_file(folder / "dump" / "世帯.csv", numbers)
    run = folder / "run"
    ran(capsys, "validate", dump, "--out", run, "--overwrite", "--fail-on", "never")
    return run


def test_new_findings_fail_and_old_ones_do_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, file = validated(tmp_path, [1, 1, 2, 2], capsys), tmp_path / "baseline.json"
    assert ran(capsys, "baseline", "write", run, "--output-file", file).code == 0
    assert ran(capsys, "baseline", "check", run, "--against", file).code == 0
    validated(tmp_path, [1, 1, 3, 3], capsys)
    done = ran(capsys, "baseline", "check", run, "--against", file)
    assert (done.code, done.out) == (1, "01-03-K01\t+1\n")
    validated(tmp_path, [1, 1], capsys)
    assert ran(capsys, "baseline", "check", run, "--against", file, "--lower").code == 0
    assert list(json.loads(file.read_text(encoding="utf-8"))["findings"].values()) == [1]
    validated(tmp_path, [2, 2], capsys)
    assert ran(capsys, "baseline", "check", run, "--against", file).code == 1, "what is gone may not come back"


def test_no_key_stands_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = validated(tmp_path, [987654321, 987654321], capsys)
    assert "987654321" not in ran(capsys, "baseline", "write", run).out


@pytest.mark.parametrize("raw", ["", "{}", "[]", '{"schema_version": "1", "findings": {"a": -1}}', '{"findings": 3}'])
def test_what_is_no_baseline(raw: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = validated(tmp_path, [1], capsys)
    (tmp_path / "b.json").write_text(raw, encoding="utf-8")
    assert ran(capsys, "baseline", "check", run, "--against", tmp_path / "b.json").code == 2
    assert ran(capsys, "baseline", "check", run, "--against", tmp_path / "none.json").code == 2
    assert ran(capsys, "baseline", "write", tmp_path).code == 2


@given(KNOWN, KNOWN)
def test_a_lowered_baseline_is_never_above_either(known: dict[str, int], found: dict[str, int]) -> None:
    left = lowered(known, found)
    assert all(n <= known[key] and n <= found[key] for key, n in left.items())
    new, gone = compare(known, found)
    assert sum(known.values()) - gone == sum(left.values())
    assert sum(found.values()) - sum(new.values()) == sum(left.values())
