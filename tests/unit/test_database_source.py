"""Databases as sources: what a run wrote comes back, a vendor's tables are read as files are, faults are told."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chukan_layout.database import duck
from chukan_layout.database.place import Place
from chukan_layout.database.source import query_of
from chukan_layout.spec.load import mapping_folder
from tests.run_support import (
    DATA,
    HEADER,
    Ran,
    bytes_of,
    household,
    households,
    ran,
    standard_file,
    vendor_file,
)

duckdb = pytest.importorskip("duckdb", reason="needs the extra [db]")
COLUMNS = HEADER.split(",")
Run = Callable[..., Ran]


def vendor(folder: Path, **source: str) -> Path:
    """vendorA's 世帯 alone, out of a table."""
    own = folder / "own"
    own.mkdir()
    for name in ("vendor.toml", "codes.toml", "gaiji.toml"):
        shutil.copy(mapping_folder("vendorA") / name, own / name)
    head, lines = (mapping_folder("vendorA") / "世帯.toml").read_text("utf-8").split("[source]\n", 1)
    kept = [line for line in lines.split("\n") if line.split(" =")[0] not in ("files", "encoding")]
    told = [f"{key} = {value}" for key, value in {"files": "[]", "format": '"table"', "table": '"SETAI"', **source}.items()]
    (own / "世帯.toml").write_text(head + "[source]\n" + "\n".join([*told, 'encoding = "utf-8"', *kept]), "utf-8")
    return own


def base_of(path: Path, records: list[str], more: str = "", table: str = "SETAI") -> Path:
    """A vendor's database: every column a text but the number of persons, in no order."""
    with duckdb.connect(str(path)) as base:
        kinds = ", ".join(f'"{c}" {"INTEGER" if c == "人数" else "VARCHAR"}' for c in COLUMNS)
        base.execute(f'CREATE TABLE "{table}" ({kinds}{more})')
        for record in reversed(records):
            values = [v or None for v in record.split(",")]
            base.execute(f'INSERT INTO "{table}" ({", ".join(COLUMNS)}) VALUES ({", ".join("?" * len(values))})', values)
    return path


