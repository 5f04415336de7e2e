"""Gaiji: speed of conversion (alone and inside the fused pass) and accuracy of identification by shape.

    python -m bench.gaiji speed [--rows 5000000]
    python -m bench.gaiji fused [--rows 200000]
    python -m bench.gaiji shape --fonts FOLDER...

Prints Markdown for bench/RESULTS.md.  ``shape`` wants the fonts of the Debian packages fonts-hanazono, fonts-noto-cjk,
fonts-morisawa-bizud-mincho, fonts-morisawa-bizud-gothic (the model) and fonts-ipaexfont-mincho, fonts-ipaexfont-gothic,
fonts-horai-umefont, fonts-sawarabi-mincho, fonts-vlgothic, fonts-motoya-l-cedar, fonts-ipamj-mincho (asked only), and
fonts-sawarabi-gothic, fonts-klee, fonts-konatu, fonts-arphic-uming (asked only, and the rule for auto was chosen
without them).  A font that is asked about never teaches the model it is asked of: fonts of the shipped model are asked
of a model made without their whole family.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

DATA = Path(__file__).parent / "data" / "shapes"


def best(function: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of several runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        found.append(time.perf_counter() - start)
    return min(found)


# ---------------------------------------------------------------- speed


def names(rows: int, private: bool) -> pl.Series:
    """Synthetic names; 3 % have a character that is converted."""
    rng = np.random.default_rng(5)
    families = "佐藤 鈴木 高橋 田中 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 清水 林 池田 橋本".split()
    given = "太郎 花子 一郎 美咲 健太 陽菜 大輔 結衣 翔太 さくら 拓也 葵 直樹 凛 和也 優子".split()
    plain = [f"{f}　{g}" for f in families for g in given]
    odd = [chr(0xE000 + i) + n[1:] for i, n in enumerate(plain)] if private else [c + n[1:] for c, n in zip("髙﨑𠮷邉濵" * 80, plain, strict=False)]
    pick = rng.integers(0, len(plain), rows)
    hit = rng.random(rows) < 0.03
    pool = pl.Series([*plain, *odd])
    return pool.gather(pl.Series(pick + np.where(hit, len(plain), 0) * (pick < len(odd))))


def speed(rows: int) -> None:
    """The native converter against polars ``replace_many`` on the same column, and jntajis per string if it is there."""
    from chukan_layout.gaiji.convert import Converter, Policy
    from chukan_layout.gaiji.identity import Identity

    rules = {chr(0xE000 + i): Identity(22335 + i, "字形一致") for i in range(1880)}
    print(f"| {rows:,} names, 3 % hits | chukan s | with ledger s | replace_many s | times |\n|---|---:|---:|---:|---:|")
    for label, private, policy in (
        ("1,880 private codes → mj_ivs", True, Policy(to="mj_ivs", fallback="geta", rules=rules)),
        ("shrink to JIS X 0208", False, Policy(to="x0208", fallback="geta")),
    ):
        series, converter = names(rows, private), Converter(policy)
        entries = [(u, e.target) for u, e in converter.entries.items() if e.target is not None and (not private or u in rules)]
        entries.sort(key=lambda e: -len(e[0]))
        patterns, values = [e[0] for e in entries], [e[1] for e in entries]
        converter.convert(series.head(10))
        mine = best(lambda: converter.convert(series))  # noqa: B023
        whole = best(lambda: converter.ledger(converter.convert(series)[1], "氏名", None))  # noqa: B023
        theirs = best(lambda: series.str.replace_many(patterns, values, leftmost=True))  # noqa: B023
        print(f"| {label} | {mine:.3f} | {whole:.3f} | {theirs:.3f} | {theirs / mine:.1f} |")
    _jntajis(names(min(rows, 2_000_000), False))


def _jntajis(series: pl.Series) -> None:
    """jntajis-python, string by string: 国税庁の縮退 as it ships it, and 縮退 by MJ, which it gives as candidates."""
    try:
        from jntajis import MJShrinkSchemeCombo, jnta_shrink_translit, mj_shrink_candidates
    except ImportError:
        print("\njntajis-python is not installed: not measured here")
        return
    from chukan_layout.gaiji.convert import Converter, Policy

    texts = series.to_list()
    every = int(MJShrinkSchemeCombo((1 << len(MJShrinkSchemeCombo)) - 1))
    converter = Converter(Policy(to="x0208", fallback="geta"))
    converter.convert(series.head(10))
    mine = best(lambda: converter.convert(series))
    print(f"\n| {len(texts):,} names, 3 % hits, to JIS X 0208 | s | chukan is faster by |\n|---|---:|---:|\n| chukan, the column | {mine:.4f} | |")
    for label, one in (
        ("jntajis `jnta_shrink_translit`", lambda t: jnta_shrink_translit(t, "〓")),
        ("jntajis `mj_shrink_candidates(limit=1)`", lambda t: mj_shrink_candidates(t, every, 1)),
    ):
        theirs = best(lambda: [one(t) for t in texts])  # noqa: B023
        print(f"| {label}, string by string | {theirs:.3f} | {theirs / mine:.0f} |")


# ---------------------------------------------------------------- fused pass


def fused(rows: int) -> None:
    """The fused pass of vendorA without the operation gaiji, with it, and with shrink behind it."""
    from chukan_layout.model.mapping import Gaiji, Mapping, Shrink
    from chukan_layout.run.api import run_into
    from chukan_layout.run.order import Order
    from chukan_layout.spec.load import load_layouts, load_mapping

    vendor, layouts = load_mapping("vendorA"), load_layouts("latest")

    def variant(change: Callable[[Sequence[object]], list[object]]) -> Mapping:
        files = tuple(
            f.model_copy(update={"item": tuple(i.model_copy(update={"ops": tuple(change(i.ops))}) for i in f.item)}) for f in vendor.files
        )
        return vendor.model_copy(update={"files": files})

    shrink = Shrink(op="shrink", to="x0208", none="〓")
    variants = {
        "without": variant(lambda ops: [op for op in ops if not isinstance(op, Gaiji)]),
        "gaiji": vendor,
        "gaiji and shrink": variant(lambda ops: [x for op in ops for x in ((op, shrink) if isinstance(op, Gaiji) else (op,))]),
    }
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        os.system(f"{Path(sys.executable).with_name('chukan')} sample --area 住民基本台帳 --rows {rows} --seed 1 --as vendorA --out {source} >&2")
        print(f"| {rows:,} persons | s | ledger rows |\n|---|---:|---:|")
        for label, mapping in variants.items():
            out = Path(folder) / "run"

            def once(mapping: Mapping = mapping, out: Path = out) -> None:
                order = Order(sources=(source,), layouts=layouts, requested="latest", mapping=mapping, direction="convert", formats=("csv",), jobs=1, as_of="2026-04-01")
                run_into(order, out, [], True)

            seconds = best(once)
            print(f"| {label} | {seconds:.2f} | {pl.read_parquet(out / 'gaiji' / 'ledger.parquet').height:,} |")


# ---------------------------------------------------------------- shape

ASKED = {
    "IPAex Mincho": ("ipa", "ipaexm.ttf"), "Ume Mincho": ("ume", "ume-tmo3.ttf"), "Sawarabi Mincho": ("sawarabi", "sawarabi-mincho-medium.ttf"),
    "IPAmj Mincho": ("ipa", "ipamjm.ttf"), "IPAex Gothic": ("ipa", "ipaexg.ttf"), "Ume Gothic": ("ume", "ume-tgo4.ttf"),
    "Motoya Cedar": ("motoya", "MTLc3m.ttf"), "VL Gothic": ("vl", "VL-Gothic-Regular.ttf"),
    "Sawarabi Gothic": ("sawarabi", "sawarabi-gothic-medium.ttf"), "Klee One": ("klee", "KleeOne-Regular.ttf"),
    "Konatu": ("konatu", "Konatu.ttf"), "AR PL UMing": ("uming", "uming.ttc"),
}  # fmt: skip


def shape(folders: Iterable[str]) -> None:
    """Accuracy of the shipped method on fonts that the model has not seen."""
    from chukan_layout.gaiji.shape import build
    from chukan_layout.gaiji.shape.index import ShapeIndex
    from chukan_layout.gaiji.shape.train import Drawn, Source

    roots = [Path(f) for f in folders]
    files = {p.name: p for root in roots for p in root.rglob("*.tt[fc]")}

    def drawn(source: Source, pixels: int, mono: bool, wanted: Sequence[int] | None = None) -> Drawn:
        DATA.mkdir(parents=True, exist_ok=True)
        kept = DATA / f"{source.path.stem}.{pixels}.{int(mono)}{'' if wanted is None else '.some'}.npz"
        if not kept.is_file():
            made = build.draw(source, wanted, pixels, mono)
            np.savez(kept, mj=made.mj, variant=made.variant, vectors=made.vectors.astype(np.float16))
        with np.load(kept) as file:
            return Drawn(source, file["mj"], file["variant"], file["vectors"].astype(np.float32))

    fonts = build.sources(roots)
    first = {name: drawn(s, 112, False) for name, s in fonts.items()}
    every = [drawn(s, p, m) for s in fonts.values() for p, m in build.QUALITIES]
    models: dict[str, ShapeIndex] = {}

    def index_without(family: str) -> ShapeIndex:
        if family not in models:
            models.clear()
            models[family] = build.index_of(first, every, family)
        return models[family]

    chosen, siblings = _chosen(), _siblings()
    print("| font | picture | model without | n | char 1 | char 5 | MJ 1 | MJ 5 | auto right | auto share |")
    print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for label, (family, file) in ASKED.items():
        if file in files:
            source = Source(label, family, files[file])
            for pixels, mono in ((112, False), (24, True)):
                asked = drawn(source, pixels, mono, sorted(chosen | siblings))
                _line(label, pixels, mono, "itself (never in it)", index_without(""), asked, chosen)
                if file == "ipamjm.ttf":
                    _line(label + ", variants", pixels, mono, "itself", index_without(""), asked, siblings, own_only=True)
    if "ipamjm.ttf" in files:
        source = Source("IPAmj Mincho", "ipa", files["ipamjm.ttf"])
        grey = drawn(source, 112, False)
        more = index_without("").with_more(grey.vectors, grey.mj)
        _line("IPAmj Mincho, variants, IPAmj installed", 24, True, "—", more, drawn(source, 24, True, sorted(chosen | siblings)), siblings, own_only=True)
        _line("Hanazono, variants, IPAmj installed", 112, False, "—", more, first["HanaMinA"], siblings, own_only=True)
    for name, family in (("Noto Serif CJK JP", "noto"), ("Noto Sans CJK JP", "noto"), ("BIZ UD Mincho", "bizud"), ("BIZ UD Gothic", "bizud")):
        for pixels, mono in ((112, False), (24, True)):
            _line(name, pixels, mono, family, index_without(family), drawn(fonts[name], pixels, mono), chosen)


def _chosen() -> set[int]:
    """2,000 glyphs by level of JIS X 0213 (400, 400, 300, 400) and outside it (500), each the plain shape of its code."""
    from chukan_layout.gaiji import data

    level = {ord(c): k for c, k in data.nta().select("src", "cls").rows() if len(c) == 1 and k in (1, 2, 3, 4)}
    coded = data.mj().filter(pl.col("impl").is_not_null()).select("mj", "impl").rows()
    rng, found = np.random.default_rng(11), set()
    for k, n in ((1, 400), (2, 400), (3, 300), (4, 400), (0, 500)):
        found |= set(rng.choice([mj for mj, code in coded if level.get(code, 0) == k], n, replace=False).tolist())
    return found


def _siblings() -> set[int]:
    """2,000 glyphs of characters that have several."""
    from chukan_layout.gaiji.identity import glyphs_of

    every = sorted({g for glyphs in glyphs_of().values() if len(glyphs) > 1 for g in glyphs})
    return set(np.random.default_rng(11).choice(every, 2000, replace=False).tolist())


def _line(label: str, pixels: int, mono: bool, without: str, index: object, asked: object, chosen: set[int], own_only: bool = False) -> None:
    from chukan_layout.gaiji.identity import base_of
    from chukan_layout.gaiji.shape.identify import of_vectors

    keep = np.array([m in chosen for m in asked.mj])  # type: ignore[attr-defined]
    if own_only:
        keep &= np.isin(asked.mj, index.mj)  # type: ignore[attr-defined]  # glyphs the model has at all
    truth, bases = asked.mj[keep].tolist(), base_of()  # type: ignore[attr-defined]
    answers = of_vectors(index, asked.vectors[keep])  # type: ignore[attr-defined,arg-type]
    tops = [[c.mj for c in a.candidates] for a in answers]
    same = [[bases.get(c) == bases.get(t) for c in top] for top, t in zip(tops, truth, strict=True)]
    right = np.array([s[0] for s in same])
    auto = np.array([a.verdict == "auto" for a in answers])
    cells = [
        np.mean(right), np.mean([any(s) for s in same]), np.mean([top[0] == t for top, t in zip(tops, truth, strict=True)]),
        np.mean([t in top for top, t in zip(tops, truth, strict=True)]), right[auto].mean(), auto.mean(),
    ]  # fmt: skip
    shown = " | ".join(f"{100 * c:.1f}" for c in cells)
    print(f"| {label} | {pixels}{' one-bit' if mono else ''} | {without} | {len(truth)} | {shown} |", flush=True)


def main() -> None:
    """One of the three parts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=["speed", "fused", "shape"])
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--fonts", nargs="*", default=[])
    words = parser.parse_args()
    if words.part == "speed":
        speed(words.rows or 5_000_000)
    elif words.part == "fused":
        fused(words.rows or 200_000)
    else:
        shape(words.fonts)


if __name__ == "__main__":
    main()
