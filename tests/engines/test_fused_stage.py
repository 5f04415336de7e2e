"""The stage over record batches gives what the pass over bytes gives, however the records are batched."""

from __future__ import annotations

import pickle
from functools import reduce
from operator import add

import pyarrow as pa
import pytest

from chukan_layout import _kernel
from chukan_layout.charset.tables import charset_table
from chukan_layout.model.tally import Tally
from chukan_layout.plan.compile import compile_convert
from chukan_layout.plan.program import Program
from chukan_layout.sample.generate import write_sample
from chukan_layout.spec.load import load_layouts, load_mapping
from chukan_layout.stages.fused import FusedStage
from chukan_layout.write.arrow import record_batch


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, bytes, pa.Table]:
    folder = tmp_path_factory.mktemp("stage")
    layouts, vendor = load_layouts("2.7", areas=[1]), load_mapping("vendorA")
    write_sample(folder, 3_000, 5, layouts, vendor, as_vendor=True)
    mapping = next(m for m in vendor.files if m.file == "住民情報")
    file = next(f for f in layouts.area(1).files if f.id == "住民情報")
    raw = (folder / "JUMIN01.csv").read_bytes().split(b"\r\n", 1)[1]
    rows = [line.split(",") for line in raw.decode("cp932").split("\r\n")[:-1]]
    columns = [pa.array([v or None for v in column], pa.string()) for column in zip(*rows, strict=True)]
    program = compile_convert(layouts, file, mapping, vendor)
    return program, raw, pa.table(columns, names=list(mapping.source.columns))


@pytest.mark.parametrize("size", [1, 700, 10_000])
def test_batches_do_not_matter(source: tuple[Program, bytes, pa.Table], size: int) -> None:
    program, raw, table = source
    table = table.slice(0, 200) if size == 1 else table
    stage = pickle.loads(pickle.dumps(FusedStage(program)))

    parts = list(stage.run(iter(table.to_batches(max_chunksize=size))))

    whole = _kernel.run(_kernel.Program(program.spec_bytes, charset_table("cp932")), raw, columns=True)
    expected = pa.Table.from_batches([record_batch(whole, stage.schema)]).slice(0, table.num_rows)
    assert pa.Table.from_batches([batch for batch, _ in parts], stage.schema).equals(expected)
    tally = reduce(add, (t for _, t in parts), Tally())
    assert (tally.rows_in, tally.rows_out) == (table.num_rows, table.num_rows)
    if table.num_rows == whole.rows_in:
        assert tally.hash_total == whole.hash_total


def test_other_columns_are_refused(source: tuple[Program, bytes, pa.Table]) -> None:
    program, _, table = source

    with pytest.raises(ValueError, match="columns"):
        next(FusedStage(program)(iter(table.select([0, 1]).to_batches())))
