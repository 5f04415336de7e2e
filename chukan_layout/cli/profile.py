"""``chukan profile``: what a dump holds, found from the dump itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.model.layout import LayoutSet
    from chukan_layout.model.mapping import Mapping

STANDARD = "standard"


@click.command("profile")
@click.argument("dumps", nargs=-1, required=True, metavar="DUMP...", type=click.Path(exists=True, path_type=Path))
@click.option("--encoding", default="", metavar="CHARSET", help="文字コード。なければ推定する (charset; else proposed)")
@click.option("--record-length", type=click.IntRange(1, 1 << 20), metavar="N",
              help="固定長レコードの長さ。なければ見つける (length of records; else found)")
@click.option("--against", default="", metavar="VENDOR",
              help="マッピング(vendorA など)か standard と比べ、違いがあれば終了コード1 (compare; exit 1 when they differ)")
@common_options(("table", "json", "html", "xlsx"),
                show=("layout_version", "layouts", "output_file", "no_progress", "quiet", "lang"))
def profile(dumps: tuple[Path, ...], encoding: str, record_length: int | None, against: str, common: Common) -> int:
    """資料のない移行元を調べ、現行システムデータ一覧を作る (profile a dump without documents).

    DUMP はファイル、フォルダー、書庫 (zip, tar)。文字コード、区切りかレコード長、項目の型・桁数・値の種類、コードらしい列、
    日付の形、主キーと参照の候補、チェックデジット、外字、重複を示します。値は、コードのほかは文字の種類だけを示します。
    すべて提案です。決めるのは人です。
    Charset, dialect or record length, types, digits, codes, dates, keys, check digits, gaiji and duplicates of a dump.
    Values other than codes are shown as kinds of characters.  All of it is a proposal.

    \b
    例 (examples):
      chukan profile 移行元/
      chukan profile 移行元.zip --format xlsx --output-file 現行システムデータ一覧.xlsx
      chukan profile 移行元/ --against vendorA
      chukan profile JUKI.DAT --encoding jef-kana --format json
    """
    from chukan_layout.charset.registry import UnknownCharset
    from chukan_layout.cli import profile_views
    from chukan_layout.profile.api import profile_all
    from chukan_layout.read.discover import files_below

    common.needs_file()
    with tempfile.TemporaryDirectory(prefix="chukan-") as scratch:
        files, refused = files_below(dumps, Path(scratch))
        if not files and not refused:
            raise CliError("ファイルがありません。", "there is no file")
        mapping, layouts = _stated(against, common, [name for _, name in files])
        try:
            with _progress(common) as say:
                found = profile_all(files, encoding, record_length or 0, mapping, layouts, say)
        except UnknownCharset as unknown:
            near = "、".join(unknown.near) or "chukan charset list"
            raise CliError(f"文字コード {encoding} はありません: {near}", f"no charset {encoding}: {near}") from None
    for error in refused:
        common.say(error.message_ja, error.message_en)
    for ja, en in found.errors:
        common.say(ja, en)
    if common.format == "table":
        common.write_table(profile_views.tables(found, common.lang))
    elif common.format == "json":
        common.write(profile_views.as_json(found))
    elif common.format == "html":
        common.write(profile_views.html(found, common.lang))
    else:
        common.write(profile_views.xlsx(found, common.lang))
    if not any(file.shape for file in found.files):
        common.say("読めたファイルがありません。", "no file could be profiled")
        return 2
    return int(bool(found.differences or found.errors or refused))


def _stated(against: str, common: Common, names: list[str]) -> tuple[Mapping | None, LayoutSet | None]:
    if not against:
        return None, None
    from chukan_layout.spec.at_hand import areas_at_hand
    from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping

    if against == STANDARD:
        return None, load_layouts(common.layout_version, areas_at_hand(layout_folder(common.layout_version), names))
    return load_mapping(against, names), None


@contextmanager
def _progress(common: Common) -> Iterator[Callable[[str], None]]:
    """Says on stderr, on a terminal, which file is being read."""
    if not common.progress_shown():
        yield lambda _: None
        return
    with common.console().status("") as status:
        yield status.update
