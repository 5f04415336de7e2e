"""What changed between two versions of the layouts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from chukan_layout.model.layout import Area, CodeTable, Item, LayoutFile, LayoutSet, Strict

T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """One difference.  ``place`` reads from the area down; ``field`` is blank for whole things.

    ``breaking``: data or mappings that were right for the old may be wrong for the new.  It follows from the rest.
    """

    kind: Literal["added", "removed", "changed"]
    place: str
    field: str = ""
    old: str = ""
    new: str = ""
    breaking: bool = dataclasses.field(default=False, compare=False)


#: Fields whose change forbids nothing that was allowed before.
_HARMLESS = frozenset(
    {
        "no", "name", "description", "sample", "note", "applic", "source", "reason", "secret", "attributes", "repeat",
        "title", "applies_when", "on_error", "gaiji",
    }
)  # fmt: skip
_NUMBERS = frozenset({"digits", "scale"})


def breaks(name: str, old: object, new: object) -> bool:
    """Whether a field that changed from ``old`` to ``new`` may make right data wrong."""
    if name in _HARMLESS:
        return name == "gaiji" and new is False
    if name in _NUMBERS and isinstance(old, int) and isinstance(new, int):
        return new < old
    if name in ("required", "exact"):
        return new is True
    if name == "severity":
        return new == "error"
    if name in ("min", "max", "charset", "check_digit", "code", "required_when"):
        return bool(new)
    return True


def diff(old: LayoutSet, new: LayoutSet) -> list[Change]:
    """Every difference in areas, files, items, checks, code tables and the format, in reading order."""
    changes = list(_fields("共通仕様 (format)", old.format, new.format, ()))
    for place, a, b in _pairs("", {x.name: x for x in old.areas}, {x.name: x for x in new.areas}):
        changes += _whole(place, a, b) or _areas(place, a, b)
    return changes


def _areas(place: str, old: Area | None, new: Area | None) -> Iterator[Change]:
    if old is None or new is None:
        return
    if old.no != new.no:
        yield Change("changed", place, "no", str(old.no), str(new.no))
    files = ({x.id: x for x in side.files} for side in (old, new))
    for where, a, b in _pairs(place, *files):
        yield from _whole(where, a, b) or _files(where, a, b)
    for where, table, other in _pairs(f"{place} / コード表", old.codes, new.codes):
        yield from _whole(where, table, other) or _tables(where, table, other)


def _files(place: str, old: LayoutFile | None, new: LayoutFile | None) -> Iterator[Change]:
    if old is None or new is None:
        return
    yield from _fields(place, old, new, ("area", "area_name", "items", "row_checks", "keyed_checks"))
    items = [{x.name: x for x in side.items} for side in (old, new)]
    moved = [n for n in items[0] if n in items[1]] != [n for n in items[1] if n in items[0]]
    for where, a, b in _pairs(place, *items):
        yield from _whole(where, a, b) or _models(where, a, b, () if moved else ("no",))
    checks = ({x.id: x for x in (*side.row_checks, *side.keyed_checks)} for side in (old, new))
    for where, check, other in _pairs(f"{place} / 検査", *checks):
        yield from _whole(where, check, other) or _models(where, check, other)


def _models(
    place: str, old: Strict | None, new: Strict | None, apart: Sequence[str] = ()
) -> Iterator[Change]:
    """``apart`` holds the number where items keep their order: one item more is one change, not a hundred."""
    if old is not None and new is not None:
        yield from _fields(place, old, new, apart)


def _tables(place: str, old: CodeTable | None, new: CodeTable | None) -> Iterator[Change]:
    if old is None or new is None:
        return
    yield from _fields(place, old, new, ("values",))
    codes = ({v.code: v for v in side.values} for side in (old, new))
    for where, a, b in _pairs(place, *codes):
        yield from _whole(where, a, b) or _models(where, a, b)


def _pairs(
    place: str, old: Mapping[str, T], new: Mapping[str, T]
) -> Iterator[tuple[str, T | None, T | None]]:
    """What stands under each name in both, in the order of the new one; what is gone comes last."""
    for name in [*new, *(n for n in old if n not in new)]:
        yield f"{place} / {name}" if place else name, old.get(name), new.get(name)


def _whole(place: str, old: object | None, new: object | None) -> list[Change]:
    if old is None:
        return [Change("added", place, breaking=_demands(new))]
    return [Change("removed", place, breaking=True)] if new is None else []


def _demands(new: object) -> bool:
    """Whether something new asks for what old data does not have: a required item, a check that is an error."""
    if isinstance(new, Item):
        return new.required
    return hasattr(new, "kind") and getattr(new, "severity", "") == "error"


def _fields(place: str, old: Strict, new: Strict, apart: Sequence[str]) -> Iterator[Change]:
    a, b = (side.model_dump(mode="json", by_alias=True) for side in (old, new))
    for name in dict.fromkeys((*a, *b)):
        if name not in apart and a.get(name) != b.get(name):
            words = _text(a.get(name)), _text(b.get(name))
            yield Change("changed", place, name, *words, breaking=breaks(name, a.get(name), b.get(name)))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_text, value))
    if isinstance(value, dict):
        return " ".join(f"{k}={_text(v)}" for k, v in value.items() if v is not None)
    return "" if value is None else str(value)
