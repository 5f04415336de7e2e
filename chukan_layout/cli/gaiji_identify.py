"""``chukan gaiji identify``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.common import Common, common_options, write_whole
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.gaiji.shape.index import ShapeIndex

_SUFFIXES = (".html", ".xlsx", ".csv")


@click.command("identify")
@click.argument("source", metavar="FONT|FOLDER|IMAGE", type=click.Path(exists=True, path_type=Path))
@click.option("--codes", default="", metavar="RANGES", help="調べるコード。例 E000-E0FF,F000。なければ外字領域 (codes; else private use)")
@click.option("--out", "outs", required=True, multiple=True, metavar="SHEET", type=click.Path(dir_okay=False, path_type=Path),
              help="同定表 .html .xlsx .csv。末尾がなければ html と xlsx (the sheet)")
@click.option("--with-font", "more", multiple=True, metavar="FONT", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="索引に加えるフォント: IPAmj明朝 か 行政事務標準文字 (a font to add to the index)")
@click.option("--no-installed", is_flag=True, help="この計算機の IPAmj明朝 を使わない (do not use an installed IPAmj)")
@common_options(formats=("human", "json"), show=("as_of", "output_file", "quiet", "lang"))
def identify(
    source: Path, codes: str, outs: tuple[Path, ...], more: tuple[Path, ...], no_installed: bool, common: Common
) -> int:
    """字形から MJ図形名 の候補を探す (which MJ glyph is this picture).

    TTF・TTE・OTF・TTC・BDF・PCF・FON か、コードを名前にした画像のフォルダー。ネットワークは使いません。
    自動は文字について。字形の違い（異体字）は人が確かめます。

    \b
    例 (examples):
      chukan gaiji identify EUDC.TTE --out 同定.xlsx --out 同定.html
      chukan gaiji identify 外字画像/ --out 同定
    """
    from chukan_layout.gaiji.shape.sources import needs_extra

    missing = needs_extra()
    if missing:
        raise CliError(f"{missing} が要ります: pip install 'chukan-layout[gaiji]'", f"needs {missing}: pip install 'chukan-layout[gaiji]'")
    from chukan_layout.gaiji.data import TableMissing
    from chukan_layout.gaiji.shape import sheet
    from chukan_layout.gaiji.shape.collect import collect
    from chukan_layout.gaiji.shape.identify import identify as answers_of

    targets = _targets(outs)
    day = (common.as_of.isoformat() if common.as_of else datetime.now(tz=UTC).astimezone().date().isoformat())
    try:
        asked, troubles = collect(source, codes)
        index = _index(more, no_installed, common)
        answers = answers_of(index, [a.ink for a in asked])
    except TableMissing as failure:
        raise CliError(f"字形の索引がありません: {failure.filename}", f"the index of shapes is missing: {failure.filename}") from None
    lines = [sheet.Line(a, answer, day) for a, answer in zip(asked, answers, strict=True)]
    made = {
        path: sheet.html(lines, source.name).encode() if path.suffix == ".html" else (sheet.xlsx(lines) if path.suffix == ".xlsx" else sheet.csv(lines))
        for path in targets
    }  # fmt: skip
    for path, raw in made.items():
        write_whole(path, raw)
    for trouble in troubles:
        common.say(trouble.ja, trouble.en)
    counts = sheet.totals(lines)
    if common.format == "json":
        import json

        common.write(json.dumps({"glyphs": len(lines), "verdicts": counts, "sheets": [p.name for p in targets], "troubles": [t.name for t in troubles]}, ensure_ascii=False, indent=2) + "\n")
    common.say(
        f"{len(lines)} 字形: 自動 {counts.get('auto', 0)}、確認 {counts.get('review', 0)}、候補なしの可能性 {counts.get('none', 0)} → {'、'.join(p.name for p in targets)}",
        f"{len(lines)} glyphs: {counts.get('auto', 0)} auto, {counts.get('review', 0)} to review, {counts.get('none', 0)} perhaps none → {', '.join(p.name for p in targets)}",
    )
    return 1 if troubles else 0


def _targets(outs: tuple[Path, ...]) -> list[Path]:
    found = []
    for out in outs:
        if not out.suffix:
            found += [out.with_name(out.name + ".html"), out.with_name(out.name + ".xlsx")]
        elif out.suffix.lower() in _SUFFIXES:
            found.append(out)
        else:
            raise CliError(f"--out の末尾は {'・'.join(_SUFFIXES)} です: {out.name}", f"--out ends in one of {', '.join(_SUFFIXES)}: {out.name}")
    return found


def _index(more: tuple[Path, ...], no_installed: bool, common: Common) -> ShapeIndex:
    """The shipped index, and the fonts of this machine or of the user."""
    from chukan_layout.gaiji.shape.extend import with_font
    from chukan_layout.gaiji.shape.index import shipped
    from chukan_layout.gaiji.shape.sources import GJ_FONTS, IPAMJ, installed

    index = shipped()
    fonts = list(more)
    if not no_installed and not more:
        fonts = [path for names in (IPAMJ, GJ_FONTS) if (path := installed(names)) is not None]
    for font in fonts:
        index, count = with_font(index, font)
        common.say(f"索引に {font.name} の {count} 字形を加えました", f"{count} glyphs of {font.name} added to the index")
    return index
