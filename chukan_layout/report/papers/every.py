"""The whole set of papers.  A new one is a function of the folder and a line here."""

from __future__ import annotations

from collections.abc import Callable

from chukan_layout.report.document.model import Document
from chukan_layout.report.papers.folder import Folder
from chukan_layout.report.papers.inventory import code_table, data_list, gaiji_list, interfaces, item_table
from chukan_layout.report.papers.plan import check_specification, plan
from chukan_layout.report.papers.result import certificate, erasure, result
from chukan_layout.report.papers.tender import requirements

PAPERS: tuple[Callable[[Folder], Document], ...] = (
    data_list, plan, check_specification, result, code_table, item_table, gaiji_list, interfaces, certificate, erasure,
    requirements,
)  # fmt: skip


def papers(folder: Folder) -> list[Document]:
    """In the order in which they are needed."""
    return [make(folder) for make in PAPERS]
