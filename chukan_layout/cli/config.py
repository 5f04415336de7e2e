"""``chukan.toml``: what a municipality or a vendor has decided once for all runs.

It is looked for in the folder that the command is called in, or named with ``--config``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.rules.policy import Policy

NAME = "chukan.toml"
LEVELS = ("error", "warning", "info", "off")


def read_policy(path: Path | None, only: tuple[str, ...]) -> Policy:
    """The rules of a run: ``[rules]`` of the file (pattern = severity or off) and the patterns of ``--rules``.

    Raises CliError when the file is missing though named, no TOML, or says something that is not known.
    """
    from chukan_layout.rules.policy import Policy

    levels = [(pattern, _level(pattern, level)) for pattern, level in _table(path).items()]
    return Policy(only, tuple(levels))


def _table(path: Path | None) -> dict[str, object]:
    file = path or Path(NAME)
    if path is None and not file.is_file():
        return {}
    try:
        whole = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise CliError(f"設定ファイル {file.name} が読めません。", f"cannot read the configuration {file.name}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise CliError(f"{file.name} が TOML として読めません: {wrong}", f"{file.name} is no TOML: {wrong}") from None
    unknown = sorted(set(whole) - {"rules", "layouts"})
    rules = whole.get("rules", {})
    if unknown or not isinstance(rules, dict):
        said = unknown[0] if unknown else "rules"
        raise CliError(
            f"{file.name} の「{said}」は分かりません。書けるのは [rules] と layouts です。", f"{file.name}: unknown {said}; [rules] and layouts are known"
        )
    return rules


def _level(pattern: str, level: object) -> Literal["error", "warning", "info", "off"]:
    for known in LEVELS:
        if level == known:
            return known  # type: ignore[return-value]
    raise CliError(
        f"{NAME} の {pattern} の値は {'、'.join(LEVELS)} のどれかにしてください。",
        f"{NAME}: {pattern} must be one of {', '.join(LEVELS)}",
    )
