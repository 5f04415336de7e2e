"""Evidence of one validation, and its verification by somebody else."""

from __future__ import annotations

import hashlib
import json
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import chukan_layout
from chukan_layout import __version__
from chukan_layout.conform.box import BadBox, packed, sha256, unpacked
from chukan_layout.conform.coverage import coverage
from chukan_layout.conform.sign import envelope, opened
from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.manifest import Manifest
from chukan_layout.model.report import Report
from chukan_layout.report.registry import render
from chukan_layout.rules.catalogue import catalogue
from chukan_layout.run.api import run_into, silent
from chukan_layout.run.order import Order, Progress
from chukan_layout.spec.load import layout_folder

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
ENVELOPE = "statement.dsse.json"
#: The kernel's hash is told and not compared: another processor has other code for the same source.
KERNEL = "kernel"
#: Formats of the report in a bundle.
RENDERED = {"report.html": "html", "report.xlsx": "xlsx", "junit.xml": "junit"}


@dataclass(frozen=True)
class Evidence:
    """A bundle and what it says."""

    raw: bytes
    report: Report


def make(order: Order, private: bytes | None = None, progress: Progress = silent) -> Evidence:
    """Validates and packs the evidence: reports, coverage of the requirements, hashes; nothing of any record.

    ``order`` is a validation; keys and values are left out of its report.  Raises BadSignature for a bad key,
    OSError as a run does.
    """
    report, manifest = _run(replace(order, metadata_only=True, reveal=False), progress)
    files = {"report.json": report.to_json().encode()}
    for name, fmt in RENDERED.items():
        made = render(report, fmt, "ja")
        files[name] = made.encode() if isinstance(made, str) else made
    covered = coverage(report, order.layouts)
    files["coverage.json"] = _json(covered)
    files["log.txt"] = _log(report, manifest, covered).encode()
    statement = _statement(order, report, manifest, covered, files)
    files[ENVELOPE] = _json(envelope(statement, private))
    return Evidence(packed(files), report)


def verify(path: Path, public: bytes | None = None) -> dict[str, Any]:
    """The statement of a bundle whose every byte is as it was written, signed by the key if one is given.

    Raises BadBox or BadSignature.
    """
    files = unpacked(path)
    try:
        sealed = json.loads(files[ENVELOPE])
    except (KeyError, ValueError, RecursionError):
        raise BadBox("証拠に署名の封筒がありません。", "the bundle has no statement") from None
    statement = opened(sealed, public)
    evidence = statement.get("predicate", {}).get("chukan", {}).get("evidence", {})
    held = {name: sha256(raw) for name, raw in files.items() if name != ENVELOPE}
    if evidence != held:
        raise BadBox("証拠の中身が、署名された一覧と合いません。", "the files differ from the list that was signed")
    return statement


def again(statement: dict[str, Any], order: Order, progress: Progress = silent) -> list[tuple[str, str]]:
    """What differs when the inputs are validated anew: (Japanese, English) for each difference; empty when nothing does.

    ``order`` has the inputs and the layouts; the settings are those of the statement.
    """
    settings = statement["predicate"]["chukan"]["settings"]
    same = replace(
        order, as_of=settings["as_of"], fail_on=settings["fail_on"], min_fit=settings["min_fit"],
        municipality=settings["municipality"], requested=settings["requested"], metadata_only=True, reveal=False,
    )  # fmt: skip
    report, manifest = _run(same, progress)
    told = statement["predicate"]["chukan"]
    differences = []
    subjects = {s["name"]: s["digest"]["sha256"] for s in statement["subject"]}
    found = {f.path: f.sha256 for f in manifest.inputs}
    if subjects != found:
        names = sorted(n for n in subjects.keys() | found.keys() if subjects.get(n) != found.get(n))
        said = "、".join(names[:5])
        differences.append((f"入力ファイルが違います: {said}", f"the inputs differ: {said}"))
    for key, digest in _digests(order.layouts, manifest).items():
        if key != KERNEL and told["digests"].get(key) != digest:
            differences.append((f"{key} のハッシュが違います。", f"the hash of {key} differs"))
    if told["result"] != sha256(report.to_json().encode()):
        differences.append(("検証の結果が違います。", "the result of the validation differs"))
    return differences


