"""適合率: exact figures, both sides, and every item that does not fit (FIT-01 … FIT-08)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chukan_layout.cli.fit_pages import fit_examples
from chukan_layout.fit.decisions import Decision
from chukan_layout.fit.measure import measure
from chukan_layout.model.fit import (
    BANDS,
    FitReport,
    Ratio,
    Rounding,
    SeenColumn,
    SeenFile,
    Subject,
    band_of,
)
from chukan_layout.model.layout import Area, FileFormat, Item, LayoutFile, LayoutSet
from chukan_layout.model.mapping import FileMapping, Mapping
from chukan_layout.report.document.formats import FORMATS, render
from chukan_layout.report.fit_document import fit_document
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.conftest import Chukan

#: The example of the source documents has 47 items; which of them did not match is not told, so these are invented.
ITEMS = 47


def layouts_of_47(required_last: bool = False) -> LayoutSet:
    items = tuple(
        Item(no=n, name=f"項目{n}", type="X", digits=10, required=required_last and n == ITEMS, source="draft") for n in range(1, ITEMS + 1)
    )
    file = LayoutFile(area=9, area_name="選挙人名簿管理", no=1, id="選挙人名簿", name="選挙人名簿情報ファイル", source="draft",
                      key=("項目1",), items=items)  # fmt: skip
    area = Area(no=9, name="選挙人名簿管理", files=(file,), codes={})
    return LayoutSet(version="2.7", title="試験", source="draft", format=FileFormat(), areas=(area,))


def mapping_of(matched: int, **more: object) -> Mapping:
    """A vendor with the first ``matched`` items, and one of its own."""
    columns = [f"列{n}" for n in range(1, matched + 1)]
    lines = [{"to": f"項目{n}", "from": [f"列{n}"]} for n in range(1, matched + 1)]
    file = FileMapping.model_validate({
        "id": "選挙", "area": 9, "file": "選挙人名簿",
        "source": {"files": ["SENKYO*.csv"], "encoding": "utf-8", "columns": [*columns, "独自"]},
        "item": lines, "rest": [{"from": "独自", "disposition": "individual", "reason": "標準にない"}], **more,
    })  # fmt: skip
    return Mapping(vendor="試験", title="試験", layout_version="2.7", files=(file,))


@pytest.mark.parametrize(
    ("matched", "truncated", "rounded", "whole_truncated", "whole_rounded"),
    [(46, "97.8", "97.9", "97", "98"), (45, "95.7", "95.7", "95", "96")],
)
def test_the_47_items_of_the_source_documents(
    matched: int, truncated: str, rounded: str, whole_truncated: str, whole_rounded: str
) -> None:
    """97 % is reported for 47 items; 46/47 gives it only when truncated to a whole percent, and 45/47 never."""
    (file,) = measure(layouts_of_47(), mapping_of(matched))
    assert file.layout == Ratio(matched=matched, total=ITEMS)
    assert matched * 100 != 97 * ITEMS, "97 % of 47 items is no whole number of items"
    said = [Rounding(rule=rule, places=places).percent(matched, ITEMS)
            for rule, places in (("truncate", 1), ("half-up", 1), ("truncate", 0), ("half-up", 0))]  # fmt: skip
    assert said == [truncated, rounded, whole_truncated, whole_rounded]


def test_no_count_of_47_items_is_exactly_97_percent() -> None:
    assert [k for k in range(ITEMS + 1) if k * 100 == 97 * ITEMS] == []
    half_up = Rounding(rule="half-up", places=0)
    assert [k for k in range(ITEMS + 1) if half_up.percent(k, ITEMS) == "97"] == []


def test_rounding_is_exact_where_floats_are_not() -> None:
    assert Rounding(rule="half-up", places=2).percent(1, 80000) == "0.00"
    assert Rounding(rule="half-up", places=1).percent(1005, 10000) == "10.1"  # 10.05: a float would give 10.0
    assert Rounding(rule="truncate", places=1).percent(999_999_999, 1_000_000_000) == "99.9"
    assert Rounding().percent(0, 0) == "―"


def test_both_sides_and_the_gaps_between_them() -> None:
    (file,) = measure(layouts_of_47(required_last=True), mapping_of(46))
    assert file.source == Ratio(matched=46, total=47)
    by_item = {gap.item: gap for gap in file.gaps}
    assert by_item["項目47"].cls == "設定不能の必須項目" and by_item["項目47"].owner == "業務所管課"
    assert (by_item["独自"].side, by_item["独自"].cls, by_item["独自"].disposition) == ("source", "不足項目", "個別移行")
    assert len(file.gaps) == 2


def test_the_reason_of_the_mapping_is_kept() -> None:
    mapping = mapping_of(46, unset=[{"to": "項目47", "reason": "課税計算の途中の値で、保存していない"}])
    (file,) = measure(layouts_of_47(required_last=True), mapping)
    assert next(g.reason for g in file.gaps if g.item == "項目47") == "課税計算の途中の値で、保存していない"


def test_a_constant_is_no_source() -> None:
    lines = [{"to": f"項目{n}", "from": [f"列{n}"]} for n in range(1, 47)]
    constant = {"to": "項目47", "ops": [{"op": "const", "value": "1"}]}
    (file,) = measure(layouts_of_47(), mapping_of(46, item=[*lines, constant]))
    assert file.layout.matched == 46
    assert next(g.cls for g in file.gaps if g.item == "項目47") == "要精度検証"


def test_what_is_too_long_is_seen_before_any_data() -> None:
    line = {"to": "項目1", "from": ["列1"], "ops": [{"op": "pad", "width": 15}]}
    (file,) = measure(layouts_of_47(), mapping_of(1, item=[line]))
    assert file.items[0].digits_fit == "不一致"
    assert next(g.cls for g in file.gaps if g.item == "項目1") == "桁あふれ"


def test_a_decision_goes_before_the_default() -> None:
    decision = Decision(item="独自", file="選挙人名簿", disposition="予備領域", gap="県版", owner="移行先", reason="協議済み")
    (file,) = measure(layouts_of_47(), mapping_of(47), decisions=[decision])
    (gap,) = file.gaps
    assert (gap.disposition, gap.gap, gap.owner, gap.reason) == ("予備領域", "県版", "移行先", "協議済み")


def test_the_destination_side() -> None:
    (file,) = measure(layouts_of_47(), mapping_of(45), mapping_of(46))
    assert file.destination == Ratio(matched=45, total=47)
    assert {g.item for g in file.gaps if g.side == "destination"} == {"列46", "独自"}


def test_bands_of_population() -> None:
    assert [band_of(n) for n in (0, 1, 49_999, 50_000, 99_999, 100_000)] == ["", BANDS[0], BANDS[0], BANDS[1], BANDS[1], BANDS[2]]


@pytest.mark.parametrize("fmt", sorted(FORMATS))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_numerator_denominator_and_rule_stand_on_every_report(fmt: str, lang: str) -> None:
    files = measure(layouts_of_47(), mapping_of(46))
    subjects = tuple(Subject(label=x, kind="mapping", files=files, population=60_000, band=BANDS[1]) for x in ("甲", "乙"))
    report = FitReport(tool_version="0", layout_version="2.7", subjects=subjects)
    made = render(fit_document(report, lang), fmt)
    assert made == render(fit_document(report, lang), fmt), "the same report gives the same bytes"
    if isinstance(made, str):
        assert "46/47" in made and "97.8 %" in made
        assert {"ja": "切り捨て", "en": "truncated"}[lang] in made


def test_the_layout_side_is_the_fit_of_report_json(chukan: Chukan, vendor_a: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    chukan("convert", vendor_a, "--from", "vendorA", "--to", "standard", "--out", run, "--fail-on", "never", "--quiet")
    told = {f["file"]: f["fit"] for f in json.loads((run / "report.json").read_text(encoding="utf-8"))["files"]}
    made = json.loads(chukan("fit", run, "--format", "json").stdout)
    files = made["subjects"][0]["files"]
    assert {f["file"] for f in files} == set(told)
    for f in files:
        assert (f["layout"]["matched"], f["layout"]["total"]) == (told[f["file"]]["items_matched"], told[f["file"]]["items_total"])
        assert f["value"]["matched"] <= f["value"]["total"] == f["records"] * f["layout"]["matched"]


def test_every_item_of_the_shipped_mappings_is_matched_or_explained() -> None:
    layouts = load_layouts("2.7", [1])
    for vendor in ("vendorA", "lgdpm2013"):
        mapping = load_mapping(vendor)
        for file in measure(layouts, mapping, areas=[1]):
            named = {(g.side, g.item) for g in file.gaps}
            assert all(i.matched or ("layout", i.name) in named for i in file.items)
            assert file.source is not None
            assert file.source.total - file.source.matched == sum(side == "source" for side, _ in named)
            assert all(g.reason for g in file.gaps)


def test_exit_codes(chukan: Chukan, tmp_path: Path) -> None:
    chukan("fit", "--mapping", "vendorA", "--area", "1", "--min-fit", "0.9", code=1)
    chukan("fit", "--mapping", "vendorA", "--area", "1", "--min-fit", "0.5", code=0)
    assert "RUN" in chukan("fit", code=2).stderr
    bad = tmp_path / "fit.toml"
    bad.write_text('[[item]]\nitem = "備考"\ndisposition = "捨てる"\n', encoding="utf-8")
    assert "disposition" in chukan("fit", "--mapping", "vendorA", "--decisions", bad, code=2).stderr


def seen(**columns: SeenColumn) -> SeenFile:
    every = {f"列{n}": SeenColumn(name=f"列{n}", digits=3, filled=100) for n in range(1, 47)}
    every["独自"] = SeenColumn(name="独自", digits=3, filled=100)
    return SeenFile(name="SENKYO01.csv", records=100, columns=tuple((every | columns).values()))


def test_from_a_profile_an_empty_column_is_no_source() -> None:
    dump = seen(列1=SeenColumn(name="列1", filled=0), 列2=SeenColumn(name="列2", digits=11, filled=9))
    (file,) = measure(layouts_of_47(), mapping_of(46), dump=[dump])
    assert file.layout == Ratio(matched=45, total=ITEMS) and file.records == 100
    gaps = {g.item: g for g in file.gaps}
    assert gaps["項目1"].cls == "移行元にない項目" and "すべて空欄" in gaps["項目1"].reason
    assert gaps["項目2"].cls == "桁あふれ" and "11 文字" in gaps["項目2"].reason and gaps["項目2"].matched
    assert "項目3" not in gaps


def test_from_a_profile_files_go_together_and_unknown_ones_are_left() -> None:
    first, second = seen(列1=SeenColumn(name="列1", filled=0)), seen(列1=SeenColumn(name="列1", filled=1))
    (file,) = measure(layouts_of_47(), mapping_of(46), dump=[first, second])
    assert file.layout.matched == 46 and file.records == 200
    assert measure(layouts_of_47(), mapping_of(46), dump=[first.model_copy(update={"name": "X.csv"})]) == ()
    gone = first.model_copy(update={"columns": first.columns[1:]})
    (file,) = measure(layouts_of_47(), mapping_of(46), dump=[gone])
    assert file.layout.matched == 45 and "見つからない" in next(g.reason for g in file.gaps if g.item == "項目1")
    unnamed = tuple(c.model_copy(update={"name": f"項{n}"}) for n, c in enumerate(second.columns))
    (file,) = measure(layouts_of_47(), mapping_of(46), dump=[second.model_copy(update={"columns": unnamed})])
    assert file.layout.matched == 46, "columns without headings are known by place"


def test_fit_of_a_profile_finds_the_codes_put_in_on_purpose(chukan: Chukan, tmp_path: Path) -> None:
    defects = Path(__file__).parents[2] / "docs" / "examples" / "faults.toml"
    chukan("sample", "--city", "--residents", "1000", "--area", "住民基本台帳", "--as", "vendorA", "--defects", defects, "--out", tmp_path / "in")
    chukan("profile", tmp_path / "in", "--format", "json", "--output-file", tmp_path / "p.json", "--quiet")
    done = chukan("fit", "--mapping", "vendorA", "--profile", tmp_path / "p.json", "--format", "json", "--output-file", tmp_path / "f.json")
    report = FitReport.model_validate_json((tmp_path / "f.json").read_bytes())
    (subject,) = report.subjects
    assert not done.stdout and (subject.kind, subject.label) == ("profile", "p")
    (codes,) = [g for f in subject.files if f.file == "住民情報" for g in f.gaps if g.item == "性別"]
    assert (codes.cls, codes.count) == ("コード不一致", 5) and codes.reason.endswith(": 7")
    for words, said in ((("--profile", tmp_path / "p.json"), "--mapping"), (("--mapping", "vendorA", "--profile", tmp_path / "f.json"), "profile --format json")):
        assert said in chukan("fit", *words, code=2).stderr


def test_the_examples_in_the_documents_are_not_stale() -> None:
    """``make docs`` writes them anew; they name every item that does not fit."""
    docs = Path(__file__).parents[2] / "docs"
    made = fit_examples()
    assert set(made) == {"fit-vendorA.md", "fit-vendorB.md", "fit-lgdpm2013.md"}
    assert all((docs / "examples" / name).read_text(encoding="utf-8") == text for name, text in made.items())
    assert "| 46/47 | 97 % | 97.8 % | 98 % | 97.9 % |" in (docs / "fit-rate.md").read_text(encoding="utf-8")
