"""Rejected records converted again after a mapping or a gaiji table was mended, beside what was accepted before.

The new run's data hold the earlier run's records, then the ones accepted now; its counts reconcile over both: what the
earlier run read = what is out now + what is still rejected.  (DESIGN §5: rejected records replay after a mapping fix.)
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from chukan_layout.model.manifest import Manifest
from chukan_layout.model.mapping import FileMapping, Mapping
from chukan_layout.model.report import (
    FileReport,
    HashTotals,
    ItemCount,
    Report,
    Rows,
    RuleCount,
    Sample,
    Skipped,
    Totals,
)  # fmt: skip
from chukan_layout.run.api import asked_of, finish, hashes_of, silent
from chukan_layout.run.execute import Execution
from chukan_layout.run.folder import MANIFEST, FolderRefused, RunFolder
from chukan_layout.run.order import Order, Progress, Result
from chukan_layout.run.who import now
from chukan_layout.write.files import HashedFile, create, sha256_of
from chukan_layout.write.xml import TAIL

#: In the work folder, gone before anything is published.
AGAIN, FRESH = ".again", ".fresh"
BLOCK = 1 << 20
_WHOLE = (
    "却下された記録だけを変換した実行です。鍵の重複や参照など全体にわたる検査は、この結果の data を chukan validate で検証してください。",
    "only the rejected records were converted: run chukan validate on data/ for keys and references over all records",
)


def replay(
    earlier: Path, order: Order, out: Path, specs: Sequence[Path], overwrite: bool = False, progress: Progress = silent
) -> Report:
    """Converts ``earlier``'s rejected records as ``order`` says (its sources are not looked at) into the run folder ``out``.

    Raises FolderRefused when ``earlier`` is no conversion with rejected records, when it was altered since, or when ``out``
    cannot be taken; OSError as the system refuses.
    """
    manifest, report, raw = _read(earlier)
    rejects = {f.path.removeprefix("rejects/"): f for f in manifest.outputs if f.path.startswith("rejects/")}
    if not rejects:
        raise FolderRefused("却下された記録がありません。", "there are no rejected records")
    started = now()
    before = {(f.area, f.file): 0 for f in report.files}
    for f in report.files:
        before[(f.area, f.file)] += f.rows.out
    formats = tuple(sorted({p.suffix[1:] for p in (earlier / "data").rglob("*") if p.is_file()})) or order.formats
    with RunFolder(out, overwrite, False, asked_of(replace(order, sources=[earlier / "rejects"]))) as target:
        again, fresh = target.work / AGAIN, target.work / FRESH
        for name, told in rejects.items():
            _put_together(earlier, name, told.sha256, again / name, manifest)
        fresh.mkdir(mode=0o700)
        mapping = order.mapping and _unblocked(order.mapping)
        order = replace(order, sources=[again], mapping=mapping, formats=formats, records_before=before)
        result = Execution(order, fresh, progress).run()
        shutil.rmtree(again)
        _carry(earlier, fresh, target.work, result)
        shutil.rmtree(fresh)
        result.report = _together(report, result.report, set(rejects))
        digest = hashlib.sha256(raw).hexdigest()
        finish(order, result, target.work, hashes_of(specs), started, f"{earlier.name} {digest}")
        target.publish()
    return result.report


def _read(earlier: Path) -> tuple[Manifest, Report, bytes]:
    try:
        raw = (earlier / MANIFEST).read_bytes()
        manifest = Manifest.model_validate_json(raw)
        report = Report.model_validate_json((earlier / "report.json").read_bytes())
    except (OSError, ValueError):
        raise FolderRefused(
            f"{earlier.name} は完了した実行結果ではありません。", f"{earlier.name} is not the folder of a finished run"
        ) from None
    if manifest.command != "convert":
        raise FolderRefused("convert の結果ではありません。", "it is not the result of a convert")
    return manifest, report, raw


def _unblocked(mapping: Mapping) -> Mapping:
    """The mapping for rejected records, which stand with their own lengths outside the blocks they were in."""

    def freed(file: FileMapping) -> FileMapping:
        record = file.source.record
        if record is None or record.form != "bdw":
            return file
        source = file.source.model_copy(update={"record": record.model_copy(update={"form": "rdw"})})
        return file.model_copy(update={"source": source})

    return mapping.model_copy(update={"files": tuple(freed(file) for file in mapping.files)})


def _put_together(earlier: Path, name: str, sha256: str, to: Path, manifest: Manifest) -> None:
    """The rejected records behind the header of the file that they came from."""
    header = next((f.header for f in manifest.inputs if f.path == name), None)
    if header is None or sha256_of(earlier / "rejects" / name) != sha256:
        raise FolderRefused(
            f"rejects/{name} が実行のときと違うか、見出しの控えがありません。",
            f"rejects/{name} is not as the run left it, or its header was not kept",
        )
    with create(to) as out, (earlier / "rejects" / name).open("rb") as file:
        out.write(bytes.fromhex(header))
        shutil.copyfileobj(file, out, BLOCK)


def _carry(earlier: Path, fresh: Path, work: Path, result: Result) -> None:
    """Earlier files and fresh ones become one in ``work``; ``result.outputs`` is told their sizes and hashes."""
    outputs = {}
    for folder in ("data", "residual", "gaiji"):
        names = {p.relative_to(root) for root in (earlier, fresh) for p in (root / folder).rglob("*") if p.is_file()}
        for name in sorted(names):
            parts = [root / name for root in (earlier, fresh) if (root / name).is_file()]
            digest = _joined(parts, work / name)
            outputs[name.as_posix()] = ((work / name).stat().st_size, digest)
    for own in ("rejects", "findings.parquet", "findings.csv"):
        if (fresh / own).exists():
            (fresh / own).replace(work / own)
    kept = [(p, n, h) for p, n, h in result.outputs if p.startswith("rejects/")]
    result.outputs = [*((p, n, h) for p, (n, h) in outputs.items()), *kept]


def _joined(parts: list[Path], to: Path) -> str:
    """The SHA-256 of ``to``, made of one file or of two of the same shape."""
    if to.suffix == ".parquet":
        return _joined_parquet(parts, to)
    out = HashedFile(to)
    if to.suffix == ".xml":
        return _joined_xml(parts, out)
    for number, part in enumerate(parts):
        with part.open("rb") as file:
            if number:
                file.readline()  # the same heading
            while block := file.read(BLOCK):
                out.write(block)
    return out.close()


def _joined_xml(parts: list[Path], out: HashedFile) -> str:
    """The head of the first, the records of all, one tail."""
    for number, part in enumerate(parts):
        with part.open("rb") as file:
            if number:
                file.readline(), file.readline()
            for line in file:
                if line != TAIL:
                    out.write(line)
    out.write(TAIL)
    return out.close()


def _joined_parquet(parts: list[Path], to: Path) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = pq.ParquetFile(parts[0])
    out = HashedFile(to)
    with pq.ParquetWriter(pa.PythonFile(out, mode="w"), first.schema_arrow, compression="snappy", write_statistics=False) as writer:
        for part in parts:
            source = pq.ParquetFile(part)
            for group in range(source.num_row_groups):
                writer.write_table(source.read_row_group(group).cast(first.schema_arrow))
    return out.close()


def _together(earlier: Report, now_: Report, replayed: set[str]) -> Report:
    """Counts over both runs.  Findings of a replayed file are those of its replayed records; the earlier report has the rest."""
    fresh = {f.source.path: f for f in now_.files}
    files = [_file(f, fresh.get(f.source.path)) if f.source.path in replayed else f for f in earlier.files]
    again = {(f.area, f.file) for f in now_.files}
    rules: list[RuleCount] = [*now_.rules, *(r for r in earlier.rules if (r.area, r.file) not in again)]
    samples: list[Sample] = [*now_.samples, *(s for s in earlier.samples if s.path not in replayed)]
    severities: dict[str, int] = {}
    for rule in rules:
        severities[rule.severity] = severities.get(rule.severity, 0) + rule.count
    verdict = now_.verdict if earlier.verdict == "pass" or now_.verdict != "pass" else _verdict(severities, now_)
    return now_.model_copy(
        update={
            "verdict": verdict,
            "files": files,
            "rules": rules,
            "samples": samples,
            "skipped": [*now_.skipped, Skipped(check="replay", reason_ja=_WHOLE[0], reason_en=_WHOLE[1])],
            "totals": Totals(
                files=len(files),
                rows=sum((f.rows for f in files), Rows()),
                findings=sum(severities.values()),
                findings_by_severity=severities,
            ),
        }
    )


def _verdict(severities: dict[str, int], report: Report) -> Any:
    from chukan_layout.model.finding import at_or_above

    return "fail" if any(n and at_or_above(s, report.fail_on) for s, n in severities.items()) else "pass"


def _file(before: FileReport, after: FileReport | None) -> FileReport:
    """Raises AssertionError when the records do not reconcile, which would be an error of the tool."""
    if after is None:
        return before
    rows = Rows(in_=before.rows.in_, out=before.rows.out + after.rows.out, rejected=after.rows.rejected,
                merged=before.rows.merged, removed=before.rows.removed)  # fmt: skip
    if after.rows.in_ != before.rows.rejected or not rows.balanced:
        raise AssertionError("records of the two runs do not reconcile")
    sums = dict(before.hash_totals.sums)
    for name, n in after.hash_totals.sums.items():
        sums[name] = sums.get(name, 0) + n
    records = (int(before.hash_totals.records, 16) + int(after.hash_totals.records, 16)) % (1 << 64)
    return after.model_copy(
        update={
            "rows": rows,
            "source": before.source,
            "path": before.path or after.path,
            "hash_totals": HashTotals(records=f"{records:016x}", sums=sums),
            "items": [_item(a, b) for a, b in zip(before.items, after.items, strict=True)],
        }
    )


def _item(a: ItemCount, b: ItemCount) -> ItemCount:
    return b.model_copy(
        update={"value": a.value + b.value, "null": a.null + b.null, "empty": a.empty + b.empty, "na": a.na + b.na, "failed": a.failed + b.failed}
    )
