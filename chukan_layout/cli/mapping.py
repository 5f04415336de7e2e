"""``chukan mapping``: make, see and check mappings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.problems import FORMATS

if TYPE_CHECKING:
    from chukan_layout.model.record import Profile

_SEEN = ("layout_version", "output_file", "lang")
PROFILES = ("ibm", "fujitsu", "hitachi", "nec-acos", "nec-avx", "pc")


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
@click.argument("sources", nargs=-1, metavar="DUMP...", type=click.Path(exists=True, path_type=Path))
@click.option("--encoding", metavar="NAME", default="", help="文字コード。--copybook ではベンダーから決まる (charset)")
@click.option("--area", help="業務の名前か番号。なければ見出しと値から推す (area; guessed when absent)")
@click.option("--file", "file", help="移行ファイルの名前か番号。なければ推す (file; guessed when absent)")
@click.option("--delimiter", default=",", show_default=True, help="区切り文字。\\t はタブ (\\t is a tab)")
@click.option("--accept", type=click.FloatRange(0, 1), default=None, metavar="0..1",
              help="この確信度以上の提案を有効な行にする。既定は何も採用しない (take proposals at or above; default none)")
@click.option("--names-only", is_flag=True, help="見出しだけを見る。値は読まない (look at the header only)")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="マッピングのフォルダーを作る。複数の DUMP に要る (a folder of mappings; for several dumps)")
@click.option("--copybook", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="COBOL のコピー句から固定長の定義を作る (record layout from a COBOL copybook)")
@click.option("--vendor", "profile", type=click.Choice(PROFILES), default="ibm", show_default=True,
              help="コピー句のベンダー: 符号、COMP、文字コードが決まる (vendor of the copybook)")
@click.option("--form", type=click.Choice(("fixed", "line", "rdw", "bdw")), default="fixed", show_default=True,
              help="レコードの区切り方 (how records are told apart)")
@click.option("--replacing", multiple=True, metavar="OLD=NEW",
              help="コピー句の語を読み替える（COPY … REPLACING OLD BY NEW）。例 :TAG:=RES。繰り返せる (as COPY REPLACING does)")
@click.option("--mixed", multiple=True, metavar="NAME", help="シフトコード入りの PIC X 項目。繰り返せる (PIC X fields that hold shift codes)")
@common_options(show=_SEEN)
def init(
    sources: tuple[Path, ...], encoding: str, area: str | None, file: str | None, delimiter: str, accept: float | None,
    names_only: bool, out: Path | None, copybook: Path | None, profile: Profile, form: str, mixed: tuple[str, ...],
    replacing: tuple[str, ...], common: Common,
) -> None:  # fmt: skip
    """資料のない移行元ファイルから、根拠と確信度つきでマッピングを提案する (propose a mapping from a dump).

    見出し（言い換え・略語・読み）、値（検査数字・日付・コード・郵便番号・カナ・キーらしさ・他のファイルとの重なり）、
    並びの位置から推します。提案はすべて「#? 」で始まる行に書き、確かめて「#? 」を取るまで有効になりません。
    値そのものは書きません（コード表の候補になる短い値を除く）。
    Proposals from names, contents and position, each with evidence and confidence; none is taken silently.

    \b
    例 (examples):
      chukan mapping init JUMIN.csv --encoding cp932 --area 住民基本台帳 --file 住民情報 \\
          --output-file mappings/vendorX/jumin.toml
      chukan mapping init dump/ --encoding cp932 --out mappings/vendorX
      chukan mapping init JUMIN.csv --encoding cp932 --area 1 --file 住民情報 --names-only
      chukan mapping init --copybook JUMIN.cpy --vendor fujitsu --area 1 --file 住民情報 --mixed 番地
      chukan mapping init --copybook COMMON.cpy --replacing :TAG:=RES
    """
    from chukan_layout.cli.mapping_init import header_draft, propose

    if copybook is not None:
        from chukan_layout.cli.mapping_copybook import from_copybook

        from_copybook(copybook, sources, encoding, profile, form, mixed, replacing, area, file, out, common)
        return
    if not sources or not encoding:
        raise CliError(
            "DUMP と --encoding（chukan charset list の名前）を指定してください。", "name a DUMP and an --encoding of chukan charset list"
        )
    from chukan_layout.cli.charset_name import charset_name

    encoding = charset_name(encoding)
    mark = delimiter.replace("\\t", "\t")
    if names_only:
        header_draft(sources, encoding, area, file, mark, common)
    else:
        propose(sources, encoding, area, file, mark, accept, out, common)
