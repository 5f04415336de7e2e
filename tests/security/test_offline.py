"""No network and no open file, watched from below: the interpreter's own audit events and the umask."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chukan_layout.engines.engine import CSV_BLOCK
from tests.run_support import household, households, order_of, run_here, standard_file, vendor_file

#: The command in a process that ends at the first event of a socket, whoever raises it.
WATCHED = """
import os, sys
def watch(event, args):
    if event.startswith("socket.") or event in ("urllib.Request", "http.client.connect", "ssl.wrap_socket"):
        os.write(2, ("NETWORK " + event).encode())
        os._exit(99)
sys.addaudithook(watch)
if sys.argv[1] == "socket":
    import socket
    socket.create_connection(("127.0.0.1", 9))
from chukan_layout.cli.main import main
main()
"""


def watched(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WATCHED, *map(str, words)]
    paths = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if Path(p).name != "offline"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}  # under --offline the guard would be first
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


def test_the_watch_sees_a_socket() -> None:
    assert watched("socket").returncode == 99


def test_convert_needs_no_network(tmp_path: Path) -> None:
    vendor_file(tmp_path / "in" / "SETAI.csv", [*households(range(1, 40)), household(1), "broken"])
    words = ("--from", "vendorA", "--to", "standard", "--out", tmp_path / "run", "--data-format", "parquet")
    done = watched("convert", tmp_path / "in", *words)
    assert "NETWORK" not in done.stderr
    assert done.returncode == 1, done.stderr


def test_validate_needs_no_network(tmp_path: Path) -> None:
    standard_file(tmp_path / "世帯.csv", [1, 2, 2])
    done = watched("validate", tmp_path / "世帯.csv")
    assert "NETWORK" not in done.stderr
    assert done.returncode == 1, done.stderr


def test_the_suite_can_be_cut_off(request: pytest.FixtureRequest) -> None:
    """What ``pytest --offline`` puts before every process refuses names and connections."""
    guard = Path(__file__).parent.parent / "offline"
    code = "import socket; socket.{}"
    for call in ("create_connection(('127.0.0.1', 9))", "getaddrinfo('localhost', 80)"):
        done = subprocess.run([sys.executable, "-c", code.format(call)], env={**os.environ, "PYTHONPATH": str(guard)},
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 1 and "pytest --offline" in done.stderr
    if request.config.getoption("--offline"):
        import socket

        with pytest.raises(PermissionError, match="without a network"):
            socket.create_connection(("127.0.0.1", 9))


@pytest.fixture
def open_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_files_are_private_even_while_they_are_written(tmp_path: Path) -> None:
    """With a umask that forbids nothing: keys, rejects and all else, in the work folder and after it."""
    records = [*households(range(1, 9000)), household(1), "broken"]
    source = vendor_file(tmp_path / "in" / "SETAI.csv", [f"{r},x" for r in records], header=_header() + ",追記")
    seen: dict[str, int] = {}

    def look(*_told: object) -> None:
        for path in (tmp_path / "run").rglob("*"):
            if path.is_file():
                seen[path.relative_to(tmp_path / "run").as_posix()] = stat.S_IMODE(path.stat().st_mode)

    order = order_of(source, formats=("csv", "parquet"), block=CSV_BLOCK // 32)
    run_here(order, tmp_path / "run", progress=look)
    assert any(name.endswith(".keys") for name in seen), "keys were looked at"
    look()
    assert {"report.json", "manifest.json", "findings.csv", "rejects/SETAI.csv"} <= set(seen)
    assert {name: oct(mode) for name, mode in seen.items() if mode & 0o077} == {}
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) & 0o077 == 0


def _header() -> str:
    from tests.run_support import HEADER

    return HEADER
