"""The user's own layouts: ``--layouts DIR``, or ``layouts = [...]`` of ``chukan.toml``.

A folder may hold versions and overlays (each with common.toml), or areas (NN-業務/area.toml) that are then part of every
version.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path

import click

from chukan_layout.cli.errors import CliError

VARIABLE = "CHUKAN_LAYOUTS"
NAME = "chukan.toml"


def added(folders: Sequence[Path], context: click.Context) -> None:
    """Put the folders before those of CHUKAN_LAYOUTS while the command runs, its own processes included.

    Raises CliError for a folder without layouts, or a ``chukan.toml`` that names them wrongly.
    """
    every = [*folders, *_configured()]
    if not every:
        return
    for folder in every:
        if not any(folder.glob("*/common.toml")) and not any(folder.glob("[0-9]*-*/area.toml")):
            raise CliError(
                f"{folder.name} にレイアウトがありません。版のフォルダーか、NN-業務/area.toml を置いてください。",
                f"no layouts in {folder.name}: it needs folders of versions, or NN-area/area.toml",
            )
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = os.pathsep.join([*map(str, every), *([before] if before else [])])

    def restore() -> None:
        if before is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = before

    context.call_on_close(restore)


def _configured() -> list[Path]:
    """``layouts`` of ./chukan.toml; a file that is no TOML is told by who needs the rest of it."""
    try:
        said = tomllib.loads(Path(NAME).read_text(encoding="utf-8")).get("layouts", [])
    except (OSError, ValueError):
        return []
    if not isinstance(said, list) or not all(isinstance(s, str) and Path(s).is_dir() for s in said):
        raise CliError(
            f"{NAME} の layouts には、あるフォルダーを並べて書いてください (layouts = [\"./layouts\"])。",
            f"{NAME}: layouts is a list of folders that exist (layouts = [\"./layouts\"])",
        )
    return [Path(s) for s in said]
