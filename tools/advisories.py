"""Known vulnerabilities of our parts, from advisories that somebody brought in: no network, as pip-audit and cargo-audit with one.

Read are OSV records (``*.json``, the dumps of osv.dev for PyPI and crates.io, and PyPA's and GitHub's own) and RustSec's
files (``*.md`` with a head in TOML), from folders or zips.  The OSV schema: https://ossf.github.io/osv-schema/ ; RustSec's:
https://github.com/rustsec/advisory-db , whose ``patched`` and ``unaffected`` are requirements of Cargo.
"""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from packaging.version import InvalidVersion, Version

ECOSYSTEMS = {"pypi": "PyPI", "cargo": "crates.io"}
_TOML = re.compile(r"^```toml\n(.*?)^```", re.S | re.M)
_COMPARATOR = re.compile(r"(>=|<=|>|<|=|\^|~)?\s*(\d+(?:\.\d+)*(?:-[\w.]+)?)")


class Advisory(NamedTuple):
    """``affects`` is the record that says which versions; ``notice`` is no vulnerability (an unmaintained package)."""

    id: str
    kind: str
    name: str
    summary: str
    notice: bool
    affects: dict[str, Any]


class Match(NamedTuple):
    kind: str
    name: str
    version: str
    advisory: Advisory


class Broken(ValueError):
    """A file that is no advisory."""


def texts(place: Path) -> Iterator[tuple[str, str]]:
    """Name and text of every advisory in a folder or zip; OSError and BadZipFile as they come."""
    if place.is_dir():
        for path in sorted(place.rglob("*")):
            if path.suffix in (".json", ".md"):
                yield path.name, path.read_text(encoding="utf-8")
        return
    with zipfile.ZipFile(place) as book:
        for name in sorted(book.namelist()):
            if name.endswith((".json", ".md")):
                yield name, book.read(name).decode()


def advisories(places: Iterable[Path]) -> list[Advisory]:
    """All that are not withdrawn.  Broken names a file that cannot be understood: a gap is no clean bill."""
    found: list[Advisory] = []
    for place in places:
        for name, text in texts(place):
            try:
                found += _osv(json.loads(text)) if name.endswith(".json") else _rustsec(text)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise Broken(f"{place.name}: {name}") from None
    return found


def _osv(record: dict[str, Any]) -> Iterator[Advisory]:
    if record.get("withdrawn"):
        return
    kinds = {ecosystem: kind for kind, ecosystem in ECOSYSTEMS.items()}
    for affected in record.get("affected", []):
        package = affected.get("package", {})
        kind = kinds.get(package.get("ecosystem", ""))
        if kind is None:
            continue
        notice = bool((affected.get("database_specific") or {}).get("informational") not in (None, "unsound"))
        yield Advisory(record["id"], kind, _plain(kind, package["name"]), record.get("summary", ""), notice, affected)


def _rustsec(text: str) -> Iterator[Advisory]:
    head = _TOML.search(text)
    if head is None:
        return  # a README
    record = tomllib.loads(head[1])
    told = record["advisory"]
    if told.get("withdrawn"):
        return
    title = re.search(r"^# (.+)$", text, re.M)
    notice = told.get("informational") not in (None, "unsound")
    yield Advisory(told["id"], "cargo", told["package"], title[1] if title else "", notice, {"rustsec": record["versions"]})


def _plain(kind: str, name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower() if kind == "pypi" else name


def matches(parts: Iterable[tuple[str, str, str]], known: Iterable[Advisory]) -> list[Match]:
    """The advisories that speak of parts (kind, name, version), each once under each of its ids."""
    by_name: dict[tuple[str, str], list[Advisory]] = {}
    for advisory in known:
        by_name.setdefault((advisory.kind, advisory.name), []).append(advisory)
    found = [
        Match(kind, name, version, advisory)
        for kind, name, version in parts
        for advisory in by_name.get((kind, _plain(kind, name)), ())
        if concerns(kind, version, advisory.affects)
    ]
    seen: dict[tuple[str, str, str], Match] = {}
    for match in found:
        seen.setdefault((match.kind, match.name, match.advisory.id), match)
    return list(seen.values())


def concerns(kind: str, version: str, affects: dict[str, Any]) -> bool:
    """Whether a version is meant.  A range that cannot be compared counts as meant: better one look too many."""
    if "rustsec" in affects:
        told = affects["rustsec"]
        good = (*told.get("patched", ()), *told.get("unaffected", ()))
        return not any(_satisfies(version, requirement) for requirement in good)
    if version in affects.get("versions", ()):
        return True
    ranges = [r for r in affects.get("ranges", ()) if r.get("type") in ("SEMVER", "ECOSYSTEM")]
    return any(_within(kind, version, r.get("events", [])) for r in ranges)


def _within(kind: str, version: str, events: list[dict[str, str]]) -> bool:
    at, inside = _order(kind, version), False
    told = [(_order(kind, v), word) for event in events for word, v in event.items() if word != "limit"]
    if at is None or any(place is None for place, _ in told):
        return True
    for place, word in sorted(told, key=lambda t: (t[0], t[1] != "introduced")):
        if word == "introduced" and at >= place:
            inside = True
        elif (word == "fixed" and at >= place) or (word == "last_affected" and at > place):
            inside = False
    return inside


@cache
def _order(kind: str, version: str) -> Any:
    """What orders versions: of PyPI as PEP 440 says, of crates as SemVer says; None for what is no version."""
    if version == "0" and kind == "cargo":
        version = "0.0.0-0"
    if kind == "pypi":
        try:
            return Version(version)
        except InvalidVersion:
            return None
    return _semver(version)


def _semver(version: str) -> tuple[Any, ...] | None:
    plain, _, pre = version.split("+")[0].partition("-")
    numbers = plain.split(".")
    if not all(n.isdigit() for n in numbers):
        return None
    marks = tuple((0, int(m), "") if m.isdigit() else (1, 0, m) for m in pre.split(".")) if pre else ()
    whole = (*(int(n) for n in numbers), 0, 0)[:3]
    return (*whole, not pre, marks)


def _satisfies(version: str, requirement: str) -> bool:
    at = _semver(version)
    parts = _COMPARATOR.findall(requirement)
    return at is not None and bool(parts) and all(_holds(at, sign or "^", told) for sign, told in parts)


def _holds(at: tuple[Any, ...], sign: str, told: str) -> bool:
    place = _semver(told)
    if place is None:
        return False
    if sign in ("^", "~"):
        numbers = [int(n) for n in told.split("-")[0].split(".")]
        fixed = next((i for i, n in enumerate(numbers) if n), len(numbers) - 1) if sign == "^" else min(1, len(numbers) - 1)
        return at >= place and at[: fixed + 1] == place[: fixed + 1]
    if sign == "=":
        return at[: told.count(".") + 1] == place[: told.count(".") + 1] if "-" not in told else at == place
    return {">=": at >= place, "<=": at <= place, ">": at > place, "<": at < place}[sign]
