"""``chukan sample --city``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chukan_layout.cli.common import Common
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.model.layout import LayoutSet


def city_into(
    out: Path, residents: int, names: tuple[str, ...], seed: int, shape: str, defects: Path | None, common: Common
) -> int:
    """Write a synthetic city of the areas called ``names`` (all when there is none) below ``out``."""
    from chukan_layout.cli.sample import bar_of, say_written
    from chukan_layout.sample.city.write import write_city
    from chukan_layout.spec.load import load_layouts, load_mapping

    layouts = load_layouts(common.layout_version)
    areas = [_area(layouts, name) for name in names] or [a.no for a in layouts.areas]
    vendor = load_mapping("vendorA" if shape == "standard" else shape)
    (out / "injected.csv").unlink(missing_ok=True)
    with bar_of(common, residents) as tell:
        written = write_city(out, residents, seed, layouts, areas, vendor, shape != "standard", tell)
    say_written(common, written)
    return 0


def _area(layouts: LayoutSet, name: str) -> int:
    from chukan_layout.spec.suggest import near

    for area in layouts.areas:
        if name in (area.name, str(area.no), f"{area.no:02d}"):
            return area.no
    known = "、".join(f"{a.no:02d} {a.name}" for a in layouts.areas)
    hint = near(name, [a.name for a in layouts.areas])
    raise CliError(
        f"業務「{name}」はありません。{hint or ''}あるもの: {known}", f"there is no area {name}; known: {known}"
    )
