"""A click group that imports a command only when it is called: ``chukan --help`` imports none."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from chukan_layout.cli.errors import CliError, guarded, quiet_pipe
from chukan_layout.cli.language import language_of


class LazyGroup(click.Group):
    """``entries`` are command name -> (module, one line of help).

    The command is the click command of that name in the module.  ``main`` is the error boundary.
    """

    def __init__(self, *args: Any, entries: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = dict(entries)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.entries, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.entries:
            return super().get_command(ctx, cmd_name)
        module = import_module(self.entries[cmd_name][0])
        commands = (v for v in vars(module).values() if isinstance(v, click.Command) and v.name == cmd_name)
        return next(commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("コマンド (commands)"):
            formatter.write_dl([(name, text) for name, (_, text) in self.entries.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in self.list_commands(ctx) and not word.startswith("-"):
            self._no_command(ctx, word)
        return super().resolve_command(ctx, args)

    def _no_command(self, ctx: click.Context, word: str) -> NoReturn:
        from chukan_layout.spec.suggest import near

        hint = near(word, self.list_commands(ctx))
        ja = f"もしかして: {hint}" if hint else f"使い方: {ctx.command_path} --help"
        en = f"Did you mean {hint}?" if hint else f"See {ctx.command_path} --help"
        raise CliError(f"コマンド {word} はありません。{ja}", f"there is no command {word}. {en}")

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            quiet_pipe()
            return 0
        return result

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args)

        def command() -> Any:
            return super(LazyGroup, self).main(words, prog_name or "chukan", complete_var, False, **extra)

        if not standalone_mode:
            return command()
        sys.exit(guarded(command, language_of(words)))
