"""``chukan rule``: the catalogue of rules and the page of one rule."""

from __future__ import annotations

import click

from chukan_layout.cli.common import Common, common_options

_SEEN = ("layout_version", "output_file", "lang")


@click.group("rule")
def rule() -> None:
    """検査規則を見る (see the rules).

    規則の多くはレイアウトの項目から作られ、IDは 業務-移行ファイル-項目-種類 (01-01-005-COD) です。
    S- で始まる規則は、すべてのファイルの形についてのものです。
    Most rules are made from the items of the layouts; ids beginning with S- are about files as such.

    \b
    例 (examples):
      chukan rule list --area 住民基本台帳     業務の規則の一覧
      chukan rule show 01-01-005-COD           一つの規則の説明と対応方法
    """


@rule.command("list")
@click.option("--area", metavar="AREA", help="業務の名前か番号 (name or number of an area)")
@common_options(("table", "json", "csv", "xlsx"), show=_SEEN)
def list_(area: str | None, common: Common) -> None:
    """規則の一覧 (the rules of the layouts).

    業務を指定しなければ、すべての業務の規則と、ファイルの形の規則を示します。
    Without --area, the rules of all areas, and those about the structure of files.

    \b
    例 (examples):
      chukan rule list
      chukan rule list --area 1 --format csv --output-file 規則.csv
      chukan rule list --format xlsx --output-file エラーメッセージ対応一覧.xlsx
    """
    from chukan_layout.cli import rule_views
    from chukan_layout.rules.catalogue import catalogue
    from chukan_layout.spec.find import area_number
    from chukan_layout.spec.load import layout_folder, load_layouts

    common.needs_file()
    folder = layout_folder(common.layout_version)
    wanted = [area_number(folder, area)] if area is not None else None
    layouts = load_layouts(folder, areas=wanted)
    rules = [r for r in catalogue(layouts).values() if wanted is None or r.area in wanted]
    if common.format == "json":
        common.write(rule_views.list_json(layouts, rules))
    elif common.format == "csv":
        common.write(rule_views.list_csv(rules))
    elif common.format == "xlsx":
        common.write(rule_views.list_xlsx(layouts, rules))
    else:
        common.write_table(rule_views.list_table(layouts, rules, common.lang))
    common.say(f"規則 {len(rules)} 件", f"{len(rules)} rules")


@rule.command("show")
@click.argument("rule_id", metavar="ID")
@common_options(("text", "json", "markdown", "html"), show=_SEEN)
def show(rule_id: str, common: Common) -> None:
    """一つの規則の説明 (the page of one rule).

    何を検査するか、なぜ、例、対応方法、根拠、自動修正の可否を示します。ID は指摘にあるものです。
    What it checks, why, examples, what to do, on what ground. ID is what a finding names.

    \b
    例 (examples):
      chukan rule show 01-01-022-ERA
      chukan rule show S-RAGGED --lang en
    """
    from chukan_layout.cli import rule_views
    from chukan_layout.cli.errors import CliError
    from chukan_layout.rules.catalogue import NoRule
    from chukan_layout.rules.page import page
    from chukan_layout.spec.load import load_layouts

    try:
        found = page(load_layouts(common.layout_version), rule_id)
    except NoRule as missing:
        near = "、".join(missing.near)
        hint = f"もしかして: {near}" if near else "chukan rule list で確かめてください。"
        ja = f"規則 {rule_id} はありません。{hint}"
        en = f"there is no rule {rule_id}" + (f"; did you mean {near}?" if near else "; see chukan rule list")
        raise CliError(ja, en) from None
    if common.format == "json":
        common.write(rule_views.page_json(found))
        return
    shown = {"text": rule_views.page_text, "markdown": rule_views.page_markdown, "html": rule_views.page_html}
    common.write(shown[common.format](found, common.lang))
