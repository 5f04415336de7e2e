"""docs/layouts: made from the layouts, and not stale."""

from __future__ import annotations

import re

import pytest

from chukan_layout.model.layout import LayoutSet
from chukan_layout.spec import pages, words
from chukan_layout.spec.listing import sources
from chukan_layout.spec.load import load_layouts


@pytest.fixture(scope="module")
def layouts() -> LayoutSet:
    return load_layouts("2.7")


def test_pages_are_as_the_layouts_have_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert pages.main(["--check"]) == 0, capsys.readouterr().err


def test_coverage_counts_what_is_there(layouts: LayoutSet) -> None:
    text = (pages.DOCS / "README.md").read_text("utf-8")
    rows = {m[1]: [int(n) for n in m[2].split(" | ")] for m in re.finditer(r"^\| \[(\d\d) [^|]+\| ([\d |]+) \|$", text, re.M)}
    assert set(rows) == {f"{a.no:02d}" for a in layouts.areas}
    for area in layouts.areas:
        files, items, official, successor, law, draft = rows[f"{area.no:02d}"][:6]
        assert (files, items) == (len(area.files), sum(len(f.items) for f in area.files))
        assert official == sum(sources(f)["official"] for f in area.files)
        assert official + successor + law + draft == items


def test_every_item_check_and_code_is_on_the_page_of_its_area(layouts: LayoutSet) -> None:
    for area in layouts.areas:
        text = pages.as_markdown(pages.area_parts(layouts, area))
        for file in area.files:
            assert all(f"| {i.no} | {i.name} |" in text for i in file.items)
            assert all(f"| {c.id} | {c.name} |" in text for c in (*file.row_checks, *file.keyed_checks))
        assert all(f"### {name}" in text for name in area.codes)


def test_words_of_checks_name_their_items(layouts: LayoutSet) -> None:
    for area in layouts.areas:
        for file in area.files:
            for check in (*file.row_checks, *file.keyed_checks):
                said = words.check(check)
                for test in getattr(check, "when", ()):
                    assert test.item in said
                assert any(item.name in said for item in file.items), (area.no, file.id, check.id)


def test_html_escapes() -> None:
    base = load_layouts("2.7", [1])
    area = base.areas[0]
    file = area.files[0].model_copy(update={"description": "<script>alert(1)</script>"})
    page = pages.html(base.model_copy(update={"areas": (area.model_copy(update={"files": (file,)}),)}))
    assert "<script" not in page
    assert "&lt;script" in page
