"""``chukan mapping``: make, see and check mappings."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.problems import FORMATS

_SEEN = ("layout_version", "output_file", "lang")
_ENCODINGS = ("cp932", "euc-jp", "utf-8", "utf-16", "utf-16le", "utf-16be")


@click.group("mapping")
def mapping() -> None:
    """マッピングを作る・見る・検査する (make, see, check mappings).

    マッピングは、ベンダーのファイルから移行ファイルへの対応の宣言です。mappings/<ベンダー>/ にあり、
    環境変数 CHUKAN_MAPPINGS でフォルダーを加えられます。
    Mappings declare how a vendor's files become 移行ファイル; CHUKAN_MAPPINGS adds folders.

    \b
    例 (examples):
      chukan mapping show                    あるマッピングの一覧
      chukan mapping show vendorA            一つのベンダーの対応
      chukan mapping check vendorA           検査
      chukan mapping init JUMIN.csv --encoding cp932 --area 住民基本台帳 --file 住民情報
    """


@mapping.command("check")
@click.argument("vendor")
@common_options(FORMATS, show=_SEEN)
def check(vendor: str, common: Common) -> int:
    """マッピングを検査する (check a mapping).

    ない項目名(候補つき)、行き先のない移行元項目、理由のない必須項目、コード表の欠け、桁あふれなどを、ファイルと
    行番号ですべて挙げます。VENDOR は名前か、フォルダーのパス。
    Names every inconsistency with file and line. VENDOR is a name or the path of a folder.

    \b
    例 (examples):
      chukan mapping check vendorA
      chukan mapping check ./mymappings/vendorX --format json

    終了コード: 0 誤りなし、1 誤りあり。 Exit code: 0 no errors, 1 errors.
    """
    from chukan_layout.cli.problems import report
    from chukan_layout.spec.check_mapping import check_mapping_folder
    from chukan_layout.spec.load import load_layouts, mapping_folder

    folder = mapping_folder(vendor)
    layouts = load_layouts(_version(folder, common.layout_version))
    return report(check_mapping_folder(folder, layouts), f"マッピング {folder.resolve().name}", common)


def _version(folder: Path, asked: str) -> str:
    """The version the mapping is written for, unless another is asked for or it is not there."""
    from chukan_layout.spec.paths import versions
    from chukan_layout.spec.read_mapping import read_mapping

    if asked != "latest":
        return asked
    found = read_mapping(folder).mapping
    wanted = found.layout_version.removeprefix("V") if found else ""
    return wanted if wanted in versions() else asked


@mapping.command("show")
@click.argument("vendor", required=False)
@click.argument("file", required=False)
@common_options(("table", "json", "csv"), show=("output_file", "lang"))
def show(vendor: str | None, file: str | None, common: Common) -> None:
    """マッピングを見る (see a mapping).

    VENDOR がなければ、あるマッピングの一覧。FILE はマッピングの id。
    Without VENDOR, the list of mappings. FILE is the id of one file of it.

    \b
    例 (examples):
      chukan mapping show
      chukan mapping show vendorA
      chukan mapping show vendorA 住民 --format csv
    """
    from chukan_layout.cli import mapping_tables
    from chukan_layout.cli.errors import CliError
    from chukan_layout.spec.load import load_mapping, vendors

    if vendor is None:
        mappings = [load_mapping(name) for name in vendors()]
        if common.format == "table":
            common.write_table(mapping_tables.list_table(mappings, common.lang))
        else:
            render = {"json": mapping_tables.list_json, "csv": mapping_tables.list_csv}
            common.write(render[common.format](mappings))
        return
    found = load_mapping(vendor)
    files = [f for f in found.files if file is None or f.id == file]
    if not files:
        known = "、".join(f.id for f in found.files)
        raise CliError(f"「{file}」はありません。あるもの: {known}", f"there is no {file}; known: {known}")
    if common.format == "table":
        common.write_table(mapping_tables.show_tables(found, files, common.lang))
    elif common.format == "json":
        common.write(json.dumps(mapping_tables.show_value(found, files), ensure_ascii=False, indent=2) + "\n")
    else:
        common.write(mapping_tables.show_csv(files))


@mapping.command("init")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--encoding", type=click.Choice(_ENCODINGS), required=True, help="文字コード (charset)")
@click.option("--area", required=True, help="業務の名前か番号 (name or number of the area)")
@click.option("--file", "file", required=True, help="移行ファイルの名前か番号 (name or number of the file)")
@click.option("--delimiter", default=",", show_default=True, help="区切り文字。\\t はタブ (\\t is a tab)")
@common_options(show=_SEEN)
def init(source: Path, encoding: str, area: str, file: str, delimiter: str, common: Common) -> None:
    """CSVの見出しからマッピングの下書きを作る (a draft from the header of a file).

    SOURCE の一行目だけを読みます。名前の近い項目を結び、残りは処置を決める TODO の行にします。値は見ません。
    Reads the first line only, matches near names, and leaves the rest as TODO lines. Values are not read.

    \b
    例 (examples):
      chukan mapping init JUMIN.csv --encoding cp932 --area 住民基本台帳 --file 住民情報 \\
          --output-file mappings/vendorX/jumin.toml
    """
    from chukan_layout.cli.header import read_header
    from chukan_layout.spec.find import area_number, file_of
    from chukan_layout.spec.load import layout_folder, load_layouts
    from chukan_layout.spec.skeleton import Source, proposals, skeleton

    mark = delimiter.replace("\\t", "\t")
    columns, newline = read_header(source, encoding, mark)
    folder = layout_folder(common.layout_version)
    layouts = load_layouts(folder, areas=[area_number(folder, area)])
    target = file_of(layouts.areas[0], file)
    text = skeleton(Source(source.name, encoding, mark, newline, columns), target)
    common.write(text)
    matched = len(proposals(columns, target.items))
    common.say(
        f"移行元 {len(columns)} 項目、{target.id} {len(target.items)} 項目のうち {matched} 項目を結びました。"
        "TODO を決めてください。",
        f"{len(columns)} columns; {matched} of {len(target.items)} items matched. Decide every TODO.",
    )
