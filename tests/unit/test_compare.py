"""前後の照合: counts, classes of differences, tolerances; the same whatever the size of the slices."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from chukan_layout.compare.classes import AFTER, BEFORE, difference
from chukan_layout.compare.engine import Order, compare
from chukan_layout.compare.mask import masked
from chukan_layout.model.comparison import RecordTolerance, Tolerance, Tolerances
from chukan_layout.model.layout import Area, CodeTable, CodeValue, FileFormat, Item, LayoutFile, LayoutSet
from chukan_layout.report.comparison_document import comparison_document
from chukan_layout.report.document.formats import FORMATS, render
from tests.conftest import Chukan

HEAD = "番号,氏名,性別,金額,基準日,個人番号"
ITEMS = (
    Item(no=1, name="番号", type="X", digits=5, required=True, source="draft"),
    Item(no=2, name="氏名", type="N", digits=20, secret="personal", source="draft"),
    Item(no=3, name="性別", type="X", digits=2, code="性別", source="draft"),
    Item(no=4, name="金額", type="9", digits=12, source="draft"),
    Item(no=5, name="基準日", type="DATE", digits=10, source="draft"),
    Item(no=6, name="個人番号", type="X", digits=12, secret="mynumber", source="draft"),
)
BASE = ["1,架空　太郎,1,1000,2020-01-02,", "2,架空　花子,2,2000,2020-01-03,", "3,ｶｸｳ,1,,,"]


def layouts() -> LayoutSet:
    file = LayoutFile(area=1, area_name="試験", no=1, id="試験", name="試験ファイル", source="draft", key=("番号",), items=ITEMS)
    codes = {"性別": CodeTable(name="性別", source="draft", values=(CodeValue(code="1", name="男"), CodeValue(code="2", name="女")))}
    return LayoutSet(version="2.7", title="試験", source="draft", format=FileFormat(),
                     areas=(Area(no=1, name="試験", files=(file,), codes=codes),))  # fmt: skip


def dump(folder: Path, lines: list[str], head: str = HEAD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "試験.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("item", "before", "after", "cls"),
    [
        ("氏名", "架空　太郎", "架空太郎", "whitespace"),
        ("氏名", "架空１", "架空1", "width"),
        ("氏名", "ｶｸｳ", "カクウ", "kana"),
        ("氏名", "きょう", "キヨウ", "kana"),
        ("氏名", "カ－ド", "カード", "kana"),
        ("性別", "1", "01", "code"),
        ("性別", "1", "2", "changed"),
        ("金額", "1,000", "1000", "number"),
        ("金額", "△5", "-5", "number"),
        ("金額", "1000", "1001", "changed"),
        ("基準日", "2020-01-02", "20200102", "date"),
        ("基準日", "1980-04-12", "S550412", "date"),
        ("基準日", "1980-04-12", "S550413", "changed"),
        ("氏名", None, "", "empty"),
        ("氏名", "甲", None, "lost"),
        ("氏名", "", "甲", "gained"),
        ("氏名", "斎藤", "斉藤", "changed"),
    ],
)
def test_classes(item: str, before: str | None, after: str | None, cls: str) -> None:
    found = next(i for i in ITEMS if i.name == item)
    frame = pl.DataFrame({BEFORE: [before], AFTER: [after]}, schema={BEFORE: pl.String, AFTER: pl.String})
    assert frame.select(difference(found)).item() == cls


def test_the_same_is_the_same_in_any_order(tmp_path: Path) -> None:
    made = compare(Order(dump(tmp_path / "a", BASE), dump(tmp_path / "b", BASE[::-1]), layouts()))
    (f,) = made.files
    assert made.verdict == "pass" and f.identical == 3 and f.open == 0
    assert f.before.hash_total == f.after.hash_total != "0" * 16
    assert f.before.sums["金額"] == "3000"


def test_counts_sums_and_differences(tmp_path: Path) -> None:
    after = ["1,架空太郎,01,1001,20200102,", "4,架空　次郎,1,7,,", "3,カクウ,1,,,"]
    made = compare(Order(dump(tmp_path / "a", BASE), dump(tmp_path / "b", after), layouts()))
    (f,) = made.files
    assert (f.matched, f.identical, f.only_before, f.only_after) == (2, 0, 1, 1)
    assert (f.before.sums["金額"], f.after.sums["金額"]) == ("3000", "1008")
    assert {i.name: i.classes for i in f.items} == {
        "氏名": {"whitespace": 1, "kana": 1}, "性別": {"code": 1}, "金額": {"changed": 1}, "基準日": {"date": 1},
    }  # fmt: skip
    assert f.open == 2 + 5 and made.verdict == "fail"


@pytest.mark.parametrize("size", [1500, 5000])
def test_slices_do_not_change_the_result(tmp_path: Path, size: int) -> None:
    lines = [f"{n},架空{n % 7},1,{n},2020-01-01," for n in range(200)]
    after = [line.replace("架空3", "架空３") for line in lines if not line.startswith("19")] + ["5,二重,1,1,,"]
    a, b = dump(tmp_path / "a", [*lines, "5,二重,1,1,,"]), dump(tmp_path / "b", after)
    whole = compare(Order(a, b, layouts()))
    assert compare(Order(a, b, layouts(), slice=size)) == whole
    (f,) = whole.files
    assert f.before.duplicates == f.after.duplicates == 1 and f.only_before == 11
    assert {i.name: i.classes for i in f.items} == {"氏名": {"width": sum(1 for n in range(200) if n % 7 == 3 and not str(n).startswith("19"))}}


def test_only_declared_differences_pass(tmp_path: Path) -> None:
    a, b = dump(tmp_path / "a", BASE), dump(tmp_path / "b", ["1,架空太郎,2,1000,2020-01-02,", BASE[1]])
    said = Tolerances(
        tolerate=(
            Tolerance(item="氏*", classes=("whitespace",), reason="空白は移行先で詰める"),
            Tolerance(item="性別", before="1", after="2", reason="コードが違う"),
            Tolerance(item="金額", reason="使われない"),
        ),
        records=(RecordTolerance(side="before", max=1, reason="統合した"),),
    )
    made = compare(Order(a, b, layouts(), said))
    (f,) = made.files
    assert made.verdict == "pass" and f.open == 0
    assert {i.name: (i.classes, i.tolerated) for i in f.items} == {
        "氏名": ({"whitespace": 1}, {"whitespace": 1}), "性別": ({"code": 1}, {"code": 1}),
    }  # fmt: skip
    assert made.unused == ("tolerate[2] * 金額: 使われない",)
    assert compare(Order(a, b, layouts(), Tolerances(tolerate=said.tolerate))).verdict == "fail"


def test_more_than_expected_is_not_tolerated(tmp_path: Path) -> None:
    after = [line.replace("架空　", "架空") for line in BASE]
    a, b = dump(tmp_path / "a", BASE), dump(tmp_path / "b", after)
    for most, verdict in ((2, "pass"), (1, "fail")):
        said = Tolerances(tolerate=(Tolerance(classes=("whitespace",), max=most, reason="二件だけ"),))
        assert compare(Order(a, b, layouts(), said)).verdict == verdict


def test_a_file_or_a_column_that_only_one_side_has(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    made = compare(Order(dump(tmp_path / "a", BASE), tmp_path / "none", layouts()))
    assert made.verdict == "fail" and made.files[0].missing == "after" and made.files[0].only_before == 3
    narrow = dump(tmp_path / "c", [line.rsplit(",", 2)[0] for line in BASE], head=HEAD.rsplit(",", 2)[0])
    (f,) = compare(Order(tmp_path / "a", narrow, layouts())).files
    assert {i.name: i.classes for i in f.items} == {"基準日": {"lost": 2}}
    assert compare(Order(tmp_path / "none", tmp_path / "none", layouts())).verdict == "fail", "nothing compared is no pass"


def test_samples_are_masked_and_my_number_never_shown(tmp_path: Path) -> None:
    a = dump(tmp_path / "a", ["1,架空　太郎,1,,,123456789018"])
    b = dump(tmp_path / "b", ["1,架空　一郎,1,,,"])
    shown = {s.item: s.before for s in compare(Order(a, b, layouts())).files[0].samples}
    assert shown == {"氏名": "漢漢　漢漢", "個人番号": "●●●●"}
    shown = {s.item: s.before for s in compare(Order(a, b, layouts(), reveal=True)).files[0].samples}
    assert shown == {"氏名": "架空　太郎", "個人番号": "●●●●"}
    assert masked("123456789018", "none", reveal=False) == "●●●●" and masked("秘", "sensitive", reveal=False) == "＊"


@pytest.mark.parametrize("fmt", sorted(FORMATS))
def test_documents(tmp_path: Path, fmt: str) -> None:
    after = ["1,架空太郎,1,1000,2020-01-02,", *BASE[1:]]
    made = compare(Order(dump(tmp_path / "a", BASE), dump(tmp_path / "b", after), layouts()))
    for lang, word in (("ja", "空白だけの違い"), ("en", "spaces only")):
        page = render(comparison_document(made, lang), fmt)
        assert page == render(comparison_document(made, lang), fmt)
        assert isinstance(page, bytes) or (word in page and "太郎" not in page)


def test_the_command(chukan: Chukan, vendor_a: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    both = ("--data-format", "csv", "--data-format", "parquet")
    chukan("convert", vendor_a, "--from", "vendorA", "--to", "standard", "--out", run, "--quiet", "--fail-on", "never", *both)
    same = json.loads(chukan("compare", vendor_a, run, "--before-from", "vendorA", "--format", "json", "--quiet").stdout)
    assert same["verdict"] == "pass" and sum(f["matched"] for f in same["files"]) > 2000
    path = next((run / "data").rglob("世帯.csv"))
    text = path.read_text(encoding="utf-8").splitlines(keepends=True)
    returned = tmp_path / "returned"
    returned.mkdir()
    (returned / "世帯.csv").write_text("".join(text[:-1]), encoding="utf-8")
    done = chukan("compare", path, returned, "--format", "json", code=1)
    (f,) = json.loads(done.stdout)["files"]
    assert (f["only_before"], f["only_after"], f["identical"]) == (1, 0, len(text) - 2)
    parquet = tmp_path / "parquet"
    (parquet / path.parent.name).mkdir(parents=True)
    for source in path.parent.glob("*.parquet"):
        (parquet / path.parent.name / source.name).write_bytes(source.read_bytes())
    told = json.loads(chukan("compare", path.parent, parquet, "--format", "json", code=None).stdout)
    assert {i["name"] for f in told["files"] for i in f["items"]} == set(), "Parquet holds what the CSV holds"
    assert chukan("compare", tmp_path / "nowhere", run, code=2).stderr
