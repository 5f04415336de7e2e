"""Marked values in every place where data can be broken; then everything that is meant for eyes is searched for them.

What carries data by its purpose is not searched: RUN/data, RUN/rejects, RUN/residual.  Keys of records and values of
items that the layout gives no class of secret (codes) are shown by design (docs/run-folder.md): every item of the
classes personal, sensitive and mynumber is marked.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

from chukan_layout.model.layout import LayoutFile
from chukan_layout.model.mapping import FileMapping
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.run_support import Ran, ran

#: Whoever shows this much of a marked value shows too much of it.
MARK = re.compile(r"ZQ\d\d")
#: Marked 個人番号: twelve digits, so long that they stand nowhere by chance.
NUMBER = re.compile(r"98765\d{5}")
CARRIES_DATA = ("data", "rejects", "residual")
FORMATS = ("human", "json", "jsonl", "junit", "sarif", "github", "html", "xlsx")


def marked(row: int, columns: list[str], secret: set[str]) -> list[str]:
    """Every secret cell has a value that is wrong or at least odd, and can be told from all others."""
    cells = []
    for place, name in enumerate(columns):
        if name not in secret:
            cells.append(str(row))
        elif name == "個人番号":
            cells.append(f"98765{row:04d}{place:03d}")
        else:
            cells.append(f"ZQ{row:03d}{place:03d}XK")
    return cells


def broken(columns: list[str], secret: set[str], encoding: str) -> bytes:
    """A file with each kind of broken record, several times."""
    out = io.BytesIO()

    def line(cells: list[str], raw: bytes = b"") -> None:
        out.write(",".join(cells).encode(encoding) + raw + b"\r\n")

    line(columns)
    for row in range(1, 61):
        cells = marked(row, columns, secret)
        kind = row % 6
        if kind == 0:
            line(cells)
        elif kind == 1:
            line(cells[: len(cells) // 2])
        elif kind == 2:
            line([*cells, f"ZQ{row:03d}999XK"])
        elif kind == 3:
            line(cells[8:])  # the cells stand under the wrong headings
        elif kind == 4:
            line([*cells[:-1], ""], b"ZQ001001XK\x81\xfd\xff\xfe")
        else:
            line([*cells[:9], '"' + cells[9], *cells[10:]])
    return out.getvalue()


def residents() -> tuple[LayoutFile, FileMapping]:
    """住民情報 of the standard and the vendor's file that becomes it."""
    mapping = next(f for f in load_mapping("vendorA").files if f.source.files[0].startswith("JUMIN"))
    return next(f for f in load_layouts("latest", areas=[1]).area(1).files if f.id == mapping.file), mapping


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    layout, mapping = residents()
    secret = {i.name for i in layout.items if i.secret != "none"}
    columns = list(mapping.source.columns)
    of_secret = {c for item in mapping.item if item.to in secret for c in item.from_}
    assert len(of_secret) > 20 and "個人番号" in of_secret
    whole = broken(columns, of_secret, "cp932")
    headless = whole.split(b"\r\n", 1)[1]
    (folder / "JUMIN.csv").write_bytes(whole)
    (folder / "JUMIN_02.csv").write_bytes(headless)
    (folder / "unknown.csv").write_bytes(headless)
    return folder


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets") / "01-住民基本台帳"
    folder.mkdir()
    layout, _ = residents()
    secret = {i.name for i in layout.items if i.secret != "none"}
    (folder / f"{layout.id}.csv").write_bytes(broken([i.name for i in layout.items], secret, "utf-8"))
    return folder


def told(raw: bytes, name: str) -> list[str]:
    """What a file shows; archives and Parquet are opened."""
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        return [str(row) for row in pq.read_table(io.BytesIO(raw)).to_pylist()]
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return [archive.read(member).decode("utf-8", "replace") for member in archive.namelist()]
    return [raw.decode("utf-8", "replace")]


