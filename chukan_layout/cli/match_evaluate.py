"""``chukan match evaluate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from chukan_layout.cli.common import Common, common_options


@click.command()
@click.argument("found", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--truth",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="正解 CSV。列は 鍵・人物、または 業務・ファイル・宛名番号・人物 (who is who)",
)
@common_options(formats=("human", "json"), show=("output_file", "quiet", "lang"))
def evaluate(found: Path, truth: Path, common: Common) -> int:
    """match find の結果を正解と比べる。組とまとまりの適合率・再現率・F1、帯ごとの件数、しきい値の曲線。

    Compare a result of match find with the truth: precision, recall and F1 of pairs and clusters, bands, the curve.

    \b
    例 (examples):
      chukan sample --rows 100000 --duplicates 0.047 --out twice
      chukan match find twice --out found
      chukan match evaluate found --truth twice/truth.csv
    """
    from chukan_layout.match import folder, truth_file

    result = truth_file.scores_of(folder.read(found), truth_file.read(truth))
    if common.format == "json":
        common.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    else:
        common.write("\n".join(_lines(result, common)) + "\n")
    return 0


def _lines(r: dict[str, Any], common: Common) -> list[str]:
    t, auto, review = common.text, r["auto"], r["review"]

    def score(label: str, s: dict[str, Any]) -> str:
        return f"{label}  P {s['precision']:.5f}  R {s['recall']:.5f}  F1 {s['f1']:.5f}"

    return [
        score(t("組      ", "pairs   "), r["pairwise"]),
        score(t("まとまり", "clusters"), r["clusters"]),
        t(f"自動候補 {auto['pairs']:,} 組、誤り {auto['false']:,}、再現率 {auto['recall']:.4f}",
          f"automatic {auto['pairs']:,} pairs, false {auto['false']:,}, recall {auto['recall']:.4f}"),
        t(f"要確認 {review['pairs']:,} 組、うち正しい {review['true_share']:.1%}。示した正しい組 {r['shown']:.4f}",
          f"review {review['pairs']:,} pairs, {review['true_share']:.1%} true; true pairs shown {r['shown']:.4f}"),
        *(f"p ≥ {c['threshold']:<6} P {c['precision']:.4f}  R {c['recall']:.4f}  F1 {c['f1']:.4f}" for c in r["curve"]),
    ]  # fmt: skip
