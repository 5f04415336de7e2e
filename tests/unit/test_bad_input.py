"""Broken input, full disks and impatient people: one clear message, the right exit code, the other files go on.

Each row of docs/bad-input.md that can be made without another user or another file system is here.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chukan_layout.read.discover import Discovery
from tests.run_support import (
    DATA,
    HEADER,
    bytes_of,
    findings_of,
    household,
    households,
    ran,
    report_of,
    standard_file,
    to_standard,
    vendor_file,
)  # fmt: skip

Capture = pytest.CaptureFixture[str]
RAGGED = "9001,9001,例示　太郎"
HEAD = (HEADER + "\r\n").encode("cp932")
SOUND = "".join(f"{line}\r\n" for line in households(range(1, 6))).encode("cp932")
MORE = "".join(f"{line}\r\n" for line in households(range(6, 11))).encode("cp932")
NOISE = bytes(range(256)) * 400


class Bad:
    """A broken file: its bytes, the rule that says so, how many records are read all the same, exit code."""

    def __init__(self, content: bytes, rule: str, out: int = 0, rejected: int = 0, code: int = 1) -> None:
        self.content, self.rule, self.out, self.rejected, self.code = content, rule, out, rejected, code


BAD = {
    "too few fields": Bad(HEAD + SOUND + RAGGED.encode("cp932") + b"\r\n" + MORE, "S-RAGGED", 10, 1),
    "too many fields": Bad(HEAD + SOUND + household(7001).encode("cp932") + b",x\r\n" + MORE, "S-RAGGED", 10, 1),
    "NUL bytes": Bad(HEAD + SOUND + b"9001,9001,\0\0,,,,,,,1,\r\n" + MORE, "S-NUL", 10, 1),
    "text after a quote": Bad(HEAD + SOUND + b'9001,9001,"a"b,,,,,,,1,\r\n' + MORE, "S-QUOTE", 10, 1),
    "quote never closed": Bad(HEAD + SOUND + b'9001,9001,"a,,,,,,,1,\r\n' + MORE, "S-QUOTE", 10, 1),
    "field of 10 MB": Bad(HEAD + SOUND + b"9001," + b"x" * 10_000_000 + b",,,,,,,,,\r\n" + MORE, "S-LONG", 10, 1),
    "cut within the last record": Bad(HEAD + SOUND + b"9001,9001,", "S-TRUNC", 5, 1),
    "bytes of no character": Bad(HEAD + SOUND + b"9001,9001,\x81\x20\xff,,,,,,,1,\r\n" + MORE, "01-03-003-ENC", 11),
    "utf-8": Bad((HEADER + "\r\n").encode() + SOUND, "S-HEADER"),
    "utf-8 below a header of cp932": Bad(HEAD + SOUND.decode("cp932").encode(), "01-03-003-CHR", 5),
    "binary": Bad(NOISE, "S-HEADER"),
    "missing column": Bad(HEAD.replace(",人数".encode("cp932"), b"") + SOUND, "S-HEADER"),
    "double column": Bad(HEAD.replace("人数".encode("cp932"), "町名".encode("cp932")) + SOUND, "S-HEADER"),
    "no header": Bad(SOUND, "S-HEADER"),
    "line ends only": Bad(b"\r\n\r\n", "S-HEADER"),
    "empty": Bad(b"", "S-EMPTY", code=0),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source folder with one sound file of three records before and one after what a test adds."""
    vendor_file(tmp_path / "in" / "SETAI_0.csv", households(range(100, 103)))
    vendor_file(tmp_path / "in" / "SETAI_9.csv", households(range(200, 203)))
    return tmp_path / "in"


def nothing_half_done(out: Path) -> None:
    assert not (out / ".work").exists() and not (out / ".lock").exists()


@pytest.mark.parametrize("what", BAD)
def test_broken_file_beside_sound_ones(capsys: Capture, folder: Path, what: str) -> None:
    bad, out = BAD[what], folder.parent / "run"
    (folder / "SETAI_5.csv").write_bytes(bad.content)
    done = ran(capsys, *to_standard(folder, out=out))
    assert done.code == bad.code, done.err
    assert bad.rule in done.err
    report = report_of(out)
    by_name = {f["source"]["path"]: f for f in report["files"]}
    assert [by_name[n]["rows"]["out"] for n in ("SETAI_0.csv", "SETAI_9.csv")] == [3, 3]
    broken = by_name["SETAI_5.csv"]
    assert (broken["rows"]["out"], broken["rows"]["rejected"]) == (bad.out, bad.rejected)
    assert broken["findings"][bad.rule] >= 1
    assert report["errors"] == []
    nothing_half_done(out)


