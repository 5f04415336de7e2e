"""The synthetic city: the same for the same seed, whole in itself, and changed only where a fault was declared."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from chukan_layout.model.mapping import Mapping
from chukan_layout.plan.reference import check_digit_ok, is_private_use
from chukan_layout.run.api import run_aside
from chukan_layout.run.order import Order
from chukan_layout.sample.defects import DEFECTS, Defect
from chukan_layout.sample.generate import gaiji_of, write_sample
from chukan_layout.sample.inject import DefectsRefused, Wanted, inject, read_wanted
from chukan_layout.spec.load import load_layouts, load_mapping

Row = dict[str, str]
FOLDER, MAIN = "01-住民基本台帳", "住民情報"
ROWS = 12_000


def city(folder: Path, shape: str = "standard", rows: int = ROWS, seed: int = 5) -> Path:
    vendor = load_mapping("vendorA" if shape == "standard" else shape)
    write_sample(folder, rows, seed, load_layouts("2.7", areas=[1]), vendor, as_vendor=shape != "standard")
    return folder


def rows_of(path: Path, encoding: str = "utf-8") -> list[Row]:
    with path.open(encoding=encoding, newline="") as text:
        return list(csv.DictReader(text, strict=True))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.rglob("*.csv"))}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """The city in the standard's writing: 移行ファイル -> its records."""
    folder = city(tmp_path_factory.mktemp("standard")) / FOLDER
    return {path.stem: rows_of(path) for path in folder.glob("*.csv")}


@pytest.fixture(scope="module")
def latest(files: dict[str, list[Row]]) -> list[Row]:
    return [r for r in files[MAIN] if r["最新フラグ"] == "1"]


