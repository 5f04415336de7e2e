"""``chukan gaiji convert`` and ``chukan gaiji restore``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chukan_layout.cli.common import Common, common_options, write_whole
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.gaiji.apply import Limit
    from chukan_layout.gaiji.convert import Policy

_SEEN = ("output_file", "quiet", "lang")
_REPRESENTATIONS = ("mj_ivs", "mj_ivs_always", "mj_plus", "mj_name", "ucs", "x0213", "x0208", "cp932")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)


@click.command("convert")
@click.argument("source", metavar="SRC", type=_FILE)
@click.option("--to", required=True, type=click.Choice(_REPRESENTATIONS), help="出力の表し方 (representation of the output)")
@click.option("--none", "fallback", required=True, type=click.Choice(["geta", "bullet", "reading", "keep"]),
              help="行き先のない文字: 〓、●、読み、そのまま。必ず指定する (what has no target becomes; always asked)")
@click.option("--stop", type=click.Choice(["safe", "legal", "full"]), default="full", show_default=True,
              help="縮退をどこまで許すか: 包摂、告示・通達、すべて (how far 縮退 may go)")
@click.option("--out", required=True, metavar="FILE", type=_NEW, help="変換後の CSV・TSV・Parquet (the converted table)")
@click.option("--ledger", metavar="FILE", type=_NEW, help="台帳。なければ 出力名.ledger.parquet (the ledger)")
@click.option("--rules", metavar="FILE", type=_FILE, multiple=True, help="団体の外字表 (table of the body)")
@click.option("--notation", type=click.Choice(["unicode", "cp932", "jef", "keis", "jips", "euc", "juki"]),
              help="外字表のコードの表記 (how its codes are written)")
@click.option("--column", "columns", metavar="NAME", multiple=True, help="変換する列。なければ文字の列すべて (columns; else all)")
@click.option("--key", metavar="NAME", multiple=True, help="レコードを表す列。台帳に残す (columns that name the record)")
@click.option("--reading", metavar="COL=KANA", multiple=True, help="読みの列。--none reading のとき (column of the reading)")
@click.option("--limit", metavar="COL=N[bytes|utf16|chars]", multiple=True, help="列の長さの上限 (longest value of a column)")
@click.option("--source", "kind", type=click.Choice(["unicode", "juki"]), default="unicode", show_default=True,
              help="元の文字: Unicode か住基ネット統一文字 (what the codes are)")
@click.option("--source-default", type=click.Choice(["as_is", "jis78", "jis90", "jis2004"]), default="as_is",
              show_default=True, help="元のフォントの例示字形 (default shapes of the source's fonts)")
@click.option("--gj-font", metavar="FONT", type=_FILE, help="行政事務標準文字のフォント。GJ の面 16 のコードを読む (font with GJ glyphs)")
@click.option("--font", metavar="FONT", type=_FILE, help="団体の外字フォント。HTML に字形を載せる (the body's font, for pictures)")
@click.option("--encoding", default="", metavar="NAME", help="元の文字コード。なければ見分ける (encoding of SRC)")
@click.option("--out-encoding", default="utf-8", show_default=True, metavar="NAME", help="出力の文字コード (of the output)")
@common_options(formats=("human", "json", "html"), show=_SEEN)
def convert(source: Path, out: Path, ledger: Path | None, common: Common, **words: Any) -> int:
    """外字を変換する。置き換えはすべて台帳に残る (convert gaiji; every replacement goes to the ledger).

    \b
    例 (examples):
      chukan gaiji convert 住民.csv --rules 外字表.csv --to mj_ivs --none keep --out 変換後.csv
      chukan gaiji convert 宛名.parquet --to x0208 --none geta --stop legal --column 氏名 --key 宛名番号 \\
        --limit 氏名=40bytes --out 縮退.parquet --format html --output-file 縮退.html
    """
    from chukan_layout.gaiji import reports
    from chukan_layout.gaiji.apply import apply
    from chukan_layout.gaiji.convert import Converter
    from chukan_layout.gaiji.table_files import read_table, table_bytes, text_columns

    if out.resolve() == source.resolve():
        raise CliError("元のファイルには書きません。--out に別の名前を", "the source is never overwritten; choose another --out")
    table = read_table(source, words["encoding"])
    columns = text_columns(table, words["columns"])
    columns = [c for c in columns if words["columns"] or c not in words["key"]]
    text_columns(table, words["key"])
    converter = Converter(policy_of(words))
    readings = _readings(words["reading"], table.columns, words["fallback"])
    done = apply(converter, table, columns, key=words["key"], readings=readings, limits=_limits(words["limit"], columns))
    made = table_bytes(done.table, out.suffix.lower(), words["out_encoding"])
    kept = ledger or out.with_name(out.name + ".ledger.parquet")
    write_whole(kept, table_bytes(done.ledger, ".parquet"))
    write_whole(out, made)
    if common.format == "json":
        common.write(json.dumps(done.report, ensure_ascii=False, indent=2) + "\n")
    elif common.format == "html":
        from chukan_layout.gaiji.shape.sources import UnitPictures

        common.write(reports.conversion_html(done.report, UnitPictures(words["font"])))
    elif common.output_file is not None or not common.quiet:
        common.write_table(reports.conversion_text(done.report, common.lang))
    common.say(f"台帳: {kept.name} ({len(done.ledger)} 行)", f"ledger: {kept.name} ({len(done.ledger)} rows)")
    return 1 if done.report["unresolved"] else 0


@click.command("restore")
@click.argument("source", metavar="SRC", type=_FILE)
@click.option("--out", required=True, metavar="FILE", type=_NEW, help="戻した表 (the restored table)")
@click.option("--ledger", metavar="FILE", type=_FILE, help="台帳。なければ SRC名.ledger.parquet (the ledger)")
@click.option("--encoding", default="", metavar="NAME", help="SRC の文字コード (encoding of SRC)")
@click.option("--out-encoding", default="utf-8", show_default=True, metavar="NAME", help="出力の文字コード (of the output)")
@common_options(show=("quiet", "lang"))
def restore(source: Path, out: Path, ledger: Path | None, encoding: str, out_encoding: str, common: Common) -> int:
    """台帳で元の文字に戻す (undo a conversion by its ledger).

    変換後に値が変わっていれば、何も書かずに止まります。
    When a value was changed after the conversion, nothing is written.

    \b
    例 (examples):
      chukan gaiji restore 縮退.parquet --out 元.parquet
    """
    import polars as pl

    from chukan_layout.gaiji.convert import LEDGER, Restored
    from chukan_layout.gaiji.convert import restore as undo
    from chukan_layout.gaiji.table_files import read_table, table_bytes, text_columns

    kept = ledger or source.with_name(source.name + ".ledger.parquet")
    if not kept.is_file():
        raise CliError(f"台帳がありません: {kept.name}。--ledger で指定してください", f"no ledger {kept.name}; give --ledger")
    table, rows = read_table(source, encoding), read_table(kept)
    if dict(rows.schema) != {name: kind() for name, kind in LEDGER.items()}:
        raise CliError(f"台帳ではありません: {kept.name}", f"not a ledger: {kept.name}")
    columns = rows["column"].unique(maintain_order=True).to_list()
    text_columns(table, tuple(columns))
    for column in columns:
        steps = rows.filter(pl.col("column") == column)
        try:
            table = table.with_columns(undo(table[column], steps).alias(column))
        except Restored as differs:
            raise CliError(
                f"列 {column} の {differs.row + 1} 行目が台帳と合いません。変換後に変わっています。何も書いていません",
                f"row {differs.row + 1} of {column} is not what the ledger says; nothing was written",
            ) from None
    made = table_bytes(table, out.suffix.lower(), out_encoding)
    write_whole(out, made)
    common.say(f"{len(rows)} 箇所を戻しました: {out.name}", f"{len(rows)} replacements undone: {out.name}")
    return 0


def policy_of(words: dict[str, Any]) -> Policy:
    """The policy that the options of a command say.  A table with an error is refused as a whole."""
    from chukan_layout.gaiji.convert import Policy
    from chukan_layout.gaiji.defaults import default_shapes
    from chukan_layout.gaiji.identity import Identity
    from chukan_layout.gaiji.rules import read_rules

    rules: dict[str, Identity] = {}
    versions = []
    for path in words["rules"]:
        table = read_rules(path, notation=words["notation"])
        if not table.usable:
            bad = [p for p in table.problems if p.severity == "error"]
            lines = "\n".join(f"  {p.row} 行: {p.ja}" for p in bad[:20])
            raise CliError(
                f"外字表 {path.name} に誤りが {len(bad)} 件あります。何も変換していません。\n{lines}",
                f"{len(bad)} errors in the table {path.name}; nothing was converted.\n"
                + "\n".join(f"  row {p.row}: {p.en}" for p in bad[:20]),
            )
        rules |= table.identities()
        versions.append(table.version)
    planes: dict[int, str] = {}
    if words.get("gj_font"):
        planes = _planes(words["gj_font"])
        rules |= {char: Identity(mj, "gj") for mj, char in planes.items()}
    shapes = default_shapes(words["source_default"]) if words.get("source_default", "as_is") != "as_is" else {}
    return Policy(
        to=words["to"], fallback=words["fallback"], stop=words["stop"], source=words["kind"], rules=rules,
        planes=planes, defaults=shapes, rules_version=", ".join(versions),
    )  # fmt: skip


def _planes(font: Path) -> dict[int, str]:
    from chukan_layout.gaiji.gj import planes_of

    return planes_of(font)


def _limits(words: tuple[str, ...], columns: list[str]) -> list[Limit]:
    from chukan_layout.gaiji.apply import Limit

    limits = []
    for word in words:
        found = re.fullmatch(r"(.+)=(\d+)(bytes|utf16|chars)?", word)
        if found is None or found[1] not in columns:
            raise CliError(f"--limit {word} を読めません。例: 氏名=40bytes", f"cannot read --limit {word}, e.g. 氏名=40bytes")
        limits.append(Limit(found[1], int(found[2]), found[3] or "bytes"))  # type: ignore[arg-type]
    return limits


def _readings(words: tuple[str, ...], columns: list[str], fallback: str) -> dict[str, str]:
    pairs = dict(word.split("=", 1) for word in words if "=" in word)
    wrong = [w for w in words if "=" not in w] + [c for pair in pairs.items() for c in pair if c not in columns]
    if wrong or (fallback == "reading" and not pairs):
        raise CliError(
            "--none reading には --reading 氏名=氏名カナ のように読みの列が要ります",
            "--none reading needs --reading COLUMN=KANA_COLUMN with columns of the table",
        )
    return pairs
