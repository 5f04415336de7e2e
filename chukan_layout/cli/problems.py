"""Problems of specifications on the command line: the same for layouts and mappings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from chukan_layout.cli.common import Common
from chukan_layout.spec.problem import Problem, errors

FORMATS = ("text", "json", "github")


def report(problems: Sequence[Problem], what: str, common: Common) -> int:
    """Write the problems in ``--format``, say how many on stderr; the exit code: 1 when there are errors."""
    common.write(_RENDER[common.format](problems, common))
    wrong = len(errors(problems))
    left = len(problems) - wrong
    if problems:
        common.say(f"{what}: 誤り {wrong} 件、警告 {left} 件", f"{what}: {wrong} errors, {left} warnings")
    else:
        common.say(f"{what}: 問題はありません。", f"{what}: no problems.")
    return 1 if wrong else 0


def _text(problems: Sequence[Problem], common: Common) -> str:
    return "".join(problem.text(common.lang) + "\n" for problem in problems)


def _json(problems: Sequence[Problem], common: Common) -> str:
    del common
    return json.dumps([asdict(p) for p in problems], ensure_ascii=False, indent=2) + "\n"


def _github(problems: Sequence[Problem], common: Common) -> str:
    """Annotations of GitHub Actions."""
    lines = []
    for p in problems:
        text = (p.message_en if common.lang == "en" else p.message_ja) + (f" ({p.hint}?)" if p.hint else "")
        safe = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        lines.append(f"::{p.severity} file={p.path},line={max(p.line, 1)},title={p.code}::{safe}\n")
    return "".join(lines)


_RENDER = {"text": _text, "json": _json, "github": _github}
