"""What changed between two versions; a first draft of a mapping."""

from __future__ import annotations

import tomllib
from pathlib import Path

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import FileMapping
from chukan_layout.spec.diff import Change, diff
from chukan_layout.spec.listing import listing
from chukan_layout.spec.load import load_layouts
from chukan_layout.spec.skeleton import Source, proposals, skeleton

BASE = load_layouts(Path(__file__).parents[1] / "cases" / "spec" / "base" / "layouts" / "9.9")


def changed(**item: object) -> LayoutSet:
    """The base with its item 氏名 changed."""
    area = BASE.areas[0]
    file = area.files[0]
    items = tuple(i.model_copy(update=item) if i.name == "氏名" else i for i in file.items)
    files = (file.model_copy(update={"items": items}), *area.files[1:])
    return BASE.model_copy(update={"areas": (area.model_copy(update={"files": files}),)})


def test_same() -> None:
    assert diff(BASE, BASE) == []


def test_a_changed_item() -> None:
    assert diff(BASE, changed(digits=50)) == [Change("changed", "住民 / 個人 / 氏名", "digits", "40", "50")]


def test_a_renamed_item_is_one_gone_and_one_new() -> None:
    found = diff(BASE, changed(name="氏名漢字"))
    assert {(c.kind, c.place) for c in found} == {
        ("added", "住民 / 個人 / 氏名漢字"),
        ("removed", "住民 / 個人 / 氏名"),
    }


def test_codes_and_whole_areas() -> None:
    area = BASE.areas[0]
    table = area.codes["性別"]
    codes = {**area.codes, "性別": table.model_copy(update={"values": table.values[:2]})}
    fewer = BASE.model_copy(update={"areas": (area.model_copy(update={"codes": codes}),)})
    assert diff(BASE, fewer) == [Change("removed", "住民 / コード表 / 性別 / 9")]
    assert diff(BASE, BASE.model_copy(update={"areas": ()})) == [Change("removed", "住民")]


def test_listing_is_as_promised() -> None:
    value = listing(BASE)
    file = value["areas"][0]["files"][0]
    assert list(value) == ["version", "areas"]
    assert list(file) == ["id", "name", "items", "key", "sources"]
    assert file["items"] == sum(file["sources"].values()) == 12
    assert file["sources"]["successor"] == 1


def test_the_best_pair_wins_not_the_first() -> None:
    items = BASE.areas[0].files[0].items
    assert proposals(["生年月日時"], items) == {"生年月日": "生年月日時"}
    assert proposals(["氏名", "氏名カナ"], items) == {"氏名": "氏名"}


def test_skeleton_is_a_mapping_that_leaves_nothing_out() -> None:
    target = BASE.areas[0].files[0]
    source = Source('A"*.csv', "cp932", "\t", "crlf", ("宛名番号", "氏名", "メモ\\"))
    data = tomllib.loads(skeleton(source, target))
    mapping = FileMapping.model_validate({**data.pop("mapping"), **data})
    used = {c for line in mapping.item for c in line.from_} | {r.from_ for r in mapping.rest}
    assert used == set(source.columns)
    required = {i.name for i in target.items if i.required}
    assert required <= {line.to for line in mapping.item} | {u.to for u in mapping.unset}
