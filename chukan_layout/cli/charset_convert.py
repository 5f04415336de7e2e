"""``chukan charset convert``."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.charset.convert import Converted, Told


@click.command("convert")
@click.argument("source", metavar="SRC", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "from_", metavar="CHARSET", required=True, help="もとの文字コード (charset of SRC)")
@click.option("--to", metavar="CHARSET", default="utf-8", show_default=True, help="書く文字コード (charset to write)")
@click.option("--out", metavar="FILE", required=True, type=click.Path(dir_okay=False, path_type=Path), help="書くファイル (the new file)")
@click.option("--policy", "policies", metavar="KEY=VALUE", multiple=True, help="dash・slice・jef・keis_space・ivs の選択 (policies)")
@click.option("--problems", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="見つけたことのすべてを CSV に (everything that was odd, as CSV)")
@common_options((), show=("quiet", "lang"))
def convert(
    source: Path, from_: str, to: str, out: Path, policies: tuple[str, ...], problems: Path | None, common: Common
) -> int:
    """テキストのファイルの文字コードを変える (a text file in another charset).

    マッピングはどの文字コードも読みます(住基ネット統一文字の区切りテキストを除く)。変えるだけのときに使います。
    文字のない符号は私用領域の文字として残り、逆に変えると元の符号に戻ります。パック10進のあるファイルはテキストではありません。
    書けない文字、読めない符号があれば終了コード 1。
    Codes without a character are kept as private characters and come back on the way back.  Files with packed numbers
    are no text.  Ends with 1 when a code had no character or a character no code.

    \b
    例 (examples):
      chukan charset convert 住民.txt --from iso-2022-jp --out 住民.csv
      chukan charset convert JUKI.TXT --from jef-kana --policy slice=1 --out juki.csv --problems juki-外字.csv
      chukan charset convert 住民.csv --from utf-8 --to cp932 --out 戻し.csv
    """
    from chukan_layout.charset.convert import convert as converted
    from chukan_layout.cli.charset import named, policies_of

    origin, target = named(from_, policies_of(policies)), named(to, policies_of(policies))
    if out.exists() and out.samefile(source):
        raise CliError("SRC と同じファイルには書けません。", "FILE is SRC itself")
    with source.open("rb") as opened, _whole(out) as file, _listed(problems) as told:
        done = converted(opened, file, origin, target, told)
    _say(done, common)
    return int(any(done.kinds[kind] for kind in ("undefined", "odd-byte", "missing", "missing-shift-out")))


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone that is there when it is whole."""
    if not path.parent.is_dir():
        raise CliError(f"フォルダーがありません: {path.parent.name}", f"there is no folder {path.parent.name}")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".chukan-")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _listed(path: Path | None) -> Iterator[Callable[[Told], None]]:
    if path is None:
        yield lambda _: None
        return
    from io import TextIOWrapper

    with _whole(path) as raw, TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(("byte", "code", "kind"))
        yield lambda one: rows.writerow((one.offset, one.what, one.kind))
        text.flush()


def _say(done: Converted, common: Common) -> None:
    from chukan_layout.cli.charset_views import KINDS

    common.say(f"{done.read:,} バイトを {done.written:,} バイトに変えました。", f"{done.read:,} bytes became {done.written:,}")
    for kind, n in sorted(done.kinds.items()):
        ja, en = KINDS[kind]
        first = " ".join(f"{one.what}@{one.offset}" for one in done.first if one.kind == kind)
        common.say(f"  {ja}: {n:,} ({first})", f"  {en}: {n:,} ({first})")
