"""The Spark engine gives the bytes of the local one, whatever happens to its workers; what is wrong with a cluster is said."""

from __future__ import annotations

import json
import os
import signal
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Chukan, run_chukan
from tests.engines.spark_support import Cluster, configured, contents, done, in_blocks, on_spark, why_not

pytestmark = pytest.mark.spark
CONVERT = ("--from", "vendorA", "--to", "standard", "--as-of", "2026-04-01", "--fail-on", "never", "--no-progress", "--quiet")
BLOCK = 32 << 10


@pytest.fixture(scope="module", autouse=True)
def spark(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    reason = why_not(request.config.getoption("--offline") and not request.config.getoption("--loopback"))
    if reason:
        pytest.skip(reason)
    configured(tmp_path_factory.mktemp("spark") / "conf")


@pytest.fixture(scope="module")
def cluster(spark: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def city(spark: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """All files of a city with faults, and what the local engine makes of them."""
    folder = tmp_path_factory.mktemp("city")
    run_chukan("sample", "--city", "--residents", 1000, "--seed", 1, "--as", "vendorA", "--quiet",
               "--defects", ROOT / "docs" / "examples" / "faults.toml", "--out", folder / "source")  # fmt: skip
    run_chukan("convert", folder / "source", "--out", folder / "run", "--data-format", "csv", "--data-format", "parquet", *CONVERT)
    return folder / "source", folder / "run"


@pytest.fixture(scope="module")
def registry(spark: None, chukan: Chukan, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A registry of several blocks to a file, and what the local engine makes of it."""
    folder = tmp_path_factory.mktemp("registry")
    chukan("sample", "--area", "住民基本台帳", "--rows", 4000, "--seed", 3, "--as", "vendorA", "--quiet",
           "--defects", ROOT / "docs" / "examples" / "faults.toml", "--out", folder / "source")  # fmt: skip
    done(in_blocks(folder / "source", folder / "run", BLOCK))
    return folder / "source", folder / "run"


def manifest(run: Path) -> dict[str, object]:
    told = json.loads((run / "manifest.json").read_bytes())
    return {k: v for k, v in told.items() if k not in ("started", "finished", "engine")}


def same(run: Path, expected: Path) -> None:
    assert contents(run) == contents(expected)
    assert manifest(run) == manifest(expected)
    assert json.loads((run / "manifest.json").read_bytes())["engine"] == "spark"
    assert not (run / ".work").exists()


def test_city_on_local_2(city: tuple[Path, Path], tmp_path: Path) -> None:
    source, expected = city
    on_spark("local[2]", "convert", source, "--out", tmp_path / "run", "--data-format", "csv", "--data-format", "parquet", *CONVERT)
    same(tmp_path / "run", expected)


def test_city_on_a_cluster(city: tuple[Path, Path], cluster: Cluster, tmp_path: Path) -> None:
    source, expected = city
    on_spark(cluster.url, "convert", source, "--out", tmp_path / "run", "--data-format", "csv", "--data-format", "parquet", *CONVERT)
    same(tmp_path / "run", expected)


def test_validation_on_local_2(city: tuple[Path, Path], tmp_path: Path) -> None:
    words = ("validate", city[1] / "data" / "01-住民基本台帳", "--as-of", "2026-04-01", "--fail-on", "never", "--no-progress", "--quiet")
    run_chukan(*words, "--out", tmp_path / "expected")
    on_spark("local[2]", *words, "--out", tmp_path / "run")
    same(tmp_path / "run", tmp_path / "expected")


def test_the_way_back_on_local_2(city: tuple[Path, Path], tmp_path: Path) -> None:
    words = ("convert", city[1] / "data" / "01-住民基本台帳", "--from", "standard", "--to", "vendorA", "--as-of", "2026-04-01",
             "--fail-on", "never", "--no-progress", "--quiet")  # fmt: skip
    run_chukan(*words, "--out", tmp_path / "expected")
    on_spark("local[2]", *words, "--out", tmp_path / "run")
    same(tmp_path / "run", tmp_path / "expected")
    assert list((tmp_path / "run" / "data").glob("JUMIN*.csv"))


def test_an_executor_is_killed(registry: tuple[Path, Path], cluster: Cluster, tmp_path: Path) -> None:
    source, expected = registry
    running = in_blocks(source, tmp_path / "run", BLOCK, cluster.url)
    began = time.monotonic()
    while not list(tmp_path.glob("run/.work/spark-*/*.part")) and running.poll() is None:
        assert time.monotonic() - began < 200
        time.sleep(0.01)
    victims = cluster.executors()
    assert victims and running.poll() is None
    os.kill(victims[0], signal.SIGKILL)
    done(running)
    same(tmp_path / "run", expected)


def test_a_driver_that_was_killed_is_taken_up_by_the_local_engine(registry: tuple[Path, Path], tmp_path: Path) -> None:
    source, expected = registry
    running = in_blocks(source, tmp_path / "run", BLOCK, "local[2]")
    began = time.monotonic()
    while not list(tmp_path.glob("run/.work/checkpoint/0*.json")):
        assert running.poll() is None and time.monotonic() - began < 200
        time.sleep(0.01)
    running.kill()
    running.communicate()
    done(in_blocks(source, tmp_path / "run", BLOCK, begin="resume"))
    assert contents(tmp_path / "run") == contents(expected)


@pytest.fixture
def one_file(registry: tuple[Path, Path]) -> Path:
    return registry[0] / "SETAI01.csv"


def test_no_master(one_file: Path, tmp_path: Path) -> None:
    said = on_spark("spark://127.0.0.1:1", "convert", one_file, "--out", tmp_path / "run", *CONVERT, code=2).stderr
    assert "spark://127.0.0.1:1 につながりません" in said
    assert not (tmp_path / "run").exists()


def test_a_worker_without_the_package(one_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = Path(sys.base_prefix) / "bin" / f"python{sysconfig.get_python_version()}"
    bare = tmp_path / "bare"  # the libraries, but not what an editable installation adds to them
    bare.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "chukan" not in entry.name and entry.suffix != ".pth":
            (bare / entry.name).symlink_to(entry)
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nPYTHONPATH={bare}:$PYTHONPATH exec {python} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PYSPARK_PYTHON", str(wrapper))
    monkeypatch.chdir(tmp_path)
    said = on_spark("local[1]", "--lang", "en", "convert", one_file, "--out", tmp_path / "run", *CONVERT, code=2).stderr
    assert "has no chukan-layout (chukan_layout)" in said
    assert not (tmp_path / "run").exists()


def test_a_worker_that_does_not_see_the_file(one_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blind = tmp_path / "blind"
    blind.mkdir()
    (blind / "sitecustomize.py").write_text(
        "import sys\n"
        "def look(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith('SETAI01.csv'):\n"
        "        raise FileNotFoundError(args[0])\n"
        "sys.addaudithook(look)\n"
    )
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nPYTHONPATH={blind}:$PYTHONPATH exec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PYSPARK_PYTHON", str(wrapper))
    said = on_spark("local[1]", "convert", one_file, "--out", tmp_path / "run", *CONVERT, code=2).stderr
    assert "から SETAI01.csv が見えません" in said
    assert not (tmp_path / "run").exists()
