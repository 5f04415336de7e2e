"""Delimited text in charsets that the pass does not divide by itself: the same data, and rejects byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from chukan_layout import _kernel
from chukan_layout.charset import registry
from chukan_layout.model.mapping import CharsetPolicies, Mapping
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.sample.generate import write_sample
from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping, mapping_folder

LAYOUTS = load_layouts("2.7", areas=[1])
VENDOR = load_mapping("vendorC")
SPECS = [layout_folder("2.7"), mapping_folder("vendorC")]
TEXTS = ["shift-jis-2004", "euc-jis-2004", "iso-2022-jp", "iso-2022-jp-2004", "ibm1399", "jef-kana", "keis83",
         "jips-j", "lets-j"]  # fmt: skip


@pytest.fixture(scope="module")
def lines(tmp_path_factory: Any) -> list[str]:
    """A dump of vendorC as lines, with a blank line, ragged ones and a value that is refused."""
    out = tmp_path_factory.mktemp("c")
    write_sample(out, 250, 5, LAYOUTS, VENDOR, as_vendor=True)
    made = next(p for p in out.rglob("juki_*.tsv")).read_bytes().decode("utf-16").split("\r\n")[:-1]
    cells = [line.split("\t") for line in made]
    cells[7][15] = "昭和九十九年13月1日"
    lines = ["\t".join(c) for c in cells]
    lines[20] += "\t余り漢字"
    lines[40] = lines[40].rsplit("\t", 3)[0]
    lines.insert(60, "")
    return lines


def converted(tmp_path: Path, raw: bytes, source: dict[str, Any], name: str, **more: Any) -> Path:
    """The run folder of a conversion of ``raw`` by the mapping with its source changed."""
    file = VENDOR.files[0]
    file = file.model_copy(update={"source": file.source.model_copy(update=source)})
    vendor: Mapping = VENDOR.model_copy(update={"files": (file,)})
    dump = tmp_path / name / "juki_1.tsv"
    dump.parent.mkdir()
    dump.write_bytes(raw)
    order = Order([dump], LAYOUTS, "2.7", vendor, "convert", ("csv",), **more)
    run_into(order, tmp_path / f"{name}-run", SPECS)
    return tmp_path / f"{name}-run"


def kept(lines: list[str], charset: registry.Charset) -> list[str]:
    return [line for line in lines if not charset.encode(line).missing]


def findings(run: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(run / "findings.parquet").to_pylist()
    return rows


@pytest.mark.parametrize("name", TEXTS)
def test_the_same_data_as_in_unicode(tmp_path: Path, lines: list[str], name: str) -> None:
    charset = registry.get(name)
    plain = kept(lines, charset)
    assert len(plain) > 150 and plain[0] == lines[0]
    want = converted(tmp_path, "\ufeff".encode("utf-16-le") + "\r\n".join([*plain, ""]).encode("utf-16-le"), {}, "unicode")
    rows = [charset.encode(line + "\r\n").raw for line in plain]
    # In small blocks, so that records lie behind the first chunk.
    run = converted(tmp_path, b"".join(rows), {"encoding": name}, "other", block=20_000, jobs=2)
    for path in (p.relative_to(want) for p in (want / "data").rglob("*.csv")):
        assert (run / path).read_bytes() == (want / path).read_bytes()
    told, found = findings(want), findings(run)
    assert [(f["rule"], f["line"], f["value"]) for f in told] == [(f["rule"], f["line"], f["value"]) for f in found]
    # Every offset lies within the line that is told.
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))
    assert all(starts[f["line"] - 1] <= f["offset"] < starts[f["line"]] for f in found)
    broken = [f for f in found if f["rule"] in ("S-RAGGED", "S-BLANK", "S-TRUNC")]
    assert broken and all(f["offset"] == starts[f["line"] - 1] for f in broken)
    rejected = (run / "rejects" / "juki_1.tsv").read_bytes()
    assert rejected == b"".join(rows[f["line"] - 1] for f in broken)


def test_offsets_are_those_of_the_characters(tmp_path: Path, lines: list[str]) -> None:
    charset = registry.get("jef-kana")
    plain = kept(lines[:30], charset)
    row = next(i for i, line in enumerate(plain) if "昭和九十九年" in line)
    raw = charset.encode("\r\n".join([*plain, ""])).raw
    run = converted(tmp_path, raw, {"encoding": "jef-kana"}, "other")
    found = next(f for f in findings(run) if f["line"] == row + 1 and f["item_name"] == "生年月日")
    assert raw[found["offset"] :].startswith(charset.encode("昭和九十九年").raw[:-1])


def test_broken_runs(tmp_path: Path, lines: list[str]) -> None:
    charset = registry.get("ibm1399")
    rows = [charset.encode(line + "\r\n").raw for line in kept(lines[:15], charset)]
    # A name that never shifts back swallows the rest of its line, and not the next one; half a character is refused.
    at = rows[2].index(b"\x0f")
    rows[2] = rows[2][:at] + rows[2][at + 1 :]
    at = rows[4].index(b"\x0f")
    rows[4] = rows[4][: at - 1] + rows[4][at:]
    open_run = charset.encode(lines[3].rsplit("\t", 1)[0] + "\t").raw + b"\x0e" + charset.encode("漢字", "double").raw + b"\r\x25"
    rows[3] = open_run.replace(b"\r\x25", b"\x0d\x15")
    run = converted(tmp_path, b"".join(rows), {"encoding": "ibm1399"}, "other")
    told = [(f["rule"], f["line"]) for f in findings(run) if f["rule"].startswith("S-")]
    assert ("S-HALF", 5) in told and ("S-SHIFT", 4) in told
    assert {line for _, line in told} == {3, 4, 5}
    rejected = (run / "rejects" / "juki_1.tsv").read_bytes()
    assert rejected == rows[2] + rows[4]


def test_way_back(tmp_path: Path, lines: list[str]) -> None:
    charset = registry.get("jef-kana")
    plain = kept(lines[:7], charset)
    run = converted(tmp_path, charset.encode("\r\n".join([*plain, ""])).raw, {"encoding": "jef-kana"}, "other")
    file = VENDOR.files[0]
    file = file.model_copy(update={"source": file.source.model_copy(update={"encoding": "jef-kana"})})
    vendor = VENDOR.model_copy(update={"files": (file,)})
    order = Order([run / "data"], LAYOUTS, "2.7", vendor, "back", ("csv",))
    run_into(order, tmp_path / "back", SPECS)
    raw = next((tmp_path / "back" / "data").glob("juki_*")).read_bytes()
    text = charset.decode(raw).text
    assert text.split("\n")[0].split("\t")[:5] == plain[0].split("\t")[:5]
    assert plain[1].split("\t")[7] in text


def test_policies_of_the_source(tmp_path: Path, lines: list[str]) -> None:
    """A slice of its own for each source, also where the pass could read the bytes itself."""
    charset = registry.get("cp932")
    cells = lines[1].split("\t")
    cells[7] = "山\ue300太郎"
    raw = charset.encode("\r\n".join([lines[0], "\t".join(cells), ""])).raw
    policies = CharsetPolicies(slice=2)
    run = converted(tmp_path, raw, {"encoding": "cp932", "charset": policies}, "slice")
    data = next((run / "data").rglob("*.csv")).read_text("utf-8")
    assert chr(0x100000 + 0x3200 + 0x300) in data and "\ue300" not in data
    same = converted(tmp_path, raw, {"encoding": "cp932"}, "plain")
    assert "\ue300" in next((same / "data").rglob("*.csv")).read_text("utf-8")


def test_charsets_without_line_ends_are_refused() -> None:
    with pytest.raises(ValueError, match="lines"):
        _kernel.first_line(registry.get("juki").table, b"\x00a", "lf")
