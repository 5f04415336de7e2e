"""The local engine: same bytes whatever the jobs, places as they are in the source, memory that does not grow."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chukan_layout.engines import cut as cutting
from chukan_layout.engines import local
from chukan_layout.engines.engine import Input, Recipe, Settings
from chukan_layout.model.mapping import Mapping
from chukan_layout.spec.load import load_mapping
from tests.run_support import (
    DATA,
    HEADER,
    bytes_of,
    findings_of,
    household,
    order_of,
    report_of,
    run_here,
    vendor_file,
)

#: Smaller than most records with quotes, so that records begin and end in every place of a block.
TINY = 193
#: What one record in a few is: (a record, does it get rejected).
FAULTY = (
    ("{n},{n},例示", True),  # too few fields
    ('{n},{n},"引用,符""中\r\n改行",131016,,町,１番,,100-0001,3,20200401', False),
    ('{n},{n},"a"b,131016,,町,１番,,100-0001,3,20200401', True),
    ("1,{n},例示　太郎,999999,=1+1,町,１番,,100-000,多,20209999", False),  # doubles 世帯番号 1, many faults
    (",{n},例示　太郎,131016,,町,１番,,100-0001,3,20200401", True),  # no key
)


def faulty_file(path: Path, records: int = 400) -> Path:
    chance = random.Random(7)
    lines = [household(1)]
    for n in range(2, records):
        lines.append(chance.choice(FAULTY)[0].format(n=n) if chance.random() < 0.3 else household(n))
    return vendor_file(path, lines)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files of one kind, with keys that meet across them, in a folder."""
    folder = tmp_path_factory.mktemp("engine") / "source"
    faulty_file(folder / "SETAI_1.csv")
    vendor_file(folder / "SETAI_2.csv", [household(n) for n in range(380, 420)])
    return folder


def run_of(source: Path, **settings: Any) -> Path:
    name = "-".join(f"{k}{'_'.join(v) if isinstance(v, tuple) else v}" for k, v in settings.items())
    out = source.parent / f"run-{name}"
    if not out.exists():
        run_here(order_of(source, **settings), out)
    return out


@pytest.fixture(scope="module")
def one(source: Path) -> Path:
    return run_of(source, jobs=1, block=TINY, formats=("csv", "parquet"))


@pytest.mark.parametrize("jobs", [2, 3, 8])
def test_jobs_change_no_byte(source: Path, one: Path, jobs: int) -> None:
    other = run_of(source, jobs=jobs, block=TINY, formats=("csv", "parquet"))
    expected = bytes_of(one)
    assert len(expected) >= 6
    assert bytes_of(other) == expected


@pytest.mark.parametrize("block", [1, 64, 4096, 0])
def test_blocks_change_no_result(source: Path, one: Path, block: int) -> None:
    """Only the row groups of Parquet follow the blocks."""
    other = run_of(source, jobs=2, block=block, formats=("csv", "parquet"))
    parquet = ("findings.parquet", "data/01-住民基本台帳/世帯.parquet")
    assert bytes_of(other, *parquet) == bytes_of(one, *parquet)
    assert findings_of(other) == findings_of(one)


def test_every_record_is_accounted_for(source: Path, one: Path) -> None:
    for file in report_of(one)["files"]:
        rows, name = file["rows"], file["source"]["path"]
        assert rows["in"] == rows["out"] + rows["rejected"] + rows["merged"] + rows["removed"]
        rejected = one / "rejects" / name
        kept = rejected.read_bytes() if rejected.exists() else b""
        assert all(line in (source / name).read_bytes() for line in kept.splitlines(keepends=True))
        assert kept.count(b"\r\n") == rows["rejected"]
    assert report_of(one)["totals"]["rows"]["rejected"] > 20
    with (one / DATA).open(encoding="utf-8", newline="") as text:
        assert len(list(csv.reader(text))) - 1 == report_of(one)["totals"]["rows"]["out"]


def test_findings_stand_where_they_say(source: Path, one: Path) -> None:
    """Line and byte of each finding against the file: of an item its field, else the record."""
    findings = findings_of(one)
    assert len(findings) > 100
    for finding in findings:
        before = (source / finding["path"]).read_bytes()[: finding["offset"]]
        assert before.count(b"\n") + 1 == finding["line"]
        of_record = before[before.rfind(b"\n") + 1 :]
        assert of_record.count(b",") == max(finding["item_no"] - 1, 0), finding
        assert before.endswith((b"\n", b",", b'"'))


