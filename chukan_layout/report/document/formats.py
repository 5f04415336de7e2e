"""Formats of documents.  A new one is a module with ``render`` and a line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from chukan_layout.report.document.model import Document

#: Name of the format to the module that writes it.
FORMATS = {"human": "text", "markdown": "markdown", "html": "html", "xlsx": "xlsx"}
SUFFIXES = {"human": "txt", "markdown": "md", "html": "html", "xlsx": "xlsx"}


def render(document: Document, fmt: str) -> str | bytes:
    """``document`` in a format of :data:`FORMATS`."""
    write: Callable[[Document], str | bytes] = import_module(f"chukan_layout.report.document.{FORMATS[fmt]}").render
    return write(document)
