"""Who did something, and when: what records of runs, erasures and the audit log say."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime


def user() -> str:
    """The name of whoever runs the process; empty where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def now() -> str:
    """The time to the second, in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
