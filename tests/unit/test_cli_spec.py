"""chukan layout and chukan mapping, as a user calls them."""

from __future__ import annotations

import csv
import json
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chukan_layout.cli.main import cli

BASE = Path(__file__).parents[1] / "cases" / "spec" / "base"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(BASE, tmp_path / "base")
    monkeypatch.setenv("CHUKAN_LAYOUTS", str(tmp_path / "base" / "layouts"))
    monkeypatch.setenv("CHUKAN_MAPPINGS", str(tmp_path / "base" / "mappings"))
    monkeypatch.delenv("LANG", raising=False)
    return tmp_path / "base"


def chukan(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def test_list_json_is_as_promised(base: Path) -> None:
    value = json.loads(chukan("layout", "list", "--format", "json").stdout)
    assert value["version"] == "9.9"
    assert value["areas"][0]["files"][1] == {
        "id": "世帯",
        "name": "世帯ファイル",
        "items": 3,
        "key": ["世帯番号"],
        "sources": {"official": 0, "successor": 0, "law": 0, "draft": 3},
    }


def test_list_for_people(base: Path) -> None:
    result = chukan("layout", "list")
    assert result.exit_code == 0
    assert "01 住民" in result.stdout
    assert result.stderr == ""
    assert "key" in chukan("layout", "list", "--lang", "en").stdout
    assert "key" in chukan("--lang", "en", "layout", "list").stdout


def test_show(base: Path) -> None:
    text = chukan("layout", "show", "住民", "個人").stdout
    assert "氏名" in text
    assert "コード表 性別" in text
    assert "履歴番号" not in text  # of the other file
    assert "履歴番号" in chukan("layout", "show", "1").stdout


def test_show_csv_has_the_columns_of_the_official_list(base: Path) -> None:
    rows = list(csv.DictReader(chukan("layout", "show", "1", "1", "--format", "csv").stdout.splitlines()))
    assert len(rows) == 12
    assert rows[2]["データ項目名称"] == "氏名"
    assert (rows[2]["外字使用"], rows[2]["必須"], rows[9]["桁数"]) == ("○", "", "3.2")


def test_show_json(base: Path) -> None:
    value = json.loads(chukan("layout", "show", "1", "個人", "--format", "json").stdout)
    assert value["files"][0]["items"][0]["name"] == "宛名番号"
    assert [t["name"] for t in value["codes"]] == ["性別", "異動事由"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["layout", "show", "住民票"], "もしかして: 住民"),
        (["layout", "show", "1", "個"], "T206"),
        (["layout", "list", "--layout-version", "9"], "もしかして: 9.9"),
        (["mapping", "check", "vendorTT"], "もしかして: vendorT"),
        (["mapping", "show", "vendorT", "ない"], "あるもの: 個人"),
    ],
)
def test_wrong_names_are_usage_errors(base: Path, words: list[str], said: str) -> None:
    result = chukan(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_check_names_the_line_and_ends_with_1(base: Path) -> None:
    path = base / "layouts/9.9/01-住民/01-個人.toml"
    path.write_text(path.read_text("utf-8").replace('code = "性別"', 'code = "性"'), "utf-8")
    result = chukan("layout", "check")
    assert result.exit_code == 1
    assert "layouts/9.9/01-住民/01-個人.toml:11: 誤り L201" in result.stdout
    found = json.loads(chukan("layout", "check", "--format", "json").stdout)
    assert {"code", "severity", "path", "line", "message_ja", "message_en", "hint"} == set(found[0])
    github = chukan("layout", "check", "--format", "github", "--lang", "en").stdout
    assert "::error file=layouts/9.9/01-住民/01-個人.toml,line=11,title=L201::" in github


def test_warnings_alone_end_with_0(base: Path) -> None:
    path = base / "layouts/9.9/01-住民/codes.toml"
    path.write_text(path.read_text("utf-8") + '[[table]]\nname = "余り"\nsource = "draft"\n', "utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write('values = [{ code = "1", name = "一" }]\n')
    assert chukan("layout", "check").exit_code == 0


def test_check_of_what_is_whole(base: Path) -> None:
    result = chukan("layout", "check", str(base / "layouts" / "9.9"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "問題はありません" in result.stderr
    assert chukan("layout", "check", "--quiet").stderr == ""
    assert chukan("mapping", "check", "vendorT").exit_code == 0


def test_diff(base: Path, tmp_path: Path) -> None:
    shutil.copytree(base / "layouts/9.9", base / "layouts/9.10")
    path = base / "layouts/9.10/01-住民/01-個人.toml"
    path.write_text(path.read_text("utf-8").replace("digits = 40", "digits = 50"), "utf-8")
    assert chukan("layout", "diff", "9.9", "9.9").exit_code == 0
    result = chukan("layout", "diff", "9.9", "9.10", "--format", "json")
    assert result.exit_code == 1
    assert [(c["field"], c["old"], c["new"]) for c in json.loads(result.stdout)] == [("digits", "40", "50")]
    by_folder = chukan("layout", "diff", str(base / "layouts/9.9"), str(base / "layouts/9.10"))
    assert "digits" in by_folder.stdout


def test_mapping_check(base: Path) -> None:
    path = base / "mappings/vendorT/kojin.toml"
    path.write_text(path.read_text("utf-8").replace('to = "氏名"', 'to = "指名"'), "utf-8")
    result = chukan("mapping", "check", "vendorT")
    assert result.exit_code == 1
    assert "mappings/vendorT/kojin.toml:19: 誤り M101" in result.stdout
    assert "もしかして: 氏名" in result.stdout


def test_mapping_show(base: Path) -> None:
    assert "vendorT" in chukan("mapping", "show").stdout
    text = chukan("mapping", "show", "vendorT").stdout
    assert "trim → pad(width=15)" in text
    assert "[discard]" in text
    value = json.loads(chukan("mapping", "show", "vendorT", "個人", "--format", "json").stdout)
    assert value["files"][0]["item"][0]["from"] == ["宛名番号"]
    rows = list(csv.reader(chukan("mapping", "show", "vendorT", "--format", "csv").stdout.splitlines()))
    assert ["個人", "", "備考", "[discard]", "全件空白"] in rows


@pytest.mark.parametrize(
    ("encoding", "end", "newline"),
    [
        ("cp932", "\r\n", "crlf"),
        ("utf-8-sig", "\n", "lf"),
        ("euc-jp", "\r", "cr"),
        ("utf-16", "\r\n", "crlf"),
    ],
)
def test_init_reads_the_header_and_no_value(
    base: Path, tmp_path: Path, encoding: str, end: str, newline: str
) -> None:
    source, out = tmp_path / "JUMIN.csv", tmp_path / "draft.toml"
    source.write_bytes(end.join(["宛名番号,氏名,,メモ,メモ", "1,見本花子,2,3,4", ""]).encode(encoding))
    name = encoding.removesuffix("-sig")
    words = ["--names-only", "--encoding", name, "--area", "住民", "--file", "個人", "--output-file", str(out)]
    result = chukan("mapping", "init", str(source), *words)
    assert result.exit_code == 0, result.output
    text = out.read_text("utf-8")
    assert "花子" not in text
    data = tomllib.loads(text)
    assert data["source"]["columns"] == ["宛名番号", "氏名", "項目3", "メモ", "メモ_2"]
    assert (data["source"]["newline"], data["source"]["encoding"]) == (newline, name)
    assert [line["to"] for line in data["item"]] == ["宛名番号", "氏名"]
    assert [rest["from"] for rest in data["rest"]] == ["項目3", "メモ", "メモ_2"]


def test_init_in_the_wrong_charset_is_said(base: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes("宛名番号,氏名".encode("cp932"))
    result = chukan("mapping", "init", str(source), "--encoding", "utf-8", "--area", "1", "--file", "1")
    assert result.exit_code == 2
    assert "--encoding" in result.stderr
    assert "宛名" not in result.output
