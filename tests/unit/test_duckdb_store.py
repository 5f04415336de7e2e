"""``convert --to duckdb:FILE``: the standard's tables in a database, again and again the same."""

from __future__ import annotations

import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chukan_layout.database.place import Place
from chukan_layout.spec.load import load_layouts
from chukan_layout.write.duckdb_store import store
from tests.run_support import Ran, household, households, ran, vendor_file

duckdb = pytest.importorskip("duckdb", reason="needs the extra [db]")
TABLE = '"01-住民基本台帳"."世帯"'


def stored(capsys: pytest.CaptureFixture[str], source: Path, base: Path, out: Path) -> Ran:
    return ran(capsys, "convert", source, "--from", "vendorA", "--to", f"duckdb:{base}", "--out", out, "--overwrite")


def rows(base: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(base), read_only=True) as opened:
        return list(opened.execute(query).fetchall())


def test_tables_comments_and_a_second_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, source = tmp_path / "統合.duckdb", tmp_path / "SETAI_1.csv"
    vendor_file(source, households(range(1, 6)))
    for _ in range(2):
        done = stored(capsys, source, base, tmp_path / "run")
        assert done.code == 0, done.err
        assert rows(base, f"SELECT count(*), min(世帯番号) FROM {TABLE}") == [(5, "000000000000001")]
    assert rows(base, 'SELECT 移行ファイル, 件数 FROM chukan."移行ファイル"') == [("世帯", 5)]
    (told,) = rows(base, "SELECT comment FROM duckdb_columns() WHERE table_name = '世帯' AND column_name = '世帯番号'")
    assert "桁" in str(told[0]) and "出所" in str(told[0])
    assert stat.S_IMODE(base.stat().st_mode) == 0o600
    vendor_file(source, [household(9)])
    assert stored(capsys, source, base, tmp_path / "run").code == 0
    assert rows(base, f"SELECT count(*) FROM {TABLE}") == [(1,)]


def test_a_view_shows_the_latest_history(tmp_path: Path) -> None:
    file = next(f for f in load_layouts("latest", areas=[1]).area(1).files if f.id == "住民情報")
    pq.write_table(pa.table({"宛名番号": ["1", "1"], "個人履歴番号": [1, 2], "最新フラグ": ["0", "1"]}), tmp_path / "a.parquet")
    for _ in range(2):
        assert store(Place("duckdb", "b.duckdb", tmp_path / "b.duckdb"), [(file, tmp_path / "a.parquet")], "2.7") == [("01-住民基本台帳.住民情報", 2)]
    assert rows(tmp_path / "b.duckdb", 'SELECT 個人履歴番号 FROM "01-住民基本台帳"."住民情報_最新"') == [(2,)]


def test_what_is_no_database_is_refused_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = tmp_path / "x.duckdb"
    base.write_bytes(b"not a database" * 999)
    vendor_file(tmp_path / "SETAI_1.csv", households([1]))
    done = stored(capsys, tmp_path / "SETAI_1.csv", base, tmp_path / "run")
    assert done.code == 2 and "x.duckdb" in done.err
    assert base.read_bytes() == b"not a database" * 999


def test_a_password_in_a_url_is_not_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = ran(capsys, "convert", tmp_path, "--from", "vendorA", "--to", "postgresql://u:geheim@h/db", "--out", tmp_path / "r")
    assert done.code == 2 and "geheim" not in done.err + done.out
