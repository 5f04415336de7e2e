"""What a run needs of the machine."""

from __future__ import annotations

#: A city of 250 files with its outputs and key partitions has some thousand files open at once.
OPEN_FILES = 16_384


def more_open_files() -> None:
    """Raise this process's own limit of open files as far as the system allows; nothing happens where there is none.

    The usual soft limit of 1,024 is meant for programs that use select(); the hard limit stays.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
