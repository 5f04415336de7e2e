"""Workbooks of layouts: the ministry's sheets and the successor's list, whole in and whole out."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from chukan_layout.spec.check_layout import check_layout_folder
from chukan_layout.spec.diff import diff
from chukan_layout.spec.load import load_layouts
from chukan_layout.spec.read_layouts import read_layouts
from chukan_layout.spec.workbook.export import workbook
from chukan_layout.spec.write_layouts import texts
from tests.workbook_support import GAKUREI, ITEM_HEADS, Rows, chukan, imported, save, school, whole


def test_the_ministrys_sheets(tmp_path: Path) -> None:
    found = imported(school(tmp_path / "就学.xlsx"))
    layouts = whole(found)
    assert (layouts.version, layouts.source) == ("2.2", "official:V2.2")
    (area,) = layouts.areas
    assert (area.no, area.name) == (5, "就学")
    assert [(f.no, f.id, f.name) for f in area.files] == [(1, "学齢簿", "学齢簿ファイル"), (2, "学校情報", "学校情報ファイル")]
    file = area.files[0]
    assert file.attributes == {"データ項目の改定": "○"}
    assert [(i.no, i.name, i.type, i.digits, i.required, i.repeat) for i in file.items] == [
        (1, "識別番号", "X", 15, True, 1),
        (2, "就学校コード", "X", 3, True, 1),
        (3, "就学小中学校区分", "X", 1, True, 1),
        (4, "保護者続柄1", "X", 2, False, 3),
        (5, "保護者続柄2", "X", 2, False, 3),
        (6, "保護者続柄3", "X", 2, False, 3),
        (7, "備考内容", "N", 200, False, 1),
    ]
    first, last = file.items[0], file.items[-1]
    assert (first.applic, first.sample, first.source) == ("住民基本台帳:識別番号", "000000000000001", "official:V2.2")
    assert (last.gaiji, last.note) == (True, "※印は任意")
    assert file.item("就学小中学校区分").code == "小中学校区分"
    assert file.item("就学校コード").attributes == {"コード": "学校"}
    assert area.codes["小中学校区分"].codes == ("1", "2")
    assert {i.secret for f in area.files for i in f.items} == {"personal"}
    told = {p.path.partition(" ")[2] for p in found.problems}
    assert {"移行ファイル構成表!A8", "データ項目一覧表!A9", "データ項目一覧表!H7", "コード構成表!B4"} <= told
    assert all(p.severity == "warning" for p in found.problems)


def test_columns_in_another_order_and_files_in_a_merged_column(tmp_path: Path) -> None:
    order = [11, 3, 2, 1, 0, 6, 5]
    rows: list[list[object]] = [["就学 データ項目一覧表"], ["移行ファイル名", *(ITEM_HEADS[i] for i in order)]]
    rows += [["学齢簿ファイル" if n == 0 else None, *(row[i] for i in order)] for n, row in enumerate(GAKUREI)]
    path = save(tmp_path / "a.xlsx", 一覧=rows)
    book = openpyxl.load_workbook(path)
    book["一覧"].merge_cells("A3:A7")
    book.save(path)
    layouts = whole(imported(path, version="2.2", area="就学"))
    (file,) = layouts.areas[0].files
    assert (file.id, len(file.items), file.items[0].applic) == ("学齢簿", 5, "住民基本台帳:識別番号")


def test_two_rows_of_headings(tmp_path: Path) -> None:
    rows: Rows = [
        ["基本データリスト", None, "バージョン", "2.1"],
        ["データ項目ID", "データ項目", "グループ", None, None, "クラス分類", None, None, "データ型", "桁数", "コード", "データ出力条件"],
        [None, None, "名称", "主キー", "外部キー", "Lv1", "Lv2", "Lv3", None, None, None, None],
        ["00100001", "宛名番号", "住民情報", "○", "", "住民", "共通", "", "Ｘ", 15, "", "必須"],
        ["00100002", "率", "住民情報", "", "", "住民", "共通", "", "9V", "3,2", "", "任意"],
        ["00100003", "写真", "住民情報", "", "", "住民", "共通", "", "BLOB", "", "", "任意"],
    ]  # fmt: skip
    found = imported(save(tmp_path / "b.xlsx", 一覧=rows))
    layouts = whole(found)
    assert [(p.code, p.path) for p in found.problems] == [("W007", "b.xlsx 一覧!I6")]
    assert layouts.version == "dtd-2.1"
    (file,) = layouts.areas[0].files
    assert (file.key, layouts.areas[0].name) == (("宛名番号",), "住民基本台帳")
    assert (file.items[1].digits, file.items[1].scale) == (3, 2)
    assert file.items[0].attributes["クラス分類_Lv2"] == "共通"


def test_every_cell_that_cannot_be_read_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    bad = [list(row) for row in GAKUREI]
    bad[0][2], bad[1][3], bad[2][6], bad[3][7], bad[4][1] = "漢字型", "十五", "？", "たくさん", None
    rows: Rows = [["業務名：就学", "移行ファイル名：学齢簿ファイル", "バージョン：V2.2"], ITEM_HEADS, *bad]
    path = save(tmp_path / "c.xlsx", 一覧=rows)
    result = chukan("layout", "import", path, "--out", tmp_path / "2.2")
    assert result.exit_code == 1
    for cell in ("C3", "D4", "G5", "H6", "B7"):
        assert f"c.xlsx 一覧!{cell}: 誤り W006" in result.stdout
    assert "漢字型" in result.stdout
    assert not (tmp_path / "2.2").exists()


def test_import_writes_a_set_that_checks_clean_but_for_the_keys(tmp_path: Path) -> None:
    path = school(tmp_path / "就学.xlsx")
    out = tmp_path / "layouts" / "2.2"
    words = ("layout", "import", path, "--area", "就学", "--area-no", "5", "--out", out)
    result = chukan(*words)
    assert result.exit_code == 0, result.output
    assert "主キー" in result.stderr
    assert {p.code for p in check_layout_folder(out)} == {"L005"}
    again = chukan(*words)
    assert (again.exit_code, "W010" in again.stderr) == (2, True)
    toml = out / "05-就学" / "01-学齢簿.toml"
    toml.write_text("", "utf-8")
    assert chukan(*words, "--overwrite").exit_code == 0
    assert "識別番号" in toml.read_text("utf-8")
    assert [p.name for p in out.parent.iterdir()] == ["2.2"]


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    rows: Rows = [["業務名", "../../外", "移行ファイル名", "A/B", "バージョン", "V2.2"], ITEM_HEADS, *GAKUREI]
    path = save(tmp_path / "d.xlsx", 一覧=rows)
    result = chukan("layout", "import", path, "--area-no", "5", "--area", "就学", "--out", tmp_path / "in" / "2.2")
    assert result.exit_code == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.xlsx"]


# ------------------------------------------------------------------ the successor's sheet


@pytest.fixture
def jutogai(shared: Path) -> list[list[str]]:
    path = shared / "facts" / "spec" / "digital_agency_031_jutogai_items.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_031_sheet_is_complete(tmp_path: Path, jutogai: list[list[str]]) -> None:
    heads, *rows = jutogai
    layouts = whole(imported(save(tmp_path / "031.xlsx", 項目定義書=jutogai), version="2.0"))
    assert layouts.version == "dtd-2.0"
    (area,) = layouts.areas
    (file,) = area.files
    assert (area.no, file.name, file.key) == (31, "住登外者宛名基本情報", ("宛名番号",))
    assert len(file.items) == len(rows) == 29
    for item, row in zip(file.items, rows, strict=True):
        cell = dict(zip(heads, row, strict=True))
        kept = item.attributes
        assert item.no == int(cell["項目コード"])
        assert (item.name, item.type, item.digits) == (cell["データ項目"], cell["データ型"].replace("Ｎ", "N"), int(cell["桁数"]))
        assert (item.description, item.note) == (cell["項目説明"], cell["備考"])
        assert item.required is (cell["データ出力条件"] == "必須")
        assert (item.name in file.key) is (cell["主キー"] == "○")
        assert (item.sample or kept.get("サンプル値", "")) == cell["サンプル値"]
        assert item.source == "successor:031"
        assert kept["データ項目ID"] == "031" + cell["項目コード"].zfill(5)
        own = {
            "データ項目(ローマ字)": "データ項目(ローマ字)", "グループ_外部キー": "外部キー", "クラス分類_Lv1": "LV1", "クラス分類_Lv2": "LV2",
            "クラス分類_Lv3": "LV3", "データ出力条件": "データ出力条件", "項目定義": "項目定義",
            "標準仕様書関連箇所": "標準仕様書関連箇所", "実装類型": "実装類型", "コードID": "コード", "繰り返し": "繰り返し",
        }  # fmt: skip
        for name, column in own.items():
            assert kept.get(name, "") == cell[column], (item.name, name)
    assert file.item("個人番号").secret == "mynumber"


def test_the_031_sheet_comes_back(tmp_path: Path, jutogai: list[list[str]]) -> None:
    codes: Rows = [
        ["業務ID", "コードID", "コード名", "コード", "名称"],
        ["031", "1", "性別", "0", "不明"],
        ["031", "1", "性別", "1", "男"],
        ["031", "1", "性別", "2", "女"],
    ]
    layouts = whole(imported(save(tmp_path / "031.xlsx", 項目=jutogai, コード=codes), version="2.0"))
    assert layouts.areas[0].files[0].item("性別").code == "性別"
    assert layouts.areas[0].codes["性別"].source == "successor:031/1"
    (tmp_path / "back.xlsx").write_bytes(workbook(layouts))
    found = imported(tmp_path / "back.xlsx")
    assert found.problems == []
    assert whole(found) == layouts
    heads = [c.value for c in openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets[0][2]]
    assert heads[:5] == ["データ項目ID", "データ項目", "データ項目(ローマ字)", "グループ_名称", "グループ_主キー"]


def test_the_official_fragments_come_back(tmp_path: Path, shared: Path) -> None:
    """就学 V2.2: the list of ten files and the eight items that are known."""

    def rows(name: str) -> list[dict[str, str]]:
        with (shared / "facts" / "spec" / name).open(encoding="utf-8-sig", newline="") as file:
            return [row for row in csv.DictReader(file) if row["業務"] == "就学"]

    files, items = rows("chukan_official_files.csv"), rows("chukan_official_items_fragment.csv")
    heads = ["No", "データ項目名称", "データ型", "桁数", "コード", "必須", "項目説明", "サンプル値", "APPLIC引用"]
    path = save(
        tmp_path / "就学.xlsx",
        構成=[["業務名", "就学", "バージョン", "V2.2"], ["No.", "移行ファイル名", "説明"],
            *([f["No"], f["移行ファイル名"], f["説明"]] for f in files)],
        項目=[["業務名", "就学", "移行ファイル名", "学齢簿ファイル"], heads, *([i[h] for h in heads] for i in items)],
    )  # fmt: skip
    found = imported(path)
    layouts = whole(found)
    (file,) = layouts.areas[0].files
    assert [(i.name, str(i.digits), i.sample) for i in file.items] == [(i["データ項目名称"], i["桁数"], i["サンプル値"]) for i in items]
    assert all(i.required and i.source == "official:V2.2" for i in file.items)
    assert sum(p.message_ja.startswith("読み飛ばしました: 項目のない移行ファイル") for p in found.problems) == 9
    (tmp_path / "back.xlsx").write_bytes(workbook(layouts))
    assert whole(imported(tmp_path / "back.xlsx")) == layouts


# ------------------------------------------------------------------ out and in again


def test_import_of_an_export_is_the_same(tmp_path: Path) -> None:
    """All areas there are, with their checks, keys, marks and formats."""
    layouts = load_layouts("2.7")
    (tmp_path / "all.xlsx").write_bytes(workbook(layouts))
    found = imported(tmp_path / "all.xlsx")
    assert found.problems == []
    assert diff(layouts, whole(found)) == []
    assert found.layouts == layouts


def test_export_of_the_official_columns_has_their_shape(tmp_path: Path) -> None:
    out = tmp_path / "住基.xlsx"
    assert chukan("layout", "export", "住民基本台帳", "--xlsx", "--output-file", out).exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[:4] == [f"01_{n}" for n in ("移行ファイル構成表", "データ項目一覧表", "コード構成表", "コード一覧表")]
    heads = [c.value for c in book["01_データ項目一覧表"][3]]
    assert heads[:4] == ["No.", "データ項目名称", "データ型", "桁数"]
    assert len(heads) == 12


def test_toml_of_a_set_reads_as_the_set(tmp_path: Path) -> None:
    layouts = load_layouts("2.7")
    for name, text in texts(layouts).items():
        path = tmp_path / "2.7" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    read = read_layouts(tmp_path / "2.7", extra=False)
    assert read.reading.problems == []
    assert read.layouts == layouts


def test_export_needs_a_file_and_html_needs_none() -> None:
    assert chukan("layout", "export", "--xlsx").exit_code == 2
    lines = list(csv.DictReader(chukan("layout", "export", "住民基本台帳", "--format", "csv").stdout.splitlines()))
    sexes = {r["コード"]: r["名称"] for r in lines if r["コード名"] == "性別"}
    assert {k: sexes[k] for k in ("1", "2")} == {"1": "男", "2": "女"}
    assert {r["業務番号"] for r in lines} == {"01"}
    assert all(r["出所"] for r in lines)
    page = chukan("layout", "export", "住民基本台帳", "--format", "html").stdout
    assert page.startswith("<!DOCTYPE html>")
    assert "http" not in page


def test_what_the_book_lacks_is_taken_from_a_version(tmp_path: Path) -> None:
    """住民基本台帳 as the ministry's sheets alone: without our 付加 sheets, and with items that we do not have."""
    path = tmp_path / "住基.xlsx"
    path.write_bytes(workbook(load_layouts("2.7", [1])))
    book = openpyxl.load_workbook(path)
    for name in [n for n in book.sheetnames if n.startswith("付加")]:
        del book[name]
    items = book["01_データ項目一覧表"]
    row = next(r for r in range(1, 200) if items.cell(r, 2).value == "消除の異動年月日")
    items.cell(row, 2).value = "消除日"
    book.save(path)
    out = tmp_path / "2.7"
    assert chukan("layout", "import", path, "--complete", "--out", out).exit_code == 0
    assert check_layout_folder(out, extra=False) == []
    read = read_layouts(out, extra=False).layouts
    assert read is not None
    file, ours = read.areas[0].files[0], load_layouts("2.7", [1]).areas[0].files[0]
    assert (file.key, file.source) == (ours.key, "official:V2.7")
    assert file.item("個人番号").secret == "mynumber"
    kept = {c.id for c in (*file.row_checks, *file.keyed_checks)}
    gone = {c.id for c in (*ours.row_checks, *ours.keyed_checks)} - kept
    assert gone
    assert all("消除の異動年月日" in c.model_dump_json() for c in (*ours.row_checks, *ours.keyed_checks) if c.id in gone)
