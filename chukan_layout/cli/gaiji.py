"""``chukan gaiji``: the list of its commands."""

from __future__ import annotations

import click

from chukan_layout.cli.lazy import LazyGroup

COMMANDS = {
    "scan": ("chukan_layout.cli.gaiji_scan", "外字・異体字の棚卸し (inventory of unusual characters)"),
    "convert": ("chukan_layout.cli.gaiji_convert", "外字・縮退の変換。台帳を残す (convert, with a ledger)"),
    "restore": ("chukan_layout.cli.gaiji_convert", "台帳で元に戻す (undo by the ledger)"),
    "identify": ("chukan_layout.cli.gaiji_identify", "字形から MJ を探す (which MJ glyph is this picture)"),
    "register": ("chukan_layout.cli.gaiji_register", "外字表・共通登録簿 (tables of bodies, common register)"),
}


@click.group(
    "gaiji",
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def gaiji() -> None:
    """外字: 棚卸し、同定、変換、復元、登録簿 (gaiji: scan, identify, convert, restore, registers).

    どの文字も MJ図形名 を通して変換し、置き換えをすべて台帳に残します。台帳があれば元に戻せます。
    Every character goes through its MJ図形名; every replacement is in a ledger, which undoes it.

    \b
    例 (examples):
      chukan gaiji scan source/ --format html --output-file 棚卸し.html
      chukan gaiji identify EUDC.TTE --out 同定.xlsx
      chukan gaiji register apply 同定.xlsx --out 外字表.csv
      chukan gaiji convert 住民.csv --rules 外字表.csv --to mj_ivs --none geta --out 変換後.csv
      chukan gaiji restore 変換後.csv --out 元.csv
    """
