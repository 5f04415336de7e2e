"""Killed anywhere, a run is gone on with and ends in the same bytes.  ``make soak`` kills more often."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Chukan
from tests.run_support import bytes_of, household, households, ran, report_of, to_standard, vendor_file

KILLS = int(os.environ.get("CHUKAN_KILLS", "6"))


def converted(source: Path, run: Path, event: int, formats: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.crash_support", str(source), str(run), str(event), *formats]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT)


@pytest.fixture(scope="module")
def source(chukan: Chukan, vendor_a: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six files: two become one file of the standard; with rejects, findings and 外字."""
    folder = tmp_path_factory.mktemp("crash") / "source"
    folder.mkdir()
    for path in sorted(vendor_a.glob("*.csv")):
        lines = path.read_bytes().splitlines(keepends=True)
        faulty = [line + b'"broken\r\n' if n % 97 == 5 else line for n, line in enumerate(lines[:600])]
        (folder / path.name).write_bytes(b"".join(faulty))
    vendor_file(folder / "SETAI_02.csv", [*households(range(90_000, 90_400)), household(90_001), "broken"])
    return folder


def test_killed_anywhere_a_run_ends_in_the_same_bytes(source: Path, tmp_path: Path) -> None:
    formats = ("csv", "parquet")
    whole = converted(source, tmp_path / "whole", 0, formats)
    assert whole.returncode == 0, whole.stderr
    total, expected = int(whole.stdout), bytes_of(tmp_path / "whole")
    assert total > 100 and len(expected) > 10
    chance = random.Random(9)
    run, kills = tmp_path / "run", 0
    while kills < KILLS:
        # one run, killed again and again; the last kills fall into the end and into publication
        event = chance.randint(1, total) if kills % 2 else chance.randint(total - 30, total)
        done = converted(source, run, event, formats)
        kills += 1
        if done.returncode == -signal.SIGKILL:
            if (run / "manifest.json").exists() and not (run / ".work").exists():
                assert bytes_of(run, ".lock") == expected, "killed when all was done but for the lock"
            continue
        assert done.returncode in (0, 3), done.stderr  # resumed with fewer calls than that, or published already
        if done.returncode == 0:
            assert bytes_of(run) == expected
            subprocess.run(["rm", "-rf", str(run)], check=True)
    if run.exists():
        assert converted(source, run, 0, formats).returncode == 0
        assert bytes_of(run) == expected


def test_a_run_goes_on_where_it_was_cut_off(source: Path, tmp_path: Path) -> None:
    """The first file is not read again but for its hash: what the log says is taken, even where it is not true."""
    cut_off(source, tmp_path / "run")
    work = tmp_path / "run" / ".work"
    assert all(p.stat().st_mode & 0o077 == 0 for p in work.rglob("*") if p.is_file())
    record = json.loads((work / "checkpoint" / "00000.json").read_bytes())
    record["read"]["bytes"] = 4711
    (work / "checkpoint" / "00000.json").write_text(json.dumps(record), encoding="utf-8")
    assert converted(source, tmp_path / "run", 0, ("csv",)).returncode == 0
    assert 4711 in [f["source"]["bytes"] for f in report_of(tmp_path / "run")["files"]]
    assert {p.name for p in (tmp_path / "run").iterdir()} & {".work", ".lock"} == set()


def cut_off(source: Path, run: Path) -> None:
    """A run over two files, killed when the first is done."""
    assert converted(source, run, -1, ("csv",)).returncode == -signal.SIGKILL


@pytest.mark.parametrize("what", ["changed", "vanished", "same size"])
def test_changed_inputs_are_refused(tmp_path: Path, what: str) -> None:
    first = vendor_file(tmp_path / "in" / "SETAI.csv", households(range(1, 500)))
    vendor_file(tmp_path / "in" / "SETAI_02.csv", households(range(500, 900)))
    cut_off(tmp_path / "in", tmp_path / "run")
    stat = first.stat()
    if what == "vanished":
        first.unlink()
    elif what == "changed":
        vendor_file(first, households(range(1, 400)))
    else:
        first.write_bytes(first.read_bytes().replace(b",3,", b",4,"))
        os.utime(first, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    done = converted(tmp_path / "in", tmp_path / "run", 0, ("csv",))
    assert done.returncode == 3 and "changed" in done.stderr
    assert (tmp_path / "run" / ".work").exists(), "nothing is lost by the refusal"


def test_other_options_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vendor_file(tmp_path / "in" / "SETAI.csv", households(range(1, 500)))
    vendor_file(tmp_path / "in" / "SETAI_02.csv", households(range(500, 900)))
    cut_off(tmp_path / "in", tmp_path / "run")
    done = ran(capsys, *to_standard(tmp_path / "in", out=tmp_path / "run"), "--resume", "--reveal")
    assert done.code == 2 and "指定が違います" in done.err
    anew = ran(capsys, *to_standard(tmp_path / "in", out=tmp_path / "run"))
    assert anew.code == 0, "without --resume it begins anew"
