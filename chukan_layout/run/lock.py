"""A lock file: who holds it is at work.  The one module with calls that differ between systems."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class AtWork(Exception):
    """Another process holds the lock."""


class Lock:
    """Held from creation to :meth:`release`, or to the end of the process however it comes.

    Raises AtWork when another holds it; OSError when the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._handle)
            if not _same(self._handle, path):  # the one who held it has just removed the file
                raise OSError
        except OSError:
            os.close(self._handle)
            raise AtWork from None

    def release(self) -> None:
        if sys.platform == "win32":  # a file that is open cannot be removed there
            os.close(self._handle)
            self._path.unlink(missing_ok=True)
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._handle)


def _same(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
