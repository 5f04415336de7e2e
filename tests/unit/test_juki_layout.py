"""業務01 住民基本台帳: what the layout and its two mappings promise, against themselves and the facts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chukan_layout.model.layout import Area, Condition, Item, LayoutFile, LayoutSet
from chukan_layout.model.mapping import FileMapping, Map, Mapping
from chukan_layout.spec.check_layout import check_layouts
from chukan_layout.spec.check_mapping import check_mapping
from chukan_layout.spec.load import load_layouts, load_mapping

FILES = ("住民情報", "異動履歴", "世帯", "支援措置", "旧氏履歴", "通称履歴", "個人番号")
VENDORS = ("vendorA", "lgdpm2013")
FOREIGN_ONLY = ("国籍等_国名コード", "第30条45規定区分", "在留資格等コード", "在留期間の満了の日", "通称")
JAPANESE_ONLY = ("本籍", "筆頭者", "旧氏")


@pytest.fixture(scope="module")
def layouts() -> LayoutSet:
    return load_layouts("2.7", areas=[1])


@pytest.fixture(scope="module")
def area(layouts: LayoutSet) -> Area:
    return layouts.area(1)


@pytest.fixture(scope="module")
def resident(area: Area) -> LayoutFile:
    return area.files[0]


def items(area: Area) -> Iterator[tuple[LayoutFile, Item]]:
    for file in area.files:
        for item in file.items:
            yield file, item


def names(found: list[tuple[LayoutFile, Item]]) -> list[str]:
    return [f"{file.id}.{item.name}" for file, item in found]


def test_files_in_order(area: Area) -> None:
    assert area.name == "住民基本台帳"
    assert tuple(file.id for file in area.files) == FILES
    assert [file.no for file in area.files] == list(range(1, len(FILES) + 1))


def test_resident_file_has_its_items(resident: LayoutFile) -> None:
    assert len(resident.items) >= 113
    assert resident.key == ("宛名番号", "個人履歴番号", "個人履歴番号_枝番号")


@pytest.mark.parametrize("name", FILES)
def test_items_are_numbered_and_named_once(area: Area, name: str) -> None:
    file = next(f for f in area.files if f.id == name)
    assert [item.no for item in file.items] == list(range(1, len(file.items) + 1))
    assert len({item.name for item in file.items}) == len(file.items)


def test_the_record_without_its_key_is_rejected(area: Area) -> None:
    """A key item is required, and what fails in it rejects the record: nothing could name it in a report."""
    keys = [(f, f.item(name)) for f in area.files for name in f.key]
    assert names([(f, i) for f, i in keys if not i.required or i.on_error != "reject"]) == []
    others = [(f, i) for f, i in items(area) if i.name not in f.key and i.on_error == "reject"]
    assert names(others) == []


def test_nothing_claims_an_official_sheet(layouts: LayoutSet, area: Area) -> None:
    """No official sheet of this area was seen; a line that says so would be a false 仕様準拠."""
    marks = [layouts.source, layouts.format.source, *(table.source for table in area.codes.values())]
    marks += [file.source for file in area.files]
    marks += [item.source for _, item in items(area)]
    for file in area.files:
        marks += [check.source for check in (*file.row_checks, *file.keyed_checks)]
    assert [mark for mark in marks if mark.startswith("official")] == []


def test_items_of_the_successor_are_the_list_itself(resident: LayoutFile, shared: Path) -> None:
    """Order, names and digits of the 113 items of 基本データリスト 001 住民情報."""
    with (shared / "facts/spec/kihon_data_list_subset_items.csv").open(encoding="utf-8-sig") as f:
        rows = [r for r in csv.DictReader(f) if r["業務ID"] == "001" and r["グループ(推定名)"] == "住民情報"]
    assert len(rows) == 113
    mine = [item for item in resident.items if item.source == "successor:001"]
    assert [item.name for item in mine] == [r["データ項目"] for r in rows]
    wrong = [i.name for i, r in zip(mine, rows, strict=True) if r["桁数"] and i.digits != int(r["桁数"])]
    assert wrong == []
    assert {i.source for i in resident.items[113:]} == {"draft"}


def test_code_tables_are_the_list_itself(area: Area, shared: Path) -> None:
    with (shared / "facts/spec/code_tables_core.csv").open(encoding="utf-8-sig") as f:
        rows = [r for r in csv.DictReader(f) if r["業務ID"] == "001"]
    checked = 0
    for table in area.codes.values():
        found = re.fullmatch(r"successor:001/(\d+)", table.source)
        if found is None:
            continue
        facts = [(r["コード"], r["名称"].strip()) for r in rows if r["コードID"] == found[1]]
        assert [(v.code, v.name) for v in table.values] == facts, table.name
        checked += 1
    assert checked >= 8
    reasons = {r["コード"] for r in rows if r["コードID"] in ("20", "21", "22")}
    assert set(area.codes["異動事由"].codes) == reasons


def test_every_date_is_ten_characters(area: Area) -> None:
    dates = [(f, i) for f, i in items(area) if i.type == "DATE"]
    assert len(dates) >= 15
    assert names([(f, i) for f, i in dates if i.digits != 10]) == []
    assert names([(f, i) for f, i in items(area) if i.name.endswith("年月日") and i.type != "DATE"]) == []


def test_code_tables_are_used_and_fit(area: Area) -> None:
    used = {item.code for _, item in items(area) if item.code}
    assert used == set(area.codes)
    short = [
        (f, i) for f, i in items(area) if i.code and any(len(c) > i.digits for c in area.codes[i.code].codes)
    ]
    assert names(short) == []


def test_flags_have_their_values(area: Area) -> None:
    flags = [(f, i) for f, i in items(area) if i.name.endswith("フラグ")]
    assert len(flags) >= 9
    assert names([(f, i) for f, i in flags if (i.type, i.digits, i.code) != ("X", 1, "有無フラグ")]) == []


def test_unknown_dates_come_in_threes(area: Area) -> None:
    """A date that may be 不詳 has its flag and its text of 72 characters beside it."""
    for file in area.files:
        all_names = {item.name for item in file.items}
        for flag in (n for n in all_names if n.endswith("_不詳フラグ")):
            date = flag.removesuffix("_不詳フラグ")
            assert file.item(date).type == "DATE"
            assert file.item(f"{date}_不詳表記").digits == 72
        assert {n[:-4] for n in all_names if n.endswith("不詳表記")} == {
            n[:-5] for n in all_names if n.endswith("不詳フラグ")
        }


@pytest.mark.parametrize(
    ("suffix", "digits"),
    [("郵便番号", 7), ("市区町村コード", 6), ("町字コード", 7), ("個人番号", 12), ("住民票コード", 11)],
)
def test_numbers_of_fixed_length(area: Area, suffix: str, digits: int) -> None:
    found = [(f, i) for f, i in items(area) if i.name.endswith(suffix)]
    assert found
    wrong = [(f, i) for f, i in found if (i.digits, i.exact, i.charset) != (digits, True, "digit")]
    assert names(wrong) == []


def test_check_digits(area: Area) -> None:
    """Numbers already assigned keep their form (住民記録標準仕様書 1.1.13): 宛名番号, 世帯番号 have none."""
    for _, item in items(area):
        expected = None
        if item.name == "個人番号":
            expected = "mynumber"
        elif item.name == "住民票コード":
            expected = "juminhyo"
        elif item.name.endswith("市区町村コード"):
            expected = "dantai"
        assert item.check_digit == expected, item.name


def test_secrets(area: Area) -> None:
    """What a report must never show: a class for every item that tells about a person."""
    personal = re.compile(
        r"氏名|旧氏|通称|筆頭者|本籍|番地|方書$|町字$|国外住所|不詳表記|住民票コード|郵便番号|年月日$"
    )
    not_personal = re.compile(r"氏名優先区分|フラグ$|履歴番号")
    for file, item in items(area):
        where = f"{file.id}.{item.name}"
        if item.name == "個人番号":
            assert item.secret == "mynumber", where
        elif item.name.startswith(("支援措置", "国籍", "在留", "第30条45")):
            assert item.secret == "sensitive", where
        elif personal.search(item.name) and not not_personal.search(item.name):
            assert item.secret in ("personal", "sensitive"), where


def test_names_and_addresses(area: Area) -> None:
    kana = [(f, i) for f, i in items(area) if i.name.endswith("フリガナ")]
    assert names([(f, i) for f, i in kana if (i.type, i.charset) != ("N", "kana")]) == []
    written = re.compile(r"(^|_)(氏名|旧氏|通称|世帯主氏名|筆頭者|本籍|番地号表記|方書|町字)$")
    found = [(f, i) for f, i in items(area) if written.search(i.name)]
    assert len(found) >= 20
    assert names([(f, i) for f, i in found if not i.gaiji or i.type != "N"]) == []


def test_items_of_one_kind_of_resident(resident: LayoutFile) -> None:
    for kind, wanted in (("2", FOREIGN_ONLY), ("1", JAPANESE_ONLY)):
        condition = (Condition(item="住民種別", in_=(kind,)),)
        assert [n for n in wanted if resident.item(n).applies_when != condition] == []


def test_a_birth_date_may_be_unknown(resident: LayoutFile) -> None:
    birth = resident.item("生年月日")
    assert not birth.required
    assert birth.required_when == (Condition(item="生年月日_不詳表記", present=False),)


def test_checks_between_items(resident: LayoutFile) -> None:
    assert len(resident.row_checks) >= 20
    assert {check.id for check in resident.keyed_checks} >= {"K01", "K02", "K03", "K04", "K05"}


@pytest.mark.parametrize("name", [f for f in FILES if f != "住民情報"])
def test_every_other_file_points_to_the_residents(area: Area, name: str) -> None:
    file = next(f for f in area.files if f.id == name)
    targets = [c.to_file for c in file.keyed_checks if c.kind == "foreign"]
    assert "住民情報" in targets


@pytest.mark.parametrize("name", FILES)
def test_the_primary_key_is_checked(area: Area, name: str) -> None:
    file = next(f for f in area.files if f.id == name)
    assert file.key in [c.items for c in file.keyed_checks if c.kind == "unique" and not c.when]


def test_layout_agrees_with_itself(layouts: LayoutSet) -> None:
    assert [p.text() for p in check_layouts(layouts)] == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_mapping_agrees_with_the_layout(layouts: LayoutSet, vendor: str) -> None:
    whole = load_layouts("2.7") if vendor == "vendorA" else layouts
    assert [p.text() for p in check_mapping(load_mapping(vendor), whole)] == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_source_column_is_lost(vendor: str) -> None:
    """Every column has a target or a disposition with a reason (CNV-03, FIT-03)."""
    for file in load_mapping(vendor).files:
        used = {name for item in file.item for name in item.from_} | {rest.from_ for rest in file.rest}
        assert [c for c in file.source.columns if c not in used] == [], file.id
        assert all(rest.reason for rest in file.rest)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_required_item_is_filled(area: Area, vendor: str) -> None:
    """A required item has a source, or the reason why it cannot have one (FIT-06)."""
    for file in of_register(load_mapping(vendor)):
        target = next(f for f in area.files if f.id == file.file)
        given = {item.to for item in file.item} | {unset.to for unset in file.unset}
        assert [i.name for i in target.items if i.required and i.name not in given] == [], file.id


def of_register(mapping: Mapping) -> list[FileMapping]:
    """The files of 住民基本台帳."""
    return [file for file in mapping.files if file.area == 1]


def coded(file: FileMapping) -> Iterator[tuple[str, str]]:
    for item in file.item:
        for op in item.ops:
            if isinstance(op, Map):
                yield item.to, op.table


@pytest.mark.parametrize("vendor", VENDORS)
def test_codes_lead_to_the_table_of_their_item(area: Area, vendor: str) -> None:
    mapping = load_mapping(vendor)
    found = 0
    for file in of_register(mapping):
        target = next(f for f in area.files if f.id == file.file)
        for to, table in coded(file):
            assert target.item(to).code == mapping.codes[table].to
            known = area.codes[table_name(target, to)].codes
            assert {code for _, code in mapping.codes[table].pairs} <= set(known)
            found += 1
    assert found >= 8


def table_name(file: LayoutFile, item: str) -> str:
    name = file.item(item).code
    assert name is not None
    return name


@pytest.mark.parametrize("vendor", VENDORS)
def test_codes_come_back(vendor: str) -> None:
    """No two source codes give one code of the standard, unless ``inverse`` says which to write."""
    for table in load_mapping(vendor).codes.values():
        values = [code for _, code in table.pairs]
        several = {code for code in values if values.count(code) > 1}
        assert several <= {code for _, code in table.inverse}, table.name


def test_gaiji_of_vendor_a_are_one_to_one() -> None:
    table = load_mapping("vendorA").gaiji["外字"]
    assert len(table.pairs) >= 60
    assert [s for s, _ in table.pairs] == [chr(0xE000 + n) for n in range(len(table.pairs))]
    targets = [t for _, t in table.pairs]
    assert len(set(targets)) == len(targets)
    assert not any("\ue000" <= c <= "\uf8ff" for t in targets for c in t)
    assert sum("\U000e0100" <= t[-1] <= "\U000e01ef" for t in targets) >= 20


def test_lgdpm_columns_are_the_list_itself(shared: Path) -> None:
    with (shared / "facts/spec/lgdpm_juki_2013_64cols.csv").open(encoding="utf-8-sig") as f:
        rows = [re.sub(r"\(.*\)", "", r["項目"]).replace("：", "_") for r in csv.DictReader(f)]
    assert len(rows) == 64
    assert list(load_mapping("lgdpm2013").files[0].source.columns) == rows
