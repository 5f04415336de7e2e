"""基準 (baseline): findings that are known and borne with for now; their number may only fall.

A baseline holds no key and no value: a finding is known by its rule, 移行ファイル, item and a hash of its record key.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import polars as pl

from chukan_layout.model.refusal import Refused

SCHEMA = "1"
_WHO = ("rule", "area", "file", "item_no")

Known = dict[str, int]


class BadBaseline(Refused):
    """The file is no baseline; the texts say why."""


class Comparison(NamedTuple):
    """Findings beyond the baseline by rule, and the number of known ones that are gone."""

    new: Counter[str]
    gone: int


def counted(run: Path) -> Known:
    """``rule|area|file|item|hash`` -> number of findings, of a run folder's findings.parquet.

    BadBaseline when the run kept none; then a baseline would say that everything is new.
    """
    path = run / "findings.parquet"
    if not path.is_file():
        raise BadBaseline(f"{run.name} に findings.parquet がありません。validate --out の結果を指定してください。",
                          f"there is no findings.parquet in {run.name}: name a folder of validate --out")  # fmt: skip
    columns = [*_WHO, "key"]
    frame = pl.scan_parquet(path).select(pl.col(columns).cast(pl.String)).group_by(columns).len().collect()
    known: Counter[str] = Counter()
    for rule, area, file, item, key, n in frame.iter_rows():
        known[f"{rule}|{area}|{file}|{item}|{_hash(rule, key)}"] += n
    return dict(sorted(known.items()))


def _hash(rule: str, key: str) -> str:
    return hashlib.sha256(f"{rule}\x1f{key}".encode()).hexdigest()[:20]


def to_json(known: Known) -> str:
    return json.dumps({"schema_version": SCHEMA, "findings": known}, ensure_ascii=False, indent=0) + "\n"


def from_json(raw: bytes) -> Known:
    """BadBaseline when it is none."""
    try:
        whole = json.loads(raw)
        known = whole["findings"]
        if whole["schema_version"] != SCHEMA or not all(isinstance(n, int) and n > 0 for n in known.values()):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadBaseline("基準のファイルとして読めません。baseline write で作り直してください。",
                          "this is no baseline; make one with baseline write") from None  # fmt: skip
    return {str(key): int(n) for key, n in known.items()}


def compare(known: Known, found: Known) -> Comparison:
    """What ``found`` has beyond ``known``, and how much of ``known`` is gone."""
    new: Counter[str] = Counter()
    for key, n in found.items():
        more = n - known.get(key, 0)
        if more > 0:
            new[key.split("|", 1)[0]] += more
    return Comparison(new, sum(max(0, n - found.get(key, 0)) for key, n in known.items()))


def lowered(known: Known, found: Known) -> Known:
    """The baseline after this run: known findings that are still there."""
    left = {key: min(n, found.get(key, 0)) for key, n in known.items()}
    return {key: n for key, n in left.items() if n}
