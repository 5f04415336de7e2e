"""``chukan replay``: what was rejected, converted again after a fix; counts reconcile over both runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from chukan_layout.spec.load import mapping_folder
from tests.run_support import DATA, household, households, ran, vendor_file

FORMATS = ("--data-format", "csv", "--data-format", "parquet")
QUIET = ("--quiet", "--no-progress")


@pytest.fixture
def mended(tmp_path: Path) -> Path:
    """vendorA's mapping, in which a 世帯番号 that is missing gets one."""
    folder = tmp_path / "mended"
    shutil.copytree(mapping_folder("vendorA"), folder, ignore=shutil.ignore_patterns("[0-3][0-9]-*"))
    path = folder / "世帯.toml"
    text = path.read_text(encoding="utf-8")
    place = text.index('from = ["世帯番号"]\nops = [') + len('from = ["世帯番号"]\nops = [')
    end = text.index("]\n", place)
    ops = text[place:end].rstrip().rstrip(",")
    path.write_text(text[:place] + ops + ', { op = "default", value = "000000000000777" }' + text[end:], encoding="utf-8")
    return folder


def report_of(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "report.json").read_text(encoding="utf-8"))
    return found


def earlier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    vendor_file(tmp_path / "in" / "SETAI.csv", [*households([1, 2]), household(""), *households([3]), "broken"])
    words = ("convert", tmp_path / "in", "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run")
    assert ran(capsys, *words, *FORMATS, *QUIET).code == 1
    return tmp_path / "run"


def test_mended_records_stand_behind_the_others(
    tmp_path: Path, mended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = earlier(tmp_path, capsys), tmp_path / "run2"
    before = {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    done = ran(capsys, "replay", run, "--from", mended, "--out", out, *QUIET)
    assert done.code == 1, done.err
    assert {p: p.read_bytes() for p in run.rglob("*") if p.is_file()} == before, "the earlier run is not touched"
    old, new = (run / DATA).read_text(encoding="utf-8"), (out / DATA).read_text(encoding="utf-8")
    assert new.startswith(old) and new.count("\n") == old.count("\n") + 1
    assert new.splitlines()[-1].split(",")[0].endswith("777")
    table = pq.ParquetFile((out / DATA).with_suffix(".parquet")).read()
    assert table.num_rows == 4 and table["世帯番号"].to_pylist()[-1].endswith("777")
    assert (out / "rejects" / "SETAI.csv").read_bytes() == b"broken\r\n"
    (f,) = report_of(out)["files"]
    assert f["rows"] == {"in": 5, "out": 4, "rejected": 1, "merged": 0, "removed": 0}
    assert f["items"][0]["value"] == 4
    assert report_of(run)["files"][0]["rows"]["rejected"] == 2
    assert "replay" in {s["check"] for s in report_of(out)["skipped"]}
    again = ran(capsys, "validate", out / "data", "--format", "json", *QUIET)
    found = json.loads(again.out)["files"][0]
    assert found["rows"]["out"] == 4
    assert found["hash_totals"]["records"] == f["hash_totals"]["records"], "the hash total is that of the whole file"
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["replayed"].startswith("run ")
    assert {o["path"] for o in manifest["outputs"]} >= {DATA, "rejects/SETAI.csv", "report.json"}


def test_what_cannot_be_replayed(tmp_path: Path, mended: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = earlier(tmp_path, capsys)
    (run / "rejects" / "SETAI.csv").write_bytes(household("").encode("cp932"))
    assert "実行のときと違う" in refused(capsys, run, mended, tmp_path)
    shutil.rmtree(run)
    vendor_file(tmp_path / "in" / "SETAI.csv", households([1]))
    words = ("convert", tmp_path / "in", "--from", "vendorA", "--to", "standard", "--out", run)
    assert ran(capsys, *words, *QUIET).code == 0
    assert "却下された記録がありません" in refused(capsys, run, mended, tmp_path)
    (run / "manifest.json").unlink()
    assert "完了した実行結果ではありません" in refused(capsys, run, mended, tmp_path)


def refused(capsys: pytest.CaptureFixture[str], run: Path, mapping: Path, tmp_path: Path) -> str:
    done = ran(capsys, "replay", run, "--from", mapping, "--out", tmp_path / "run2", *QUIET)
    assert done.code == 2 and not (tmp_path / "run2").exists()
    return done.err
