"""``chukan report``."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from chukan_layout.cli.errors import CliError
from chukan_layout.cli.main import cli
from chukan_layout.cli.report import report as command
from chukan_layout.report.registry import FORMATS, render
from tests.golden.report_fixture import report


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "report.json").write_text(report().to_json(), encoding="utf-8")
    return folder


def fails(*words: str | Path) -> CliError:
    result = CliRunner().invoke(command, [str(w) for w in words], standalone_mode=False)
    assert isinstance(result.exception, CliError), result.exception
    return result.exception


@pytest.mark.parametrize("fmt", sorted(FORMATS))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_format_to_a_file(run: Path, tmp_path: Path, fmt: str, lang: str) -> None:
    target = tmp_path / "out"
    words = [str(run), "--format", fmt, "--output-file", str(target), "--lang", lang]
    result = CliRunner().invoke(command, words, standalone_mode=False)
    assert result.exception is None and result.stdout == ""
    made = render(report(), fmt, lang)
    assert target.read_bytes() == (made.encode() if isinstance(made, str) else made)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_json_on_stdout_is_the_report(run: Path) -> None:
    result = CliRunner().invoke(command, [str(run), "--format", "json"])
    assert result.stdout_bytes == (run / "report.json").read_bytes()


def test_a_failed_run_is_no_failure_of_the_report(run: Path) -> None:
    result = CliRunner().invoke(cli, ["report", str(run), "--lang", "en"])
    assert result.exit_code == 0 and "FAIL" in result.stdout


def test_a_workbook_is_not_for_a_terminal(run: Path) -> None:
    assert "--output-file" in fails(run, "--format", "xlsx").texts["ja"]


def test_a_folder_without_a_report(tmp_path: Path) -> None:
    assert "report.json がありません" in fails(tmp_path).texts["ja"]
    assert "report.json" in fails(tmp_path / "nowhere").texts["en"]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema_version": "1"}', b"null", b"[" * 100_000]
)
def test_a_broken_report(run: Path, raw: bytes) -> None:
    (run / "report.json").write_bytes(raw)
    assert "壊れています" in fails(run).texts["ja"]


def test_a_broken_report_shows_no_value(run: Path) -> None:
    text = (run / "report.json").read_text(encoding="utf-8")
    (run / "report.json").write_text(text.replace('"line": 2', '"line": "山田太郎"'), encoding="utf-8")
    said = fails(run).texts["ja"]
    assert "samples.0.line" in said and "山田" not in said


def test_a_report_of_another_version(run: Path) -> None:
    text = (run / "report.json").read_text(encoding="utf-8")
    (run / "report.json").write_text(
        text.replace('"schema_version": "1"', '"schema_version": "9"'), encoding="utf-8"
    )
    failure = fails(run)
    assert "9" in failure.texts["ja"] and "schema version 9" in failure.texts["en"]


def test_exit_code_of_a_failure(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["report", str(tmp_path)]).exit_code == 2


def test_what_changed_since_an_earlier_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.run_support import ran, standard_file

    for name, numbers in (("before", [1, 1, 1]), ("now", [1, 1])):
        dump = standard_file(tmp_path / name / "世帯.csv", numbers)
        ran(capsys, "validate", dump, "--out", tmp_path / f"run-{name}", "--fail-on", "never")
    words = ("report", tmp_path / "run-now", "--previous", tmp_path / "run-before")
    page = ran(capsys, *words, "--format", "html").out
    assert "前回との比較" in page and "▼ 1" in page
    assert "前回との比較" not in ran(capsys, "report", tmp_path / "run-now", "--format", "html").out
    assert ran(capsys, *words, "--format", "json").code == 2
