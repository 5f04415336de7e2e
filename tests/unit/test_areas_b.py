"""業務12〜23: floors, names to the letter, links to persons, sources, checks that hold together."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chukan_layout.model.layout import (
    Area,
    Compare,
    Condition,
    Dated,
    Foreign,
    Implies,
    Item,
    LayoutFile,
    LayoutSet,
    Periods,
    Sum,
    Totals,
    Unique,
)
from chukan_layout.spec.check_layout import check_layouts
from chukan_layout.spec.load import load_layouts
from tests.conftest import Chukan

AREAS = {
    12: "国民健康保険", 13: "国民年金", 14: "介護保険", 15: "後期高齢者医療", 16: "健康管理", 17: "児童手当",
    18: "生活保護", 19: "障害者福祉", 20: "財務会計", 21: "人事給与", 22: "文書管理", 23: "子ども・子育て支援",
}  # fmt: skip
BIG = (12, 14, 15, 19, 20, 21, 23)
#: Areas without residents: their persons are 債権者 and 職員 of their own registers.
NO_RESIDENTS = (20, 21, 22)
MONEY = re.compile(r"(額|料額|金額)$")


@pytest.fixture(scope="module")
def layouts() -> LayoutSet:
    return load_layouts("2.7", areas=list(AREAS))


def items(area: Area) -> Iterator[tuple[LayoutFile, Item]]:
    for file in area.files:
        for item in file.items:
            yield file, item


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("no", AREAS)
def test_floors(layouts: LayoutSet, no: int) -> None:
    area = layouts.area(no)
    assert area.name == AREAS[no]
    assert len(area.files) >= 3
    assert sum(len(file.items) for file in area.files) >= (150 if no in BIG else 60)
    assert [file.no for file in area.files] == list(range(1, len(area.files) + 1))
    assert any(file.id == "予備領域" for file in area.files)


def test_layouts_agree_with_themselves(layouts: LayoutSet) -> None:
    assert [problem.text() for problem in check_layouts(layouts)] == []


def test_official_names_of_the_codes_of_finance(layouts: LayoutSet, shared: Path) -> None:
    official = [r["コード名"] for r in rows(shared / "facts/spec/chukan_official_zaimu_code_names_V2.2.csv")]
    area = layouts.area(20)
    assert list(area.codes)[: len(official)] == official
    used = {item.code for _, item in items(area)}
    assert set(official) <= used
    for i, name in enumerate(official, 1):
        table = area.codes[name]
        assert f"No.{i} のとおり" in table.note
        assert table.source == "draft", "only the name is official; the values were not seen"


def test_codes_of_long_term_care_to_the_letter(layouts: LayoutSet, shared: Path) -> None:
    tables: dict[str, list[tuple[str, str]]] = {}
    for row in rows(shared / "facts/spec/chukan_kaigo_codes.csv"):
        tables.setdefault(row["コード名"], []).append((row["コード"], row["名称"]))
    assert len(tables) == 2
    for name, values in tables.items():
        assert [(v.code, v.name) for v in layouts.area(14).codes[name].values] == values


SUCCESSOR = {  # 移行ファイル: (業務ID, グループ)
    (12, "国保資格情報"): ("024", "国保資格情報"),
    (14, "被保険者資格"): ("023", "被保険者情報"),
    (15, "被保険者情報"): ("025", "被保険者情報"),
    (16, "予防接種"): ("019", "予防接種"),
    (16, "風しん抗体検査"): ("019", "風しん抗体検査"),
    (16, "罹患"): ("019", "罹患"),
    (16, "予防接種依頼"): ("019", "予防接種依頼"),
    (18, "生活保護受給情報"): ("021", "生活保護受給情報"),
    (19, "身体障害者手帳"): ("022", "身体障害者手帳等情報"),
}


@pytest.mark.parametrize("place", SUCCESSOR, ids=lambda p: f"{p[0]}-{p[1]}")
def test_items_of_the_successor(layouts: LayoutSet, shared: Path, place: tuple[int, str]) -> None:
    """Every recovered item is there in order with its digits, and only recovered ones claim to be."""
    business, group = SUCCESSOR[place]
    known = [
        r for r in rows(shared / "facts/spec/kihon_data_list_subset_items.csv")
        if (r["業務ID"], r["グループ(推定名)"]) == (business, group)
    ]  # fmt: skip
    file = next(f for f in layouts.area(place[0]).files if f.id == place[1])
    claimed = [i for i in file.items if i.source == f"successor:{business}"]
    assert [i.name for i in claimed] == [r["データ項目"] for r in known]
    for item, row in zip(claimed, known, strict=True):
        # 要介護認定日 is text in the recovered list and a date by its meaning: both of 10 characters
        assert not row["桁数"] or item.digits == int(row["桁数"]), item.name


def test_tables_of_the_successor_have_its_values(layouts: LayoutSet, shared: Path) -> None:
    known: dict[str, list[tuple[str, str]]] = {}
    for r in rows(shared / "facts/spec/code_tables_core.csv"):
        known.setdefault(f"successor:{r['業務ID']}/{r['コードID']}", []).append(
            (r["コード"], r["名称"].strip())
        )
    claimed = [t for no in AREAS for t in layouts.area(no).codes.values() if t.source != "draft"]
    assert len(claimed) >= 10
    for table in claimed:
        assert [(v.code, v.name) for v in table.values] == known[table.source], table.name


def test_no_official_mark_is_claimed(layouts: LayoutSet) -> None:
    """No データ項目一覧表 of these areas was seen: an official mark would be invented."""
    allowed = re.compile(r"(successor:(019|02[1-5])|law:\D+第\d+条(の\d+)*|draft)$")
    for no in AREAS:
        for file, item in items(layouts.area(no)):
            assert allowed.match(item.source), f"{file.id}.{item.name}: {item.source}"


@pytest.mark.parametrize("no", AREAS)
def test_every_person_is_linked(layouts: LayoutSet, no: int) -> None:
    area = layouts.area(no)
    linked = 0
    for file in area.files:
        keys = {c.items: c for c in file.keyed_checks if isinstance(c, Foreign) and c.to_area == 1}
        for item in file.items:
            if item.name.endswith("宛名番号"):
                assert (item.type, item.digits) == ("X", 15)
                key = keys[(item.name,)]
                assert (key.to_file, key.to_items) == ("住民情報", ("宛名番号",))
                assert [(t.area, t.file, t.items) for t in key.or_to] == [
                    (3, "住登外者宛名基本情報", ("宛名番号",))
                ]
                linked += 1
    assert (linked == 0) == (no in NO_RESIDENTS)


@pytest.mark.parametrize("no", AREAS)
def test_items_are_regular(layouts: LayoutSet, no: int) -> None:
    """What a maker of synthetic data relies on: names tell types."""
    area = layouts.area(no)
    for file, item in items(area):
        where = f"{file.id}.{item.name}"
        assert item.code is None or item.code in area.codes, where
        if item.name.endswith(("フラグ",)):
            assert item.code == "有無フラグ", where
        if item.name.endswith("年月日"):
            assert item.type == "DATE", where
        if item.name.endswith(("区分", "種別", "事由")) and item.type == "X" and item.digits <= 2:
            assert item.code or item.charset == "alnum", where
        if item.name.endswith("年度"):
            assert (item.type, item.digits) == ("YEAR", 4), where
        if item.name == "世帯番号":
            assert (item.type, item.digits) == ("X", 15), where
        if item.name == "法人番号":
            assert (item.digits, item.check_digit) == (13, "houjin"), where
        if MONEY.search(item.name):
            assert item.type in ("9", "S9") and 11 <= item.digits <= 13, where
        if re.search(r"氏名|生年月日|口座番号", item.name):
            assert item.secret in ("personal", "sensitive"), where
        if item.name == "個人番号":
            assert item.secret == "mynumber" and item.check_digit == "mynumber", where


def test_calculated_values_are_compared(layouts: LayoutSet) -> None:
    """VAL-07: the way to a premium or a payment is checked, with its tolerance and reason."""
    for no, file_id, total in (
        (12, "賦課", "医療分_保険料額"), (12, "賦課", "年間保険料額"), (14, "保険料賦課", "年間保険料額"),
        (15, "保険料賦課", "算出保険料額"), (18, "保護決定", "支給決定額"), (23, "利用者負担額決定", "利用者負担月額"),
        (21, "年末調整", "課税給与所得金額"),
    ):  # fmt: skip
        file = next(f for f in layouts.area(no).files if f.id == file_id)
        sums = [c for c in file.row_checks if c.kind == "sum" and c.total == total and c.tolerance]
        assert sums and all(c.reason for c in sums), (file_id, total)
    for no in (12, 14, 15, 23):
        totals = [c for f in layouts.area(no).files for c in f.keyed_checks if isinstance(c, Totals)]
        assert {c.of_file for c in totals} >= {"収納"}, no


# --- one record of each file that satisfies every check: the checks do not contradict each other


def held(tests: tuple[Condition, ...], record: dict[str, str]) -> bool:
    def one(t: Condition) -> bool:
        value = record.get(t.item, "")
        if t.present is not None:
            return bool(value) == t.present
        return value in t.in_ if t.in_ is not None else bool(value) and value not in (t.not_in or ())

    return all(one(t) for t in tests)


NUMBERS = {"houjin": "7000012050002", "dantai": "011002", "mynumber": "", "juminhyo": ""}


def plain(area: Area, file: LayoutFile, item: Item, nth: int) -> str:
    """The same value for the same meaning everywhere, so that keys of different files meet."""
    if item.code:
        codes = area.codes[item.code].codes
        return "1" if item.name == "最新フラグ" else codes[min(nth, len(codes) - 1)]
    if item.check_digit:
        return NUMBERS[item.check_digit]
    if item.type in ("DATE", "YEAR", "TIME"):
        return {"DATE": "2024-04-01", "YEAR": "2024", "TIME": "09:00"}[item.type]
    if item.type in ("9", "S9", "9V"):
        counted = item.name in file.key or item.name.endswith(("番号", "連番", "期別"))
        return item.min or ("1" if counted else "0")
    if item.type == "N":
        return "ア" if item.charset == "kana" else "架空"
    if item.name.endswith(("年月", "年月分")) and item.digits == 6:
        return "202404"
    return "1".zfill(item.digits) if item.exact or item.name.endswith("番号") else "1"


def record_of(area: Area, file: LayoutFile, nth: int) -> dict[str, str]:
    record = {i.name: plain(area, file, i, nth) for i in file.items if i.required}
    for _ in range(6):
        for item in file.items:
            if item.required_when and held(item.required_when, record):
                record.setdefault(item.name, plain(area, file, item, nth))
        for check in file.row_checks:
            if isinstance(check, Implies) and held(check.when, record):
                for t in check.then:
                    if t.in_ is not None and record.get(t.item) not in t.in_:
                        record[t.item] = t.in_[0]
                    elif t.not_in is not None and record.get(t.item) in t.not_in:
                        codes = area.codes[file.item(t.item).code or ""].codes
                        record[t.item] = next(c for c in codes if c not in t.not_in)
                    elif t.present and not record.get(t.item):
                        record[t.item] = plain(area, file, file.item(t.item), nth)
            if isinstance(check, Compare) and check.op == "!=" and check.right in record:
                record[check.right] = "2"
            if isinstance(check, Dated) and check.at in record and check.item in record:
                values = area.codes[file.item(check.item).code or ""].values
                first = next((v.valid_from for v in values if v.code == record[check.item]), None)
                record[check.at] = max(record[check.at], first or "")
    return record


def write(area: Area, file: LayoutFile, records: list[dict[str, str]], data: Path) -> None:
    folder = data / f"{area.no:02d}-{area.name}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{file.id}.csv").open("w", encoding="utf-8", newline="") as handle:
        out = csv.DictWriter(handle, [i.name for i in file.items], lineterminator="\n")
        out.writeheader()
        out.writerows(records)


def records_of(area: Area, file: LayoutFile, nth: int) -> list[dict[str, str]]:
    record = record_of(area, file, nth)
    if file.id == "予算科目":  # a 流用 goes from one 科目 to another
        return [record, {**record, "科目コード": "2"}]
    return [record]


@pytest.mark.parametrize("nth", [0, 1, 3])
def test_checks_can_hold_together(layouts: LayoutSet, chukan: Chukan, tmp_path: Path, nth: int) -> None:
    """``nth`` picks the code of every item, so that other conditions come to hold."""
    for area in layouts.areas:
        for file in area.files:
            write(area, file, records_of(area, file, nth), tmp_path / "data")
    done = chukan("validate", tmp_path / "data", "--fail-on", "warning", "--as-of", "2025-04-01", code=None)
    assert done.returncode == 0, done.stdout[-4000:]


def test_amounts_that_do_not_add_up_are_found(layouts: LayoutSet, chukan: Chukan, tmp_path: Path) -> None:
    """Every total that stands in the record gets a wrong amount of its own: each sum and total must say so."""
    due: set[str] = set()
    for area in layouts.areas:
        for file in area.files:
            record = record_of(area, file, 1)
            checks = [c for c in (*file.row_checks, *file.keyed_checks) if isinstance(c, Sum | Totals)]
            totals = {c.total if isinstance(c, Sum) else c.amount for c in checks}
            for k, name in enumerate(sorted(totals & set(record))):
                record[name] = str(1_000_000 + 77_777 * 3**k + 1_009 * file.no)
            due |= {
                f"{area.no:02d}-{file.no:02d}-{c.id}" for c in checks
                if (c.total if isinstance(c, Sum) else c.amount) in record and held(c.when, record)
            }  # fmt: skip
            write(area, file, [record], tmp_path / "data")
    report = tmp_path / "report.json"
    words = ("--as-of", "2025-04-01", "--format", "json", "--output-file", report)
    chukan("validate", tmp_path / "data", *words, code=1)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    found = {rule for file in files for rule in file["findings"]}
    assert len(due) >= 50
    assert sorted(due - found) == []


def test_an_overlap_and_a_double_key_are_found(layouts: LayoutSet, chukan: Chukan, tmp_path: Path) -> None:
    """Each file twice with the same record: keys, and the spans of eligibility, say so."""
    due: set[str] = set()
    for area in layouts.areas:
        for file in area.files:
            record = record_of(area, file, 1)
            for check in file.keyed_checks:
                spans = isinstance(check, Periods) and record.get(check.start) and held(check.when, record)
                if spans or (isinstance(check, Unique) and check.items == file.key):
                    due.add(f"{area.no:02d}-{file.no:02d}-{check.id}")
            write(area, file, [record, record], tmp_path / "data")
    report = tmp_path / "report.json"
    words = ("--as-of", "2025-04-01", "--format", "json", "--output-file", report)
    chukan("validate", tmp_path / "data", *words, code=1)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    found = {rule for file in files for rule in file["findings"]}
    assert sum(1 for rule in due if not rule.endswith("-K01")) >= 10
    assert sorted(due - found) == []
