"""Cleansing: the kernel against plain Python over values, days and the order of rules."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout import _kernel
from chukan_layout.model.cleansing import Cleansing
from chukan_layout.model.layout import Area, FileFormat, LayoutFile, LayoutSet
from chukan_layout.plan.cleansing import years_before
from chukan_layout.plan.compile import Scope, compile_validate
from chukan_layout.plan.reference import run_ops

DAY = st.integers(0, 4).map(lambda n: (date(2020, 2, 27) + timedelta(n)).isoformat())
RECORD = st.tuples(st.sampled_from(["", "1", "2"]), st.sampled_from(["", "不正"]) | DAY, st.text("ァア ﾊa", max_size=4))
RULES = Cleansing.model_validate({
    "normalise": [
        {"id": "N1", "name": "大", "class": "safe", "area": 1, "file": "例", "items": ["名"], "ops": [{"op": "kana_large"}], "source": "draft"},
        {"id": "N2", "name": "空白", "class": "safe", "area": 1, "file": "例", "items": ["名"], "ops": [{"op": "trim"}], "source": "draft"},
    ],
    "purge": [
        {"id": "P1", "name": "試験", "area": 1, "file": "例", "when": [{"item": "区分", "in": ["2"]}], "source": "draft"},
        {"id": "P2", "name": "古い", "area": 1, "file": "例", "source": "draft",
         "when": [{"item": "日", "older_than_years": 4}, {"item": "区分", "present": True}]},
    ],
})  # fmt: skip


def layouts() -> LayoutSet:
    item: dict[str, Any] = {"type": "N", "digits": 12, "source": "draft"}
    file = LayoutFile.model_validate(
        {"area": 1, "area_name": "例", "no": 1, "id": "例", "name": "例ファイル", "key": ["番号"], "source": "draft",
         "items": [item | {"no": 1, "name": "番号", "type": "X"}, item | {"no": 2, "name": "区分", "type": "X"},
                   item | {"no": 3, "name": "日", "type": "DATE", "digits": 10}, item | {"no": 4, "name": "名", "charset": "any"}]}
    )  # fmt: skip
    return LayoutSet(version="9.9", title="例", source="draft", format=FileFormat(), areas=(Area(no=1, name="例", files=(file,), codes={}),))


def texts(raw: Any) -> list[str]:
    ends, data = memoryview(raw[0]).cast("B").cast("i").tolist(), bytes(memoryview(raw[1]))
    return [data[a:b].decode() for a, b in itertools.pairwise(ends)]


def expected(records: list[tuple[str, str, str]], as_of: str) -> tuple[list[tuple[str, str, str]], list[str], list[str]]:
    """Changes (rule, original, value), keys of removed records, values that stay: by plain Python."""
    changes, removed, kept = [], [], []
    border = years_before(date.fromisoformat(as_of), 4).isoformat()
    for n, (code, day, name) in enumerate(records):
        if code == "2" or (day not in ("", "不正") and day < border and code):
            changes.append(("P1" if code == "2" else "P2", "", ""))
            removed.append(str(n))
            continue
        value: str | None = name or None
        for rule in RULES.normalise:
            before, value = value, run_ops(rule.ops, [value], {}, "utf-8")
            if before != value:
                changes.append((rule.id, before or "", value or ""))
        kept.append(value or "")
    return changes, removed, kept


@settings(max_examples=200, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=8), DAY)
def test_changes_and_removed_records_are_those_of_the_rules(records: list[tuple[str, str, str]], day: str) -> None:
    as_of = date.fromisoformat(day).replace(year=2024).isoformat()
    set_ = layouts()
    (file,) = set_.areas[0].files
    program = compile_validate(set_, file, [i.name for i in file.items], Scope(as_of=as_of, cleansing=RULES.rules))
    lines = [f"{n},{code},{on},{name}\n" for n, (code, on, name) in enumerate(records)]
    chunk = _kernel.run(_kernel.Program(program.spec_bytes, b""), "".join(lines).encode())
    changes, removed, kept = expected(records, as_of)
    n, rule, _, line, _, key, before, after = chunk.changed
    ids = [program.cleansing[i].id for i in memoryview(rule).cast("B").cast("H")]
    assert (n, list(zip(ids, texts(before), texts(after), strict=True))) == (len(changes), changes)
    assert bytes(memoryview(chunk.removed)) == "".join(lines[int(i)] for i in removed).encode()
    at = memoryview(line).cast("B").cast("I").tolist()
    assert [k for k, i in zip(texts(key), ids, strict=True) if i[0] == "P"] == removed
    assert [n - 1 for n, i in zip(at, ids, strict=True) if i[0] == "P"] == [int(r) for r in removed]
    out = [row.split(",")[3].strip('"') for row in bytes(memoryview(chunk.csv)).decode().splitlines()]
    assert out == kept
    assert chunk.rows_in == chunk.rows_out + chunk.rows_removed == len(records)
    # What is wrong with a record that is not needed is nobody's finding.
    unread = sum(day == "不正" and str(n) not in removed for n, (_, day, _) in enumerate(records))
    assert sum(chunk.rule_counts) == chunk.findings[0] == unread


def test_the_day_of_a_leap_year_has_an_end() -> None:
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)
