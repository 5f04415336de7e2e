"""Which file is what: by name, then by header; nothing is passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from chukan_layout.model.layout import LayoutSet
from chukan_layout.read.discover import Discovery, discover
from chukan_layout.read.header import likely_charsets, read_header
from chukan_layout.spec.load import load_layouts, load_mapping
from tests.run_support import HEADER, STANDARD_HEADER, household, standard_file, vendor_file


@pytest.fixture(scope="module")
def layouts() -> LayoutSet:
    return load_layouts("latest")


def of_vendor(layouts: LayoutSet, *sources: Path) -> Discovery:
    return discover(sources, layouts, load_mapping("vendorA"))


def note(found: Discovery) -> str:
    """What is said of the only file, which is broken."""
    (only,) = found.found
    assert only.broken is not None
    assert only.broken.rule.id == "S-HEADER"
    return only.broken.note


def test_by_the_glob_of_its_name(layouts: LayoutSet, tmp_path: Path) -> None:
    path = vendor_file(tmp_path / "SETAI_20260401.csv", [household(1)])
    (found,) = of_vendor(layouts, path).found
    assert (found.layout.id, found.name, found.broken) == ("世帯", "SETAI_20260401.csv", None)
    assert found.header.data_at == len((HEADER + "\r\n").encode("cp932"))
    assert found.header.lines == 1


def test_by_its_header_when_the_name_says_nothing(layouts: LayoutSet, tmp_path: Path) -> None:
    path = vendor_file(tmp_path / "extract-003.txt", [household(1)])
    (found,) = of_vendor(layouts, path).found
    assert found.layout.id == "世帯"


def test_folder_in_order_of_name_whatever_the_system_gives(layouts: LayoutSet, tmp_path: Path) -> None:
    for name in ("b/SETAI_1.csv", "a/SETAI_2.csv", "SETAI_9.csv", "a/SETAI_1.csv"):
        vendor_file(tmp_path / name, [household(1)])
    names = [f.name for f in of_vendor(layouts, tmp_path).found]
    assert names == ["SETAI_9.csv", "a/SETAI_1.csv", "a/SETAI_2.csv", "b/SETAI_1.csv"]


def test_unknown_file_is_said(layouts: LayoutSet, tmp_path: Path) -> None:
    (tmp_path / "memo.txt").write_text("打合せの記録\n", encoding="utf-8")
    vendor_file(tmp_path / "SETAI.csv", [household(1)])
    found = of_vendor(layouts, tmp_path)
    assert [f.name for f in found.found] == ["SETAI.csv"]
    (skipped,) = found.skipped
    assert skipped.file == "memo.txt"
    assert "utf-8" in skipped.reason_ja and "utf-8" in skipped.reason_en


def test_missing_file_is_an_error_and_the_others_go_on(layouts: LayoutSet, tmp_path: Path) -> None:
    good = vendor_file(tmp_path / "SETAI.csv", [household(1)])
    found = of_vendor(layouts, tmp_path / "nothing.csv", good / "below", good)
    assert [e.path for e in found.errors] == ["nothing.csv", "below"]
    assert [f.name for f in found.found] == ["SETAI.csv"]


def test_reordered_and_further_columns_are_taken_by_name(layouts: LayoutSet, tmp_path: Path) -> None:
    names = [*reversed(HEADER.split(",")), "予備１"]
    path = vendor_file(tmp_path / "SETAI.csv", [",".join("x" for _ in names)], header=",".join(names))
    (found,) = of_vendor(layouts, path).found
    assert found.broken is None
    assert found.mapping is not None
    assert found.mapping.source.columns == tuple(names)
    assert [(r.from_, r.disposition) for r in found.mapping.rest] == [("予備１", "individual")]


def test_missing_columns_are_named_with_what_they_may_be(layouts: LayoutSet, tmp_path: Path) -> None:
    header = HEADER.replace("郵便番号", "郵便番号７").replace("人数", "構成員")
    said = note(of_vendor(layouts, vendor_file(tmp_path / "SETAI.csv", [], header=header)))
    assert "郵便番号（もしかして: 郵便番号７）" in said
    assert "人数" in said
    assert "方書" not in said


def test_double_column_is_named(layouts: LayoutSet, tmp_path: Path) -> None:
    path = vendor_file(tmp_path / "SETAI.csv", [], header=HEADER + ",人数")
    assert note(of_vendor(layouts, path)) == "重複した見出し: 人数"


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "euc-jp",
        "utf-16",
    ],
)
def test_wrong_encoding_names_both_charsets(layouts: LayoutSet, tmp_path: Path, encoding: str) -> None:
    path = vendor_file(tmp_path / "SETAI.csv", [household(1)], encoding=encoding)
    said = note(of_vendor(layouts, path))
    expected = {"utf-8-sig": "utf-8", "utf-16": "utf-16le"}.get(encoding, encoding)
    assert "cp932、ほかの候補: " in said
    assert said.split("ほかの候補: ")[1].startswith(expected)


def test_first_record_of_a_file_without_header_is_not_told(layouts: LayoutSet, tmp_path: Path) -> None:
    """Householder and first member have one name: it stands twice in the line taken for a header."""
    path = vendor_file(tmp_path / "SETAI.csv", [household(1)], header="1,1,秘密　花子,,,秘密　花子,,,,,")
    assert "花子" not in note(of_vendor(layouts, path))


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"\xff\xfe"], ids=["nothing", "utf-8 mark", "utf-16 mark"]
)
def test_empty_file(layouts: LayoutSet, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "SETAI.csv").write_bytes(content)
    (found,) = of_vendor(layouts, tmp_path).found
    assert found.broken is not None
    assert found.broken.rule.id == "S-EMPTY"


@pytest.mark.parametrize("content", [b"A" * 200_000, b"a,b\rc,d\re,f\r\n"], ids=["long", "bare CR"])
def test_first_line_that_is_no_header(layouts: LayoutSet, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dump.bin").write_bytes(content)
    vendor_file(tmp_path / "SETAI.csv", [household(1)])
    found = of_vendor(layouts, tmp_path)
    assert [f.name for f in found.found] == ["SETAI.csv"]
    assert [s.file for s in found.skipped] == ["dump.bin"]


@pytest.mark.parametrize(
    "name", ["世帯.csv", "03-世帯.csv", "世帯ファイル.csv", "01-住民基本台帳/世帯.csv", "out/extract.csv"]
)
def test_standard_file(layouts: LayoutSet, tmp_path: Path, name: str) -> None:
    standard_file(tmp_path / name, [1])
    (found,) = discover([tmp_path], layouts, None).found
    assert (found.layout.id, found.mapping, found.broken) == ("世帯", None, None)
    assert found.header.columns == tuple(STANDARD_HEADER.split(","))


def test_standard_file_without_its_key(layouts: LayoutSet, tmp_path: Path) -> None:
    standard_file(tmp_path / "世帯.csv", [1], without=("世帯番号",))
    assert "足りない見出し: 世帯番号" in note(discover([tmp_path], layouts, None))


def test_utf16_header_is_read_to_its_line_end() -> None:
    for codec, mark in (("utf-16le", b"\xff\xfe"), ("utf-16be", b"\xfe\xff")):
        start = mark + "甲,\u0a0d乙\r\n1,2\r\n".encode(codec)
        header = read_header(start, "utf-16", ",", '"', "crlf", True)
        assert header.columns == ("甲", "\u0a0d乙"), "the bytes 0D 0A within a character end no line"
        assert (header.charset, header.data_at) == (codec, 2 + len("甲,\u0a0d乙\r\n".encode(codec)))


def test_likely_charsets() -> None:
    assert likely_charsets("氏名,住所\n".encode())[0] == "utf-8"
    assert likely_charsets("氏名,住所\n".encode("cp932"))[0] == "cp932"
    assert "euc-jp" in likely_charsets("氏名,住所\n".encode("euc-jp"))
    assert likely_charsets(b"") == []


def test_how_sure_it_is_what_a_file_is(tmp_path: Path) -> None:
    """By name or header, with the share that agrees; a name that many areas have is told apart by its header."""
    from chukan_layout.read.discover import discover
    from chukan_layout.spec.load import load_layouts
    from tests.run_support import standard_file

    layouts = load_layouts("latest")
    named = standard_file(tmp_path / "a" / "世帯.csv", [1])
    other = standard_file(tmp_path / "b" / "x.csv", [1], without=("住所_方書",))
    spare = next(f for f in layouts.area(20).files if f.id == "予備領域")
    (tmp_path / "予備領域.csv").write_text(",".join(i.name for i in spare.items) + "\n", encoding="utf-8")
    found = discover([named, other, tmp_path / "予備領域.csv"], layouts, None).found
    assert [f.recognised for f in found] == ["name 100%", "header 91%", "name 100%"]
    assert found[2].layout.area == 20
