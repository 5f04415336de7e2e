"""A review sheet that came back: what stands in its columns 判定, as decisions."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from chukan_layout.match.decisions import COLUMNS, DecisionsRefused, decision_id
from chukan_layout.match.folder import Run
from chukan_layout.match.sheet_xlsx import CHOICES, CLASSES, JUDGED, PAIRS
from chukan_layout.spec.problem import SpecError
from chukan_layout.spec.workbook.book import opened

#: Review sheets of millions of pairs are larger than workbooks of layouts.
LARGE = 64


def read(path: Path, run: Run, operator: str, approver: str, at: str) -> pl.DataFrame:
    """Decisions of the workbook.  Raises DecisionsRefused when it is no review sheet of the run."""
    signed = {"operator": operator, "approver": approver, "decided_at": at, "run_id": run.id}
    hashes = {
        (r[0], r[1]): (r[2], r[3])
        for r in run.candidates.select("left", "right", "left_hash", "right_hash").iter_rows()
    }
    p = {(r[0], r[1]): r[2] for r in run.candidates.select("left", "right", "p").iter_rows()}
    try:
        with opened(path, times=LARGE) as book:
            _proved(book, path, run)
            rows = _rows(book, path, signed, hashes, p)
    except SpecError as broken:
        raise DecisionsRefused(f"{path.name} を読めません。", f"cannot read {path.name}") from broken
    return pl.DataFrame(
        [{**dict.fromkeys(COLUMNS, ""), **r} for r in rows], schema=dict.fromkeys(COLUMNS, pl.String)
    )


def _rows(
    book: Any, path: Path, signed: dict[str, str], hashes: dict[tuple[str, str], tuple[str, str]], p: dict[tuple[str, str], Any]
) -> list[dict[str, str]]:
    rows = []
    for row in _judged(book[CLASSES], path):
        rows.append({**signed, "scope": "pattern", "pattern": row["分類"], "decision": row[JUDGED],
                     "decision_id": decision_id(*row["分類"].split(":")), "p": str(row["平均確率"])})  # fmt: skip
    pages = [book[name] for name in book.sheetnames if name.rstrip("0123456789") == PAIRS]
    for row in chain.from_iterable(_judged(page, path) for page in pages):
        key = (row["左の鍵"], row["右の鍵"])
        left, right = hashes.get(key, ("", ""))
        rows.append({**signed, "scope": "pair", "left_key": key[0], "right_key": key[1], "decision": row[JUDGED],
                     "decision_id": decision_id(*key), "left_hash": left, "right_hash": right, "pattern": row["分類"],
                     "p": str(p.get(key, ""))})  # fmt: skip
    return rows


def _proved(book: Any, path: Path, run: Run) -> None:
    names, said = book.sheetnames, book.properties.description
    if CLASSES not in names or PAIRS not in names:
        raise DecisionsRefused(
            f"{path.name} は名寄せ確認票ではありません。", f"{path.name} is no review sheet"
        )
    if said != run.id:
        raise DecisionsRefused(
            f"{path.name} は別の match find の結果の確認票です。",
            f"{path.name} is the review sheet of another run of match find",
        )


def _judged(page: Any, path: Path) -> list[dict[str, str]]:
    """Rows with a decision, by heading."""
    lines = page.iter_rows(values_only=True)
    heads = [str(h or "") for h in next(lines, ())]
    out = []
    for number, line in enumerate(lines, start=2):
        row = {h: str(v) if v is not None else "" for h, v in zip(heads, line, strict=False)}
        said = row.get(JUDGED, "").strip()
        if not said:
            continue
        if said not in CHOICES:
            raise DecisionsRefused(
                f"{path.name} の{page.title}シート {number} 行目の判定は 同一人・別人・保留 のどれでもありません。",
                f"{path.name}, sheet {page.title}, row {number}: the decision is none of {'、'.join(CHOICES)}",
            )
        out.append({**row, JUDGED: CHOICES[said]})
    return out
