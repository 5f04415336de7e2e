"""``chukan validate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.engine import engine_of, engine_options
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.summary import NEVER
from chukan_layout.cli.types import SOURCE

if TYPE_CHECKING:
    from chukan_layout.model.layout import LayoutSet
    from chukan_layout.read.discover import Source

STANDARD = "standard"


@click.command()
@click.argument("dumps", nargs=-1, required=True, metavar="DUMP...", type=SOURCE)
@click.option("--from", "source", default=STANDARD, metavar="NAME", show_default=True,
              help="移行元のファイルをマッピングを通して検証する: vendorA など (a vendor's files, through its mapping)")
@click.option("--out", metavar="RUN", type=click.Path(path_type=Path), help="指摘の全件などを残すフォルダー (keep a run folder)")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info", NEVER]), default="error", show_default=True,
              help="この重さ以上の指摘で終了コード1。never なら判定だけ示す (exit 1 at or above; never: the verdict only)")
@click.option("--overwrite", is_flag=True, help="前回の実行結果を置き換える (replace an earlier run)")
@click.option("--reveal", is_flag=True, help="値を伏せずに示す。個人番号は常に伏せる (show values; recorded)")
@click.option("--rules", multiple=True, metavar="PATTERN", help="この規則だけを検査する。01-*-COD など (only rules that match; repeatable)")
@click.option("--config", type=click.Path(path_type=Path), help="設定ファイル。なければ ./chukan.toml (configuration)")
@click.option("--min-fit", type=click.FloatRange(0, 1), default=0.0, metavar="RATE",
              help="適合率がこれ未満のファイルがあれば終了コード1 (exit 1 when a fit rate is below)")
@click.option("--sample-limit", type=click.IntRange(0, 1000), default=20, show_default=True,
              help="規則ごとに示す例の数 (examples per rule)")
@click.option("--metadata-only", is_flag=True, help="レコードの鍵と値を一切残さない (keep neither keys nor values of records)")
@engine_options
@common_options(formats=("human", "json", "jsonl", "junit", "sarif", "github", "html", "xlsx"))
def validate(
    dumps: tuple[Source, ...], source: str, out: Path | None, fail_on: str, overwrite: bool, reveal: bool, rules: tuple[str, ...],
    config: Path | None, min_fit: float, sample_limit: int, metadata_only: bool,
    engine: str, spark_master: str | None, common: Common,
) -> int:  # fmt: skip
    """標準レイアウトのデータを検証する。DUMP はファイル、フォルダー、書庫 (zip, tar)、duckdb:FILE、postgresql://。

    Validate data of the standard layout.  業務とファイルは名前か見出しから見分ける。

    \b
    例 (examples):
      chukan validate run/data
      chukan validate dump/ --format json --output-file report.json --fail-on warning
      chukan validate dump/ --out check --format html --output-file check.html
      chukan validate dump.zip --rules '01-*' --format junit --output-file junit.xml
      chukan validate vendor/ --from vendorA          (移行元の抽出データを、書き出さずに convert a dump without writing)
      chukan validate dump/ --metadata-only --format sarif --output-file chukan.sarif
    """
    chosen_engine = engine_of(engine, spark_master)
    from chukan_layout.cli import audit
    from chukan_layout.cli.config import read_policy
    from chukan_layout.cli.progress import run_progress
    from chukan_layout.cli.sources import has_databases, names_at_hand
    from chukan_layout.cli.summary import summarise
    from chukan_layout.run.api import run_aside, run_into
    from chukan_layout.run.order import Order
    from chukan_layout.spec.at_hand import areas_at_hand
    from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

    if reveal and metadata_only:
        raise CliError("--reveal と --metadata-only は同時に使えません。", "--reveal and --metadata-only contradict each other")
    common.needs_file()
    specs = [layout_folder(common.layout_version)]
    names = names_at_hand(dumps, specs[0])
    mapping = None if source == STANDARD else load_mapping(source, None if has_databases(dumps) else names)
    specs += [mapping_folder(source)] if mapping else []
    # choices of rules may name any area
    areas = None if rules or config or names is None else areas_at_hand(specs[0], names)
    if mapping:
        areas = sorted({file.area for file in mapping.files})
    layouts = load_layouts(common.layout_version, areas)
    if mapping is None and click.get_current_context().get_parameter_source("layout_version") is ParameterSource.DEFAULT:
        layouts = _likeliest(dumps, layouts, areas, common)
        specs[0] = layout_folder(layouts.version)
    order = Order(
        sources=dumps, layouts=layouts, requested=common.layout_version,
        mapping=mapping, direction="convert" if mapping else "validate", formats=(), jobs=common.jobs, reveal=reveal, fail_on="error" if fail_on == NEVER else fail_on,
        as_of=common.as_of.isoformat() if common.as_of else "", municipality=common.municipality or "",
        policy=read_policy(config, rules), min_fit=min_fit, sample_limit=sample_limit, metadata_only=metadata_only, engine=chosen_engine,
    )  # fmt: skip
    with run_progress(common, dumps) as progress:
        if out is None:
            report = run_aside(order, progress)
        else:
            report = run_into(order, out, specs, overwrite, progress)
    if common.format != "human" or common.output_file is not None:
        from chukan_layout.report.registry import render

        common.write(render(report, common.format, common.lang))
    audit.note("validate", audit.facts(out))
    return summarise(report, common, out, never_fail=fail_on == NEVER)


def _likeliest(dumps: tuple[Source, ...], latest: LayoutSet, areas: list[int] | None, common: Common) -> LayoutSet:
    """The version that the headings agree with best, told when it is not the latest (``--layout-version`` pins one)."""
    from chukan_layout.read.version import likeliest
    from chukan_layout.spec import paths
    from chukan_layout.spec.load import load_layouts
    from chukan_layout.spec.problem import SpecError

    def load(version: str) -> LayoutSet | None:
        try:
            return load_layouts(version, areas)
        except SpecError:
            return None  # it has not got the areas

    others = [v for v in reversed(paths.versions()) if v != latest.version]
    best, looked = likeliest(dumps, latest, others, load)
    if best is not latest:
        shares = "、".join(f"{v.version} {v.share:.1%}" for v in looked)
        common.say(
            f"見出しから {best.version} 版と判断しました（一致: {shares}）。違うときは --layout-version で指定してください。",
            f"the headings are of version {best.version} (agreement: {shares}); pin another with --layout-version",
        )
    return best
