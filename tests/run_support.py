"""Small synthetic files of vendorA and the command run in this process, for the tests of the run room."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chukan_layout.cli.main import cli
from chukan_layout.model.mapping import Mapping
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

HEADER = "世帯番号,世帯主番号,世帯主名,市区町村コード,町字コード,町名,番地,方書,郵便番号,人数,設定日"
#: The same file in the standard, written by hand rather than by the code under test.
STANDARD_HEADER = (
    "世帯番号,世帯主宛名番号,世帯主氏名,住所_市区町村コード,住所_町字コード,住所_町字,住所_番地号表記,住所_方書,"
    "住所_郵便番号,世帯員数,世帯設定年月日"
)
DATA = "data/01-住民基本台帳/世帯.csv"


class Ran(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def household(number: int | str, **changed: str) -> str:
    """One record of SETAI.csv without faults, with the columns of ``changed`` replaced."""
    row = dict(zip(HEADER.split(","), [str(number), str(number), "例示　太郎", "131016", "", "見本町一丁目",
               "１番２号", "", "100-0001", "3", "20200401"], strict=True))  # fmt: skip
    assert set(changed) <= set(row)
    return ",".join({**row, **changed}.values())


def households(numbers: Iterable[int]) -> list[str]:
    return [household(n) for n in numbers]


def vendor_file(path: Path, records: Iterable[str], header: str = HEADER, encoding: str = "cp932") -> Path:
    """A file of vendorA; lines end with CR LF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\r\n" for line in (header, *records)).encode(encoding))
    return path


def standard_file(path: Path, numbers: Iterable[int], without: tuple[str, ...] = ()) -> Path:
    """世帯.csv of the standard, perhaps without some items."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = STANDARD_HEADER.split(",")
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [n for n in names if n not in without], extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for n in numbers:
            values = (f"{n:015d}", f"{n:015d}", "例示　太郎", "131016", "", "見本町一丁目", "１番２号", "", "1000001", "3",
                      "2020-04-01")  # fmt: skip
            writer.writerow(dict(zip(names, values, strict=True)))
    return path


def ran(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Ran:
    """``chukan WORDS`` in this process."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        cli.main([str(word) for word in words])
    said = capsys.readouterr()
    assert "Traceback" not in said.err and "内部の誤り" not in said.err, said.err
    assert isinstance(ended.value.code, int)
    return Ran(ended.value.code, said.out, said.err)


def to_standard(*sources: Path, out: Path) -> tuple[str | Path, ...]:
    """The words that convert files of vendorA."""
    return ("convert", *sources, "--from", "vendorA", "--to", "standard", "--out", out)


def order_of(*sources: Path, mapping: Mapping | None = None, **settings: Any) -> Order:
    """What ``chukan convert`` asks of the run room, with a block size that tests choose."""
    return Order(sources=sources, layouts=load_layouts("latest"), requested="latest",
                 mapping=mapping or load_mapping("vendorA"), **settings)  # fmt: skip


def run_here(order: Order, out: Path, **settings: Any) -> dict[str, Any]:
    """The run of ``order``; gives report.json."""
    run_into(order, out, (layout_folder("latest"), mapping_folder("vendorA")), **settings)
    return report_of(out)


def report_of(run: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((run / "report.json").read_text(encoding="utf-8"))
    return report


def findings_of(run: Path) -> list[dict[str, Any]]:
    """Every finding, from findings.parquet."""
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(run / "findings.parquet").to_pylist()
    return rows


def bytes_of(run: Path, *without: str) -> dict[str, bytes]:
    """Every result by its name but the manifest, which has the times."""
    files = {p.relative_to(run).as_posix(): p for p in run.rglob("*") if p.is_file()}
    return {name: p.read_bytes() for name, p in files.items() if name not in ("manifest.json", *without)}
