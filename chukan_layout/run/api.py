"""Public functions of the run room: convert and validate."""

from __future__ import annotations

import getpass
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from chukan_layout import __version__
from chukan_layout.model.manifest import FileHash, Manifest
from chukan_layout.model.report import Report
from chukan_layout.run.execute import Execution, Order, Progress, Result
from chukan_layout.run.folder import RunFolder
from chukan_layout.spec.load import layout_parts
from chukan_layout.write.files import sha256_of, write_whole


def silent(name: str, size: int, records: int) -> None:
    """The progress of nobody."""


def run_into(
    order: Order, folder: Path, specs: Sequence[Path], overwrite: bool = False, progress: Progress = silent
) -> Report:
    """Run ``order`` and publish the results in ``folder`` (DESIGN §4); gives the report.

    ``specs`` are the folders of the layouts and the mapping, hashed into the manifest.  Raises FolderRefused when
    the folder cannot be taken, OSError when the disk is full or refuses; then nothing appears under its
    final name.
    """
    started = _now()
    with RunFolder(folder, overwrite) as target:
        result = Execution(order, target.work, progress).run()
        _finish(order, result, target.work, specs, started)
        target.publish()
    return result.report


def run_aside(order: Order, progress: Progress = silent) -> Report:
    """Run a validation whose findings are wanted in the report only; nothing is left on the disk."""
    with tempfile.TemporaryDirectory(prefix="chukan-") as folder:
        return Execution(replace(order, formats=()), Path(folder), progress).run().report


def _finish(order: Order, result: Result, work: Path, specs: Sequence[Path], started: str) -> None:
    write_whole(work / "report.json", result.report.to_json().encode())
    hashes = [_folder_hash(path) for path in specs]
    outputs = [FileHash(path=p, bytes=n, sha256=h) for p, n, h in result.outputs]
    for name in ("findings.parquet", "findings.csv", "report.json"):
        path = work / name
        outputs.append(FileHash(path=name, bytes=path.stat().st_size, sha256=sha256_of(path)))
    manifest = Manifest(
        tool_version=__version__,
        command=order.direction if order.writes else "validate",
        user=_user(),
        started=started,
        finished=_now(),
        layout_version=order.layouts.version,
        layout_sha256=hashes[0] if hashes else "",
        mapping=order.mapping.vendor if order.mapping else "",
        mapping_sha256=hashes[1] if len(hashes) > 1 else "",
        jobs=order.jobs,
        revealed=order.reveal,
        inputs=[FileHash(path=p, bytes=n, sha256=h) for p, n, h in result.inputs],
        outputs=outputs,
    )
    write_whole(work / "manifest.json", (manifest.model_dump_json(indent=1) + "\n").encode())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _folder_hash(folder: Path) -> str:
    """SHA-256 over names and contents of the TOML files below a folder, and below those that it builds on."""
    digest = hashlib.sha256()
    for part in layout_parts(folder):
        for path in sorted(part.rglob("*.toml")):
            digest.update(path.relative_to(part).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
