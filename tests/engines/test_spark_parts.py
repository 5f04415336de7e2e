"""The parts of the Spark engine that need no Spark: what is sent, how keys are spread, what is told of a worker."""

from __future__ import annotations

import os
import random
import zlib
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from chukan_layout import __version__, _kernel
from chukan_layout.charset.tables import charset_table
from chukan_layout.engines.engine import Input, Question, Recipe, Settings, SourceChanged, foreign
from chukan_layout.engines.spark import engine, problems, shuffle
from chukan_layout.engines.spark.feed import Feed, Wave
from chukan_layout.engines.spark.sent import FIELDS, received, send
from chukan_layout.engines.spark.session import KeyLog, SparkReading
from chukan_layout.engines.spark.worker import Block, Problem, blocks
from chukan_layout.model.refusal import CutOff
from chukan_layout.plan.compile import compile_convert
from chukan_layout.run.folder import RunFolder
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.run_support import household


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    layouts, vendor = load_layouts("latest", areas=[1]), load_mapping("vendorA")
    mapping = next(m for m in vendor.files if m.file == "世帯")
    layout = next(f for f in layouts.area(1).files if f.id == "世帯")
    program = compile_convert(layouts, layout, mapping, vendor)
    program.spec["charset"] = "cp932"
    return Recipe(program.spec_bytes, charset_table("cp932"))


RECORDS = "".join(f"{household(n)}\r\n" for n in range(1, 400)) + "broken\r\n" + household(7, 設定日="20230230") + "\r\n"


def whole(value: Any) -> Any:
    """Values to compare: bytes of buffers, tuples of sequences."""
    if isinstance(value, _kernel.Buffer | memoryview):
        return bytes(memoryview(value))
    return tuple(whole(v) for v in value) if isinstance(value, list | tuple) else value


def test_a_chunk_is_sent_whole(recipe: Recipe, tmp_path: Path) -> None:
    chunk = _kernel.run(recipe.program(), RECORDS.encode("cp932"), csv=True, columns=True)
    assert set(FIELDS) == {name for name in dir(chunk) if not name.startswith("_")}
    send(chunk, tmp_path / "part", "try")
    assert [p.name for p in tmp_path.iterdir()] == ["part"]
    assert (tmp_path / "part").stat().st_mode & 0o777 == 0o600
    got = received(tmp_path / "part")
    assert chunk.rows_rejected and chunk.findings[0]
    for name in FIELDS:
        assert whole(getattr(got, name)) == whole(getattr(chunk, name)), name


def task(recipe: Recipe, folder: Path, source: Path, **other: Any) -> list[Block]:
    for name, part in (("spec", recipe.spec), ("table", recipe.table)):
        (folder / name).write_bytes(part)
    data = source.read_bytes()
    block = Block("one.part", str(source), 0, len(data), zlib.crc32(data), ("spec", "table", "", "", ""), True, False, False, True)
    return [block._replace(**other)]


def told(work: Path, blocks_: list[Block], version: str = __version__) -> list[tuple[str, str, str]]:
    return [(name, p.kind, Path(p.what).name) for name, p in blocks(str(work), version, blocks_)]


def test_a_worker_says_what_keeps_it_from_its_work(recipe: Recipe, tmp_path: Path) -> None:
    work, source = tmp_path / "work", tmp_path / "SETAI.csv"
    work.mkdir()
    source.write_bytes(RECORDS.encode("cp932"))
    good = task(recipe, work, source)
    assert told(work, good, "0.0.0") == [("", "version", __version__)]
    assert told(work, [good[0]._replace(path=str(tmp_path / "x.csv"))]) == [("one.part", "unseen", "x.csv")]
    assert told(work, [good[0]._replace(crc=1)]) == [("one.part", "differs", "SETAI.csv")]
    assert told(work, [good[0]._replace(size=good[0].size + 1)]) == [("one.part", "differs", "SETAI.csv")]
    assert told(tmp_path / "none", good) == [("one.part", "unseen", "none")]
    assert list(work.glob("*.part*")) == []
    assert told(work, good) == []
    before = (work / "one.part").stat()
    assert told(work, good) == [], "a task that is tried again"
    assert [p.name for p in work.glob("*.part*")] == ["one.part"]
    assert (work / "one.part").stat() == before


@pytest.mark.parametrize("kind", ["package", "version", "unseen", "denied", "differs"])
def test_every_problem_is_said_in_both_languages(kind: str) -> None:
    refused = problems.of_worker(kind, "folder/SETAI.csv", "node7")
    assert "node7" in refused.ja and "node7" in refused.en
    assert "SETAI.csv" in refused.ja and "SETAI.csv" in refused.en


def entries(numbers: list[int], wide: bool) -> bytes:
    """As the kernel emits them: key, place in the chunk, line in the chunk, payload, value."""
    made = b""
    for place, number in enumerate(numbers):
        made += number.to_bytes(16, "little") + place.to_bytes(8, "little") + (place + 1).to_bytes(4, "little") + bytes(4)
        made += bytes(8) if wide else b""
    return made


