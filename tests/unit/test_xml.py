"""XML output: the same records as the CSV, whatever the values hold."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout.model.xml_names import FILE, RECORD, element_names, unescaped
from chukan_layout.spec.load import load_layouts
from chukan_layout.write.xml import TAIL, head, records
from tests.run_support import DATA, household, households, ran, vendor_file

TEXT = st.one_of(
    st.none(),
    st.text(st.sampled_from('a&<>"\'\r\n\t\\u{1}\x00\x01\x1f\ufffe\uffff,漢、]]\U000f0001\ue000'), max_size=12),
)


def parsed(raw: bytes) -> list[dict[str, str]]:
    """Records as a strict parser of the standard library reads them."""
    parser = expat.ParserCreate()
    found: list[dict[str, str]] = []
    state: dict[str, object] = {"name": "", "text": [], "escaped": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == RECORD:
            found.append({})
        state.update(name=name, text=[], escaped=attributes.get("escaped") == "true")

    def end(name: str) -> None:
        if name not in (RECORD, FILE):
            text = "".join(state["text"])  # type: ignore[arg-type]
            found[-1][name] = unescaped(text) if state["escaped"] else text

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: state["text"].append(text)  # type: ignore[attr-defined]
    parser.Parse(raw, True)
    return found


def as_kernel(rows: list[list[str | None]]) -> bytes:
    """CSV as the kernel writes it: null is nothing, the explicit empty value is quoted."""

    def cell(value: str | None) -> str:
        if value is None:
            return ""
        return '"' + value.replace('"', '""') + '"' if value == "" or any(c in value for c in ',"\r\n') else value

    return "".join(",".join(map(cell, row)) + "\n" for row in rows).encode()


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=5))
@settings(deadline=None)
def test_every_value_comes_back(rows: list[list[str | None]]) -> None:
    items = ["宛名番号", "氏名(漢字)", "1番"]
    names = element_names(items)
    raw = head("01-住民基本台帳", "世帯", "2.7") + records(as_kernel(rows), items, names) + TAIL
    expected = [{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in rows]
    assert parsed(raw) == expected


def test_names_are_allowed_and_distinct() -> None:
    names = element_names(["氏名(漢字)", "氏名（漢字）", "氏名(漢字]", "1番", "住所・方書", "a b"])
    assert names == ["氏名_漢字_", "氏名_漢字__", "氏名_漢字___", "_1番", "住所_方書", "a_b"]


def test_names_of_all_items_are_read_by_parsers_of_any_edition() -> None:
    """（ is a letter of names in the fifth edition of XML 1.0 alone; expat has the fourth."""
    for area in load_layouts("latest").areas:
        for file in area.files:
            names = element_names([item.name for item in file.items])
            expat.ParserCreate().Parse("<a>" + "".join(f"<{n}/>" for n in names) + "</a>", True)
            assert len(set(names)) == len(names)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_same_records_as_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: str) -> None:
    vendor_file(tmp_path / "in" / "SETAI.csv", [*households(range(1, 300)), household(""), household(301, 方書="Ａ＆Ｂ<荘>")])
    words = ("--from", "vendorA", "--to", "standard", "--data-format", "csv", "--data-format", "xml", "--jobs", jobs, "--quiet")
    ran(capsys, "convert", tmp_path / "in", *words, "--out", tmp_path / "run")
    xml = (tmp_path / "run" / DATA).with_suffix(".xml").read_bytes()
    with io.StringIO((tmp_path / "run" / DATA).read_text(encoding="utf-8")) as file:
        rows = [{k: v for k, v in row.items() if v} for row in csv.DictReader(file)]
    assert [{k: v for k, v in row.items() if v} for row in parsed(xml)] == rows
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert any(o["path"].endswith(".xml") and o["bytes"] == len(xml) for o in manifest["outputs"])
    assert "形式=\"chukan draft 1\"" in xml.decode()
