"""業務 02 to 11, 31 and 32: floors, what is official to the letter, and links to persons."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from chukan_layout.model.layout import Area, Foreign, Item, LayoutFile, Sum, Totals, Unique
from chukan_layout.spec.load import load_layouts

AREAS = {
    2: "印鑑登録", 3: "住登外管理", 4: "戸籍", 5: "就学", 6: "選挙人名簿管理", 7: "固定資産税", 8: "個人住民税",
    9: "法人住民税", 10: "軽自動車税", 11: "収滞納管理", 31: "住民基本台帳(コンビニ交付)", 32: "印鑑登録(コンビニ交付)",
}  # fmt: skip
ITEMS = {7: 150, 8: 150}
LAYOUTS = {area.no: area for area in load_layouts("2.7").areas}
#: Items that name a person of 住民基本台帳 or 住登外管理.
PERSON = re.compile(r"宛名番号$|識別番号$")
#: The register that the numbers of 住登外者 come from.
REGISTER = (3, "住登外者宛名基本情報")
PERSONS = {(1, "住民情報"), REGISTER}
#: Items whose value tells who somebody is, wherever they stand in a file about persons.
PERSONAL = re.compile(r"氏名|^住所_(町字|番地号表記|方書)$|生年月日$|本籍_|^筆頭者|住民票コード$|口座番号$|名義人")


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


@pytest.mark.parametrize(
    ("no", "file_id", "area_id", "group"),
    [
        (8, "納税義務者情報", "010", "納税義務者情報"), (8, "個人住民税課税情報", "010", "個人住民税課税情報"),
        (8, "税額・税額控除情報", "010", "税額・税額控除情報"), (3, "住登外者履歴", "031", "住登外者宛名基本情報(住登外)"),
        (3, "独自施策システム等情報", "031", "独自施策システム等情報"), (3, "参照業務情報", "031", "参照業務情報"),
    ],
)  # fmt: skip
def test_groups_of_the_successor_are_the_list_itself(
    no: int, file_id: str, area_id: str, group: str, shared: Path
) -> None:
    """Names, order and digits; what is added stands among them and says another source."""
    rows = facts(shared, "kihon_data_list_subset_items.csv")
    rows = [r for r in rows if (r["業務ID"], r["グループ(推定名)"]) == (area_id, group)]
    mine = [i for i in file(no, file_id).items if i.source == f"successor:{area_id}"]
    assert len(rows) >= 3
    assert [i.name for i in mine] == [r["データ項目"] for r in rows]
    assert [i.name for i, r in zip(mine, rows, strict=True) if r["桁数"] and i.digits != int(r["桁数"])] == []
    key = [r["データ項目"] for r in rows if r["主キー"] == "○"]
    assert list(file(no, file_id).key) == key


def test_code_tables_of_the_successor_are_the_list_itself(area: Area, shared: Path) -> None:
    rows = facts(shared, "code_tables_core.csv")
    for table in area.codes.values():
        if found := re.fullmatch(r"successor:(\d{3})/(\d+)", table.source):
            listed = [(r["コード"], r["名称"].strip()) for r in rows if (r["業務ID"], r["コードID"]) == found.groups()]
            assert listed
            assert [(v.code, v.name) for v in table.values] == listed, table.name


def test_who_was_merged_into_another_is_not_the_representative() -> None:
    """031: 0 is 代表, 1 is 非代表, and 名寄せ先宛名番号 is due with the latter."""
    register = file(*REGISTER)
    assert [(v.code, v.name) for v in LAYOUTS[3].codes["代表宛名フラグ"].values] == [("0", "代表"), ("1", "非代表")]
    (due,) = register.item("名寄せ先宛名番号").required_when
    assert (due.item, due.in_) == ("代表宛名フラグ", ("1",))


def foreign(layout: LayoutFile) -> list[Foreign]:
    return [check for check in layout.keyed_checks if isinstance(check, Foreign)]


def targets(layout: LayoutFile, item: str) -> set[tuple[int, str]]:
    """Files in which a foreign key looks for the item, by itself or as a part of a key."""
    checks = (check for check in foreign(layout) if item in check.items)
    return {(t.area or layout.area, t.file) for check in checks for t in check.targets}


def reaches_persons(no: int, file_id: str, item: str, seen: frozenset[tuple[int, str]] = frozenset()) -> bool:
    """Whether the item is found among persons, directly or through the file that this one details."""
    if (no, file_id) in PERSONS:
        return True
    layout = file(no, file_id)
    for check in foreign(layout):
        if item not in check.items:
            continue
        place = check.items.index(item)
        for target in check.targets:
            there = (target.area or no, target.file)
            if there in PERSONS or (
                there not in seen and there[0] in LAYOUTS
                and reaches_persons(*there, target.items[place], seen | {(no, file_id)})
            ):
                return True
    return False


def test_every_person_is_looked_for(area: Area) -> None:
    for layout in area.files:
        for item in layout.items:
            if PERSON.search(item.name):
                assert reaches_persons(area.no, layout.id, item.name), f"{layout.id}: {item.name}"


def test_no_foreign_key_looks_in_its_own_file_alone(area: Area) -> None:
    """A key that refers to itself always holds."""
    for layout in area.files:
        for check in foreign(layout):
            assert not any(
                (t.area or area.no, t.file, t.items) == (area.no, layout.id, check.items) for t in check.targets
            ), f"{layout.id} {check.id}"


def test_details_look_for_what_they_detail(area: Area) -> None:
    """A file whose key begins with the whole key of another (but a history number) refers to that file."""
    for layout in area.files:
        for other in area.files:
            stem = [k for k in other.key if "履歴番号" not in k]
            if other is layout or len(stem) < 2 or list(layout.key[: len(stem)]) != stem or len(layout.key) <= len(stem):
                continue
            if len(other.key) == len(stem) or set(other.key) <= set(layout.key):
                linked = {t for k in stem for t in targets(layout, k)}
                assert linked - PERSONS, f"{layout.id} stands alone beside {other.id}"


def test_keys_are_unique_and_reject(area: Area) -> None:
    for layout in area.files:
        keys = [check.items for check in layout.keyed_checks if isinstance(check, Unique) and not check.when]
        assert layout.key in keys, layout.id
        for item in layout.items:
            assert (item.on_error == "reject") == (item.name in layout.key), f"{layout.id}: {item.name}"


def test_personal_values_are_masked(area: Area) -> None:
    for layout in area.files:
        for item in layout.items:
            if PERSONAL.search(item.name) and not item.code and not item.name.endswith(("コード", "フラグ")):
                assert item.secret != "none", f"{layout.id}: {item.name}"
            if item.name == "住民票コード":
                assert (item.secret, item.check_digit) == ("personal", "juminhyo")


def test_what_takes_a_code_has_a_table(area: Area) -> None:
    """A short item called 区分, 種別, 状態, 性別 or フラグ takes codes; two tables of the successor are not known."""
    unknown = {"業務ID", "独自施策システム等ID", "保険区分"}
    for layout in area.files:
        for item in layout.items:
            if item.type in ("X", "9") and item.digits <= 2 and re.search(r"(区分|種別|状態|性別|事由|フラグ)$", item.name):
                assert item.code or item.name in unknown, f"{layout.id}: {item.name}"


def test_tolerances_say_why(area: Area) -> None:
    for layout in area.files:
        for check in layout.row_checks:
            if isinstance(check, Sum) and check.tolerance:
                assert check.reason, f"{layout.id} {check.id}"


def test_calculated_amounts_are_checked() -> None:
    """VAL-07: half-way values of the assessment that must be there take part in a recomputation or a comparison."""
    due = {
        (7, "賦課情報"): ("評価額合計", "固定課税標準額合計", "固定課税標準額_千円未満切捨", "固定算出税額", "固定資産税額",
                       "都計算出税額", "都市計画税額", "都計課税標準額", "年税額"),
        (8, "個人住民税課税情報"): ("課税総所得金額", "分離課税所得金額", "市町村民税_算出所得割額", "市町村民税_所得割額", "道府県民税_算出所得割額",
                            "道府県民税_所得割額", "年税額", "更正増減税額"),
        (9, "申告情報"): ("法人税割課税標準額", "法人税割算出額", "法人税割額", "差引税額"),
        (10, "賦課"): ("年税額",),
        (11, "調定収納"): ("調定額", "延滞金調定額"),
    }  # fmt: skip
    for (no, file_id), names in due.items():
        layout = file(no, file_id)
        told = {n for c in layout.row_checks if isinstance(c, Sum) for n in (c.total, *c.plus, *c.minus)}
        assert set(names) <= told, f"{file_id}: {set(names) - told}"
        assert all(isinstance(layout.item(n), Item) for n in names)


@pytest.mark.parametrize(
    ("no", "file_id", "amount", "of"),
    [
        (7, "賦課情報", "年税額", "賦課調定情報"), (7, "償却資産合計情報", "取得価額合計", "償却資産細目情報"),
        (8, "個人住民税課税情報", "普通徴収税額", "期別"), (8, "個人住民税課税情報", "給与特別徴収税額", "給与特別徴収情報"),
        (8, "個人住民税課税情報", "年金特別徴収税額", "年金特別徴収情報"), (8, "個人住民税課税情報", "所得控除合計額", "所得控除情報"),
        (9, "調定", "収納済額", "収納"), (10, "賦課", "収納済額", "収納"), (11, "調定収納", "収納済額", "収納明細"),
        (11, "調定収納", "延滞金収納額", "収納明細"), (11, "滞納処分", "処分対象税額", "滞納処分明細"),
        (11, "分納誓約", "履行済額", "分納計画"),
    ],
)  # fmt: skip
def test_amounts_are_the_sums_of_their_details(no: int, file_id: str, amount: str, of: str) -> None:
    checks = [c for c in file(no, file_id).keyed_checks if isinstance(c, Totals)]
    assert (amount, of) in {(c.amount, c.of_file) for c in checks}


def test_codes_have_tables_and_marks_are_known(area: Area) -> None:
    for layout in area.files:
        for item in layout.items:
            assert item.code is None or item.code in area.codes
            assert re.fullmatch(r"official:V2\.2|successor:(010|031)|law:.+第\d+条.*|draft", item.source), item.source
