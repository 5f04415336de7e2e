"""``chukan audit``, and the line that other commands leave in the audit log."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from chukan_layout import __version__
from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError

#: Names the file of the log; without it nothing is logged.
VARIABLE = "CHUKAN_AUDIT_LOG"


def facts(run: Path | None) -> dict[str, Any]:
    """Name and hash of the manifest of a run folder, which holds the hashes of inputs and outputs."""
    if run is None:
        return {}
    try:
        digest = hashlib.sha256((run / "manifest.json").read_bytes()).hexdigest()
    except OSError:
        digest = ""
    return {"run": run.name, "manifest_sha256": digest}


def note(command: str, what: dict[str, Any]) -> None:
    """A line in the audit log, where one is wanted.  CliError when it cannot be written: an unlogged run must not pass."""
    log = os.environ.get(VARIABLE)
    if not log:
        return
    from chukan_layout.run.audit_log import append
    from chukan_layout.run.who import now, user

    entry = {"time": now(), "user": user(), "command": command, "version": __version__}
    try:
        append(Path(log), {**entry, **what})
    except (OSError, ValueError):
        raise CliError(
            f"監査ログに書けません: {Path(log).name}。ファイルと権限を確かめてください (chukan audit verify)。",
            f"the audit log {Path(log).name} cannot be written: check the file and its rights (chukan audit verify)",
        ) from None


@click.group()
def audit() -> None:
    """監査ログ: いつ、誰が、何を、どの版で (the audit log).

    環境変数 CHUKAN_AUDIT_LOG にファイルを指定すると、convert・validate・replay・seal・open・erase が1行ずつ書き足す。
    Set CHUKAN_AUDIT_LOG to a file, and convert, validate, replay, seal, open and erase add a line each.
    """


@audit.command("verify")
@click.argument("log", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--hash", "expected", default="", metavar="SHA256", help="控えておいた最後のハッシュ。途中までの切り取りも分かる (the last hash, kept elsewhere)")
@common_options(show=("quiet", "lang"))
def verify(log: Path, expected: str, common: Common) -> int:
    """ログが書き換えられていないことを確かめる。終了コード 1 は改変あり (exit 1: it was altered).

    \b
    例 (examples):
      chukan audit verify 監査.jsonl
      chukan audit verify 監査.jsonl --hash 3f9c…      控えた時点の行が残っているか
    """
    from chukan_layout.run.audit_log import hashes
    from chukan_layout.run.audit_log import verify as walk

    found = walk(log)
    if found.broken:
        common.say(f"{found.broken} 行目から鎖が切れています。", f"the chain is broken from line {found.broken} on")
        return 1
    if expected and expected not in hashes(log):
        common.say("控えのハッシュの行がありません。末尾が切り取られています。", "the line with that hash is gone: the log was cut short")
        return 1
    sys.stdout.write(f"{found.lines} {found.hash}\n")
    common.say(f"{found.lines:,} 行、改変なし。", f"{found.lines:,} lines, unaltered")
    return 0
