"""An item gets another name: everything that names it follows, in its own file and in others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chukan_layout.model.layout import LayoutFile

#: (業務, 移行ファイル) -> old name -> new name.
Names = Mapping[tuple[int, str], Mapping[str, str]]

_OWN = (
    "left", "right", "total", "plus", "minus", "items", "group", "key", "number", "latest", "amount", "start", "end",
)  # fmt: skip
_TESTS = ("when", "then", "where", "count")


def renamed(file: LayoutFile, names: Names) -> LayoutFile:
    """``file`` with the new names of its items and of the items of other files that its checks name."""
    if not names:
        return file
    data = file.model_dump()
    own = names.get((file.area, file.id), {})
    data["key"] = [own.get(n, n) for n in data["key"]]
    for item in data["items"]:
        item["name"] = own.get(item["name"], item["name"])
        _tests(item, ("required_when", "applies_when"), own)
    for check in (*data["row_checks"], *data["keyed_checks"]):
        for key in _OWN:
            if key in check:
                check[key] = _swap(check[key], own)
        _tests(check, _TESTS, own)
        _others(check, file.area, names)
    return LayoutFile.model_validate(data)


def _others(check: dict[str, Any], area: int, names: Names) -> None:
    if check["kind"] == "foreign":
        there = names.get((check["to_area"] or area, check["to_file"]), {})
        check["to_items"] = _swap(check["to_items"], there)
        for target in check["or_to"]:
            target["items"] = _swap(target["items"], names.get((target["area"] or area, target["file"]), {}))
    if check["kind"] == "totals":
        there = names.get((check["of_area"] or area, check["of_file"]), {})
        for key in ("of_items", "of_amount"):
            check[key] = _swap(check[key], there)
        _tests(check, ("of_when",), there)


def _swap(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    return value if value is None else [names.get(v, v) for v in value]


def _tests(owner: dict[str, Any], keys: tuple[str, ...], names: Mapping[str, str]) -> None:
    for key in keys:
        for test in owner.get(key, ()):
            test["item"] = names.get(test["item"], test["item"])