@pytest.fixture(scope="module")
def vendor_a(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return city(tmp_path_factory.mktemp("vendorA"), "vendorA")


# ---------------------------------------------------------------- the same for the same seed


@pytest.mark.parametrize("shape", ["standard", "vendorA", "lgdpm2013"])
def test_a_seed_gives_the_same_bytes(tmp_path: Path, shape: str) -> None:
    first, again = (city(tmp_path / name, shape, 700) for name in "ab")

    assert contents(first) == contents(again)


def test_another_seed_gives_another_city(tmp_path: Path) -> None:
    one, two = (contents(city(tmp_path / str(seed), rows=700, seed=seed)) for seed in (1, 2))

    assert one[f"{MAIN}.csv"] != two[f"{MAIN}.csv"]


@pytest.mark.parametrize("few", [1, 2, 999])
def test_a_city_has_as_many_records_as_asked_and_begins_like_a_larger_one(
    tmp_path: Path, files: dict[str, list[Row]], few: int
) -> None:
    small = rows_of(city(tmp_path, rows=few) / FOLDER / f"{MAIN}.csv")

    assert len(small) == few
    # The last record of a smaller city is the latest one of its person, whatever follows in a larger one.
    assert small[:-1] == files[MAIN][: few - 1]
    assert small[-1] == {**files[MAIN][few - 1], "最新フラグ": "1"}


def test_blocks_do_not_share_numbers(tmp_path: Path) -> None:
    many = rows_of(city(tmp_path, rows=110_000) / FOLDER / f"{MAIN}.csv")
    persons = Counter(r["宛名番号"] for r in many if r["最新フラグ"] == "1")

    assert len(many) == 110_000
    assert max(persons.values()) == 1
    assert len({r["宛名番号"][:-6] for r in many}) > 1, "the city must be larger than one block"


# ---------------------------------------------------------------- whole in itself


def test_every_file_of_the_layout_has_records(files: dict[str, list[Row]]) -> None:
    assert set(files) == {file.id for file in load_layouts("2.7", areas=[1]).area(1).files}
    assert len(files[MAIN]) == ROWS
    assert [name for name, rows in files.items() if not rows] == []


def test_a_household_with_live_residents_has_one_head(latest: list[Row]) -> None:
    live = [r for r in latest if r["住民状態"] == "1"]
    heads = Counter(r["世帯番号"] for r in live if r["続柄コード1"] == "02")

    assert heads == Counter({r["世帯番号"]: 1 for r in live})


def test_histories_count_from_one_and_end_with_the_latest(files: dict[str, list[Row]]) -> None:
    histories: dict[str, list[tuple[int, str]]] = {}
    for r in files[MAIN]:
        histories.setdefault(r["宛名番号"], []).append((int(r["個人履歴番号"]), r["最新フラグ"]))

    assert max(map(len, histories.values())) > 1
    for history in histories.values():
        numbers, flags = zip(*history, strict=True)
        assert numbers == tuple(range(1, len(history) + 1))
        assert flags == ("0",) * (len(history) - 1) + ("1",)


def test_numbers_are_valid_and_each_has_one_person(latest: list[Row]) -> None:
    numbers = [r["個人番号"] for r in latest]

    assert all(len(n) == 12 and n.startswith("9") and check_digit_ok("mynumber", n) for n in numbers)
    assert len(set(numbers)) == len({r["住民票コード"] for r in latest}) == len(latest)


def test_codes_of_cities_are_valid_and_of_no_prefecture(latest: list[Row]) -> None:
    columns = [c for c in latest[0] if c.endswith("_市区町村コード")]
    codes = {r[c] for r in latest for c in columns} - {""}

    assert len(codes) > 1
    assert all(code.startswith("99") and check_digit_ok("dantai", code) for code in codes)


@pytest.mark.parametrize("name", ["異動履歴", "支援措置", "旧氏履歴", "通称履歴", "個人番号"])
def test_the_persons_of_the_other_files_are_in_the_registry(
    files: dict[str, list[Row]], latest: list[Row], name: str
) -> None:
    assert {r["宛名番号"] for r in files[name]} <= {r["宛名番号"] for r in latest}


def test_households_agree_with_the_registry(files: dict[str, list[Row]], latest: list[Row]) -> None:
    live = Counter(r["世帯番号"] for r in latest if r["住民状態"] == "1")
    heads = {r["世帯番号"]: r["宛名番号"] for r in latest if r["続柄コード1"] == "02"}

    assert {r["世帯番号"]: int(r["世帯員数"]) for r in files["世帯"]} == live
    assert all(r["世帯主宛名番号"] == heads[r["世帯番号"]] for r in files["世帯"])


def test_there_is_one_move_for_each_history(files: dict[str, list[Row]]) -> None:
    moves = [(r["宛名番号"], r["異動履歴番号"], r["異動年月日"]) for r in files["異動履歴"]]

    assert moves == [(r["宛名番号"], r["個人履歴番号"], r["異動年月日"]) for r in files[MAIN]]


def test_days_stand_in_order(files: dict[str, list[Row]]) -> None:
    for r in files[MAIN]:
        days = [r["生年月日"], r["住民となった年月日"], r["異動年月日"], r["消除の異動年月日"]]
        written = [day for day in days if day]
        assert written == sorted(written)


# ---------------------------------------------------------------- like a city


def share(rows: list[Row], fits: Callable[[Row], bool]) -> float:
    return sum(map(fits, rows)) / len(rows)


@pytest.mark.parametrize(
    ("fits", "low", "high"),
    [
        pytest.param(lambda r: r["住民種別"] == "2", 0.02, 0.045, id="foreigners"),
        pytest.param(lambda r: r["住民状態"] == "3", 0.01, 0.06, id="dead"),
        pytest.param(lambda r: r["住民状態"] == "2", 0.01, 0.08, id="moved out"),
        pytest.param(lambda r: r["性別"] == "1", 0.45, 0.55, id="men"),
        pytest.param(
            lambda r: r["氏名"].startswith(("佐藤　", "鈴木　")), 0.01, 0.06, id="the commonest names"
        ),
        pytest.param(lambda r: r["生年月日"] > "2008", 0.08, 0.25, id="children"),
        pytest.param(lambda r: "0" < r["生年月日"] < "1961", 0.2, 0.4, id="elders"),
        pytest.param(lambda r: r["生年月日_不詳フラグ"] == "1", 0.0001, 0.002, id="births not known"),
    ],
)
def test_shares_are_those_of_a_city(
    latest: list[Row], fits: Callable[[Row], bool], low: float, high: float
) -> None:
    assert low <= share(latest, fits) <= high


def test_items_of_foreigners_stand_for_foreigners_only(latest: list[Row]) -> None:
    for r in latest:
        foreign = r["住民種別"] == "2"
        for item in ("国籍等_国名コード", "第30条45規定区分", "外国人住民となった年月日"):
            assert bool(r[item]) == foreign
        assert bool(r["本籍"]) != foreign


def test_about_three_in_a_hundred_names_are_rare(vendor_a: Path) -> None:
    rows = [r for r in rows_of(vendor_a / "JUMIN01.csv", "cp932") if r["住民区分"] == "1"]

    assert 0.01 <= share(rows, lambda r: any(map(is_private_use, r["漢字氏名"]))) <= 0.04


def test_the_standard_has_the_real_characters(files: dict[str, list[Row]]) -> None:
    text = "".join(r["氏名"] for r in files[MAIN])

    assert not any(map(is_private_use, text))
    assert any(target in text for target in gaiji_of(load_mapping("vendorA")))


@pytest.mark.parametrize("shape", ["standard", "lgdpm2013"])
def test_a_city_has_no_findings(tmp_path: Path, shape: str) -> None:
    source = city(tmp_path, shape, 4000)
    mapping: Mapping | None = None if shape == "standard" else load_mapping(shape)
    order = Order([source], load_layouts("2.7"), "2.7", mapping, "convert" if mapping else "validate")

    report = run_aside(order)

    assert (report.verdict, report.totals.findings) == ("pass", 0)
    assert report.totals.rows.in_ == report.totals.rows.out >= 4000


# ---------------------------------------------------------------- declared faults

IN_PLACE = [d for d in DEFECTS if d.way in ("in place", "copy number")]
COUNT = 2


class Broken:
    """A sample before and after its faults, as lines of bytes."""

    def __init__(self, folder: Path) -> None:
        layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorA")
        city(folder, "vendorA", 40_000, 3)
        self.before = {name: raw.split(b"\r\n") for name, raw in contents(folder).items()}
        inject(folder, [Wanted(d, COUNT, 0.0) for d in DEFECTS], 3, layouts, vendor)
        self.injected = rows_of(folder / "injected.csv")
        self.after = {
            name: raw.split(b"\r\n") for name, raw in contents(folder).items() if name in self.before
        }
        self.columns = {name: lines[0].decode("cp932").split(",") for name, lines in self.before.items()}
        self.sources = {
            (f"{m.source.files[0].split('*')[0]}01.csv", line.to): set(line.from_)
            for m in vendor.files for line in m.item
        }  # fmt: skip

    def places(self, kind: str) -> list[tuple[str, int, str]]:
        return [(r["path"], int(r["line"]) - 1, r["item"]) for r in self.injected if r["kind"] == kind]

    def changed(self, name: str, at: int) -> set[str]:
        old, new = self.before[name][at].split(b","), self.after[name][at].split(b",")
        return {c for c, a, b in zip(self.columns[name], old, new, strict=True) if a != b}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    return Broken(tmp_path_factory.mktemp("broken"))


@pytest.mark.parametrize("defect", IN_PLACE, ids=[d.kind for d in IN_PLACE])
def test_a_fault_changes_one_column_of_its_record(broken: Broken, defect: Defect) -> None:
    places = broken.places(defect.kind)

    assert len(places) == COUNT
    for name, at, item in places:
        changed = broken.changed(name, at)
        assert len(changed) == 1
        if item:
            assert changed <= broken.sources[name, item]


def test_nothing_else_is_changed(broken: Broken) -> None:
    listed = {(r["path"], int(r["line"]) - 1) for r in broken.injected}
    for name, before in broken.before.items():
        after = broken.after[name]
        # What the file had after its last line end is where the appended records begin.
        known = len(before) - 1
        assert {(name, i) for i in range(known) if before[i] != after[i]} <= listed
        assert {(name, i) for i, line in enumerate(after[known:], known) if line} <= listed


def test_no_record_has_two_faults(broken: Broken) -> None:
    places = Counter((r["path"], r["line"]) for r in broken.injected)

    assert set(places.values()) == {1}
    assert {r["kind"] for r in broken.injected} == {d.kind for d in DEFECTS}


def test_no_household_has_two_faults(broken: Broken) -> None:
    name = "JUMIN01.csv"
    at = broken.columns[name].index("世帯番号")
    lines = [int(r["line"]) - 1 for r in broken.injected if r["path"] == name]
    households = [broken.before[name][i].split(b",")[at] for i in lines if i < len(broken.before[name]) - 1]

    assert len(households) > 100
    assert max(Counter(households).values()) == 1


def test_faults_stand_in_the_same_places_for_the_same_seed(tmp_path: Path) -> None:
    layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorA")
    wanted = [Wanted(d, 1, 0.0) for d in DEFECTS[:8]]
    folders = [city(tmp_path / name, "vendorA", 1500) for name in "ab"]
    for folder in folders:
        inject(folder, wanted, 9, layouts, vendor)

    assert contents(folders[0]) == contents(folders[1])


def test_a_list_of_faults_names_kinds_with_counts_or_rates(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(
        '[[defect]]\nkind = "feb-30"\ncount = 4\n[[defect]]\nkind = "nul"\nrate = 0.25\n', encoding="utf-8"
    )

    assert [(w.defect.kind, w.records, w.rate) for w in read_wanted(path)] == [
        ("feb-30", 4, 0.0),
        ("nul", 0, 0.25),
    ]


@pytest.mark.parametrize("text", ['[[defect]]\nkind = "feb-31"\n', "[[defect]]\ncount = 1\n", "[[defect"])
def test_a_list_that_cannot_be_followed_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DefectsRefused):
        read_wanted(path)
