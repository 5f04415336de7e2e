"""The charset of a mapping's source, with the choices that the mapping pins."""

from __future__ import annotations

from chukan_layout import _kernel
from chukan_layout.charset import registry
from chukan_layout.model.mapping import CharsetPolicies, SourceFile

#: Charsets whose bytes the kernel's pass divides as they are.
DIRECT = frozenset(
    {"cp932", "shift-jis", "euc-jp", "euc-jp-strict", "utf-8", "utf-16", "utf-16le", "utf-16be"}
)


def charset_of(source: SourceFile) -> registry.Charset:
    """Raises :class:`chukan_layout.charset.registry.UnknownCharset`."""
    return registry.get(source.encoding, **source.charset.model_dump())


def by_lines(source: SourceFile) -> registry.Charset | None:
    """The charset whose lines become UTF-8 before the pass reads them; None where it reads the bytes themselves."""
    plain = source.encoding in DIRECT and source.charset == CharsetPolicies()
    return None if plain or source.format != "delimited" else charset_of(source)


def has_lines(source: SourceFile) -> bool:
    """Whether delimited text in the source's charset can be divided into lines by its bytes."""
    charset = by_lines(source)
    try:
        return charset is None or bool(_kernel.first_line(charset.table, b"", source.newline))
    except ValueError:
        return False


def beginning(raw: bytes, encoding: str) -> str:
    """The text of the first bytes of a file, without a byte order mark, its lines ended by LF, CR or both.

    The last character may be cut.  Raises :class:`chukan_layout.charset.registry.UnknownCharset`.
    """
    if encoding == "utf-16":
        encoding = "utf-16be" if raw.startswith(b"\xfe\xff") else "utf-16le"
    charset = registry.get(encoding)
    text = charset.decode(raw).text.removeprefix("\ufeff")
    return text.replace("\x85", "\n") if charset.kind == "host" else text