@pytest.mark.parametrize("what", [w for w in BAD if BAD[w].rejected])
def test_rejected_record_is_kept_byte_for_byte(capsys: Capture, tmp_path: Path, what: str) -> None:
    source = tmp_path / "SETAI.csv"
    source.write_bytes(BAD[what].content)
    ran(capsys, *to_standard(source, out=tmp_path / "run"))
    rest = BAD[what].content.removeprefix(HEAD + SOUND)
    expected = rest.removesuffix(MORE)
    assert (tmp_path / "run" / "rejects" / "SETAI.csv").read_bytes() == expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("SETAI_5.csv", HEAD.replace(b"\r\n", b"\r") + SOUND.replace(b"\r\n", b"\r")),
        ("SETAI_5.csv", b"A" * 500_000),
        ("SETAI_5.csv", HEADER.encode("utf-16") + b"\r\0\n\0"),
        ("plan.pdf", b"%PDF-1.7\r%\xe2\xe3\xcf\xd3\r\n" + NOISE),
    ],
    ids=["ends of CR", "one long line", "utf-16", "a PDF"],
)
def test_what_has_no_header_line(capsys: Capture, folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    done = ran(capsys, *to_standard(folder, out=folder.parent / "run"))
    assert done.code in (0, 1)
    assert name in done.err
    assert report_of(folder.parent / "run")["totals"]["rows"]["out"] == 6


def test_missing_file(capsys: Capture, folder: Path) -> None:
    out = folder.parent / "run"
    done = ran(capsys, *to_standard(folder, folder / "SETAI_7.csv", folder / "SETAI_0.csv" / "x", out=out))
    assert done.code == 2
    assert done.err.count("ファイルがありません: SETAI_7.csv") == 1
    assert report_of(out)["verdict"] == "error"
    assert report_of(out)["totals"]["rows"]["out"] == 6


def test_only_missing_files(capsys: Capture, tmp_path: Path) -> None:
    done = ran(capsys, *to_standard(tmp_path / "nothing", out=tmp_path / "run"))
    assert (done.code, "nothing" in done.err) == (2, True)


def test_nothing_that_is_known(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "memo.txt").write_text("覚書\n", encoding="utf-8")
    done = ran(capsys, *to_standard(tmp_path / "in", out=tmp_path / "run"))
    assert done.code == 2
    assert "memo.txt" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_and_folder(capsys: Capture, folder: Path) -> None:
    vendor_file(folder / "SETAI_5.csv", []).chmod(0)
    (folder / "closed").mkdir(mode=0)
    done = ran(capsys, *to_standard(folder, out=folder.parent / "run"))
    assert done.code == 2
    assert "読み取れません: SETAI_5.csv" in done.err and "closed" in done.err
    assert report_of(folder.parent / "run")["totals"]["rows"]["out"] == 6


def test_file_that_vanishes(capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was there when the files were listed, and is not when its turn comes."""
    from chukan_layout.read.discover import discover as whole
    from chukan_layout.run import execute

    def listed(*args: Any) -> Discovery:
        found = whole(*args)
        (folder / "SETAI_0.csv").unlink()
        return found

    monkeypatch.setattr(execute, "discover", listed)
    done = ran(capsys, *to_standard(folder, out=folder.parent / "run"))
    assert done.code == 2
    assert "読み取れません: SETAI_0.csv" in done.err
    assert report_of(folder.parent / "run")["totals"]["rows"]["out"] == 3


def test_failing_disk_under_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chukan_layout.engines import cut
    from tests.run_support import order_of, run_here

    read = cut._read
    turns = iter(range(100))

    def failing(file: object, offset: int, size: int) -> bytes:
        if next(turns) == 1:
            raise OSError(5, "Input/output error")
        return read(file, offset, size)

    monkeypatch.setattr(cut, "_read", failing)
    report = run_here(order_of(folder), folder.parent / "run")
    assert [e["path"] for e in report["errors"]] == ["SETAI_0.csv"]
    assert report["totals"]["rows"]["out"] == 3


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "chukan_layout.cli.main", *map(str, words)]


def timed(words: list[str], limit: float, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=limit, check=False, preexec_fn=before)


def test_what_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "SETAI_5.csv")
    done = timed(command(*to_standard(folder, out=folder.parent / "run")), 6)
    assert "SETAI_5.csv" in done.stderr
    assert report_of(folder.parent / "run")["totals"]["rows"]["out"] == 6


def limited(size: int) -> Callable[[], None]:
    """No file of the process may grow beyond ``size``: a full disk that needs no disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_full_disk(folder: Path) -> None:
    vendor_file(folder / "SETAI_5.csv", households(range(1000, 9000)))
    out = folder.parent / "run"
    done = timed(command(*to_standard(folder, out=out)), 60, limited(100_000))
    assert done.returncode == 2
    assert done.stderr.startswith("誤り: ") and done.stderr.count("\n") == 1, "one message, nothing ignored, no traceback"
    assert not out.exists()


def test_full_disk_leaves_an_earlier_run(capsys: Capture, folder: Path) -> None:
    out = folder.parent / "run"
    ran(capsys, *to_standard(folder, out=out))
    before = bytes_of(out)
    vendor_file(folder / "SETAI_5.csv", households(range(1000, 9000)))
    done = timed(command(*to_standard(folder, out=out), "--overwrite"), 60, limited(100_000))
    assert done.returncode == 2
    assert bytes_of(out) == before
    nothing_half_done(out)


def test_last_bytes_of_parquet_do_not_fit(capsys: Capture, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    kanji = bytes(b for lead in range(0x89, 0x97) for trail in range(0x40, 0x7F) for b in (lead, trail)).decode("cp932")
    texts = ["".join(kanji[n * k % len(kanji)] for k in range(40)) for n in range(1, 1500)]
    source = vendor_file(tmp_path / "SETAI.csv", [household(n, 方書=text) for n, text in enumerate(texts)])
    parquet = ("--data-format", "parquet")
    assert ran(capsys, *to_standard(source, out=tmp_path / "whole"), *parquet).code in (0, 1)
    size = max(p.stat().st_size for p in (tmp_path / "whole").rglob("*.parquet"))
    done = timed(command(*to_standard(source, out=tmp_path / "run"), *parquet), 60, limited(size - 2))
    assert done.returncode == 2, [pq.read_metadata(p) for p in (tmp_path / "run" / "data").rglob("*.parquet")]
    assert not (tmp_path / "run").exists()


def test_output_folder_that_cannot_be_made(capsys: Capture, folder: Path) -> None:
    done = ran(capsys, *to_standard(folder, out=folder / "SETAI_0.csv" / "run"))
    assert done.code == 2
    assert done.err.startswith("誤り: ") and done.err.count("\n") == 1


def test_output_folder_of_somebody_else(capsys: Capture, folder: Path) -> None:
    done = ran(capsys, *to_standard(folder, out=folder))
    assert done.code == 2
    assert sorted(p.name for p in folder.iterdir()) == ["SETAI_0.csv", "SETAI_9.csv"]


@pytest.mark.parametrize("words", [("--from", "vendorX", "--to", "standard"), ("--from", "vendorA", "--to", "vendorB")])
def test_unknown_names(capsys: Capture, folder: Path, words: tuple[str, ...]) -> None:
    done = ran(capsys, "convert", folder, *words, "--out", folder.parent / "run")
    assert done.code == 2
    assert not (folder.parent / "run").exists()


def test_messages_in_english(capsys: Capture, folder: Path) -> None:
    done = ran(capsys, *to_standard(folder, folder / "gone.csv", out=folder.parent / "run"), "--lang", "en")
    assert "no such file: gone.csv" in done.err
    assert "ファイルがありません" not in done.err


def test_interrupted(folder: Path) -> None:
    lines = "".join(f"{line}\r\n" for line in households(range(1000))).encode("cp932")
    with (folder / "SETAI_5.csv").open("wb") as out:
        out.write(HEAD)
        for _ in range(1500):
            out.write(lines)
    run = folder.parent / "run"
    process = subprocess.Popen(command(*to_standard(folder, out=run)), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not (run / ".work" / DATA).exists() and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "中断しました。"
    assert not run.exists()


def test_files_of_one_kind_with_other_columns(capsys: Capture, tmp_path: Path) -> None:
    """The second file has a column more; its double key is a double key all the same."""
    standard_file(tmp_path / "in" / "A.csv", range(1, 9), without=("世帯設定年月日",))
    standard_file(tmp_path / "in" / "B.csv", [20, 21, 21, 22])
    done = ran(capsys, "validate", tmp_path / "in", "--out", tmp_path / "run")
    assert done.code == 1
    assert [(f["rule"], f["path"], f["line"]) for f in findings_of(tmp_path / "run")] == [("01-03-K01", "B.csv", 4)]
