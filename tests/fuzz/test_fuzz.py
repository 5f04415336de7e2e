"""A short run of the fuzzer, and proof that it would tell."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fuzz import driver, native, prepare
from tests.fuzz.targets import targets


def test_a_short_run_finds_nothing() -> None:
    words = [sys.executable, "-m", "tests.fuzz.driver", "--seconds", "3", "--seed", "7"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) >= driver.BATCH


def test_every_seed_of_every_target_holds() -> None:
    names = []
    for name, run, seeds in targets():
        names.append(name)
        for data in [b"", b"\x00", b"\xff" * 100, *seeds]:
            run(data)
    assert len(names) == len(set(names)) > 10


def test_the_same_number_gives_the_same_inputs() -> None:
    a, b = (driver.mutated(random.Random("x 1"), [b"abc,def\r\n"]) for _ in range(2))
    assert a == b


def test_a_failure_is_told_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    def fails(data: bytes) -> None:
        assert b"\xff" not in data

    monkeypatch.setattr(driver, "CORPUS", tmp_path)
    monkeypatch.setattr(driver, "targets", lambda: iter([("fails", fails, [b"abcdefgh" * 20])]))
    with pytest.raises(AssertionError):
        driver.again(3)
    driver.faulthandler.cancel_dump_traceback_later()
    assert b"\xff" in (tmp_path / "found-3.bin").read_bytes()


def test_a_packed_corpus_is_unpacked_again() -> None:
    inputs = [b"", b"abc", bytes(5000), b"\xff" * 3]
    assert list(native.unpacked(native.packed(inputs))) == inputs


def test_the_kept_corpus_is_small_and_reaches_every_target() -> None:
    files = {p.stem: p.read_bytes() for p in (native.FUZZ / "corpus").glob("*.bin")}
    assert set(files) == set(native.TARGETS) and sum(map(len, files.values())) < 1_000_000
    assert all(len(list(native.unpacked(raw))) > 100 for raw in files.values())
    listed = {p.stem for p in (native.FUZZ / "fuzz_targets").glob("*.rs")}
    assert listed == set(native.TARGETS)


def test_logs_are_added_up(tmp_path: Path) -> None:
    text = "#9 DONE   cov: {c} ft: 7 corp: 1/1b\nDone 9 runs in {s} second(s)\nstat::number_of_executed_units: {n}\n"
    (tmp_path / "a").write_text(text.format(c=5, s=2, n=1000), encoding="utf-8")
    (tmp_path / "b").write_text(text.format(c=6, s=3, n=500) + "ERROR: libFuzzer: deadly signal\n", encoding="utf-8")
    (tmp_path / "c").write_text("INFO: killed before its end\n", encoding="utf-8")
    told = native.Told.of([tmp_path / n for n in "abc"])
    assert told == native.Told(runs=2, executions=1500, seconds=5, edges=6, features=7, failed=1)


def test_what_is_fuzzed_is_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "DATA", tmp_path / "data")
    prepare.main()
    listed = json.loads((tmp_path / "data" / "programs" / "list.json").read_text(encoding="utf-8"))
    assert len(listed) > 50 and any("records" in entry for entry in listed)
    assert {p.name for p in (tmp_path / "data" / "seeds").iterdir()} == set(native.TARGETS)
