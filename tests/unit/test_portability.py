"""What other systems do differently, as far as it can be tried here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run_support import households, ran, to_standard, vendor_file

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
