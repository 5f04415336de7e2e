"""``chukan sample``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chukan_layout.model.layout import LayoutSet
    from chukan_layout.model.mapping import Mapping
    from chukan_layout.sample.generate import Written
    from chukan_layout.sample.inject import Wanted

SHOW = ("layout_version", "no_progress", "quiet", "lang")


@click.command()
@click.option("--city", is_flag=True, help="全業務のそろった一つの市を作る (one city, all areas)")
@click.option("--residents", type=click.IntRange(min=1), default=10000, show_default=True, help="--city の住民の人数 (persons)")
@click.option("--area", "areas", multiple=True, metavar="NAME",
              help="業務の名前か番号。--city なら繰り返せる。既定は全業務、なければ住民基本台帳 (area; repeatable with --city)")
@click.option("--rows", type=click.IntRange(min=1), default=1000, show_default=True, help="住民情報の件数 (records)")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="同じ値なら同じデータ (seed)")
@click.option("--as", "shape", default="standard", show_default=True, metavar="NAME",
              help="standard、またはマッピングの名前 vendorA、lgdpm2013 など (format)")
@click.option("--defects", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="入れる誤りの一覧 TOML。injected.csv に場所を記す (faults to inject)")
@click.option("--list-defects", is_flag=True, help="入れられる誤りの種類を示して終わる (list the kinds of faults)")
@click.option("--duplicates", type=click.FloatRange(0, 0.5), metavar="RATE",
              help="重複して登録された人の割合。正解を truth.csv に記す (share of persons registered twice; labelled)")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="書き出すフォルダー (folder)")
@common_options(show=SHOW)
def sample(
    city: bool, residents: int, areas: tuple[str, ...], rows: int, seed: int, shape: str, defects: Path | None, list_defects: bool, duplicates: float | None,
    out: Path | None,
    common: Common,
) -> int:  # fmt: skip
    """合成した住民基本台帳、または全業務のそろった一つの市を作る。実在の個人のデータは含まない。

    Make a synthetic registry, or with --city all areas of one city; nothing in it is taken from life.

    \b
    例 (examples):
      chukan sample --rows 100000 --as vendorA --out city
      chukan sample --rows 5000 --as vendorA --defects faults.toml --out broken
      chukan sample --city --residents 10000 --as vendorA --out city
      chukan sample --city --residents 5000 --area 国民健康保険 --area 介護保険 --out two
      chukan sample --rows 100000 --duplicates 0.047 --out twice
      chukan sample --city --residents 10000 --duplicates 0.02 --out city
      chukan sample --list-defects
    """
    if list_defects:
        return _list_of_city(common) if city else _list(common)
    if out is None:
        raise CliError("--out にフォルダーを指定してください。", "name a folder with --out")
    if duplicates is not None and not city:
        return _duplicates(out, rows, seed, duplicates, common, refused=shape != "standard" or defects is not None)
    if city:
        from chukan_layout.cli.sample_city import city_into

        return city_into(out, residents, areas, seed, shape, defects, common, duplicates or 0.0)
    from chukan_layout.sample.generate import write_sample
    from chukan_layout.spec.load import load_layouts, load_mapping

    area = areas[0] if len(areas) == 1 else "、".join(areas) or "住民基本台帳"
    if area not in ("住民基本台帳", "1", "01"):
        raise CliError(f"住民基本台帳のほかの業務は --city で作ります: {area}", f"areas but 住民基本台帳 need --city: {area}")
    wanted = _wanted(defects, shape)
    layouts = load_layouts(common.layout_version, areas=[1])
    vendor = load_mapping("vendorA" if shape == "standard" else shape)
    (out / "injected.csv").unlink(missing_ok=True)
    with bar_of(common, rows) as tell:
        written = write_sample(out, rows, seed, layouts, vendor, shape != "standard", tell)
    say_written(common, written)
    if wanted:
        _inject(common, out, wanted, seed, layouts, vendor)
    return 0


def _duplicates(out: Path, rows: int, seed: int, rate: float, common: Common, refused: bool) -> int:
    from chukan_layout.sample.duplicates import write_duplicates
    from chukan_layout.spec.load import load_layouts, load_mapping

    if refused:
        raise CliError(
            "--duplicates だけでは標準レイアウトの住民と住登外者を作ります。--as、--defects は --city と一緒のときだけ使えます。",
            "--duplicates by itself makes residents and 住登外者 of the standard; --as and --defects need --city with it",
        )
    layouts = load_layouts(common.layout_version, areas=[1, 3])
    with bar_of(common, rows) as tell:
        say_written(common, write_duplicates(out, rows, seed, rate, layouts, load_mapping("vendorA"), tell))
    return 0


def say_written(common: Common, written: Sequence[Written]) -> None:
    """One line per file."""
    for file in written:
        common.say(f"{file.path.name}: {file.records:,} 件", f"{file.path.name}: {file.records:,} records")


def _wanted(defects: Path | None, shape: str) -> list[Wanted]:
    from chukan_layout.sample.inject import wanted_of

    if defects is None:
        return []
    return wanted_of(defects, shape)


def _inject(
    common: Common, out: Path, wanted: list[Wanted], seed: int, layouts: LayoutSet, vendor: Mapping
) -> None:
    from chukan_layout.sample.inject import inject, short_of

    done = inject(out, wanted, seed, layouts, vendor)
    common.say(f"誤りを {len(done)} 件入れました: injected.csv", f"{len(done)} faults injected: injected.csv")
    short = "、".join(short_of(wanted, done))
    if short:
        common.say(f"入れられる記録が足りなかったもの（実際/指定）: {short}", f"fewer than asked for: {short}")


def _list_of_city(common: Common) -> int:
    from chukan_layout.cli.sample_city import list_kinds

    return list_kinds(common)


def _list(common: Common) -> int:
    from rich.table import Table

    from chukan_layout.sample.defects import DEFECTS
    from chukan_layout.sample.host_defects import HOST_DEFECTS
    from chukan_layout.sample.text_defects import TEXT_DEFECTS

    table = Table(title=common.text("入れられる誤り", "faults that can be injected"), title_justify="left")
    for ja, en in (("種類", "kind"), ("ファイル", "file"), ("規則", "rule"), ("説明", "what")):
        table.add_column(common.text(ja, en))
    for d in (*DEFECTS, *HOST_DEFECTS, *TEXT_DEFECTS):
        table.add_row(d.kind, d.file, d.rule, d.note)
    common.write_table(table)
    return 0


def bar_of(common: Common, rows: int):  # type: ignore[no-untyped-def]
    """A context that gives a function to tell finished records to."""
    from contextlib import nullcontext

    if not common.progress_shown():
        return nullcontext(lambda n: None)
    return _shown(common, rows)


def _shown(common: Common, rows: int):  # type: ignore[no-untyped-def]
    from contextlib import contextmanager

    @contextmanager
    def bar():  # type: ignore[no-untyped-def]
        from rich.progress import Progress

        with Progress(console=common.console(), transient=True) as progress:
            task = progress.add_task(common.text("合成", "making"), total=rows)
            yield lambda n: progress.update(task, advance=n)

    return bar()
