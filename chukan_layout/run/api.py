"""Public functions of the run room: convert and validate."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from chukan_layout import __version__
from chukan_layout.database.place import Place
from chukan_layout.model.manifest import FileHash, Manifest, seconds_between
from chukan_layout.model.report import Report
from chukan_layout.read.discover import files_below
from chukan_layout.run.checkpoint import Journal
from chukan_layout.run.execute import Execution
from chukan_layout.run.folder import RunFolder
from chukan_layout.run.order import Order, Progress, Result
from chukan_layout.run.resume import Resumable
from chukan_layout.run.who import now, user
from chukan_layout.spec.load import layout_parts
from chukan_layout.write.files import sha256_of, write_whole


def silent(name: str, size: int, records: int) -> None:
    """The progress of nobody."""


def run_into(
    order: Order,
    folder: Path,
    specs: Sequence[Path],
    overwrite: bool = False,
    progress: Progress = silent,
    resume: bool = False,
    budget: int | None = None,
) -> Report:
    """Run ``order`` and publish the results in ``folder`` (DESIGN §4); gives the report.

    ``specs`` are the folders of the layouts and the mapping, hashed into the manifest.  ``resume`` takes up a run that
    was killed in that folder, if it was asked the same of the same inputs; the result has the same bytes.  ``budget`` are
    the seconds that the run is to take at most: the manifest says whether it did, and nothing else changes.  Raises
    FolderRefused when the folder cannot be taken, OSError when the disk is full or refuses; then nothing appears under
    its final name.
    """
    started = now()
    with RunFolder(folder, overwrite, resume, asked_of(order)) as target:
        if target.published:
            return Report.model_validate_json((folder / "report.json").read_bytes())
        hashes = hashes_of(specs)
        journal = Journal(target.work / "checkpoint", _decisive(order, hashes))
        result = Resumable(order, target.work, progress, journal).run()
        finish(order, result, target.work, hashes, started, budget=budget)
        target.publish()
    return result.report


def run_aside(order: Order, progress: Progress = silent) -> Report:
    """Run a validation whose findings are wanted in the report only; nothing is left on the disk."""
    with tempfile.TemporaryDirectory(prefix="chukan-") as folder:
        return Execution(replace(order, formats=()), Path(folder), progress).run().report


def plan_cleansing(order: Order, progress: Progress = silent) -> Result:
    """What the cleansing rules of ``order`` would do: counts in the report, examples by rule; nothing is written."""
    with tempfile.TemporaryDirectory(prefix="chukan-") as folder:
        return Execution(replace(order, formats=()), Path(folder), progress).run()


def hashes_of(specs: Sequence[Path]) -> list[str]:
    """SHA-256 of the folders of the layouts and the mapping, for :func:`finish`."""
    return [_folder_hash(path) for path in specs]


def finish(
    order: Order, result: Result, work: Path, hashes: Sequence[str], started: str, replayed: str = "", budget: int | None = None
) -> None:
    """Writes report.json and manifest.json, with which a run is whole; ``hashes`` are those of :func:`hashes_of`."""
    write_whole(work / "report.json", result.report.to_json().encode())
    outputs = [FileHash(path=p, bytes=n, sha256=h) for p, n, h in result.outputs]
    for name in ("findings.parquet", "findings.csv", "report.json"):
        path = work / name
        outputs.append(FileHash(path=name, bytes=path.stat().st_size, sha256=sha256_of(path)))
    finished = now()
    manifest = Manifest(
        tool_version=__version__,
        command=order.direction if order.writes else "validate",
        user=user(),
        started=started,
        finished=finished,
        layout_version=order.layouts.version,
        layout_sha256=hashes[0] if hashes else "",
        mapping=order.mapping.vendor if order.mapping else "",
        mapping_sha256=hashes[1] if len(hashes) > 1 else "",
        jobs=order.jobs,
        engine=order.engine.name,
        revealed=order.reveal,
        replayed=replayed,
        time_budget=budget,
        within_budget=None if budget is None else seconds_between(started, finished) <= budget,
        inputs=[
            FileHash(path=p, bytes=n, sha256=h, header=result.headers[p].hex() if p in result.headers else None)
            for p, n, h in result.inputs
        ],
        outputs=outputs,
    )
    write_whole(work / "manifest.json", (manifest.model_dump_json(indent=1) + "\n").encode())


def asked_of(order: Order) -> dict[str, Any]:
    """What decides the bytes of a result, and the inputs as they are found; not the number of jobs."""
    inputs = []
    databases = [(s.file, s.folder) for s in order.sources if isinstance(s, Place)]  # a server's has no file
    for path, name in [*files_below(order.sources)[0], *databases]:
        try:
            found = path.stat()
            inputs.append([name, found.st_size, found.st_mtime_ns])
        except OSError:
            inputs.append([name, -1, 0])  # reported when it is read
    return {
        "version": __version__, "direction": order.direction, "layouts": order.layouts.version,
        "mapping": order.mapping.vendor if order.mapping else "", "formats": list(order.formats),
        **({"only": list(order.only)} if order.only is not None else {}),
        **({"cleansing": hashlib.sha256(repr(order.cleansing).encode()).hexdigest()} if order.cleanses else {}),
        "reveal": order.reveal, "as_of": order.as_of, "municipality": order.municipality, "inputs": inputs,
    }  # fmt: skip


def _decisive(order: Order, hashes: Sequence[str]) -> str:
    """What decides the bytes of a run beside its inputs, the contents of layouts and mapping among it, as one hash."""
    aside = ("sources", "layouts", "mapping", "jobs", "engine")
    own = [(f.name, getattr(order, f.name)) for f in fields(order) if f.name not in aside]
    told = repr((__version__, own, list(hashes)))
    return hashlib.sha256(told.encode()).hexdigest()


def _folder_hash(folder: Path) -> str:
    """SHA-256 over names and contents of the TOML files below a folder, and below those that it builds on."""
    digest = hashlib.sha256()
    for part in layout_parts(folder):
        for path in sorted(part.rglob("*.toml")):
            digest.update(path.relative_to(part).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
