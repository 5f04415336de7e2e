"""Formats of a report.  A new one is a module with ``render`` and a line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from chukan_layout.model.report import Report

Render = Callable[[Report, str], str | bytes]


def _lazy(module: str) -> Render:
    """The ``render`` of a module that is imported at the first use."""

    def render(report: Report, lang: str) -> str | bytes:
        result: str | bytes = import_module(f"chukan_layout.report.{module}").render(report, lang)
        return result

    return render


FORMATS: dict[str, Render] = {name: _lazy(name) for name in ("html", "xlsx", "json", "human", "jsonl", "junit", "sarif", "github")}


def render(report: Report, fmt: str, lang: str) -> str | bytes:
    """``report`` in a format of :data:`FORMATS`; ``lang`` is ja or en."""
    return FORMATS[fmt](report, lang)
