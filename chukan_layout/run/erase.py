"""The end of a run: its files overwritten and removed, and a record that says so (requirement SEC-05).

What a file system or a disk keeps elsewhere (journals, snapshots, spare blocks of an SSD, copies and backups) is out of
reach of any program; the record says that too, and is no certificate for the medium.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from chukan_layout import __version__
from chukan_layout.model.erasure import Erased, ErasureRecord
from chukan_layout.run.folder import ASKED, LOCK, MANIFEST, OWN, FolderRefused
from chukan_layout.run.who import now, user
from chukan_layout.write.files import sha256_of, write_whole
from chukan_layout.write.system import take_lock

BLOCK = 1 << 20


def erase(run: Path, record: Path, by: str, reason: str = "", dry_run: bool = False) -> ErasureRecord:
    """Overwrites with zeros and removes every file of ``run``, and writes ``record``.

    The record is written before the first file goes, without ``finished``, and again when all are gone: a process killed in
    between leaves a record that says so.  With ``dry_run`` nothing is touched and nothing written.
    Raises FolderRefused when ``run`` holds anything but a run, when a run is at work in it, or when ``record`` lies in it
    or exists; OSError as the system refuses.
    """
    _refuse(run, record)
    lock = os.open(run / LOCK, os.O_RDWR | os.O_CREAT, 0o600) if not dry_run else None
    try:
        if lock is not None and not take_lock(lock):
            raise FolderRefused("このフォルダーでは実行が進行中です。", "a run is at work in this folder")
        files = sorted(p for p in run.rglob("*") if (p.is_file() or p.is_symlink()) and p.name != LOCK)
        made = ErasureRecord(
            tool_version=__version__,
            folder=run.name,
            by=by,
            user=user(),
            reason=reason,
            started=now(),
            files=[_described(path, run) for path in files],
        )
        if dry_run:
            return made
        _write(record, made)
        for path in files:
            _wipe(path)
        shutil.rmtree(run)
    finally:
        if lock is not None:
            os.close(lock)
    made = made.model_copy(update={"finished": now()})
    record.unlink()
    _write(record, made)
    return made


def _refuse(run: Path, record: Path) -> None:
    found = {p.name for p in run.iterdir()} if run.is_dir() else set()
    is_run = MANIFEST in found or (run / ".work" / ASKED).is_file()
    if not is_run or found - {*OWN, LOCK, ".work"}:
        raise FolderRefused(
            f"{run.name} は実行結果のフォルダーではないか、ほかのファイルが混ざっています。消去しません。",
            f"{run.name} is no run folder, or other files lie in it; nothing is erased",
        )
    if record.exists() or run.resolve() in record.resolve().parents:
        raise FolderRefused(
            "消去記録は、実行結果の外の、まだないファイルに書いてください (--record)。",
            "the record must be a new file outside the run folder (--record)",
        )


def _described(path: Path, run: Path) -> Erased:
    name = path.relative_to(run).as_posix()
    if path.is_symlink():
        return Erased(path=name, bytes=0, sha256="")
    return Erased(path=name, bytes=path.stat().st_size, sha256=sha256_of(path))


def _wipe(path: Path) -> None:
    """Zeros over the content, on the disk before the name goes; of a link only the link goes."""
    if not path.is_symlink():
        left = path.stat().st_size
        with path.open("r+b", buffering=0) as file:
            while left > 0:
                left -= file.write(bytes(min(left, BLOCK)))
            os.fsync(file.fileno())
    path.unlink()


def _write(record: Path, made: ErasureRecord) -> None:
    record.parent.mkdir(parents=True, exist_ok=True)
    write_whole(record, (made.model_dump_json(indent=1) + "\n").encode())
