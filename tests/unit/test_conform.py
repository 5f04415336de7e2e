"""Evidence of conformance: genuine when untouched, worthless when touched, silent about persons."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from chukan_layout.conform import box, sign
from chukan_layout.conform.bundle import verify
from tests.run_support import Ran, ran, standard_file

MARK = "秘密之印"


class Made(NamedTuple):
    bundle: Path
    dump: Path
    keys: Path


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Made:
    """A signed bundle of a file that holds a marked name, and a finding about the marked record."""
    dump = standard_file(tmp_path / "dump" / "世帯.csv", [1, 2, 2])
    text = dump.read_text(encoding="utf-8").replace("例示", MARK).replace("131016", "131017", 1)
    dump.write_text(text, encoding="utf-8")
    keys, bundle = tmp_path / "keys", tmp_path / "evidence.zip"
    assert ran(capsys, "conform", "keygen", "--out", keys).code == 0
    words = ("conform", "run", dump, "--area", "1", "--evidence", bundle, "--key", keys / "chukan.key")
    assert ran(capsys, *words).code == 1, "the dump has findings, and so the verdict is a failed one"
    return Made(bundle, dump, keys)


def check(made: Made, capsys: pytest.CaptureFixture[str], *more: str | Path) -> Ran:
    return ran(capsys, "conform", "verify", made.bundle, "--key", made.keys / "chukan.pub", *more)


def test_a_third_party_comes_to_the_same_verdict(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    done = check(made, capsys, "--inputs", made.dump)
    assert done.code == 1 and done.out.startswith("fail  layout 2.7  in 3")
    assert "同じ結果" in done.err


def test_a_changed_input_is_named(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    made.dump.write_text(made.dump.read_text(encoding="utf-8").replace("131017", "131016"), encoding="utf-8")
    done = check(made, capsys, "--inputs", made.dump)
    assert done.code == 1 and "世帯.csv" in done.err and "再現しません" in done.err


def test_a_clean_dump_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump, bundle = standard_file(tmp_path / "世帯.csv", [1, 2]), tmp_path / "e.zip"
    assert ran(capsys, "conform", "run", dump, "--evidence", bundle).code == 0
    done = ran(capsys, "conform", "verify", bundle)
    assert done.code == 0 and "署名は確かめていません" in done.err


def test_the_same_inputs_give_the_same_evidence_but_for_the_times(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    first = box.unpacked(made.bundle)
    words = ("conform", "run", made.dump, "--area", "1", "--evidence", made.bundle, "--jobs", "1")
    assert ran(capsys, *words).code == 1
    second = box.unpacked(made.bundle)
    timed = {"log.txt", "statement.dsse.json"}
    assert {n: raw for n, raw in first.items() if n not in timed} == {n: raw for n, raw in second.items() if n not in timed}


def test_a_changed_byte_anywhere_is_seen(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    raw = made.bundle.read_bytes()
    public = (made.keys / "chukan.pub").read_bytes()
    assert verify(made.bundle, public)
    step = max(1, len(raw) // 397)
    for at in [*range(0, len(raw), step), *range(len(raw) - 60, len(raw))]:
        made.bundle.write_bytes(raw[:at] + bytes([raw[at] ^ 0x20]) + raw[at + 1 :])
        with pytest.raises((box.BadBox, sign.BadSignature)):
            verify(made.bundle, public)
    made.bundle.write_bytes(raw + b"\0")
    assert check(made, capsys).code == 2


def test_evidence_made_to_fit_is_not_signed(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    """Who changes a report and every checksum with it still lacks the key."""
    files = box.unpacked(made.bundle)
    sealed = json.loads(files["statement.dsse.json"])
    statement = json.loads(base64.b64decode(sealed["payload"]))
    files["report.json"] = files["report.json"].replace(b'"fail"', b'"pass"')
    statement["predicate"]["chukan"]["evidence"]["report.json"] = box.sha256(files["report.json"])
    sealed["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    files["statement.dsse.json"] = json.dumps(sealed).encode()
    made.bundle.write_bytes(box.packed(files))
    done = check(made, capsys)
    assert done.code == 2 and "署名" in done.err
    other = sign.new_key()[1]
    (made.keys / "chukan.pub").write_bytes(other)
    assert check(made, capsys).code == 2


def test_nothing_of_a_person_is_in_it(made: Made) -> None:
    with zipfile.ZipFile(made.bundle) as book:
        for name in book.namelist():
            raw = book.read(name)
            assert MARK.encode() not in raw, name
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(raw)) as sheets:
                    assert all(MARK.encode() not in sheets.read(s) for s in sheets.namelist())
    report = json.loads(box.unpacked(made.bundle)["report.json"])
    assert report["rules"] and all(s["key"] == s["value"] == "" for s in report["samples"])


def test_coverage_tells_every_requirement(made: Made) -> None:
    covered = json.loads(box.unpacked(made.bundle)["coverage.json"])
    outcomes = {r["rule"]: r["outcome"] for r in covered["requirements"]}
    assert outcomes["01-03-K01"] == "fail" and outcomes["01-03-004-CDG"] == "fail"
    assert outcomes["01-01-001-REQ"] == "omit", "住民情報 is not among the inputs"
    assert outcomes["01-03-K02"] == "skip", "it refers to 住民情報"
    assert outcomes["01-03-001-REQ"] == "pass"
    assert sum(covered["counts"].values()) == len(covered["requirements"])


@pytest.mark.parametrize("raw", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle(raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.zip").write_bytes(raw)
    assert ran(capsys, "conform", "verify", tmp_path / "x.zip").code == 2
    assert ran(capsys, "conform", "verify", tmp_path / "none.zip").code == 2


def test_bad_keys(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("no key", encoding="ascii")
    assert ran(capsys, "conform", "verify", made.bundle, "--key", bad).code == 2
    assert ran(capsys, "conform", "run", made.dump, "--evidence", tmp_path / "n.zip", "--key", bad).code == 2
    assert not (tmp_path / "n.zip").exists()
    assert ran(capsys, "conform", "keygen", "--out", made.keys).code == 2, "keys are never overwritten"
