"""``chukan fit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.toml_model import read_model

if TYPE_CHECKING:
    from chukan_layout.fit.decisions import Decisions
    from chukan_layout.model.fit import RoundingRule, SeenFile, Subject
    from chukan_layout.model.layout import LayoutSet
    from chukan_layout.model.mapping import Mapping

_SEEN = ("layout_version", "municipality", "output_file", "quiet", "lang")


@click.command("fit")
@click.argument("runs", nargs=-1, metavar="[RUN]...", type=click.Path(path_type=Path))
@click.option("--mapping", "mappings", multiple=True, metavar="VENDOR", help="マッピングだけから測る。繰り返せる (from mappings alone)")
@click.option("--profile", "profiles", multiple=True, metavar="JSON", type=click.Path(dir_okay=False, path_type=Path),
              help="chukan profile --format json の結果。--mapping と照らす。繰り返せる (a dump profiled, against the mapping)")
@click.option("--to", "destination", metavar="VENDOR", help="移行先のマッピング。移行先側の適合率も測る (destination side)")
@click.option("--area", "areas", multiple=True, metavar="NAME", help="業務の名前か番号。なければすべて (areas; repeatable)")
@click.option("--decisions", type=click.Path(dir_okay=False, path_type=Path), metavar="TOML",
              help="合わない項目の処置と団体の人口 (dispositions, populations)")
@click.option("--rounding", type=click.Choice(["truncate", "half-up"]), default="truncate", show_default=True,
              help="端数: 切り捨てか四捨五入 (truncate or round)")
@click.option("--places", type=click.IntRange(0, 4), default=1, show_default=True, help="百分率の小数の桁数 (decimals)")
@click.option("--min-fit", type=click.FloatRange(0, 1), default=0.0, metavar="RATE",
              help="レイアウト側がこれ未満のファイルがあれば終了コード1 (exit 1 below)")
@common_options(formats=("human", "json", "markdown", "html", "xlsx"), show=_SEEN)
def fit(
    runs: tuple[Path, ...], mappings: tuple[str, ...], profiles: tuple[Path, ...], destination: str | None, areas: tuple[str, ...],
    decisions: Path | None, rounding: str, places: int, min_fit: float, common: Common,
) -> int:  # fmt: skip
    """適合率を測る。RUN は convert か validate の結果のフォルダー。

    Measure the fit of mappings or runs with the layout: numerator and denominator of each file, on the side of the layout,
    the source and the destination, and every item that does not fit with class, disposition and owner.
    RUN を並べれば推移、--mapping を並べればベンダーの比較になる。

    \b
    例 (examples):
      chukan fit --mapping vendorA --area 住民基本台帳               データの前に、マッピングから
      chukan fit --mapping vendorA --mapping lgdpm2013 --area 1      ベンダーの比較
      chukan fit --mapping vendorA --profile 調査.json               変換の前に、移行元のデータを調べた結果から
      chukan fit --mapping vendorA --to lgdpm2013 --area 1           移行先側も
      chukan fit run1 run2 run3 --format html --output-file fit.html リハーサルの推移
      chukan fit run --decisions fit.toml --format xlsx --output-file fit.xlsx

    終了コード: 0 終わった、1 --min-fit 未満のファイルがある。 Exit code: 1 a file is below --min-fit.
    """
    from chukan_layout import __version__
    from chukan_layout.model.fit import FitReport, Rounding
    from chukan_layout.spec.find import area_number
    from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping

    common.needs_file()
    if not runs and not mappings:
        raise CliError("RUN か --mapping が要ります。", "name a RUN or a --mapping")
    if profiles and len(mappings) != 1:
        raise CliError("--profile には --mapping が一つ要ります。", "--profile needs one --mapping")
    folder = layout_folder(common.layout_version)
    numbers = sorted({area_number(folder, word) for word in areas}) or None
    said = _decisions(decisions)
    layouts = load_layouts(folder, numbers)
    to = load_mapping(destination) if destination else None
    subjects = [_of_mapping(layouts, load_mapping(name), to, numbers, said, common) for name in mappings if not profiles]
    subjects += [_of_profile(layouts, load_mapping(mappings[0]), path, to, numbers, said, common) for path in profiles]
    subjects += [_of_run(layouts, run, to, numbers, said, common) for run in runs]
    report = FitReport(
        tool_version=__version__, layout_version=layouts.version,
        rounding=Rounding(rule=cast("RoundingRule", rounding), places=places), subjects=tuple(_told_apart(subjects)),
    )  # fmt: skip
    if common.format == "json":
        common.write(report.to_json())
    else:
        from chukan_layout.report.document.formats import render
        from chukan_layout.report.fit_document import fit_document

        common.write(render(fit_document(report, common.lang, detail=common.format != "human"), common.format))
    low = [f for s in subjects for f in s.files if f.layout.matched < min_fit * f.layout.total]
    for f in low:
        common.say(f"適合率が下限未満: {f.name} {f.layout.matched}/{f.layout.total}", f"below --min-fit: {f.name} {f.layout.matched}/{f.layout.total}")
    return 1 if low else 0


def _of_mapping(
    layouts: LayoutSet, mapping: Mapping, to: Mapping | None, areas: list[int] | None, said: Decisions, common: Common,
    dump: list[SeenFile] | None = None,
) -> Subject:  # fmt: skip
    from chukan_layout.fit.measure import measure
    from chukan_layout.model.fit import Subject, band_of

    code = common.municipality or ""
    population = said.population.get(code, 0)
    return Subject(
        label=mapping.vendor, kind="mapping", mapping=mapping.vendor, title=mapping.title, destination=to.vendor if to else "",
        municipality=code, population=population, band=band_of(population),
        files=measure(layouts, mapping, to, None, areas, said.item, dump),
    )  # fmt: skip


def _of_profile(
    layouts: LayoutSet, mapping: Mapping, path: Path, to: Mapping | None, areas: list[int] | None, said: Decisions, common: Common
) -> Subject:
    subject = _of_mapping(layouts, mapping, to, areas, said, common, _seen(path))
    if not subject.files:
        raise CliError(f"{path.name} に、マッピング {mapping.vendor} の読むファイルがありません。",
                       f"{path.name} has no file that the mapping {mapping.vendor} reads")  # fmt: skip
    return subject.model_copy(update={"label": path.stem, "kind": "profile"})


def _seen(path: Path) -> list[SeenFile]:
    """The files of a profile.  ``shown`` of several rare codes together is no code: it has no quotation of a value."""
    import json

    from chukan_layout.model.fit import SeenColumn, SeenFile

    try:
        files = [f for f in json.loads(path.read_text(encoding="utf-8"))["files"] if f["shape"]]
        return [
            SeenFile(name=f["name"], records=f["records"], columns=tuple(
                SeenColumn(name=c["name"], digits=c["digits"], filled=c["filled"],
                           codes=tuple((v["shown"], v["count"]) for v in c["codes"] if not v["shown"].startswith("(")))
                for c in f["columns"]
            ))
            for f in files
        ]  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError):
        raise CliError(f"{path.name} は chukan profile --format json の結果ではありません。",
                       f"{path.name} is no result of chukan profile --format json") from None  # fmt: skip


def _of_run(
    layouts: LayoutSet, run: Path, to: Mapping | None, areas: list[int] | None, said: Decisions, common: Common
) -> Subject:
    from chukan_layout.cli.run_report import read_report
    from chukan_layout.fit.measure import measure
    from chukan_layout.model.fit import Subject, band_of
    from chukan_layout.spec.load import load_layouts, load_mapping

    report = read_report(run)
    if report.layout.version != layouts.version:
        layouts = load_layouts(report.layout.version, areas)
    mapping = load_mapping(report.mapping) if report.mapping else None
    code = report.municipality or common.municipality or ""
    population = said.population.get(code, 0)
    return Subject(
        label=run.name or str(run), kind="run", mapping=report.mapping, title=mapping.title if mapping else "",
        destination=to.vendor if to else "", municipality=code, population=population, band=band_of(population),
        as_of=report.as_of, verdict=report.verdict, findings=report.totals.findings,
        files=measure(layouts, mapping, to, report, areas, said.item),
    )  # fmt: skip


def _told_apart(subjects: list[Subject]) -> list[Subject]:
    """Subjects of one name get a number."""
    seen: dict[str, int] = {}
    named = []
    for s in subjects:
        n = seen[s.label] = seen.get(s.label, 0) + 1
        named.append(s if n == 1 else s.model_copy(update={"label": f"{s.label} ({n})"}))
    return named


def _decisions(path: Path | None) -> Decisions:
    from chukan_layout.fit.decisions import Decisions

    return Decisions() if path is None else read_model(path, Decisions)
