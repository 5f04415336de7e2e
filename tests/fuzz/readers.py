"""What people hand in besides data, and what Python reads itself: definitions, copybooks, workbooks, XML, archives, evidence.

Each target takes any bytes.  What must hold: a refusal in words, of the kind that the reader promises, or a result; never
another exception, never a file outside its folder, never an entity resolved.
"""

from __future__ import annotations

import io
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from openpyxl import Workbook

from chukan_layout.charset import user
from chukan_layout.conform import bundle
from chukan_layout.conform.roundtrip import read_tolerance
from chukan_layout.copybook.errors import CopybookError
from chukan_layout.copybook.read import read_copybook
from chukan_layout.gaiji.rule_files import read_rows
from chukan_layout.model.refusal import Refused
from chukan_layout.read import sheet, xml
from chukan_layout.read.archive import unpack
from chukan_layout.spec.check_layout import check_layout_folder
from chukan_layout.spec.check_mapping import check_mapping_folder
from chukan_layout.spec.load import load_layouts
from chukan_layout.spec.problem import SpecError
from chukan_layout.spec.workbook.importer import import_books
from tests.conftest import ROOT

Target = Callable[[bytes], None]
BASE = ROOT / "tests" / "cases" / "spec" / "base"
SECRET = b"fuzz-secret-of-another-file"


def refusing(work: Callable[[Path], object], suffix: str, *kinds: type[Exception]) -> Target:
    """The bytes as a file of this suffix, which ``work`` takes or refuses with one of ``kinds``."""

    def run(data: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="chukan-fuzz-") as name:
            folder = Path(name)
            (folder / "secret").write_bytes(SECRET)
            inside = folder / "in"
            inside.mkdir()
            path = inside / f"x{suffix}"
            path.write_bytes(data)
            with suppress(*kinds):
                work(path)
            assert sorted(p.name for p in folder.iterdir()) == ["in", "secret"], "nothing outside"
            for made in inside.rglob("*"):
                assert made == path or not made.is_symlink(), made
                assert made == path or not made.is_file() or SECRET not in made.read_bytes()

    return run


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, raw in parts.items():
            book.writestr(name, raw)
    return out.getvalue()


def taped(name: str, raw: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tape:
        info = tarfile.TarInfo(name)
        info.size, info.type, info.linkname = len(raw), kind, "../../secret"
        tape.addfile(info, io.BytesIO(raw))
    return out.getvalue()


def book() -> dict[str, bytes]:
    """The parts of a small workbook with the headings of a layout."""
    made, out = Workbook(), io.BytesIO()
    table = made.active
    assert table is not None
    for row in (["業務名", "住民基本台帳"], ["No.", "データ項目名称", "データ型", "桁数", "必須"], [1, "宛名番号", "X", 15, "○"], [2, "氏名", "N", 80, ""]):
        table.append(row)
    made.save(out)
    with zipfile.ZipFile(out) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def part_of(name: str, parts: dict[str, bytes], work: Target) -> Target:
    """The bytes as one part of a workbook that is whole otherwise: checksums do not hide it."""
    return lambda data: work(zipped({**parts, name: data}))


def definition(name: str) -> Target:
    """The bytes as one file of a folder of definitions: problems with their lines, no exception."""
    folder = Path(tempfile.mkdtemp(prefix="chukan-fuzz-base-"))
    shutil.copytree(BASE, folder / "base")
    whole = load_layouts(folder / "base" / "layouts/9.9")

    def run(data: bytes) -> None:
        path = folder / "base" / name
        kept = path.read_bytes()
        path.write_bytes(data)
        try:
            if name.startswith("layouts"):
                found = check_layout_folder(folder / "base" / "layouts/9.9")
            else:
                found = check_mapping_folder(folder / "base" / "mappings/vendorT", whole)
        finally:
            path.write_bytes(kept)
        assert all(p.message_ja and p.message_en for p in found)

    return run


def targets() -> Iterator[tuple[str, Target, list[bytes]]]:
    """Name, function, and inputs to start from."""
    for name in ("layouts/9.9/common.toml", *sorted(p.relative_to(BASE).as_posix() for p in BASE.glob("*/*/**/*.toml"))[:4]):
        if (BASE / name).is_file():
            yield f"definition {name}", definition(name), [(BASE / name).read_bytes()]
    books = [p.read_bytes() for p in sorted((ROOT / "tests" / "cases" / "copybooks").rglob("*.cpy"))]
    yield "copybook", refusing(read_copybook, ".cpy", CopybookError), books
    traps = [b"<a><r><x>1</x><y z='2'/></r></a>", b"<?xml version='1.0' encoding='cp932'?><a><r><x>\x8a\xbf</x></r></a>",
             b"<!DOCTYPE a [<!ENTITY b SYSTEM '../secret'>]><a><r><x>&b;</x></r></a>"]  # fmt: skip
    yield "xml", refusing(lambda p: xml.to_csv(p, "r", ["x"], p.with_suffix(".csv")), ".xml", Refused), traps
    yield "xml of the standard", refusing(lambda p: xml.standard_to_csv(p, ["x"], p.with_suffix(".csv")), ".xml", Refused), traps
    parts = book()
    to_sheet = refusing(lambda p: sheet.to_csv(p, None, p.with_suffix(".csv")), ".xlsx", Refused)
    to_layout = refusing(lambda p: import_books([p], {"住民基本台帳": 1}), ".xlsx", SpecError)
    to_rules = refusing(read_rows, ".xlsx", Refused)
    for name, work in (("sheet", to_sheet), ("workbook of layouts", to_layout), ("table of gaiji", to_rules)):
        yield name, work, [zipped(parts)]
        for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"):
            if part in parts:
                yield f"{name} {part}", part_of(part, parts, work), [parts[part]]

    def into(path: Path) -> None:
        unpack(path, path.with_suffix(""))

    yield "zip", refusing(into, ".zip", Refused), [zipped({"a/b.csv": b"1,2\r\n", "../c": b"x"}), zipped({"d.csv": b"1"})]
    yield "tar", refusing(into, ".tar", Refused), [taped("a/b", b"x"), taped("../c", b"x"), taped("l", b"", tarfile.SYMTYPE)]
    yield "evidence", refusing(bundle.verify, ".zip", Refused), [zipped({"SHA256SUMS": b"", "statement.dsse.json": b"{}"})]
    yield "tolerance", refusing(read_tolerance, ".toml", Refused), [b'[[tolerate]]\nitems = ["a.b"]\nkinds = ["gaiji"]\n']
    table = b"code\tunicode\n8140\tU+3000\n8141\t3001\nF040\tU+E000 U+FE00\n"
    yield "charset table", refusing(lambda p: user.read("x", "cp932", p.read_text("utf-8", "replace")), ".tsv", user.TableError), [table]
