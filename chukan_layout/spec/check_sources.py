"""Checks of a mapping's files: what they go to, how they are recognised and read, what becomes of columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import Mapping
from chukan_layout.spec import names, paths
from chukan_layout.spec.globs import overlap
from chukan_layout.spec.problem import Found, Kind
from chukan_layout.spec.suggest import near
from chukan_layout.spec.views import MapView

NO_VERSION = Kind(
    "M001", "error",
    "レイアウトの版「{version}」はありません",
    "there is no layout version {version}",
    "layout_version を直す",
    "correct layout_version",
)  # fmt: skip
OTHER_VERSION = Kind(
    "M002", "warning",
    "マッピングは版 {version} のために書かれていますが、使うのは版 {used} です",
    "the mapping is written for version {version}, but {used} is used",
    "--layout-version を合わせるか、マッピングを見直す",
    "use that version, or review the mapping",
)  # fmt: skip
NO_AREA = Kind(
    "M003", "error",
    "業務 {no} は版 {version} にありません。あるもの: {known}",
    "version {version} has no area {no}; known: {known}",
    "area を直す",
    "correct area",
)  # fmt: skip
NO_FILE = Kind(
    "M004", "error",
    "移行ファイル「{name}」は業務 {area} にありません",
    "the area {area} has no file {name}",
    "file を直す (「ファイル」を除いた名前)",
    "correct file (the name without ファイル)",
)  # fmt: skip
NO_PATTERN = Kind(
    "M005", "error",
    "files の「{pattern}」はファイル名の型ではありません",
    "the pattern {pattern} of files is not one of file names",
    "フォルダーを含まない名前の型を書く",
    "write a pattern of names, without folders",
)  # fmt: skip
OVERLAP = Kind(
    "M006", "warning",
    "「{pattern}」と、マッピング「{other}」の「{pattern2}」が同じファイルに当たることがあります",
    "{pattern} and {pattern2} of the mapping {other} may match the same file",
    "どちらか一方にだけ当たるようにする",
    "make the patterns distinct",
)  # fmt: skip
BAD_DIALECT = Kind(
    "M007", "error",
    "区切り文字は一文字、引用符は一文字か空で、互いに違うものにします",
    "delimiter is one character, quote one or none, and they differ",
    "delimiter と quote を直す",
    "correct delimiter and quote",
)  # fmt: skip
SAME_COLUMN = Kind(
    "M008", "error",
    "移行元項目「{name}」が columns に二つあります",
    "the column {name} is twice in columns",
    "別の名前を付ける (見出しが同じでも、順に別の名前で)",
    "name them apart",
)  # fmt: skip
NO_KEY_COLUMN = Kind(
    "M009", "error",
    "key の「{name}」は columns にありません",
    "key names {name}, which is not in columns",
    "名前を直す",
    "correct the name",
)  # fmt: skip
NO_COLUMNS = Kind(
    "M010", "error",
    "columns か files が空です",
    "columns or files is empty",
    "移行元の項目を順に、ファイル名の型を一つ以上書く",
    "write the columns in order, and a pattern or more",
)  # fmt: skip
UNPLACED = Kind(
    "M201", "error",
    "移行元項目「{name}」の行き先がありません",
    "the column {name} goes nowhere",
    "[[item]] の from に入れるか、[[rest]] に処置と理由を書く",
    "use it in [[item]], or give it a disposition in [[rest]]",
)  # fmt: skip
USED_AND_LEFT = Kind(
    "M202", "error",
    "移行元項目「{name}」は使われているのに、[[rest]] に処置もあります",
    "the column {name} is used, and has a disposition in [[rest]] as well",
    "どちらかを取り除く",
    "remove one of them",
)  # fmt: skip
REST_UNKNOWN = Kind(
    "M203", "error",
    "[[rest]] の「{name}」は columns にありません",
    "[[rest]] names {name}, which is not in columns",
    "名前を直す",
    "correct the name",
)  # fmt: skip
REST_TWICE = Kind(
    "M204", "error",
    "移行元項目「{name}」の処置が二つあります",
    "the column {name} has two dispositions",
    "一つにする",
    "keep one",
)  # fmt: skip
NO_REASON = Kind(
    "M205", "error",
    "「{name}」の理由 (reason) が空です",
    "the reason for {name} is empty",
    "なぜそうするかを書く",
    "say why",
)  # fmt: skip


def versions(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    wanted = mapping.layout_version.removeprefix("V")
    if wanted == layouts.version:
        return
    known = paths.versions()
    words = {"version": mapping.layout_version, "used": layouts.version}
    kind = OTHER_VERSION if wanted in known else NO_VERSION
    yield kind.found(names.VENDOR, "vendor", "layout_version", hint=near(wanted, known), **words)


def targets(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    areas = {area.no: area for area in layouts.areas}
    for file in mapping.files:
        doc = names.mapping(file.id)
        area = areas.get(file.area)
        if area is None:
            known = "、".join(f"{a.no} {a.name}" for a in layouts.areas)
            yield NO_AREA.found(doc, "mapping", "area", no=file.area, version=layouts.version, known=known)
        elif file.file not in (ids := [f.id for f in area.files]):
            hint = near(file.file, ids)
            yield NO_FILE.found(doc, "mapping", "file", hint=hint, name=file.file, area=area.name)


def patterns(mapping: Mapping, layouts: LayoutSet) -> Iterator[Found]:
    del layouts
    for file in mapping.files:
        for i, pattern in enumerate(file.source.files):
            if not pattern.strip() or "/" in pattern or "\\" in pattern:
                yield NO_PATTERN.found(names.mapping(file.id), "source", "files", i, pattern=pattern)
    for first, second in combinations(mapping.files, 2):
        for pattern in first.source.files:
            for i, other in enumerate(second.source.files):
                if overlap(pattern, other):
                    words = {"pattern": other, "pattern2": pattern, "other": first.id}
                    yield OVERLAP.found(names.mapping(second.id), "source", "files", i, **words)


def bad_dialect(view: MapView) -> Iterator[Found]:
    s = view.file.source
    if len(s.delimiter) != 1 or len(s.quote) > 1 or s.delimiter == s.quote:
        yield BAD_DIALECT.found(view.doc, "source", "delimiter")


def no_columns(view: MapView) -> Iterator[Found]:
    of_table = view.file.source.format == "table"
    for key in ("columns",) if of_table else ("columns", "files"):
        if not getattr(view.file.source, key):
            yield NO_COLUMNS.found(view.doc, "source", key)


def same_column(view: MapView) -> Iterator[Found]:
    for name, count in Counter(view.file.source.columns).items():
        if count > 1:
            last = len(view.file.source.columns) - 1 - view.file.source.columns[::-1].index(name)
            yield SAME_COLUMN.found(view.doc, "source", "columns", last, name=name)


def no_key_column(view: MapView) -> Iterator[Found]:
    columns = view.file.source.columns
    for i, name in enumerate(view.file.source.key):
        if name not in columns:
            yield NO_KEY_COLUMN.found(view.doc, "source", "key", i, hint=near(name, columns), name=name)


def unplaced(view: MapView) -> Iterator[Found]:
    placed = {name for line in view.file.item for name in line.from_} | {r.from_ for r in view.file.rest}
    for i, name in enumerate(view.file.source.columns):
        if name not in placed:
            yield UNPLACED.found(view.doc, "source", "columns", i, name=name)


def used_and_left(view: MapView) -> Iterator[Found]:
    used = {name for line in view.file.item for name in line.from_}
    for i, rest in enumerate(view.file.rest):
        if rest.from_ in used:
            yield USED_AND_LEFT.found(view.doc, "rest", i, name=rest.from_)


def rest_unknown(view: MapView) -> Iterator[Found]:
    columns = view.file.source.columns
    for i, rest in enumerate(view.file.rest):
        if rest.from_ not in columns:
            yield REST_UNKNOWN.found(view.doc, "rest", i, hint=near(rest.from_, columns), name=rest.from_)


def rest_twice(view: MapView) -> Iterator[Found]:
    seen: set[str] = set()
    for i, rest in enumerate(view.file.rest):
        if rest.from_ in seen:
            yield REST_TWICE.found(view.doc, "rest", i, name=rest.from_)
        seen.add(rest.from_)


def no_reason(view: MapView) -> Iterator[Found]:
    for i, rest in enumerate(view.file.rest):
        if not rest.reason.strip():
            yield NO_REASON.found(view.doc, "rest", i, "reason", name=rest.from_)
    for i, unset in enumerate(view.file.unset):
        if not unset.reason.strip():
            yield NO_REASON.found(view.doc, "unset", i, "reason", name=unset.to)


MAPPING_CHECKS = (versions, targets, patterns)
CHECKS = (
    bad_dialect, no_columns, same_column, no_key_column, unplaced, used_and_left, rest_unknown, rest_twice,
    no_reason,
)  # fmt: skip
