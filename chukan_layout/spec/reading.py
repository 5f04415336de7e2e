"""Reading the TOML files of one folder, gathering problems instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from chukan_layout.spec.document import Document, read
from chukan_layout.spec.paths import shown
from chukan_layout.spec.problem import At, Kind, Problem
from chukan_layout.spec.shape import MISSING_KEY, UNKNOWN_KEY, parse
from chukan_layout.spec.suggest import near

TWICE = Kind(
    "T204", "error",
    "{what}「{name}」が二度定義されています",
    "{what} {name} is defined twice",
    "一方の名前 (番号) を変えるか、取り除く",
    "rename or remove one of them",
)  # fmt: skip

Model = TypeVar("Model", bound=BaseModel)


class Named(Protocol):
    @property
    def name(self) -> str: ...


Entry = TypeVar("Entry", bound=Named)


class Reading:
    """The files read so far.

    ``documents`` are by the names of :mod:`chukan_layout.spec.names`; ``unread`` are the names of those that
    could not be understood.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.documents: dict[str, Document] = {}
        self.problems: list[Problem] = []
        self.unread: set[str] = set()

    def take(self, below: Reading) -> None:
        """Everything another reading found: its documents where this one has none of the name."""
        self.documents = below.documents | self.documents
        self.problems += below.problems
        self.unread |= below.unread

    def read(self, path: Path, name: str) -> Document | None:
        """The document at ``path``, kept under ``name``; None when it is no TOML."""
        doc = read(path, shown(path, self.folder))
        if isinstance(doc, Problem):
            self.problems.append(doc)
            self.unread.add(name)
            return None
        self.documents.setdefault(name, doc)
        return doc

    def whole(self, path: Path, name: str, model: type[Model]) -> Model | None:
        """The file at ``path`` as a ``model``; None when it is not one."""
        doc = self.read(path, name)
        return None if doc is None else self.parsed(doc, name, model, doc.data, {})

    def headed(
        self, path: Path, name: str, model: type[Model], head: str, moved: Mapping[str, str], **given: Any
    ) -> tuple[Model, Document] | None:
        """A file whose fields are in the table ``head``, and others in tables named by the keys of ``moved``.

        ``given`` are fields that the file does not say itself.
        """
        doc = self.read(path, name)
        if doc is None:
            return None
        for key in doc.data:
            if key != head and key not in moved:
                self.problems.append(doc.problem(UNKNOWN_KEY, key, hint=near(key, (head, *moved)), key=key))
        top = doc.data.get(head)
        if not isinstance(top, dict):
            self.problems.append(doc.problem(MISSING_KEY, head, key=f"[{head}]"))
            self.unread.add(name)
            return None
        data = {**given, **top, **{to: doc.data[key] for key, to in moved.items() if key in doc.data}}
        places: dict[str, At] = {"": (head,)}
        places |= {to: (key,) for key, to in moved.items()}
        model_or_none = self.parsed(doc, name, model, data, places)
        return None if model_or_none is None else (model_or_none, doc)

    def parsed(
        self, doc: Document, name: str, model: type[Model], data: dict[str, Any], places: dict[str, At]
    ) -> Model | None:
        """``data`` of a document as a ``model``; None when it is not one."""
        result = parse(model, data, doc, places)
        if not isinstance(result, list):
            return result
        self.problems += result
        self.unread.add(name)
        return None

    def named(
        self, entries: Iterable[Entry], locate: Callable[[int], At], name: str, what: str
    ) -> dict[str, Entry]:
        """Entries by name; a name that comes twice is a problem."""
        found: dict[str, Entry] = {}
        for i, entry in enumerate(entries):
            if entry.name in found:
                problem = self.documents[name].problem(TWICE, *locate(i), what=what, name=entry.name)
                self.problems.append(problem)
            found.setdefault(entry.name, entry)
        return found
