"""``chukan replay``."""

from __future__ import annotations

from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.lean import arrow_without_numpy
from chukan_layout.cli.summary import NEVER


@click.command()
@click.argument("run", metavar="RUN", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--from", "source", required=True, metavar="NAME", help="直したマッピング: vendorA など (the mended mapping)")
@click.option("--out", required=True, metavar="RUN2", type=click.Path(path_type=Path), help="結果を入れるフォルダー (the new run folder)")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info", NEVER]), default="error", show_default=True,
              help="この重さ以上の指摘で終了コード1。never なら判定だけ示す (exit 1 at or above; never: the verdict only)")
@click.option("--overwrite", is_flag=True, help="前回の実行結果を置き換える (replace an earlier run)")
@common_options()
def replay(run: Path, source: str, out: Path, fail_on: str, overwrite: bool, common: Common) -> int:
    """RUN で却下された記録を、直したマッピングや外字表でもう一度変換し、前の結果と合わせる。

    Convert the rejected records of RUN again after a fix, and put them behind what was accepted before.  件数は両方の実行を
    通して合う: RUN が読んだ件数 = RUN2 の出力 + まだ却下の件数。RUN は変えない。

    \b
    例 (examples):
      chukan replay run --from vendorA --out run2
      chukan validate run2/data                          合わせた全体の鍵と参照を検証する
    """
    arrow_without_numpy()
    from chukan_layout.cli import audit
    from chukan_layout.cli.progress import run_progress
    from chukan_layout.cli.summary import summarise
    from chukan_layout.read.discover import files_below
    from chukan_layout.run.order import Order
    from chukan_layout.run.replay import replay as work
    from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

    rejects = (run / "rejects",)
    names = [name for _, name in files_below(rejects)[0]] if rejects[0].is_dir() else []
    mapping = load_mapping(source, names)
    order = Order(
        sources=rejects, layouts=load_layouts(common.layout_version, areas=sorted({f.area for f in mapping.files})),
        requested=common.layout_version, mapping=mapping, jobs=common.jobs,
        fail_on="error" if fail_on == NEVER else fail_on,
        as_of=common.as_of.isoformat() if common.as_of else "", municipality=common.municipality or "",
    )  # fmt: skip
    specs = (layout_folder(common.layout_version), mapping_folder(source))
    with run_progress(common, rejects) as progress:
        report = work(run, order, out, specs, overwrite, progress)
    audit.note("replay", audit.facts(out))
    return summarise(report, common, out, never_fail=fail_on == NEVER)
