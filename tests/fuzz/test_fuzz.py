"""A short run of the fuzzer, and proof that it would tell."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fuzz import driver
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
