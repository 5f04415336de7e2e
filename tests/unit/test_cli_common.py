"""How every command speaks and ends: language, exit codes, errors, lazy loading, output files."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from chukan_layout.cli.common import Common, common_options, write_whole
from chukan_layout.cli.errors import CliError, guarded
from chukan_layout.cli.language import language, language_of
from chukan_layout.cli.main import COMMANDS, cli
from chukan_layout.spec.problem import Kind, SpecError
from chukan_layout.write.csv_text import csv_text


@pytest.mark.parametrize(
    ("lang", "chosen", "expected"),
    [
        ("en_US.UTF-8", None, "en"),
        ("en_US.UTF-8", "ja", "ja"),
        ("ja_JP.UTF-8", "en", "en"),
        ("C", None, "ja"),
        ("C.UTF-8", None, "ja"),
        ("POSIX", None, "ja"),
        ("", None, "ja"),
        (None, None, "ja"),
        ("de_DE.UTF-8", None, "ja"),
    ],
)
def test_language(lang: str | None, chosen: str | None, expected: str) -> None:
    assert language(chosen, {} if lang is None else {"LANG": lang}) == expected


def test_language_of_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANG", raising=False)
    assert language_of(["x", "--lang", "en"]) == "en"
    assert language_of(["--lang=en", "x"]) == "en"
    assert language_of(["x", "--lang"]) == "ja"


@click.command()
@common_options(("table", "json"), show=("lang",))
def probe(common: Common) -> None:
    click.echo(f"{common.lang} {common.format} {common.jobs} {common.as_of} {common.municipality}")


def test_options_reach_the_command() -> None:
    words = "--lang en --format json --jobs 3 --as-of 2026-01-31 --municipality 131016"
    assert CliRunner().invoke(probe, words.split()).output == "en json 3 2026-01-31 131016\n"


def test_hidden_options_work_but_are_not_in_the_help() -> None:
    text = CliRunner().invoke(probe, ["--help"]).output
    assert "--lang" in text
    assert "--jobs" not in text


@pytest.mark.parametrize(
    "words",
    [["--as-of", "2026-02-30"], ["--municipality", "131017"], ["--municipality", "x"], ["--jobs", "0"]],
)
def test_bad_options(words: list[str]) -> None:
    assert CliRunner().invoke(probe, words).exit_code == 2


def test_write_whole_is_private_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def raising(error: Exception) -> object:
    def command() -> None:
        raise error

    return command


KIND = Kind("X001", "error", "だめ {word}", "bad {word}", "直す", "fix")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (click.exceptions.Exit(1), 1, ""),
        (click.Abort(), 130, "中断しました。"),
        (CliError("日本語", "English"), 2, "誤り: 日本語"),
        (SpecError([KIND.problem("a/b.toml", 3, word="語")]), 2, "a/b.toml:3: 誤り X001 だめ 語"),
        (FileNotFoundError(2, "Gone", "/somewhere/x.csv"), 2, "誤り: ファイルを扱えません: Gone (x.csv)"),
        (
            click.NoSuchOption("--jbos", possibilities=["--jobs"]),
            2,
            "誤り: オプション --jbos はありません。もしかして: --jobs",
        ),
    ],
)
def test_ends(error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(raising(error), "ja") == code  # type: ignore[arg-type]
    out, err = capsys.readouterr()
    assert (out, err.strip()) == ("", said)


def test_an_unexpected_error_says_its_type_and_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(raising(KeyError("山田太郎")), "ja") == 2  # type: ignore[arg-type]
    err = capsys.readouterr().err
    assert "KeyError" in err
    assert "山田" not in err
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_many_problems_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(raising(SpecError([KIND.problem("a", i, word="") for i in range(60)])), "en")  # type: ignore[arg-type]
    assert capsys.readouterr().err.splitlines()[-1] == "and 10 more"


def test_unknown_command_and_bare_call() -> None:
    wrong = CliRunner().invoke(cli, ["covnert"])
    assert wrong.exit_code == 2
    assert "もしかして: convert" in wrong.output
    assert CliRunner().invoke(cli, []).exit_code == 2
    assert CliRunner().invoke(cli, ["--version"]).exit_code == 0


def test_help_names_every_command_and_imports_none() -> None:
    code = (
        "import sys\n"
        "from chukan_layout.cli.main import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "heavy = {'pydantic', 'pyarrow', 'polars', 'rich', 'numpy', 'rapidfuzz'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in COMMANDS)


def test_a_closed_pipe_is_no_error() -> None:
    code = "from chukan_layout.cli.main import main; main()"
    call = [sys.executable, "-c", code, "layout", "show", "住民基本台帳", "--format", "json"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_csv_is_safe_for_spreadsheets() -> None:
    assert csv_text([("=1+1", "-1", 5, None, "a,b")]) == "'=1+1,'-1,5,,\"a,b\"\n"
