"""Checks of 業務 and 移行ファイル: folders, names, keys, the common format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chukan_layout.model.layout import LayoutSet, version_key
from chukan_layout.spec import names
from chukan_layout.spec.problem import Found, Kind
from chukan_layout.spec.suggest import near
from chukan_layout.spec.views import FileView, file_views

BAD_FORMAT = Kind(
    "L001", "error",
    "区切り文字と引用符は、互いに違う一文字ずつにします",
    "delimiter and quote must be one character each, and differ",
    "delimiter = \",\" と quote = '\"' のように書く",
    "write for example delimiter = \",\" and quote = '\"'",
)  # fmt: skip
SAME_AREA_NAME = Kind(
    "L002", "error",
    "業務の名前「{name}」が二つの業務にあります",
    "two areas are called {name}",
    "一方の名前を変える",
    "rename one of them",
)  # fmt: skip
SAME_FILE_NO = Kind(
    "L003", "error",
    "移行ファイルの番号 {no} が同じ業務に二つあります",
    "two files of the area have the number {no}",
    "番号を1から振り直す",
    "number the files from 1",
)  # fmt: skip
PATH_NAME = Kind(
    "L004", "error",
    "「{name}」はパスに使うので、/ \\ : や制御文字、先頭の . は書けません",
    "{name} becomes part of a path: no / \\ : control characters, no leading dot",
    "名前を変える",
    "choose another name",
)  # fmt: skip
NO_KEY = Kind(
    "L005", "error",
    "主キー (key) がありません",
    "the file has no key",
    "レコードを一つに決める項目を key に書く",
    "name the items that identify a record",
)  # fmt: skip
KEY_ABSENT = Kind(
    "L006", "error",
    "主キーの項目「{name}」はこのファイルにありません",
    "the key names {name}, which this file does not have",
    "項目の名前を直す",
    "correct the name of the item",
)  # fmt: skip
KEY_OPTIONAL = Kind(
    "L007", "error",
    "主キーの項目「{name}」が必須ではありません",
    "the key item {name} is not required",
    "項目に required = true を書く",
    "write required = true",
)  # fmt: skip
KEY_TWICE = Kind(
    "L008", "error",
    "主キーに「{name}」が二度あります",
    "the key names {name} twice",
    "一つにする",
    "keep one",
)  # fmt: skip
KEY_NULLED = Kind(
    "L009", "error",
    "主キーの項目「{name}」の on_error が null です。誤りのとき鍵を失います",
    "the key item {name} has on_error = null: a failure would blank the key",
    "on_error を reject か keep にする",
    "use reject or keep",
)  # fmt: skip
LATER_CLAIM = Kind(
    "L010", "error",
    "出所 {source} は、このレイアウトの版 {version} より新しい版です",
    "the source {source} is of a later version than this layout, {version}",
    "確かめた版を書く",
    "name the version it was checked against",
)  # fmt: skip
NO_ITEMS = Kind(
    "L011", "error",
    "項目が一つもありません",
    "the file has no items",
    "items を書く",
    "write the items",
)  # fmt: skip


def bad_format(layouts: LayoutSet) -> Iterator[Found]:
    f = layouts.format
    if len(f.delimiter) != 1 or len(f.quote) != 1 or f.delimiter == f.quote:
        yield BAD_FORMAT.found(names.COMMON, "format", "delimiter")


def same_area_name(layouts: LayoutSet) -> Iterator[Found]:
    seen: set[str] = set()
    for area in layouts.areas:
        if area.name in seen:
            yield SAME_AREA_NAME.found(names.area(area.no), "area", "name", name=area.name)
        seen.add(area.name)


def same_file_no(layouts: LayoutSet) -> Iterator[Found]:
    for area in layouts.areas:
        count: Counter[int] = Counter()
        for file in area.files:
            count[file.no] += 1
            if count[file.no] == 2:
                yield SAME_FILE_NO.found(names.file(area.no, file.id), "file", "no", no=file.no)


def _unfit(name: str) -> bool:
    return not name or name[0] == "." or any(c in '/\\:*?"<>|' or ord(c) < 0x20 for c in name)


def path_names(layouts: LayoutSet) -> Iterator[Found]:
    for area in layouts.areas:
        if _unfit(area.name):
            yield PATH_NAME.found(names.area(area.no), "area", "name", name=area.name)
        for file in area.files:
            if _unfit(file.id):
                yield PATH_NAME.found(names.file(area.no, file.id), "file", "id", name=file.id)


def no_key(view: FileView) -> Iterator[Found]:
    if not view.file.key:
        yield NO_KEY.found(view.doc, "file", "key")


def key_absent(view: FileView) -> Iterator[Found]:
    for i, name in enumerate(view.file.key):
        if name not in view.items:
            yield KEY_ABSENT.found(view.doc, "file", "key", i, hint=near(name, view.items), name=name)


def key_optional(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if item.name in view.file.key and not item.required:
            yield KEY_OPTIONAL.found(view.doc, "file", "items", i, name=item.name)


def key_twice(view: FileView) -> Iterator[Found]:
    for name, count in Counter(view.file.key).items():
        if count > 1:
            yield KEY_TWICE.found(view.doc, "file", "key", name=name)


def key_nulled(view: FileView) -> Iterator[Found]:
    for i, item in enumerate(view.file.items):
        if item.name in view.file.key and item.on_error == "null":
            yield KEY_NULLED.found(view.doc, "file", "items", i, "on_error", name=item.name)


def no_items(view: FileView) -> Iterator[Found]:
    if not view.file.items:
        yield NO_ITEMS.found(view.doc, "file", "items")


def _later(source: str, version: str) -> bool:
    return source.startswith("official:V") and version_key(source) > version_key(version)


def later_claims(layouts: LayoutSet) -> Iterator[Found]:
    version = layouts.version
    for view in file_views(layouts):
        if _later(view.file.source, version):
            source = view.file.source
            yield LATER_CLAIM.found(view.doc, "file", "source", source=source, version=version)
        for i, item in enumerate(view.file.items):
            if _later(item.source, version):
                at = ("file", "items", i, "source")
                yield LATER_CLAIM.found(view.doc, *at, source=item.source, version=version)
    for area in layouts.areas:
        for i, table in enumerate(area.codes.values()):
            if _later(table.source, version):
                doc = names.codes(area.no)
                yield LATER_CLAIM.found(doc, "table", i, "source", source=table.source, version=version)


SET_CHECKS = (bad_format, same_area_name, same_file_no, path_names, later_claims)
CHECKS = (no_items, no_key, key_absent, key_optional, key_twice, key_nulled)
