"""How well clusters and bands fit what is known to be true: pairs, clusters, bands, and the curve of thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

THRESHOLDS = (0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999)
BINS = (0.05, 0.3, 0.5, 0.9, 0.99, 0.999, 1.0000001)


def pairs_of(*labels: np.ndarray) -> int:
    """Pairs of records that have the same values in all ``labels``."""
    frame = pl.DataFrame({f"l{i}": label for i, label in enumerate(labels)})
    size = frame.group_by(frame.columns).len()["len"].cast(pl.Int64)
    return int((size * (size - 1) // 2).sum())


def scores(right: int, shown: int, true: int) -> dict[str, Any]:
    """Precision, recall and F1 of ``shown`` pairs of which ``right`` are among the ``true``."""
    precision, recall = right / shown if shown else 1.0, right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {
        "precision": round(precision, 5), "recall": round(recall, 5), "f1": round(f1, 5), "pairs": shown,
        "false": shown - right, "missed": true - right,
    }  # fmt: skip


def of_clusters(label: np.ndarray, person: np.ndarray) -> dict[str, Any]:
    """Pairwise scores after clustering, and how many clusters are exactly one person's."""
    pairwise = scores(pairs_of(label, person), pairs_of(label), pairs_of(person))
    frame = pl.DataFrame({"c": label, "p": person})
    made = (
        frame.group_by("c")
        .agg(n=pl.len(), u=pl.col("p").n_unique(), p=pl.col("p").first())
        .filter(pl.col("n") > 1)
    )
    people = frame.group_by("p").len().filter(pl.col("len") > 1)
    exact = made.filter(pl.col("u") == 1).join(people, on="p").filter(pl.col("n") == pl.col("len")).height
    return {"pairwise": pairwise, "clusters": scores(exact, made.height, people.height)}


def of_bands(
    true: np.ndarray, p: np.ndarray, auto: np.ndarray, review: np.ndarray, all_true: int, kinds: Mapping[str, np.ndarray]
) -> dict[str, Any]:  # fmt: skip
    """Counts per band.  ``true``: whether each pair is one person; ``kinds``: hard negatives, a flag per pair."""
    false_by_kind = {kind: int((auto & ~true & flag).sum()) for kind, flag in kinds.items()}
    share = float(true[review].mean()) if review.any() else 1.0
    return {
        "auto": {
            "pairs": int(auto.sum()), "false": int((auto & ~true).sum()), "false_by_kind": false_by_kind,
            "recall": round(int((auto & true).sum()) / max(all_true, 1), 5),
        },
        "review": {"pairs": int(review.sum()), "true_share": round(share, 5)},
        "shown": round(int(((auto | review) & true).sum()) / max(all_true, 1), 5),
        "calibration": [
            {"from": lo, "to": min(hi, 1.0), "pairs": int(q.sum()), "p": round(float(p[q].mean()), 4), "precision": round(float(true[q].mean()), 4)}
            for lo, hi in pairwise(BINS)
            if (q := (p >= lo) & (p < hi)).any()
        ],
        "curve": [
            {"threshold": t, **scores(int(true[p >= t].sum()), int((p >= t).sum()), all_true)} for t in THRESHOLDS
        ],
    }  # fmt: skip
