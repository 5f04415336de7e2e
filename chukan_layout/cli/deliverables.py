"""``chukan report RUN --deliverables``: all papers of a migration, in three formats."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from chukan_layout.cli.common import Common, write_whole
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.toml_model import read_model

if TYPE_CHECKING:
    from chukan_layout.model.erasure import ErasureRecord
    from chukan_layout.model.manifest import Manifest
    from chukan_layout.model.mapping import Mapping
    from chukan_layout.model.project import Project
    from chukan_layout.model.report import Report

FORMATS = ("xlsx", "html", "markdown")


def write_papers(run: Path, report: Report, to: Path, project: Path | None, erased: Path | None, common: Common) -> int:
    """Writes ``NN-名称.xlsx``, ``.html`` and ``.md`` of every paper into ``to``; how many papers."""
    from chukan_layout.report.document.formats import SUFFIXES, render
    from chukan_layout.report.papers.every import papers
    from chukan_layout.report.papers.folder import Folder
    from chukan_layout.rules.catalogue import catalogue
    from chukan_layout.spec.load import load_layouts

    areas = sorted({f.area for f in report.files})
    files = {(f.area, f.file) for f in report.files}
    layouts = load_layouts(report.layout.version, areas or None)
    names = {(area.no, file.name) for area in layouts.areas for file in area.files if (area.no, file.id) in files}
    rules = [r for r in catalogue(layouts).values() if not r.area or (r.area, r.file) in files | names]
    folder = Folder(
        report, _manifest(run), layouts, _project(project), _mapping(report), rules, _left(run), _erasure(erased)
    )
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = papers(folder)
    for number, document in enumerate(made, 1):
        for fmt in FORMATS:
            raw = render(document, fmt)
            path = to / f"{number:02d}-{document.name}.{SUFFIXES[fmt]}"
            write_whole(path, raw.encode() if isinstance(raw, str) else raw)
    return len(made)


def _manifest(run: Path) -> Manifest | None:
    from chukan_layout.model.manifest import Manifest

    try:
        return Manifest.model_validate_json((run / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return None


def _mapping(report: Report) -> Mapping | None:
    """The mapping of the run where it is at hand: papers of a mapping that has gone are made without it."""
    from chukan_layout.spec.load import load_mapping
    from chukan_layout.spec.problem import SpecError

    if not report.mapping:
        return None
    try:
        return load_mapping(report.mapping, [f.source.path for f in report.files])
    except SpecError:
        return None


def _left(run: Path) -> list[tuple[str, str, str, int]]:
    try:
        with (run / "gaiji" / "unresolved.csv").open(encoding="utf-8-sig", newline="") as file:
            return [(row[0], row[1], row[2], int(row[3])) for row in list(csv.reader(file))[1:]]
    except (OSError, ValueError, IndexError):
        return []


def _project(path: Path | None) -> Project:
    from chukan_layout.model.project import Project

    return Project() if path is None else read_model(path, Project)


def _erasure(path: Path | None) -> ErasureRecord | None:
    from chukan_layout.model.erasure import ErasureRecord

    if path is None:
        return None
    try:
        return ErasureRecord.model_validate_json(path.read_bytes())
    except ValueError:
        raise CliError(f"{path.name} は消去記録ではありません。", f"{path.name} is no erasure record") from None
