"""Every rule of every area is broken once, and found; the clean records beside stay without a finding.

Issue "validation as proof": recall 100 %, no false finding.  Kinds that only a mapping raises are in test_defects.py.
"""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from chukan_layout.rules.catalogue import catalogue
from chukan_layout.rules.kinds import KINDS
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.city.write import write_city
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.fault_matrix import OF_MAPPINGS, Due, Matrix

LAYOUTS = load_layouts("latest")
AREAS = [a.no for a in LAYOUTS.areas]
Place = tuple[str, str, int]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Matrix, set[Place]]:
    """The faults, and (rule, path, line) of every finding."""
    folder = tmp_path_factory.mktemp("matrix")
    write_city(folder / "city", 100, 5, LAYOUTS, AREAS, load_mapping("vendorA"), False)
    matrix = Matrix(LAYOUTS, folder / "city")
    matrix.fill()
    matrix.write()
    order = Order(
        sources=(folder / "city",), layouts=LAYOUTS, requested="latest", direction="validate", formats=(), jobs=2,
        as_of="2026-04-01", sample_limit=1_000_000,
    )  # fmt: skip
    run_into(order, folder / "run", [])
    table = pq.read_table(folder / "run" / "findings.parquet", columns=["rule", "path", "line"])
    return matrix, set(zip(*(table[c].to_pylist() for c in ("rule", "path", "line")), strict=True))


def place(matrix: Matrix, due: Due) -> Place:
    file = matrix.files[due.file]
    return due.rule, f"{file.folder}/{file.id}.csv", due.line


def test_every_rule_is_broken(judged: tuple[Matrix, set[Place]]) -> None:
    matrix, _ = judged
    layout_rules = {r.id for r in catalogue(LAYOUTS).values() if not r.id.startswith("S-")}
    broken = {d.rule for d in matrix.due}
    left = {rule for rule in layout_rules - broken if rule.rpartition("-")[2] not in OF_MAPPINGS}
    assert left == set(matrix.unbroken)
    # 住民票コード without its unpublished weights, and a number that may be any: nothing to break
    assert left <= {"01-01-114-CDG", "04-05-004-CDG", "17-06-007-RNG", "31-01-026-CDG"}
    assert len(matrix.due) > 18_000
    assert {r.rpartition("-")[2] for r in broken} >= set(KINDS) - set(OF_MAPPINGS)


def test_every_fault_is_found(judged: tuple[Matrix, set[Place]]) -> None:
    matrix, found = judged
    missed = [due for due in matrix.due if place(matrix, due) not in found]
    assert [due.rule for due in missed] == []


def test_nothing_is_found_among_the_clean_records(judged: tuple[Matrix, set[Place]]) -> None:
    matrix, found = judged
    clean = {f"{f.folder}/{f.id}.csv": matrix.clean[name] for name, f in matrix.files.items()}
    assert [p for p in found if p[2] and p[2] <= clean[p[1]] + 1] == []
