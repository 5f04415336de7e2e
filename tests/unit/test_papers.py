"""The papers of a migration: complete, in every format, and with the figures of report.json."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from chukan_layout.model.project import Project
from chukan_layout.model.report import Report
from chukan_layout.report.document.model import Facts, Table
from chukan_layout.report.papers.every import PAPERS
from chukan_layout.report.papers.folder import BOX, Folder
from chukan_layout.report.papers.plan import check_specification, plan
from chukan_layout.report.papers.result import result
from chukan_layout.rules.catalogue import catalogue
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.run_support import household, households, ran, vendor_file

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.toml"
NAMES = (
    "現行システムデータ一覧", "データ移行計画書", "データ移行テスト仕様書", "データ移行結果報告書", "コード対応表", "項目対応表", "外字一覧",
    "連携インターフェース一覧", "契約満了時データ提供の証明書", "データ消去記録", "データ移行要件書",
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    vendor_file(folder / "in" / "SETAI.csv", [*households(range(1, 9)), household(3), household(""), "broken"])
    from click.testing import CliRunner

    from chukan_layout.cli.main import cli

    words = ["convert", folder / "in", "--from", "vendorA", "--to", "standard", "--out", folder / "run", "--quiet"]
    assert CliRunner().invoke(cli, [str(w) for w in words]).exit_code == 1
    return folder / "run"


@pytest.fixture(scope="module")
def folder(run: Path) -> Folder:
    report = Report.model_validate_json((run / "report.json").read_bytes())
    layouts = load_layouts(report.layout.version, [1])
    rules = [r for r in catalogue(layouts).values() if (r.area, r.file) in {(1, "世帯"), (1, "世帯ファイル")} or not r.area]
    return Folder(report, None, layouts, Project(), load_mapping("vendorA", ["SETAI.csv"]), rules)


def tables(document: Any, first: str) -> list[Table]:
    return [b for b in document.blocks if isinstance(b, Table) and b.columns[0].name == first]


def test_every_paper_in_every_format(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = ran(capsys, "report", run, "--deliverables", tmp_path / "d", "--project", EXAMPLE)
    assert done.code == 0, done.err
    made = sorted(p.name for p in (tmp_path / "d").iterdir())
    assert made == sorted(f"{n:02d}-{name}.{s}" for n, name in enumerate(NAMES, 1) for s in ("html", "md", "xlsx"))
    for path in (tmp_path / "d").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        if path.suffix == ".xlsx":
            text = "\n".join(str(c) for sheet in load_workbook(path) for row in sheet.iter_rows(values_only=True) for c in row)
        else:
            text = path.read_text(encoding="utf-8")
        assert "みどり野市" in text and "例示" not in text, f"{path.name}: no value of a person"
        assert "http://" not in re.sub(r"http://www\.w3\.org/\S+", "", text) and "<script" not in text


def test_figures_are_those_of_the_report(run: Path, folder: Folder) -> None:
    raw = json.loads((run / "report.json").read_text(encoding="utf-8"))
    document = result(folder)
    facts = {name: value for b in document.blocks if isinstance(b, Facts) for name, value in b.pairs}
    total = raw["totals"]["rows"]
    assert [facts[k] for k in ("入力", "出力", "除外", "統合", "削除")] == [total[k] for k in ("in", "out", "rejected", "merged", "removed")]
    assert facts["指摘の件数"] == raw["totals"]["findings"]
    counts = next(t for t in tables(document, "移行ファイル") if t.total)
    assert [row[2:7] for row in counts.rows[:-1]] == [[f["rows"][k] for k in ("in", "out", "rejected", "merged", "removed")] for f in raw["files"]]
    hashes = next(t for t in tables(document, "移行ファイル") if t.columns[1].name == "記録のハッシュ合計")
    assert [row[1] for row in hashes.rows] == [f["hash_totals"]["records"] for f in raw["files"]]
    listed = {row[0]: row[5] for t in tables(document, "番号") for row in t.rows}
    assert listed == {r["id"]: r["count"] for r in raw["rules"]}
    planned = {name: value for b in plan(folder).blocks if isinstance(b, Facts) for name, value in b.pairs}
    assert planned["記録の件数"] == total["in"]


def test_numbers_of_the_specification_are_those_of_the_results(folder: Folder) -> None:
    (checks,) = tables(check_specification(folder), "番号")
    numbers = [row[0] for row in checks.rows]
    assert len(numbers) == len(set(numbers)) == len(folder.rules)
    assert {r.id for r in folder.report.rules} <= set(numbers)


def test_what_is_not_known_is_an_empty_box(folder: Folder) -> None:
    for make in PAPERS:
        facts = {name: value for b in make(folder).blocks if isinstance(b, Facts) for name, value in b.pairs}
        assert facts["次期システム"] == BOX and facts["移行元の事業者"] == BOX


def test_a_wrong_project_file_is_told(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "project.toml"
    for text, said in (("[[person]]\nname = 1\n", "person.0"), ("municipalty = 'x'\n", "municipalty"), ("= 1", "TOML")):
        wrong.write_text(text, encoding="utf-8")
        done = ran(capsys, "report", run, "--deliverables", tmp_path / "d", "--project", wrong)
        assert done.code == 2 and said in done.err and not (tmp_path / "d").exists()
    assert ran(capsys, "report", run, "--project", EXAMPLE).code == 2
