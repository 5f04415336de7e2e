"""XML as tables: one pass, one record in memory at a time.

A record is every element of one name; its columns are the elements in it.  DTDs and with them entities are refused,
depth, columns and the size of a record are bounded.  The standard's own XML (write/xml.py) comes back as it was written.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from xml.parsers import expat

from chukan_layout.model.xml_names import FILE, RECORD, element_names, unescaped
from chukan_layout.read.canonical import BLOCK, TableRefused, Writer, create

DEEPEST = 64
MOST_COLUMNS = 16_384
#: Characters of one record.
LONGEST = 16 << 20
#: Charsets that XML may declare and expat does not know, with the codec that reads them.
_CODECS = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "cp932": "cp932", "ms932": "cp932", "euc-jp": "euc_jp", "eucjp": "euc_jp", "iso-2022-jp": "iso2022_jp",
}  # fmt: skip
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.-]+)[\"']")
_NIL = ("nil", "xsi:nil")


def root_of(start: bytes) -> dict[str, str]:
    """The attributes of the root when the file is XML of the standard, else nothing."""
    found: dict[str, str] = {}

    def root(name: str, attributes: dict[str, str]) -> None:
        found.update(attributes if name == FILE else {})
        parser.StartElementHandler = None

    parser = expat.ParserCreate()
    parser.StartElementHandler = root
    with suppress(expat.ExpatError):  # said when the file is read
        parser.Parse(start[:BLOCK], False)
    return found


def to_csv(path: Path, element: str, columns: Sequence[str], into: Path) -> None:
    """The records of ``path`` as canonical CSV ``into``: ``columns``, then whatever else the records hold.

    Raises TableRefused with line and column when it is not well-formed or not safe, OSError as the system refuses.
    """
    further: dict[str, None] = {}
    while True:
        known = [*columns, *further]
        with create(into) as out:
            writer = Writer(out, known)
            names, before = frozenset(known), len(further)

            def take(record: dict[str, str | None], writer: Writer = writer, known: list[str] = known, names: frozenset[str] = names) -> None:
                writer.add([record.get(name) for name in known])
                if not names.issuperset(record):
                    further.update(dict.fromkeys(name for name in record if name not in names))
                    if len(further) > MOST_COLUMNS:
                        raise _refused("要素の種類が多すぎます", "too many kinds of elements")

            _Records(path, element, take).read()
            writer.flush()
        if len(further) == before:
            return
        into.unlink()  # columns that nobody expected: once more, with them


def standard_to_csv(path: Path, items: Sequence[str], into: Path) -> None:
    """The same for XML of the standard, whose elements are named after ``items``."""
    names = dict(zip(element_names(items), items, strict=True))
    further: dict[str, None] = {}
    with create(into) as out:
        writer = Writer(out, items)

        def take(record: dict[str, str | None]) -> None:
            values = {names.get(name, name): value for name, value in record.items()}
            further.update(dict.fromkeys(name for name in values if name not in known))
            writer.add([values.get(item) for item in items])

        known = frozenset(items)
        _Records(path, RECORD, take, own=True).read()
        writer.flush()
    if further:
        told = "、".join(list(further)[:5])
        raise TableRefused(f"この版のレイアウトにない要素があります: {told}", f"elements that the layout has not got: {told}")


def _refused(ja: str, en: str) -> TableRefused:
    return TableRefused(f"{ja}。XML を作り直してもらってください。", f"{en}; have the XML made again")


class _Records:
    """Reads one file; ``take`` gets each record."""

    def __init__(self, path: Path, element: str, take: Callable[[dict[str, str | None]], None], own: bool = False) -> None:
        self._path, self._element, self._take, self._own = path, element, take, own
        self._depth = 0
        self._inside = False
        self._record: dict[str, str | None] = {}
        self._stack: list[tuple[str, bool]] = []  # elements open within the record: their path, whether any is in them
        self._text: list[str] = []
        self._size = 0
        self._flags: dict[str, str] = {}

    def read(self) -> None:
        with self._path.open("rb") as file:
            block = file.read(BLOCK)
            declared = _DECLARED.match(block.removeprefix(b"\xef\xbb\xbf"))
            codec = _CODECS.get(declared[1].decode().lower()) if declared else None
            decoder = codecs.getincrementaldecoder(codec)() if codec else None
            parser = expat.ParserCreate("utf-8" if decoder else None)
            parser.buffer_text = True
            parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
            parser.CharacterDataHandler = self._characters
            parser.StartDoctypeDeclHandler = self._dtd
            try:
                while True:
                    parser.Parse(decoder.decode(block, not block) if decoder else block, not block)
                    if not block:
                        return
                    block = file.read(BLOCK)
            except expat.ExpatError as error:
                what = expat.ErrorString(error.code)
                raise _refused(
                    f"{error.lineno} 行 {error.offset + 1} 桁: XML として正しくありません ({what})",
                    f"line {error.lineno}, column {error.offset + 1}: not well-formed ({what})",
                ) from None
            except (LookupError, ValueError) as error:
                if not isinstance(error, UnicodeDecodeError):
                    raise _refused("宣言の文字コードが分かりません", "the declared charset is unknown") from None
                line = parser.CurrentLineNumber
                raise _refused(
                    f"{line} 行付近: 宣言の文字コードでは読めないバイトがあります",
                    f"near line {line}: bytes that are not of the declared charset",
                ) from None

    def _dtd(self, *_: object) -> None:
        raise TableRefused(
            "DTD（実体の宣言を含みうる部分）があります。安全のため読みません。DTD のない XML を作ってもらってください。",
            "it has a DTD, which may declare entities; it is not read: have it made without one",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _refused(f"要素の入れ子が {DEEPEST} より深くなっています", f"elements are nested deeper than {DEEPEST}")
        name = name[name.rfind(":") + 1 :]
        if not self._inside:
            if name != self._element:
                return
            self._inside, self._record, self._stack, self._size = True, {}, [], 0
            path = ""
        else:
            if self._stack:
                above, _ = self._stack[-1]
                self._stack[-1] = (above, True)
                self._mixed(above)
                path = f"{above}/{name}"
            else:
                path = name
            self._stack.append((path, False))
        self._text = []
        self._flags = attributes
        if attributes and not self._own:
            for key, value in attributes.items():
                if not key.startswith("xmlns") and key not in _NIL:
                    self._put(f"{path}@{key}", value)

    def _characters(self, text: str) -> None:
        if self._inside:
            self._size += len(text)
            if self._size > LONGEST:
                raise _refused("一つの記録が大きすぎます", "one record is too large")
            self._text.append(text)

    def _end(self, name: str) -> None:
        del name
        self._depth -= 1
        if not self._inside:
            return
        if not self._stack:
            self._mixed("")
            self._inside = False
            self._take(self._record)
            return
        path, parent = self._stack.pop()
        if parent:
            self._mixed(path)
        else:
            text = "".join(self._text)
            if self._own and self._flags.get("escaped") == "true":
                text = unescaped(text)
            self._put(path, None if any(self._flags.get(n) == "true" for n in _NIL) else text)
        self._text, self._flags = [], {}

    def _mixed(self, path: str) -> None:
        """Text beside elements is not lost either."""
        text = "".join(self._text).strip() if self._text else ""
        if text:
            self._put(f"{path}/text()" if path else "text()", text)
        self._text = []

    def _put(self, path: str, value: str | None) -> None:
        name, number = path, 1
        while name in self._record:
            number += 1
            name = f"{path}[{number}]"
        self._record[name] = value
