"""Options that every command takes, and how a command speaks.

stdout carries only what was asked for (:meth:`Common.write`); people are spoken to on stderr
(:meth:`Common.say`, :meth:`Common.console`), which NO_COLOR, pipes and ``--quiet`` are respected on.
"""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chukan_layout.cli.errors import CliError
from chukan_layout.cli.language import Lang, language
from chukan_layout.cli.types import AS_OF, MUNICIPALITY
from chukan_layout.write.system import processors

if TYPE_CHECKING:
    from rich.console import Console

#: Formats that are no text: not for a terminal.
BINARY = frozenset({"xlsx"})
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Common:
    """Values of the common options.  ``format`` is "" where the command has no formats."""

    layout_version: str
    municipality: str | None
    as_of: date | None
    format: str
    output_file: Path | None
    jobs: int
    progress: bool
    quiet: bool
    lang: Lang

    def text(self, ja: str, en: str) -> str:
        """The one of two texts that is in the user's language."""
        return en if self.lang == "en" else ja

    def say(self, ja: str, en: str) -> None:
        """A line for people, on stderr, unless ``--quiet``."""
        if not self.quiet:
            click.echo(self.text(ja, en), err=True)

    def console(self) -> Console:
        """A rich console on stderr."""
        from rich.console import Console

        return Console(stderr=True, quiet=self.quiet, highlight=False)

    def progress_shown(self) -> bool:
        """Whether a progress bar is wanted and can be shown."""
        return self.progress and not self.quiet and sys.stderr.isatty()

    def needs_file(self) -> None:
        """CliError when the format is no text and there is no file to write it to."""
        if self.format in BINARY and self.output_file is None:
            raise CliError(f"{self.format} には --output-file が要ります。", f"{self.format} needs --output-file")

    def write(self, result: str | bytes) -> None:
        """What was asked for: to ``--output-file`` (0600, whole or not at all), else to stdout."""
        raw = result.encode() if isinstance(result, str) else result
        if self.output_file is not None:
            write_whole(self.output_file, raw)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(raw)
            sys.stdout.buffer.flush()

    def write_table(self, table: object) -> None:
        """A rich table or text: coloured on a terminal, plain elsewhere."""
        from rich.console import Console

        if self.output_file is None and sys.stdout.isatty():
            Console(highlight=False, markup=False, emoji=False).print(table)
            return
        plain = Console(width=200, no_color=True, highlight=False, markup=False, emoji=False)
        with plain.capture() as captured:
            plain.print(table)
        self.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")


def write_whole(path: Path, raw: bytes) -> None:
    """Write a file for its owner alone, by rename, so that it is never seen half-written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".chukan-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


_ALL = ("layout_version", "layouts", "municipality", "as_of", "output_file", "jobs", "no_progress", "quiet", "lang")


def common_options(
    formats: Sequence[str] = (), default: str = "", show: Sequence[str] = _ALL
) -> Callable[[Function], Function]:
    """Give a command the common options; it receives them as ``common: Common``.

    ``formats`` are the values of ``--format`` (no such option when empty), ``default`` the one taken when it
    is absent (the first when blank).  Options not in ``show`` work but are left out of ``--help``.
    """

    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def command(*args: Any, **kwargs: Any) -> Any:
            return function(*args, common=_take(kwargs), **kwargs)

        for option in reversed(_options(formats, default, show)):
            command = option(command)
        return command  # type: ignore[return-value]

    return decorate


def _options(formats: Sequence[str], default: str, show: Sequence[str]) -> list[Callable[[Any], Any]]:
    def option(name: str, *short: str, **settings: Any) -> Callable[[Any], Any]:
        key = name.lstrip("-").replace("-", "_")
        return click.option(name, *short, key, hidden=key not in show, **settings)

    shape = click.option(
        "--format",
        type=click.Choice(list(formats)),
        default=default or (formats[0] if formats else ""),
        show_default=True,
        help="出力の形式 (output format)",
    )
    return [
        option("--layout-version", "--layout", metavar="V", default="latest", show_default=True,
               help="レイアウトの版 (version of the layouts)"),
        option("--layouts", metavar="DIR", multiple=True,
               type=click.Path(exists=True, file_okay=False, path_type=Path),
               help="利用者のレイアウトのフォルダー。繰り返せる (folder of your own layouts; repeatable)"),
        option("--municipality", metavar="CODE", type=MUNICIPALITY,
               help="団体コード 5桁か6桁 (code of the municipality)"),
        option("--as-of", metavar="DATE", type=AS_OF,
               help="基準日 YYYY-MM-DD。今日の代わり (pins today)"),
        *([shape] if formats else []),
        option("--output-file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
               help="結果を書くファイル。なければ標準出力 (where the result goes; else stdout)"),
        option("--jobs", metavar="N", type=click.IntRange(min=1), default=None,
               help="並列数。なければ使えるプロセッサーの数 (parallel jobs)"),
        option("--no-progress", is_flag=True, help="進み具合を表示しない (no progress bar)"),
        option("--quiet", is_flag=True, help="結果のほかは何も言わない (say nothing but the result)"),
        option("--lang", type=click.Choice(["ja", "en"]), help="メッセージの言語 (language of messages)"),
    ]  # fmt: skip


def _take(kwargs: dict[str, Any]) -> Common:
    from chukan_layout.cli.own_layouts import added

    root = click.get_current_context().find_root().params
    added(kwargs.pop("layouts"), click.get_current_context())
    return Common(
        layout_version=kwargs.pop("layout_version"),
        municipality=kwargs.pop("municipality"),
        as_of=kwargs.pop("as_of"),
        format=kwargs.pop("format", ""),
        output_file=kwargs.pop("output_file"),
        jobs=kwargs.pop("jobs") or processors(),
        progress=not kwargs.pop("no_progress"),
        quiet=kwargs.pop("quiet"),
        lang=language(kwargs.pop("lang") or root.get("lang")),
    )
