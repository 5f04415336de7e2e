"""Files of records that are written: lengths before records and blocks, tables of varying length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chukan_layout.model.mapping import FileMapping, Mapping, SourceFile
from chukan_layout.model.record import RecordLayout
from chukan_layout.plan.records import record_plan
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.run.replay import replay
from chukan_layout.sample.generate import write_sample
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder
from chukan_layout.write.records import RecordWriter

LAYOUTS = load_layouts("2.7", areas=[1])
SPECS = (layout_folder("2.7"), mapping_folder("vendorB"))
DATA = "data/01-住民基本台帳/住民情報.csv"


def vendor(**record: Any) -> Mapping:
    """vendorB with other records."""
    found = load_mapping("vendorB")

    def changed(file: FileMapping) -> FileMapping:
        assert file.source.record is not None
        layout = file.source.record.model_copy(update=record)
        return file.model_copy(update={"source": file.source.model_copy(update={"record": layout})})

    return found.model_copy(update={"files": tuple(map(changed, found.files))})


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    write_sample(folder / "source", 300, 3, LAYOUTS, load_mapping("vendorB"), as_vendor=True)
    run_into(Order([folder / "source"], LAYOUTS, "2.7", load_mapping("vendorB")), folder / "run", SPECS)
    return folder / "run"


def sizes(raw: bytes, big: bool, inclusive: bool) -> list[int]:
    """Sizes of blocks, themselves included, after checking that records fill them."""
    found, at = [], 0
    read = lambda i: int.from_bytes(raw[i : i + 2], "big" if big else "little") + (0 if inclusive else 4)  # noqa: E731
    while at < len(raw):
        end, inner = at + read(at), at + 4
        found.append(end - at)
        while inner < end:
            inner += read(inner)
        assert inner == end
        at = end
    return found


@pytest.mark.parametrize(("big", "inclusive"), [(True, True), (False, False)])
def test_blocks_are_written_and_read_again(standard: Path, tmp_path: Path, big: bool, inclusive: bool) -> None:
    own = vendor(form="bdw", block=2000, big=big, inclusive=inclusive)
    made = []
    for name, block in (("one", 1 << 20), ("many", 7000)):
        order = Order([standard / "data"], LAYOUTS, "2.7", own, "back", jobs=2, block=block)
        run_into(order, tmp_path / name, SPECS)
        made.append((tmp_path / name / "data" / "JUMINB.dat").read_bytes())
    assert made[0] == made[1], "blocks do not depend on how the file was read"
    found = sizes(made[0], big, inclusive)
    assert set(found[:-1]) == {4 + 4 * 404} and found[-1] <= 4 + 4 * 404
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "JUMINB01.dat").write_bytes(made[0])
    report = run_into(Order([tmp_path / "again"], LAYOUTS, "2.7", own), tmp_path / "run", SPECS)
    assert report.totals.findings == 0
    assert (tmp_path / "run" / DATA).read_bytes() == (standard / DATA).read_bytes()


def test_rejected_records_of_blocks_are_replayed(standard: Path, tmp_path: Path) -> None:
    own = vendor(form="bdw", block=2000)
    run_into(Order([standard / "data"], LAYOUTS, "2.7", own, "back"), tmp_path / "back", SPECS)
    raw = bytearray((tmp_path / "back" / "data" / "JUMINB.dat").read_bytes())
    field = next(f for f in own.files[0].source.record.reading().fields if f.name == "生年月日")  # type: ignore[union-attr]
    at = 8 + 404 + field.at  # of the first record behind the header
    good, raw[at + 4] = raw[at + 4], 0x40
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "JUMINB01.dat").write_bytes(raw)
    report = run_into(Order([tmp_path / "in"], LAYOUTS, "2.7", own), tmp_path / "run", SPECS)
    assert {r.id: r.count for r in report.rules}["S-FIELD"] == 1 and good != 0x40
    rejected = (tmp_path / "run" / "rejects" / "JUMINB01.dat").read_bytes()
    assert rejected == bytes(raw[8 + 400 : 8 + 400 + 404])
    again = replay(tmp_path / "run", Order([], LAYOUTS, "2.7", own), tmp_path / "again", SPECS)
    assert again.totals.rows.rejected == 1 and again.totals.rows.out == report.totals.rows.out
    assert (tmp_path / "again" / "rejects" / "JUMINB01.dat").read_bytes() == rejected


TABLE = {"form": "rdw", "profile": "pc", "kinds": [{"name": "a", "fields": [
    {"name": "n", "at": 0, "bytes": 1, "type": "zoned", "digits": 1},
    {"name": "t1", "at": 1, "bytes": 2, "odo": [{"counter": "n", "most": 3, "stride": 2, "element": 1}]},
    {"name": "t2", "at": 3, "bytes": 2, "odo": [{"counter": "n", "most": 3, "stride": 2, "element": 2}]},
    {"name": "t3", "at": 5, "bytes": 2, "odo": [{"counter": "n", "most": 3, "stride": 2, "element": 3}]},
    {"name": "tail", "at": 7, "bytes": 3, "odo": [{"counter": "n", "most": 3, "stride": 2}]},
]}]}  # fmt: skip


@pytest.mark.parametrize(("csv", "record", "refused"), [
    (b"2,AB,CD,,xyz\n", (b"\0\x0c\0\0" b"2ABCDxyz"), 0),
    (b"0,,,,xyz\n", (b"\0\x08\0\0" b"0xyz"), 0),
    (b"3,AB,,EF,\n", (b"\0\x0e\0\0" b"3AB  EF   "), 0),
    (b"1,AB,CD,,xyz\n", (b"\0\x0a\0\0" b"1ABxyz"), 1),
])  # fmt: skip
def test_a_table_is_as_long_as_its_counter_says(csv: bytes, record: bytes, refused: int) -> None:
    layout = RecordLayout.model_validate(TABLE)
    source = SourceFile.model_validate({"files": ("x",), "encoding": "cp932", "format": "fixed", "record": layout})
    raw, missing = RecordWriter(record_plan(source)).encode(csv)
    assert (bytes(raw), missing) == (record, refused)


def test_a_variant_is_written_where_it_holds() -> None:
    fields = [{"name": "k", "at": 0, "bytes": 1}, {"name": "a", "at": 1, "bytes": 3, "when": {"field": "k", "in": ["A"]}},
              {"name": "b", "at": 1, "bytes": 3, "when": {"field": "k", "in": ["B"]}}]  # fmt: skip
    record = {"length": 4, "profile": "pc", "kinds": [{"name": "x", "fields": fields}]}
    source = SourceFile.model_validate({"files": ("x",), "encoding": "cp932", "format": "fixed", "record": record})
    raw, missing = RecordWriter(record_plan(source)).encode(b"A,one,\nB,,two\nB,one,two\n")
    assert (bytes(raw), missing) == (b"AoneBtwoBtwo", 1)
