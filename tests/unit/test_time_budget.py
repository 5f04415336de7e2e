"""``convert --time-budget``: whether a run was done in its time stands in the manifest, and nothing else changes
(PRF-01, PRF-03)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chukan_layout.run import api
from tests.run_support import bytes_of, households, ran, vendor_file


@pytest.mark.parametrize(("took", "budget", "kept"), [(5, "5s", True), (6, "5s", False), (3600, "1h", True), (5401, "1h30m", False)])
def test_kept_or_not(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, took: int, budget: str, kept: bool) -> None:
    times = iter(["2026-11-01T22:00:00+00:00", f"2026-11-01T{22 + took // 3600:02}:{took // 60 % 60:02}:{took % 60:02}+00:00"])
    monkeypatch.setattr(api, "now", lambda: next(times))
    source = vendor_file(tmp_path / "SETAI.csv", households([1, 2]))
    done = ran(capsys, "convert", source, "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run", "--time-budget", budget)
    assert done.code == 0, "time is no fault of the data"
    told = json.loads((tmp_path / "run" / "manifest.json").read_text("utf-8"))
    assert told["within_budget"] is kept
    assert f"2 件、{took:,} 秒、毎秒 {2 // took:,} 件" in done.err
    assert ("のうち" in done.err) is kept and ("収まらず" in done.err) is not kept


def test_the_data_and_the_report_are_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = vendor_file(tmp_path / "SETAI.csv", households([1, 2, 3]))
    words = ("convert", source, "--from", "vendorA", "--to", "standard", "--as-of", "2026-11-01")
    ran(capsys, *words, "--out", tmp_path / "free")
    ran(capsys, *words, "--out", tmp_path / "bound", "--time-budget", "10h")
    free, bound = ({n: b for n, b in bytes_of(tmp_path / r).items() if n != "manifest.json"} for r in ("free", "bound"))
    assert free == bound
    assert json.loads((tmp_path / "free" / "manifest.json").read_text("utf-8"))["time_budget"] is None


@pytest.mark.parametrize("budget", ["", "0h", "ten", "5", "1m1h", "-5s", "1.5h"])
def test_what_is_no_time_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], budget: str) -> None:
    done = ran(capsys, "convert", tmp_path, "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run", "--time-budget", budget)
    assert done.code == 2 and "10h" in done.err
