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


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def more_open_files(wanted: int) -> None:
    """Raises this process's own limit of open files up to ``wanted``, as far as the system allows; the hard limit stays.

    The usual soft limit of 1,024 is meant for programs that use select(); Windows has none.
    """
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
