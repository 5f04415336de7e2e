"""The supply chain, offline: ``python tools/supply.py check``, ``sbom FILE`` and ``audit --advisories PLACE [--sbom FILE]``.

Reads pyproject.toml, native/Cargo.lock and the installed distributions' own metadata; nothing is asked of a network.
``check``: each dependency has an allowed licence and its reason in docs/dependencies.md, and no crate is there twice.
``sbom``: the same as CycloneDX 1.5 JSON.  ``audit``: which of them (or of an SBOM's) are in advisories that were brought in:
OSV dumps and RustSec's, folders or zips; exit 1 for a vulnerability, 2 when the advisories say nothing of a kind at all.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tools import advisories  # noqa: E402 - run as a script, the folder above is not on the path

DOCS = ROOT / "docs" / "dependencies.md"
SHIPPED_EXTRAS = ("gaiji", "conform", "db", "seal")
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
    extras, said = project["optional-dependencies"], documented()
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
        licence = _licence(installed.metadata) or said.get(("pypi", name), "?")
        found[name] = Component("pypi", name, installed.version, licence)
        todo += [Requirement(r) for r in installed.requires or ()]
    return sorted(found.values())


def _licence(metadata: object) -> str:
    """What the metadata say; "" where they say nothing, and docs/dependencies.md must (from the licence's own file)."""
    said = metadata.get("License-Expression")  # type: ignore[attr-defined]
    if said:
        return str(said)
    told = [c for c in metadata.get_all("Classifier") or () if c.startswith("License ::")]  # type: ignore[attr-defined]
    return " AND ".join(c.rsplit("::", 1)[-1].strip() for c in told) or str(metadata.get("License") or "")  # type: ignore[attr-defined]


def rust_parts() -> list[Component]:
    """The crates of native/Cargo.lock, with the licence that docs/dependencies.md says each has."""
    lock = tomllib.loads((ROOT / "native" / "Cargo.lock").read_text(encoding="utf-8"))
    said = documented()
    return sorted(
        Component("cargo", p["name"], p["version"], said.get(("cargo", p["name"]), "?"), p.get("checksum", ""))
        for p in lock["package"]
        if "source" in p
    )


def strangers(lock: Path = ROOT / "native" / "Cargo.lock") -> list[str]:
    """Crates of the lock file that are from no registry, or whose content it does not pin."""
    listed = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    return [p["name"] for p in listed if "source" in p and not (p["source"].startswith("registry+") and p.get("checksum"))]


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
    wrong += [f"cargo:{name}: comes from elsewhere than crates.io" for name in strangers()]
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


def in_sbom(path: Path) -> list[tuple[str, str, str]]:
    """Kind, name and version of the components of a CycloneDX file."""
    listed = json.loads(path.read_text(encoding="utf-8"))["components"]
    purls = [re.match(r"pkg:(pypi|cargo)/([^@]+)@([^?#]+)", c.get("purl", "")) for c in listed]
    return [(p[1], p[2], p[3]) for p in purls if p]


def audit(words: list[str]) -> int:
    """0 nothing known, 1 a vulnerability, 2 the advisories cannot say."""
    parser = argparse.ArgumentParser(prog="supply.py audit")
    parser.add_argument("--advisories", action="append", required=True, type=Path, metavar="PLACE")
    parser.add_argument("--sbom", type=Path, metavar="FILE")
    asked = parser.parse_args(words)
    parts = in_sbom(asked.sbom) if asked.sbom else [p[:3] for p in python_parts() + rust_parts()]
    try:
        known = advisories.advisories(asked.advisories)
    except (OSError, UnicodeDecodeError, zipfile.BadZipFile, advisories.Broken) as broken:
        print(f"読めない勧告があります (cannot be read): {broken}", file=sys.stderr)
        return 2
    silent = [k for k in sorted({kind for kind, _, _ in parts}) if not any(a.kind == k for a in known)]
    if silent:
        print(f"勧告がありません (no advisories for): {', '.join(silent)}", file=sys.stderr)
        return 2
    found = advisories.matches(parts, known)
    for m in found:
        print(f"{m.kind}:{m.name} {m.version}: {m.advisory.id} {'(notice) ' * m.advisory.notice}{m.advisory.summary}".rstrip())
    bad = sum(not m.advisory.notice for m in found)
    print(f"{len(parts)} components, {len(known)} advisories: {bad} known vulnerabilities, {len(found) - bad} notices")
    return 1 if bad else 0


def main(words: list[str]) -> int:
    if words[:1] == ["audit"]:
        return audit(words[1:])
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