def test_counts_are_of_the_findings(one: Path) -> None:
    report = report_of(one)
    counted = Counter(f["rule"] for f in findings_of(one))
    assert {r["id"]: r["count"] for r in report["rules"]} == counted
    by_file = Counter[str]()
    for file in report["files"]:
        by_file.update(file["findings"])
    assert by_file == counted
    assert report["totals"]["findings"] == counted.total()


def test_double_keys_are_found_across_files(source: Path, one: Path) -> None:
    """Record 380 to 399 stand in both files unless the first rejected or renumbered them."""
    with (one / DATA).open(encoding="utf-8", newline="") as text:
        keys = Counter(row["世帯番号"] for row in csv.DictReader(text))
    double = {key for key, n in keys.items() if n > 1}
    found = [f for f in findings_of(one) if f["rule"] == "01-03-K01"]
    assert {f["key"] for f in found} == double
    assert "SETAI_2.csv" in {f["path"] for f in found}
    assert len(double) > 5


def test_hash_total_does_not_depend_on_the_order(tmp_path: Path) -> None:
    totals = []
    for name, order in (("a", range(1, 50)), ("b", range(49, 0, -1)), ("c", range(1, 49))):
        source = vendor_file(tmp_path / name / "SETAI.csv", [household(n) for n in order])
        (file,) = run_here(order_of(source), tmp_path / f"run-{name}")["files"]
        totals.append(file["hash_totals"])
    assert totals[0] == totals[1]
    assert totals[0]["records"] != totals[2]["records"]
    assert totals[0]["sums"]["世帯員数"] == 3 * 49


def utf16(mapping: Mapping) -> Mapping:
    files = [f.model_copy(update={"source": f.source.model_copy(update={"encoding": "utf-16"})}) for f in mapping.files]
    return mapping.model_copy(update={"files": tuple(files)})


