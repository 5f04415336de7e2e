"""A disk that is really full, at any moment of a run: one message, nothing half published, and it goes on when there is room."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.run_support import bytes_of, household, households, to_standard, vendor_file

SPACE = ["unshare", "--mount", "--map-root-user"]


def mounts() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    words = [*SPACE, "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/mnt"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not mounts(), reason="no mount namespace: the system does not let us make a small disk")


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "chukan_layout.cli.main", *map(str, words)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full") / "in"
    for n in range(2):
        vendor_file(folder / f"SETAI_{n}.csv", [*households(range(1 + 3000 * n, 3000 + 3000 * n)), household("x"), "broken"])
    return folder


def tried(source: Path, disk: Path, sizes: list[int], *formats: str) -> list[dict[str, object]]:
    """What a run on a disk of each size (KB) did; then with room, --resume or anew; all in a namespace of its own."""
    disk.mkdir()
    words = [*SPACE, sys.executable, "-m", "tests.disk_support", str(source), str(disk), ",".join(map(str, sizes)), *formats]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=240, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    told: list[dict[str, object]] = json.loads(done.stdout)
    return told


@pytest.mark.slow
def test_full_at_any_moment(source: Path, tmp_path: Path) -> None:
    whole = subprocess.run(command(*to_standard(source, out=tmp_path / "whole"), "--data-format", "csv", "--data-format", "parquet"), check=False)
    assert whole.returncode == 1
    needed = sum(len(data) for data in bytes_of(tmp_path / "whole").values()) // 1024
    sizes = [16, *range(needed // 8, needed, needed // 4), needed + needed // 4]
    told = tried(source, tmp_path / "disk", sizes, "csv", "parquet")
    failed = [t for t in told if t["code"] == 2]
    assert len(failed) == 5 and told[-1]["size"] == sizes[-1]
    for t in failed:
        assert str(t["err"]).startswith("誤り: ") and str(t["err"]).count("\n") == 1, t
        assert t["left"] == [], "no folder, no work, no half result"
    assert all(t["code"] == 1 for t in told if t not in failed)
    assert all(t["again"] == 1 and t["same"] for t in told), "with room it ends as it should"


def test_two_runs_in_one_folder(tmp_path: Path) -> None:
    """Real processes: the later one is refused while the first is at work, and the first ends as if alone."""
    big = vendor_file(tmp_path / "in" / "SETAI.csv", households(range(1, 40_000)))
    words = command(*to_standard(big, out=tmp_path / "run"))
    first = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    while not (tmp_path / "run" / ".work" / "data").exists():
        assert first.poll() is None
        time.sleep(0.002)
    first.send_signal(signal.SIGSTOP)
    second = subprocess.run([*words, "--overwrite"], capture_output=True, text=True, check=False)
    assert not (tmp_path / "run" / "manifest.json").exists(), "the first had ended: the test proved nothing"
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 2 and "別の実行が進行中" in second.stderr
    assert first.wait(120) == 0
    assert subprocess.run(command(*to_standard(big, out=tmp_path / "alone")), check=False).returncode == 0
    assert bytes_of(tmp_path / "run") == bytes_of(tmp_path / "alone")
