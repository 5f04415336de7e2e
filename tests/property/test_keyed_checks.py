"""Sums, totals of details, periods and keys of other areas: the kernel against plain Python over the same records."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout import _kernel
from chukan_layout.engines.local import LocalEngine
from chukan_layout.model.layout import Area, FileFormat, LayoutFile, LayoutSet
from chukan_layout.model.report import Skipped
from chukan_layout.plan.compile import compile_validate
from chukan_layout.run.keyed import COMPLAINTS, KeyedGathering

DRAFT = {"source": "draft"}


def item(no: int, name: str, type_: str = "X", **more: Any) -> dict[str, Any]:
    return {"no": no, "name": name, "type": type_, "digits": 12, **DRAFT, **more}


def check(kind: str, id_: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "id": id_, "name": kind, **DRAFT, **more}


def file(area: int, no: int, id_: str, **more: Any) -> LayoutFile:
    return LayoutFile.model_validate(
        {"area": area, "area_name": "例", "no": no, "id": id_, "name": f"{id_}ファイル", "key": ["番号"], **DRAFT, **more}
    )


LEVY = file(
    2, 1, "賦課",
    items=[
        item(1, "番号"), item(2, "税額", "S9"), item(3, "県税額", "9"), item(4, "市税額", "9"), item(5, "控除額", "9"),
        item(6, "開始日", "DATE"), item(7, "終了日", "DATE"),
    ],
    row_checks=[check("sum", "C01", total="税額", plus=["県税額", "市税額"], minus=["控除額"], tolerance=1)],
    keyed_checks=[
        check("totals", "K01", items=["番号"], amount="税額", of_file="期別", of_items=["番号"], of_amount="期別税額",
              of_when=[{"item": "取消", "present": False}]),
        check("periods", "K02", key=["番号"], start="開始日", end="終了日", gapless=True),
        check("foreign", "K03", items=["番号"], to_area=1, to_file="住民", to_items=["番号"],
              or_to=[{"file": "住登外", "items": ["番号"], "area": 3}]),
        check("joined", "K04", items=["番号"], item="開始日", op=">=", to_area=1, to_file="住民", to_items=["番号"],
              to_item="生年月日", years=2, days=-1),
    ],
)  # fmt: skip
INSTALMENT = file(2, 2, "期別", items=[item(1, "番号"), item(2, "期別税額", "9"), item(3, "取消")])
RESIDENT = file(1, 1, "住民", items=[item(1, "番号"), item(2, "生年月日", "DATE")])
OUTSIDER = file(3, 1, "住登外", items=[item(1, "番号")])
FILES = (LEVY, INSTALMENT, RESIDENT, OUTSIDER)
LAYOUTS = LayoutSet(
    version="9.9", title="例", source="draft", format=FileFormat(),
    areas=tuple(
        Area(no=no, name="例", files=tuple(f for f in FILES if f.area == no), codes={}) for no in (1, 2, 3)
    ),
)  # fmt: skip

NUMBER = st.sampled_from("1234")
AMOUNT = st.sampled_from(["", "0", "1", "2", "3", "100"])
DAY = st.integers(0, 6).map(lambda n: date(2020, 2, 27) + timedelta(n))
LEVIES = st.lists(
    st.tuples(NUMBER, AMOUNT, AMOUNT, AMOUNT, AMOUNT, st.none() | DAY, st.none() | DAY), max_size=8
)
INSTALMENTS = st.lists(st.tuples(NUMBER, AMOUNT, st.sampled_from(["", "1"])), max_size=8)
RESIDENTS = st.lists(st.tuples(NUMBER, st.none() | DAY.map(lambda d: d.replace(year=2018, day=min(d.day, 28)))), max_size=4)
NUMBERS = st.lists(st.tuples(NUMBER), max_size=3)

Records = list[tuple[Any, ...]]


def judged(inputs: dict[str, Records]) -> tuple[set[tuple[str, int, str]], list[str]]:
    """(check, line, complaint) of every finding about 賦課, and the checks that were skipped."""
    found, skipped = set(), list[Skipped]()
    with tempfile.TemporaryDirectory() as folder, LocalEngine().session(Path(folder), 1) as session:
        keys = KeyedGathering(session, Path(folder) / "keys", 1)
        for layout in FILES:
            if layout.id not in inputs:
                continue
            program = compile_validate(LAYOUTS, layout, [i.name for i in layout.items])
            lines = [",".join("" if v is None else str(v) for v in record) for record in inputs[layout.id]]
            data = "".join(f"{line}\n" for line in lines).encode()
            chunk = _kernel.run(_kernel.Program(program.spec_bytes, b""), data)
            place = FILES.index(layout) << 48
            for emitted, entries in zip(keys.sets_for(program), chunk.keyed, strict=True):
                emitted.add(entries, place, 0)
            if layout is LEVY:
                sums = next(i for i, rule in enumerate(program.rules) if rule.kind == "C01")
                counts = chunk.rule_counts[sums] if sums < len(chunk.rule_counts) else 0
                found |= {("C01", i, "") for i in range(1, counts + 1)}
        for hits in keys.judge(skipped):
            found |= {
                (hits.task.check.id, line, COMPLAINTS[code])
                for line, code in zip(hits.lines, hits.codes, strict=True)
            }
    return found, [s.check for s in skipped]


def expected(
    levies: Records, instalments: Records, known: set[str], births: dict[str, date]
) -> set[tuple[str, int, str]]:
    found = set()
    sums = 0
    last: dict[str, date] = {}
    for line, (number, total, county, city, less, _, _) in enumerate(levies, 1):
        if total:
            sums += abs(int(total) - (int(county or 0) + int(city or 0) - int(less or 0))) > 1
            details = sum(int(a or 0) for n, a, gone in instalments if n == number and not gone)
            if int(total) != details:
                found.add(("K01", line, "合計不一致"))
        if number not in known:
            found.add(("K03", line, "参照先なし"))
    spans = [(start, line, number, end) for line, (number, *_, start, end) in enumerate(levies, 1) if start]
    for start, line, number, end in sorted(spans, key=lambda s: s[:2]):
        before = last.get(number)
        if before is not None and start <= before:
            found.add(("K02", line, "期間の重なり"))
        elif before is not None and start > before + timedelta(1):
            found.add(("K02", line, "期間の空き"))
        if number in births and start < births[number].replace(year=births[number].year + 2) - timedelta(1):
            found.add(("K04", line, "日付の前後"))
        last[number] = max(end or date.max, before or date.min)
    return found | {("C01", i, "") for i in range(1, sums + 1)}


@settings(max_examples=120, deadline=None)
@given(LEVIES, INSTALMENTS, RESIDENTS, NUMBERS)
def test_kernel_agrees_with_plain_python(
    levies: Records, instalments: Records, residents: Records, outsiders: Records
) -> None:
    inputs = {"賦課": levies, "期別": instalments, "住民": residents, "住登外": outsiders}
    known = {record[0] for record in residents + outsiders}
    births = {number: born for number, born in residents if born}
    assert judged(inputs) == (expected(levies, instalments, known, births), [])


def test_a_check_whose_other_file_is_absent_is_skipped_and_told() -> None:
    levy: Records = [("1", "5", "5", "", "", None, None)]
    found, skipped = judged({"賦課": levy, "住民": []})
    assert found == set()
    assert skipped == ["02-01-K01", "02-01-K03"], "K04 has its file"
