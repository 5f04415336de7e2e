"""``chukan estimate``."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.toml_model import read_model

if TYPE_CHECKING:
    from chukan_layout.fit.effort import Counts
    from chukan_layout.model.effort import Basis, UnitHours
    from chukan_layout.model.layout import LayoutSet

_SEEN = ("layout_version", "output_file", "quiet", "lang")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("estimate")
@click.argument("runs", nargs=-1, metavar="[RUN]...", type=click.Path(path_type=Path))
@click.option("--mapping", "mappings", multiple=True, metavar="VENDOR", help="マッピングだけから数える。繰り返せる (from mappings alone)")
@click.option("--profile", "profiles", multiple=True, metavar="JSON", type=_FILE,
              help="chukan profile --format json の結果から数える。繰り返せる (from profiles)")
@click.option("--area", "areas", multiple=True, metavar="NAME", help="業務の名前か番号。なければすべて (areas; repeatable)")
@click.option("--units", metavar="TOML", type=_FILE, help="自分の単位工数。なければ下書き (your unit hours; else the draft)")
@click.option("--show-units", is_flag=True, help="下書きの単位工数を書き出して終わる (write the draft to be changed)")
@click.option("--bodies", type=click.IntRange(1, 10_000), default=1, show_default=True,
              help="マッピングを共用する団体数 (bodies that share a mapping)")
@click.option("--actual", metavar="TOML", type=_FILE, help="実績の工数。最初の対象と並べる (hours really taken)")
@common_options(formats=("human", "json", "markdown", "html", "xlsx"), show=_SEEN)
def estimate(
    runs: tuple[Path, ...], mappings: tuple[str, ...], profiles: tuple[Path, ...], areas: tuple[str, ...], units: Path | None,
    show_units: bool, bodies: int, actual: Path | None, common: Common,
) -> int:  # fmt: skip
    """移行工数の見積もりの根拠を作る。RUN は convert か validate の結果のフォルダー。

    数えたもの × 単位工数。単位工数は TOML で自分の値にする。結果はいつも幅であり、約束ではない。
    Count files, items, code tables, gaiji, records and findings, and multiply by unit hours that you set: a range with
    all its inputs, through the layout and by the former way, by step and side, and never a promise.
    分からない数は「不明」とし、0 とはみなさない。

    \b
    例 (examples):
      chukan estimate --mapping vendorA --area 住民基本台帳         データの前に、マッピングから
      chukan estimate --profile a.json --profile b.json             団体ごと、業者の選定前に
      chukan estimate run --units 単位工数.toml --actual 実績.toml    実行結果から、実績と比べて
      chukan estimate --show-units --output-file 単位工数.toml
    """
    from chukan_layout import __version__
    from chukan_layout.fit.effort import SHIPPED
    from chukan_layout.model.effort import Actuals, Estimate, UnitHours

    if show_units:
        common.write(SHIPPED.read_text(encoding="utf-8"))
        return 0
    common.needs_file()
    if not (runs or mappings or profiles):
        raise CliError("RUN か --mapping か --profile が要ります。", "name a RUN, a --mapping or a --profile")
    hours = read_model(units or SHIPPED, UnitHours)
    bases = [_of_run(run, hours, bodies) for run in runs]
    bases += _of_mappings(mappings, areas, hours, bodies, common)
    bases += [_of_profile(path, hours, bodies) for path in profiles]
    taken = read_model(actual, Actuals).actual if actual else ()
    made = Estimate(tool_version=__version__, units=hours, bodies=bodies, basis=tuple(bases), actual=taken)
    if common.format == "json":
        common.write(json.dumps(made.as_dict(), ensure_ascii=False, indent=1) + "\n")
    else:
        from chukan_layout.report.document.formats import render
        from chukan_layout.report.effort_document import effort_document

        common.write(render(effort_document(made, common.lang), common.format))
    return 0


def _of_mappings(names: tuple[str, ...], areas: tuple[str, ...], hours: UnitHours, bodies: int, common: Common) -> list[Basis]:
    from chukan_layout.fit.effort import counts, lines
    from chukan_layout.fit.measure import measure
    from chukan_layout.model.effort import Basis
    from chukan_layout.spec.find import area_number
    from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping

    if not names:
        return []
    folder = layout_folder(common.layout_version)
    numbers = sorted({area_number(folder, word) for word in areas}) or None
    layouts = load_layouts(folder, numbers)
    made = []
    for name in names:
        mapping = load_mapping(name)
        known = counts(measure(layouts, mapping, areas=numbers), mapping)
        made.append(Basis(label=name, kind="mapping", layout_version=layouts.version, counts=known, lines=lines(known, hours, bodies)))
    return made


def _of_run(run: Path, hours: UnitHours, bodies: int) -> Basis:
    from chukan_layout.cli.run_report import read_report
    from chukan_layout.fit.effort import counts, lines
    from chukan_layout.fit.measure import measure
    from chukan_layout.model.effort import Basis
    from chukan_layout.spec.load import load_layouts, load_mapping

    report = read_report(run)
    layouts: LayoutSet = load_layouts(report.layout.version, sorted({f.area for f in report.files}) or None)
    mapping = load_mapping(report.mapping) if report.mapping else None
    known = counts(measure(layouts, mapping, None, report), mapping, report, _gaiji(run))
    return Basis(label=run.name or str(run), kind="run", layout_version=layouts.version, counts=known, lines=lines(known, hours, bodies))


def _gaiji(run: Path) -> int | None:
    """Different characters without a target; None when the run has no list of them."""
    try:
        with (run / "gaiji" / "unresolved.csv").open(encoding="utf-8-sig", newline="") as file:
            return len({row[0] for row in list(csv.reader(file))[1:] if row})
    except (OSError, UnicodeDecodeError, csv.Error):
        return None


def _of_profile(path: Path, hours: UnitHours, bodies: int) -> Basis:
    """What a dump alone says: its files, items, records; nothing of mappings, so nothing of what is matched."""
    from chukan_layout.fit.effort import lines
    from chukan_layout.model.effort import COUNTED, Basis

    known: Counts = dict.fromkeys(COUNTED)
    try:
        files = [f for f in json.loads(path.read_text(encoding="utf-8"))["files"] if f["shape"]]
        known |= {
            "files": len(files), "host_files": sum(f["shape"] == "fixed" for f in files),
            "source_items": sum(len(f["columns"]) for f in files), "records": sum(int(f["records"]) for f in files),
            "code_tables": sum(bool(c["codes"]) for f in files for c in f["columns"]),
            "code_values": sum(len(c["codes"]) for f in files for c in f["columns"]),
        }  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError):
        raise CliError(f"{path.name} は chukan profile --format json の結果ではありません。",
                       f"{path.name} is no result of chukan profile --format json") from None  # fmt: skip
    return Basis(label=path.stem, kind="profile", counts=known, lines=lines(known, hours, bodies))
