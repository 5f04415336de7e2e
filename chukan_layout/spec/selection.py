"""Named sets of 業務 and 移行ファイル, such as 業務継続: 住民記録, taxes and 国保資格 (requirement EXT-05).

The sets that are shipped stand in ``selections.toml``; a user's own TOML has the same form.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from chukan_layout.model.layout import LayoutSet, Strict
from chukan_layout.spec.find import area_number, file_of
from chukan_layout.spec.problem import Kind, SpecError
from chukan_layout.spec.suggest import near

SHIPPED = Path(__file__).with_name("selections.toml")
NO_SELECTION = Kind(
    "T216", "error",
    "「{name}」という選び方はありません。あるもの: {known}、業務の番号か名前、TOML のファイル",
    "there is no selection {name}; known: {known}, numbers and names of areas, a TOML file",
    "名前を直すか、[[selection]] を書いた TOML を指定する",
    "correct the name, or give a TOML file with [[selection]]",
)  # fmt: skip
NO_TOML = Kind(
    "T217", "error",
    "選び方のファイル {name} が読めません: {said}",
    "the file of selections {name} cannot be read: {said}",
    "chukan_layout/spec/selections.toml と同じ形で書く",
    "write it in the form of chukan_layout/spec/selections.toml",
)  # fmt: skip


class Part(Strict):
    """Files of one 業務 by id, name or number: ``files`` (all of them when empty) but those ``without``."""

    area: str
    files: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class Selection(Strict):
    """One named set."""

    name: str
    title: str = ""
    source: str = "draft"
    note: str = ""
    part: tuple[Part, ...]


class Selections(Strict):
    """A whole file."""

    selection: tuple[Selection, ...]


class Chosen(NamedTuple):
    """What was asked for, in words, and the 移行ファイル as (area, file id)."""

    said: str
    files: tuple[tuple[int, str], ...]


def shipped() -> tuple[Selection, ...]:
    """The sets that come with the tool."""
    return _read(SHIPPED)


def chosen(folder: Path, layouts: LayoutSet, words: Sequence[str]) -> Chosen:
    """The files that ``words`` name together: shipped sets, TOML files, 業務 by number or name.

    ``folder`` is that of the layouts.  Raises SpecError for a word that is none of them, or a set that names what the
    version has not got.
    """
    files: set[tuple[int, str]] = set()
    for word in words:
        for part in _parts(word):
            area = next((a for a in layouts.areas if a.no == _number(folder, part.area, word)), None)
            if area is None:
                continue  # no file of it among the mapping's
            named = [file_of(area, f) for f in part.files] or list(area.files)
            without = {file_of(area, f).id for f in part.without}
            files |= {(area.no, f.id) for f in named if f.id not in without}
    return Chosen("、".join(Path(word).name for word in words), tuple(sorted(files)))


def _parts(word: str) -> tuple[Part, ...]:
    if word.endswith(".toml"):
        return tuple(part for s in _read(Path(word)) for part in s.part)
    return next((s.part for s in shipped() if s.name == word), (Part(area=word),))


def _number(folder: Path, area: str, word: str) -> int:
    try:
        return area_number(folder, area)
    except SpecError:
        if area != word:
            raise  # the set names an area that this version has not got
        known = [s.name for s in shipped()]
        raise SpecError([NO_SELECTION.problem("--select", 0, near(word, known), name=word, known="、".join(known))]) from None


def _read(path: Path) -> tuple[Selection, ...]:
    try:
        return Selections.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).selection
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        said = wrong.strerror or "OSError" if isinstance(wrong, OSError) else str(wrong)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    raise SpecError([NO_TOML.problem(path.name, 0, "", name=path.name, said=said)])
