"""What every room may use: the command line as a user has it, a small synthetic registry, shared facts."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHUKAN = Path(sys.executable).with_name("chukan")
AREA = "住民基本台帳"
Chukan = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--offline", action="store_true", help="通信できないようにして走らせる (block the network, for child processes too)")
    parser.addoption("--loopback", action="store_true", help="--offline でも自機の中の通信は許す。Spark の試験に要る (but for this machine's own)")


def pytest_configure(config: pytest.Config) -> None:
    """With ``--offline``: tests/offline/sitecustomize.py here and, by PYTHONPATH, in every Python that is started."""
    if config.getoption("--loopback"):
        os.environ["CHUKAN_TEST_LOOPBACK"] = "1"
    if config.getoption("--offline"):
        guard = str(ROOT / "tests" / "offline")
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join([guard, *([before] if before else [])])
        runpy.run_path(str(Path(guard) / "sitecustomize.py"))


def run_chukan(*words: str | Path, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; fails the test when it ends with another code (None: any)."""
    command = [str(CHUKAN), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300)
    shown = f"chukan {' '.join(map(str, words))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr, shown
    if code is not None:
        assert done.returncode == code, shown
    return done


@pytest.fixture(scope="session")
def chukan() -> Chukan:
    """``chukan("convert", source, "--from", "vendorA", ..., code=0)``."""
    if not CHUKAN.exists():
        pytest.skip("chukan が入っていない (make setup)")
    return run_chukan


@pytest.fixture(scope="session")
def vendor_a(chukan: Chukan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of vendorA for 2,000 persons.  Read only."""
    folder = tmp_path_factory.mktemp("vendorA") / "source"
    chukan("sample", "--area", AREA, "--rows", 2000, "--seed", 7, "--as", "vendorA", "--out", folder)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The founders' folder of facts beside the checkout; skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not (folder / "facts").is_dir():
        pytest.skip("../shared がない (facts are only in the founders' checkout)")
    return folder
