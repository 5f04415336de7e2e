"""Names of charsets as people give them."""

from __future__ import annotations

from chukan_layout.charset import registry
from chukan_layout.cli.errors import CliError


def charset_name(given: str) -> str:
    """The name of the charset that a mapping pins; CliError with what may be meant when there is none."""
    if given.lower() in ("utf-16", "utf16"):
        return "utf-16"  # by its mark, else little-endian
    try:
        return registry.get(given).name
    except registry.UnknownCharset as unknown:
        near = "、".join(unknown.near) or "chukan charset list"
        raise CliError(f"文字コード {given} はありません。もしかして: {near}", f"no charset {given}; perhaps {near}") from None