def leaks(folder: Path, *patterns: re.Pattern[str]) -> dict[str, str]:
    """Files below ``folder``, by name or by content, in which a marked value stands."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if any(part in CARRIES_DATA for part in path.relative_to(folder).parts) or not path.is_file():
            continue
        for text in [name, *told(path.read_bytes(), name)]:
            for pattern in patterns:
                if hit := pattern.search(text):
                    found[name] = text[max(0, hit.start() - 80) : hit.end() + 20]
    return found


def spoken(done: Ran, *patterns: re.Pattern[str]) -> list[str]:
    return [hit.group() for pattern in patterns for hit in pattern.finditer(done.out + done.err)]


def test_the_search_finds(tmp_path: Path, vendor: Path) -> None:
    (tmp_path / "a.txt").write_bytes((vendor / "JUMIN.csv").read_bytes())
    assert set(leaks(tmp_path, NUMBER)) == set(leaks(tmp_path, MARK)) == {"a.txt"}


def test_nothing_of_a_broken_dump_is_told(
    vendor: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("CHUKAN_AUDIT_LOG", str(tmp_path / "audit.jsonl"))
    run = tmp_path / "run"
    done = ran(capsys, "convert", vendor, "--from", "vendorA", "--to", "standard", "--out", run,
               "--data-format", "csv", "--data-format", "parquet")  # fmt: skip
    assert done.code == 1 and spoken(done, MARK, NUMBER) == []
    with (run / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) > 50, "there is something to tell"
    assert (run / "rejects" / "JUMIN.csv").exists()
    for shape in FORMATS:
        said = ran(capsys, "report", run, "--format", shape, "--output-file", tmp_path / f"report.{shape}")
        assert said.code == 0 and spoken(said, MARK, NUMBER) == []
    scanned = ran(capsys, "gaiji", "scan", vendor, "--output-file", tmp_path / "scan.txt")
    assert spoken(scanned, MARK, NUMBER) == []
    assert leaks(tmp_path, MARK, NUMBER) == {}


def test_nothing_of_broken_data_of_the_standard_is_told(
    standard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for shape in FORMATS:
        done = ran(capsys, "validate", standard, "--format", shape, "--output-file", tmp_path / f"v.{shape}")
        assert done.code == 1 and spoken(done, MARK, NUMBER) == []
    done = ran(capsys, "conform", "run", standard, "--area", "1", "--evidence", tmp_path / "evidence.zip")
    assert done.code == 1 and spoken(done, MARK, NUMBER) == []
    assert ran(capsys, "validate", standard, "--out", tmp_path / "run").code == 1
    assert leaks(tmp_path, MARK, NUMBER) == {}


def test_mynumber_is_not_told_even_with_reveal(
    vendor: Path, standard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = ran(capsys, "convert", vendor, "--from", "vendorA", "--to", "standard", "--out", tmp_path / "a", "--reveal")
    again = ran(capsys, "validate", standard, "--out", tmp_path / "b", "--reveal")
    for shape in FORMATS:
        ran(capsys, "report", tmp_path / "b", "--format", shape, "--output-file", tmp_path / f"b.{shape}")
    assert spoken(done, NUMBER) == spoken(again, NUMBER) == []
    assert leaks(tmp_path, NUMBER) == {}
    assert leaks(tmp_path, MARK), "other values are revealed: the search would have found the number"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_error_of_the_tool_shows_no_value(
    vendor: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception whose text holds a record ends in a message without it, and leaves nothing behind."""
    from chukan_layout.cli.main import cli
    from chukan_layout.run import tallies

    def fail(*_args: object) -> None:
        raise RuntimeError("ZQ001001XK 987650001048")

    monkeypatch.setattr("chukan_layout.run.execute.file_report", fail)
    assert tallies.file_report is not fail
    with pytest.raises(SystemExit) as ended:
        cli.main(["convert", str(vendor), "--from", "vendorA", "--to", "standard", "--out", str(tmp_path / "run")])
    said = capsys.readouterr()
    assert ended.value.code == 2 and said.err
    assert not MARK.search(said.out + said.err) and not NUMBER.search(said.out + said.err)
    assert list(tmp_path.rglob("*")) == []
