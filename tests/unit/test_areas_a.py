"""業務 02 to 11, 31 and 32: floors, what is official to the letter, and links to persons."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from chukan_layout.model.layout import Area, Foreign, LayoutFile
from chukan_layout.spec.load import load_layouts

AREAS = {
    2: "印鑑登録", 3: "住登外管理", 4: "戸籍", 5: "就学", 6: "選挙人名簿管理", 7: "固定資産税", 8: "個人住民税",
    9: "法人住民税", 10: "軽自動車税", 11: "収滞納管理", 31: "住民基本台帳(コンビニ交付)", 32: "印鑑登録(コンビニ交付)",
}  # fmt: skip
ITEMS = {7: 150, 8: 150}
LAYOUTS = {area.no: area for area in load_layouts("2.7").areas}
#: Items that name a person of 住民基本台帳 or 住登外管理.
PERSON = re.compile(r"宛名番号$|識別番号$")


@pytest.fixture(params=sorted(AREAS), ids=lambda no: f"{no:02d}")
def area(request: pytest.FixtureRequest) -> Area:
    return LAYOUTS[request.param]


def facts(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "facts" / "spec" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def file(no: int, file_id: str) -> LayoutFile:
    return next(f for f in LAYOUTS[no].files if f.id == file_id)


def test_floors(area: Area) -> None:
    assert area.name == AREAS[area.no]
    assert len(area.files) >= 3
    assert sum(len(f.items) for f in area.files) >= ITEMS.get(area.no, 60)
    assert any(f.id == "予備領域" for f in area.files) or area.no == 7, "the official list of 20 files has none"


def test_names_are_those_of_the_list_of_areas(shared: Path) -> None:
    listed = {int(r["番号"]): r["業務"] for r in facts(shared, "chukan_business_areas.csv")}
    assert {no: listed[no] for no in AREAS} == AREAS


@pytest.mark.parametrize(("no", "name", "count"), [(5, "就学", 10), (7, "固定資産税", 20)])
def test_lists_of_files_are_official_to_the_letter(no: int, name: str, count: int, shared: Path) -> None:
    rows = [r for r in facts(shared, "chukan_official_files.csv") if r["業務"] == name]
    assert len(rows) == count
    assert [(f.no, f.name) for f in LAYOUTS[no].files] == [(int(r["No"]), r["移行ファイル名"]) for r in rows]


def test_official_items_are_as_published(shared: Path) -> None:
    for row in facts(shared, "chukan_official_items_fragment.csv"):
        if row["業務"] == "就学":
            item = file(5, "学齢簿").items[int(row["No"]) - 1]
            assert item.sample == row["サンプル値"]
        else:
            item = file(7, "賦課情報").items[int(row["No"]) - 1]
        assert (item.name, item.type, item.digits) == (row["データ項目名称"], row["データ型"], int(row["桁数"]))
        assert (item.code or "") == row["コード"] and item.required == (row["必須"] == "○")
        assert item.source.startswith("official:")


def test_nothing_else_is_said_to_be_official(area: Area) -> None:
    official = [(f.id, i.no) for f in area.files for i in f.items if i.source.startswith("official")]
    allowed = {5: [("学齢簿", n) for n in range(1, 9)], 7: [("賦課情報", 38)]}
    assert official == allowed.get(area.no, [])


def test_the_register_of_voters_has_the_47_items_that_were_reported() -> None:
    register = file(6, "選挙人名簿情報")
    assert len(register.items) == 47
    assert not any(i.source.startswith("official") for i in register.items), "their names were never published"


def test_the_031_sheet_is_complete(shared: Path) -> None:
    rows = facts(shared, "digital_agency_031_jutogai_items.csv")
    items = file(3, "住登外者宛名基本情報").items
    assert len(items) == len(rows) == 29
    narrow = str.maketrans("ＮＸ９", "NX9")
    for row, item in zip(rows, items, strict=True):
        assert (item.no, item.name) == (int(row["項目コード"]), row["データ項目"])
        assert item.type == row["データ型"].translate(narrow)
        assert item.digits == int(row["桁数"])
        assert item.required == (row["データ出力条件"] == "必須")
        assert item.source == "successor:031"


def test_every_person_is_looked_for(area: Area) -> None:
    for layout in area.files:
        linked = {name for check in layout.keyed_checks if isinstance(check, Foreign) for name in check.items}
        for item in layout.items:
            if PERSON.search(item.name):
                assert item.name in linked, f"{layout.id}: {item.name}"


def test_codes_have_tables_and_marks_are_known(area: Area) -> None:
    for layout in area.files:
        for item in layout.items:
            assert item.code is None or item.code in area.codes
            assert re.fullmatch(r"official:V2\.2|successor:(010|031)|law:.+第\d+条.*|draft", item.source), item.source
