"""``chukan rule``: list and show."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chukan_layout.cli.main import cli
from chukan_layout.cli.rule import rule


def run(*words: str) -> Result:
    result = CliRunner().invoke(rule, words)
    assert result.exit_code == 0, result.output
    return result


def test_list_as_json_has_the_structure_rules_and_those_of_items() -> None:
    value = json.loads(run("list", "--format", "json", "--quiet").stdout)
    ids = [r["id"] for r in value["rules"]]
    assert value["version"] and "S-RAGGED" in ids and "01-01-001-REQ" in ids


def test_list_of_one_area_has_only_its_rules() -> None:
    value = json.loads(run("list", "--area", "住民基本台帳", "--format", "json").stdout)
    assert {r["area"] for r in value["rules"]} == {1}
    assert run("list", "--area", "1", "--format", "csv").stdout.count("\n") == len(value["rules"]) + 1


def test_list_as_csv_has_the_advice(tmp_path: Path) -> None:
    target = tmp_path / "rules.csv"
    assert run("list", "--format", "csv", "--output-file", str(target)).stdout == ""
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert all(row["対応方法"] for row in rows)


def test_table_speaks_english_when_asked() -> None:
    assert "required item is blank" in run("list", "--area", "1", "--lang", "en").stdout


@pytest.mark.parametrize("rule_id", ["01-01-001-REQ", "01-01-K01", "01-01-C07", "s-nul"])
def test_page_has_every_part(rule_id: str) -> None:
    text = run("show", rule_id).stdout
    for head in ("何を検査するか", "なぜ", "悪い例", "良い例", "対応方法", "根拠", "自動修正の可否"):
        assert f"\n{head}\n  " in text
    assert rule_id.upper() in text


def test_page_says_what_is_a_draft() -> None:
    assert "draft" in run("show", "01-01-K01").stdout
    assert "仕様で確かめていない案" not in run("show", "01-01-022-CAL").stdout


def test_page_in_english_and_as_json() -> None:
    assert "What to do" in run("show", "S-RAGGED", "--lang", "en").stdout
    value = json.loads(run("show", "01-01-022-ERA", "--format", "json").stdout)
    assert value["id"] == "01-01-022-ERA" and value["why_ja"] and value["what_en"]


def test_unknown_rule_gets_a_candidate(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["rule", "show", "01-01-22-ERA"])
    out, err = capsys.readouterr()
    assert left.value.code == 2
    assert out == "" and "もしかして: 01-01-022-ERA" in err and "Traceback" not in err


def test_a_rule_like_nothing_leads_to_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["rule", "show", "zzzzzz"])
    assert left.value.code == 2 and "chukan rule list" in capsys.readouterr().err


def test_pages_in_every_form_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.run_support import ran

    said = {fmt: ran(capsys, "rule", "show", "01-01-K03", "--format", fmt).out for fmt in ("text", "markdown", "html")}
    for text in said.values():
        assert "01-01-K03" in text and "世帯主" in text and "何を検査するか" in text
    assert said["html"].startswith("<!doctype html>") and "http" not in said["html"]
    assert "## 根拠" in said["markdown"] and r"keyed\_check" in said["markdown"]


def test_the_list_of_messages_is_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import openpyxl

    from tests.run_support import ran

    book = tmp_path / "list.xlsx"
    assert ran(capsys, "rule", "list", "--area", "1", "--format", "xlsx", "--output-file", book).code == 0
    rows = list(openpyxl.load_workbook(book).active.iter_rows(values_only=True))
    assert rows[0][:2] == ("規則", "重大度")
    assert {row[0] for row in rows} >= {"01-01-001-REQ", "01-01-K03"}
    assert all(row[7] and row[8] for row in rows[1:]), "a message and what to do about it"
    assert ran(capsys, "rule", "list", "--format", "xlsx").code == 2
