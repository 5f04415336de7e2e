"""``--engine`` and ``--spark-master`` of the commands that run over files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chukan_layout.cli.errors import CliError
from chukan_layout.cli.lean import arrow_without_numpy

if TYPE_CHECKING:
    from chukan_layout.engines.engine import Engine

LOCAL, SPARK = "local", "spark"
Function = TypeVar("Function", bound=Callable[..., Any])


def engine_options(function: Function) -> Function:
    """Give a command the two options, as ``engine`` and ``spark_master``."""
    chosen = click.option("--engine", type=click.Choice([LOCAL, SPARK]), default=LOCAL, show_default=True,
                          help="どこで実行するか。spark は docs/scale.md (where it runs)")  # fmt: skip
    master = click.option("--spark-master", metavar="URL",
                          help="Spark のマスター。なければ Spark の設定、それもなければ local[*] (else Spark's own settings)")  # fmt: skip
    return chosen(master(function))


def engine_of(engine: str, master: str | None) -> Engine:
    """The engine of the options.  It must be made before pyarrow is imported."""
    if engine == SPARK:
        from chukan_layout.engines.spark.engine import SparkEngine

        return SparkEngine(master)
    if master is not None:
        raise CliError("--spark-master は --engine spark と使います。", "--spark-master goes with --engine spark")
    arrow_without_numpy()
    from chukan_layout.engines.local import LocalEngine

    return LocalEngine()
