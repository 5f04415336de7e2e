"""Names, keys and values of the data are text in every report: no markup, no script, no formula."""

from __future__ import annotations

import io
import zipfile
from html.parser import HTMLParser

import openpyxl
import pytest

from chukan_layout.model.report import Report
from chukan_layout.report.inert import inert
from chukan_layout.report.registry import render
from tests.golden.report_fixture import report

EVIL = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "</title></svg><iframe src=javascript:alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "</style><style>*{background:url(http://example.invalid)}",
]
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "{=1}",
    "http://example.invalid",
    "\t=1",
    "12",
]


def poisoned(text: str) -> Report:
    """The fixture with ``text`` wherever data or a specification can put a text."""

    def poison(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            keep = {
                "command",
                "verdict",
                "side",
                "schema_version",
                "severity",
                "fail_on",
                "findings_by_severity",
            }
            return {k: v if k in keep else poison(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [poison(v, key) for v in value]
        return text if isinstance(value, str) else value

    return Report.model_validate(poison(report().model_dump(by_alias=True)))


class Seen(HTMLParser):
    """Every element and attribute, as a browser would take them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


def page(value: Report, lang: str = "ja") -> str:
    made = render(value, "html", lang)
    assert isinstance(made, str)
    return made


def structure(text: str) -> tuple[set[str], set[str]]:
    seen = Seen()
    seen.feed(text)
    return seen.tags, {name for name, _ in seen.attributes}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("evil", EVIL)
def test_nothing_of_the_data_becomes_markup(evil: str, lang: str) -> None:
    tags, attributes = structure(page(poisoned(evil), lang))
    clean_tags, clean_attributes = structure(page(report(), lang))
    assert tags <= clean_tags and attributes <= clean_attributes
    assert not {"script", "iframe", "img", "link", "object"} & tags
    assert not [a for a in attributes if a.startswith("on")]


def test_the_page_loads_nothing() -> None:
    made = page(poisoned("http://example.invalid/x"))
    seen = Seen()
    seen.feed(made)
    links = {value for name, value in seen.attributes if name in {"href", "src", "action", "xlink:href"}}
    assert links and all(link.startswith("#") for link in links)
    assert "default-src 'none'" in made and "script-src 'none'" in made
    style = made[made.index("<style>") : made.index("</style>")]
    assert "url(" not in style and "@import" not in style


def test_characters_that_deceive_are_shown() -> None:
    made = page(poisoned("ab\u202ecd\x00\x1b[31m\ud800"[:-1]))
    assert "\u202e" not in made and "\x00" not in made and "\x1b" not in made
    assert inert("a\nb\u200f\ud800") == "a␊b��"
    assert inert("全角　髙𠮷") == "全角　髙𠮷"


@pytest.mark.parametrize("fmt", ["human", "json"])
def test_the_terminal_is_not_driven(fmt: str) -> None:
    made = render(poisoned("\x1b[2J[red]x[/red]"), fmt, "ja")
    assert "\x1b" not in str(made)


@pytest.mark.parametrize("formula", [*FORMULAS, *EVIL])
def test_the_workbook_has_text_only(formula: str) -> None:
    raw = render(poisoned(formula), "xlsx", "ja")
    assert isinstance(raw, bytes)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)
    found = [cell for cell in cells if cell.value == inert(formula)]
    assert found and all(cell.data_type != "n" for cell in found)
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        sheets = [n for n in parts.namelist() if n.startswith("xl/worksheets/")]
        assert not any(b"<f>" in parts.read(n) or b"<hyperlink" in parts.read(n) for n in sheets)
        assert not any("external" in n.lower() for n in parts.namelist())
