"""The peers that the benchmark compares with do the same work as the definition says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import TypeAdapter

from bench.peers import polars_ops
from chukan_layout.model.mapping import MapItem, Op
from chukan_layout.plan import reference

SPEC = tomllib.loads((Path(__file__).parents[2] / "docs" / "operations.toml").read_text(encoding="utf-8"))
TABLES = {name: dict(pairs) for name, pairs in SPEC["tables"].items()}
OP: TypeAdapter[Any] = TypeAdapter(Op)
#: What the peers leave out; no shipped mapping of the benchmark uses it.
LEFT_OUT = {"substr_bytes", "format_date", "date_part", "shrink", "scan"}
EXAMPLES = [
    pytest.param(example, id=f"{entry['name']}-{n}")
    for entry in SPEC["op"]
    if entry["name"] not in LEFT_OUT
    for n, example in enumerate(entry["examples"])
]


def expected(op: Any, sources: list[str]) -> str:
    try:
        return reference.run_ops([op], sources, TABLES) or ""
    except reference.OpError:
        return ""


def line_of(op: Any, sources: list[str]) -> tuple[MapItem, dict[str, list[str]]]:
    columns = {f"c{i}": [value] for i, value in enumerate(sources or [""])}
    return MapItem(to="x", from_=tuple(columns) if sources else (), ops=(op,)), columns


@pytest.mark.parametrize("example", EXAMPLES)
def test_polars_expression_gives_the_answer(example: dict[str, Any]) -> None:
    op = OP.validate_python(example["op"])
    line, columns = line_of(op, example["in"])
    got = pl.DataFrame(columns).select(polars_ops.value_of(line, TABLES)).item()
    assert (got or "") == expected(op, example["in"])


@pytest.mark.parametrize("example", EXAMPLES)
def test_pandas_gives_the_answer(example: dict[str, Any]) -> None:
    pd = pytest.importorskip("pandas", reason="pandas がない (make setup-bench)")
    from bench.peers import pandas_ops

    op = OP.validate_python(example["op"])
    line, columns = line_of(op, example["in"])
    got = pandas_ops.value_of(line, pd.DataFrame(columns, dtype=str), TABLES)
    assert got.iloc[0] == expected(op, example["in"])
