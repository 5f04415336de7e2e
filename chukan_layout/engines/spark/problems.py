"""What can be wrong with a cluster, said to people."""

from __future__ import annotations

import re
from pathlib import Path

from chukan_layout import __version__
from chukan_layout.model.refusal import CutOff

MANUAL = "docs/scale.md"


def of_worker(kind: str, what: str, host: str) -> CutOff:
    """The refusal for a :class:`~chukan_layout.engines.spark.worker.Problem`."""
    name = Path(what).name
    return CutOff(*_WORKER[kind](name, host))


_WORKER = {
    "package": lambda what, host: (
        f"Spark のワーカー {host} の Python に chukan-layout がありません ({what})。すべてのワーカーに同じ環境を置き、PYSPARK_PYTHON か --archives で示してください ({MANUAL})。",
        f"the Python of the Spark worker {host} has no chukan-layout ({what}); give every worker the same environment by PYSPARK_PYTHON or --archives ({MANUAL})",
    ),
    "version": lambda what, host: (
        f"Spark のワーカー {host} の chukan-layout は {what} 版で、こちらの {__version__} 版と違います。同じ版にそろえてください。",
        f"the Spark worker {host} has chukan-layout {what}, here it is {__version__}; install the same version",
    ),
    "unseen": lambda what, host: (
        f"Spark のワーカー {host} から {what} が見えません。移行元と --out は、すべてのワーカーが同じパスで読み書きできる共有フォルダーに置いてください。",
        f"the Spark worker {host} does not see {what}; put the sources and --out in a shared folder that every worker has under the same path",
    ),
    "denied": lambda what, host: (
        f"Spark のワーカー {host} は {what} を読み書きできません。ワーカーを同じ利用者で動かすか、権限を確かめてください。",
        f"the Spark worker {host} may not use {what}; run the workers as the same user, or check its permissions",
    ),
    "differs": lambda what, host: (
        f"Spark のワーカー {host} の {what} は、こちらと中身が違います。共有フォルダーの同じファイルを指すようにしてください。",
        f"{what} on the Spark worker {host} is not the same file as here; let both be the one in the shared folder",
    ),
}  # fmt: skip


def lost(what: str) -> CutOff:
    """A worker says that it wrote a result, and it is not here."""
    name = Path(what).parent.parent.parent.name
    return CutOff(
        f"ワーカーが書いた中間結果がこちらから見えません。--out ({name}) を、すべてのワーカーと共有するフォルダーに置いてください。",
        f"what a worker wrote cannot be seen here: put --out ({name}) in a folder that is shared with every worker",
    )


def no_spark() -> CutOff:
    return CutOff(
        "Spark エンジンが入っていません。make setup-spark か pip install 'chukan-layout[spark]' で入れてください。",
        "the Spark engine is not installed: make setup-spark, or pip install 'chukan-layout[spark]'",
    )


def no_java() -> CutOff:
    return CutOff(
        "Spark を始められません。Java 17 以上が要ります (JAVA_HOME を確かめてください)。",
        "Spark does not start: it needs Java 17 or newer (check JAVA_HOME)",
    )


def no_master(master: str) -> CutOff:
    return CutOff(
        f"Spark のマスター {master} につながりません。アドレスと、マスターが動いていることを確かめてください。",
        f"the Spark master {master} cannot be reached: check the address, and that it is running",
    )


def no_workers(seconds: int) -> CutOff:
    return CutOff(
        f"{seconds} 秒待っても Spark のワーカーが仕事を引き受けません。ワーカーの数と、空きのコア・メモリーを確かめてください。",
        f"no Spark worker has taken the work within {seconds} seconds: check that there are workers with free cores and memory",
    )


def spark_errors() -> tuple[type[Exception], ...]:
    """What PySpark raises when a cluster or a job fails."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    kinds: tuple[type[Exception], ...] = (PySparkException, Py4JError)
    return kinds


def job_failed(failure: BaseException) -> CutOff:
    """Of what the failure says only the kind is shown: its text may be long, and is in Spark's own messages."""
    missing = re.search(r"No module named '(\w+)", str(failure))
    if missing:
        return of_worker("package", missing[1], "?")
    versions = re.search(r"PYTHON_VERSION_MISMATCH", str(failure))
    kind = "Python" if versions else type(failure).__name__
    return CutOff(
        f"Spark の処理が失敗しました ({kind})。上の Spark の記録を見てください。クラスターが直れば、同じ指定でやり直せます。",
        f"the Spark job failed ({kind}); see Spark's own messages above, and run again when the cluster is well",
    )
