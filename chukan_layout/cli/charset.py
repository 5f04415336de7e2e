"""``chukan charset``: the charsets, what a file may be in, and tables of the user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.charset_convert import convert
from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.charset.registry import Charset
    from chukan_layout.charset.user import TableError

_SEEN = ("output_file", "quiet", "lang")


@click.group("charset")
def charset() -> None:
    """文字コードを見る・推定する・表を加える (charsets).

    パソコンとホストの文字コードを一つの仕組みで読み書きします。メーカーの拡張文字は、利用者の表で加えます。
    Charsets of PCs and hosts; tables of a vendor's extension characters are added by the user.

    \b
    例 (examples):
      chukan charset list                              文字コードの一覧
      chukan charset detect 移行元/*                   推定(決めるのは人)
      chukan charset show jef --hex 28B0A129           符号を読んでみる
      chukan charset add my-jef 表.tsv --base jef      表を加える
    """


charset.add_command(convert)


@charset.command("list")
@common_options(("table", "json", "csv"), show=_SEEN)
def list_(common: Common) -> None:
    """文字コードの一覧 (all charsets).

    \b
    例 (examples):
      chukan charset list
      chukan charset list --format json
    """
    from chukan_layout.charset import catalogue, registry
    from chukan_layout.cli import charset_views

    made = [named(name) for name in registry.names()]
    if common.format == "json":
        common.write(charset_views.list_json(made, catalogue.ALIASES))
    elif common.format == "csv":
        common.write(charset_views.list_csv(made, catalogue.ALIASES))
    else:
        common.write_table(charset_views.list_table(made, catalogue.ALIASES, common.lang))


@charset.command("show")
@click.argument("name")
@click.option("--hex", "code", metavar="HEX", help="読んでみるバイト列 (bytes to decode)")
@click.option("--text", metavar="TEXT", help="書いてみる文字 (characters to encode)")
@click.option(
    "--mode",
    type=click.Choice(["mixed", "single", "double"]),
    default="mixed",
    show_default=True,
    help="欄の種類 M・X・N (kind of field)",
)
@click.option(
    "--policy", "policies", metavar="KEY=VALUE", multiple=True, help="dash・slice・jef・keis_space・ivs の選択 (policies)"
)
@common_options(("text", "json", "tsv"), show=_SEEN)
def show(
    name: str, code: str | None, text: str | None, mode: str, policies: tuple[str, ...], common: Common
) -> int:
    """一つの文字コードを見る、試す (one charset; try it on bytes or text).

    --format tsv は符号と文字の表を書きます。add で読める形です。
    --format tsv writes the whole table, as `charset add` reads it.

    \b
    例 (examples):
      chukan charset show jef
      chukan charset show keis83 --hex 0A42B0A10A41
      chukan charset show ibm939 --text 漢字 --policy dash=jis
      chukan charset show jef --policy jef=face --format tsv --output-file jef-face.tsv
    """
    from chukan_layout.cli import charset_views

    made = named(name, policies_of(policies))
    if code is not None:
        decoded = made.decode(_bytes(code), mode)  # type: ignore[arg-type]
        common.write(charset_views.decoded(decoded, common.format, common.lang))
        return int(any(p.kind != "user-defined" for p in decoded.problems))
    if text is not None:
        encoded = made.encode(text, mode)  # type: ignore[arg-type]
        common.write(charset_views.encoded(encoded, common.format, common.lang))
        return int(bool(encoded.missing))
    if common.format == "tsv":
        common.write(charset_views.tsv(made))
    elif common.format == "json":
        common.write(charset_views.show_json(made))
    else:
        common.write(charset_views.show_text(made, common.lang))
    return 0


@charset.command("detect")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common_options(("table", "json"), show=_SEEN)
def detect(files: tuple[Path, ...], common: Common) -> int:
    """ファイルの文字コードを推定する (propose the charset of files).

    候補を、根拠と、最初のレコード(文字は種類だけを示す)とともに示します。決めるのは人で、マッピングに書きます。
    シフトコードのない2バイトの欄は、バイトだけからは分かりません。候補のないファイルがあれば終了コード 1。
    Candidates with evidence and the first records, masked; people decide, mappings pin it. Ends with 1 when a file has
    no candidate.

    \b
    例 (examples):
      chukan charset detect 移行元/JUKI.DAT
      chukan charset detect 移行元/* --format json
    """
    from chukan_layout.charset.detect import SAMPLE
    from chukan_layout.charset.detect import detect as propose
    from chukan_layout.cli import charset_views

    found = []
    for path in files:
        with path.open("rb") as opened:
            found.append((path.name, propose(opened.read(SAMPLE))))
    if common.format == "json":
        common.write(charset_views.detect_json(found))
    else:
        common.write_table(charset_views.detect_table(found, common.lang))
    return int(any(not detection.candidates for _, detection in found))


@charset.command("add")
@click.argument("name")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--base", metavar="CHARSET", required=True, help="もとになる文字コード (the charset it adds to)")
@click.option("--column", metavar="COLUMN", default="", help="文字の列の名前。なければ unicode (column of characters)")
@common_options((), show=_SEEN)
def add(name: str, table: Path, base: str, column: str, common: Common) -> None:
    """利用者の表を加える (add a table of codes).

    TABLE はタブ区切りの UTF-8。code(16進)と unicode(U+の16進、二つまで)の列が要ります。形は docs/charsets.md。
    加えた表は NAME で使えます。置き場所は環境変数 CHUKAN_CHARSETS で決められます。
    TABLE is tab-separated UTF-8 with the columns code and unicode; see docs/charsets.md.

    \b
    例 (examples):
      chukan charset add city-jef jef.tsv --base jef-kana
      chukan charset add city-sb single.tsv --base jef-kana --column FJ_KANA
    """
    from chukan_layout.charset import catalogue, registry, user
    from chukan_layout.cli import charset_views

    origin = named(base)
    if origin.name not in catalogue.DRAFTS or origin.kind == "unicode":
        raise CliError(f"{base} には表を加えられません。", f"no table can be added to {base}")
    known = [*catalogue.DRAFTS, *catalogue.ALIASES]
    try:
        made = user.add(name, origin.name, table, column, known)
    except user.TableError as wrong:
        raise _table_error(table, wrong) from None
    except ValueError:
        ja = f"名前 {name} は使えません。英小文字・数字・ハイフンで、既にある文字コードと違う名前にしてください。"
        en = f"{name} cannot be a name: small letters, digits and hyphens, and none of the charsets there are"
        raise CliError(ja, en) from None
    common.write(charset_views.added(made, origin, registry.get(name), common.lang))


def named(name: str, policies: dict[str, object] | None = None) -> Charset:
    """The charset of a name with policies; CliError for what there isn't."""
    from chukan_layout.charset import registry, user

    try:
        return registry.get(name, **(policies or {}))
    except registry.UnknownCharset as unknown:
        near = "、".join(unknown.near)
        ja = f"文字コード {name} はありません。" + (f"もしかして: {near}" if near else "chukan charset list で確かめてください。")
        en = f"there is no charset {name}" + (f"; did you mean {near}?" if near else "; see chukan charset list")
        raise CliError(ja, en) from None
    except user.TableError as wrong:
        raise _table_error(user.folder() / f"{name}.tsv", wrong) from None
    except ValueError as wrong:
        raise CliError(f"選択が正しくありません: {wrong}", f"no such policy: {wrong}") from None


def _table_error(path: Path, wrong: TableError) -> CliError:
    return CliError(f"{path.name} {wrong.line}行: {wrong.ja}", f"{path.name}, line {wrong.line}: {wrong.en}")


def policies_of(words: tuple[str, ...]) -> dict[str, object]:
    """``KEY=VALUE`` words; CliError for others."""
    found: dict[str, object] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise CliError(f"--policy は KEY=VALUE です: {word}", f"--policy takes KEY=VALUE: {word}")
        found[key] = int(value) if value.isdigit() else value
    return found


def _bytes(code: str) -> bytes:
    try:
        return bytes.fromhex(code)
    except ValueError:
        raise CliError(f"--hex は16進です: {code}", f"--hex takes hexadecimal digits: {code}") from None
