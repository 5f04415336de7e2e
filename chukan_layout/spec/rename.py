"""An item gets another name or other codes: everything that names them follows, in its own file and in others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chukan_layout.model.layout import Foreign, Joined, LayoutFile, Totals

#: (業務, 移行ファイル) -> old name -> new name.
Names = Mapping[tuple[int, str], Mapping[str, str]]

#: (業務, 移行ファイル) -> item, as it is called before -> old code -> new code.
Codes = Mapping[tuple[int, str], Mapping[str, Mapping[str, str]]]

_OWN = (
    "left", "right", "total", "plus", "minus", "items", "item", "group", "key", "number", "latest", "amount", "start",
    "end",
)  # fmt: skip
_TESTS = ("when", "then", "where", "count")


def renamed(file: LayoutFile, names: Names, codes: Codes) -> LayoutFile:
    """``file`` with the new names of its items and of the items of other files that its checks name, and their codes."""
    if not any(at in names or at in codes for at in _named(file)):
        return file
    data = file.model_dump(by_alias=True)
    at = (file.area, file.id)
    own = names.get(at, {})
    data["key"] = [own.get(n, n) for n in data["key"]]
    for item in data["items"]:
        item["sample"] = codes.get(at, {}).get(item["name"], {}).get(item["sample"], item["sample"])
        item["name"] = own.get(item["name"], item["name"])
        _tests(item, ("required_when", "applies_when"), at, names, codes)
    for check in (*data["row_checks"], *data["keyed_checks"]):
        for key in _OWN:
            if key in check:
                check[key] = _swap(check[key], own)
        _tests(check, _TESTS, at, names, codes)
        _others(check, file.area, names, codes)
    made = LayoutFile.model_validate(data)
    return file if made == file else made


def _named(file: LayoutFile) -> Iterator[tuple[int, str]]:
    """The file itself and every file that its checks name."""
    yield file.area, file.id
    for check in file.keyed_checks:
        if isinstance(check, Foreign):
            yield from ((t.area or file.area, t.file) for t in check.targets)
        elif isinstance(check, Totals):
            yield check.of_area or file.area, check.of_file
        elif isinstance(check, Joined):
            yield check.to_area or file.area, check.to_file


def _others(check: dict[str, Any], area: int, names: Names, codes: Codes) -> None:
    if check["kind"] == "foreign":
        there = names.get((check["to_area"] or area, check["to_file"]), {})
        check["to_items"] = _swap(check["to_items"], there)
        for target in check["or_to"]:
            target["items"] = _swap(target["items"], names.get((target["area"] or area, target["file"]), {}))
    for kind, prefix in (("totals", "of_"), ("joined", "to_")):
        if check["kind"] == kind:
            at = (check[f"{prefix}area"] or area, check[f"{prefix}file"])
            for key in (f"{prefix}{word}" for word in ("items", "amount", "item")):
                if key in check:
                    check[key] = _swap(check[key], names.get(at, {}))
            _tests(check, (f"{prefix}when",), at, names, codes)


def _swap(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    return value if value is None else [names.get(v, v) for v in value]


def _tests(owner: dict[str, Any], keys: tuple[str, ...], at: tuple[int, str], names: Names, codes: Codes) -> None:
    for test in (t for key in keys for t in owner.get(key, ())):
        recoded = codes.get(at, {}).get(test["item"], {})
        for key in ("in", "not_in"):
            if test[key] is not None:
                test[key] = [recoded.get(code, code) for code in test[key]]
        test["item"] = names.get(at, {}).get(test["item"], test["item"])
