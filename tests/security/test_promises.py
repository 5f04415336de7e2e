"""Promises about residents' data, kept on the command line as a user has it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.conftest import Chukan

#: Columns of vendorA that name a person, or are 個人番号.
PERSONAL = ("氏名", "カナ", "個人番号", "電話")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="cp932", newline="") as f:
        return list(csv.DictReader(f))


def digests(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def run(chukan: Chukan, vendor_a: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over files in which every tenth 個人番号 and 性別 is wrong: there is something to tell."""
    folder = tmp_path_factory.mktemp("security")
    source = folder / "source"
    source.mkdir()
    for path in vendor_a.glob("*.csv"):
        rows = read(path)
        for row in rows[::10]:
            for name in {"個人番号", "性別"} & row.keys():
                row[name] += "9"
        with (source / path.name).open("w", encoding="cp932", newline="") as f:
            writer = csv.DictWriter(f, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    before = digests(source)
    chukan("convert", source, "--from", "vendorA", "--to", "standard", "--out", folder / "run", code=1)
    assert digests(source) == before, "originals are never touched"
    return folder / "run"


def personal_values(source: Path) -> set[str]:
    """Values of persons long enough that they do not stand in a text by chance."""
    found: set[str] = set()
    for path in source.glob("*.csv"):
        for row in read(path):
            found |= {v.strip(" \u3000") for k, v in row.items() if any(p in k for p in PERSONAL)}
    return {v for v in found if len(v) >= 4}


def test_no_value_of_a_person_is_told(run: Path) -> None:
    values = personal_values(run.parent / "source")
    assert len(values) > 2000
    for name in ("report.json", "manifest.json", "findings.csv"):
        text = (run / name).read_text(encoding="utf-8")
        told = [v for v in values if v in text]
        assert told == [], name


def test_no_value_of_a_person_is_spoken(chukan: Chukan, run: Path, tmp_path: Path) -> None:
    source = run.parent / "source"
    done = chukan(
        "convert", source, "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run", code=1
    )
    spoken = done.stdout + done.stderr
    assert [v for v in personal_values(source) if v in spoken] == []


def test_mynumber_is_not_shown_even_with_reveal(chukan: Chukan, run: Path, tmp_path: Path) -> None:
    source, out = run.parent / "source", tmp_path / "run"
    chukan("convert", source, "--from", "vendorA", "--to", "standard", "--out", out, "--reveal", code=1)
    numbers = {row.get("個人番号", "") for path in source.glob("*.csv") for row in read(path)}
    text = (out / "findings.csv").read_text(encoding="utf-8")
    assert [n for n in numbers if len(n) >= 12 and n in text] == []
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["revealed"] is True


def test_files_are_for_their_owner_alone(run: Path) -> None:
    open_to_others = [
        str(p.relative_to(run)) for p in run.rglob("*") if p.is_file() and p.stat().st_mode & 0o077
    ]
    assert open_to_others == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_source_is_one_clear_message(chukan: Chukan, tmp_path: Path) -> None:
    source = tmp_path / "JUMIN.csv"
    source.write_bytes(b"")
    source.chmod(0)
    done = chukan(
        "convert", source, "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run", code=2
    )
    assert "JUMIN.csv" in done.stderr
