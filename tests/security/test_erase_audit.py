"""``chukan erase`` and the audit log."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from tests.run_support import household, households, ran, vendor_file


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    vendor_file(tmp_path / "in" / "SETAI.csv", [*households([1, 2]), household("")])
    words = ("convert", tmp_path / "in", "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run")
    assert ran(capsys, *words, "--quiet").code == 1
    return tmp_path / "run"


def test_erased_with_a_record(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {p.relative_to(run).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in run.rglob("*") if p.is_file()}
    kept = run.parent / "kept"
    kept.hardlink_to(run / "rejects" / "SETAI.csv")
    size = kept.stat().st_size
    shown = ran(capsys, "erase", run, "--by", "係長", "--dry-run")
    assert shown.code == 0 and "rejects/SETAI.csv" in shown.out and run.exists()
    assert ran(capsys, "erase", run, "--by", "係長", "--reason", "移行完了").code == 0
    assert not run.exists()
    assert kept.read_bytes() == bytes(size), "the content itself is gone, not only its name"
    record = run.parent / "run-消去記録.json"
    told = json.loads(record.read_text(encoding="utf-8"))
    assert {f["path"]: f["sha256"] for f in told["files"]} == files
    assert told["by"] == "係長" and told["reason"] == "移行完了" and told["finished"]
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_nothing_else_is_ever_erased(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.txt").write_text("x", encoding="utf-8")
    assert ran(capsys, "erase", tmp_path / "other", "--by", "x").code == 2
    (run / "thesis.docx").write_text("x", encoding="utf-8")
    assert ran(capsys, "erase", run, "--by", "x").code == 2 and (run / "data").exists()
    (run / "thesis.docx").unlink()
    outside = tmp_path / "outside.txt"
    outside.write_text("stays", encoding="utf-8")
    (run / "data" / "link").symlink_to(outside)
    assert ran(capsys, "erase", run, "--by", "x", "--record", run / "r.json").code == 2
    assert ran(capsys, "erase", run, "--by", "x").code == 0
    assert outside.read_text(encoding="utf-8") == "stays"


def test_audit_log(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "監査.jsonl"
    monkeypatch.setenv("CHUKAN_AUDIT_LOG", str(log))
    for n in range(3):
        words = ("convert", tmp_path / "in", "--from", "vendorA", "--to", "standard", "--out", tmp_path / f"r{n}")
        ran(capsys, *words, "--quiet")
    ran(capsys, "erase", tmp_path / "r0", "--by", "係長")
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    told = [json.loads(line) for line in lines]
    assert [t["command"] for t in told] == ["convert", "convert", "convert", "erase"]
    manifest = hashlib.sha256((tmp_path / "r1" / "manifest.json").read_bytes()).hexdigest()
    assert told[1]["manifest_sha256"] == manifest and told[1]["user"] is not None
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    good = ran(capsys, "audit", "verify", log)
    assert good.code == 0 and good.out == f"4 {told[-1]['hash']}\n"
    for spoiled in (
        [lines[0], lines[1].replace("r1", "r9"), *lines[2:]],
        [lines[0], *lines[2:]],
        [lines[0], lines[2], lines[1], lines[3]],
        [*lines[:3], lines[3][:-9]],
        [*lines, "{}\n"],
    ):
        log.write_text("".join(spoiled), encoding="utf-8")
        assert ran(capsys, "audit", "verify", log).code == 1
    log.write_text("".join(lines[:2]), encoding="utf-8")
    assert ran(capsys, "audit", "verify", log).code == 0, "a shorter chain is whole"
    assert ran(capsys, "audit", "verify", log, "--hash", told[3]["hash"]).code == 1
    assert ran(capsys, "audit", "verify", log, "--hash", told[1]["hash"]).code == 0


def test_a_run_that_cannot_be_logged_does_not_pass(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUKAN_AUDIT_LOG", str(tmp_path / "no" / "such.jsonl"))
    done = ran(capsys, "validate", run / "data")
    assert done.code == 2 and "監査ログ" in done.err
