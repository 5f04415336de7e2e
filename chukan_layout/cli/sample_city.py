"""``chukan sample --city``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chukan_layout.cli.common import Common
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.model.layout import LayoutSet
    from chukan_layout.model.mapping import Mapping
    from chukan_layout.sample.inject import Wanted


def city_into(
    out: Path, residents: int, names: tuple[str, ...], seed: int, shape: str, defects: Path | None, common: Common,
    duplicates: float = 0.0,
) -> int:  # fmt: skip
    """Write a synthetic city of the areas called ``names`` (all when there is none) below ``out``; ``duplicates``: residents who are 住登外者 too."""
    from chukan_layout.cli.sample import bar_of, say_written
    from chukan_layout.sample.city.write import write_city
    from chukan_layout.spec.load import load_layouts, load_mapping

    wanted = _wanted(defects, shape) if defects else None
    layouts = load_layouts(common.layout_version)
    areas = [_area(layouts, name) for name in names] or [a.no for a in layouts.areas]
    vendor = load_mapping("vendorA" if shape == "standard" else shape)
    (out / "injected.csv").unlink(missing_ok=True)
    with bar_of(common, residents) as tell:
        written = write_city(out, residents, seed, layouts, areas, vendor, shape != "standard", tell, duplicates)
    say_written(common, written)
    if wanted:
        _inject(out, wanted, seed, layouts, areas, None if shape == "standard" else vendor, common)
    return 0


def _wanted(path: Path, shape: str) -> tuple[dict[str, int], list[Wanted]]:
    """The faults asked for; CliError when the list cannot be followed."""
    from chukan_layout.sample.city.faults import wanted_of

    return wanted_of(path, shape == "vendorA")


def _inject(
    out: Path, wanted: tuple[dict[str, int], list[Wanted]], seed: int, layouts: LayoutSet, areas: list[int],
    vendor: Mapping | None, common: Common,
) -> None:  # fmt: skip
    from chukan_layout.sample import inject as register
    from chukan_layout.sample.city import faults

    kinds, own = wanted
    done = faults.inject(out, kinds, seed, layouts, areas, vendor)
    if own and vendor is not None and 1 in areas:
        files = tuple(f for f in vendor.files if f.area == 1)
        done += register.inject(out, own, seed, layouts, vendor.model_copy(update={"files": files}))
        register.write_list(out, done)
    common.say(f"誤りを {len(done)} 件入れました: injected.csv", f"{len(done)} faults injected: injected.csv")


def list_kinds(common: Common) -> int:
    """Show the kinds of faults that a city can be given."""
    from rich.table import Table

    from chukan_layout.sample.city.kinds import KINDS

    table = Table(title=common.text("市に入れられる誤り", "faults that a city can be given"), title_justify="left")
    table.add_column(common.text("種類", "kind"))
    table.add_column(common.text("説明", "what"))
    for kind, (note, _) in KINDS.items():
        table.add_row(kind, note)
    common.write_table(table)
    return 0


def _area(layouts: LayoutSet, name: str) -> int:
    from chukan_layout.spec.suggest import near

    for area in layouts.areas:
        if name in (area.name, str(area.no), f"{area.no:02d}"):
            return area.no
    known = "、".join(f"{a.no:02d} {a.name}" for a in layouts.areas)
    found = near(name, [a.name for a in layouts.areas])
    hint = f"もしかして: {found}。" if found else ""
    raise CliError(
        f"業務「{name}」はありません。{hint}あるもの: {known}", f"there is no area {name}; known: {known}"
    )
