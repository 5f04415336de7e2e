"""``chukan match``: the list of its commands."""

from __future__ import annotations

import click

from chukan_layout.cli.lazy import LazyGroup

COMMANDS = {
    "find": (
        "chukan_layout.cli.match_find",
        "同じ人らしい記録の組を探す。統合はしない (propose, never merge)",
    ),
    "evaluate": (
        "chukan_layout.cli.match_evaluate",
        "正解と比べる (precision, recall, F1 against the truth)",
    ),
    "decide": (
        "chukan_layout.cli.match_decide",
        "判定した確認票を判定ファイルにする (review sheet to decision file)",
    ),
    "apply": (
        "chukan_layout.cli.match_apply",
        "承認された判定を反映した新しいフォルダーを作る (apply decisions)",
    ),
    "undo": ("chukan_layout.cli.match_apply", "反映を元に戻す (undo)"),
}


@click.group(
    "match",
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def match() -> None:
    """名寄せ: 重複した人を探し、職員が判定し、リンクとして反映する (find duplicates, decide, link).

    自動では統合しません。承認者の名前のある判定ファイルだけが反映され、いつでも元に戻せます。
    Nothing is merged without a decision file that names who approved it, and all of it can be undone.

    \b
    例 (examples):
      chukan match find data --out found
      chukan match decide found --sheet found/review.xlsx --operator 山田 --approver 佐藤 --out 判定.csv
      chukan match apply data --found found --decisions 判定.csv --out merged
      chukan match undo merged --out restored
    """