def _run(order: Order, progress: Progress) -> tuple[Report, Manifest]:
    with tempfile.TemporaryDirectory(prefix="chukan-") as folder:
        run = Path(folder) / "run"
        report = run_into(order, run, [layout_folder(order.layouts.version)], progress=progress)
        manifest = Manifest.model_validate_json((run / "manifest.json").read_bytes())
    return report, manifest


def _statement(
    order: Order, report: Report, manifest: Manifest, covered: dict[str, Any], files: dict[str, bytes]
) -> dict[str, Any]:
    failed = [r["rule"] for r in covered["requirements"] if r["outcome"] in ("fail", "error")]
    warned = [r["rule"] for r in covered["requirements"] if r["outcome"] == "warn"]
    digests = _digests(order.layouts, manifest)
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": f.path, "digest": {"sha256": f.sha256}} for f in manifest.inputs],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "result": {"pass": "PASSED", "fail": "FAILED", "error": "FAILED"}[report.verdict],
            "configuration": [{"name": name, "digest": {"sha256": digest}} for name, digest in digests.items()],
            "failedTests": failed,
            "warnedTests": warned,
            "chukan": {
                "version": __version__,
                "verdict": report.verdict,
                "started": manifest.started,
                "finished": manifest.finished,
                "settings": {
                    "layout_version": report.layout.version, "requested": report.layout.requested,
                    "areas": [area.no for area in order.layouts.areas], "as_of": report.as_of, "fail_on": report.fail_on,
                    "min_fit": report.min_fit, "municipality": report.municipality,
                },
                "rows": report.totals.rows.model_dump(by_alias=True),
                "inputs": [{"name": f.path, "bytes": f.bytes} for f in manifest.inputs],
                "coverage": covered["counts"],
                "digests": digests,
                "result": sha256(files["report.json"]),
                "evidence": {name: sha256(raw) for name, raw in sorted(files.items())},
            },
        },
    }  # fmt: skip


def _digests(layouts: LayoutSet, manifest: Manifest) -> dict[str, str]:
    """Hashes of what decided the verdict."""
    rules = [list(rule) for rule in catalogue(layouts).values()]
    package = Path(chukan_layout.__file__).parent
    return {
        "tool": _code_digest(package, sorted(package.rglob("*.py"))),
        KERNEL: _code_digest(package, sorted(p for p in package.glob("_kernel.*") if p.suffix != ".pyi")),
        "layouts": manifest.layout_sha256,
        "rules": sha256(_json(rules)),
    }


def _code_digest(folder: Path, paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _log(report: Report, manifest: Manifest, covered: dict[str, Any]) -> str:
    rows = report.totals.rows
    lines = [
        f"chukan {__version__} / Python {platform.python_version()}",
        f"開始 started  {manifest.started}",
        f"終了 finished {manifest.finished}",
        f"レイアウト layout {report.layout.requested} -> {report.layout.version}",
        f"判定 verdict {report.verdict} (fail-on {report.fail_on})",
        f"件数 rows in {rows.in_} = out {rows.out} + rejected {rows.rejected} + merged {rows.merged} + removed {rows.removed}",
        "要求 requirements " + ", ".join(f"{key} {n}" for key, n in covered["counts"].items()),
        *(f"入力 input {f.sha256} {f.bytes} {f.path}" for f in manifest.inputs),
        *(f"未実施 skipped {s.check} {s.file}: {s.reason_ja}" for s in report.skipped),
        *(f"誤り error {e.path}: {e.message_ja}" for e in report.errors),
    ]
    return "\n".join(lines) + "\n"


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
