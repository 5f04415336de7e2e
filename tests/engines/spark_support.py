"""A small standalone cluster on the loopback, from PySpark's own scripts, and runs of the command on it."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import run_chukan

#: JVMs that live for seconds: no time for the best code.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
DEFAULTS = {
    "spark.driver.extraJavaOptions": JAVA,
    "spark.executor.extraJavaOptions": JAVA,
    "spark.executor.memory": "512m",
    "spark.executor.cores": "1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
}
SECONDS = 90


def why_not(offline: bool) -> str:
    """What keeps the tests of Spark from running, in a line; "" when nothing does."""
    from importlib.util import find_spec

    if find_spec("pyspark") is None:
        return "pyspark が入っていない (make setup-spark)"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "Java がない (no Java)"
    return "Spark は自機の中で通信する (make test-spark)" if offline else ""


def configured(folder: Path) -> None:
    """This process and its children find the settings of the tests where a user has his own."""
    folder.mkdir()
    (folder / "spark-defaults.conf").write_text("".join(f"{k} {v}\n" for k, v in DEFAULTS.items()), encoding="utf-8")
    os.environ.update(SPARK_CONF_DIR=str(folder), SPARK_LOCAL_IP="127.0.0.1", SPARK_DAEMON_JAVA_OPTS=JAVA, SPARK_DAEMON_MEMORY="256m")


class Cluster:
    """A master and two workers of one core each; every process of it is a child of this one."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self._class = Path(pyspark.__file__).parent / "bin" / "spark-class"
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"spark://127.0.0.1:{free.getsockname()[1]}"
        port = self.url.rpartition(":")[2]
        self._processes = [self._start("master", "master.Master", "--port", port, "--webui-port", "0")]
        self._until("master", "I have been elected leader")
        self.workers = []
        for name in ("worker1", "worker2"):
            work = folder / name
            more = ("--webui-port", "0", "--cores", "1", "--memory", "1g", "--work-dir", str(work), self.url)
            self.workers.append(self._start(name, "worker.Worker", *more))
        self._processes += self.workers
        for name in ("worker1", "worker2"):
            self._until(name, "Successfully registered with master")

    def _start(self, name: str, what: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{name}.log").open("wb")
        command = [str(self._class), f"org.apache.spark.deploy.{what}", "--host", "127.0.0.1", *words]
        settings = self._folder / "daemons"  # their logs at INFO tell when they are up
        settings.mkdir(exist_ok=True)
        with log:
            environment = {**os.environ, "SPARK_CONF_DIR": str(settings)}
            return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)

    def _until(self, name: str, said: str) -> None:
        log, began = self._folder / f"{name}.log", time.monotonic()
        while said not in log.read_text(errors="replace"):
            assert time.monotonic() - began < SECONDS, log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)

    def executors(self) -> list[int]:
        """Process ids of the executors of the workers."""
        parents = {p.pid for p in self.workers}
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
                if int(fields[1]) in parents:
                    found.append(int(path.parent.name))
            except OSError:
                continue
        return found

    def close(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait()


def contents(run: Path) -> dict[str, str]:
    """Hashes of all of a run but the manifest, which has times in it."""
    files = (p for p in run.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {p.relative_to(run).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def on_spark(master: str, *words: str | Path, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    return run_chukan(*words, "--engine", "spark", "--spark-master", master, code=code)


#: A conversion in small blocks in a process of its own: source, run, block, master ("" for the local engine), how to begin.
PROGRAM = """
import sys
from pathlib import Path
from chukan_layout.engines.local import LocalEngine
from chukan_layout.engines.spark import feed
from chukan_layout.engines.spark.engine import SparkEngine
from chukan_layout.run import resume
from tests.run_support import order_of, run_here
from dataclasses import replace
resume.WORTH = 0
feed.TASK_BLOCKS = 2
source, run, block, master, begin = sys.argv[1:]
order = order_of(Path(source), formats=("csv", "parquet"), block=int(block), jobs=2)
order = replace(order, engine=SparkEngine(master) if master else LocalEngine())
run_here(order, Path(run), resume=begin == "resume")
"""


def in_blocks(source: Path, run: Path, block: int, master: str = "", begin: str = "new") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(source), str(run), str(block), master, begin]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def done(process: subprocess.Popen[str]) -> str:
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said[-3000:]
    return said
