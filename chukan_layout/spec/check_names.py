"""Whether folders and files are called what they say inside: version, NN-業務, NN-id.toml."""

from __future__ import annotations

from collections.abc import Iterator

from chukan_layout.model.layout import LayoutSet
from chukan_layout.spec import names
from chukan_layout.spec.problem import Kind, Problem
from chukan_layout.spec.reading import Reading

MISPLACED = Kind(
    "L012", "error",
    "中身 ({said}) とフォルダー・ファイルの名前 {name} が合いません。{due} のはずです",
    "the name {name} does not fit the contents ({said}); it should be {due}",
    "名前を変えるか、中身を直す",
    "rename it, or correct the contents",
)  # fmt: skip


def misplaced(layouts: LayoutSet, reading: Reading) -> Iterator[Problem]:
    """Documents whose path is not what their contents ask for."""
    yield from _misplaced(reading, names.COMMON, ("layout_set", "version"), -2, layouts.version)
    for area in layouts.areas:
        yield from _misplaced(reading, names.area(area.no), ("area",), -2, f"{area.no:02d}-{area.name}")
        for file in area.files:
            due = f"{file.no:02d}-{file.id}.toml"
            yield from _misplaced(reading, names.file(area.no, file.id), ("file",), -1, due)


def _misplaced(
    reading: Reading, name: str, at: tuple[str | int, ...], part: int, due: str
) -> Iterator[Problem]:
    doc = reading.documents.get(name)
    if doc is None or doc.shown.endswith("/changes.toml"):
        return
    here = doc.shown.split("/")[part]
    if here != due:
        yield doc.problem(MISPLACED, *at, name=here, said=due.removesuffix(".toml"), due=due)
