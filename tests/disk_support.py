"""``python -m tests.disk_support SOURCE DISK SIZES [FORMAT...]``, in a mount namespace of its own: runs on small disks.

For each size (KB) a tmpfs of that size is mounted on DISK and SOURCE converted onto it; then the disk is made large and
the run is done again.  Says as JSON how each ended, what was left behind, and whether the second try gave the same bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.run_support import bytes_of, to_standard

LARGE = "200m"


def converted(source: Path, run: Path, formats: list[str], *more: str) -> subprocess.CompletedProcess[str]:
    words = [*to_standard(source, out=run), *(w for f in formats for w in ("--data-format", f)), *more]
    return subprocess.run([sys.executable, "-m", "chukan_layout.cli.main", *map(str, words)], capture_output=True, text=True, check=False)


def mount(disk: Path, size: str, how: str = "") -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"{how}size={size}", "none", str(disk)], check=True)


def main(source: str, where: str, sizes: str, *formats: str) -> int:
    disk, told = Path(where), []
    mount(disk, LARGE)
    converted(Path(source), disk / "run", list(formats))
    expected = bytes_of(disk / "run")
    subprocess.run(["umount", where], check=True)
    for size in sizes.split(","):
        mount(disk, f"{size}k")
        done = converted(Path(source), disk / "run", list(formats))
        left = [] if done.returncode != 2 else sorted(p.relative_to(disk).as_posix() for p in disk.rglob("*"))
        mount(disk, LARGE, "remount,")
        again = converted(Path(source), disk / "run", list(formats), "--overwrite")
        result: dict[str, Any] = {"size": int(size), "code": done.returncode, "err": done.stderr if done.returncode == 2 else "", "left": left}
        told.append({**result, "again": again.returncode, "same": bytes_of(disk / "run") == expected})
        subprocess.run(["umount", where], check=True)
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
