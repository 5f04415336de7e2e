"""Whatever a layout says, its workbook and its TOML say the same again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout.model.layout import Area, CodeTable, CodeValue, FileFormat, Item, LayoutFile, LayoutSet
from chukan_layout.spec.read_layouts import read_layouts
from chukan_layout.spec.workbook.export import workbook
from chukan_layout.spec.workbook.importer import import_books
from chukan_layout.spec.write_layouts import texts

PRINTED = st.characters(exclude_categories=["C"], exclude_characters="\ufeff")
#: Texts as people write them in cells: anything printed, line breaks inside, marks that look like formulas.
TEXT = st.one_of(
    st.text(PRINTED, max_size=30),
    st.sampled_from(["=1+1", "-5", "001", "1.0", "※ 注", "業務名：別", "a\nb", "TRUE", " 前後 ", "{}", "12", '"', "\\", "%"]),
)
NAME = st.text(st.characters(categories=["Lo", "Nd"]), min_size=1, max_size=8).map(lambda s: f"項{s}")
SOURCES = st.sampled_from(["official:V2.2", "successor:001", "successor:001/4", "law:住民基本台帳法第7条", "draft"])


@st.composite
def items(draw: Any) -> tuple[Item, ...]:
    names = draw(st.lists(NAME, min_size=1, max_size=5, unique=True))
    made = []
    for no, name in enumerate(names, 1):
        kind = draw(st.sampled_from(["X", "N", "9", "9V", "S9", "DATE", "TIME", "YEAR"]))
        condition = {"item": names[0], "in": [draw(TEXT)]} if draw(st.booleans()) else {"item": names[0], "present": draw(st.booleans())}
        made.append(
            Item.model_validate(
                {
                    "no": no, "name": name, "type": kind, "digits": draw(st.integers(1, 4000)),
                    "scale": draw(st.integers(1, 9)) if kind == "9V" else 0, "gaiji": draw(st.booleans()),
                    "required": draw(st.booleans()), "description": draw(TEXT), "sample": draw(TEXT), "note": draw(TEXT),
                    "applic": draw(TEXT), "source": draw(SOURCES), "secret": draw(st.sampled_from(["none", "personal"])),
                    "charset": draw(st.sampled_from([None, "half", "kana"])), "min": draw(st.sampled_from([None, "1", "x"])),
                    "required_when": [condition] if draw(st.booleans()) else [], "on_error": draw(st.sampled_from(["keep", "null"])),
                    "attributes": draw(st.dictionaries(st.sampled_from(["ローマ字", "a b", "改定"]), TEXT, max_size=2)),
                    "code": draw(st.sampled_from([None, "表"])),
                }
            )
        )  # fmt: skip
    return tuple(made)


@st.composite
def sets(draw: Any) -> LayoutSet:
    files = []
    for no in range(1, draw(st.integers(1, 3)) + 1):
        found = draw(items())
        checks = [{"kind": "unique", "id": "K01", "name": draw(TEXT), "items": [found[0].name], "source": "draft", "note": draw(TEXT)}]
        files.append(
            LayoutFile.model_validate(
                {
                    "area": 5, "area_name": "試験業務", "no": no, "id": f"帳票{no}", "name": f"帳票{no}ファイル", "description": draw(TEXT),
                    "source": draw(SOURCES), "key": [found[0].name], "items": [i.model_dump(by_alias=True) for i in found],
                    "keyed_checks": checks if draw(st.booleans()) else [],
                }
            )
        )  # fmt: skip
    codes = draw(st.lists(st.sampled_from(["1", "01", "A", "-", "10"]), min_size=1, max_size=3, unique=True))
    values = tuple(CodeValue(code=c, name=draw(TEXT), note=draw(TEXT)) for c in codes)
    table = CodeTable(name="表", source=draw(SOURCES), description=draw(TEXT), note=draw(TEXT), values=values)
    area = Area(no=5, name="試験業務", files=tuple(files), codes={"表": table})
    fmt = FileFormat(delimiter=draw(st.sampled_from([",", "\t"])), bom=draw(st.booleans()), reason=draw(TEXT))
    return LayoutSet(version="9.9", title=draw(TEXT), source="draft", note=draw(TEXT), format=fmt, areas=(area,))


@settings(max_examples=40, deadline=None)
@given(sets())
def test_workbook_and_toml_say_the_same_again(layouts: LayoutSet) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.xlsx"
        path.write_bytes(workbook(layouts))
        found = import_books([path], {})
        assert [p.text() for p in found.problems if p.severity == "error"] == []
        assert found.layouts == layouts
        folder = Path(name) / "9.9"
        for part, text in texts(layouts).items():
            file = folder / part
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        assert read_layouts(folder, extra=False).layouts == layouts
