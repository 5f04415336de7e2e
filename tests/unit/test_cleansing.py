"""データクレンジング from the command line: plan, decisions, ledger, records kept apart, refusals (CLN-02, CLN-03)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.run_support import DATA, bytes_of, household, ran, report_of, to_standard, vendor_file

ROOT = Path(__file__).parents[2]
RULE = """
[[{kind}]]
id = "{id}"
name = "例の規則"
class = "{cls}"
area = 1
file = "世帯"
source = "draft"
{more}
"""
PURGE = RULE.format(kind="purge", id="P-OLD", cls="decision", more='when = [{ item = "世帯設定年月日", older_than_years = 10 }]')
DASH = RULE.format(kind="normalise", id="N-DASH", cls="safe", more='items = ["住所_番地号表記"]\nops = [{ op = "remove", chars = "２" }]')
FILL = RULE.format(
    kind="repair", id="R-TOWN", cls="safe", more='item = "住所_方書"\nfrom = "町名"\nops = [{ op = "to_full" }]\nevidence = "町名を写す (例)"'
)
APPROVED = '[[approve]]\nrule = "P-OLD"\nby = "住民課長"\non = 2026-11-20\n'
RECORDS = [household(1), household(2, 設定日="19990131"), household(3, 方書="見本荘"), household(4, 設定日="20160101", 人数="x")]
AS_OF = ("--as-of", "2026-11-23")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return vendor_file(tmp_path / "in" / "SETAI.csv", RECORDS)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def ledger(run: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(run / "cleansing" / "ledger.parquet").to_pylist()
    return rows


def test_a_plan_says_what_would_change_and_writes_nothing(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = written(tmp_path / "rules.toml", PURGE + DASH + FILL)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    words = ("convert", source, "--from", "vendorA", "--to", "standard", "--cleansing", rules, "--plan-cleansing", *AS_OF)
    done = ran(capsys, *words, "--format", "json")
    told = json.loads(done.out)
    assert done.code == 0
    assert {c["rule"]: (c["count"], c["state"]) for c in told["cleansing"]} == {
        "P-OLD": (2, "planned"), "N-DASH": (2, "planned"), "R-TOWN": (1, "planned"),
    }  # fmt: skip
    assert told["rows"] == {"in": 4, "out": 2, "rejected": 0, "merged": 0, "removed": 2}
    shown = next(c for c in told["cleansing"] if c["rule"] == "R-TOWN")["examples"]
    assert [(e["line"], e["item"], e["original"]) for e in shown] == [(2, "住所_方書", "")]
    assert "見本町" not in done.out  # masked
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before
    people = ran(capsys, *words)
    assert "P-OLD [不要データの削除] 例の規則: 2 件" in people.out and "まだ何も変えていません" in people.out


def test_what_nobody_approved_waits(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = written(tmp_path / "rules.toml", PURGE + DASH)
    done = ran(capsys, *to_standard(source, out=tmp_path / "run"), "--cleansing", rules, *AS_OF)
    report = report_of(tmp_path / "run")
    assert done.code == 1  # the record with a number of persons that is none
    assert [(c["rule"], c["state"], c["count"]) for c in report["cleansing"]] == [("N-DASH", "safe", 4), ("P-OLD", "waiting", 0)]
    assert report["totals"]["rows"]["removed"] == 0 and "判断待ち" in done.err
    assert not (tmp_path / "run" / "removed").exists()
    assert {(r["rule"], r["item"]) for r in ledger(tmp_path / "run")} == {("N-DASH", "住所_番地号表記")}


def test_approved_rules_are_applied_and_leave_a_trace(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = written(tmp_path / "rules.toml", PURGE + DASH + FILL)
    decisions = written(tmp_path / "decided.toml", APPROVED)
    runs = []
    for jobs in ("1", "2"):
        run = tmp_path / f"run{jobs}"
        done = ran(capsys, *to_standard(source, out=run), "--cleansing", rules, "--cleansing-decisions", decisions, *AS_OF, "--jobs", jobs)
        assert done.code == 0, done.err  # the faulty record is not needed
        runs.append(bytes_of(run))
    assert runs[0] == runs[1]
    run = tmp_path / "run1"
    assert (run / "removed" / "SETAI.csv").read_bytes() == "".join(f"{r}\r\n" for r in (RECORDS[1], RECORDS[3])).encode("cp932")
    rows = [line.split(",") for line in (run / DATA).read_text(encoding="utf-8").splitlines()]
    place, house = rows[0].index("住所_番地号表記"), rows[0].index("住所_方書")
    assert [(r[place], r[house]) for r in rows[1:]] == [("１番号", "見本町一丁目"), ("１番号", "見本荘")]
    told = [(r["rule"], r["line"], r["item"], r["original"], r["value"], r["approved_by"], r["approved_on"]) for r in ledger(run)]
    assert sorted(told) == [
        ("N-DASH", 2, "住所_番地号表記", "１番２号", "１番号", "", ""),
        ("N-DASH", 4, "住所_番地号表記", "１番２号", "１番号", "", ""),
        ("P-OLD", 3, "", "", "", "住民課長", "2026-11-20"),
        ("P-OLD", 5, "", "", "", "住民課長", "2026-11-20"),
        ("R-TOWN", 2, "住所_方書", "", "見本町一丁目", "", ""),
    ]
    for kind in ("html", "xlsx", "json"):
        assert ran(capsys, "report", run, "--format", kind, "--output-file", tmp_path / f"r.{kind}").code == 0
    assert "住民課長" in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "decided", "says"),
    [
        (PURGE + PURGE, "", "P-OLD が 2 個"),
        (DASH, APPROVED, "P-OLD がありません"),
        (DASH.replace("住所_番地号表記", "番地"), "", "項目「番地」がありません"),
        (DASH.replace('file = "世帯"', 'file = "個人番号"').replace("住所_番地号表記", "個人番号"), "", "個人番号は書き換えられません"),
        (PURGE.replace("世帯設定年月日", "世帯主氏名"), "", "日付の項目ではありません"),
        (FILL.replace("町名", "ない列"), "", "移行元に項目「ない列」がありません"),
        ("[[purge]]\nid = 1\n", "", "rules.toml の purge.0"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_followed_are_refused_as_a_whole(
    text: str, decided: str, says: str, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--cleansing", written(tmp_path / "rules.toml", text), *AS_OF]
    words += ["--cleansing-decisions", written(tmp_path / "decided.toml", decided)] if decided else []
    done = ran(capsys, *to_standard(source, out=tmp_path / "run"), *words)
    assert done.code == 2 and says in done.err, done.err
    assert not (tmp_path / "run" / "data").exists()


def test_a_period_needs_a_day(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = written(tmp_path / "rules.toml", PURGE)
    done = ran(capsys, *to_standard(source, out=tmp_path / "run"), "--cleansing", rules)
    assert done.code == 2 and "--as-of" in done.err


def test_a_plan_and_a_run_are_two_things(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = ran(capsys, *to_standard(source, out=tmp_path / "run"), "--plan-cleansing")
    assert done.code == 2 and "どちらか一方" in done.err


def test_the_example_of_the_documents_can_be_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "sample", "--rows", "300", "--as", "vendorA", "--out", tmp_path / "in").code == 0
    example = Path(__file__).parents[2] / "docs" / "examples" / "cleansing.toml"
    words = ("convert", tmp_path / "in", "--from", "vendorA", "--to", "standard", "--cleansing", example, "--plan-cleansing", *AS_OF)
    assert ran(capsys, *words).code == 0


def test_a_run_that_was_cut_off_ends_in_the_same_ledger(tmp_path: Path) -> None:
    """The changes of files that were done before the cut come from the log, those of the others from the files."""
    for name in ("SETAI_1.csv", "SETAI_2.csv"):
        base = 1_000 * int(name[6])
        vendor_file(tmp_path / "in" / name, [household(base + n, 方書="見本荘" if n % 2 else "") for n in range(300)])
    rules = written(tmp_path / "rules.toml", DASH + FILL)
    env = {**os.environ, "CHUKAN_TEST_CLEANSING": str(rules)}

    def converted(run: Path, event: int) -> int:
        words = [sys.executable, "-m", "tests.crash_support", str(tmp_path / "in"), str(run), str(event), "csv"]
        return subprocess.run(words, env=env, cwd=ROOT, capture_output=True, check=False).returncode

    assert converted(tmp_path / "whole", 0) == 0
    assert converted(tmp_path / "cut", -1) == -signal.SIGKILL
    assert not (tmp_path / "cut" / "report.json").exists()
    assert converted(tmp_path / "cut", 0) == 0
    assert len(ledger(tmp_path / "whole")) > 600
    assert ledger(tmp_path / "cut") == ledger(tmp_path / "whole")
    assert bytes_of(tmp_path / "cut") == bytes_of(tmp_path / "whole")