@pytest.mark.parametrize("partitions", [1, 2, 7])
def test_spread_keys_are_judged_as_on_one_machine(tmp_path: Path, partitions: int) -> None:
    dice = random.Random(4)
    added = [[dice.randrange(400) for _ in range(150)] for _ in range(4)]
    sets: list[Any] = [KeyLog(0, tmp_path / "child.log", False), KeyLog(1, tmp_path / "parent.log", True)]
    plain = [_kernel.KeyedSet(str(tmp_path), "c", 1), _kernel.KeyedSet(str(tmp_path), "p", 1, wide=True)]
    for turn, numbers in enumerate(added):
        for both in (sets, plain):
            both[turn % 2].add(entries(numbers, bool(turn % 2)), turn << 48, 1000 * turn)
    (tmp_path / "work").mkdir()
    asked = [Question(_kernel.unique, 0), Question(foreign, 0, (1,)), Question(foreign, 1, (0,))]
    batches = [b for log in sets for part in log.slices() for b in shuffle.spread(part, partitions)]
    rows = sorted((row for b in batches for row in b.to_pylist()), key=lambda r: (r["partition"], r["keys"]))
    for _again in range(2):
        one_row = [type(batches[0]).from_pylist([row], batches[0].schema) for row in rows]
        assert list(shuffle.judge(str(tmp_path / "work"), [False, True], asked, one_row)) == []
    for number, question in enumerate(asked):
        expected = question.judge(plain[question.keys], *(plain[o] for o in question.others))
        assert expected[0] > 10
        assert shuffle.merged(tmp_path / "work", number) == whole(expected)


def test_slices_are_shared_out() -> None:
    slices = [shuffle.Slice(n, "x", 0, size, False) for n, size in enumerate([5, 1, 1, 1, 9, 1])]
    shared = shuffle.shared_out(slices, 3)
    assert [part for some in shared for part in some] == slices
    assert len(shared) <= 3


class OneProblem:
    """A cluster of which every worker finds another file than the driver."""

    def waited(self, done: Future[dict[str, Problem]]) -> dict[str, Problem]:
        return done.result()


@pytest.mark.parametrize("changes", [True, False])
def test_a_file_that_changed_is_told_from_one_that_is_not_shared(recipe: Recipe, tmp_path: Path, changes: bool) -> None:
    path = tmp_path / "SETAI.csv"
    path.write_bytes(RECORDS.encode("cp932"))
    source = Input(path, 0, 0, recipe, Settings())

    def run(wave: Wave) -> None:
        wave.done.set_result({block.name: Problem("differs", block.path, "node7") for task in wave.tasks for block in task})

    feed = Feed([source], run, lambda _: ("r",), lambda: 1)
    try:
        reading = SparkReading(source, feed, OneProblem())  # type: ignore[arg-type]
        if changes:
            while not feed._stamps:
                pass
            path.write_bytes(b"")
        with pytest.raises(SourceChanged if changes else CutOff):
            list(reading.pieces(lambda _size, _records: None))
    finally:
        feed.stop()


def cut_off(folder: Path, resume: bool, has_checkpoint: bool) -> None:
    with RunFolder(folder, resume=resume, asked={"a": 1}) as run:
        done = run.work / "checkpoint" / "00000.json"
        assert done.exists() == resume
        if has_checkpoint:
            done.parent.mkdir(exist_ok=True)
            done.write_text("{}")
        raise problems.no_master("spark://x:1")


def test_a_cluster_that_fails_leaves_the_checkpoints(tmp_path: Path) -> None:
    with pytest.raises(CutOff):
        cut_off(tmp_path / "new", resume=False, has_checkpoint=False)
    assert not (tmp_path / "new").exists()
    for resume in (False, True, True):
        with pytest.raises(CutOff):
            cut_off(tmp_path / "run", resume, has_checkpoint=True)


def test_a_file_that_cannot_be_read_is_said_in_its_turn(recipe: Recipe, tmp_path: Path) -> None:
    waves: list[Wave] = []

    def run(wave: Wave) -> None:
        waves.append(wave)
        wave.done.set_result({})

    (tmp_path / "a.csv").write_bytes(RECORDS.encode("cp932"))
    (tmp_path / "c.csv").write_bytes(RECORDS.encode("cp932"))
    files = [Input(tmp_path / f"{n}.csv", 0, 0, recipe, Settings(block=4096)) for n in "abc"]
    feed = Feed(files, run, lambda _: ("r",), lambda: 1)
    try:
        first = next(feed.of(files[0].path))
        assert isinstance(first, tuple) and first[0].offset == 0
        with pytest.raises(FileNotFoundError):  # what is left of the first file is passed over
            list(feed.of(files[1].path))
        *cut, end = feed.of(files[2].path)
        assert sum(item[0].size for item in cut if isinstance(item, tuple)) == end.bytes == (tmp_path / "c.csv").stat().st_size
    finally:
        feed.stop()


@pytest.mark.parametrize(("where", "quiet"), [("", True), ("SPARK_CONF_DIR", False), ("SPARK_HOME", False), ("SPARK_SUBMIT_OPTS", False)])
def test_spark_is_quiet_unless_its_log_is_configured(where: str, quiet: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPARK_CONF_DIR", "SPARK_HOME", "SPARK_SUBMIT_OPTS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "log4j2.properties").write_text("rootLogger.level = info\n", encoding="utf-8")
    own = {"SPARK_CONF_DIR": str(tmp_path / "conf"), "SPARK_HOME": str(tmp_path), "SPARK_SUBMIT_OPTS": "-Dlog4j2.level=info"}
    if where:
        monkeypatch.setenv(where, own[where])
    else:
        monkeypatch.setenv("SPARK_SUBMIT_OPTS", "-Xshare:auto")
    engine.quiet_unless_configured()
    said = os.environ.get("SPARK_SUBMIT_OPTS", "")
    assert ("engines/spark/log4j2.properties" in said) is quiet
    assert said.startswith("-Xshare:auto ") or not quiet
