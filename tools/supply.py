"""The supply chain, offline: ``python tools/supply.py check`` and ``python tools/supply.py sbom FILE``.

Reads pyproject.toml, native/Cargo.lock and the installed distributions' own metadata; nothing is asked of a network.
``check``: each dependency has an allowed licence and its reason in docs/dependencies.md, and no crate is there twice.
``sbom``: the same as CycloneDX 1.5 JSON.  Known vulnerabilities need a database from outside and are not looked up.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "dependencies.md"
SHIPPED_EXTRAS = ("gaiji", "conform", "db")
ALLOWED = frozenset({
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT",
    "MIT License", "MIT-0", "MIT-CMU", "PSF-2.0", "Unicode-3.0", "Unlicense", "Zlib",
})  # fmt: skip


class Component(NamedTuple):
    kind: str  # pypi or cargo
    name: str
    version: str
    licence: str
    digest: str = ""


def python_parts() -> list[Component]:
    """What an installation with the shipped extras brings, as installed here; SystemExit when one is missing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    todo = [Requirement(r) for r in (*project["dependencies"], *(r for e in SHIPPED_EXTRAS for r in extras[e]))]
    found: dict[str, Component] = {}
    while todo:
        wanted = todo.pop(0)
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            installed = distribution(wanted.name)
        except PackageNotFoundError:
            raise SystemExit(f"{name}: 入っていません。make setup をしてください (not installed: make setup)") from None
        found[name] = Component("pypi", name, installed.version, _licence(installed.metadata))
        todo += [Requirement(r) for r in installed.requires or ()]
    return sorted(found.values())


def _licence(metadata: object) -> str:
    said = metadata.get("License-Expression")  # type: ignore[attr-defined]
    if said:
        return str(said)
    told = [c for c in metadata.get_all("Classifier") or () if c.startswith("License ::")]  # type: ignore[attr-defined]
    return " AND ".join(c.rsplit("::", 1)[-1].strip() for c in told) or str(metadata.get("License") or "?")  # type: ignore[attr-defined]


def rust_parts() -> list[Component]:
    """The crates of native/Cargo.lock, with the licence that docs/dependencies.md says each has."""
    lock = tomllib.loads((ROOT / "native" / "Cargo.lock").read_text(encoding="utf-8"))
    said = documented()
    return sorted(
        Component("cargo", p["name"], p["version"], said.get(("cargo", p["name"]), "?"), p.get("checksum", ""))
        for p in lock["package"]
        if "source" in p
    )


def documented() -> dict[tuple[str, str], str]:
    """Kind and name of each row of the tables in docs/dependencies.md, and the licence said there."""
    rows = re.findall(r"^\| `(pypi|cargo):([\w.-]+)` \| ([^|]+) \| ([^|]+) \|$", DOCS.read_text(encoding="utf-8"), re.M)
    return {(kind, name): licence.strip() for kind, name, licence, reason in rows if reason.strip()}


def allowed(licence: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone: one of each OR, all of each AND."""
    text = licence.strip()
    while text.startswith("(") and text.endswith(")") and "(" not in text[1:-1]:
        text = text[1:-1]
    for word, enough in ((" AND ", all), (" OR ", any)):
        parts = _apart(text, word)
        if len(parts) > 1:
            return enough(allowed(part) for part in parts)
    return text in ALLOWED


def _apart(text: str, word: str) -> list[str]:
    parts, depth, begun = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and text.startswith(word, at):
            parts.append(text[begun:at])
            begun = at + len(word)
    return [*parts, text[begun:]]


def problems(parts: list[Component], said: dict[tuple[str, str], str]) -> list[str]:
    wrong = [f"{p.kind}:{p.name}: licence {p.licence!r} is not allowed" for p in parts if not allowed(p.licence)]
    wrong += [f"{p.kind}:{p.name}: no row in docs/dependencies.md" for p in parts if (p.kind, p.name) not in said]
    names = [(p.kind, p.name) for p in parts]
    wrong += [f"{kind}:{name}: more than one version" for kind, name in sorted({n for n in names if names.count(n) > 1})]
    wrong += [f"{kind}:{name}: documented but no dependency" for kind, name in sorted(said.keys() - set(names))]
    return wrong


def sbom(parts: list[Component], version: str) -> str:
    """CycloneDX 1.5; without time and serial number, so that the same parts give the same bytes."""
    components = []
    for p in parts:
        entry: dict[str, object] = {
            "type": "library", "bom-ref": f"pkg:{p.kind}/{p.name}@{p.version}", "name": p.name, "version": p.version,
            "purl": f"pkg:{p.kind}/{p.name}@{p.version}", "licenses": [{"license": {"name": p.licence}}],
        }  # fmt: skip
        if p.digest:
            entry["hashes"] = [{"alg": "SHA-256", "content": p.digest}]
        components.append(entry)
    own = {"type": "application", "bom-ref": "chukan-layout", "name": "chukan-layout", "version": version}
    whole = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": own}, "components": components}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def main(words: list[str]) -> int:
    parts = python_parts() + rust_parts()
    if words[:1] == ["sbom"] and len(words) == 2:
        version = re.search(r'^version = "(.+)"', (ROOT / "native" / "Cargo.toml").read_text(encoding="utf-8"), re.M)
        assert version is not None
        target = Path(words[1])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(sbom(parts, version[1]), encoding="utf-8")
        print(f"{target}: {len(parts)}")
        return 0
    if words != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    wrong = problems(parts, documented())
    print("\n".join(wrong) or f"{len(parts)} components, all allowed and documented")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
