"""The run folder: taken by one run at a time, filled in ``.work``, published by rename."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from chukan_layout.run.lock import AtWork, Lock
from chukan_layout.write.files import write_whole

MANIFEST = "manifest.json"
#: What a run makes; an earlier run's may be replaced, anything else in the folder may not.
OWN = ("data", "rejects", "residual", "gaiji", "removed", "findings.parquet", "findings.csv", "report.json", MANIFEST)
LOCK = ".lock"
#: In the work folder while results are moved to their final names: the names.
PUBLISHING = ".publishing"


class FolderRefused(Exception):
    """The folder cannot be used; the texts say why."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja, self.en = ja, en


class RunFolder:
    """``with RunFolder(path) as folder:`` gives ``folder.work`` to fill; :meth:`publish` moves it to its final names.

    What a run that was killed left behind is cleared, and kept with ``resume``.  When it was killed while it
    published, ``resume`` finishes that and sets ``finished``.  Raises FolderRefused when the folder holds something
    that is not an earlier run, when an earlier run may not be replaced, or when another run is at work in it;
    OSError when the system refuses it.
    """

    def __init__(self, path: Path, overwrite: bool = False, resume: bool = False) -> None:
        self.path = path
        self.work = path / ".work"
        self.finished = False
        self._overwrite, self._resume = overwrite, resume
        self._lock: Lock | None = None

    def __enter__(self) -> Self:
        existed = self.path.exists()
        if existed and not self.path.is_dir():
            raise FolderRefused(f"出力先がフォルダーではありません: {self.path.name}", "the output is not a folder")
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._lock = Lock(self.path / LOCK)
        except AtWork:
            raise FolderRefused(
                "この出力先では別の実行が進行中です。終わるのを待つか、別のフォルダーを指定してください。",
                "another run is at work in this folder; wait for it or name another folder",
            ) from None
        try:
            self._take()
        except BaseException:
            self._lock.release()
            raise
        return self

    def _take(self) -> None:
        if (self.work / PUBLISHING).exists():
            self._half_published()
            if self.finished:
                return
        self._refuse_strangers()
        if not self._resume:
            remove(self.work)
        self.work.mkdir(mode=0o700, exist_ok=True)

    def _half_published(self) -> None:
        """The earlier run was whole, and was killed while its results got their names."""
        if self._resume:
            self._move(json.loads((self.work / PUBLISHING).read_bytes()))
            self.finished = True
        elif self._overwrite:
            for name in OWN:
                remove(self.path / name)
        else:
            raise FolderRefused(
                "前回の実行は、結果を公開している途中で止まりました。公開を終えるなら --resume、やり直すなら --overwrite を付けてください。",
                "the earlier run was cut off while it published its results; --resume finishes that, --overwrite starts anew",
            )

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
        names = [name for name in OWN if (self.work / name).exists()]
        write_whole(self.work / PUBLISHING, json.dumps(names).encode())
        self._move(names)

    def _move(self, names: list[str]) -> None:
        """Works from wherever an earlier attempt was cut off: what is no longer in the work folder has its name."""
        if (self.work / MANIFEST).exists():
            (self.path / MANIFEST).unlink(missing_ok=True)
        for name in OWN:
            if name not in names or (self.work / name).exists():
                remove(self.path / name)
        for name in OWN:
            if (self.work / name).exists():
                (self.work / name).replace(self.path / name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind or object, FolderRefused):
            remove(self.work)
        if self._lock is not None:
            self._lock.release()
        if kind is not None and not any(self.path.iterdir()):
            self.path.rmdir()


def remove(path: Path) -> None:
    """The file or folder, if it is there; a link goes, what it points to stays."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
