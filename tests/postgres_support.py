"""A PostgreSQL of the tests' own: in a temporary folder, on a Unix socket alone, gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

#: Who runs the server where the tests run as root, which the server refuses.
ORDINARY = ("postgres", "nobody")
PASSWORD = "geheim"


class Server(NamedTuple):
    folder: Path

    def url(self, database: str = "postgres", user: str = "chukan", password: str | None = PASSWORD) -> str:
        secret = "" if password is None else f":{password}"
        return f"postgresql://{user}{secret}@/{database}?host={self.folder}"

    def words(self, database: str = "postgres") -> str:
        """The same for libpq."""
        return f"host={self.folder} user=chukan password={PASSWORD} dbname={database}"


def binaries() -> Path | None:
    """Where the server is, the newest of several."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]), reverse=True)
    on_path = shutil.which("initdb")
    return places[0].parent if places else Path(on_path).resolve().parent if on_path else None


@contextmanager
def running() -> Iterator[Server]:
    """A server whose user ``chukan`` needs a password; raises RuntimeError when there is none to be had."""
    where = binaries()
    if where is None:
        raise RuntimeError("PostgreSQL のサーバーがない (apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        become = _become(folder)
        (folder / "pw").write_text(PASSWORD + "\n", encoding="utf-8")
        (folder / "pw").chmod(0o644)
        data = folder / "data"
        _run(become, where / "initdb", "-D", data, "-U", "chukan", "-E", "UTF8", "--locale=C", "-N",
             "--auth=scram-sha-256", f"--pwfile={folder / 'pw'}")  # fmt: skip
        settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=20"
        _run(become, where / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", settings, "start")
        try:
            yield Server(folder)
        finally:
            _run(become, where / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _become(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    for name in ORDINARY:
        try:
            known = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, known.pw_uid, known.pw_gid)
        folder.chmod(0o755)
        return ["setpriv", f"--reuid={known.pw_uid}", f"--regid={known.pw_gid}", "--clear-groups"]
    raise RuntimeError("root のほかの利用者がいない")


def _run(become: list[str], *words: str | Path) -> None:
    done = subprocess.run([*become, *map(str, words)], capture_output=True, text=True, check=False, timeout=60,
                          cwd="/", env={"PATH": os.environ["PATH"], "LC_ALL": "C"})  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{Path(words[0]).name}: {done.stderr[-500:]}")
