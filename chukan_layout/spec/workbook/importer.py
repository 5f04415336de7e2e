"""A workbook as a LayoutSet.  Nothing is taken silently: what is passed over or altered is told by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from chukan_layout.model.layout import FileFormat, LayoutSet
from chukan_layout.spec.problem import Problem, SpecError, errors
from chukan_layout.spec.workbook import values
from chukan_layout.spec.workbook.book import Sheet, open_book
from chukan_layout.spec.workbook.build import Builder
from chukan_layout.spec.workbook.draft import AreaDraft, Notes
from chukan_layout.spec.workbook.extra import Extra, is_extra
from chukan_layout.spec.workbook.kinds import NO_LAYOUT, NO_NAME, UNREADABLE_CELL
from chukan_layout.spec.workbook.official import Official
from chukan_layout.spec.workbook.successor import Successor
from chukan_layout.spec.workbook.tables import ITEMS, SUCCESSOR, Line, cover, lines


@dataclass(frozen=True)
class Imported:
    """``layouts`` is None when something that matters could not be read; ``problems`` says all of it."""

    layouts: LayoutSet | None
    problems: list[Problem]


def import_books(
    books: Sequence[Path], known: Mapping[str, int], version: str | None = None, area: str | None = None
) -> Imported:
    """The layouts of workbooks, read together.

    ``known`` are the numbers of areas by name, ``version`` and ``area`` what the sheets may leave unsaid.  Raises
    SpecError for what is no harmless workbook of layouts.
    """
    sheets = [sheet for book in books for sheet in open_book(book)]
    notes = Notes()
    extra = Extra([s for s in sheets if is_extra(s)])
    for sheet, row, column in extra.bad:
        words = {"what": "付加情報", "value": sheet.rows[row][column][:40], "allowed": "書き出したままの形で"}
        notes.problems.append(UNREADABLE_CELL.problem(sheet.place(row, column), 0, **words))
    found = [line for sheet in sheets if not is_extra(sheet) for line in lines(sheet)]
    shapes = {line.shape for line in found}
    if not shapes & {ITEMS, SUCCESSOR}:
        raise SpecError([NO_LAYOUT.problem(book.name, 0) for book in books])
    successor = SUCCESSOR in shapes
    above = cover(s for s in sheets if not is_extra(s))
    areas = _drafts(found, notes, area or above.get("area"), successor)
    told = next((a.version for a in areas if a.version), None) or values.version(above.get("version", ""))
    said = extra.common.get("version") or version or told
    if said is None:
        notes.problems.append(NO_NAME.problem(books[0].name, 0, what="バージョン (--source-version)"))
        return Imported(None, notes.problems)
    layouts = _set(areas, notes, extra, values.version(said) or said, successor, known, sheets[0])
    return Imported(None if errors(notes.problems) else layouts, notes.problems)


def _drafts(found: list[Line], notes: Notes, area: str | None, successor: bool) -> list[AreaDraft]:
    if successor:
        gathered = Successor(notes)
        gathered.take(found)
        return list(gathered.areas.values())
    official = Official(notes, area)
    official.take(found)
    return list(official.areas.values())


def _set(
    drafts: list[AreaDraft], notes: Notes, extra: Extra, version: str, successor: bool, known: Mapping[str, int], first: Sheet
) -> LayoutSet | None:  # fmt: skip
    builder = Builder(notes, extra, f"official:V{version}", successor)
    own = {name: int(k.removeprefix("area.")) for k, name in extra.common.items() if k.startswith("area.")}
    areas = []
    for draft in drafts:
        no = draft.no or own.get(draft.name) or known.get(draft.name)
        if no is None:
            notes.problems.append(NO_NAME.problem(first.book, 0, what=f"「{draft.name}」の業務番号 (業務番号, --area-no)"))
        elif (made := builder.area(draft, no)) is not None:
            areas.append(made)
    name = version if "version" in extra.common else f"dtd-{version}" if successor else version
    try:
        fmt = extra.format()
    except (ValidationError, ValueError):
        fmt = None
        notes.problems.append(NO_NAME.problem(first.book, 0, what="共通仕様 (format)"))
    common = extra.common
    title = f"基本データリスト {version} 版" if successor else f"中間標準レイアウト仕様 V{version}"
    if errors(notes.problems):
        return None
    return LayoutSet(
        version=common.get("version", name),
        title=common.get("title", title),
        source=common.get("source", "draft" if successor else f"official:V{version}"),
        note=common.get("note", "ブックから取り込んだ。主キー・検査・秘密区分はブックにないので、確かめて補う。"),
        format=fmt or FileFormat(reason="ブックに共通仕様がないので、既定の値"),
        areas=tuple(sorted(areas, key=lambda a: a.no)),
    )
