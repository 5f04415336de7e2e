"""``python -m tests.fuzz.prepare``: what the targets of the kernel's coverage-guided fuzzing read, into native/fuzz/data.

Tables of every charset, programs compiled from the real mappings and layouts, record layouts of every form, operations;
and ``seeds/<target>``, inputs to begin with.  All of it is generated and none of it is kept in the repository.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from chukan_layout.charset import catalogue, registry
from chukan_layout.charset.tables import charset_table
from chukan_layout.gaiji.kernel_tables import with_made_tables
from chukan_layout.model.cleansing import Rule
from chukan_layout.model.layout import LayoutFile, LayoutSet
from chukan_layout.model.mapping import FileMapping, Mapping, SourceFile
from chukan_layout.plan.compile import Scope, compile_convert, compile_reverse, compile_validate
from chukan_layout.plan.program import Program
from chukan_layout.plan.records import RecordPlan, record_plan
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.conftest import ROOT
from tests.fuzz.examples import CHAINS, CLEANSING, RECORDS, RULES, TEXTS

DATA = ROOT / "native" / "fuzz" / "data"
#: 業務 whose first files are compiled, besides all of 住民基本台帳: amounts, periods, histories, totals and details.
AREAS = (1, 2, 7, 10, 11, 12, 14, 17, 23)
FILES_OF_AN_AREA = 2
PLAIN = ("cp932", "euc-jp", "euc-jp-strict", "shift-jis")
AS_OF = "2026-11-01"
#: As much of a record is a seed as libFuzzer changes well.
SEED = 1500


class Folder:
    """Writes the data, and seeds with the byte that chooses before them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._seeds: dict[str, int] = {}

    def put(self, name: str, data: bytes) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name

    def seed(self, target: str, data: bytes) -> None:
        number = self._seeds[target] = self._seeds.get(target, -1) + 1
        self.put(f"seeds/{target}/{number:04}", data[:SEED])


def charsets(folder: Folder) -> None:
    for name in PLAIN:
        folder.put(f"decoders/{name}.bin", charset_table(name))
    for name in catalogue.DRAFTS:
        folder.put(f"codecs/{name}.bin", registry.get(name).table)
    for number, name in enumerate(sorted(catalogue.DRAFTS, key="{}.bin".format)):
        for text in TEXTS:
            for ways in (0, 1, 2, 20):
                folder.seed("codecs", bytes([number, ways]) + registry.get(name).encode(text).raw)
    for number, name in enumerate(("cp932", "euc-jp", "euc-jp", "cp932", "utf-8", "utf-16le", "utf-16be")):
        for text in TEXTS:
            folder.seed("decoders", bytes([number]) + text.encode(name, "ignore"))


def value(name: str) -> str:
    return "20200401" if "日" in name else "ｱｵｲ ﾊﾅｺ" if "カナ" in name else "青井　花子" if "氏" in name else "1"


def layout_of(layouts: LayoutSet, mapping: FileMapping) -> LayoutFile:
    return next(f for f in layouts.area(mapping.area).files if f.id == mapping.file)


def converting(vendor: Mapping, mapping: FileMapping, layouts: LayoutSet, charset: str, cleansing: Sequence[Rule] = ()) -> Program:
    layout = layout_of(layouts, mapping)
    scope = Scope([layout], as_of=AS_OF, cleansing=cleansing)
    program = compile_convert(layouts, layout, mapping, with_made_tables(vendor, mapping, charset), scope)
    if program.records is None:
        program.spec["charset"] = charset
    return program


def compiled() -> Iterator[tuple[Program, bytes]]:
    """Programs with a record to begin with."""
    layouts = load_layouts("latest", areas=list(AREAS))
    vendor = load_mapping("vendorA")
    for area in AREAS:
        files = [m for m in vendor.files if m.area == area]
        for mapping in files if area == 1 else files[:FILES_OF_AN_AREA]:
            charset = mapping.source.encoding
            record = ",".join(value(c) for c in mapping.source.columns) + "\r\n"
            yield converting(vendor, mapping, layouts, charset), record.encode(charset, "ignore") * 2
            layout = layout_of(layouts, mapping)
            names = [item.name for item in layout.items]
            plain = ",".join("2020-04-01" if "年月日" in n else value(n) for n in names) + "\n"
            yield compile_validate(layouts, layout, names, Scope([layout], as_of=AS_OF)), plain.encode() * 2
            yield compile_reverse(layouts, layout, mapping, vendor, names), plain.encode()
    first = vendor.files[0]
    text = ",".join(value(c) for c in first.source.columns) + "\r\n"
    for charset in ("utf-8", "utf-16le", "utf-16be", "euc-jp"):
        yield converting(vendor, first, layouts, charset), text.encode(charset, "ignore")
    household = next(m for m in vendor.files if m.id == "世帯")
    text = ",".join(value(c) for c in household.source.columns) + "\r\n"
    yield converting(vendor, household, layouts, "cp932", CLEANSING.rules), text.encode("cp932", "ignore") * 2
    for name, charset in (("vendorB", ""), ("vendorC", "utf-16le")):
        other = load_mapping(name)
        for mapping in other.files:
            program = converting(other, mapping, layouts, charset)
            record = "\t".join(value(c) for c in mapping.source.columns) + "\r\n"
            yield program, record.encode(charset) if charset else blank(program)


