"""Promises of the rule catalogue; a failure says what to write."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args

import pytest

from chukan_layout.model.finding import SEVERITIES, Owner, Rule
from chukan_layout.model.layout import Charset, DataType, Item, LayoutFile, LayoutSet
from chukan_layout.rules import docs
from chukan_layout.rules.catalogue import NoRule, catalogue, find
from chukan_layout.rules.generated import item_rule, kinds_of, rules_of
from chukan_layout.rules.kinds import KINDS
from chukan_layout.rules.page import page
from chukan_layout.rules.structure import OF_FIXED, OF_RECORDS, STRUCTURE
from chukan_layout.spec.load import load_layouts, versions

RULE_ID = re.compile(r"S-[A-Z]+|[0-9]{2}-[0-9]{2}-(?:[0-9]{3}-[A-Z]{3}|[A-Z][0-9]{2})")
PLACEHOLDER = re.compile(r"[{}]")


@pytest.fixture(scope="module", params=versions())
def layouts(request: pytest.FixtureRequest) -> LayoutSet:
    return load_layouts(request.param)


@pytest.fixture(scope="module")
def rules(layouts: LayoutSet) -> list[Rule]:
    return [*STRUCTURE.values(), *(r for a in layouts.areas for f in a.files for r in rules_of(f))]


def test_ids_are_unique_and_of_the_stable_form(rules: list[Rule]) -> None:
    assert [i for i, n in Counter(r.id for r in rules).items() if n > 1] == []
    assert [r.id for r in rules if not RULE_ID.fullmatch(r.id)] == []


def test_ids_are_made_of_the_numbers_of_the_layout(rules: list[Rule]) -> None:
    for rule in (r for r in rules if r.item_no and r.kind in KINDS):
        area, _, item, kind = rule.id.split("-")
        assert (int(area), int(item), kind) == (rule.area, rule.item_no, rule.kind)


def test_every_rule_says_all_in_both_languages(rules: list[Rule]) -> None:
    texts = ("title_ja", "title_en", "message_ja", "message_en", "action_ja", "action_en", "source")
    silent = [f"{r.id}: {name}" for r in rules for name in texts if not getattr(r, name).strip()]
    assert silent == [], "write the text in rules/kinds.py or rules/structure.py"
    japanese = re.compile(r"[ぁ-んァ-ヶ一-龠]")
    assert [r.id for r in rules if not japanese.search(r.message_ja + r.action_ja)] == []


def test_no_placeholder_is_left(rules: list[Rule]) -> None:
    assert [r.id for r in rules if PLACEHOLDER.search(r.message_ja + r.message_en)] == []


def test_owner_and_severity_are_known(rules: list[Rule]) -> None:
    assert [r.id for r in rules if r.owner not in get_args(Owner)] == []
    assert [r.id for r in rules if r.severity not in SEVERITIES] == []


def test_every_rule_has_a_page(layouts: LayoutSet, rules: list[Rule]) -> None:
    sample = {r.kind if r.kind in KINDS else r.id: r for r in rules}
    for rule in sample.values():
        shown = page(layouts, rule.id)
        assert shown.rule == rule
        assert shown.why_ja and shown.why_en and shown.entry.what_ja and shown.entry.basis_ja


def test_catalogue_finds_what_it_lists(layouts: LayoutSet, rules: list[Rule]) -> None:
    assert list(catalogue(layouts).values()) == rules
    assert find(layouts, " s-ragged ") == STRUCTURE["S-RAGGED"]
    with pytest.raises(NoRule) as missing:
        find(layouts, "01-01-022-REX")
    assert "01-01-022-" in missing.value.near[0]


def test_a_kind_that_only_a_mapping_raises_has_a_page(layouts: LayoutSet) -> None:
    item = next(i for i in layouts.area(1).files[0].items if not i.code)
    rule_id = f"01-01-{item.no:03d}-COD"
    assert rule_id not in catalogue(layouts)
    assert page(layouts, rule_id).rule.item_name == item.name
    with pytest.raises(NoRule):
        page(layouts, "01-01-999-COD")


def test_pages_are_as_the_code_has_them() -> None:
    stale = [p.name for p, text in docs.pages().items() if not p.exists() or p.read_text("utf-8") != text]
    assert stale == [], "run python -m chukan_layout.rules.docs"


def test_a_new_kind_needs_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "NEW", KINDS["REQ"])
    with pytest.raises(LookupError, match="NEW"):
        docs.pages()


def test_stale_pages_are_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert docs.main(["--check"]) == 0
    monkeypatch.setitem(KINDS, "REQ", KINDS["REQ"]._replace(owner="移行先"))
    assert docs.main(["--check"]) == 1
    assert "kinds.md" in capsys.readouterr().err


def test_only_the_kernels_structure_rules_are_of_records() -> None:
    assert {*OF_RECORDS, *OF_FIXED} <= set(STRUCTURE)
    assert set(STRUCTURE) - set(OF_RECORDS) - set(OF_FIXED) == {"S-HEADER", "S-EMPTY"}


def line(**fields: object) -> Item:
    return Item.model_validate(
        {"no": 7, "name": "項目", "type": "X", "digits": 3, "source": "draft", **fields}
    )


def file_of(item: Item) -> LayoutFile:
    fields = {"area": 3, "area_name": "業務", "no": 12, "id": "f", "name": "f", "source": "draft"}
    return LayoutFile.model_validate({**fields, "key": (item.name,), "items": (item,)})


def test_severity_is_the_items_but_for_warnings() -> None:
    item = line(type="N", severity="info", check_digit="mynumber")
    said = {kind: item_rule(file_of(item), item, kind).severity for kind in ("CHR", "GAI", "LUN", "CDG")}
    assert said == {"CHR": "info", "GAI": "warning", "LUN": "warning", "CDG": "info"}


def test_a_draft_formula_only_warns() -> None:
    item = line(check_digit="juminhyo", digits=11)
    assert item_rule(file_of(item), item, "CDG").severity == "warning"


def test_kinds_follow_the_line() -> None:
    assert list(kinds_of(line())) == ["ENC", "GAI", "CHR", "DIG"]
    assert "COD" in kinds_of(line(code="性別")) and "CHR" not in kinds_of(line(code="性別"))
    assert {"REQ", "DAT", "CAL", "ERA", "LUN", "UNK", "RNG"} <= set(
        kinds_of(line(type="DATE", digits=10, required=True, min="1868-01-25"))
    )


@pytest.mark.parametrize("kind", get_args(DataType))
def test_every_type_has_a_rule_for_every_failure(kind: str) -> None:
    """What ``reference.check`` can say of an item must have a rule, or the kernel would keep silent."""
    from chukan_layout.plan.reference import check

    values = (
        "A",
        "あ",
        "12345678901",
        "-1",
        "1.5",
        "9999-99-99",
        "2024-02-30",
        "25:00",
        "\ue000",
        "\x01",
        "12a",
    )
    text = kind in ("X", "N")
    for charset in (None, *get_args(Charset)) if text else (None,):
        item = line(type=kind, charset=charset, digits=10)
        found = {k for value in values for k in check(value, item)}
        if not text:
            found -= {"GAI"}  # it fails the type as well, which has a rule
        assert found <= set(kinds_of(item)), charset
