"""A run killed at any moment is taken up again and ends in the same bytes (DESIGN §5)."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.run_support import household, households, vendor_file

KILLS = int(os.environ.get("CHUKAN_KILLS", "4"))
VOLATILE = {"manifest.json"}  # holds the times of the run


def command(source: Path, out: Path, *more: str) -> list[str]:
    words = ["convert", source, "--from", "vendorA", "--to", "standard", "--out", out, "--data-format", "csv"]
    words += ["--data-format", "parquet", "--quiet", "--no-progress", *more]
    return [sys.executable, "-c", "from chukan_layout.cli.main import main; main()", *map(str, words)]


def contents(run: Path) -> dict[str, str]:
    files = (p for p in run.rglob("*") if p.is_file() and p.name not in VOLATILE)
    return {p.relative_to(run).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    vendor_file(folder / "SETAI.csv", [*households(range(1, 8_000)), household(7), "broken"])
    return folder


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], float]:
    run = tmp_path_factory.mktemp("whole") / "run"
    start = time.monotonic()
    assert subprocess.run(command(source, run), check=False).returncode == 1
    return contents(run), time.monotonic() - start


def test_killed_at_random_and_resumed(source: Path, whole: tuple[dict[str, str], float], tmp_path: Path) -> None:
    expected, seconds = whole
    dice = random.Random(9)
    killed = 0
    for attempt in range(KILLS):
        run = tmp_path / str(attempt)
        process = subprocess.Popen(command(source, run))
        time.sleep(dice.uniform(0.25, 1.0) * seconds)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        left = run / ".work" / "run.json"
        code = subprocess.run(command(source, run, "--resume" if left.exists() else "--overwrite"), check=False).returncode
        assert code == 1
        assert contents(run) == expected
        assert not (run / ".work").exists()
    assert killed, "no run was killed: the test proved nothing"


@pytest.mark.parametrize("step", [0, 2, 5, 9, 11])
def test_killed_while_publishing(
    source: Path, whole: tuple[dict[str, str], float], tmp_path: Path, step: int
) -> None:
    """The process ends itself at the n-th rename or removal of the publication."""
    run = tmp_path / "run"
    assert subprocess.run(command(source, run), check=False).returncode == 1  # an earlier run to replace
    dying = f"""
import os, pathlib, shutil
from chukan_layout.run import folder
left = [{step}]
def counted(real):
    def call(*args, **kwargs):
        if left[0] == 0:
            os.kill(os.getpid(), 9)
        left[0] -= 1
        return real(*args, **kwargs)
    return call
publish = folder.RunFolder._publish
def dying(self):
    pathlib.Path.replace = counted(pathlib.Path.replace)
    folder._remove = counted(folder._remove)
    publish(self)
folder.RunFolder._publish = dying
from chukan_layout.cli.main import main
main()
"""
    words = command(source, run, "--overwrite")
    assert subprocess.run([words[0], "-c", dying, *words[3:]], check=False).returncode == -9
    assert subprocess.run(command(source, run, "--resume"), check=False).returncode == 1
    assert contents(run) == whole[0]


def test_changed_inputs_and_other_options_are_refused(source: Path, tmp_path: Path) -> None:
    own = vendor_file(tmp_path / "in" / "SETAI.csv", households(range(1, 50)))
    run = tmp_path / "run"
    (run / ".work").mkdir(parents=True)
    assert _said(command(own.parent, run, "--resume")) == (2, "再開できる実行がありません")
    die = "import os; from chukan_layout.run import api; api.finish = lambda *a, **k: os.kill(os.getpid(), 9)\n"
    words = command(own.parent, run)
    assert subprocess.run([words[0], "-c", die + words[2], *words[3:]], check=False).returncode == -9
    assert _said(command(own.parent, run, "--resume", "--reveal")) == (2, "中断した実行と指定が違います")
    vendor_file(own, households(range(1, 51)))
    assert _said(command(own.parent, run, "--resume")) == (2, "入力ファイルが変わっています")
    assert subprocess.run(command(own.parent, run, "--overwrite"), check=False).returncode == 0


def _said(words: list[str]) -> tuple[int, str]:
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    known = ("再開できる実行がありません", "中断した実行と指定が違います", "入力ファイルが変わっています")
    return done.returncode, next((text for text in known if text in done.stderr), done.stderr)
