"""What a run reports: exact counts, a few examples, every finding in files that are safe to open."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chukan_layout.write import findings as written
from chukan_layout.write.findings import SCHEMA, formula_safe
from tests.run_support import (
    HEADER,
    findings_of,
    household,
    households,
    order_of,
    ran,
    report_of,
    run_here,
    standard_file,
    to_standard,
    vendor_file,
)  # fmt: skip

Capture = pytest.CaptureFixture[str]
PEOPLE = Path(__file__).parents[2] / "mappings" / "vendorA" / "住民.toml"


def people_file(path: Path, records: list[dict[str, str]]) -> Path:
    """JUMIN.csv with only some items filled."""
    import tomllib

    columns = tomllib.loads(PEOPLE.read_text(encoding="utf-8"))["source"]["columns"]
    return vendor_file(path, [",".join(r.get(c, "") for c in columns) for r in records], header=",".join(columns))


def person(number: int, **items: str) -> dict[str, str]:
    return {"宛名番号": str(number), "世帯番号": str(number), "履歴番号": "1", "枝番号": "1", "最新区分": "1", **items}


def test_counts_are_exact_and_examples_few(tmp_path: Path) -> None:
    wrong = [household(n, 市区町村コード="131017") for n in range(1, 76)]
    report = run_here(order_of(vendor_file(tmp_path / "SETAI.csv", wrong), block=500), tmp_path / "run")
    (rule,) = report["rules"]
    assert (rule["id"], rule["count"]) == ("01-03-004-CDG", 75)
    assert [s["line"] for s in report["samples"]] == list(range(2, 22))
    assert report["files"][0]["findings"] == {"01-03-004-CDG": 75}
    assert len(findings_of(tmp_path / "run")) == 75


def test_every_rule_has_its_examples(tmp_path: Path) -> None:
    """Also the rules of a file that comes after one with many."""
    everything = dict.fromkeys(_wrong_everywhere(), "①\x01")
    people_file(tmp_path / "in" / "JUMIN.csv", [person(n) | everything for n in range(1, 40)])
    vendor_file(tmp_path / "in" / "SETAI.csv", [household(1, 市区町村コード="131017")])
    report = run_here(order_of(tmp_path / "in"), tmp_path / "run")
    assert {s["rule"] for s in report["samples"]} == {r["id"] for r in report["rules"]}


def _wrong_everywhere() -> list[str]:
    import tomllib

    columns: list[str] = tomllib.loads(PEOPLE.read_text(encoding="utf-8"))["source"]["columns"]
    return [c for c in columns if c not in person(1)]


def test_csv_of_findings_is_capped_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "CSV_ROWS", 12)
    wrong = [household(n, 市区町村コード="131017") for n in range(1, 31)]
    run_here(order_of(vendor_file(tmp_path / "SETAI.csv", wrong), block=300), tmp_path / "run")
    with (tmp_path / "run" / "findings.csv").open(encoding="utf-8-sig", newline="") as text:
        header, *rows, last = csv.reader(text)
    assert tuple(header) == tuple(SCHEMA.names)
    assert [int(r[header.index("line")]) for r in rows] == list(range(2, 14))
    assert "18 件" in last[0]


def test_schema_stands_without_findings(tmp_path: Path) -> None:
    run_here(order_of(vendor_file(tmp_path / "SETAI.csv", households(range(3)))), tmp_path / "run")
    table = pq.read_table(tmp_path / "run" / "findings.parquet")
    assert table.num_rows == 0
    assert table.schema.names == SCHEMA.names


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert formula_safe(start + "1+1") == "'" + start + "1+1"
    assert formula_safe("1" + start) == "1" + start


def test_formula_in_a_value_is_told_as_text(tmp_path: Path) -> None:
    source = vendor_file(tmp_path / "SETAI.csv", [household(1, 町字コード="=1+1")])
    run_here(order_of(source), tmp_path / "run")
    text = (tmp_path / "run" / "findings.csv").read_text(encoding="utf-8-sig")
    assert ",'=1+1," in text and ",=1+1" not in text
    assert {f["value"] for f in findings_of(tmp_path / "run")} == {"=1+1"}, "Parquet holds the value itself"


def test_foreign_key_without_its_parent_is_skipped(tmp_path: Path) -> None:
    source = vendor_file(tmp_path / "SETAI.csv", households([1]))
    report = run_here(order_of(source), tmp_path / "run")
    assert [(s["check"], s["file"]) for s in report["skipped"]] == [("01-03-K02", "世帯")]
    assert "住民情報" in report["skipped"][0]["reason_ja"] and report["skipped"][0]["reason_en"]
    assert (report["verdict"], report["rules"]) == ("pass", [])


def test_foreign_key_with_its_parent(tmp_path: Path) -> None:
    vendor_file(tmp_path / "in" / "SETAI.csv", households([1, 2, 3]))
    people_file(tmp_path / "in" / "JUMIN.csv", [person(1), person(3)])
    run_here(order_of(tmp_path / "in", block=64), tmp_path / "run")
    (found,) = [f for f in findings_of(tmp_path / "run") if f["rule"] == "01-03-K02"]
    assert (found["path"], found["line"], found["key"]) == ("SETAI.csv", 3, "000000000000002")


def test_items_without_a_place_are_kept_beside_the_key(tmp_path: Path) -> None:
    """備考 by its disposition, and a column that the mapping does not know."""
    people_file(tmp_path / "in" / "JUMIN.csv", [person(1, 備考="覚書"), person(2)])
    vendor_file(tmp_path / "in" / "SETAI.csv", [household(5) + ",甲", household(6) + ","], header=HEADER + ",追記")
    run_here(order_of(tmp_path / "in", block=64), tmp_path / "run")
    people = pq.read_table(tmp_path / "run" / "residual" / "JUMIN.csv.parquet").to_pylist()
    assert [(r["キー_宛名番号"], r["備考"]) for r in people if r["備考"]] == [("000000000000001", "覚書")]
    homes = pq.read_table(tmp_path / "run" / "residual" / "SETAI.csv.parquet").to_pylist()
    assert [(r["キー_世帯番号"], r["追記"]) for r in homes if r["追記"]] == [("000000000000005", "甲")]


def test_rejects_of_two_files_of_one_name(tmp_path: Path) -> None:
    for folder, rejected in (("a", "8,8"), ("b", "9,9,9")):
        vendor_file(tmp_path / folder / "SETAI.csv", [household(1), rejected])
    report = run_here(order_of(tmp_path / "a", tmp_path / "b"), tmp_path / "run")
    kept = b"".join(p.read_bytes() for p in sorted((tmp_path / "run" / "rejects").rglob("*")) if p.is_file())
    assert report["totals"]["rows"]["rejected"] == 2
    assert b"8,8\r\n" in kept and b"9,9,9\r\n" in kept


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_exit_code_follows_fail_on(capsys: Capture, tmp_path: Path, fail_on: str, code: int) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "SETAI.csv").write_bytes(b"")  # a warning
    words = (*to_standard(tmp_path / "in", out=tmp_path / "run"), "--fail-on", fail_on)
    assert ran(capsys, *words).code == code
    assert report_of(tmp_path / "run")["verdict"] == ("pass" if code == 0 else "fail")


def test_what_was_asked_is_recorded(capsys: Capture, tmp_path: Path) -> None:
    source = vendor_file(tmp_path / "SETAI.csv", households([1]))
    words = ("--as-of", "2026-04-01", "--municipality", "131016", "--jobs", "3", "--reveal")
    assert ran(capsys, *to_standard(source, out=tmp_path / "run"), *words).code == 0
    report, manifest = report_of(tmp_path / "run"), json.loads((tmp_path / "run" / "manifest.json").read_text("utf-8"))
    assert (report["as_of"], report["municipality"], report["layout"]["requested"]) == ("2026-04-01", "131016", "latest")
    assert (manifest["jobs"], manifest["revealed"], manifest["mapping"]) == (3, True, "vendorA")
    assert str(tmp_path) not in json.dumps([report, manifest], ensure_ascii=False), "no path of this machine"


def test_stdout_is_quiet(capsys: Capture, tmp_path: Path) -> None:
    source = vendor_file(tmp_path / "SETAI.csv", households([1]))
    done = ran(capsys, *to_standard(source, out=tmp_path / "a"))
    assert (done.out, "SETAI.csv" in done.err) == ("", True)
    done = ran(capsys, *to_standard(source, out=tmp_path / "b"), "--quiet")
    assert (done.out, done.err) == ("", "")


def test_validate_leaves_nothing_but_what_was_asked(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump, scratch, here = tmp_path / "dump", tmp_path / "scratch", tmp_path / "here"
    standard_file(dump / "世帯.csv", [1, 2, 2])
    for folder in (scratch, here):
        folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.chdir(here)
    assert ran(capsys, "validate", dump).code == 1
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["世帯.csv"]
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    "town",
    [
        "見本町①Ⅱ",
        "葛󠄀町".replace("葛󠄀", "\ue000"),
        "髙﨑町",
        "\ue015﨑町",
        "髙\ue015\ue016",
    ],
    ids=["plain", "外字", "characters that are also the meaning of 外字", "the 外字 of one", "both"],
)
def test_there_and_back_again(tmp_path: Path, town: str) -> None:
    """Every column of the household file has a way back."""
    source = vendor_file(tmp_path / "in" / "SETAI.csv", [household(n, 町名=town) for n in range(1, 30)])
    run_here(order_of(source), tmp_path / "run")
    back = order_of(tmp_path / "run" / "data", direction="back", block=300)
    report = run_here(back, tmp_path / "back")
    assert report["errors"] == []
    made = (tmp_path / "back" / "data" / "SETAI.csv").read_bytes()
    # Python writes 髙 as NEC's EEE0, Windows and the kernel as IBM's FBFC: the characters are the same.
    assert made.decode("cp932") == source.read_bytes().decode("cp932")
    if "髙" not in town and "﨑" not in town:
        assert made == source.read_bytes()
