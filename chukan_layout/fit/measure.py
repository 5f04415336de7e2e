"""From layouts, a mapping and (when there is one) a run's report to the fit of every file.

Pure: everything comes in as values.  An item of the layout counts as matched when a source item flows into it; a
constant is a value but no source and does not count, so the figure is the ``fit`` of report.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chukan_layout.fit import observed, structure
from chukan_layout.fit.decisions import DEFAULTS, Decision, decided
from chukan_layout.model.fit import FileFit, FitClass, Gap, ItemFit, ItemSide, Ratio, SeenFile
from chukan_layout.model.layout import Area, Item, LayoutFile, LayoutSet, Sum
from chukan_layout.model.mapping import FileMapping, MapItem, Mapping
from chukan_layout.model.report import FileReport, ItemCount, Report

#: Kinds of rules that are a class of their own; every other kind of a value is 値の不備.
OF_KIND: dict[str, FitClass] = {"DIG": "桁あふれ", "COD": "コード不一致", "GAI": "外字", "REQ": "設定不能の必須項目"}


@dataclass(frozen=True)
class _Pair:
    """A file of the layout with what is known of it."""

    area: Area
    layout: LayoutFile
    mapping: Mapping | None
    file: FileMapping | None
    destination: FileMapping | None
    report: FileReport | None
    seen: SeenFile | None = None

    def line(self, name: str) -> MapItem | None:
        if self.file is None:
            return None
        return next((line for line in self.file.item if line.to == name), None)

    def counts(self, name: str) -> ItemCount | None:
        if self.report is None:
            return None
        return next((c for c in self.report.items if c.name == name), None)


def measure(
    layouts: LayoutSet,
    mapping: Mapping | None,
    destination: Mapping | None = None,
    report: Report | None = None,
    areas: Sequence[int] | None = None,
    decisions: Sequence[Decision] = (),
    dump: Sequence[SeenFile] | None = None,
) -> tuple[FileFit, ...]:
    """The fit of every file that the report, the dump, or else the mapping, knows; in the order of the layouts."""
    pairs = _pairs(layouts, mapping, destination, report, areas)
    if dump is not None:
        pairs = (replace(p, seen=seen) for p in pairs if p.file and (seen := observed.seen_of(p.file, dump)))
    return tuple(_file_fit(pair, decisions) for pair in pairs)


def _pairs(
    layouts: LayoutSet, mapping: Mapping | None, destination: Mapping | None, report: Report | None, areas: Sequence[int] | None
) -> Iterator[_Pair]:
    for area in layouts.areas:
        if areas is not None and area.no not in areas:
            continue
        for layout in area.files:
            file, to = _of(mapping, layout), _of(destination, layout)
            reports = [f for f in report.files if (f.area, f.file) == (area.no, layout.id)] if report else []
            if report is not None and not reports:
                continue
            if report is None and file is None and to is None:
                continue
            yield _Pair(area, layout, mapping, file, to, _together(reports) if reports else None)


def _of(mapping: Mapping | None, layout: LayoutFile) -> FileMapping | None:
    files = mapping.files if mapping else ()
    return next((f for f in files if (f.area, f.file) == (layout.area, layout.id)), None)


def _together(reports: Sequence[FileReport]) -> FileReport:
    """Several source files of one 移行ファイル as one."""
    if len(reports) == 1:
        return reports[0]
    items = []
    for counts in zip(*(r.items for r in reports), strict=False):
        findings: dict[str, int] = {}
        for c in counts:
            for kind, n in c.findings.items():
                findings[kind] = findings.get(kind, 0) + n
        states = {s: sum(getattr(c, s) for c in counts) for s in ("value", "null", "empty", "na", "failed")}
        items.append(counts[0].model_copy(update={**states, "findings": findings}))
    rows = reports[0].rows
    for r in reports[1:]:
        rows = rows + r.rows
    absent = set(reports[0].absent).intersection(*(r.absent for r in reports[1:]))
    return reports[0].model_copy(update={"items": items, "rows": rows, "absent": sorted(absent)})


def _matched(pair: _Pair, item: Item) -> bool:
    if pair.file is not None:
        line = pair.line(item.name)
        if line is None or not line.from_:
            return False
        return pair.seen is None or observed.gives(pair.seen, line)
    return pair.report is not None and item.name not in pair.report.absent


def _file_fit(pair: _Pair, decisions: Sequence[Decision]) -> FileFit:
    layout, report = pair.layout, pair.report
    items = tuple(_item_fit(pair, item) for item in layout.items)
    values = [i.value for i in items if i.value is not None]
    gaps = [*_layout_gaps(pair), *_source_gaps(pair), *_destination_gaps(pair)]
    return FileFit(
        area=layout.area, area_name=layout.area_name, file=layout.id, name=layout.name,
        mapping=pair.file.id if pair.file else "",
        layout=Ratio(matched=sum(i.matched for i in items), total=len(items)),
        source=_source_ratio(pair), destination=_destination_ratio(pair),
        value=sum(values[1:], values[0]) if values else None,
        records=report.rows.in_ if report else pair.seen.records if pair.seen else 0,
        items=items, gaps=tuple(decided(layout.area, layout.id, g, decisions) for g in gaps),
    )  # fmt: skip


def _item_fit(pair: _Pair, item: Item) -> ItemFit:
    line = pair.line(item.name)
    maps = pair.mapping.codes if pair.mapping else {}
    matched = _matched(pair, item)
    return ItemFit(
        no=item.no, name=item.name, counterpart=line.from_ if line else (item.name,) if matched else (), matched=matched,
        name_fit=structure.name_fit(item, line) if line else "一致" if matched else "―",
        type_fit=structure.type_fit(item, line) if line else "要確認" if matched else "―",
        digits_fit=structure.digits_fit(item, line, maps) if line else "要確認" if matched else "―",
        code_fit=structure.code_fit(item, line, maps, pair.area.codes),
        required_fit=structure.required_fit(item, line) if line or not matched else "一致" if item.required else "―",
        value=_value_fit(pair, item) if matched else None, origin=item.source,
    )  # fmt: skip


def _value_fit(pair: _Pair, item: Item) -> Ratio | None:
    """Records without a finding on the item, of the records read; findings are subtracted one by one."""
    counts = pair.counts(item.name)
    if counts is None or pair.report is None:
        return None
    total = pair.report.rows.in_
    return Ratio(matched=max(0, total - sum(counts.findings.values())), total=total)


def _source_ratio(pair: _Pair) -> Ratio | None:
    file = pair.file
    if file is None:
        return None
    used = {name for line in file.item for name in line.from_}
    if pair.seen:
        own = {column.name for column in pair.seen.columns}
        return Ratio(matched=len(used & own), total=len(own))
    return Ratio(matched=len(used & set(file.source.columns)), total=len(file.source.columns))


def _destination_ratio(pair: _Pair) -> Ratio | None:
    if pair.destination is None:
        return None
    filled = _filled(pair)
    return Ratio(matched=len(filled), total=len(pair.destination.source.columns))


def _filled(pair: _Pair) -> list[str]:
    """Items of the destination that an item of the layout with a source fills."""
    assert pair.destination is not None
    given = {item.name for item in pair.layout.items if pair.file is None or _matched(pair, item)}
    fed = {name for line in pair.destination.item if line.to in given for name in line.from_}
    return [column for column in pair.destination.source.columns if column in fed]


def _gap(
    side: ItemSide, no: int, item: str, cls: FitClass, reason: str, count: int = 0, matched: bool = False
) -> Gap:
    disposition, gap, owner = DEFAULTS[cls]
    return Gap(side=side, no=no, item=item, cls=cls, disposition=disposition, gap=gap, owner=owner, reason=reason,
               count=count, matched=matched)  # fmt: skip


def _layout_gaps(pair: _Pair) -> Iterator[Gap]:
    unset = {u.to: u.reason for u in pair.file.unset} if pair.file else {}
    totals = {check.total for check in pair.layout.row_checks if isinstance(check, Sum)}
    for item in pair.layout.items:
        matched, line = _matched(pair, item), pair.line(item.name)
        if not matched:
            if pair.seen and line is not None and line.from_:
                cls: FitClass = "設定不能の必須項目" if item.required else "移行元にない項目"
                yield _gap("layout", item.no, item.name, cls, observed.why_not(pair.seen, line))
            elif line is not None:
                reason = line.note or "移行元の項目ではなく固定値を設定する"
                yield _gap("layout", item.no, item.name, "要精度検証", reason)
            elif item.required:
                reason = unset.get(item.name, "必須だが移行元に対応する項目がない")
                yield _gap("layout", item.no, item.name, "設定不能の必須項目", reason)
            else:
                reason = unset.get(item.name, "任意項目で、移行元に対応する項目がない")
                yield _gap("layout", item.no, item.name, "移行元にない項目", reason)
            continue
        yield from _matched_gaps(pair, item, line, item.name in totals)


def _matched_gaps(pair: _Pair, item: Item, line: MapItem | None, computed: bool) -> Iterator[Gap]:
    """What is wrong with an item although it has a source: structure first, then values by class."""
    maps = pair.mapping.codes if pair.mapping else {}
    if structure.digits_fit(item, line, maps) == "不一致":
        yield _gap("layout", item.no, item.name, "桁あふれ", "演算の結果がレイアウトの桁数を超える", matched=True)
    if structure.code_fit(item, line, maps, pair.area.codes) == "不一致":
        yield _gap("layout", item.no, item.name, "コード不一致", "コード対応表にレイアウトのコードにない値がある", matched=True)
    if computed:
        yield _gap("layout", item.no, item.name, "要精度検証", "計算で求まる項目のため、再計算して照合する", matched=True)
    if pair.seen and line is not None:
        for cls, reason, n in observed.complaints(pair.seen, item, line, maps, pair.area.codes):
            yield _gap("layout", item.no, item.name, cls, reason, n, matched=True)
    counts = pair.counts(item.name)
    classes: dict[FitClass, dict[str, int]] = {}
    for kind, n in (counts.findings if counts else {}).items():
        classes.setdefault(OF_KIND.get(kind, "値の不備"), {})[kind] = n
    for cls, kinds in classes.items():
        said = "、".join(f"{kind} {n:,}件" for kind, n in kinds.items())
        yield _gap("layout", item.no, item.name, cls, f"検査の指摘: {said}", sum(kinds.values()), matched=True)


def _source_gaps(pair: _Pair) -> Iterator[Gap]:
    if pair.file is None:
        return
    used = {name for line in pair.file.item for name in line.from_}
    rest = {r.from_: r for r in pair.file.rest}
    own = [c.name for c in pair.seen.columns] if pair.seen else pair.file.source.columns
    for no, column in enumerate(own, 1):
        if column in used:
            continue
        said = rest.get(column)
        gap = _gap("source", no, column, "不足項目", said.reason if said else "処置が決まっていない")
        if said and said.disposition == "discard":
            gap = gap.model_copy(update={"disposition": "破棄", "gap": "対象外", "owner": "業務所管課"})
        yield gap


def _destination_gaps(pair: _Pair) -> Iterator[Gap]:
    if pair.destination is None:
        return
    filled = set(_filled(pair))
    for no, column in enumerate(pair.destination.source.columns, 1):
        if column not in filled:
            reason = "移行先の項目だが、レイアウトから設定できない"
            yield _gap("destination", no, column, "不足項目", reason).model_copy(update={"disposition": "新規", "owner": "移行先"})
