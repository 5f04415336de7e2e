"""The few things that systems do differently: everything else of the package is the same on all of them."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    def take_lock(handle: int) -> bool:
        """Whether this process now holds the open file alone; it is given back when the file is closed."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def take_lock(handle: int) -> bool:
        """Whether this process now holds the open file alone; it is given back when the file is closed."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def wait_for_lock(handle: int) -> None:
    """The same, waiting for whoever holds it."""
    if sys.platform == "win32":
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX)
