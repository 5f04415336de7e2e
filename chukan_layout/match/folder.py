"""The folder that ``match find`` writes and the other commands read."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from chukan_layout import __version__
from chukan_layout.match import model_file
from chukan_layout.match.decisions import proposed
from chukan_layout.match.decisions import write as write_decisions
from chukan_layout.match.found import BANDS, Found
from chukan_layout.model.refusal import Refused
from chukan_layout.write.files import sha256_of, write_whole

CANDIDATES, CLUSTERS, CLASSES, REPORT = "candidates.parquet", "clusters.csv", "classes.csv", "report.json"
FINDINGS, DECISIONS = "findings.csv", "decisions.csv"
BOM = "\ufeff".encode()
FAULTS = {
    "wrong-number": (
        "誤紐付けの疑い: 番号が一致し、名と生年月日が違う",
        "a number agrees against given name and birth date",
        "両方の本人確認書類と番号の登録経緯を確かめる。一致とはみなさない",
    ),
    "one-number": (
        "同じ宛名番号が二人に付いている疑い",
        "one 宛名番号 seems to stand for two persons",
        "どちらの人の番号かを確かめ、他方に新しい番号を付番する",
    ),
}


class FolderRefused(Refused):
    """A folder that is not what ``match find`` wrote, or cannot be written."""


@dataclass(frozen=True)
class Run:
    """A folder read back."""

    path: Path
    report: Mapping[str, Any]
    candidates: pl.DataFrame
    clusters: pl.DataFrame
    classes: pl.DataFrame

    @property
    def id(self) -> str:
        """The id of the run: of its data and of what it found."""
        return str(self.report["run_id"])


def write(
    out: Path,
    found: Found,
    sources: Mapping[str, Path],
    ids: Mapping[str, int] | None = None,
    notes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Fill ``out``; the report.  report.json comes last: a folder without it is no result."""
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    hashes = {name: sha256_of(path) for name, path in sorted(sources.items())}
    table = csv_of(found.candidates)
    run_id = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode() + table).hexdigest()[:16]
    parquet = io.BytesIO()
    found.candidates.write_parquet(parquet, compression="zstd", statistics=False)
    write_whole(out / CANDIDATES, parquet.getvalue())
    write_whole(out / CLUSTERS, BOM + csv_of(found.clusters))
    write_whole(out / CLASSES, BOM + csv_of(found.classes))
    write_whole(out / FINDINGS, BOM + csv_of(_findings(found)))
    model = json.dumps(model_file.told(found.compared.weights, found.scheme), ensure_ascii=False, indent=1)
    write_whole(out / model_file.FILE, model.encode() + b"\n")
    write_decisions(out / DECISIONS, proposed(found.classes, found.candidates, run_id))
    report = _report(found, run_id, hashes, ids or {}, notes or {})
    write_whole(out / REPORT, json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n")
    return report


def csv_of(frame: pl.DataFrame) -> bytes:
    """Bytes of a CSV, the same on every machine."""
    return frame.write_csv(float_precision=6).encode()


def _findings(found: Found) -> pl.DataFrame:
    rows = [(f.kind, f.left, f.right, *FAULTS[f.kind]) for f in found.faults]
    frame = pl.DataFrame(rows, schema=["kind", "left", "right", "指摘", "finding", "対応方法"], orient="row")
    return frame.cast(pl.String).sort("kind", "left", "right")


def _report(
    found: Found, run_id: str, hashes: Mapping[str, str], ids: Mapping[str, int], notes: Mapping[str, Any]
) -> dict[str, Any]:
    band = found.candidates["band"]
    return {
        "schema_version": "1",
        "chukan": __version__,
        "run_id": run_id,
        "sources": hashes,
        "records": found.records,
        "pairs_compared": found.pairs,
        "patterns": len(found.compared.counts),
        "bands": {b: int((band == b).sum()) for b in reversed(BANDS)},
        "contradictions": int(found.candidates["contradiction"].sum()),
        "clusters": found.clusters["cluster"].n_unique(),
        "records_in_clusters": found.clusters.height,
        "cluster_ids": dict(ids),
        "findings": {k: sum(f.kind == k for f in found.faults) for k in FAULTS},
        "blocks": [vars(b) for b in found.blocks],
        "strata": [{"name": s.name, "share": float(f"{s.share:.6g}")} for s in found.compared.weights.strata],
        **notes,
    }


def read(path: Path) -> Run:
    """A folder of ``match find``.  Raises FolderRefused."""
    try:
        report = json.loads((path / REPORT).read_bytes())
        tables = [pl.read_csv(path / n, infer_schema=False) for n in (CLUSTERS, CLASSES)]
        run = Run(path, report, pl.read_parquet(path / CANDIDATES), *tables)
        assert run.id
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        raise FolderRefused(
            f"{path} は match find の結果のフォルダーではないか、壊れています。",
            f"{path} is no folder of match find, or broken",
        ) from None
    return run


def fresh(out: Path) -> None:
    """Raises FolderRefused when ``out`` has something in it."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FolderRefused(
            f"{out} は空ではありません。別のフォルダーを指定してください。",
            f"{out} is not empty: name another folder",
        )
