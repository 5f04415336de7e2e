"""``chukan convert``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.engine import engine_of, engine_options
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.summary import NEVER
from chukan_layout.cli.types import SOURCE, TimeBudget

if TYPE_CHECKING:
    from chukan_layout.read.discover import Source

STANDARD = "standard"


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SRC...", type=SOURCE)
@click.option("--from", "source", required=True, metavar="NAME", help="移行元: vendorA など、または standard (source)")
@click.option("--to", "target", required=True, metavar="NAME", help="移行先: standard、vendorA など、duckdb:FILE、postgresql:// (target)")
@click.option("--out", metavar="RUN", type=click.Path(path_type=Path), help="結果を入れるフォルダー (run folder)")
@click.option("--data-format", "formats", multiple=True, type=click.Choice(["csv", "parquet", "xml"]),
              help="データの形式。繰り返せる。既定は csv (repeatable; default csv)")
@click.option("--select", "selections", multiple=True, metavar="NAME",
              help="移す範囲: 業務継続、業務の名前か番号、TOML。繰り返せる (a named set, areas; repeatable)")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info", NEVER]), default="error", show_default=True,
              help="この重さ以上の指摘で終了コード1。never なら判定だけ示す (exit 1 at or above; never: the verdict only)")
@click.option("--overwrite", is_flag=True, help="前回の実行結果を置き換える (replace an earlier run)")
@click.option("--resume", is_flag=True, help="中断した実行を同じ指定で続ける (take up an interrupted run)")
@click.option("--cleansing", "rules", multiple=True, metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="クレンジングの規則。繰り返せる (cleansing rules; repeatable)")
@click.option("--cleansing-decisions", "decisions", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="規則ごとの判断: だれがいつ認めたか (who approved which rule)")
@click.option("--plan-cleansing", "planned", is_flag=True, help="何が変わるかだけを示し、何も書かない (show what would change)")
@click.option("--time-budget", "budget", type=TimeBudget(), metavar="TIME",
              help="かかってよい時間 10h、1h30m。守れたかを manifest に記す (may take so long; recorded)")
@click.option("--reveal", is_flag=True, help="値を伏せずに示す。個人番号は常に伏せる (show values; recorded)")
@engine_options
@common_options(("human", "json"))
def convert(
    sources: tuple[Source, ...], source: str, target: str, out: Path | None, formats: tuple[str, ...], selections: tuple[str, ...],
    fail_on: str, overwrite: bool, resume: bool, rules: tuple[Path, ...], decisions: Path | None, planned: bool, budget: int | None, reveal: bool,
    engine: str, spark_master: str | None, common: Common,
) -> int:  # fmt: skip
    """移行元のファイルを標準レイアウトに（または標準から移行先に）変換し、検証する。

    Convert and validate files.  SRC はファイル、フォルダー、duckdb:FILE、postgresql:// (files, folders, databases)。

    \b
    例 (examples):
      chukan convert dump/ --from vendorA --to standard --out run
      chukan convert run/data --from standard --to vendorA --out back
      chukan convert old/data --from standard@2.2 --to standard --out new      (版を上げる upgrade)
      chukan convert dump/ --from vendorA --to standard --out run --data-format csv --data-format parquet
      chukan convert dump/ --from vendorA --to duckdb:統合.duckdb --out run    (標準のデータをデータベースにも)
      chukan convert dump/ --from vendorA --to postgresql://user@/eucdb --out run   (パスワードは PGPASSWORD か ~/.pgpass)
      chukan convert duckdb:統合.duckdb --from standard --to vendorA --out back     (データベースから from a database)
      chukan convert dump/ --from vendorA --to standard --out 継続 --select 業務継続   (住民記録・税・国保資格だけ)
      chukan convert dump/ --from vendorA --to standard --cleansing cleansing.toml --plan-cleansing
    """
    chosen_engine = engine_of(engine, spark_master)
    from chukan_layout.cli import audit
    from chukan_layout.cli.cleansing import chosen_of, show_plan
    from chukan_layout.cli.progress import run_progress
    from chukan_layout.cli.summary import summarise
    from chukan_layout.model.cleansing import Chosen
    from chukan_layout.run.api import plan_cleansing, run_into
    from chukan_layout.run.order import Order
    from chukan_layout.spec.at_hand import areas_at_hand
    from chukan_layout.spec.load import (
        layout_folder,
        load_layouts,
        load_mapping,
        load_upgrade,
        mapping_folder,
    )
    from chukan_layout.spec.selection import chosen

    if (out is None) != planned:
        raise CliError("--out か --plan-cleansing のどちらか一方を指定してください。", "give either --out or --plan-cleansing")
    from chukan_layout.cli.sources import has_databases, names_at_hand
    from chukan_layout.cli.stored import database_of, store_run

    base = database_of(target, planned)
    if base is not None:
        target, formats = STANDARD, (*formats, "parquet")
    versions = _versions(source, target, common.layout_version)
    vendor, back = (source, False) if versions else _vendor(source, target)
    if back and rules:
        raise CliError("クレンジングは標準レイアウトへの変換で行います。", "cleansing belongs to the conversion to the standard")
    if back and {"parquet", "xml"} & set(formats):
        raise CliError("移行先の形式は csv だけです。", "a vendor's files are written as csv only")
    if versions:
        layouts, mapping = load_upgrade(*versions)
        specs = (layout_folder(versions[1]), layout_folder(versions[0]))
    else:
        names = names_at_hand(sources, layout_folder(common.layout_version))
        mapping = load_mapping(vendor, None if back or has_databases(sources) else names)
        filled = sorted({f.area for f in mapping.files})
        if back:
            filled = (names and areas_at_hand(layout_folder(common.layout_version), names)) or filled
        layouts = load_layouts(common.layout_version, areas=filled)
        specs = (layout_folder(common.layout_version), mapping_folder(vendor))
    only = chosen(specs[0], layouts, selections) if selections else None
    as_of = common.as_of.isoformat() if common.as_of else ""
    order = Order(
        sources=sources, layouts=layouts, requested=common.layout_version, mapping=mapping,
        direction="back" if back else "convert", formats=tuple(dict.fromkeys(formats)) or ("csv",),
        jobs=common.jobs, reveal=reveal, fail_on="error" if fail_on == NEVER else fail_on,
        as_of=as_of, municipality=common.municipality or "",
        cleansing=chosen_of(rules, decisions, layouts, mapping, as_of, planned) if rules or decisions or planned else Chosen(),
        only=only.files if only else None, selected=only.said if only else "",
        engine=chosen_engine,
    )  # fmt: skip
    if out is None:
        with run_progress(common, sources) as progress:
            return show_plan(plan_cleansing(order, progress), common)
    with run_progress(common, sources) as progress:
        report = run_into(order, out, specs, overwrite, progress, resume, budget)
    audit.note("convert", audit.facts(out))
    if base is not None:
        store_run(base, out, report, layouts, common)
    if common.format == "json":
        common.write(report.to_json())
    return summarise(report, common, out, never_fail=fail_on == NEVER)


def _versions(source: str, target: str, latest: str) -> tuple[str, str] | None:
    """The two versions of the standard (or a version and an overlay) when it is from one to another."""
    sides = [name.partition("@") for name in (source, target)]
    if any(name != STANDARD for name, _, _ in sides) or not any(at for _, at, _ in sides):
        return None
    old, new = (version or latest for _, _, version in sides)
    return old, new


def _vendor(source: str, target: str) -> tuple[str, bool]:
    """The vendor and whether the way is back from the standard (requirement LAY-01: never vendor to vendor)."""
    if (source == STANDARD) == (target == STANDARD):
        raise CliError(
            "--from と --to のどちらか一方を standard にしてください。ベンダー間の変換は標準を経て2回で行います。",
            "one of --from and --to must be standard; from vendor to vendor goes through the standard in two runs",
        )
    return (target, True) if source == STANDARD else (source, False)
