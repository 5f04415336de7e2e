"""A LayoutSet as the TOML files of a folder, one line per item, only what differs from the defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from chukan_layout.model.layout import Area, LayoutFile, LayoutSet

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def texts(layouts: LayoutSet) -> dict[str, str]:
    """Texts of the files by their path inside the folder of the set; reading them gives ``layouts`` again."""
    made = {"common.toml": "\n".join(_common(layouts)) + "\n"}
    for area in layouts.areas:
        made |= area_texts(area)
    return made


def area_texts(area: Area) -> dict[str, str]:
    """Texts of the files of one area."""
    folder = f"{area.no:02d}-{area.name}"
    made = {f"{folder}/area.toml": f"[area]\nno = {area.no}\nname = {_value(area.name)}\n"}
    for file in area.files:
        made[f"{folder}/{file.no:02d}-{file.id}.toml"] = "\n".join(_file(file)) + "\n"
    if area.codes:
        made[f"{folder}/codes.toml"] = "\n".join(_codes(area)) + "\n"
    return made


def _common(layouts: LayoutSet) -> Iterator[str]:
    yield "[layout_set]"
    for key in ("version", "title", "source", "note"):
        if (value := getattr(layouts, key)) or key != "note":
            yield f"{key} = {_value(value)}"
    yield from ("", "[format]")
    for key, value in layouts.format.model_dump(mode="json").items():
        yield f"{key} = {_value(value)}"


def _file(file: LayoutFile) -> Iterator[str]:
    yield "[file]"
    for key, value in _dump(file).items():
        if key not in ("area", "area_name", "items", "row_checks", "keyed_checks"):
            yield f"{key} = {_value(value)}"
    yield "items = ["
    for item in file.items:
        yield f"  {_value(_dump(item))},"
    yield "]"
    for name, checks in (("row_check", file.row_checks), ("keyed_check", file.keyed_checks)):
        for check in checks:
            yield from ("", f"[[{name}]]")
            yield from (f"{key} = {_value(value)}" for key, value in _dump(check).items())


def _codes(area: Area) -> Iterator[str]:
    for i, table in enumerate(area.codes.values()):
        yield from ("", "[[table]]") if i else ("[[table]]",)
        whole = _dump(table)
        for key in ("name", "source", "description", "note"):
            if key in whole:
                yield f"{key} = {_value(whole[key])}"
        yield "values = ["
        yield from (f"  {_value(_dump(value))}," for value in table.values)
        yield "]"


def _dump(model: BaseModel) -> dict[str, Any]:
    """Fields that are required or not at their default; an empty list of a required field is kept."""
    whole = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    fields = {f.alias or name: f for name, f in type(model).model_fields.items()}
    return {
        key: value
        for key, value in whole.items()
        if fields[key].is_required() or getattr(model, _own(model, key)) != fields[key].default
    }


def _own(model: BaseModel, key: str) -> str:
    return next(name for name, f in type(model).model_fields.items() if key in (name, f.alias))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON strings are TOML strings, but for DEL
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)
