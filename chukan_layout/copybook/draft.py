"""A copybook as the draft of a mapping: the record layout in TOML, 88 values as code maps.

What a copybook does not say (which record is header or trailer, which PIC X hold shift codes) is proposed from names and
marked TODO where a person must look.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chukan_layout.copybook.layout import CopyRecord, Placed
from chukan_layout.model.layout import LayoutFile
from chukan_layout.model.record import Profile, RecordField
from chukan_layout.spec.skeleton import proposals

_HEADER = re.compile(r"ヘッダ|ヘッタ|見出|先頭|HEAD", re.I)
_TRAILER = re.compile(r"トレーラ|トレイラ|末尾|合計レコード|エンド|TRAIL|FOOT|END-REC", re.I)
_COUNT = re.compile(r"件数|COUNT|KENSU", re.I)
#: Charset that a profile's host most likely has.
CHARSETS: dict[Profile, str] = {
    "ibm": "ibm930", "fujitsu": "jef-kana", "hitachi": "keis83", "nec-acos": "jips-e", "nec-avx": "jips-e", "pc": "cp932",
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What the draft is made of: pattern of file names, charset, vendor, form, fields that hold shift codes."""

    pattern: str
    encoding: str
    profile: Profile
    form: str = "fixed"
    mixed: Collection[str] = ()
    read: str = ""


def q(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)


def role(record: CopyRecord) -> str:
    if _HEADER.search(record.name):
        return "header"
    return "trailer" if _TRAILER.search(record.name) else "data"


def source_text(draft: Draft, records: Sequence[CopyRecord]) -> str:
    """``[source]`` and ``[source.record]``."""
    length = max(r.bytes for r in records)
    same = all(r.bytes == length for r in records)
    form = draft.form
    code = _code(records)
    lines = [
        "[source]",
        f"files = [{q(draft.pattern)}]",
        f"encoding = {q(draft.encoding)}",
        'format = "fixed"',
        "key = []  # TODO レコードを見分ける項目 (fields that identify a record)",
        "",
        "[source.record]",
        f"form = {q(form)}",
        *([f"length = {length}"] if form == "fixed" or (form == "line" and same) else []),
        f"profile = {q(draft.profile)}",
    ]
    if code is not None:
        lines.append(f"kind = {{ at = {code.field.at}, bytes = {code.field.bytes} }}")
    reading = draft.read or next((r.name for r in records if role(r) == "data"), records[0].name)
    lines.append(f"read = {q(reading)}")
    for record in records:
        lines += ["", *_kind(record, draft, code is not None, records)]
    return "\n".join(lines) + "\n"


def _code(records: Sequence[CopyRecord]) -> Placed | None:
    """The field that tells the kinds: at the same place in all records, with values of level 88."""
    if len(records) < 2:
        return None
    for first in records[0].fields:
        place = (first.field.at, first.field.bytes)
        if all(any((p.field.at, p.field.bytes) == place and p.codes for p in r.fields) for r in records):
            return first
    return None


def _kind(record: CopyRecord, draft: Draft, coded: bool, records: Sequence[CopyRecord]) -> list[str]:
    kind = role(record)
    lines = ["[[source.record.kinds]]", f"name = {q(record.name)}"]
    if kind != "data":
        lines.append(f"role = {q(kind)}")
    code = _code(records)
    if code is not None:
        own = next(p for p in record.fields if (p.field.at, p.field.bytes) == (code.field.at, code.field.bytes))
        values = [v for c in own.codes for v in c.values]
        lines.append(f"code = [{', '.join(map(q, values))}]")
    elif len(records) > 1:
        lines.append("code = []  # TODO この種類を見分ける区分の値 (the code that tells this kind)")
    lines.append(f"bytes = {record.bytes if record.bytes == record.least else 0}")
    if kind != "data":
        lines += _controls(record, records)
    lines.append("fields = [")
    lines += [f"  {field_text(p, draft)}," for p in record.fields]
    return [*lines, "]"]


