"""A program made ready for the kernel, with the table of the charset of its file."""

from __future__ import annotations

from typing import Any

from chukan_layout.charset.of_source import by_lines
from chukan_layout.charset.tables import charset_table
from chukan_layout.engines.engine import Recipe
from chukan_layout.plan.program import Program
from chukan_layout.read.canonical import DIALECT
from chukan_layout.read.discover import Found


def recipe_of(found: Found, program: Program) -> Recipe:
    """What the kernel's program for a file is made of: a delimited one in its charset, one of records with its layout."""
    if program.records is None:
        if found.canonical:
            program.spec.update(DIALECT)
        lines = by_lines(found.mapping.source) if found.mapping else None
        if lines is not None:
            program.spec["charset"] = "utf-8"
            return Recipe(program.spec_bytes, charset_table("utf-8"), lines=lines.table)
        charset = program.spec["charset"] = found.header.charset
        return Recipe(program.spec_bytes, charset_table(charset))
    plan = program.records
    return Recipe(program.spec_bytes, charset_table("utf-8"), (plan.spec_bytes, plan.table))


def kernel_program(found: Found, program: Program) -> Any:
    """The kernel's program for a file."""
    return recipe_of(found, program).program()
