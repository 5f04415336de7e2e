"""``chukan match decide``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options


@click.command()
@click.argument("found", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--sheet",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="判定を記入した review.xlsx (the review sheet, filled in)",
)
@click.option(
    "--operator",
    required=True,
    metavar="ID",
    help="操作者ID 半角10桁まで。031 の操作者ID になる (id of who decided)",
)
@click.option("--approver", required=True, metavar="NAME", help="承認者 (who approved)")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="判定ファイル CSV (decision file)",
)
@common_options(show=("as_of", "quiet", "lang"))
def decide(found: Path, sheet: Path, operator: str, approver: str, out: Path, common: Common) -> int:
    """判定を記入した確認票を、承認者の名前のある判定ファイルにする。DIR は match find の結果。

    Make the decision file of a review sheet that was filled in; it names who decided and who approved.
    「分類」シートの判定はその分類の組すべてに、「組」シートの判定はその組だけに効き、組の判定が先に立つ。

    \b
    例 (example):
      chukan match decide found --sheet found/review.xlsx --operator A0123 --approver 佐藤 --out 判定.csv
    """
    from chukan_layout.match import decisions as files
    from chukan_layout.match import folder, sheet_read

    now = (
        datetime.now(UTC).astimezone()
        if common.as_of is None
        else datetime(common.as_of.year, common.as_of.month, common.as_of.day, tzinfo=UTC)
    )
    run = folder.read(found)
    made = sheet_read.read(sheet, run, operator, approver, now.strftime("%Y-%m-%dT%H:%M:%S"))
    files.follow(made, run.candidates, run.id)
    files.write(out, made)
    common.say(
        f"判定 {made.height} 行を書きました: {out.name}", f"{made.height} decisions written: {out.name}"
    )
    return 0