def blank(program: Program) -> bytes:
    """Two records of spaces, with the code of the kind that is read."""
    plan = program.records
    assert plan is not None
    space = plan.charset.space
    record = bytearray([space] * max(plan.layout.length, 40))
    code, kind = plan.spec["code"], plan.spec["kinds"][plan.spec["read"]]
    if code and kind["code"]:
        made = plan.charset.encode(kind["code"][0], "single").raw
        record[code["at"] : code["at"] + len(made)] = made
    return bytes(record) * 2


def programs(folder: Folder) -> None:
    listed = []
    for number, (program, record) in enumerate(compiled()):
        charset = program.spec["charset"]
        table = f"decoders/{charset}.bin" if charset in PLAIN else ""
        entry: dict[str, Any] = {"spec": folder.put(f"programs/{number:03}.json", program.spec_bytes), "table": table}
        if program.records is not None:
            name = folder.put(f"programs/{number:03}-records.json", program.records.spec_bytes)
            entry["records"] = (name, f"codecs/{program.records.charset.name}.bin")
        listed.append(entry)
        for ways in (2, 16, 8 if program.records is None else 18):
            folder.seed("programs", bytes([number, ways]) + record)
    assert len(listed) <= 256, "one byte chooses a program"
    folder.put("programs/list.json", json.dumps(listed).encode())


def plan_of(record: dict[str, Any], encoding: str) -> RecordPlan:
    return record_plan(SourceFile.model_validate({"files": ["x"], "encoding": encoding, "format": "fixed", "record": record}))


def layouts(folder: Folder) -> None:
    plans = [plan_of(record, encoding) for record, encoding in RECORDS]
    host = load_mapping("vendorB").files[0]
    plans.append(record_plan(host.source))
    names = [f"{n:02}@{plan.charset.name}" for n, plan in enumerate(plans)]
    for number, (name, plan) in enumerate(zip(names, plans, strict=True)):
        folder.put(f"layouts/{name}.json", plan.spec_bytes)
        space = plan.charset.space
        for body in (b"\x00\x18\x00\x00\x00\x14\x00\x00", b"\x18\x00\x00\x00", b"", b"\xf0\xf1\xf2\x12\x3c"):
            folder.seed("records", bytes([number]) + body + bytes([space] * 12) + b"\xf1\xf2\x0c\r\n" + body)


def main() -> None:
    """Everything anew."""
    shutil.rmtree(DATA, ignore_errors=True)
    folder = Folder(DATA)
    charsets(folder)
    programs(folder)
    layouts(folder)
    folder.put("operations.json", json.dumps(CHAINS, ensure_ascii=False).encode())
    for number in range(len(CHAINS)):
        for text in RULES:
            folder.seed("operations", bytes([number]) + text.encode())
    for ways in (0, 1, 4, 12, 64, 0x34):
        for text in TEXTS:
            folder.seed("delimited", bytes([ways, 3, 40]) + text.encode("cp932", "ignore") * 2)
            folder.seed("survey", bytes([ways, 9]) + text.encode() * 2)
    (DATA / "words.dict").write_text("".join(f'"{word}"\n' for word in words()), encoding="ascii")


def words() -> Iterator[str]:
    """A dictionary: shift codes, ends of lines, eras, numbers of hosts, formulas, marks that vendors write."""
    shifts = {bytes.fromhex(code) for name in catalogue.DRAFTS for codes in registry.get(name).shifts for code in codes}
    texts = ["令和", "平成", "昭和元年", "不詳", "男", "女", "髙", "ｱ", "ﾞ", "　", "〓", "ー", "〜", "20200229", "99999999", "00000000", "R020401"]
    plain = [b'"', b'""', b",", b"\r\n", b"\r", b"\t", b"\x00", b"\x1a", b"=cmd|", b"\x81\x5c", b"\xef\xbb\xbf", b"\xff\xfe", b"\x12\x3c",
             b"\x00\x18\x00\x00", b"\xd8\x00\xdc\x00", b"-1", b"1.5"]  # fmt: skip
    coded = [t.encode(c) for t in texts for c in ("cp932", "utf-8", "euc-jp", "utf-16le") if c in ("utf-8", "utf-16le") or t != "髙"]
    for word in sorted({*shifts, *plain, *coded}):
        yield "".join(f"\\x{b:02x}" for b in word)


if __name__ == "__main__":
    main()
