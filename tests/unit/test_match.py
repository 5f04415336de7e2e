"""``chukan match`` from the command line: find, evaluate, decide, apply, undo, on a registry whose duplicates are known."""

from __future__ import annotations

import csv
import filecmp
import json
import math
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

Chukan = Callable[..., subprocess.CompletedProcess[str]]
ROWS, SEED = 12_000, 77
SEAL = "02-印鑑登録/印鑑登録情報.csv"
OTHERS = "03-住登外管理/住登外者宛名基本情報.csv"
SIGNED = ("--operator", "A0123", "--approver", "佐藤", "--as-of", "2026-04-01")


@pytest.fixture(scope="module")
def twice(chukan: Chukan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with duplicates, its truth beside it, and a register of seals that refers to 住登外者."""
    home = tmp_path_factory.mktemp("match")
    chukan("sample", "--rows", ROWS, "--duplicates", 0.047, "--seed", SEED, "--out", home / "data")
    (home / "data" / "truth.csv").rename(home / "truth.csv")
    return home


@pytest.fixture(scope="module")
def found(chukan: Chukan, twice: Path) -> Path:
    """A first result, and the register of seals written with its help."""
    chukan("match", "find", twice / "data", "--out", twice / "first", code=None)
    clusters = read_csv(twice / "first" / "clusters.csv")
    pairs: dict[str, dict[str, str]] = {}
    for row in clusters:
        area, _, no = row["key"].split("/")
        pairs.setdefault(row["cluster"], {})[area] = no
    both = sorted(
        (p["03"], p["01"])
        for p in pairs.values()
        if len(p) == 2 and p["01"] < p["03"] and p["01"][:4] == "0000"
    )[:40]
    rows = [(old, "1") for old, _ in both] + [(new, "1") for _, new in both[30:]]
    path = twice / "data" / SEAL
    path.parent.mkdir()
    path.write_text(
        "宛名番号,履歴番号,氏名\n" + "".join(f'"{no}",{n},"氏, 名"\n' for no, n in rows), encoding="utf-8"
    )
    chukan(
        "match", "find", twice / "data", "--out", twice / "found", "--previous", twice / "first", code=None
    )
    return twice / "found"


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def judged(
    found: Path,
    out: Path,
    judge: Callable[[str, str], str | None],
    pairs: dict[tuple[str, str], str] | None = None,
) -> Path:
    """The review sheet filled in: classes by ``judge``, pairs by their keys."""
    book = openpyxl.load_workbook(found / "review.xlsx")
    for row in book["分類"].iter_rows(min_row=2):
        row[6].value = judge(row[0].value, row[2].value)
    for row in book["組"].iter_rows(min_row=2):
        row[0].value = (pairs or {}).get((row[4].value, row[5].value))
    book.save(out)
    return out


@pytest.fixture(scope="module")
def decided(chukan: Chukan, found: Path) -> Path:
    """A decision file that approves every automatic class."""
    sheet = judged(found, found.parent / "auto.xlsx", automatic)
    chukan("match", "decide", found, "--sheet", sheet, *SIGNED, "--out", found.parent / "auto.csv")
    return found.parent / "auto.csv"


def automatic(band: str, reason: str) -> str | None:
    del reason
    return "同一人" if band == "自動候補" else None


def same_files(left: Path, right: Path) -> bool:
    names = sorted(p.relative_to(left) for p in left.rglob("*") if p.is_file())
    there = sorted(p.relative_to(right) for p in right.rglob("*") if p.is_file())
    return names == there and all(filecmp.cmp(left / n, right / n, shallow=False) for n in names)


def test_quality_holds(chukan: Chukan, twice: Path, found: Path) -> None:
    """The bars of the benchmark at a small size; docs/match.md has the large ones."""
    got = json.loads(
        chukan("match", "evaluate", found, "--truth", twice / "truth.csv", "--format", "json").stdout
    )
    assert got["pairwise"]["f1"] >= 0.98
    assert got["auto"]["false"] == 0
    assert got["auto"]["recall"] >= 0.6
    assert got["shown"] >= 0.975
    assert got["review"]["true_share"] >= 0.85


def test_the_model_adds_up_to_the_probabilities(found: Path) -> None:
    """What model.json says is what the candidates were judged by: prior and bits of their levels."""
    model = json.loads((found / "model.json").read_text(encoding="utf-8"))
    candidates = pl.read_parquet(found / "candidates.parquet")
    priors = {round(math.log2(p / (1 - p)), 2) for p in (s["probability_two_random_records_match"] for s in model["strata"])}
    assert set(candidates["bits_prior"].unique().to_list()) <= priors
    for place, name in enumerate(c["output_column_name"] for c in model["strata"][0]["comparisons"]):
        levels = [lv for s in model["strata"] for lv in s["comparisons"][place]["comparison_levels"]]
        bits = np.array([0.0, *(lv["bits"] for lv in levels if "bits" in lv)])
        seen = candidates[f"bits_{name}"].unique().to_numpy()
        assert np.abs(seen[:, None] - bits).min(axis=1).max() <= 0.02, name
    for stratum in model["strata"]:
        for comparison in stratum["comparisons"]:
            shares = [lv.get("m_probability", 0.0) for lv in comparison["comparison_levels"]]
            assert abs(sum(shares) - 1) < 0.01  # a differing number is capped, and nothing else raised for it


def test_faults_are_findings_not_matches(found: Path) -> None:
    kinds = {row["kind"] for row in read_csv(found / "findings.csv")}
    assert kinds == {"wrong-number", "one-number"}
    candidates = pl.read_parquet(found / "candidates.parquet")
    wrong = {(r["left"], r["right"]) for r in read_csv(found / "findings.csv")}
    auto = candidates.filter(pl.col("band") == "auto").select("left", "right").rows()
    assert not wrong & set(auto)


def test_shuffled_input_gives_the_same_bytes_and_ids(
    chukan: Chukan, twice: Path, found: Path, tmp_path: Path
) -> None:
    shutil.copytree(twice / "data", tmp_path / "data")
    for name in ("01-住民基本台帳/住民情報.csv", OTHERS):
        path = tmp_path / "data" / name
        head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(1).shuffle(lines)
        path.write_text(head + "".join(lines), encoding="utf-8")
    chukan("match", "find", tmp_path / "data", "--out", tmp_path / "found", code=1)
    for name in ("clusters.csv", "classes.csv", "findings.csv"):
        assert (tmp_path / "found" / name).read_bytes() == (found / name).read_bytes(), name
    left, right = (pl.read_parquet(f / "candidates.parquet") for f in (found, tmp_path / "found"))
    assert left.equals(right)


def test_untouched_clusters_keep_their_ids(chukan: Chukan, twice: Path, found: Path, tmp_path: Path) -> None:
    shutil.copytree(twice / "data", tmp_path / "data")
    path = tmp_path / "data" / OTHERS
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = {line.split(",")[0] for line in lines[::100]}
    path.write_text(head + "".join(x for x in lines if x.split(",")[0] not in gone), encoding="utf-8")
    chukan("match", "find", tmp_path / "data", "--out", tmp_path / "found", "--previous", found, code=1)
    before, after = (
        {r["key"]: r["cluster"] for r in read_csv(f / "clusters.csv")} for f in (found, tmp_path / "found")
    )
    touched = {before[k] for k in before if k.rsplit("/", 1)[1] in gone}
    kept = [k for k in before if before[k] not in touched and k in after]
    assert len(kept) > 600
    assert (
        sum(before[k] != after[k] for k in kept) <= 2
    )  # weights move a little, so that a border pair may too


def test_apply_links_and_undo_restores_the_bytes(
    chukan: Chukan, twice: Path, found: Path, decided: Path, tmp_path: Path
) -> None:
    before = {p: p.read_bytes() for p in (twice / "data").rglob("*.csv")}
    chukan(
        "match",
        "apply",
        twice / "data",
        "--found",
        found,
        "--decisions",
        decided,
        "--out",
        tmp_path / "m",
        code=None,
    )
    assert {p: p.read_bytes() for p in before} == before, "the originals are not touched"
    links = read_csv(tmp_path / "m" / "crosswalk.csv")
    assert links
    linked = {r["old_no"]: r for r in links if r["old_key"].startswith("03/")}
    for row in read_csv(tmp_path / "m" / "data" / OTHERS):
        if row["宛名番号"] in linked:
            wanted = ("1", linked[row["宛名番号"]]["new_no"], "A0123", "2026-04-01", "00:00:00")
            assert (
                tuple(
                    row[n]
                    for n in ("代表宛名フラグ", "名寄せ先宛名番号", "操作者ID", "操作年月日", "操作時刻")
                )
                == wanted
            )
        else:
            assert (row["代表宛名フラグ"], row["操作者ID"]) == ("0", "MIGRATE")
    seals = [r["宛名番号"] for r in read_csv(tmp_path / "m" / "data" / SEAL)]
    old = [r["宛名番号"] for r in read_csv(twice / "data" / SEAL)]
    held = {r["number"] for r in read_csv(tmp_path / "m" / "held.csv") if r["kind"] == "key"}
    assert held, "numbers with a seal on both sides keep them"
    assert [a if a in held else {k: v["new_no"] for k, v in linked.items()}.get(a, a) for a in old] == seals
    assert sum(a != b for a, b in zip(old, seals, strict=True)) >= 10
    done = chukan(
        "validate",
        tmp_path / "m" / "data" / "01-住民基本台帳",
        tmp_path / "m" / "data" / "03-住登外管理",
        code=0,
    )
    assert done.returncode == 0
    chukan("match", "undo", tmp_path / "m", "--out", tmp_path / "back")
    assert same_files(twice / "data", tmp_path / "back")
    path = tmp_path / "m" / "data" / SEAL
    path.write_bytes(path.read_bytes() + b"\n")
    assert "変更された" in chukan("match", "undo", tmp_path / "m", "--out", tmp_path / "b2", code=2).stderr


def test_different_parts_a_pair_in_the_next_rehearsal(
    chukan: Chukan, twice: Path, found: Path, tmp_path: Path
) -> None:
    auto = (
        pl.read_parquet(found / "candidates.parquet")
        .filter(pl.col("band") == "review", pl.col("p") > 0.999)
        .row(0, named=True)
    )
    pair = (auto["left"], auto["right"])
    sheet = judged(found, tmp_path / "s.xlsx", lambda band, reason: None, {pair: "別人"})
    chukan("match", "decide", found, "--sheet", sheet, *SIGNED, "--out", tmp_path / "d.csv")
    chukan(
        "match", "find", twice / "data", "--decisions", tmp_path / "d.csv", "--out", tmp_path / "f", code=1
    )
    label = {r["key"]: r["cluster"] for r in read_csv(tmp_path / "f" / "clusters.csv")}
    assert label.get(pair[0], "a") != label.get(pair[1], "b")
    before = {r["key"]: r["cluster"] for r in read_csv(found / "clusters.csv")}
    assert before[pair[0]] == before[pair[1]]
    away = before[pair[0]]
    assert {k: c for k, c in label.items() if c != away} == {k: c for k, c in before.items() if c != away}, (
        "all else stays"
    )


def lines(path: Path, change: Callable[[dict[str, str]], None], only: int | None = None) -> None:
    """Rewrite a decision file with ``change`` on each line (or on the first ``only``)."""
    rows = read_csv(path)
    for row in rows[:only]:
        change(row)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.update(approver=""), "承認者"),
        (lambda r: r.update(operator="山田太郎"), "操作者ID"),
        (lambda r: r.update(run_id="0" * 16), "別の match find"),
        (lambda r: r.update(decision="たぶん"), "same・different・hold"),
        (lambda r: r.update(scope="pair", left_key="01/住民情報/9", right_key="03/x/9"), "別のデータ"),
    ],
)
def test_what_cannot_be_followed_is_refused_whole(
    chukan: Chukan,
    twice: Path,
    found: Path,
    decided: Path,
    tmp_path: Path,
    change: Callable[[dict[str, str]], None],
    said: str,
) -> None:
    shutil.copy(decided, tmp_path / "d.csv")
    lines(tmp_path / "d.csv", change, only=1)
    words = (
        "match",
        "apply",
        twice / "data",
        "--found",
        found,
        "--decisions",
        tmp_path / "d.csv",
        "--out",
        tmp_path / "m",
    )
    assert said in chukan(*words, code=2).stderr
    assert not (tmp_path / "m").exists()


def test_contradictory_decisions_are_refused(
    chukan: Chukan, twice: Path, found: Path, tmp_path: Path
) -> None:
    review = pl.read_parquet(found / "candidates.parquet").filter(pl.col("band") == "review")
    pair = (review["left"][0], review["right"][0])
    sheet = judged(found, tmp_path / "s.xlsx", automatic, {pair: "同一人"})
    chukan("match", "decide", found, "--sheet", sheet, *SIGNED, "--out", tmp_path / "d.csv")
    text = (tmp_path / "d.csv").read_text(encoding="utf-8-sig")
    line = next(x for x in text.splitlines(keepends=True) if pair[0] in x and pair[1] in x)
    (tmp_path / "d.csv").write_text(text + line.replace(",same,", ",different,"), encoding="utf-8")
    words = (
        "match",
        "apply",
        twice / "data",
        "--found",
        found,
        "--decisions",
        tmp_path / "d.csv",
        "--out",
        tmp_path / "m",
    )
    assert "違う判定" in chukan(*words, code=2).stderr


def test_other_data_are_refused(chukan: Chukan, twice: Path, found: Path, tmp_path: Path) -> None:
    shutil.copytree(twice / "data", tmp_path / "data")
    path = tmp_path / "data" / OTHERS
    path.write_bytes(path.read_bytes().replace(b"MIGRATE", b"SYSTEM1"))
    words = ("--found", found, "--decisions", found / "decisions.csv", "--out", tmp_path / "m")
    assert (
        "データが match find のときと違います"
        in chukan("match", "apply", tmp_path / "data", *words, code=2).stderr
    )
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    assert (
        "空ではありません"
        in chukan("match", "find", twice / "data", "--out", tmp_path / "full", code=2).stderr
    )
    assert (
        "見つかりません" in chukan("match", "find", tmp_path / "full", "--out", tmp_path / "n", code=2).stderr
    )


def test_the_sheet_masks_unless_revealed(chukan: Chukan, twice: Path, found: Path) -> None:
    names = {r["氏名"] for r in read_csv(twice / "data" / OTHERS) if len(r["氏名"]) > 3}
    numbers = {r["個人番号"] for r in read_csv(twice / "data" / OTHERS)} - {""}
    page = (found / "review.html").read_text(encoding="utf-8")
    assert not [n for n in names if n in page]
    chukan("match", "find", twice / "data", "--out", twice / "open", "--reveal", code=1)
    page = (twice / "open" / "review.html").read_text(encoding="utf-8")
    assert [n for n in names if n in page]
    assert "<script" not in page
    book = openpyxl.load_workbook(found / "review.xlsx")["組"]
    heads = [c.value for c in book[1]]
    at = heads.index("生年月日（左）")
    marked = {row[at].fill.bgColor.rgb for row in book.iter_rows(min_row=2) if row[at].value}
    assert len(marked) == 2, "differences are marked though the values are masked"
    for path in (twice / "open").iterdir():
        raw = path.read_bytes()
        assert not [n for n in numbers if n.encode() in raw], path.name


def test_several_municipalities(chukan: Chukan, tmp_path: Path) -> None:
    """Keys say whose they are; a number that both have says nothing."""
    for name, seed in (("甲市", 1), ("乙町", 2)):
        chukan("sample", "--rows", 800, "--duplicates", 0.05, "--seed", seed, "--out", tmp_path / name)
    chukan("match", "find", tmp_path / "甲市", tmp_path / "乙町", "--out", tmp_path / "f", code=None)
    keys = [r["key"] for r in read_csv(tmp_path / "f" / "clusters.csv")]
    assert {k.split("/")[0] for k in keys} == {"甲市", "乙町"}
    faults = [r for r in read_csv(tmp_path / "f" / "findings.csv") if r["kind"] == "one-number"]
    assert all(r["left"].split("/")[0] == r["right"].split("/")[0] for r in faults)
    words = (
        "--found",
        tmp_path / "f",
        "--decisions",
        tmp_path / "f" / "decisions.csv",
        "--out",
        tmp_path / "m",
    )
    assert (
        "データが match find のときと違います"
        in chukan("match", "apply", tmp_path / "甲市", *words, code=2).stderr
    )
