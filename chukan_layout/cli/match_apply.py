"""``chukan match apply`` and ``chukan match undo``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.match.apply import Table

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("dump", metavar="DUMP", type=FOLDER)
@click.option(
    "--found", required=True, type=FOLDER, metavar="DIR", help="match find の結果 (folder of match find)"
)
@click.option(
    "--decisions",
    required=True,
    type=FILE,
    metavar="FILE",
    help="承認された判定ファイル (approved decisions)",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="結果のフォルダー（空か新規） (folder for the result)",
)
@click.option(
    "--survivorship",
    type=FILE,
    metavar="FILE",
    help="残す値の決め方 TOML。なければ既定 (which value stands, per item)",
)
@common_options(formats=("human", "json"), show=("layout_version", "output_file", "quiet", "lang"))
def apply(
    dump: Path, found: Path, decisions: Path, out: Path, survivorship: Path | None, common: Common
) -> int:
    """承認された判定を反映した新しいフォルダーを作る。元のファイルは変えない。

    Apply approved decisions: a new folder; nothing is deleted, references go to who stands for a person.
    住登外者宛名基本情報に代表宛名フラグ・名寄せ先宛名番号・操作者を書き、他業務の宛名番号を付け替え、対応表を残す。
    鍵が重なるなどで付け替えなかったものは held.csv に残り、終了コードは 1。

    \b
    例 (examples):
      chukan match apply data --found found --decisions 判定.csv --out merged
      chukan validate merged/data
    """

    report = _apply(dump, found, decisions, out, survivorship, common)
    held = sum(report["held"].values()) + report["changed_since"]
    if common.format == "json":
        common.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    else:
        files = sum(1 for f in report["files"] if f["changed"])
        records = sum(f["changed"] for f in report["files"])
        common.write(common.text(
            f"{report['links']:,} 件の記録を {report['persons']:,} 人に結びました（変わったファイル {files}、記録 {records:,} 件）。\n",
            f"{report['links']:,} records linked to {report['persons']:,} persons ({files} files, {records:,} records changed).\n",
        ))  # fmt: skip
        if held:
            common.say(f"付け替えなかったもの {held:,} 件: held.csv", f"{held:,} left as they were: held.csv")
    return 1 if held else 0


def _apply(
    dump: Path, found: Path, decisions: Path, out: Path, rules: Path | None, common: Common
) -> dict[str, Any]:
    from chukan_layout.match import apply as engine
    from chukan_layout.match import decisions as files
    from chukan_layout.match import folder, persons, survivorship
    from chukan_layout.spec.load import load_layouts
    from chukan_layout.write.files import sha256_of

    folder.fresh(out)
    run = folder.read(found)
    sources = persons.find([dump])
    here = {s.key_text: sha256_of(s.path) for s in sources}
    if here != run.report["sources"]:
        raise folder.FolderRefused(
            "データが match find のときと違います。もう一度 match find を実行し、判定は --decisions で引き継いでください。",
            "the data are not those of match find: run it again, with the decisions made so far as --decisions",
        )
    decided = files.follow(files.read(decisions), run.candidates, run.id)
    try:
        wanted = survivorship.declared(rules or survivorship.FILE)
    except (ValueError, KeyError) as wrong:
        raise CliError(
            f"残す値の決め方が正しくありません: {wrong}", f"the rules of survivorship are wrong: {wrong}"
        ) from None
    layouts = load_layouts(common.layout_version)
    tables, others = _tables(dump, layouts)
    frame = persons.read(sources)
    ids = dict(zip(run.clusters["key"].to_list(), run.clusters["cluster"].to_list(), strict=True))
    about = {"run_id": run.id, "decisions": sha256_of(decisions)}
    return engine.apply(tables, others, layouts, decided, frame, wanted, ids, out, about)


def _tables(dump: Path, layouts: Any) -> tuple[list[Table], list[tuple[Path, str]]]:
    """Files of the standard in CSV, and all others."""
    from chukan_layout.match.apply import Table
    from chukan_layout.read.discover import discover

    tables = [
        Table(f.path, f.name, f.layout, tuple(f.header.columns))
        for f in discover([dump], layouts, None).found
        if f.path.suffix == ".csv" and f.broken is None
    ]
    known = {t.path for t in tables}
    every = sorted(p for p in dump.rglob("*") if p.is_file())
    return tables, [(p, p.relative_to(dump).as_posix()) for p in every if p not in known]


@click.command()
@click.argument("applied", metavar="DIR", type=FOLDER)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="元に戻したファイルのフォルダー (folder for the restored files)",
)
@common_options(show=("quiet", "lang"))
def undo(applied: Path, out: Path, common: Common) -> int:
    """反映を元に戻す。DIR は match apply の結果。元のファイルと1バイトも違わないことを確かめる。

    Restore the files as they were before match apply, byte for byte.

    \b
    例 (example):
      chukan match undo merged --out restored
    """
    from chukan_layout.match import undo as engine
    from chukan_layout.match.folder import fresh

    fresh(out)
    count = engine.undo(applied, out)
    common.say(f"{count} ファイルを元に戻しました。", f"{count} files restored")
    return 0
