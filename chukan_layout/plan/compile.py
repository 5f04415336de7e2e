"""Layout + mapping -> program.

Requirements: LAY-01 (the layout is the middle of every conversion), CNV-01 (both directions), CNV-03 (residual items),
FIT-01 and FIT-04 (items matched, on the source side).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from chukan_layout.charset.of_source import by_lines
from chukan_layout.model.cleansing import Rule as CleansingRule
from chukan_layout.model.layout import FileFormat, LayoutFile, LayoutSet
from chukan_layout.model.mapping import FileMapping, MapItem, Mapping, SourceFile
from chukan_layout.plan.cleansing import cleansed, idle, purges
from chukan_layout.plan.invert import Back, NoWayBack, back_table, inverse_pairs, invert
from chukan_layout.plan.items import RuleBook, item_spec, keyed_checks, raised, row_checks, unjudged
from chukan_layout.plan.program import Program
from chukan_layout.plan.records import record_plan
from chukan_layout.rules.generated import item_rule
from chukan_layout.rules.policy import EVERY_RULE, Policy
from chukan_layout.rules.structure import OF_FIXED, OF_LINES, OF_RECORDS

#: A record longer than this is broken: requirement "bad input", docs/bad-input.md.
MAX_RECORD = 1 << 20


class Scope(NamedTuple):
    """What a program must know of its run.

    ``beside`` are the 移行ファイル of the run, by default all: no keys are gathered for checks between a file and one
    that is not there.  ``policy`` says which rules apply, ``cleansing`` the rules that change or remove.
    """

    beside: Sequence[LayoutFile] | None = None
    policy: Policy = EVERY_RULE
    as_of: str = ""
    cleansing: Sequence[CleansingRule] = ()


WHOLE = Scope()


def compile_convert(
    layouts: LayoutSet,
    file: LayoutFile,
    mapping: FileMapping,
    vendor: Mapping,
    scope: Scope = WHOLE,
) -> Program:
    """The program that turns one source file of ``vendor`` into ``file``.

    The mapping must have passed ``mapping check``; KeyError or ValueError for one that has not.
    """
    columns = mapping.source.columns
    items = {line.to: line for line in mapping.item}
    residual = tuple(rest.from_ for rest in mapping.rest if rest.disposition == "individual")
    records, lines = mapping.source.record is not None, by_lines(mapping.source) is not None
    source: dict[str, Any] = {
        "charset": "utf-8" if records or lines else mapping.source.encoding,
        "delimiter": mapping.source.delimiter,
        "quote": None if records else mapping.source.quote or None,
        "newline": mapping.source.newline,
        "structure": OF_FIXED if records else (*OF_RECORDS, *OF_LINES) if lines else OF_RECORDS,
    }
    tables = _tables(vendor)
    used = {getattr(op, "table", None) for line in mapping.item for op in line.ops}
    source["tables"] = {name: pairs for name, pairs in tables.items() if name in used}
    program = _compile(layouts, file, columns, items, residual, source, "null", scope)
    if not records:
        return program
    mynumber = {item.name for item in file.items if item.secret == "mynumber"}
    secret = {name for line in mapping.item if line.to in mynumber for name in line.from_}
    return replace(program, records=record_plan(mapping.source, secret))


def compile_validate(
    layouts: LayoutSet, file: LayoutFile, header: Sequence[str], scope: Scope = WHOLE
) -> Program:
    """The program that checks a file of the standard whose columns are ``header``.

    Items that the header lacks are in ``missing``; columns that the layout lacks are left alone.
    """
    names = {item.name for item in file.items}
    lines = {name: MapItem(to=name, from_=(name,)) for name in header if name in names}
    source = source_of_format(layouts.format)
    return _compile(layouts, file, tuple(header), lines, (), source, "empty", scope)


def source_of_format(fmt: FileFormat) -> dict[str, Any]:
    """How the kernel reads files of the standard."""
    return {
        "charset": fmt.encoding,
        "delimiter": fmt.delimiter,
        "quote": fmt.quote or None,
        "newline": fmt.newline,
    }


def _compile(
    layouts: LayoutSet,
    file: LayoutFile,
    columns: Sequence[str],
    lines: dict[str, MapItem],
    residual: tuple[str, ...],
    source: dict[str, Any],
    empty_quoted: str,
    scope: Scope,
) -> Program:
    book = RuleBook(scope.policy)
    place = {name: i for i, name in enumerate(columns)}
    active = set(lines)
    cleansing = tuple(rule for rule in scope.cleansing if (rule.area, rule.file) == (file.area, file.id))
    items = []
    for item in file.items:
        line = lines.get(item.name)
        if line is None:
            items.append(item_spec(file, item, [], (), (), active, book))
            continue
        sources, ops, parts = cleansed(cleansing, item.name, line, [place[name] for name in line.from_], place)
        items.append(item_spec(file, item, sources, ops, line.when, active, book))
        if parts:
            items[-1]["cleanse"] = parts
    area = layouts.area(file.area)
    rows, skipped_rows = row_checks(file, area.codes, scope.as_of, active, book)
    others = scope.beside
    if others is None:
        others = [f for any_area in layouts.areas for f in any_area.files]
    keyed, tasks, parents, skipped_keys = keyed_checks(file, others, active, book)
    absent = [item.name for item in file.items if item.name not in active]
    codes = {item.code for item in file.items if item.code}
    structure = book.structure(source.pop("structure", OF_RECORDS))
    spec = source | {
        "columns": len(columns),
        "empty_quoted": empty_quoted,
        "max_record": MAX_RECORD,
        "items": items,
        "residual": [{"source": place[name]} for name in residual],
        "row_checks": rows,
        "purges": purges(cleansing, file, active, scope.as_of),
        "keyed": keyed,
        "key": [file.index(name) for name in file.key],
        "structure": structure,
        "codes": {name: list(area.codes[name].codes) for name in codes},
        "out": _out(layouts.format),
    }
    return Program(
        area=file.area,
        file=file.id,
        spec=spec,
        rules=tuple(book.rules),
        columns=tuple(item.name for item in file.items),
        residual=residual,
        source_columns=tuple(columns),
        key=file.key,
        matched=sum(bool(line.from_) for line in lines.values()),
        keyed=tuple(tasks),
        parents=tuple(parents),
        missing=(*absent, *unjudged(file, active), *skipped_rows, *skipped_keys, *idle(cleansing, active)),
        cleansing=cleansing,
    )


def compile_reverse(
    layouts: LayoutSet, file: LayoutFile, mapping: FileMapping, vendor: Mapping, header: Sequence[str]
) -> Program:
    """The program that writes the vendor's columns from a file of the standard whose columns are ``header``.

    Columns without a way back, or whose items the header lacks, are blank; ``missing`` names them.  Nothing is
    checked but undecodable bytes and what cannot be undone: what the standard holds has been validated before.
    """
    place = {name: i for i, name in enumerate(header)}
    backs = [_present(back, place) for back in invert(file, mapping, vendor)]
    book = RuleBook()
    columns = []
    for back in backs:
        spec: dict[str, Any] = {
            "name": back.column, "type": "N", "digits": 4000, "charset": "any", "mask": "personal", "out": "text",
        }  # fmt: skip
        if isinstance(back, Back):
            spec["sources"] = [place[name] for name in back.sources]
            spec["ops"] = [op.model_dump(by_alias=True, exclude_none=True, mode="json") for op in back.ops]
            subject = file.item(back.sources[0])
            spec["mask"] = subject.secret
            kinds = ["ENC", *raised(back.ops)]
            spec["rules"] = {k: [book.number(item_rule(file, subject, k)), "null"] for k in kinds}
            spec["rules"]["ENC"][1] = "keep"
        columns.append(spec)
    used = {getattr(op, "table", None) for back in backs if isinstance(back, Back) for op in back.ops}
    tables = _tables(vendor)
    tables |= {back_table(name): inverse_pairs(vendor, name) for name in tables}
    spec = source_of_format(layouts.format) | {
        "columns": len(header),
        "empty_quoted": "null",
        "max_record": MAX_RECORD,
        "items": columns,
        "key": [i for i, name in enumerate(mapping.source.columns) if name in mapping.source.key],
        "structure": book.structure(),
        "tables": {name: pairs for name, pairs in tables.items() if name in used},
        "out": _out_of(mapping.source),
    }
    return Program(
        area=file.area,
        file=file.id,
        spec=spec,
        rules=tuple(book.rules),
        columns=mapping.source.columns,
        residual=(),
        source_columns=tuple(header),
        key=mapping.source.key,
        matched=sum(isinstance(back, Back) for back in backs),
        missing=tuple(back.column for back in backs if not isinstance(back, Back)),
    )


def _present(back: Back | NoWayBack, place: Container[str]) -> Back | NoWayBack:
    if isinstance(back, NoWayBack) or all(name in place for name in back.sources):
        return back
    return NoWayBack(back.column, "必要な項目がファイルにない", "the file lacks its items")


def _tables(vendor: Mapping) -> dict[str, list[tuple[str, str]]]:
    """Code and gaiji tables as the mapping has them."""
    tables = {name: list(m.pairs) for name, m in vendor.codes.items()}
    return tables | {name: list(t.pairs) for name, t in vendor.gaiji.items()}


def _out_of(source: SourceFile) -> dict[str, Any]:
    """How a vendor's file is written; one of records as plain CSV, which its writer takes."""
    if source.record is not None:
        return {"delimiter": ",", "newline": "\n", "quote_all": False}
    newline = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}[source.newline]
    return {"delimiter": source.delimiter, "newline": newline, "quote_all": source.quote_all}


def _out(fmt: FileFormat) -> dict[str, Any]:
    return {"delimiter": fmt.delimiter, "newline": "\r\n" if fmt.newline == "crlf" else "\n"}