@pytest.mark.parametrize(("codec", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_utf16_gives_what_cp932_gives(tmp_path: Path, codec: str, mark: bytes) -> None:
    plain = vendor_file(tmp_path / "cp932" / "SETAI.csv", [household(n) for n in range(1, 60)] + ["60,60"])
    wide = tmp_path / "wide" / "SETAI.csv"
    wide.parent.mkdir()
    wide.write_bytes(mark + plain.read_bytes().decode("cp932").encode(codec))
    run_here(order_of(plain), tmp_path / "a")
    run_here(order_of(wide, mapping=utf16(load_mapping("vendorA")), jobs=2, block=64), tmp_path / "b")
    assert (tmp_path / "b" / DATA).read_bytes() == (tmp_path / "a" / DATA).read_bytes()
    (finding,) = findings_of(tmp_path / "b")
    assert finding["line"] == 61
    assert wide.read_bytes()[finding["offset"] :] == "60,60\r\n".encode(codec), "counted from the start of the file"


class Waiting:
    """A pool that runs nothing before it is asked, and notes how much waits for it."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def submit(self, function: Any, *args: Any) -> Waiting.Later:
        self.now += 1
        self.most = max(self.most, self.now)
        return self.Later(self, function, args)

    class Later:
        def __init__(self, pool: Waiting, function: Any, args: Any) -> None:
            self.pool, self.function, self.args = pool, function, args

        def result(self) -> Any:
            self.pool.now -= 1
            return self.function(*self.args)


class OneRecord:
    """A stand-in for the kernel: lines are records."""

    rows_in = lines = 1

    @staticmethod
    def split(_program: object, data: bytes, eof: bool) -> int:
        return len(data) if eof else data.rfind(b"\n") + 1

    @staticmethod
    def run(_program: object, _data: bytes, **_how: bool) -> OneRecord:
        return OneRecord()


class NoRecipe(Recipe):
    def program(self) -> None:
        pass


@pytest.mark.parametrize("jobs", [1, 4])
def test_few_blocks_are_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    for module in (local, cutting):
        monkeypatch.setattr(module, "_kernel", OneRecord)
    path = tmp_path / "x.csv"
    path.write_bytes(b"head\n" + b"0123456789\n" * 1000)
    pool = Waiting()
    source = Input(path, 5, 1, NoRecipe(b"", b""), Settings(jobs=jobs, block=16))
    pieces = list(local.LocalReading(source, pool).pieces(lambda _size, _records: None))  # type: ignore[arg-type]
    assert len(pieces) > 500
    assert pool.most <= jobs + 2
    assert [p.offset for p in pieces] == sorted({p.offset for p in pieces})


def changed_while_read(path: Path, change: Any, tmp_path: Path) -> dict[str, Any]:
    done: list[str] = []

    def once(name: str, _size: int, _records: int) -> None:
        if name == path.name and not done:
            done.append(name)
            change(path)

    return run_here(order_of(path.parent, block=TINY), tmp_path / "run", progress=once)


def grow(path: Path) -> None:
    with path.open("ab") as out:
        out.write(b"\r\n")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:500])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its rejects stay open: see below
@pytest.mark.parametrize("change", [grow, cut], ids=["grows", "is cut"])
def test_file_that_changes_while_read_is_an_error_of_that_file(tmp_path: Path, change: Any) -> None:
    changing = vendor_file(tmp_path / "in" / "SETAI_1.csv", [household(n) for n in range(1, 100)])
    vendor_file(tmp_path / "in" / "SETAI_2.csv", [household(n) for n in range(200, 210)])
    report = changed_while_read(changing, change, tmp_path)
    assert report["verdict"] == "error"
    assert [e["path"] for e in report["errors"]] == ["SETAI_1.csv"]
    assert next(f for f in report["files"] if f["source"]["path"] == "SETAI_2.csv")["rows"]["out"] == 10


def test_part_of_a_changed_file_is_not_published(tmp_path: Path) -> None:
    changing = vendor_file(tmp_path / "in" / "SETAI_1.csv", [household(n) for n in range(1, 100)])
    vendor_file(tmp_path / "in" / "SETAI_2.csv", [household(n) for n in range(200, 210)])
    changed_while_read(changing, cut, tmp_path)
    with (tmp_path / "run" / DATA).open(encoding="utf-8", newline="") as text:
        assert [int(row["世帯番号"]) for row in csv.DictReader(text)] == list(range(200, 210))


def test_hashes_of_the_manifest_are_of_the_files(source: Path, one: Path) -> None:
    import hashlib

    manifest = json.loads((one / "manifest.json").read_text(encoding="utf-8"))
    assert [i["path"] for i in manifest["inputs"]] == ["SETAI_1.csv", "SETAI_2.csv"]
    stated = {source / i["path"]: i for i in manifest["inputs"]} | {one / o["path"]: o for o in manifest["outputs"]}
    assert {one / n for n in bytes_of(one)} <= set(stated), "every result is in the manifest"
    for path, said in stated.items():
        raw = path.read_bytes()
        assert (said["bytes"], said["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest()), path.name


#: VmHWM, as ru_maxrss of a new process begins with that of its parent.
PEAK = """
import sys
from pathlib import Path
from chukan_layout.cli.main import cli
try:
    cli.main(sys.argv[1:])
except SystemExit as ended:
    status = Path("/proc/self/status").read_text()
    print(ended.code, int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def peak(source: Path, out: Path) -> int:
    """Megabytes."""
    words = ["convert", str(source), "--from", "vendorA", "--to", "standard", "--out", str(out), "--jobs", "2", "--quiet"]
    done = subprocess.run([sys.executable, "-c", PEAK, *words], capture_output=True, text=True, check=True)
    code, megabytes = done.stdout.split()
    assert code == "0", done.stderr
    return int(megabytes)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_does_not_grow_with_the_records(tmp_path: Path) -> None:
    """Three times the records; what is allowed for is one partition of keys getting full."""
    peaks = []
    for records in (500_000, 1_500_000):
        source = tmp_path / f"SETAI_{records}.csv"
        with source.open("w", encoding="cp932", newline="") as out:
            out.write(HEADER + "\r\n")
            out.writelines(f"{n},{n},例示　太郎,131016,,見本町,１番,,100-0001,3,20200401\r\n" for n in range(records))
        peaks.append(peak(source, tmp_path / f"run{records}"))
    assert peaks[1] < peaks[0] + 64, peaks
