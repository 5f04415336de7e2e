"""From what a check found to a problem with a path and a line.  Files are read again only when needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chukan_layout.spec.problem import Found, Problem
from chukan_layout.spec.reading import Reading


def located(found: Iterable[Found], read: Callable[[], Reading | None]) -> list[Problem]:
    """Problems in the order of path and line; ``read`` gives the documents and is called at most once.

    A document that is nowhere (a layout made in memory) is shown by its name, without a line.  What needs a
    document that could not be understood is left out.
    """
    wanted = list(found)
    reading = read() if wanted else None
    documents = reading.documents if reading else {}
    unread = reading.unread if reading else set()
    problems = []
    for one in wanted:
        if one.needs and any(name.startswith(one.needs) for name in unread):
            continue
        doc = documents.get(one.doc)
        if doc is None:
            problems.append(one.kind.problem(one.doc, 0, one.hint, **one.words))
        else:
            problems.append(doc.problem(one.kind, *one.at, hint=one.hint, **one.words))
    return ordered(problems)


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, by path, line and code."""
    return sorted(set(problems), key=lambda p: (p.path, p.line, p.code, p.message_ja))
