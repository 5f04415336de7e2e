"""model.json of a result: what was learnt, so that another can check it or carry it to a tool of their own.

Names are those of Splink's settings (``comparisons``, ``comparison_levels``, ``m_probability``, ``u_probability``,
``probability_two_random_records_match``), once per stratum, since pairs in one house have strangers of their own.  The
conditions of the levels are in words: the kernel decides them on several columns at once, which no SQL says.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chukan_layout.match.reasons import level_words
from chukan_layout.match.scheme import Scheme
from chukan_layout.match.weights import Stratum, Weights

FILE = "model.json"


def told(weights: Weights, scheme: Scheme) -> dict[str, Any]:
    """The model as plain data; shares are rounded to six digits that count."""
    return {"schema_version": "1", "scheme": scheme.name, "strata": [_stratum(s, weights, scheme) for s in weights.strata]}


def _stratum(stratum: Stratum, weights: Weights, scheme: Scheme) -> dict[str, Any]:
    comparisons = [
        {
            "output_column_name": trait.name,
            "comparison_description": scheme.labels[trait.name][0],
            "comparison_levels": [_level(trait.name, n, float(m[n]), float(u[n]), scheme) for n in range(trait.size)],
        }
        for trait, m, u in zip(scheme.traits, weights.m, stratum.u, strict=True)
    ]
    return {"name": stratum.name, "probability_two_random_records_match": _short(stratum.share), "comparisons": comparisons}


def _level(trait: str, number: int, m: float, u: float, scheme: Scheme) -> dict[str, Any]:
    label = {"level": number, "label_for_charts": level_words(trait, number, scheme)[0]}
    if number == 0:
        return {**label, "is_null_level": True}
    bits = float(np.clip(np.log2(max(m, 1e-9) / max(u, 1e-9)), -17.3, 36.1))
    return {**label, "m_probability": _short(m), "u_probability": _short(u), "bits": round(bits, 2)}


def _short(share: float) -> float:
    return float(f"{share:.6g}")
