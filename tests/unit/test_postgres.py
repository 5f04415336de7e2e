"""PostgreSQL as a target and as a source, with a server of the tests' own; what is said when it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chukan_layout.database.place import DatabaseRefused, place_of
from chukan_layout.database.postgres import words_for
from chukan_layout.spec.load import load_layouts
from chukan_layout.write import postgres_store
from tests.postgres_support import PASSWORD, Server, binaries, running
from tests.run_support import HEADER, Ran, bytes_of, household, households, ran, vendor_file
from tests.unit.test_database_source import vendor

dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi", reason="needs the extra [db]")
TABLE = '"01-住民基本台帳"."世帯"'
Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if binaries() is None:
        pytest.skip("PostgreSQL のサーバーがない (apt-get install postgresql)")
    with running() as started:
        yield started


def sql(server: Server, query: str, database: str = "postgres") -> list[tuple[Any, ...]]:
    words = server.words(database)
    with dbapi.connect(words, autocommit=True) as base, base.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall()) if query.startswith("SELECT") else []


@pytest.fixture
def url(server: Server, request: pytest.FixtureRequest) -> str:
    """A database of the test's own."""
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    sql(server, f"DROP DATABASE IF EXISTS {name}")
    sql(server, f"CREATE DATABASE {name}")
    return server.url(name)


def name_of(url: str) -> str:
    return url.split("@/")[1].split("?")[0]


def stored(capsys: Capsys, source: Path, url: str, out: Path, *more: str) -> Ran:
    return ran(capsys, "convert", source, "--from", "vendorA", "--to", url, "--out", out, "--overwrite", *more)


def test_tables_comments_a_second_run_and_back(tmp_path: Path, capsys: Capsys, server: Server, url: str) -> None:
    source, base = tmp_path / "SETAI_1.csv", name_of(url)
    vendor_file(source, households([5, 3, 9, 1]))
    for _ in range(2):
        done = stored(capsys, source, url, tmp_path / "run", "--data-format", "csv")
        assert done.code == 0, done.err
        assert sql(server, f"SELECT count(*), min(世帯番号) FROM {TABLE}", base) == [(4, "000000000000001")]
    assert sql(server, 'SELECT "移行ファイル", "件数" FROM chukan."移行ファイル"', base) == [("世帯", 4)]
    told = sql(server, f"SELECT col_description('{TABLE}'::regclass, 1), obj_description('{TABLE}'::regclass)", base)[0]
    assert "桁" in told[0] and all("出所" in t for t in told)
    for number, where in enumerate((tmp_path / "run" / "data", url)):
        done = ran(capsys, "convert", where, "--from", "standard", "--to", "vendorA", "--out", tmp_path / f"back{number}")
        assert done.code == 0, done.err
    data = [{n: b for n, b in bytes_of(tmp_path / o).items() if n.startswith("data/")} for o in ("back0", "back1")]
    assert data[0] == data[1] and data[0]
    vendor_file(source, [household(9)])
    sql(server, f"CREATE VIEW 利用者の AS SELECT 世帯番号 FROM {TABLE}", base)
    assert stored(capsys, source, url, tmp_path / "run").code == 0
    assert sql(server, "SELECT count(*) FROM 利用者の", base) == [(1,)], "a view of the user's stays"
    everything = "".join(p.read_bytes().decode("utf-8", "replace") for p in tmp_path.rglob("*") if p.is_file())
    assert PASSWORD not in everything + done.err + done.out


def test_what_goes_wrong_leaves_all_as_it_was(tmp_path: Path, server: Server, url: str) -> None:
    """Types, views, and one transaction over all tables."""
    files = {f.id: f for f in load_layouts("latest", areas=[1]).area(1).files}
    place = place_of(url)
    assert place is not None
    days = pa.array([date(2020, 4, 1), None])
    money = pa.array([Decimal("1.50"), Decimal("-300.00")], pa.decimal128(38, 2))
    good = pa.table({"宛名番号": ["1", "1"], "個人履歴番号": [1, 2], "最新フラグ": pa.array(["0", "1"]).dictionary_encode(), "額": money, "日": days})
    pq.write_table(good, tmp_path / "a.parquet")
    for _ in range(2):
        assert postgres_store.store(place, [(files["住民情報"], tmp_path / "a.parquet")], "2.7") == [("01-住民基本台帳.住民情報", 2)]
    query = 'SELECT "個人履歴番号", "額"::text, "日"::text FROM "01-住民基本台帳"."住民情報_最新"'
    assert sql(server, query, name_of(url)) == [(2, "-300.00", None)]
    pq.write_table(good.slice(1).append_column("世帯番号", pa.array(["x"])), tmp_path / "a.parquet")
    pq.write_table(pa.table({"世帯番号": ["a\0b"]}), tmp_path / "b.parquet")
    both = [(files["住民情報"], tmp_path / "a.parquet"), (files["世帯"], tmp_path / "b.parquet")]
    with pytest.raises(DatabaseRefused, match="U\\+0000"):
        postgres_store.store(place, both, "2.7")
    assert sql(server, query, name_of(url)) == [(2, "-300.00", None)]
    assert postgres_store.store(place, both[:1], "2.7")[0][1] == 1, "another shape of the table: made anew"


