"""``chukan match find``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chukan_layout.cli.common import Common, common_options

if TYPE_CHECKING:
    import polars as pl

    from chukan_layout.match.compare import Prepared
    from chukan_layout.match.found import Found
    from chukan_layout.match.scheme import Scheme

SHOW = ("output_file", "jobs", "quiet", "lang")
FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument(
    "dumps", metavar="DUMP...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--out",
    required=True,
    type=FOLDER,
    metavar="DIR",
    help="結果のフォルダー（空か新規） (folder for the result)",
)
@click.option(
    "--previous",
    type=FOLDER,
    metavar="DIR",
    help="前回の結果。まとまりの番号を引き継ぐ (earlier result; ids are kept)",
)
@click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="前回までの判定。一組ごとの判定を引き継ぐ (earlier decisions on pairs bind)",
)
@click.option(
    "--from",
    "model",
    metavar="MODEL",
    help="人でないもののモデル: houjin、setai、または利用者の TOML (a model that is not persons, or your own)",
)
@click.option(
    "--reveal", is_flag=True, help="確認票に氏名などを伏せずに出す (unmasked values in the review sheet)"
)
@common_options(formats=("human", "json"), show=SHOW)
def find(
    dumps: tuple[Path, ...],
    out: Path,
    previous: Path | None,
    decisions: Path | None,
    model: str | None,
    reveal: bool,
    common: Common,
) -> int:
    """同じ人らしい記録の組を探す。DUMP は標準レイアウトのフォルダー（業務01・03）。

    Propose records of one person: candidates, clusters, a review sheet.  Nothing is merged.
    個人番号が一致しても名と生年月日が違う組は、誤紐付けの疑いとして指摘する（終了コード 1）。

    \b
    例 (examples):
      chukan match find data --out found
      chukan match find city town --out found                   途中参加の団体と (several municipalities)
      chukan match find data2 --previous found --decisions 判定.csv --out found2
      chukan match find data --from houjin --out found          法人 (legal persons)
    """
    from chukan_layout.match import folder

    folder.fresh(out)
    found, report = _find(dumps, out, previous, decisions, model, reveal, common)
    if common.format == "json":
        common.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    else:
        common.write("\n".join(_human(report, common)) + "\n")
    return 1 if found.faults else 0


def _find(
    dumps: tuple[Path, ...],
    out: Path,
    previous: Path | None,
    decisions: Path | None,
    model: str | None,
    reveal: bool,
    common: Common,
) -> tuple[Found, dict[str, Any]]:
    from tempfile import TemporaryDirectory

    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix=".part-", dir=out) as scratch:
        return _found(dumps, out, previous, decisions, model, reveal, common, Path(scratch))


def _found(
    dumps: tuple[Path, ...], out: Path, previous: Path | None, decisions: Path | None, model: str | None, reveal: bool,
    common: Common, scratch: Path,
) -> tuple[Found, dict[str, Any]]:  # fmt: skip
    from dataclasses import replace

    from chukan_layout.match import decisions as files
    from chukan_layout.match import folder, persons, sheet
    from chukan_layout.match import found as engine

    names, keys, records, data, kind = _persons(dumps, scratch) if model is None else _own(dumps, model)
    common.say(f"{data.rows:,} 件の記録を読みました。", f"{data.rows:,} records read")
    earlier = folder.read(previous) if previous else None
    compared = records.select(persons.COLUMNS) if model is None else records.drop("key")
    decided, changed = engine.replayed(files.read(decisions), keys, compared) if decisions else ({}, 0)
    found = engine.find(keys, compared, data, kind, common.jobs, decided=decided)
    ids: dict[str, int] = {}
    if earlier is not None:
        kept, ids = engine.keep_ids(found.clusters, earlier.clusters)
        found = replace(found, clusters=kept)
    notes = {"decisions_replayed": len(decided), "decisions_changed": changed, "revealed": reveal}
    report = folder.write(out, found, names, ids, notes)
    sheet.write(out, found, records, kind, reveal, report["run_id"], common.lang)
    return found, report


#: Files by name, keys of the records, the records, what of them is compared, and how.
Parts = tuple["dict[str, Path]", "pl.Series", "pl.LazyFrame", "Prepared", "Scheme"]
#: So many records stand on disk while they are compared: nothing but a few of their texts is asked for again.
ASIDE = 2_000_000


def _persons(dumps: tuple[Path, ...], scratch: Path) -> Parts:
    import polars as pl

    from chukan_layout.match import persons, scheme
    from chukan_layout.match.prepare import prepare
    from chukan_layout.write.files import create

    sources = persons.find(dumps)
    frame = persons.read(sources)
    names = {s.key_text: s.path for s in sources}
    data, keys, records = prepare(frame), frame["key"], frame.lazy()
    if frame.height > ASIDE:
        path = scratch / "records.arrow"
        create(path).close()  # for its owner alone
        frame.write_ipc(path)
        records = pl.scan_ipc(path)
    return names, keys, records, data, scheme.persons()


def _own(dumps: tuple[Path, ...], name: str) -> Parts:
    from chukan_layout.match import tables

    model = tables.load(tables.find(name))
    files = tables.files_of(dumps, model)
    frame = tables.read(files, model)
    names = {f"{n}/{p.name}": p for n, p in enumerate(files, start=1)}
    return names, frame["key"], frame.lazy(), tables.prepare(frame, model), tables.scheme(model)


def _human(report: dict[str, Any], common: Common) -> list[str]:
    t, bands = common.text, report["bands"]
    large = [b for b in report["blocks"] if b["large"]]
    lines = [
        t(f"記録 {report['records']:,} 件、比べた組 {report['pairs_compared']:,}", f"{report['records']:,} records, {report['pairs_compared']:,} pairs compared"),
        t(f"自動候補 {bands['auto']:,} 組、要確認 {bands['review']:,} 組（うち矛盾 {report['contradictions']:,} 組）",
          f"{bands['auto']:,} automatic candidates, {bands['review']:,} to review ({report['contradictions']:,} contradictions)"),
        t(f"まとまり {report['clusters']:,}（記録 {report['records_in_clusters']:,} 件）", f"{report['clusters']:,} clusters of {report['records_in_clusters']:,} records"),
    ]  # fmt: skip
    for kind, count in report["findings"].items():
        if count:
            from chukan_layout.match.folder import FAULTS

            lines.append(t(f"指摘 {count:,} 件: {FAULTS[kind][0]}", f"{count:,} findings: {FAULTS[kind][1]}"))
    for b in large:
        lines.append(
            t(f"大きすぎる区分 {b['key']}: {b['large']:,} 群 {b['records']:,} 件は、名前の順の近いものだけ比べました。",
              f"blocks too large, key {b['key']}: {b['large']:,} groups of {b['records']:,} records, compared with neighbours only")
        )  # fmt: skip
    if report["decisions_changed"]:
        n = report["decisions_changed"]
        lines.append(
            t(
                f"前回判定あり、内容が変わったため引き継がない組: {n:,}",
                f"decided before, not replayed since the data changed: {n:,}",
            )
        )
    if report["cluster_ids"]:
        n = report["cluster_ids"]
        lines.append(t(f"前回と: 同じ {n['same']:,}、変化 {n['changed']:,}、新規 {n['new']:,}、消滅 {n['gone']:,}",
                       f"against before: same {n['same']:,}, changed {n['changed']:,}, new {n['new']:,}, gone {n['gone']:,}"))  # fmt: skip
    return lines
