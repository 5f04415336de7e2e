"""The run folder: taken by one run at a time, filled in ``.work``, published by rename.

``.work/run.json`` says what the run was asked to do, so that one that was killed can be taken up again: a run that was
being filled goes on behind its last checkpoint (run/checkpoint.py), one that was being published is published to its end.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from chukan_layout.model.refusal import CutOff, Refused
from chukan_layout.write.files import write_whole
from chukan_layout.write.system import take_lock

MANIFEST = "manifest.json"
#: What a run makes; an earlier run's may be replaced, anything else in the folder may not.
OWN = ("data", "rejects", "removed", "residual", "gaiji", "cleansing", "findings.parquet", "findings.csv", "report.json", MANIFEST)
LOCK = ".lock"
#: In the work folder: what the run was asked; and, once everything is made, the names to publish.
ASKED, WHOLE = "run.json", "whole.json"
#: What has been done of it (run/checkpoint.py).
DONE = "checkpoint/0*.json"


class FolderRefused(Refused):
    """The folder cannot be used; the texts say why."""


class RunFolder:
    """``with RunFolder(path) as work:`` gives the folder to fill; :meth:`publish` moves it to its final names.

    ``asked`` is what the run is to do and from which inputs, as JSON.  With ``resume`` the folder of a killed run is
    taken up, if it was asked the same; ``published`` then says that it only had to be published, and has been.
    Raises FolderRefused when the folder holds something that is not an earlier run, when an earlier run may not
    be replaced, when there is nothing to resume or something else was asked, or when another run is at work in it;
    OSError when the system refuses it.
    """

    def __init__(
        self, path: Path, overwrite: bool = False, resume: bool = False, asked: dict[str, Any] | None = None
    ) -> None:
        self.path = path
        self.work = path / ".work"
        self.published = False
        self._overwrite, self._resume = overwrite, resume
        self._asked = asked or {}
        self._lock: int | None = None

    def __enter__(self) -> Self:
        existed = self.path.exists()
        if existed and not self.path.is_dir():
            raise FolderRefused(f"出力先がフォルダーではありません: {self.path.name}", "the output is not a folder")
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take()
        try:
            left = self._left_over()
            if self._resume:
                self._refuse_other(left)
            self._refuse_strangers(left is not None)
            if self._resume and (self.work / WHOLE).is_file():
                self._publish()
                self.published = True
                return self
            if not self._resume:
                shutil.rmtree(self.work, ignore_errors=True)
            self.work.mkdir(mode=0o700, exist_ok=True)
            write_whole(self.work / ASKED, json.dumps(self._asked, ensure_ascii=False).encode())
        except BaseException:
            self._release(keep=True)
            raise
        return self

    def _take(self) -> None:
        self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        if not take_lock(self._lock):
            os.close(self._lock)
            self._lock = None
            raise FolderRefused(
                "この出力先では別の実行が進行中です。終わるのを待つか、別のフォルダーを指定してください。",
                "another run is at work in this folder; wait for it or name another folder",
            )

    def _left_over(self) -> dict[str, Any] | None:
        """What a killed run had been asked; None when there is none."""
        try:
            asked: dict[str, Any] = json.loads((self.work / ASKED).read_bytes())
        except (OSError, ValueError):
            return None
        return asked

    def _refuse_other(self, left: dict[str, Any] | None) -> None:
        if left is None:
            raise FolderRefused(
                "再開できる実行がありません。--resume を付けずに実行してください。",
                "there is no interrupted run to resume; run without --resume",
            )
        if left == self._asked:
            return
        inputs = "inputs" in left and left["inputs"] != self._asked.get("inputs")
        raise FolderRefused(
            ("中断した実行のあとで入力ファイルが変わっています。" if inputs else "中断した実行と指定が違います。")
            + "同じ指定と同じ入力で再開するか、--overwrite で初めから実行してください。",
            ("the inputs have changed since the interrupted run" if inputs else "the interrupted run was asked something else")
            + "; resume with the same options and inputs, or start over with --overwrite",
        )

    def _refuse_strangers(self, interrupted: bool) -> None:
        found = {p.name for p in self.path.iterdir()} - {LOCK, ".work"}
        if not found:
            return
        if found - set(OWN) or (MANIFEST not in found and not interrupted):
            raise FolderRefused(
                "出力先に実行結果ではないファイルがあります。空のフォルダーを指定してください。",
                "the output folder holds files that are not of a run; name an empty folder",
            )
        if not (self._overwrite or self._resume):
            if MANIFEST not in found:
                raise FolderRefused(
                    "出力先に公開の途中で中断した実行があります。続けるなら --resume、初めからなら --overwrite を付けてください。",
                    "the output folder holds a run interrupted while it was published; add --resume to go on or --overwrite to start over",
                )
            raise FolderRefused(
                "出力先に前回の実行結果があります。置き換えるなら --overwrite を付けてください。",
                "the output folder holds an earlier run; add --overwrite to replace it",
            )

    def publish(self) -> None:
        """Every result to its final name; the manifest last, so that its presence means a whole run."""
        made = [name for name in OWN if (self.work / name).exists()]
        write_whole(self.work / WHOLE, json.dumps(made).encode())
        self._publish()

    def _publish(self) -> None:
        """From here on a killed run is whole: what it made is in the work folder or under its final name."""
        made = json.loads((self.work / WHOLE).read_bytes())
        if (self.work / MANIFEST).exists():
            (self.path / MANIFEST).unlink(missing_ok=True)
        for name in OWN:
            if name not in made or (self.work / name).exists():
                _remove(self.path / name)
        for name in made:
            if (self.work / name).exists():
                (self.work / name).replace(self.path / name)

    def _release(self, keep: bool = False) -> None:
        """``keep``: what lies in the work folder is of another run and not ours to remove."""
        if not keep:
            shutil.rmtree(self.work, ignore_errors=True)
        (self.path / LOCK).unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, PermissionError) and (self.work / WHOLE).is_file():
            self._release(keep=True)
            name = Path(str(error.filename or "")).name
            raise FolderRefused(
                f"結果を置き換えられません: {name}。Excel などで開いていれば閉じて、--resume で公開を終えてください。",
                f"a result cannot be replaced: {name}; close it if Excel or another program has it open, then finish with --resume",
            ) from None
        unfit = self._resume and isinstance(error, FolderRefused)  # what cannot be resumed now may be when the inputs are back
        self._release(keep=unfit or (isinstance(error, CutOff) and any(self.work.glob(DONE))))
        if kind is not None and not any(self.path.iterdir()):
            self.path.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
