"""Compiling layouts and mappings into programs: what the kernel is given."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from chukan_layout import _kernel
from chukan_layout.charset.tables import charset_table
from chukan_layout.model.layout import Area, CodeTable, FileFormat, LayoutFile, LayoutSet
from chukan_layout.model.mapping import CodeMap, FileMapping, Mapping
from chukan_layout.plan.compile import Scope, compile_convert, compile_reverse, compile_validate
from chukan_layout.plan.program import Program
from chukan_layout.run.api import run_into
from chukan_layout.run.order import Order
from chukan_layout.spec.load import load_layouts, load_mapping

SEX = CodeTable.model_validate(
    {"name": "性別", "source": "draft", "values": [{"code": "1", "name": "男"}, {"code": "2", "name": "女"}]}
)
ITEMS: list[dict[str, Any]] = [
    {"name": "番号", "type": "X", "digits": 5, "required": True, "on_error": "reject"},
    {"name": "種別", "type": "X", "digits": 1},
    {"name": "性別", "type": "X", "digits": 1, "code": "性別", "required": True},
    {"name": "生年月日", "type": "DATE", "digits": 10, "on_error": "null", "secret": "personal"},
    {"name": "死亡日", "type": "DATE", "digits": 10},
    {"name": "通称", "type": "N", "digits": 20, "applies_when": [{"item": "種別", "in": ["2"]}]},
    {"name": "人数", "type": "9", "digits": 3},
    {"name": "額", "type": "9V", "digits": 8, "scale": 2},
    {"name": "大きな数", "type": "9", "digits": 30},
]
CHECKS = [
    {"kind": "compare", "id": "C01", "name": "順序", "left": "死亡日", "op": ">=", "right": "生年月日",
     "when": [{"item": "種別", "in": ["1"]}], "source": "draft"},
    {"kind": "implies", "id": "C02", "name": "含意", "when": [{"item": "種別", "in": ["2"]}],
     "then": [{"item": "通称", "present": True}], "action": "reject", "source": "draft"},
]  # fmt: skip
KEYED = [
    {"kind": "unique", "id": "K01", "name": "一意", "items": ["番号"], "source": "draft"},
    {"kind": "history", "id": "K02", "name": "履歴", "key": ["番号"], "number": "人数", "latest": "種別",
     "source": "draft"},
    {"kind": "unique", "id": "K03", "name": "再び一意", "items": ["番号"], "source": "draft"},
]  # fmt: skip


def layout(**other: Any) -> LayoutFile:
    items = [{"no": n, "source": "draft", **item} for n, item in enumerate(ITEMS, 1)]
    fields = {"area": 1, "area_name": "業務", "no": 2, "id": "親", "name": "親", "source": "draft"}
    checks = {"row_checks": CHECKS, "keyed_checks": KEYED}
    return LayoutFile.model_validate({**fields, "key": ["番号"], "items": items, **checks, **other})


def child() -> LayoutFile:
    foreign = {
        "kind": "foreign",
        "id": "K01",
        "name": "参照",
        "items": ["親番号"],
        "to_file": "親",
        "to_items": ["番号"],
    }
    fields = {
        "area": 1,
        "area_name": "業務",
        "no": 3,
        "id": "子",
        "name": "子",
        "source": "draft",
        "key": ["親番号"],
    }
    item = {"no": 1, "name": "親番号", "type": "X", "digits": 5, "source": "draft"}
    return LayoutFile.model_validate(
        {**fields, "items": [item], "keyed_checks": [{**foreign, "source": "draft"}]}
    )


def layouts(file: LayoutFile) -> LayoutSet:
    area = Area(no=1, name="業務", files=(file, child()), codes={"性別": SEX})
    return LayoutSet(version="9.9", title="t", source="draft", format=FileFormat(), areas=(area,))


LINES: list[dict[str, Any]] = [
    {"to": "番号", "from": ["no"], "ops": [{"op": "trim"}, {"op": "pad", "width": 5}]},
    {"to": "種別", "from": ["kind"]},
    {"to": "性別", "from": ["sex"], "ops": [{"op": "map", "table": "性"}]},
    {"to": "生年月日", "from": ["born"], "ops": [{"op": "date", "shapes": ["ymd8"]}]},
    {"to": "死亡日", "from": ["died"], "ops": [{"op": "date", "shapes": ["ymd8"]}]},
    {"to": "通称", "from": ["alias"], "when": [{"item": "種別", "not_in": ["1"]}]},
    {"to": "人数", "from": ["n"], "ops": [{"op": "number"}]},
    {"to": "額", "from": ["yen"], "ops": [{"op": "number", "scale": 2}]},
]
COLUMNS = ["no", "kind", "sex", "born", "died", "alias", "n", "yen", "memo", "junk"]


def vendor(lines: list[dict[str, Any]] = LINES) -> Mapping:
    source = {"files": ["*"], "encoding": "cp932", "newline": "crlf", "columns": COLUMNS, "key": ["no"]}
    rest = [
        {"from": "memo", "disposition": "individual", "reason": "r"},
        {"from": "junk", "disposition": "discard", "reason": "r"},
    ]
    file = {"id": "m", "area": 1, "file": "親", "source": source, "item": lines, "rest": rest}
    codes = {name: CodeMap(name=name, pairs=(("M", "1"), ("F", "2"))) for name in ("性", "使わない")}
    return Mapping(
        vendor="v", title="t", layout_version="9.9", files=(FileMapping.model_validate(file),), codes=codes
    )


@pytest.fixture(scope="module")
def program() -> Program:
    mapping = vendor()
    return compile_convert(layouts(layout()), layout(), mapping.files[0], mapping)


def wire(program: Program) -> dict[str, Any]:
    """What the kernel reads."""
    spec: dict[str, Any] = json.loads(program.spec_bytes)
    return spec


def by_name(program: Program, name: str) -> dict[str, Any]:
    return next(item for item in wire(program)["items"] if item["name"] == name)


def rule_of(program: Program, name: str, kind: str) -> str:
    return program.rules[by_name(program, name)["rules"][kind][0]].id


def test_items_keep_the_order_of_the_layout(program: Program) -> None:
    names = tuple(item["name"] for item in ITEMS)
    assert program.columns == names and tuple(i["name"] for i in program.spec["items"]) == names


def test_sources_are_places_of_columns(program: Program) -> None:
    assert by_name(program, "生年月日")["sources"] == [COLUMNS.index("born")]
    assert "sources" not in by_name(program, "大きな数")


def test_operations_go_as_they_are_written(program: Program) -> None:
    assert by_name(program, "番号")["ops"][1] == {"op": "pad", "width": 5, "char": "0"}


def test_every_item_has_its_arrow_column(program: Program) -> None:
    kinds = {item["name"]: item["out"] for item in program.spec["items"]}
    assert kinds == {
        "番号": "text", "種別": "text", "性別": "dict", "生年月日": "date", "死亡日": "date", "通称": "text",
        "人数": "int", "額": "decimal", "大きな数": "text",
    }  # fmt: skip


def test_numbers_in_the_spec_are_numbers_of_rules(program: Program) -> None:
    assert rule_of(program, "番号", "REQ") == "01-02-001-REQ"
    assert rule_of(program, "性別", "COD") == "01-02-003-COD"
    assert program.rules[program.spec["structure"]["S-RAGGED"]].id == "S-RAGGED"
    assert [program.rules[task.rule].id for task in program.keyed] == ["01-02-K01", "01-02-K02", "01-02-K03"]


def test_actions(program: Program) -> None:
    actions = {
        (item["name"], kind): action
        for item in program.spec["items"]
        for kind, (_, action) in item.get("rules", {}).items()
    }
    assert actions["番号", "REQ"] == "reject", "a record without its key"
    assert actions["性別", "REQ"] == "keep"
    assert actions["番号", "CHR"] == "reject" and actions["番号", "ENC"] == "keep"
    assert actions["生年月日", "DAT"] == actions["死亡日", "UNK"] == actions["死亡日", "LUN"] == "null"
    assert actions["死亡日", "CAL"] == "keep"
    assert actions["通称", "ABS"] == actions["通称", "GAI"] == "keep"


def test_kinds_that_operations_raise_have_rules(program: Program) -> None:
    assert {"DAT", "CAL", "ERA", "LUN", "UNK"} <= set(by_name(program, "生年月日")["rules"])
    assert "TYP" in by_name(program, "人数")["rules"]


def test_conditions_name_items_by_place(program: Program) -> None:
    assert by_name(program, "通称")["when"] == [{"item": 1, "not_in": ["1"]}]
    assert by_name(program, "通称")["applies_when"] == [{"item": 1, "in": ["2"]}]


def test_row_checks(program: Program) -> None:
    compare, implies = wire(program)["row_checks"]
    assert (compare["left"], compare["op"], compare["right"]) == (4, ">=", 3)
    assert compare["when"] == [{"item": 1, "in": ["1"]}] and compare["action"] == "keep"
    assert implies["then"] == [{"item": 5, "present": True}] and implies["action"] == "reject"
    assert program.rules[implies["rule"]].item_name == "通称"


def test_equal_keys_are_emitted_once(program: Program) -> None:
    assert [task.emit for task in program.keyed] == [0, 1, 0]
    assert len(program.spec["keyed"]) == 2
    assert wire(program)["keyed"][1] == {"items": [0], "flag": [{"item": 1, "in": ["1"]}], "number": 6}
    (parent,) = program.parents
    assert parent.demand.items == ("番号",) and parent.emit == 0, "the child's foreign key meets the key of K01"


def test_no_keys_are_gathered_for_files_that_are_not_there() -> None:
    mapping = vendor()
    alone = compile_convert(layouts(layout()), layout(), mapping.files[0], mapping, Scope([layout()]))
    assert alone.parents == ()
    nobody = compile_convert(layouts(layout()), layout(), mapping.files[0], mapping, Scope([]))
    referring = [task for task in nobody.keyed if task.check.kind == "foreign"]
    assert [task.emit for task in referring] == [None for _ in referring]


def test_residual_and_discarded_columns(program: Program) -> None:
    assert program.residual == ("memo",)
    assert program.spec["residual"] == [{"source": COLUMNS.index("memo")}]


def test_only_tables_in_use_are_given(program: Program) -> None:
    assert list(program.spec["tables"]) == ["性"]
    assert program.spec["codes"] == {"性別": ["1", "2"]}


def test_matched_items(program: Program) -> None:
    assert (program.matched, len(program.columns)) == (8, 9)
    assert "大きな数" in program.missing


def test_spec_bytes_are_the_spec(program: Program) -> None:
    assert json.loads(program.spec_bytes) == json.loads(json.dumps(program.spec))
    assert "番号" in program.spec_bytes.decode()


def test_the_kernel_runs_it(program: Program) -> None:
    kernel = _kernel.Program(program.spec_bytes, charset_table("cp932"))
    good, bad = "12,2,M,19800412,,,3,1.5,メモ,", "13,1,X,19800230,,,3,1.5,,"
    chunk = _kernel.run(kernel, f"{good}\r\n{bad}\r\n".encode("cp932"))
    found = {program.rules[i].id: n for i, n in enumerate(chunk.rule_counts) if n}
    assert found == {"01-02-003-COD": 1, "01-02-004-CAL": 1, "01-02-C02": 1}
    assert (chunk.rows_in, chunk.rows_out, chunk.rows_rejected) == (2, 1, 1)
    assert bytes(chunk.csv).decode() == "00013,1,X,,,,3,1.50,\n"
    assert bytes(chunk.rejected).decode("cp932") == f"{good}\r\n"


# ---------------------------------------------------------------- validate


def test_a_header_in_any_order() -> None:
    file = layout()
    header = [*reversed([item.name for item in file.items]), "余分"]
    program = compile_validate(layouts(file), file, header)
    assert program.missing == () and program.matched == len(file.items)
    assert by_name(program, "番号")["sources"] == [header.index("番号")]
    assert program.spec["columns"] == len(header) and program.spec["empty_quoted"] == "empty"
    assert by_name(program, "生年月日")["ops"] == []


def test_missing_columns_are_named_with_the_checks_they_stop() -> None:
    file = layout()
    program = compile_validate(layouts(file), file, [i.name for i in file.items if i.name != "死亡日"])
    assert set(program.missing) == {"死亡日", "01-02-C01"}
    assert program.matched == len(file.items) - 1


def test_no_header_at_all() -> None:
    file = layout()
    program = compile_validate(layouts(file), file, ())
    assert program.matched == 0 and program.spec["columns"] == 0


# ---------------------------------------------------------------- back


def test_back_to_the_vendor() -> None:
    file, mapping = layout(), vendor()
    program = compile_reverse(layouts(file), file, mapping.files[0], mapping, [i.name for i in file.items])
    assert program.columns == tuple(COLUMNS)
    assert set(program.missing) == {"memo", "junk"}
    assert program.spec["out"] == {"delimiter": ",", "newline": "\r\n", "quote_all": False}
    assert by_name(program, "born")["mask"] == "personal"
    kernel = _kernel.Program(program.spec_bytes, b"")
    chunk = _kernel.run(kernel, "00012,2,1,1980-04-12,,架空,3,1.50,\n".encode())
    assert bytes(chunk.csv).decode() == "12,2,M,19800412,,架空,3,1.50,,\r\n"


# ---------------------------------------------------------------- the shipped mappings


@pytest.mark.parametrize("name", ["vendorA", "lgdpm2013"])
def test_shipped_mappings_compile_both_ways(name: str) -> None:
    mapping = load_mapping(name)
    shipped = load_layouts(mapping.layout_version)
    for file in mapping.files:
        target = next(f for f in shipped.area(file.area).files if f.id == file.file)
        there = compile_convert(shipped, target, file, mapping)
        back = compile_reverse(shipped, target, file, mapping, [i.name for i in target.items])
        _kernel.Program(there.spec_bytes, charset_table(file.source.encoding))
        _kernel.Program(back.spec_bytes, charset_table(shipped.format.encoding))


def test_compiling_is_fast() -> None:
    mapping = load_mapping("vendorA")
    shipped = load_layouts(mapping.layout_version)
    file = next(f for f in mapping.files if f.id == "住民")
    target = next(f for f in shipped.area(1).files if f.id == file.file)
    times = []
    for _ in range(5):
        start = perf_counter()
        compile_convert(shipped, target, file, mapping)
        times.append(perf_counter() - start)
    assert min(times) < 0.03, "compile_convert takes 3 ms for 119 items on the founders' machine"


# ---------------------------------------------------------------- what cannot be judged, and what is no source


def test_a_blank_item_satisfies_present_false() -> None:
    implies = {
        "kind": "implies", "id": "C03", "name": "n", "when": [{"item": "大きな数", "present": False}],
        "then": [{"item": "番号", "present": True}], "source": "draft",
    }  # fmt: skip
    file, mapping = layout(row_checks=[implies]), vendor()
    program = compile_convert(layouts(file), file, mapping.files[0], mapping)
    assert len(program.spec["row_checks"]) == 1


def test_a_condition_that_cannot_be_known_is_not_judged() -> None:
    file = layout()
    program = compile_validate(layouts(file), file, [i.name for i in file.items if i.name != "種別"])
    assert "applies_when" not in by_name(program, "通称")
    assert "01-02-006-ABS" in program.missing


def test_a_warning_rejects_nothing() -> None:
    item = {"no": 1, "name": "番号", "type": "X", "digits": 11, "source": "draft", "on_error": "reject"}
    file = layout(items=[{**item, "check_digit": "juminhyo"}], row_checks=[], keyed_checks=[])
    program = compile_validate(layouts(file), file, ["番号"])
    assert by_name(program, "番号")["rules"]["CDG"][1] == "keep"


def test_an_unknown_value_of_a_plain_item_names_no_table() -> None:
    lines = [*LINES[:1], {"to": "種別", "from": ["kind"], "ops": [{"op": "map", "table": "性"}]}]
    file, mapping = layout(), vendor(lines)
    program = compile_convert(layouts(file), file, mapping.files[0], mapping)
    assert "「」" not in program.rules[by_name(program, "種別")["rules"]["COD"][0]].message_ja


def test_a_constant_is_no_source() -> None:
    mapping = vendor([{"to": "番号", "ops": [{"op": "const", "value": "1"}]}])
    program = compile_convert(layouts(layout()), layout(), mapping.files[0], mapping)
    assert program.matched == 0


def test_columns_without_their_items_are_blank() -> None:
    file, mapping = layout(), vendor()
    program = compile_reverse(layouts(file), file, mapping.files[0], mapping, ["人数", "番号"])
    assert set(program.missing) == set(COLUMNS) - {"no", "n"}
    chunk = _kernel.run(_kernel.Program(program.spec_bytes, b""), b"3,00012\n")
    assert bytes(chunk.csv).decode() == "12,,,,,,3,,,\r\n"


def test_a_stated_inverse_may_name_tables_of_both_ways() -> None:
    file = layout()
    for table, code, expected in (("性", "M", "1"), ("性⁻¹", "1", "M")):
        ops = [{"op": "map", "table": table}]
        mapping = vendor([{"to": "番号", "from": ["no"]}, {"to": "種別", "from": ["kind"], "inverse": ops}])
        program = compile_reverse(layouts(file), file, mapping.files[0], mapping, ["番号", "種別"])
        chunk = _kernel.run(_kernel.Program(program.spec_bytes, b""), f"00012,{code}\n".encode())
        assert bytes(chunk.csv).decode() == f"00012,{expected},,,,,,,,\r\n"


def test_back_from_a_file_whose_columns_stand_in_another_order(tmp_path: Path) -> None:
    """Values of other items, 個人番号 among them, are written into the vendor's columns."""
    shipped = load_layouts()
    written = {}
    row = {"宛名番号": "000000000000001", "履歴番号": "1", "個人番号": "", "最新フラグ": "1"}
    for place, names in (("a", list(row)), ("b", [*row][::-1])):
        folder = tmp_path / place / "01-住民基本台帳"
        folder.mkdir(parents=True)
        text = ",".join(names) + "\n" + ",".join(row[name] for name in names) + "\n"
        (folder / "個人番号.csv").write_text(text, encoding="utf-8")
        order = Order([folder], shipped, "latest", mapping=load_mapping("vendorA"), direction="back")
        run_into(order, tmp_path / f"{place}-out", [])
        (result,) = (tmp_path / f"{place}-out" / "data").glob("KOJIN*.csv")
        written[place] = result.read_bytes()
    assert written["a"] == written["b"]
