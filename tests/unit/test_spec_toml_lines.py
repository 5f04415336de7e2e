"""Line numbers of TOML values, for every construct we write and some we do not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chukan_layout.spec.toml_lines import LineIndex

TEXT = '''# comment = [1]
title = "a # [not] a = comment"
"quoted key" = 1
dotted.inner = 'x'

[file]          # header
no = 1
items = [
  # { no = 0 },
  { no = 1, name = "一、[二]", when = [{ item = "a" }, { item = "b" }] }, { no = 2 },
  { no = 3, x = [
    1] },
]
long = """
[[not a header]]
k = 1
"""
after = 2024-01-01

[[check]]
id = "C01"
[[check]]
id = "C02"
  [check.inner]
  x = [ [1,
         2], [] ]
'''


@pytest.mark.parametrize(
    ("at", "line"),
    [
        (("title",), 2),
        (("quoted key",), 3),
        (("dotted", "inner"), 4),
        (("file",), 6),
        (("file", "no"), 7),
        (("file", "items"), 8),
        (("file", "items", 0), 10),
        (("file", "items", 0, "when", 1, "item"), 10),
        (("file", "items", 1, "no"), 10),
        (("file", "items", 2), 11),
        (("file", "items", 2, "x", 0), 12),
        (("file", "items", 2, "absent"), 11),
        (("file", "after"), 18),
        (("check", 0, "id"), 21),
        (("check", 1), 22),
        (("check", 1, "id"), 23),
        (("check", 1, "inner", "x", 0, 1), 26),
        (("check", 1, "inner", "x", 1), 26),
        (("nothing",), 0),
    ],
)
def test_line(at: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)  # the text is TOML
    assert LineIndex(TEXT).line(at) == line


def leaves(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*at, key))
    else:
        yield at, value


ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("layouts/**/*.toml"), *ROOT.glob("mappings/**/*.toml")])


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_value_of_the_shipped_files_is_on_its_line(path: Path) -> None:
    text = path.read_text("utf-8")
    lines, index = text.split("\n"), LineIndex(text)
    for at, value in leaves(tomllib.loads(text)):
        line = index.line(at)
        assert line, at
        if isinstance(value, str) and value.isalnum():
            assert value in lines[line - 1], at
