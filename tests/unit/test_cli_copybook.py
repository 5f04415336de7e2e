"""``chukan mapping init --copybook``, and vendorC there and back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from chukan_layout.cli.errors import CliError
from chukan_layout.cli.main import cli
from chukan_layout.model.mapping import SourceFile
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.generate import write_sample
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

BOOK = mapping_folder("vendorB") / "住民.cpy"


def run(*words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr (or the message that becomes it)."""
    done = CliRunner().invoke(cli, ["mapping", "init", *words], standalone_mode=False)
    if isinstance(done.exception, CliError):
        return 2, done.stdout, done.exception.texts["ja"]
    assert done.exception is None, done.exception
    return 0, done.stdout, done.stderr


def test_the_draft_is_the_shipped_record_layout() -> None:
    code, out, err = run("--copybook", str(BOOK), "--vendor", "fujitsu", "--mixed", "番地", "--mixed", "方書")
    assert (code, "住民レコード: 400 バイト、41 項目" in err) == (0, True)
    drafted = SourceFile.model_validate(tomllib.loads(out)["source"])
    shipped = load_mapping("vendorB").files[0].source
    assert drafted.record == shipped.record
    assert drafted.encoding == shipped.encoding


def test_a_folder_with_codes(tmp_path: Path) -> None:
    book = tmp_path / "x.cpy"
    book.write_text("       01 A.\n         03 B PIC X.\n           88 C VALUE '1'.\n", encoding="utf-8")
    assert run("--copybook", str(book), "--area", "1", "--file", "住民情報", "--out", str(tmp_path / "v"))[0] == 0
    assert sorted(p.name for p in (tmp_path / "v").iterdir()) == ["codes.toml", "vendor.toml", "x.toml"]
    assert tomllib.loads((tmp_path / "v" / "codes.toml").read_text("utf-8"))["map"][0]["pairs"] == [["1", "1"]]
    assert run("--copybook", str(book), "--out", str(tmp_path / "v"))[0] == 2


def test_words_of_a_shared_copybook_are_replaced(tmp_path: Path) -> None:
    book = tmp_path / "common.cpy"
    book.write_text("       01 :TAG:-REC.\n         03 :TAG:-NAME PIC N(5).\n         03 X PIC 9(3).\n", encoding="utf-8")
    code, out, _ = run("--copybook", str(book), "--replacing", ":TAG:=RES", "--replacing", "9(3)=9(5)")
    fields = SourceFile.model_validate(tomllib.loads(out)["source"]).record
    assert code == 0
    assert fields is not None
    assert "RES-NAME" in out
    assert "TAG" not in out
    assert run("--copybook", str(book), "--replacing", "TAG")[0] == 2


@pytest.mark.parametrize(("text", "place"), [
    ("       01 A.\n         03 B PIC Q(3).\n", "x.cpy:2:19"),
    ("       01 A.\n         03 B PIC X VALUE 'A.\n", "x.cpy:2:27"),
    ("", "x.cpy:1:1"),
])  # fmt: skip
def test_errors_name_line_and_column(text: str, place: str, tmp_path: Path) -> None:
    book = tmp_path / "x.cpy"
    book.write_text(text, encoding="utf-8")
    code, out, err = run("--copybook", str(book))
    assert (code, out, place in err) == (2, "", True), err


def test_a_dump_that_does_not_fit_is_told(tmp_path: Path) -> None:
    (tmp_path / "dump.dat").write_bytes(b"\x40" * 801)
    code, _, err = run(str(tmp_path / "dump.dat"), "--copybook", str(BOOK), "--vendor", "fujitsu")
    assert (code, "余り 1" in err) == (0, True)


@pytest.mark.parametrize("words", [
    ("--encoding", "jeff"), ("--mixed", "ない項目"), ("--area", "1"),
])  # fmt: skip
def test_wrong_words_are_usage_errors(words: tuple[str, ...]) -> None:
    assert run("--copybook", str(BOOK), *words)[0] == 2


def test_vendor_c_there_and_back(tmp_path: Path) -> None:
    layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorC")
    write_sample(tmp_path / "c", 1200, 4, layouts, vendor, as_vendor=True)
    assert (tmp_path / "c" / "juki_01.tsv").read_bytes()[:2] == b"\xff\xfe"
    specs = (layout_folder("2.7"), mapping_folder("vendorC"))
    report = run_into(Order([tmp_path / "c"], layouts, "2.7", vendor), tmp_path / "one", specs)
    assert (report.verdict, report.totals.rows.out) == ("pass", 1200)
    run_into(Order([tmp_path / "one" / "data"], layouts, "2.7", vendor, "back"), tmp_path / "back", specs)
    run_into(Order([tmp_path / "back" / "data"], layouts, "2.7", vendor), tmp_path / "two", specs)
    first, second = (
        pl.read_csv(tmp_path / name / "data" / "01-住民基本台帳" / "住民情報.csv", infer_schema=False) for name in ("one", "two")
    )
    assert first.equals(second)
    assert first["生年月日"].str.contains(r"^\d{4}-\d\d-\d\d$").sum() > 1000
