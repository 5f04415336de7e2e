"""What is measured: each case is a whole process, from its start to the last byte written."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from bench.data import CHUKAN, HERE, Data
from bench.measure import Case

FLOOR = "polars CP932 → CSV (下限 the floor)"
STRETCH = "polars UTF-8 → CSV"
CSV2 = "chukan CSV, 2 jobs"
CSV1 = "chukan CSV, 1 job"
BOTH2 = "chukan CSV + Parquet, 2 jobs"
BOTH1 = "chukan CSV + Parquet, 1 job"
FAULTY2 = "chukan CSV, 2 jobs, 全件に指摘 (every record has a finding)"
PEER_POLARS = "polars expressions, CSV"
PEER_PANDAS = "pandas, CSV"
VALIDATE = "chukan validate, 2 jobs"
VALIDATE1 = "chukan validate, 1 job"
SAME = "chukan validate, 2 jobs, 同じ規則だけ (the same rules)"
#: What the peers are given: required, type and shape of dates, characters, digits, codes (bench/peers/vendor_rules.py).
SAME_RULES = ("REQ", "TYP", "DAT", "CHR", "DIG", "COD")
FRICTIONLESS = "frictionless"
FINDINGS = (0, 1)  # exit 1 says that there are findings, not that it failed


def main_cases(data: Data, out: Path) -> list[Case]:
    """The floor and chukan; measured at every size."""
    floor = [sys.executable, str(HERE / "floor_polars.py")]
    copy = out / "copy.csv"
    return [
        Case(FLOOR, [*floor, str(data.cp932), str(copy), "cp932"], (copy,)),
        Case(STRETCH, [*floor, str(data.utf8), str(copy), "utf8"], (copy,)),
        _convert(CSV2, data.cp932, out, 2, ("csv",)),
        _convert(CSV1, data.cp932, out, 1, ("csv",)),
        _convert(BOTH2, data.cp932, out, 2, ("csv", "parquet")),
        _convert(BOTH1, data.cp932, out, 1, ("csv", "parquet")),
        _convert(FAULTY2, data.faulty, out, 2, ("csv",)),
    ]


def _convert(name: str, source: Path, out: Path, jobs: int, formats: tuple[str, ...]) -> Case:
    command = [
        str(CHUKAN),
        "convert",
        str(source),
        "--from",
        "vendorA",
        "--to",
        "standard",
        "--out",
        str(out / "run"),
    ]
    command += ["--jobs", str(jobs), "--no-progress", "--quiet"]
    for name_of_format in formats:
        command += ["--data-format", name_of_format]
    return Case(name, command, (out / "run",), FINDINGS)


def peer_cases(data: Data, out: Path) -> tuple[list[Case], dict[str, str]]:
    """The same work written with other tools; and of those that cannot run here, why."""
    result = out / "peer.csv"
    wanted = [
        (PEER_POLARS, "peer_polars.py", "polars", data.cp932),
        (PEER_PANDAS, "peer_pandas.py", "pandas", data.cp932),
    ]
    return _scripts(wanted, result)


def validation_cases(source: Path, out: Path) -> tuple[list[Case], dict[str, str]]:
    """Validation alone of the vendor's file, the same rules as far as each tool can say them."""
    command = [str(CHUKAN), "validate", str(source), "--from", "vendorA", "--out", str(out / "run")]
    command += ["--no-progress", "--quiet"]
    same = [part for kind in SAME_RULES for part in ("--rules", f"*-{kind}")]
    own = [
        Case(name, [*command, "--jobs", str(jobs), *rules], (out / "run",), FINDINGS)
        for jobs, name, rules in ((2, SAME, same), (2, VALIDATE, []), (1, VALIDATE1, []))
    ]
    wanted = [
        ("polars (expressions)", "validate_polars.py", "polars", source),
        ("pandera", "validate_pandera.py", "pandera", source),
        ("pointblank", "validate_pointblank.py", "pointblank", source),
        ("dataframely", "validate_dataframely.py", "dataframely", source),
        (FRICTIONLESS, "validate_frictionless.py", "frictionless", source),
    ]
    cases, absent = _scripts(wanted, out / "peer.csv")
    return [*own, *cases], absent


def _scripts(wanted: list[tuple[str, str, str, Path]], result: Path) -> tuple[list[Case], dict[str, str]]:
    cases: list[Case] = []
    absent: dict[str, str] = {}
    for name, script, module, source in wanted:
        if importlib.util.find_spec(module) is None:
            absent[name] = f"{module} が入っていない (make setup-bench)"
        else:
            command = [sys.executable, str(HERE / script), str(source), str(result)]
            cases.append(Case(name, command, (result,)))
    return cases, absent