@pytest.fixture
def convert(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(source: str | Path, mapping: str | Path, out: Path, *more: str | Path, to: str = "standard") -> Ran:
        return ran(capsys, "convert", source, "--from", mapping, "--to", to, "--out", out, "--no-progress", *more)

    return run


def report(run: Path) -> dict[str, Any]:
    return json.loads((run / "report.json").read_text("utf-8"))


def places(run: Path) -> set[tuple[str, str]]:
    with (run / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(f["path"], f["line"]) for f in csv.DictReader(file)}


def test_what_a_run_wrote_comes_back_as_from_its_files(tmp_path: Path, convert: Run, capsys: pytest.CaptureFixture[str]) -> None:
    vendor_file(tmp_path / "SETAI.csv", households([5, 3, 9, 1]))
    base = f"duckdb:{tmp_path / '統合.duckdb'}"
    assert convert(tmp_path / "SETAI.csv", "vendorA", tmp_path / "run", "--data-format", "csv", to=base).code == 0
    for source, out in ((tmp_path / "run" / "data", "of-files"), (base, "of-base")):
        done = convert(source, "standard", tmp_path / out, to="vendorA")
        assert done.code == 0, done.err
    data = [{n: b for n, b in bytes_of(tmp_path / o).items() if n.startswith("data/")} for o in ("of-files", "of-base")]
    assert data[0] == data[1] and data[0]
    done = ran(capsys, "validate", base, "--format", "json")
    assert done.code == 0 and json.loads(done.out)["totals"]["rows"]["in"] == 4


def test_a_vendors_table_gives_what_the_csv_gives(tmp_path: Path, convert: Run) -> None:
    records = households(range(1, 40))
    vendor_file(tmp_path / "a" / "SETAI_1.csv", records)
    assert convert(tmp_path / "a", "vendorA", tmp_path / "run-csv").code == 0
    base = base_of(tmp_path / "x.db", records)
    own = vendor(tmp_path, order_by='["設定日", "人数"]')
    with duckdb.connect(str(base)) as opened:  # another order of the same rows
        opened.execute('CREATE TABLE b AS SELECT * FROM "SETAI" ORDER BY random(); DROP TABLE "SETAI"; ALTER TABLE b RENAME TO "SETAI"')
    for jobs in ("1", "2"):
        done = convert(f"duckdb:{base}", own, tmp_path / f"run{jobs}", "--jobs", jobs)
        assert done.code == 0, done.err
    once, again = ((tmp_path / r / DATA).read_text("utf-8").splitlines() for r in ("run1", "run2"))
    assert once == again
    assert sorted(once) == sorted((tmp_path / "run-csv" / DATA).read_text("utf-8").splitlines())
    assert not (tmp_path / "run1" / ".unpacked").exists()


def test_places_and_columns_that_are_no_text(tmp_path: Path, convert: Run) -> None:
    records = [household(n) for n in range(1, 4)] + [household(4, 設定日="20201399")]
    own = vendor(tmp_path)
    base = base_of(tmp_path / "x.duckdb", records, more=", 写真 BLOB, 備考 VARCHAR")
    first = convert(f"duckdb:{base}", own, tmp_path / "run")
    assert first.code == 1, first.err
    assert ("x.duckdb/main.SETAI/世帯.csv", "4") in places(tmp_path / "run")
    assert any("写真" in s["reason_ja"] for s in report(tmp_path / "run")["skipped"])
    rows = report(tmp_path / "run")["totals"]["rows"]
    assert (rows["in"], rows["out"], rows["rejected"]) == (4, 4, 0), "a date that is none is a finding, no reject"


def test_rejected_rows_replay_without_the_database(tmp_path: Path, convert: Run, capsys: pytest.CaptureFixture[str]) -> None:
    own = vendor(tmp_path)
    base = base_of(tmp_path / "x.duckdb", [household(1), household(2, 世帯番号="", 方書="二号室"), household(3)])
    assert convert(f"duckdb:{base}", own, tmp_path / "run").code == 1
    rows = report(tmp_path / "run")["totals"]["rows"]
    assert (rows["in"], rows["out"], rows["rejected"]) == (3, 2, 1)
    base.unlink()
    replay = ("replay", tmp_path / "run", "--from", own, "--out")
    assert ran(capsys, *replay, tmp_path / "same").code == 1
    assert report(tmp_path / "same")["totals"]["rows"] == rows, "nothing was mended, nothing changes"
    mapping = own / "世帯.toml"
    ops = 'from = ["世帯番号"]\nops = ['
    text = mapping.read_text("utf-8")
    assert ops in text
    end = text.index("]\n", text.index(ops) + len(ops))
    mapping.write_text(f'{text[:end].rstrip().rstrip(",")}, {{ op = "default", value = "000000000000777" }}{text[end:]}', "utf-8")
    done = ran(capsys, *replay, tmp_path / "mended")
    assert done.code == 0, done.err
    mended = report(tmp_path / "mended")["totals"]["rows"]
    assert (mended["in"], mended["out"], mended["rejected"]) == (3, 3, 0)
    with (tmp_path / "mended" / DATA).open(encoding="utf-8", newline="") as file:
        assert [(r["世帯番号"][-3:], r["住所_方書"]) for r in csv.DictReader(file)][-1] == ("777", "二号室")


def test_null_and_empty_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of the standard that somebody filled: the explicit empty value is not the missing one."""
    standard_file(tmp_path / "世帯.csv", [1, 2])
    text = (tmp_path / "世帯.csv").read_text("utf-8").replace("１番２号,,", '１番２号,"",', 1)
    (tmp_path / "世帯.csv").write_text(text, "utf-8")
    columns = text.splitlines()[0].split(",")
    with duckdb.connect(str(tmp_path / "x.duckdb")) as base:
        base.execute('CREATE SCHEMA "01-住民基本台帳"')
        base.execute(f'CREATE TABLE "01-住民基本台帳"."世帯" ({", ".join(c + " VARCHAR" for c in columns)})')
        for n, empty in ((1, ""), (2, None)):
            row = [v or None for v in text.splitlines()[n].replace('""', "").split(",")]
            row[columns.index("住所_方書")] = empty
            base.execute(f'INSERT INTO "01-住民基本台帳"."世帯" VALUES ({", ".join("?" * len(row))})', row)
    counts = []
    for source in (tmp_path / "世帯.csv", f"duckdb:{tmp_path / 'x.duckdb'}"):
        out = tmp_path / f"run{len(counts)}"
        ran(capsys, "validate", source, "--out", out)
        item = next(i for f in report(out)["files"] for i in f["items"] if i["name"] == "住所_方書")
        counts.append((item["null"], item["empty"]))
    assert counts == [(1, 1), (1, 1)]


def test_values_have_one_text(tmp_path: Path) -> None:
    base = tmp_path / "t.duckdb"
    with duckdb.connect(str(base)) as opened:
        opened.execute(
            "CREATE TABLE t AS SELECT DATE '2020-04-01' d, TIMESTAMP '2020-04-01 09:30:00' s, TIMESTAMP '2020-04-01 00:00:00.5' f, "
            "TIMESTAMPTZ '2020-04-01 00:00:00+00' z, true b, 1.50::DECIMAL(9,2) n, 1e5::DOUBLE w, 0.1::DOUBLE x, 7::BIGINT i, '' e, NULL::INT u"
        )
    with duck.opened(Place("duckdb", "t", base), tmp_path) as source:
        columns = source.columns("main", "t")
        (batch,) = source.records(query_of("main", "t", columns, ["d"]))
    assert batch.to_pylist() == [{
        "d": "2020-04-01", "s": "2020-04-01 09:30:00", "f": "2020-04-01 00:00:00.5", "z": "2020-04-01 09:00:00+09", "b": "TRUE",
        "n": "1.50", "w": "100000", "x": "0.1", "i": "7", "e": "", "u": None,
    }]  # fmt: skip


def test_a_view_reaches_no_other_file(tmp_path: Path, convert: Run) -> None:
    (tmp_path / "secret.csv").write_text("世帯番号\n1\n", "utf-8")
    base = base_of(tmp_path / "x.duckdb", households([1]), table="other")
    with duckdb.connect(str(base)) as opened:
        opened.execute(f"""CREATE VIEW "SETAI" AS SELECT * FROM read_csv('{tmp_path / "secret.csv"}')""")
    assert convert(f"duckdb:{base}", vendor(tmp_path), tmp_path / "run").code == 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"table": '"NASHI"'}, "main.SETAI"),
        ({"schema": '"nix"'}, "main.SETAI"),
        ({"columns": '["世帯番号", "無い列"]'}, "無い列"),
    ],
)
def test_what_is_not_there_is_told_and_the_others_go_on(
    tmp_path: Path, convert: Run, capsys: pytest.CaptureFixture[str], source: dict[str, str], said: str
) -> None:
    own = vendor(tmp_path, **{k: v for k, v in source.items() if k != "columns"})
    if "columns" in source:
        path = own / "世帯.toml"
        path.write_text(path.read_text("utf-8").replace('"設定日",\n]', '"設定日", "無い列",\n]'), "utf-8")
    base = base_of(tmp_path / "x.duckdb", households([1]))
    done = convert(f"duckdb:{base}", own, tmp_path / "run")
    assert done.code == 2
    (error,) = [e for e in report(tmp_path / "run")["errors"] if e["path"]]
    assert said in error["message_ja"] and said in error["message_en"]


def test_bad_files_are_refused_in_words(tmp_path: Path, convert: Run) -> None:
    (tmp_path / "no.duckdb").write_bytes(b"not a database" * 999)
    standard_file(tmp_path / "世帯.csv", [1])
    for name, said in (("no.duckdb", "DuckDB のファイルではありません"), ("none.duckdb", "ファイルがありません")):
        done = convert(f"duckdb:{tmp_path / name}", "standard", tmp_path / f"run-{name}", tmp_path / "世帯.csv", to="vendorA")
        assert done.code == 2 and "内部" not in done.err
        told = report(tmp_path / f"run-{name}")
        assert said in told["errors"][0]["message_ja"]
        assert told["totals"]["rows"]["in"] == 1, "the other source goes on"


def test_a_file_in_use_is_told(tmp_path: Path, chukan: Any, capsys: pytest.CaptureFixture[str]) -> None:
    base = base_of(tmp_path / "x.duckdb", households([1]))
    with duckdb.connect(str(base)):
        done = chukan("convert", f"duckdb:{base}", "--from", vendor(tmp_path), "--to", "standard", "--out", tmp_path / "r", code=2)
        vendor_file(tmp_path / "SETAI.csv", households([1]))
        store = chukan("convert", tmp_path / "SETAI.csv", "--from", "vendorA", "--to", f"duckdb:{base}", "--out", tmp_path / "s", code=2)
    assert "ほかのプログラム" in report(tmp_path / "r")["errors"][0]["message_ja"], done.stderr
    assert "ほかのプログラム" in store.stderr and not (tmp_path / "s").exists(), "told before the work"


def test_a_table_is_not_written_for_a_vendor(tmp_path: Path, convert: Run) -> None:
    standard_file(tmp_path / "世帯.csv", [1])
    done = convert(tmp_path / "世帯.csv", "standard", tmp_path / "run", to=str(vendor(tmp_path)))
    assert any("table" in s["reason_ja"] for s in report(tmp_path / "run")["skipped"]), done.err
