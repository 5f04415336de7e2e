"""The Spark engine: the same kernel on the machines of a cluster that share a folder (docs/scale.md).

PySpark is imported here and in engines/spark/problems.py alone, and only when a run asks for it.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chukan_layout.engines.spark import problems
from chukan_layout.engines.spark.session import Cluster

#: Rows of keys are large: few at a time.
_ROWS = 64
LOCAL = "local[*]"
#: Seconds for a master to take a connection.
CONNECT = 10


class SparkEngine:
    """``master`` is a master URL; without one Spark's own configuration decides, and ``local[*]`` where that says nothing."""

    name = "spark"

    def __init__(self, master: str | None = None) -> None:
        self._master = master

    @contextmanager
    def session(self, work: Path, jobs: int) -> Iterator[Cluster]:
        """CutOff when Spark, Java, the master or the workers are not as they must be."""
        del jobs  # how many cores there are is the cluster's to say
        spark = started(self._master)
        folder = work / f"spark-{uuid.uuid4().hex}"
        folder.mkdir(mode=0o700)
        cluster = Cluster(spark, folder)
        try:
            yield cluster
        finally:
            cluster.close()
            shutil.rmtree(folder, ignore_errors=True)


def started(master: str | None) -> Any:
    """A SparkSession; what the user's own configuration says of it stays."""
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.sql import SparkSession
    except ImportError:
        raise problems.no_spark() from None
    if master and not reachable(master):  # before Java is started for nothing
        raise problems.no_master(master)
    errors = problems.spark_errors()
    not_begun: tuple[type[Exception], ...] = (*errors, OSError)
    # A context that is stopped while it starts leaves PySpark with None where it expects an object.
    not_reached: tuple[type[Exception], ...] = (*errors, AttributeError, TypeError)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)  # no pandas here
    quiet_unless_configured()
    try:
        SparkContext.setSystemProperty("spark.app.name", "chukan")
    except not_begun:
        raise problems.no_java() from None
    conf = SparkConf()
    if master:
        conf.setMaster(master)
    conf.setIfMissing("spark.master", LOCAL)
    address = conf.get("spark.master")
    conf.set("spark.ui.showConsoleProgress", "false")  # the shell that PySpark starts in has it on
    own = {"spark.ui.enabled": "false"}
    if address.startswith("local"):
        own |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for key, value in own.items():
        conf.setIfMissing(key, value)
    if not master and not reachable(address):
        raise problems.no_master(address)
    try:
        spark = SparkSession(SparkContext(conf=conf))
    except not_reached:
        raise problems.no_master(address) from None
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", _ROWS)
    return spark


def quiet_unless_configured() -> None:
    """Spark's warnings of every start are not told, unless the user configured its log."""
    said = os.environ.get("SPARK_SUBMIT_OPTS", "")
    home = os.environ.get("SPARK_HOME")
    places = [os.environ.get("SPARK_CONF_DIR"), home and Path(home) / "conf"]
    if "log4j" in said or any((Path(place) / "log4j2.properties").is_file() for place in places if place):
        return
    own = Path(__file__).with_name("log4j2.properties").as_uri()
    os.environ["SPARK_SUBMIT_OPTS"] = f"{said} -Dlog4j2.configurationFile={own}".strip()


def reachable(master: str) -> bool:
    """Whether any of the masters of a standalone cluster takes a connection: Spark itself would try for a minute.

    True for every other kind of address, which Spark must judge.
    """
    if not master.startswith("spark://"):
        return True
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), CONNECT).close()
        except (OSError, ValueError):
            continue
        return True
    return False
