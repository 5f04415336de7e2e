"""bench/NAYOSE.md from the results of a run."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]
ABLATIONS = {"houses": "同じ家のモデルなし (no stratum for houses)", "joint": "漢字と読みを別々に (kanji and kana apart)",
             "folding": "新旧字体を畳まない (no folding of kanji)"}  # fmt: skip


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return [*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows), ""]


def passed(ok: bool) -> str:
    return "○" if ok else "×"


def bars(runs: Sequence[Result], peers: Sequence[Result], sets: Sequence[Result]) -> list[tuple[str, str, bool]]:
    """What was promised, what came, and whether it holds."""
    small, large = [r for r in runs if r["records"] < 600_000], [r for r in runs if r["records"] >= 600_000]
    out = [("FEBRL 1–4 F1 ≥ .999", f"{min(s['pairwise']['f1'] for s in sets):.4f}", min(s["pairwise"]["f1"] for s in sets) >= 0.999)]
    for group, name, wanted in ((small, "20万 F1 ≥ .98", 0.98), (large, "100万 F1 ≥ .965", 0.965)):
        if group:
            worst = min(r["pairwise"]["f1"] for r in group)
            out.append((name, f"{worst:.4f}", worst >= wanted))
    false, auto = sum(r["auto"]["false"] for r in runs), sum(r["auto"]["pairs"] for r in runs)
    out.append(("自動候補の誤り 0 (false merges of the automatic band)", f"{false} / {auto:,}", false == 0))
    recall, shown = min(r["auto"]["recall"] for r in runs), min(r["shown"] for r in runs)
    out.append(("自動候補の再現率 ≥ .60", f"{recall:.3f}", recall >= 0.6))
    out.append(("示した正しい組 ≥ .975", f"{shown:.4f}", shown >= 0.975))
    load = max(r["review"]["pairs"] / r["records"] * 1e6 for r in runs)
    share, words = min(r["review"]["true_share"] for r in runs), max(r["classes_80"] for r in runs)
    out.append(("要確認 ≤ 30,000 組 / 100万件", f"{load:,.0f}", load <= 30_000))
    out.append(("要確認のうち正しい組 ≥ 85 %", f"{share:.1%}", share >= 0.85))
    out.append(("理由の言葉 60 以内で 80 %", str(words), words <= 60))
    if large:
        peak = max(r["peak_gb"] for r in large)
        out.append(("100万のメモリ ≤ 2.5 GB", f"{peak:.2f} GB", peak <= 2.5))
    for peer in peers:
        mine = next(r for r in runs if r["data"] == peer["data"])
        gain, ratio = mine["pairwise"]["f1"] - peer["best"]["f1"], mine["cpu"] / peer["cpu"]
        out.append((f"Splink より F1 +.02 ({peer['data']})", f"+{gain:.3f}", gain >= 0.02))
        if mine["records"] >= 600_000:
            out.append((f"CPU 秒は Splink の学習と予測の 1/4 以下 ({peer['data']})", f"1/{1 / ratio:.1f}", ratio <= 0.25))
    return out


def render(runs: Sequence[Result], peers: Sequence[Result], off: Mapping[str, Result], bare: Mapping[str, Result], sets: Sequence[Result]) -> str:
    """The whole page."""
    base = next(r for r in runs if r["data"] == next(iter(off.values()))["data"])
    lines = [
        "# 名寄せの精度と速さ (record linkage: quality and speed)", "",
        "`python -m bench.nayose all --splink` が書く。合成データ (`chukan sample --duplicates 0.047`) と FEBRL で測る。しきい値 (0.5、0.05、",
        "0.99) は、ここにある種のデータを作る前に決めた。開発中に見たのは種 3 (5万件) と種 13 (100万件) だけ。実在のデータでは測っていない。",
        "Written by the command above; thresholds were fixed before these seeds were made.  Nothing here was measured on real data.", "",
        f"機械: {platform.machine()}, 2 CPU を使い、ほかの仕事と分け合う (wall seconds swing with the load; processor seconds do less).", "",
        "## 約束 (bars)", "",
        *table(("約束", "結果", ""), [(name, got, passed(ok)) for name, got, ok in bars(runs, peers, sets)]),
        "## 種ごと (each seed)", "",
        *table(
            ("データ", "件数", "P", "R", "F1", "まとまり F1", "矛盾を調べない F1", "自動候補 (誤り)", "自動 R", "要確認 (正)", "示した", "CPU 秒", "秒", "GB"),
            [(r["data"], f"{r['records']:,}", *(f"{r['pairwise'][k]:.4f}" for k in ("precision", "recall", "f1")), f"{r['clusters']['f1']:.4f}",
              f"{r['unchecked']:.4f}", f"{r['auto']['pairs']:,} ({r['auto']['false']})", f"{r['auto']['recall']:.3f}",
              f"{r['review']['pairs']:,} ({r['review']['true_share']:.1%})", f"{r['shown']:.4f}", r["cpu"], r["wall"], r["peak_gb"]) for r in runs],
        ),
        "自動候補の誤りのうち、ふたご・父子・同姓同名・誤った番号: " + "、".join(f"{r['data']} {sum(r['auto']['false_by_kind'].values())}" for r in runs), "",
        "## 確率の確からしさ (calibration, pairs of all seeds of one size)", "",
        *table(("データ", "確率", "組", "平均", "正しい割合"), [(r["data"], f"{c['from']}–{c['to']}", f"{c['pairs']:,}", c["p"], c["precision"]) for r in runs[:1] + runs[-1:] for c in r["calibration"]]),
        "## 何が効くか (ablations)", "",
        *table(("", "F1", "組の適合率", "組の再現率"), [
            ("そのまま (as it is)", *(f"{base['pairwise'][k]:.4f}" for k in ("f1", "precision", "recall"))),
            *((ABLATIONS[a], *(f"{r['pairwise'][k]:.4f}" for k in ("f1", "precision", "recall"))) for a, r in off.items()),
            ("読みのない名簿 (no kana at all)", *(f"{bare['with']['pairwise'][k]:.4f}" for k in ("f1", "precision", "recall"))),
            ("読みがなく、新旧字体も畳まない (no kana, no folding)", *(f"{bare['without']['pairwise'][k]:.4f}" for k in ("f1", "precision", "recall"))),
        ]),
        "矛盾を調べると (二つの番号、二人の住民)、モデルの弱さの多くが隠れる。調べずに結んだときの F1 は次のとおり (the same without the check):", "",
        *table(("", "F1 (矛盾を調べない)"), [("そのまま", f"{base['unchecked']:.4f}"), *((ABLATIONS[a], f"{r['unchecked']:.4f}") for a, r in off.items())]),
        "## FEBRL", "",
        *table(("組", "件数", "P", "R", "F1", "秒"), [(s["set"], f"{s['records']:,}", *(f"{s['pairwise'][k]:.5f}" for k in ("precision", "recall", "f1")), s["wall"]) for s in sets]),
    ]  # fmt: skip
    if peers:
        lines += [
            "## Splink 5 (DuckDB)", "",
            "同じ列 (こちらで整えたもの)、漢字と読みの結合、住民どうしを除く規則。しきい値は正解に合わせて選んだ。時間は学習と予測だけ。", "",
            *table(
                ("データ", "最良 F1 (しきい値)", "0.5 の F1", "こちら F1", "Splink CPU 秒", "こちら CPU 秒 (読込から)", "Splink GB", "こちら GB"),
                [(p["data"], f"{p['best']['f1']:.4f} ({p['best']['threshold']})", f"{p['half']['f1']:.4f}", f"{m['pairwise']['f1']:.4f}", p["cpu"], m["cpu"],
                  p["peak_gb"], m["peak_gb"]) for p in peers for m in runs if m["data"] == p["data"]],
            ),
        ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"
