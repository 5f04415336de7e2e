"""``chukan layout``: see, check and compare layouts."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.problems import FORMATS

_SEEN = ("layout_version", "layouts", "output_file", "lang")


@click.group("layout")
def layout() -> None:
    """レイアウトを見る・検査・比較・取り込み・書き出し (see, check, compare, import, export layouts).

    レイアウトは、業務ごとの移行ファイルとデータ項目・コード表の定義です。layouts/<版>/ にあり、
    --layouts、chukan.toml の layouts、環境変数 CHUKAN_LAYOUTS でフォルダーを加えられます。
    Layouts define the files, items and code tables of each area; --layouts, chukan.toml or CHUKAN_LAYOUTS
    add folders.

    \b
    例 (examples):
      chukan layout list                          業務と移行ファイルの一覧
      chukan layout show 住民基本台帳 住民情報    データ項目一覧表
      chukan layout check                         定義の検査
      chukan layout diff 2.2 2.7                  版の違い
      chukan layout import 就学.xlsx              公式のブックを取り込む
      chukan layout export --xlsx --output-file レイアウト.xlsx
    """


@layout.command("list")
@common_options(("table", "json", "csv"), show=_SEEN)
def list_(common: Common) -> None:
    """業務と移行ファイルの一覧 (areas and their files).

    項目数、主キー、項目の出所(official 公式・successor 後継仕様・law 法令・draft 案)の内訳を示します。
    Shows the number of items, the key, and where the items are from.

    \b
    例 (examples):
      chukan layout list
      chukan layout list --format json
    """
    from chukan_layout.cli import layout_tables
    from chukan_layout.spec.listing import listing
    from chukan_layout.spec.load import load_layouts

    layouts = load_layouts(common.layout_version)
    if common.format == "json":
        common.write(json.dumps(listing(layouts), ensure_ascii=False, indent=2) + "\n")
    elif common.format == "csv":
        common.write(layout_tables.list_csv(layouts))
    else:
        common.write_table(layout_tables.list_table(layouts, common.lang))


@layout.command("show")
@click.argument("area")
@click.argument("file", required=False)
@common_options(("table", "json", "csv"), show=_SEEN)
def show(area: str, file: str | None, common: Common) -> None:
    """データ項目一覧表を見る (items, keys, checks and code tables).

    AREA は業務の名前か番号、FILE は移行ファイルの名前か番号。FILE がなければ業務のすべて。
    AREA is the name or number of an area, FILE of a file in it; without FILE, all of the area.

    \b
    例 (examples):
      chukan layout show 住民基本台帳
      chukan layout show 住民基本台帳 住民情報 --format csv --output-file 項目.csv
      chukan layout show 1 1 --format json
    """
    from chukan_layout.cli import layout_tables
    from chukan_layout.spec.find import area_number, file_of
    from chukan_layout.spec.load import layout_folder, load_layouts

    folder = layout_folder(common.layout_version)
    layouts = load_layouts(folder, areas=[area_number(folder, area)])
    found = layouts.areas[0]
    files = [file_of(found, file)] if file else list(found.files)
    if common.format == "json":
        common.write(layout_tables.show_json(layouts, found, files))
    elif common.format == "csv":
        common.write(layout_tables.show_csv(files))
    else:
        common.write_table(layout_tables.show_tables(layouts, found, files, common.lang))


@layout.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@common_options(FORMATS, show=_SEEN)
def check(folder: Path | None, common: Common) -> int:
    """レイアウトの定義を検査する (check the definitions).

    書き方の誤り、重複、ないコード表、桁あふれ、合わないサンプル値、検査の参照の誤りなどを、ファイルと行番号で
    すべて挙げます。FOLDER は一つの版のフォルダー、なければ --layout-version の版。
    Names every inconsistency with file and line. FOLDER is the folder of one version.

    \b
    例 (examples):
      chukan layout check
      chukan layout check ./mylayouts/2.7 --format github

    終了コード: 0 誤りなし、1 誤りあり。 Exit code: 0 no errors, 1 errors.
    """
    from chukan_layout.cli.problems import report
    from chukan_layout.spec.check_layout import check_layout_folder
    from chukan_layout.spec.load import layout_folder

    place = layout_folder(folder / "." if folder else common.layout_version)
    return report(check_layout_folder(place, extra=folder is None), f"レイアウト {place.resolve().name}", common)


@layout.command("import")
@click.argument("books", nargs=-1, required=True, metavar="BOOK.xlsx...",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
              help="版のフォルダー。なければ ./layouts/<版> (folder of the set)")
@click.option("--source-version", metavar="V", help="ブックに版が書かれていないとき (when the sheets do not say)")
@click.option("--area", metavar="NAME", help="ブックに業務名が書かれていないとき (when the sheets do not say)")
@click.option("--area-no", metavar="N", type=click.IntRange(1, 99), help="その業務の番号 (number of that area)")
@click.option("--complete", is_flag=True,
              help="主キー・検査・秘密区分など、ブックにないものを --layout-version の版から補う (take what the book lacks)")
@click.option("--overwrite", is_flag=True, help="すでにある業務を置き換える (replace areas that exist)")
@common_options(FORMATS, show=_SEEN)
def import_(
    books: tuple[Path, ...], out: Path | None, source_version: str | None, area: str | None, area_no: int | None,
    complete: bool, overwrite: bool, common: Common,
) -> int:  # fmt: skip
    """公式のブックを取り込む (import the official workbook).

    移行ファイル構成表・データ項目一覧表・コード構成表・コード一覧表、または基本データリストのシートを、見出しから
    見つけて読みます。読めないセルが一つでもあれば、すべてを挙げて何も書きません。主キーはブックにないので、
    取り込んだあと key を書き、layout check で確かめます。
    Finds the sheets by their headings. When a cell cannot be read, all of them are named and nothing is written.

    \b
    例 (examples):
      chukan layout import 就学.xlsx
      chukan layout import 基本データリスト.xlsx --source-version 2.1
      chukan layout import 就学.xlsx --complete
      chukan layout import 国保.xlsx --area 国民健康保険 --out ./layouts/2.7 --overwrite

    終了コード: 0 取り込んだ、1 読めないセルがある、2 レイアウトのブックでない。
    """
    from chukan_layout.cli.problems import report
    from chukan_layout.spec.load import layout_folder, load_layouts
    from chukan_layout.spec.read_layouts import area_names
    from chukan_layout.spec.workbook.importer import import_books
    from chukan_layout.spec.workbook.install import install

    known = area_names(layout_folder("latest"))
    if area and area_no:
        known = {**known, area: area_no}
    found = import_books(books, known, source_version, area)
    what = "、".join(book.name for book in books)
    code = report(found.problems, what, common)
    if found.layouts is None:
        common.say("何も書いていません。", "Nothing was written.")
        return 1
    layouts = found.layouts
    if complete:
        from chukan_layout.spec.workbook.complete import completed

        layouts = completed(layouts, load_layouts(common.layout_version))
    folder = out or Path("layouts") / layouts.version
    written = install(layouts, folder, overwrite)
    for a in layouts.areas:
        keyless = [f.id for f in a.files if not f.key]
        count = sum(len(f.items) for f in a.files)
        common.say(f"{a.no:02d} {a.name}: {len(a.files)} ファイル {count} 項目", f"{a.no:02d} {a.name}: {len(a.files)} files, {count} items")
        if keyless:
            common.say(f"  主キー (key) を書いてください: {'、'.join(keyless)}", f"  write the key of: {', '.join(keyless)}")
    common.say(f"{folder} に {written} 個のファイルを書きました。", f"{written} files written to {folder}.")
    return code


@layout.command("export")
@click.argument("areas", nargs=-1, metavar="[AREA...]")
@click.option("--xlsx", "xlsx", is_flag=True, help="--format xlsx と同じ (the same as --format xlsx)")
@common_options(("xlsx", "html", "markdown", "csv"), show=_SEEN)
def export(areas: tuple[str, ...], xlsx: bool, common: Common) -> None:
    """レイアウトを書き出す (export layouts).

    xlsx は公式のブックと同じ形のシートに、公式の欄にないもの(主キー、検査、出所など)の「付加」シートを加えたもの。
    layout import で読み戻すと元と同じになります。html と markdown は業務ごとの説明、csv はコード表の一覧 (マスター)。AREA がなければすべての業務。
    The workbook has the shape of the official one, with sheets for what that lacks; importing it gives the same. csv has the code tables.

    \b
    例 (examples):
      chukan layout export --xlsx --output-file レイアウト.xlsx
      chukan layout export 就学 --xlsx --output-file 就学.xlsx
      chukan layout export 住民基本台帳 --format html --output-file 住民基本台帳.html
      chukan layout export 住民基本台帳 --format csv --output-file コード表.csv
    """
    from chukan_layout.cli.common import BINARY
    from chukan_layout.cli.errors import CliError
    from chukan_layout.spec.find import area_number
    from chukan_layout.spec.load import layout_folder, load_layouts

    wanted = "xlsx" if xlsx else common.format
    if wanted in BINARY and common.output_file is None:
        raise CliError("xlsx には --output-file が要ります。", "xlsx needs --output-file")
    folder = layout_folder(common.layout_version)
    layouts = load_layouts(folder, [area_number(folder, a) for a in areas] if areas else None)
    if wanted == "xlsx":
        from chukan_layout.spec.workbook.export import workbook

        common.write(workbook(layouts))
    elif wanted == "csv":
        from chukan_layout.spec.masters import masters
        from chukan_layout.write.csv_text import csv_text

        common.write(csv_text(masters(layouts)))
    else:
        from chukan_layout.spec.pages import html, markdown

        common.write((html if wanted == "html" else markdown)(layouts))


@layout.command("diff")
@click.argument("old")
@click.argument("new")
@common_options(("table", "markdown", "json", "csv"), show=("layouts", "output_file", "lang"))
def diff(old: str, new: str, common: Common) -> int:
    """二つの版の違い (what changed between two versions).

    OLD と NEW は版か、版のフォルダー。業務・移行ファイル・項目・検査・コード表の追加、削除、変更を挙げ、
    旧に合うデータが新に合わなくなりうるもの(互換を破るもの)に印を付けます。
    OLD and NEW are versions or folders of versions. What may make right data wrong is marked as breaking.

    \b
    例 (examples):
      chukan layout diff 2.2 2.7
      chukan layout diff 2.2 2.7 --format markdown --output-file 違い.md
      chukan layout diff 2.7 ./mylayouts/2.7 --format csv

    終了コード: 0 違いなし、1 違いあり。 Exit code: 0 same, 1 different.
    """
    from chukan_layout.cli import layout_tables
    from chukan_layout.spec.diff import diff as differences
    from chukan_layout.spec.load import load_layouts

    changes = differences(load_layouts(old), load_layouts(new))
    if common.format == "json":
        common.write(layout_tables.diff_json(changes))
    elif common.format == "csv":
        common.write(layout_tables.diff_csv(changes))
    elif common.format == "markdown":
        common.write(layout_tables.diff_markdown(changes, old, new))
    elif changes:
        common.write_table(layout_tables.diff_table(changes, common.lang))
    broken = sum(c.breaking for c in changes)
    common.say(f"違い {len(changes)} 件 (互換を破るもの {broken} 件)", f"{len(changes)} differences, {broken} breaking")
    return 1 if changes else 0
