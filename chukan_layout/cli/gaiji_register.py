"""``chukan gaiji register``: apply, merge, show."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chukan_layout.cli.common import Common, common_options, write_whole
from chukan_layout.cli.errors import CliError
from chukan_layout.write.csv_text import csv_text

if TYPE_CHECKING:
    from chukan_layout.gaiji.rules import RuleTable

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_NOTATION = click.option("--notation", type=click.Choice(["unicode", "cp932", "jef", "keis", "jips", "euc", "juki"]),
                         help="コードの表記 (how codes are written)")  # fmt: skip
_RULE_HEADS = ("外字コード", "MJ図形名", "同定区分", "判断者", "判断日", "備考")


@click.group("register")
def register() -> None:
    """外字表と共通登録簿 (tables of bodies and the common register).

    \b
    例 (examples):
      chukan gaiji register apply 同定.xlsx --decided-by 住民課 --out 外字表.csv
      chukan gaiji register merge A市=a.csv B町=b.xlsx --policy common --out 登録簿.json
      chukan gaiji register show 登録簿.json
    """


@register.command("apply")
@click.argument("sheet", metavar="SHEET", type=_FILE)
@click.option("--out", required=True, metavar="FILE", type=_NEW, help="外字表 CSV (the rule table)")
@click.option("--decided-by", default="", metavar="WHO", help="判断者。表にないとき (who decided, where the sheet does not say)")
@_NOTATION
@common_options(show=("as_of", "quiet", "lang"))
def apply(sheet: Path, out: Path, decided_by: str, notation: str | None, common: Common) -> int:
    """確かめた同定表を外字表として取り込む (a reviewed sheet becomes a rule table).

    誤りが一つでもあれば何も書きません。だれがいつ決めたかを残します。
    """
    from chukan_layout.gaiji.identity import name_of
    from chukan_layout.gaiji.rules import read_rules

    table = read_rules(sheet, notation=notation)  # type: ignore[arg-type]
    _told(table.problems, common)
    if not table.usable:
        raise CliError(f"{sheet.name} に誤りがあります。何も書いていません", f"{sheet.name} has errors; nothing was written")
    today = common.as_of.isoformat() if common.as_of else datetime.now(tz=UTC).astimezone().date().isoformat()
    decided = [r for r in table.rules if r.mj is not None]
    nobody = [r.code for r in decided if not r.by and not decided_by]
    if nobody:
        raise CliError(
            f"{len(nobody)} 字の判断者がありません ({'、'.join(nobody[:5])} …)。表に書くか --decided-by を",
            f"nobody is named for {len(nobody)} decisions; fill in 判断者 or give --decided-by",
        )
    rows = [(f"U+{ord(r.unit):04X}", name_of(r.mj), r.sameness, r.by or decided_by, r.at or today, r.note) for r in decided if r.mj]
    write_whole(out, ("\ufeff" + _csv([_RULE_HEADS, *rows])).encode())
    waiting = len(table.rules) - len(rows)
    common.say(f"{len(rows)} 字を {out.name} に書きました。保留 {waiting} 字", f"{len(rows)} written to {out.name}; {waiting} undecided")
    return 0


@register.command("merge")
@click.argument("tables", nargs=-1, required=True, metavar="[NAME=]TABLE|REGISTER...")
@click.option("--policy", type=click.Choice(["keep", "ipamj", "common"]), default="common", show_default=True,
              help="団体ごと、IPAmj に置換、共通登録簿 (each its own, replaced by IPAmj, one register)")
@click.option("--font", "fonts", metavar="NAME=FONT", multiple=True, help="団体の外字フォント。字形で照合する (font of a body)")
@click.option("--out", required=True, metavar="FILE.json", type=_NEW, help="登録簿 (the register)")
@click.option("--rules-dir", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="団体ごとの対応表を書くフォルダー (per-body tables)")
@_NOTATION
@common_options(formats=("human", "json"), show=("output_file", "quiet", "lang"))
def merge(tables: tuple[str, ...], policy: str, fonts: tuple[str, ...], out: Path, rules_dir: Path | None,
          notation: str | None, common: Common) -> int:  # fmt: skip
    """外字表を一つの登録簿にまとめる (one register from the tables of several bodies).

    同じ字形の二重登録を MJ と字形で見つけ、共通のコードを一つ提案します。登録簿を渡すと、そこに加えるだけです。
    """
    from chukan_layout.gaiji import register as room
    from chukan_layout.gaiji.rules import read_rules

    made, used, shapes = room.Register(), [], {}  # type: ignore[var-annotated]
    own_fonts = dict(_pair(word) for word in fonts)
    joined: list[RuleTable] = []
    for word in tables:
        name, path = _pair(word) if "=" in word and not Path(word).exists() else ("", Path(word))
        if not path.is_file():
            raise CliError(f"ファイルがありません: {path.name}", f"there is no file {path.name}")
        if room.is_register(path):
            if made.entries:
                raise CliError("登録簿は一つだけ渡せます", "only one register can be extended")
            made, _, used = room.load(path)
            continue
        table = read_rules(path, name, notation)  # type: ignore[arg-type]
        _told([p for p in table.problems if p.severity == "error"], common)
        if not table.usable:
            raise CliError(f"{path.name} に誤りがあります。何もまとめていません", f"{path.name} has errors; nothing was merged")
        if table.namespace in [t.namespace for t in joined]:
            raise CliError(f"団体の名前が重なっています: {table.namespace}", f"two tables are named {table.namespace}")
        joined.append(table)
    stray = [n for n in own_fonts if n not in [t.namespace for t in joined]]
    if stray:
        raise CliError(f"--font の団体がありません: {'、'.join(stray)}", f"no table for the fonts of {', '.join(stray)}")
    for table in joined:
        room.join(made, room.glyphs_of(table, _shapes(own_fonts.get(table.namespace), common)), shapes)
        used.append(f"{table.namespace} {table.version}")
    text = room.save(made, policy, used)  # type: ignore[arg-type]
    write_whole(out, text.encode())
    if rules_dir is not None:
        rules_dir.mkdir(parents=True, exist_ok=True)
        for body in made.bodies:
            rows = [("外字コード", "移行先", "根拠"), *room.rules_for(made, body, policy)]  # type: ignore[arg-type]
            write_whole(rules_dir / f"{_safe_name(body)}.csv", ("\ufeff" + _csv(rows)).encode())
    _show(room.counts(made, policy), made, common)  # type: ignore[arg-type]
    return 0


@register.command("show")
@click.argument("file", metavar="TABLE|REGISTER", type=_FILE)
@_NOTATION
@common_options(formats=("human", "json", "csv"), show=("output_file", "quiet", "lang"))
def show(file: Path, notation: str | None, common: Common) -> int:
    """外字表か登録簿を見て検査する (see and check a table or register)."""
    from chukan_layout.gaiji import register as room
    from chukan_layout.gaiji.identity import name_of
    from chukan_layout.gaiji.rules import read_rules

    if room.is_register(file):
        made, policy, _ = room.load(file)
        if common.format == "csv":
            lines = [(f"U+{e.code:04X}", name_of(e.mj) if e.mj else "", e.how, json.dumps(e.as_dict()["members"], ensure_ascii=False)) for e in made.entries]
            common.write("\ufeff" + csv_text([("共通コード", "MJ図形名", "根拠", "団体"), *lines]))
        else:
            _show(room.counts(made, policy), made, common)
        return 0
    table = read_rules(file, notation=notation)  # type: ignore[arg-type]
    rows = [(r.code, name_of(r.mj) if r.mj else "", r.sameness, r.by, r.at, r.note) for r in table.rules]
    if common.format == "json":
        common.write(json.dumps({"namespace": table.namespace, "version": table.version, "rules": [dict(zip(_RULE_HEADS, r, strict=True)) for r in rows], "problems": [vars(p) for p in table.problems]}, ensure_ascii=False, indent=1) + "\n")
    else:
        common.write(csv_text([_RULE_HEADS, *rows]))
    _told(table.problems, common)
    common.say(f"{len(rows)} 字、同定済み {sum(bool(r[1]) for r in rows)}、{table.version}", f"{len(rows)} gaiji, {sum(bool(r[1]) for r in rows)} identified, {table.version}")
    return 0 if table.usable else 1


def _show(counts: dict[str, Any], made: Any, common: Common) -> None:
    if common.format == "json":
        common.write(json.dumps(counts, ensure_ascii=False, indent=1) + "\n")
        return
    from rich.table import Table

    ja = common.lang == "ja"
    table = Table(*(("団体", "外字数 前", "後", "MJ 同定") if ja else ("body", "gaiji before", "after", "identified")), box=None)
    for body, n in counts["bodies"].items():
        table.add_row(body, str(n["before"]), str(n["after"]), str(n["identified"]))
    table.add_row("合計" if ja else "total", str(counts["total"]["before"]), str(counts["total"]["after"]), "")
    common.write_table(table)
    same = counts["same_glyph"]
    common.say(
        f"登録簿 {len(made.entries)} 字。同じ字形の重複: MJ で {same['by_mj']}、字形で {same['by_shape']} ({counts['policy']})",
        f"{len(made.entries)} glyphs; registered twice: {same['by_mj']} by MJ, {same['by_shape']} by shape ({counts['policy']})",
    )


def _shapes(font: Path | None, common: Common) -> dict[int, Any]:
    if font is None:
        return {}
    from chukan_layout.gaiji.shape.vectors import shapes_of

    found: dict[int, Any] = shapes_of(font)
    common.say(f"{font.name}: {len(found)} 字形", f"{font.name}: {len(found)} glyphs")
    return found


def _pair(word: str) -> tuple[str, Path]:
    name, _, path = word.partition("=")
    if not name or not path:
        raise CliError(f"NAME=FILE の形ではありません: {word}", f"not of the form NAME=FILE: {word}")
    return name, Path(path)


def _told(problems: Any, common: Common) -> None:
    for p in list(problems)[:50]:
        mark = {"error": ("誤り", "error"), "warning": ("注意", "warning")}[p.severity]
        common.say(f"{mark[0]} {p.row} 行: {p.ja}", f"{mark[1]} row {p.row}: {p.en}")


def _safe_name(body: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in body) or "_"


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
