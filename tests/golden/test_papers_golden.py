"""The eleven papers of a small run, word for word (Markdown), and their figures against report.json.

``CHUKAN_UPDATE_GOLDEN=1`` writes them anew; then read the difference.
"""

from __future__ import annotations

import getpass
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chukan_layout import __version__
from chukan_layout.cli.main import cli
from tests.run_support import household, households, vendor_file

KEPT = Path(__file__).parent / "papers"
PROJECT = Path(__file__).parents[2] / "docs" / "examples" / "project.toml"
NAMES = (
    "01-現行システムデータ一覧", "02-データ移行計画書", "03-データ移行テスト仕様書", "04-データ移行結果報告書", "05-コード対応表", "06-項目対応表",
    "07-外字一覧", "08-連携インターフェース一覧", "09-契約満了時データ提供の証明書", "10-データ消去記録",
    "11-データ移行要件書",
)  # fmt: skip
#: 200 households, one twice, one without its number, one without its people, one with a gaiji, one broken line.
FAULTY = [household(3), household(""), household(900, 人数=""), household(901, 方書="\ue500荘"), "broken"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the run and its papers."""
    folder = tmp_path_factory.mktemp("golden")
    vendor_file(folder / "in" / "SETAI.csv", [*households(range(1, 201)), *FAULTY])
    convert = ["convert", "in", "--from", "vendorA", "--to", "standard", "--out", "run", "--as-of", "2026-12-28", "--quiet"]
    report = ["report", "run", "--deliverables", "papers", "--project", str(PROJECT)]
    for words, code in ((convert, 1), (report, 0)):
        words = [str(folder / w) if w in ("in", "run", "papers") else w for w in words]
        assert CliRunner().invoke(cli, words).exit_code == code
    return folder


def paper(made: Path, name: str) -> str:
    """The Markdown without what differs between two runs: times, the account and the version of the tool."""
    text = (made / "papers" / f"{name}.md").read_text(encoding="utf-8")
    text = re.sub(r"\d{4}年\d+月\d+日 \d+:\d\d（UTC）", "（日時）", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(\+\d\d:\d\d|Z)?", "（日時）", text).replace(f"chukan {__version__}", "chukan")
    text = re.sub(r"、[\d,]+ 秒（毎秒 [\d,]+ 件、[\d.,]+ MB）", "、（秒と速さ）", text)
    return re.sub(rf"(実行した者\W+){re.escape(getpass.getuser())}\b", r"\1（利用者）", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_is_as_kept(made: Path, name: str) -> None:
    text, kept = paper(made, name), KEPT / f"{name}.md"
    if os.environ.get("CHUKAN_UPDATE_GOLDEN"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    assert text == kept.read_text(encoding="utf-8"), "if this is meant: CHUKAN_UPDATE_GOLDEN=1, and read the diff"


def _tables(text: str) -> list[list[list[str]]]:
    """Tables of a Markdown text: rows of cells, the first is the head."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [[row for row in table if set("".join(row)) - set("-: ")] for table in found if table]


def _columns(table: list[list[str]]) -> dict[str, list[str]]:
    return {name: [row[i] for row in table[1:]] for i, name in enumerate(table[0])}


@pytest.fixture(scope="module")
def report(made: Path) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads((made / "run" / "report.json").read_text(encoding="utf-8"))
    return raw


#: A head of a table to the figures that it must hold, from a file of report.json.
FIGURES = {
    "入力": lambda f: f["rows"]["in"], "出力": lambda f: f["rows"]["out"], "除外": lambda f: f["rows"]["rejected"],
    "統合": lambda f: f["rows"]["merged"], "削除": lambda f: f["rows"]["removed"], "バイト": lambda f: f["source"]["bytes"],
    "記録のハッシュ合計": lambda f: f["hash_totals"]["records"],
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_figures_of_every_paper_are_those_of_the_report(made: Path, report: dict[str, Any], name: str) -> None:
    """Whatever stands below one of our heads is the figure of the report, in whichever paper; counts of rules too."""
    (file,) = report["files"]
    counts = {rule["id"]: rule["count"] for rule in report["rules"]}
    for table in _tables(paper(made, name)):
        columns = _columns(table)
        if name.startswith(("09", "10")):
            columns.pop("バイト", None)  # of the results: compared with the manifest below
        for head, figure in FIGURES.items():
            for cell in columns.get(head, []):
                assert cell.replace(",", "").strip("`*") == str(figure(file)), (head, cell)
        key = columns.get("番号") or (columns.get("規則") if "対応の主体" in columns else None)
        for rule, count in zip(key or [], columns.get("件数", []), strict=False):
            assert counts[rule.strip("`")] == int(count.replace(",", "")), rule


def test_figures_are_there_at_all(made: Path, report: dict[str, Any]) -> None:
    """The test above looks at tables that exist: each of these papers holds its figure."""
    total = report["totals"]
    for name, figure in (
        ("01", total["rows"]["in"]), ("02", total["rows"]["in"]), ("04", total["findings"]), ("09", total["rows"]["out"]),
    ):  # fmt: skip
        (whole,) = [n for n in NAMES if n.startswith(name)]
        assert re.search(rf"(?<![\d,]){figure:,}(?![\d,])", paper(made, whole)), whole


def test_the_certificate_says_the_hashes_of_the_manifest(made: Path) -> None:
    manifest = json.loads((made / "run" / "manifest.json").read_text(encoding="utf-8"))
    text = paper(made, NAMES[8])
    given = [o for o in manifest["outputs"] if o["path"].startswith("data/")]
    assert given and all(o["sha256"] in text and f"{o['bytes']:,}" in text for o in given)
