"""What other systems do differently, as far as it can be tried here."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from chukan_layout.model.filename import windows_refuses
from chukan_layout.read import archive
from chukan_layout.spec.load import load_layouts
from tests.run_support import household, households, ran, to_standard, vendor_file

COMMAND = "from chukan_layout.cli.main import main; main()"


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_a_console_that_is_not_utf8(tmp_path: Path, encoding: str) -> None:
    vendor_file(tmp_path / "in" / "SETAI.csv", households(range(1, 9)))
    convert = [str(word) for word in to_standard(tmp_path / "in", out=tmp_path / "run")]
    for words in (["--help"], ["layout", "list"], convert, ["report", str(tmp_path / "run")]):
        done = subprocess.run([sys.executable, "-c", COMMAND, *words], capture_output=True, check=False,
                              env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})  # fmt: skip
        assert done.returncode == 0, (words, done.stderr.decode(encoding, "replace")[-2000:])


def test_a_result_that_another_program_holds_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows does with a file open in Excel: it can be neither removed nor replaced."""
    source = vendor_file(tmp_path / "in" / "SETAI.csv", households(range(1, 9)))
    assert ran(capsys, *to_standard(source, out=tmp_path / "run")).code == 0
    unlink = Path.unlink

    def held(self: Path, missing_ok: bool = False) -> None:
        if self == tmp_path / "run" / "findings.csv":
            raise PermissionError(13, "Permission denied", str(self))
        unlink(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", held)
        done = ran(capsys, *to_standard(source, out=tmp_path / "run"), "--overwrite")
    assert done.code == 2 and "findings.csv" in done.err and "Excel" in done.err
    assert ran(capsys, *to_standard(source, out=tmp_path / "run"), "--resume").code == 0, "closed, it is finished"


@pytest.mark.parametrize("name", ["CON", "nul.csv", "Com1.txt", "LPT¹", "a.", "a ", "a:b", "a?b", 'a"b', "a|b", "a\tb", ""])
def test_names_that_windows_cannot_hold(name: str) -> None:
    assert windows_refuses(name)


def test_every_name_that_we_make_can_be_held_by_windows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vendor_file(tmp_path / "in" / "SETAI.csv", [*households(range(1, 9)), household("x"), "broken"])
    assert ran(capsys, *to_standard(tmp_path / "in", out=tmp_path / "run")).code == 1
    names = {part for p in (tmp_path / "run").rglob("*") for part in p.relative_to(tmp_path / "run").parts}
    names |= {part for f in _files() for part in f}
    assert len(names) > 250 and [n for n in names if windows_refuses(n)] == []
    longest = max(len("/".join(f)) for f in _files())
    assert longest < 100, "Windows takes 260 characters for a whole path"


def _files() -> list[tuple[str, str]]:
    return [(f.folder, f"{f.id}.parquet") for area in load_layouts("latest").areas for f in area.files]


def test_a_member_that_windows_cannot_hold_refuses_the_archive_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as book:
        book.writestr("data/aux.csv", b"x")
    archive.unpack(tmp_path / "a.zip", tmp_path / "linux")
    assert (tmp_path / "linux" / "data" / "aux.csv").is_file()
    monkeypatch.setattr(archive, "WINDOWS", True)
    with pytest.raises(archive.ArchiveRefused) as refused:
        archive.unpack(tmp_path / "a.zip", tmp_path / "windows")
    assert "Windows" in refused.value.ja and not (tmp_path / "windows").exists()
