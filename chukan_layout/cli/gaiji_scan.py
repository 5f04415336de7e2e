"""``chukan gaiji scan``."""

from __future__ import annotations

from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError

_TABLES = (".csv", ".tsv", ".tab", ".parquet", ".txt")


@click.command("scan")
@click.argument("sources", nargs=-1, required=True, metavar="SRC...", type=click.Path(exists=True, path_type=Path))
@click.option("--column", "columns", metavar="NAME", multiple=True, help="見る列。なければ文字の列すべて (columns; else all)")
@click.option("--rules", metavar="FILE", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="団体の外字表。解決するかを見る (tables of the body)")
@click.option("--notation", type=click.Choice(["unicode", "cp932", "jef", "keis", "jips", "euc", "juki"]),
              help="外字表のコードの表記 (how its codes are written)")
@click.option("--font", metavar="FONT", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="団体の外字フォント。HTML に字形を載せる (the body's font, for pictures)")
@click.option("--encoding", default="", metavar="NAME", help="文字コード。なければ見分ける (encoding)")
@click.option("--fail-on-unresolved", is_flag=True, help="解決しない文字があれば終了コード1 (exit 1 when any does not resolve)")
@common_options(formats=("table", "csv", "xlsx", "html", "json"), show=("output_file", "quiet", "lang"))
def scan(
    sources: tuple[Path, ...], columns: tuple[str, ...], rules: tuple[Path, ...], notation: str | None,
    font: Path | None, encoding: str, fail_on_unresolved: bool, common: Common,
) -> int:  # fmt: skip
    """外字・異体字の棚卸し (inventory of gaiji and variants).

    SRC は CSV・TSV・Parquet かフォルダー。文字ごとに件数・列・行・伏せた前後・区分・解決の可否を示します。
    Every unusual character with counts, places, masked context, its class, and whether it resolves.

    \b
    例 (examples):
      chukan gaiji scan source/
      chukan gaiji scan 住民.csv --rules 外字表.csv --font EUDC.TTE --format html --output-file 棚卸し.html
    """
    from chukan_layout.gaiji import inventory_views
    from chukan_layout.gaiji.rules import read_rules
    from chukan_layout.gaiji.scan import Inventory
    from chukan_layout.gaiji.table_files import TableFileError, read_table, text_columns

    files = [f for s in sources for f in (_below(s) if s.is_dir() else [s])]
    if not files:
        raise CliError("表のファイルがありません", "there is no file of a table")
    if common.format == "xlsx" and common.output_file is None:
        raise CliError("xlsx は --output-file に書きます", "xlsx goes to --output-file")
    inventory = Inventory({unit: i for path in rules for unit, i in read_rules(path, notation=notation).identities().items()})  # type: ignore[arg-type]
    broken = []
    for file in files:
        try:
            table = read_table(file, encoding)
        except TableFileError as failure:
            if len(files) == 1:
                raise
            broken.append(file.name)
            common.say(failure.ja, failure.en)
            continue
        wanted = tuple(c for c in columns if c in table.columns) if len(files) > 1 else columns
        for column in text_columns(table, wanted) if wanted or not columns else []:
            inventory.add(file.name, column, table[column])
    units = inventory.units()
    if common.format == "table":
        common.write_table(inventory_views.table(units, common.lang))
    elif common.format == "csv":
        common.write("\ufeff" + inventory_views.csv(units))
    elif common.format == "json":
        common.write(inventory_views.as_json(units, [f.name for f in files]))
    else:
        pictures = _pictures(font, common)
        made = inventory_views.html(units, pictures) if common.format == "html" else inventory_views.xlsx(units, pictures)
        common.write(made)
    unresolved = sum(not u["resolved"] for u in units)
    common.say(
        f"{len(units)} 種類 ({unresolved} 種類は未解決)、値 {inventory.values} 個を調べました",
        f"{len(units)} kinds ({unresolved} unresolved) in {inventory.values} values",
    )
    return 1 if broken or (fail_on_unresolved and unresolved) else 0


def _below(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in _TABLES and p.is_file() and "ledger" not in p.name)


def _pictures(font: Path | None, common: Common):  # type: ignore[no-untyped-def]
    from chukan_layout.gaiji.shape.sources import UnitPictures, needs_extra

    missing = needs_extra()
    if font is not None and missing:
        raise CliError(f"--font には {missing} が要ります: pip install 'chukan-layout[gaiji]'", f"--font needs {missing}: pip install 'chukan-layout[gaiji]'")
    del common
    return UnitPictures(font)
