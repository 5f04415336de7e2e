"""Where every command ends: an exit code, and one line for what went wrong.

0 done, 1 findings at or above ``--fail-on``, 2 usage, configuration or internal error (130 interrupted).
Nothing of an unexpected exception is shown but its type and place: its text may hold a value of a person.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import click

from chukan_layout.cli.language import Lang
from chukan_layout.model.refusal import Refused

#: Problems of specifications shown before the rest is only counted.
MOST = 50


class CliError(click.ClickException):
    """Something the user can repair, said in both languages; exit code 2."""

    exit_code = 2

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(ja)
        self.texts: dict[Lang, str] = {"ja": ja, "en": en}


def guarded(command: Callable[[], object], lang: Lang) -> int:
    """The exit code of ``command``; whatever it raises becomes a message on stderr."""
    try:
        result = command()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        _tell({"ja": "中断しました。", "en": "Interrupted."}[lang])
        return 130
    except CliError as failure:
        _tell(_error(failure.texts[lang], lang))
    except Refused as refused:
        _tell(_error(refused.ja if lang == "ja" else refused.en, lang))
    except click.exceptions.NoArgsIsHelpError as bare:
        bare.show()
    except click.ClickException as failure:
        _tell(_usage(failure, lang))
    except OSError as failure:
        _tell(_error(_os_error(failure, lang), lang))
    except Exception as failure:  # noqa: BLE001 - the last line of defence: no traceback, no value
        _tell(*_unexpected(failure, lang))
    else:
        return result if type(result) is int else 0
    return 2


def _tell(*lines: str) -> None:
    for line in lines:
        click.echo(line, err=True)


def _error(text: str, lang: Lang) -> str:
    return f"{'誤り' if lang == 'ja' else 'Error'}: {text}"


def _usage(failure: click.ClickException, lang: Lang) -> str:
    text = _error(_usage_ja(failure) if lang == "ja" else failure.format_message(), lang)
    context = getattr(failure, "ctx", None)
    if context is None:
        return text
    more = "使い方" if lang == "ja" else "Help"
    return f"{text}\n{more}: {context.command_path} --help"


def _usage_ja(failure: click.ClickException) -> str:
    if isinstance(failure, click.NoSuchOption):
        near = "、".join(failure.possibilities or ())
        return f"オプション {failure.option_name} はありません。" + (f"もしかして: {near}" if near else "")
    if isinstance(failure, click.MissingParameter) and failure.param is not None:
        return f"{failure.param.get_error_hint(failure.ctx)} がありません。"
    if isinstance(failure, click.BadParameter) and failure.param is not None:
        place = failure.param.get_error_hint(failure.ctx)
        return f"{place} の値が正しくありません: {failure.message}"
    return failure.format_message()


def _os_error(failure: OSError, lang: Lang) -> str:
    name = Path(os.fsdecode(failure.filename)).name if isinstance(failure.filename, str | bytes) else ""
    reason = failure.strerror or type(failure).__name__
    if lang == "ja":
        return f"ファイルを扱えません: {reason}" + (f" ({name})" if name else "")
    return f"a file cannot be used: {reason}" + (f" ({name})" if name else "")


def _unexpected(failure: Exception, lang: Lang) -> tuple[str, ...]:
    from chukan_layout.spec.problem import SpecError

    if isinstance(failure, SpecError):
        shown = [problem.text(lang) for problem in failure.problems[:MOST]]
        left = len(failure.problems) - len(shown)
        more = {"ja": f"ほか {left} 件", "en": f"and {left} more"}[lang]
        return (*shown, more) if left else tuple(shown)
    where = _place(failure)
    if lang == "ja":
        return (_error(f"内部の誤りで止まりました: {type(failure).__name__} ({where})", lang),)
    return (_error(f"stopped by an internal error: {type(failure).__name__} ({where})", lang),)


def _place(failure: Exception) -> str:
    """File and line of our own code where it happened, relative to the package."""
    package = Path(__file__).parents[1]
    frames = traceback.extract_tb(failure.__traceback__)
    for frame in reversed(frames):
        path = Path(frame.filename)
        if path.is_relative_to(package):
            return f"{path.relative_to(package).as_posix()}:{frame.lineno}"
    return "?"


def quiet_pipe() -> None:
    """The reader of stdout has gone (``| head``): what is still buffered goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
