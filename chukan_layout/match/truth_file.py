"""A file that says who is who, and how a folder of ``match find`` compares with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from chukan_layout.match import evaluate
from chukan_layout.match.folder import Run
from chukan_layout.model.refusal import Refused


class TruthRefused(Refused):
    """A file that does not say who is who, or of other data."""


def read(path: Path) -> pl.DataFrame:
    """Columns ``key``, ``person``, ``kind``."""
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError):
        raise TruthRefused(f"{path.name} を読めません。", f"cannot read {path.name}") from None
    frame = frame.rename({c: c.lstrip("\ufeff") for c in frame.columns})
    if {"業務", "ファイル", "宛名番号"} <= set(frame.columns):
        frame = frame.with_columns(鍵=pl.concat_str("業務", "ファイル", "宛名番号", separator="/"))
    if not {"鍵", "人物"} <= set(frame.columns):
        raise TruthRefused(
            f"{path.name} に 鍵・人物 の列がありません。", f"{path.name} has no columns 鍵 and 人物"
        )
    kind = pl.col("種類").fill_null("") if "種類" in frame.columns else pl.lit("")
    return frame.select(key="鍵", person="人物", kind=kind)


def scores_of(run: Run, truth: pl.DataFrame) -> dict[str, Any]:
    """Everything ``match evaluate`` says.  Raises TruthRefused when candidates are not in the truth."""
    label = truth.join(run.clusters, on="key", how="left")["cluster"].fill_null("")
    alone = np.arange(truth.height)
    codes = label.cast(pl.Categorical).to_physical().to_numpy().astype(np.int64)
    clusters = np.where((label == "").to_numpy(), alone + truth.height, codes)
    person = truth["person"].cast(pl.Categorical).to_physical().to_numpy()
    pairs = run.candidates
    for side in ("left", "right"):
        pairs = pairs.join(
            truth.select(key="key", **{f"{side}_person": "person", f"{side}_kind": "kind"}),
            left_on=side,
            right_on="key",
            how="left",
            maintain_order="left",
        )
    if pairs["left_person"].null_count() or pairs["right_person"].null_count():
        raise TruthRefused(
            "正解にない記録が候補にあります。別のデータの正解です。",
            "candidates are not in the truth: it is of other data",
        )
    same = (pairs["left_person"] == pairs["right_person"]).to_numpy()
    kinds = {
        kind: ((pairs["left_kind"] == kind) | (pairs["right_kind"] == kind)).to_numpy()
        for kind in sorted(set(truth["kind"].unique().to_list()) - {""})
    }
    band = pairs["band"]
    bands = evaluate.of_bands(
        same,
        pairs["p"].to_numpy(),
        (band == "auto").to_numpy(),
        (band == "review").to_numpy(),
        evaluate.pairs_of(person),
        kinds,
    )
    return {"records": truth.height, **evaluate.of_clusters(clusters, person), **bands}
