"""``chukan compare``."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.toml_model import read_model

if TYPE_CHECKING:
    from chukan_layout.model.comparison import Tolerances
    from chukan_layout.model.layout import LayoutSet

FORMATS = ("human", "json", "markdown", "html", "xlsx")
_SEEN = ("layout_version", "output_file", "jobs", "no_progress", "quiet", "lang")


@click.command("compare")
@click.argument("before", metavar="BEFORE", type=click.Path(path_type=Path))
@click.argument("after", metavar="AFTER", type=click.Path(path_type=Path))
@click.option("--before-from", metavar="VENDOR", help="BEFORE はこのベンダーの形。標準に変換して比べる (BEFORE is this vendor's)")
@click.option("--after-from", metavar="VENDOR", help="AFTER はこのベンダーの形 (AFTER is this vendor's)")
@click.option("--area", "areas", multiple=True, metavar="NAME", help="業務の名前か番号。なければすべて (areas; repeatable)")
@click.option("--tolerate", type=click.Path(dir_okay=False, path_type=Path), metavar="TOML", help="認める違いの宣言 (declared differences)")
@click.option("--samples", type=click.IntRange(0, 1000), default=5, show_default=True, help="項目と種類ごとの標本の数 (pairs per item and class)")
@click.option("--reveal", is_flag=True, help="値を伏せずに示す。個人番号は常に伏せる (show values)")
@common_options(formats=FORMATS, show=_SEEN)
def compare(
    before: Path, after: Path, before_from: str | None, after_from: str | None, areas: tuple[str, ...], tolerate: Path | None,
    samples: int, reveal: bool, common: Common,
) -> int:  # fmt: skip
    """移行の前と後、リハーサルと本番などの、二つのデータを照合する。

    Compare two dumps on the primary key: counts, sums, hash totals, differences of each item by class, samples to be looked
    at.  BEFORE と AFTER は、標準レイアウトのファイル・フォルダー・書庫か、convert の結果のフォルダー。

    \b
    例 (examples):
      chukan compare rehearsal1 rehearsal2
      chukan compare run/data returned/ --tolerate tolerate.toml --format html --output-file 照合.html
      chukan compare src/ returned/ --before-from vendorA --area 1

    終了コード: 0 違いなしか、認めた違いだけ、1 認めていない違いがある。 Exit code: 1 untolerated differences.
    """
    from chukan_layout.compare.engine import Order
    from chukan_layout.compare.engine import compare as work
    from chukan_layout.spec.find import area_number
    from chukan_layout.spec.load import layout_folder, load_layouts

    common.needs_file()
    for path in (before, after):
        if not path.exists():
            raise CliError(f"{path} がありません。", f"there is no {path}")
    folder = layout_folder(common.layout_version)
    layouts = load_layouts(folder, sorted({area_number(folder, word) for word in areas}) or None)
    declared = _tolerances(tolerate)
    with ExitStack() as stack:
        dumps = [_standard(stack, path, vendor, layouts, common) for path, vendor in zip((before, after), (before_from, after_from), strict=True)]
        made = work(Order(dumps[0], dumps[1], layouts, declared, samples, reveal))
    made = made.model_copy(update={"before": before.name or str(before), "after": after.name or str(after)})
    if common.format == "json":
        common.write(made.to_json())
    else:
        from chukan_layout.report.comparison_document import comparison_document
        from chukan_layout.report.document.formats import render

        common.write(render(comparison_document(made, common.lang), common.format))
    open_ = sum(f.open for f in made.files)
    if not made.files:
        common.say("照合できるファイルがありません。", "there was no file to compare")
    elif open_:
        common.say(f"認めていない違いが {open_:,} 件あります。", f"{open_:,} differences are not tolerated")
    return 0 if made.verdict == "pass" else 1


def _standard(stack: ExitStack, source: Path, vendor: str | None, layouts: LayoutSet, common: Common) -> Path:
    """``source`` itself, or a folder with what it becomes in the standard layout."""
    if vendor is None:
        return source
    from chukan_layout.run.api import run_into
    from chukan_layout.run.order import Order
    from chukan_layout.spec.load import load_mapping

    scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chukan-")))
    mapping = load_mapping(vendor)
    order = Order(sources=(source,), layouts=layouts, requested=common.layout_version, mapping=mapping, jobs=common.jobs)
    report = run_into(order, scratch / "run", [])
    if report.totals.rows.rejected:
        n = report.totals.rows.rejected
        common.say(f"{source.name}: 変換できず除外した記録 {n:,} 件", f"{source.name}: {n:,} records were rejected")
    return scratch / "run"


def _tolerances(path: Path | None) -> Tolerances:
    from chukan_layout.model.comparison import Tolerances

    return Tolerances() if path is None else read_model(path, Tolerances)