def _controls(record: CopyRecord, records: Sequence[CopyRecord]) -> list[str]:
    names = [p.field.name for p in record.fields]
    count = next((n for n in names if _COUNT.search(n)), None)
    lines = [f"count = {q(count)}"] if count else []
    data = {p.field.name for r in records if role(r) == "data" for p in r.fields if p.field.type != "X"}
    totals = [(n, n.removesuffix("合計").removesuffix("-TOTAL")) for n in names]
    found = [f"{{ field = {q(n)}, of = {q(of)} }}" for n, of in totals if of != n and of in data]
    return [*lines, f"totals = [{', '.join(found)}]"] if found else lines


def field_text(placed: Placed, draft: Draft) -> str:
    """One field as a TOML table on one line."""
    f: RecordField = placed.field
    kind = "M" if f.name in draft.mixed and f.type == "X" else f.type
    parts = [f"name = {q(f.name)}", f"at = {f.at}", f"bytes = {f.bytes}"]
    if kind != "X":
        parts.append(f"type = {q(kind)}")
    for name, value, default in (
        ("digits", f.digits, 0), ("scale", f.scale, 0), ("signed", f.signed, False), ("sign", f.sign, "trailing"),
        ("nibble", f.nibble, True), ("blank", f.blank, "null"), ("right", f.right, False),
    ):  # fmt: skip
        if value != default:
            parts.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    if f.odo:
        tables = ", ".join(
            f"{{ counter = {q(o.counter)}, most = {o.most}, stride = {o.stride}, element = {o.element} }}" for o in f.odo
        )
        parts.append(f"odo = [{tables}]")
    return "{ " + ", ".join(parts) + " }"


def code_maps(records: Sequence[CopyRecord]) -> str:
    """``codes.toml``: a map of each field with values of level 88, to be completed with the standard's codes."""
    parts = []
    seen = set()
    for placed in (p for r in records if role(r) == "data" for p in r.fields if p.codes):
        name = placed.field.name
        if name in seen:
            continue
        seen.add(name)
        pairs = [f"  [{q(v)}, {q(v)}],  # TODO {c.name}" for c in placed.codes for v in c.values]
        ranges = [f"  # TODO {c.name}: {a} - {b}" for c in placed.codes for a, b in c.ranges]
        parts += ["[[map]]", f"name = {q(name)}", f"note = {q('コピー句の88レベルから (from level 88)')}", "pairs = [", *pairs, *ranges, "]", ""]
    return "\n".join(parts)


def mapping_text(draft: Draft, records: Sequence[CopyRecord], target: LayoutFile | None, name: str) -> str:
    """A file mapping to be completed.  Without ``target`` only the source."""
    reading = draft.read or next((r.name for r in records if role(r) == "data"), records[0].name)
    record = next((r for r in records if r.name == reading), records[0])
    columns = [p.field.name for p in record.fields]
    area, file = (target.area, target.id) if target else (0, "")
    parts = [
        "# chukan mapping init --copybook が作った下書き。TODO を決めたら chukan mapping check で検査する。",
        "# A draft. Decide every TODO, then run chukan mapping check.",
        "[mapping]", f"id = {q(name)}", f"area = {area}", f"file = {q(file)}", "",
        source_text(draft, records),
    ]  # fmt: skip
    chosen = proposals(columns, target.items) if target else {}
    for item in target.items if target else ():
        if item.name in chosen:
            column = chosen[item.name]
            mark = "" if column == item.name else "  # TODO 名前が近いだけ。確かめる (only a near name: verify)"
            ops = '{ op = "date", shapes = ["ymd8"] }' if item.type == "DATE" else '{ op = "trim" }'
            parts += ["[[item]]", f"to = {q(item.name)}", f"from = [{q(column)}]{mark}", f"ops = [{ops}]", ""]
    for column in (c for c in columns if c not in chosen.values()):
        parts += ["[[rest]]", f"from = {q(column)}", 'disposition = "individual"  # TODO', 'reason = ""  # TODO 理由 (why)', ""]
    for item in target.items if target else ():
        if item.required and item.name not in chosen:
            parts += ["[[unset]]", f"to = {q(item.name)}", 'reason = ""  # TODO 移行元にない理由 (why not)', ""]
    return "\n".join(parts)
