"""The run folder: taken by one run at a time, filled in ``.work``, published by rename."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

MANIFEST = "manifest.json"
#: What a run makes; an earlier run's may be replaced, anything else in the folder may not.
OWN = ("data", "rejects", "residual", "gaiji", "removed", "findings.parquet", "findings.csv", "report.json", MANIFEST)
LOCK = ".lock"


class FolderRefused(Exception):
    """The folder cannot be used; the texts say why."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja, self.en = ja, en


class RunFolder:
    """``with RunFolder(path) as work:`` gives the folder to fill; :meth:`publish` moves it to its final names.

    Raises FolderRefused when the folder holds something that is not an earlier run, when an earlier run may not
    be replaced, or when another run is at work in it; OSError when the system refuses it.
    """

    def __init__(self, path: Path, overwrite: bool = False) -> None:
        self.path = path
        self.work = path / ".work"
        self._overwrite = overwrite
        self._lock: int | None = None

    def __enter__(self) -> Self:
        existed = self.path.exists()
        if existed and not self.path.is_dir():
            raise FolderRefused(f"出力先がフォルダーではありません: {self.path.name}", "the output is not a folder")
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take()
        try:
            self._refuse_strangers()
            shutil.rmtree(self.work, ignore_errors=True)
            self.work.mkdir(mode=0o700)
        except BaseException:
            self._release()
            raise
        return self

    def _take(self) -> None:
        self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            self._lock = None
            raise FolderRefused(
                "この出力先では別の実行が進行中です。終わるのを待つか、別のフォルダーを指定してください。",
                "another run is at work in this folder; wait for it or name another folder",
            ) from None

    def _refuse_strangers(self) -> None:
        found = {p.name for p in self.path.iterdir()} - {LOCK, ".work"}
        if not found:
            return
        if MANIFEST not in found or found - set(OWN):
            raise FolderRefused(
                "出力先に実行結果ではないファイルがあります。空のフォルダーを指定してください。",
                "the output folder holds files that are not of a run; name an empty folder",
            )
        if not self._overwrite:
            raise FolderRefused(
                "出力先に前回の実行結果があります。置き換えるなら --overwrite を付けてください。",
                "the output folder holds an earlier run; add --overwrite to replace it",
            )

    def publish(self) -> None:
        """Every result to its final name; the manifest last, so that its presence means a whole run."""
        (self.path / MANIFEST).unlink(missing_ok=True)
        for name in OWN:
            old = self.path / name
            if old.is_dir():
                shutil.rmtree(old)
            else:
                old.unlink(missing_ok=True)
        for name in OWN:
            if (self.work / name).exists():
                (self.work / name).replace(self.path / name)

    def _release(self) -> None:
        shutil.rmtree(self.work, ignore_errors=True)
        (self.path / LOCK).unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()
        if kind is not None and not any(self.path.iterdir()):
            self.path.rmdir()
