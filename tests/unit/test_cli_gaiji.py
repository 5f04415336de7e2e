"""``chukan gaiji`` from the command line: scan, convert, restore, identify, register."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

Chukan = Callable[..., subprocess.CompletedProcess[str]]
PEOPLE = "宛名番号,氏名,カナ\n1,髙橋　葛\U000e0102,タカハシ\n2,\ue000城 太郎,カツラギ\n3,\ue001田,ナゾダ\n4,𠮷田,ヨシダ\n5,吉田,ヨシダ\n6,㐂,キ\n"
RULES = "source,target,同定区分\nU+E000,MJ022335,字形一致\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "rules.csv").write_text(RULES, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("to", "fallback"), [("mj_ivs", "keep"), ("mj_name", "geta"), ("x0208", "bullet"), ("cp932", "geta")])
def test_there_and_back(chukan: Chukan, city: Path, to: str, fallback: str) -> None:
    out = city / "out.csv"
    chukan("gaiji", "convert", city / "people.csv", "--rules", city / "rules.csv", "--to", to, "--none", fallback, "--out", out, code=1)
    chukan("gaiji", "restore", out, "--out", city / "back.csv")
    assert (city / "back.csv").read_text(encoding="utf-8") == PEOPLE


def test_the_report_says_what_it_cost(chukan: Chukan, city: Path) -> None:
    words = ("--to", "x0208", "--none", "geta", "--key", "宛名番号", "--limit", "氏名=10bytes", "--column", "氏名", "--format", "json")
    done = chukan("gaiji", "convert", city / "people.csv", "--rules", city / "rules.csv", *words, "--out", city / "o.csv", code=1)
    report = json.loads(done.stdout)
    assert [u["source_hex"] for u in report["unresolved"]] == ["E001"]
    assert report["collisions"][0]["count"] == 1  # 𠮷田 and 吉田
    assert report["reversible"][0]["reversible"] is False
    assert report["overflow"][0]["count"] == 2
    assert pl.read_parquet(city / "o.csv.ledger.parquet")["key"].to_list()[0] == "1"


def test_reading_instead_of_a_lost_name(chukan: Chukan, city: Path) -> None:
    words = ("--to", "x0208", "--none", "reading", "--reading", "氏名=カナ", "--column", "氏名", "--out", city / "o.csv")
    chukan("gaiji", "convert", city / "people.csv", "--rules", city / "rules.csv", *words, code=1)
    assert pl.read_csv(city / "o.csv")["氏名"].to_list()[2] == "ナゾダ"
    chukan("gaiji", "restore", city / "o.csv", "--out", city / "back.csv")
    assert (city / "back.csv").read_text(encoding="utf-8") == PEOPLE


def test_the_policy_for_none_is_asked_for(chukan: Chukan, city: Path) -> None:
    done = chukan("gaiji", "convert", city / "people.csv", "--to", "x0208", "--out", city / "o.csv", code=2)
    assert "--none" in done.stderr


def test_a_changed_text_or_a_wrong_table_stops_everything(chukan: Chukan, city: Path) -> None:
    out = city / "o.csv"
    chukan("gaiji", "convert", city / "people.csv", "--to", "x0208", "--none", "geta", "--out", out, code=1)
    out.write_text(out.read_text(encoding="utf-8").replace("高橋", "低橋"), encoding="utf-8")
    done = chukan("gaiji", "restore", out, "--out", city / "back.csv", code=2)
    assert "台帳" in done.stderr and not (city / "back.csv").exists()
    (city / "bad.csv").write_text("source,target\nU+E000,MJ022335\nU+E000,MJ022336\n", encoding="utf-8")
    chukan("gaiji", "convert", city / "people.csv", "--rules", city / "bad.csv", "--to", "x0208", "--none", "geta", "--out", city / "no.csv", code=2)
    assert not (city / "no.csv").exists()


@pytest.mark.parametrize("shape", ["csv", "json", "html", "xlsx"])
def test_scan_in_every_shape(chukan: Chukan, city: Path, shape: str) -> None:
    out = city / f"scan.{shape}"
    chukan("gaiji", "scan", city / "people.csv", "--rules", city / "rules.csv", "--format", shape, "--output-file", out)
    if shape == "html":
        page = out.read_text(encoding="utf-8")
        assert page.count("data:image/png;base64,") >= 4 and "<script" not in page and "http" not in page.replace("http-equiv", "")
    elif shape == "xlsx":
        assert openpyxl.load_workbook(out).active.max_row == 6
    elif shape == "json":
        units = {u["hex"]: u for u in json.loads(out.read_text(encoding="utf-8"))["units"]}
        assert units["E000"]["resolved"] and not units["E001"]["resolved"]
        assert units["845B E0102"]["mj"] == "MJ022335"
        assert "髙" not in json.dumps([u["samples"] for u in units.values()], ensure_ascii=False), "contexts are masked"
    else:
        assert "E001" in out.read_text(encoding="utf-8")


def test_scan_says_what_looks_like_juki_codes(chukan: Chukan, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("氏名\n뀿田\n", encoding="utf-8")
    done = chukan("gaiji", "scan", tmp_path / "a.csv", "--format", "json")
    assert json.loads(done.stdout)["units"][0]["class"] == "住基統一文字の疑い"


def test_identify_and_apply(chukan: Chukan, tmp_path: Path) -> None:
    pytest.importorskip("freetype")
    import numpy as np
    from PIL import Image

    from chukan_layout.gaiji.pictures import SIDE, Pictures

    def picture(mj: int) -> np.ndarray:
        square = np.unpackbits(np.frombuffer(Pictures().bits(mj) or b"", np.uint8)).reshape(SIDE, SIDE)
        return np.kron(square * np.uint8(255), np.ones((3, 3), np.uint8))

    folder = tmp_path / "glyphs"
    folder.mkdir()
    for i, mj in enumerate((28902, 32129, 22335)):
        Image.fromarray(255 - picture(mj)).save(folder / f"E00{i}.png")
    sheet = tmp_path / "sheet"
    chukan("gaiji", "identify", folder, "--out", sheet, "--out", tmp_path / "s.csv", "--no-installed", "--as-of", "2026-04-01")
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert page.count("data:image/png") >= 10 and "MJ028902" in page
    rows = list(csv.DictReader((tmp_path / "s.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [r["推定文字"] for r in rows] == ["髙", "𠮷", "葛"]
    book = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    last = book.active.max_row
    heads = [c.value for c in book.active[1]]
    book.active.cell(last, heads.index("判断") + 1).value = "採用"
    book.active.cell(last, heads.index("MJ図形名") + 1).value = "MJ022335"
    book.active.cell(last, heads.index("同定区分") + 1).value = "字形一致"
    book.save(tmp_path / "reviewed.xlsx")
    rules = tmp_path / "rules.csv"
    chukan("gaiji", "register", "apply", tmp_path / "reviewed.xlsx", "--out", rules, code=2)
    chukan("gaiji", "register", "apply", tmp_path / "reviewed.xlsx", "--decided-by", "住民課", "--as-of", "2026-04-02", "--out", rules)
    made = {r["外字コード"]: r for r in csv.DictReader(rules.read_text(encoding="utf-8-sig").splitlines())}
    assert made["U+E002"]["MJ図形名"] == "MJ022335"
    assert (made["U+E002"]["判断者"], made["U+E002"]["判断日"]) == ("住民課", "2026-04-02")
    assert made["U+E000"]["判断者"] == "chukan 自動判定" and made["U+E000"]["判断日"] == "2026-04-01"


def test_one_register_for_two_bodies(chukan: Chukan, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("source,target\nU+E000,MJ022335\nU+E001,MJ028902\nU+E002,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("source,target\nU+E000,MJ028902\nU+E005,MJ032129\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("source,target\nU+E000,MJ022335\n", encoding="utf-8")
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    done = chukan("gaiji", "register", "merge", f"A市={tmp_path / 'a.csv'}", f"B町={tmp_path / 'b.csv'}", "--out", one, "--format", "json", "--rules-dir", tmp_path / "rules")
    counts = json.loads(done.stdout)
    assert counts["total"] == {"before": 5, "after": 4} and counts["same_glyph"]["by_mj"] == 1
    assert re.search("U\\+E002,U\\+E002,", (tmp_path / "rules" / "A市.csv").read_text(encoding="utf-8-sig"))
    chukan("gaiji", "register", "merge", one, f"C村={tmp_path / 'c.csv'}", "--out", two)
    before, after = (json.loads(p.read_text(encoding="utf-8"))["entries"] for p in (one, two))
    assert [e["code"] for e in before] == [e["code"] for e in after], "joining later only adds"
    assert after[0]["members"] == {"A市": ["U+E000"], "C村": ["U+E000"]}
    ipamj = json.loads(chukan("gaiji", "register", "merge", f"A市={tmp_path / 'a.csv'}", "--policy", "ipamj", "--out", tmp_path / "x.json", "--format", "json").stdout)
    assert ipamj["bodies"]["A市"] == {"before": 3, "after": 1, "identified": 2}
    chukan("gaiji", "register", "show", two)
    raw = json.loads(two.read_text(encoding="utf-8"))
    raw["table_version"] = "別の版"
    two.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    assert "別の版" in chukan("gaiji", "register", "show", two, code=2).stderr


def test_convert_keeps_a_ledger_in_the_run(chukan: Chukan, vendor_a: Path, tmp_path: Path) -> None:
    chukan("convert", vendor_a, "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run", code=None)  # findings are not the matter here
    ledger = pl.read_parquet(tmp_path / "run" / "gaiji" / "ledger.parquet")
    assert len(ledger) and ledger["source_hex"].cast(pl.String).str.starts_with("E0").all()
    people = pl.read_csv(tmp_path / "run" / "data" / "01-住民基本台帳" / "住民情報.csv", infer_schema=False)
    row = ledger.filter(pl.col("column").cast(pl.String) == "氏名").row(0, named=True)
    target = row["target"]
    assert people.filter(pl.concat_str(people.columns[:1]).is_not_null())["氏名"].str.contains(target, literal=True).any()
    assert (tmp_path / "run" / "gaiji" / "unresolved.csv").is_file()
