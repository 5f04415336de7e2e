"""``chukan report``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.model.report import Report

NAME = "report.json"


@click.command()
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--previous", metavar="RUN", type=click.Path(path_type=Path), help="前回の結果。html で増減を示す (an earlier run to compare with)")
@click.option("--deliverables", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
              help="移行の書類一式を DIR に作る。Excel・HTML・Markdown (all papers of the migration)")
@click.option("--project", metavar="TOML", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="書類に載せる団体・契約・人・日程 (what the papers need and the data can't tell)")
@click.option("--erasure", metavar="JSON", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="chukan erase の消去記録 (the record of an erasure)")
@common_options(
    formats=("html", "xlsx", "json", "human", "jsonl", "junit", "sarif", "github"), default="human", show=("output_file", "quiet", "lang")
)
def report(
    run: Path, previous: Path | None, deliverables: Path | None, project: Path | None, erasure: Path | None, common: Common
) -> int:
    """実行結果の報告書を作る。RUN は convert や validate の結果のフォルダー。

    Render a report of a run, again at any time.  RUN/report.json だけを読むので、移行元のファイルは要らない。

    \b
    例 (examples):
      chukan report run                                           端末に
      chukan report run --format html --output-file report.html   閲覧・印刷用 (A4)
      chukan report run2 --previous run1 --format html --output-file report.html
      chukan report run --format xlsx --output-file report.xlsx   表計算ソフト用
      chukan report run --deliverables 書類 --project project.toml   計画書・結果報告書などの一式
    """
    from chukan_layout.report.registry import render

    common.needs_file()
    made = _read(run / NAME)
    if deliverables is not None:
        from chukan_layout.cli.deliverables import write_papers

        n = write_papers(run, made, deliverables, project, erasure, common)
        common.say(f"書類 {n} 種類を作りました: {deliverables}", f"{n} papers: {deliverables}")
        return 0
    if project is not None or erasure is not None:
        raise CliError("--project と --erasure は --deliverables とともに使います。", "--project and --erasure go with --deliverables")
    if previous is None:
        common.write(render(made, common.format, common.lang))
        return 0
    if common.format != "html":
        raise CliError("--previous は --format html とともに使います。", "--previous goes with --format html")
    from chukan_layout.report import html

    common.write(html.render(made, common.lang, _read(previous / NAME)))
    return 0


def _read(path: Path) -> Report:
    from pydantic import ValidationError

    from chukan_layout.model.report import Report

    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise CliError(
            f"{path.parent} に {NAME} がありません。convert か validate --out の結果のフォルダーを指定してください。",
            f"there is no {NAME} in {path.parent}: name a folder that convert or validate --out made",
        ) from None
    _check_version(raw)
    try:
        return Report.model_validate_json(raw)
    except ValidationError as wrong:
        where = ".".join(map(str, wrong.errors(include_input=False, include_url=False)[0]["loc"]))
        raise CliError(
            f"{NAME} が壊れています（{where or '全体'}）。もう一度 convert か validate を実行してください。",
            f"{NAME} is broken (at {where or 'its top'}): run convert or validate again",
        ) from None


def _check_version(raw: bytes) -> None:
    """Said before anything else is judged: another version may have other keys."""
    from chukan_layout.model.report import SCHEMA_VERSION

    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return  # said by the model, with the place
    found = value.get("schema_version") if isinstance(value, dict) else None
    if isinstance(found, str) and found != SCHEMA_VERSION:
        raise CliError(
            f"{NAME} の形式の版 {found[:20]} は扱えません（扱えるのは {SCHEMA_VERSION}）。"
            "その版の chukan を使うか、もう一度実行してください。",
            f"{NAME} has schema version {found[:20]}, this chukan reads {SCHEMA_VERSION}: "
            "use that chukan, or run again",
        )
