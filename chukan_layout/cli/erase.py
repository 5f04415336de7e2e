"""``chukan erase``."""

from __future__ import annotations

from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options


@click.command()
@click.argument("run", metavar="RUN", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", required=True, metavar="NAME", help="消去を行う責任者。記録に残る (who answers for it)")
@click.option("--reason", default="", metavar="TEXT", help="消去の理由。記録に残る (why)")
@click.option("--record", metavar="FILE", type=click.Path(path_type=Path), help="消去記録。既定は RUN の隣の RUN-消去記録.json (the record)")
@click.option("--dry-run", is_flag=True, help="消さずに、消すものを示す (show what would go)")
@common_options(show=("quiet", "lang"))
def erase(run: Path, by: str, reason: str, record: Path | None, dry_run: bool, common: Common) -> int:
    """実行結果を消去し、データ消去記録を残す。RUN は convert や validate の結果のフォルダー。

    Erase a run folder and leave a record: every file with size and SHA-256, who, when, why, how.

    \b
    例 (examples):
      chukan erase run --by "情報システム課 係長" --reason 移行完了 --dry-run
      chukan erase run --by "情報システム課 係長" --reason 移行完了 --record 消去記録.json
    """
    from chukan_layout.cli import audit
    from chukan_layout.run.erase import erase as work

    target = record or run.parent / f"{run.name}-消去記録.json"
    before = audit.facts(run)
    made = work(run, target, by, reason, dry_run)
    size = sum(file.bytes for file in made.files)
    if dry_run:
        listing = "".join(f"{file.bytes:>15,}  {file.path}\n" for file in made.files)
        common.write(listing)
        common.say(f"{len(made.files):,} ファイル、{size:,} バイトを消去します。", f"{len(made.files):,} files, {size:,} bytes would go")
        return 0
    audit.note("erase", before | {"record": target.name, "by": by})
    common.say(
        f"{len(made.files):,} ファイル、{size:,} バイトを消去しました。記録: {target}",
        f"erased {len(made.files):,} files, {size:,} bytes; record: {target}",
    )
    return 0
