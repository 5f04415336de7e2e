"""Codes by date: the kernel against the reference over codes, days and periods at their borders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout import _kernel
from chukan_layout.model.layout import Area, CodeTable, CodeValue, FileFormat, LayoutFile, LayoutSet
from chukan_layout.plan.compile import Scope, compile_validate
from chukan_layout.plan.items import spans
from chukan_layout.plan.reference import in_force

DAY = st.integers(0, 5).map(lambda n: (date(2024, 2, 27) + timedelta(n)).isoformat())
PERIOD = st.tuples(st.none() | DAY, st.none() | DAY).filter(lambda p: not (p[0] and p[1] and p[0] > p[1]))
RECORDS = st.lists(st.tuples(st.sampled_from(["", "1", "2", "3"]), st.sampled_from([""]) | DAY), min_size=1, max_size=6)


def layouts(periods: list[tuple[str | None, str | None]], at: str | None) -> LayoutSet:
    values = tuple(
        CodeValue(code=str(n), name="例", valid_from=first, valid_to=last, valid_source="draft" if first or last else None)
        for n, (first, last) in enumerate(periods, 1)
    )
    item: dict[str, Any] = {"type": "X", "digits": 12, "source": "draft"}
    file = LayoutFile.model_validate(
        {"area": 1, "area_name": "例", "no": 1, "id": "例", "name": "例ファイル", "key": ["番号"], "source": "draft",
         "items": [item | {"no": 1, "name": "番号"}, item | {"no": 2, "name": "区分", "code": "区分"},
                   item | {"no": 3, "name": "日", "type": "DATE", "digits": 10}],
         "row_checks": [{"kind": "dated", "id": "D01", "name": "有効期間", "item": "区分", "at": at, "source": "draft"}]}
    )  # fmt: skip
    table = CodeTable(name="区分", source="draft", values=values)
    area = Area(no=1, name="例", files=(file,), codes={"区分": table})
    return LayoutSet(version="9.9", title="例", source="draft", format=FileFormat(), areas=(area,))


def counted(set_: LayoutSet, records: list[tuple[str, str]], as_of: str) -> tuple[int, tuple[str, ...]]:
    """Findings of D01, and what was not judged."""
    (file,) = set_.areas[0].files
    program = compile_validate(set_, file, [i.name for i in file.items], Scope(as_of=as_of))
    data = "".join(f"{n},{code},{day}\n" for n, (code, day) in enumerate(records)).encode()
    chunk = _kernel.run(_kernel.Program(program.spec_bytes, b""), data)
    rule = next((i for i, r in enumerate(program.rules) if r.kind == "D01"), None)
    known = rule is not None and rule < len(chunk.rule_counts)
    return chunk.rule_counts[rule] if known else 0, program.missing


@settings(max_examples=150, deadline=None)
@given(st.lists(PERIOD, min_size=3, max_size=3), RECORDS)
def test_a_code_is_judged_by_the_day_of_its_record(periods: list[Any], records: list[tuple[str, str]]) -> None:
    set_ = layouts(periods, "日")
    table = spans(set_.areas[0].codes["区分"])
    bad = sum(not in_force(code, day, table) for code, day in records)
    assert counted(set_, records, "") == (bad, ())


@settings(max_examples=80, deadline=None)
@given(st.lists(PERIOD, min_size=3, max_size=3), RECORDS, DAY)
def test_without_one_it_is_judged_by_the_day_of_the_run(periods: list[Any], records: list[tuple[str, str]], as_of: str) -> None:
    set_ = layouts(periods, None)
    table = spans(set_.areas[0].codes["区分"])
    bad = sum(not in_force(code, as_of, table) for code, _ in records)
    assert counted(set_, records, as_of) == (bad, ())


def test_a_run_without_a_day_says_what_it_could_not_judge() -> None:
    set_ = layouts([("2024-02-28", None)] * 3, None)
    assert counted(set_, [("1", "2024-02-27")], "") == (0, ("01-01-D01",))
