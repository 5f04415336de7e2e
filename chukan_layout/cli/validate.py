"""``chukan validate``."""

from __future__ import annotations

from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.summary import NEVER


@click.command()
@click.argument("dumps", nargs=-1, required=True, metavar="DUMP...", type=click.Path(path_type=Path))
@click.option("--out", metavar="RUN", type=click.Path(path_type=Path), help="指摘の全件などを残すフォルダー (keep a run folder)")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info", NEVER]), default="error", show_default=True,
              help="この重さ以上の指摘で終了コード1。never なら判定だけ示す (exit 1 at or above; never: the verdict only)")
@click.option("--overwrite", is_flag=True, help="前回の実行結果を置き換える (replace an earlier run)")
@click.option("--reveal", is_flag=True, help="値を伏せずに示す。個人番号は常に伏せる (show values; recorded)")
@common_options(formats=("human", "json", "html"))
def validate(
    dumps: tuple[Path, ...], out: Path | None, fail_on: str, overwrite: bool, reveal: bool, common: Common
) -> int:
    """標準レイアウトのデータを検証する。DUMP はファイルかフォルダー。

    Validate data of the standard layout.  業務とファイルは名前か見出しから見分ける。

    \b
    例 (examples):
      chukan validate run/data
      chukan validate dump/ --format json --output-file report.json --fail-on warning
      chukan validate dump/ --out check --format html --output-file check.html
    """
    from chukan_layout.cli.progress import run_progress
    from chukan_layout.cli.summary import summarise
    from chukan_layout.read.discover import files_below
    from chukan_layout.run.api import run_aside, run_into
    from chukan_layout.run.execute import Order
    from chukan_layout.run.folder import FolderRefused
    from chukan_layout.spec.at_hand import areas_at_hand
    from chukan_layout.spec.load import layout_folder, load_layouts

    areas = areas_at_hand(layout_folder(common.layout_version), [name for _, name in files_below(dumps)[0]])
    order = Order(
        sources=dumps, layouts=load_layouts(common.layout_version, areas), requested=common.layout_version,
        direction="validate", formats=(), jobs=common.jobs, reveal=reveal, fail_on="error" if fail_on == NEVER else fail_on,
        as_of=common.as_of.isoformat() if common.as_of else "", municipality=common.municipality or "",
    )  # fmt: skip
    try:
        with run_progress(common, dumps) as progress:
            if out is None:
                report = run_aside(order, progress)
            else:
                report = run_into(order, out, [layout_folder(common.layout_version)], overwrite, progress)
    except FolderRefused as refused:
        raise CliError(refused.ja, refused.en) from None
    if common.format in ("json", "html") or common.output_file is not None:
        from chukan_layout.report.registry import render

        common.write(render(report, common.format, common.lang))
    return summarise(report, common, out, never_fail=fail_on == NEVER)
