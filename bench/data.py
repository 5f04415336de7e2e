"""The measured files: a synthetic registry as vendorA gives it, made once per size, kept in bench/data/."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CHUKAN = Path(sys.executable).with_name("chukan")
AREA = "住民基本台帳"
UNKNOWN_CODE = b"?"  # a code that no table has: one finding in every record
BLOCK = 1 << 20


@dataclass(frozen=True)
class Data:
    """The files of one size; all hold the same ``rows`` records."""

    rows: int
    columns: int
    cp932: Path  # 住民 as vendorA gives it
    utf8: Path  # the same text in UTF-8, for polars' own best case
    faulty: Path  # cp932 with a wrong code in every record


def prepare(rows: int) -> Data:
    """The files of ``rows`` persons, made where they are missing."""
    folder = HERE / "data" / str(rows)
    cp932 = _sample(rows, "vendorA", folder / "vendorA", "JUMIN*.csv")
    utf8, faulty = folder / "utf8.csv", folder / "faulty" / cp932.name
    if not utf8.exists():
        _recode(cp932, utf8)
    if not faulty.exists():
        faulty.parent.mkdir(exist_ok=True)
        _spoil(cp932, faulty, "性別")
    with cp932.open("rb") as f:
        columns = f.readline().count(b",") + 1
        records = sum(block.count(b"\n") for block in iter(lambda: f.read(BLOCK), b""))
    return Data(records, columns, cp932, utf8, faulty)


def _sample(rows: int, shape: str, folder: Path, pattern: str) -> Path:
    if not folder.exists():
        command = [CHUKAN, "sample", "--area", AREA, "--rows", str(rows), "--seed", "1", "--as", shape]
        subprocess.run([*command, "--out", folder, "--no-progress"], check=True, stdout=subprocess.DEVNULL)
    found = sorted(folder.rglob(pattern), key=lambda p: p.stat().st_size)
    if not found:
        raise SystemExit(f"no file {pattern} in {folder.relative_to(HERE)}")
    return found[-1]


def _recode(source: Path, target: Path) -> None:
    with (
        source.open(encoding="cp932", newline="") as reader,
        target.open("w", encoding="utf-8", newline="") as writer,
    ):
        for block in iter(lambda: reader.read(BLOCK), ""):
            writer.write(block)


def _spoil(source: Path, target: Path, column: str) -> None:
    """``column`` becomes a code that no table has.  A comma is never part of a CP932 character."""
    with source.open("rb") as reader, target.open("wb") as writer:
        header = reader.readline()
        writer.write(header)
        names = [name.strip('"\r\n') for name in header.decode("cp932").split(",")]
        index = names.index(column)
        for line in reader:
            fields = line.split(b",")
            fields[index] = UNKNOWN_CODE
            writer.write(b",".join(fields))