def test_a_total_that_differs_is_not_committed(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = load_layouts("latest", areas=[1]).area(1).files[0]
    pq.write_table(pa.table({"額": pa.array([Decimal("1.50")], pa.decimal128(38, 2))}), tmp_path / "a.parquet")
    monkeypatch.setattr(postgres_store.pc, "sum", lambda _: pa.scalar(Decimal("150.00")))
    place = place_of(url)
    assert place is not None
    with pytest.raises(DatabaseRefused, match="totals differ"):
        postgres_store.store(place, [(file, tmp_path / "a.parquet")], "2.7")


def test_a_vendors_table_in_any_order_is_one_result(tmp_path: Path, capsys: Capsys, server: Server, url: str) -> None:
    columns = HEADER.split(",")
    kinds = ", ".join(f'"{c}" {"numeric(3)" if c == "人数" else "text"}' for c in columns)
    sql(server, f'CREATE TABLE "SETAI" ({kinds}, 写真 bytea, 更新 timestamptz DEFAULT now())', name_of(url))
    records = [*households(range(1, 20)), household(20, 設定日="20201399")]
    own = vendor(tmp_path)
    runs = []
    for n, order in enumerate((records, records[::-1])):
        rows = ", ".join("(" + ", ".join(f"'{v}'" if v else "NULL" for v in r.split(",")) + ")" for r in order)
        sql(server, 'TRUNCATE "SETAI"', name_of(url))
        sql(server, f'INSERT INTO "SETAI" ({", ".join(columns)}) VALUES {rows}', name_of(url))
        done = ran(capsys, "convert", url, "--from", own, "--to", "standard", "--out", tmp_path / f"run{n}")
        assert done.code == 1, done.err
        runs.append({k: v for k, v in bytes_of(tmp_path / f"run{n}").items() if k.startswith("data/")})
    assert runs[0] == runs[1]
    report = json.loads((tmp_path / "run0" / "report.json").read_text("utf-8"))
    assert any("写真" in s["reason_ja"] for s in report["skipped"])
    assert f"{name_of(url)}.postgresql/public.SETAI/世帯.csv,13," in (tmp_path / "run0" / "findings.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda u: u.replace(PASSWORD, "verkehrt"), "パスワードが違います"),
        (lambda u: u.replace(f":{PASSWORD}", ""), "パスワードが違います"),
        (lambda u: u.replace("postgres?", "nix?"), "その名前のデータベースはありません"),
        (lambda u: u.split("host=")[0] + "host=/nowhere", "つながりません"),
        (lambda u: u.split("@/")[0] + "@127.0.0.1:9/x", "つながりません"),
    ],
)
def test_refusals_are_told_before_the_work(
    tmp_path: Path, capsys: Capsys, server: Server, change: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    vendor_file(tmp_path / "SETAI_1.csv", households([1]))
    url = change(server.url())
    done = stored(capsys, tmp_path / "SETAI_1.csv", url, tmp_path / "run")
    assert done.code == 2 and said in done.err, done.err
    assert not (tmp_path / "run").exists()
    back = ran(capsys, "convert", url, tmp_path / "SETAI_1.csv", "--from", vendor(tmp_path), "--to", "standard", "--out", tmp_path / "r")
    assert back.code == 2 and said in back.err.replace("\n", ""), back.err
    for secret in (PASSWORD, "verkehrt"):
        assert secret not in done.err + back.err + (tmp_path / "r" / "report.json").read_text("utf-8")


def test_pgpassword_is_taken_and_where_to_go_is_not(tmp_path: Path, capsys: Capsys, server: Server, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("PGHOST", "192.0.2.1")
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")
    vendor_file(tmp_path / "SETAI_1.csv", households([1]))
    done = stored(capsys, tmp_path / "SETAI_1.csv", url.replace(f":{PASSWORD}", ""), tmp_path / "run")
    assert done.code == 0, done.err


def test_a_user_who_may_nothing_and_one_who_waits(tmp_path: Path, capsys: Capsys, server: Server, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor_file(tmp_path / "SETAI_1.csv", households([1]))
    sql(server, "DROP ROLE IF EXISTS klein")
    sql(server, f"CREATE ROLE klein LOGIN PASSWORD '{PASSWORD}'")
    done = stored(capsys, tmp_path / "SETAI_1.csv", url.replace("//chukan:", "//klein:"), tmp_path / "run")
    assert done.code == 2 and "CREATE" in done.err
    assert stored(capsys, tmp_path / "SETAI_1.csv", url, tmp_path / "run").code == 0
    monkeypatch.setattr(postgres_store, "LOCK_TIMEOUT", "200ms")
    words = server.words(name_of(url))
    with dbapi.connect(words) as other, other.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        cursor.fetchall()
        done = stored(capsys, tmp_path / "SETAI_1.csv", url, tmp_path / "run")
    assert done.code == 2 and "ほかの利用者" in done.err.replace("\n", ""), done.err


def test_where_a_url_leads() -> None:
    """Nothing of a URL is guessed at; none of its secret is in what is shown; a remote host needs encryption."""
    place = place_of("postgresql://u:p%40ss@db.example/euc")
    assert place is not None and place.remote and place.name == "euc"
    assert "p@ss" not in repr(place)
    assert "sslmode='require'" in words_for(place) and "hostaddr=''" in words_for(place)
    near = place_of("postgresql:///euc")
    assert near is not None and not near.remote and "host='/var/run/postgresql'" in words_for(near)
    quoted = place_of("postgresql://u:%27%5C@/euc")
    assert quoted is not None and r"password='\'\\'" in words_for(quoted)
    for bad in ("postgresql://u:ge/heim@h/db", "postgresql://u:ge@heim@h/db", "postgresql://u@a,b/db", "mysql://u:geheim@h/db",
                "postgresql://h/db?service=x", "postgresql://h/db?hostaddr=192.0.2.1", "postgresql://u:geheim#@h/db"):  # fmt: skip
        with pytest.raises(DatabaseRefused) as refused:
            place_of(bad)
        assert "heim" not in refused.value.ja + refused.value.en
    assert place_of("SETAI.csv") is None
