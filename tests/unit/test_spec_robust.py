"""Whatever one line becomes, a check names problems and never falls over."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chukan_layout.spec.check_layout import check_layout_folder
from chukan_layout.spec.check_mapping import check_mapping_folder
from chukan_layout.spec.load import load_layouts

BASE = Path(__file__).parents[1] / "cases" / "spec" / "base"
FILES = sorted(p.relative_to(BASE).as_posix() for p in BASE.glob("**/*.toml"))
VALUE = re.compile(r'(?<== )(?:"[^"]*"|[0-9]+|true|false|\[[^\[\]]*\])')
OTHERS = ('""', "0", "[]", "{}", "true", "1.5", '"ない"', '["ない"]', "2024-01-01", "nan", '[[""]]', "-1")


def spoiled(text: str) -> Iterator[str]:
    """The text with one line gone or doubled, or one value replaced."""
    lines = text.splitlines(keepends=True)
    for i in range(len(lines)):
        yield "".join(lines[:i] + lines[i + 1 :])
        yield "".join([*lines[: i + 1], lines[i], *lines[i + 1 :]])
    for match in VALUE.finditer(text):
        for other in OTHERS:
            yield text[: match.start()] + other + text[match.end() :]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_no_fault_is_too_much(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tmp_path / "base"
    shutil.copytree(BASE, base)
    monkeypatch.setenv("CHUKAN_LAYOUTS", str(base / "layouts"))
    whole = load_layouts(base / "layouts/9.9")
    text = (base / name).read_text("utf-8")
    for fault in spoiled(text):
        (base / name).write_text(fault, "utf-8")
        if name.startswith("layouts"):
            found = check_layout_folder(base / "layouts/9.9")
        else:
            found = check_mapping_folder(base / "mappings/vendorT", whole)
        lines = fault.count("\n") + 1
        assert all(p.line <= lines for p in found if p.path == name)
        assert all(p.message_ja and p.message_en and "{" not in p.code for p in found)
