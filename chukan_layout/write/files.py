"""Files of a run: for their owner alone (0600), hashed as they are written."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO, Any, TextIO


def make_folder(path: Path) -> None:
    """The folder, its owner's alone with all that had to be made above it; one that is there stays as it is."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def create(path: Path) -> IO[bytes]:
    """A new file that only its owner can read; OSError as ``open`` raises it."""
    make_folder(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(handle, "wb")  # buffered: pyarrow takes no notice of short writes


def create_text(path: Path, encoding: str = "utf-8") -> TextIO:
    """The same for text."""
    make_folder(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(handle, "w", encoding=encoding, newline="")


def write_whole(path: Path, data: bytes) -> None:
    """Appears under its name only when it is complete."""
    part = path.with_name(path.name + ".part")
    with create(part) as out:
        write_all(out, data)
        os.fsync(out.fileno())
    part.replace(path)


def write_all(out: IO[bytes], data: bytes | memoryview) -> None:
    """All of ``data``, however little the system takes at once."""
    view = memoryview(data)
    while view.nbytes:
        view = view[out.write(view) :]


class HashedFile:
    """A growing output: bytes, count and SHA-256.  Enough of a file for pyarrow to write to."""

    def __init__(self, path: Path, kept: int | None = None) -> None:
        """With ``kept`` the first so many bytes of the file stay (EOFError when it has fewer), else it begins anew."""
        self.path = path
        self._hash = hashlib.sha256()
        self.bytes = 0
        if kept is None:
            self._out = create(path)
            return
        self._out = path.open("r+b")
        while self.bytes < kept:
            data = self._out.read(min(1 << 20, kept - self.bytes))
            if not data:
                self._out.close()
                raise EOFError(path.name)
            self._hash.update(data)
            self.bytes += len(data)
        self._out.truncate(kept)

    def reached(self) -> tuple[int, str]:
        """Bytes and SHA-256 so far, all of them handed to the system."""
        self._out.flush()
        return self.bytes, self._hash.hexdigest()

    def write(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        if not view.nbytes:
            return
        write_all(self._out, view)
        self._hash.update(view)
        self.bytes += view.nbytes

    def mark(self) -> tuple[int, Any]:
        """The place reached, to come back to."""
        return self.bytes, self._hash.copy()

    def rewind(self, mark: tuple[int, Any]) -> None:
        """Forgets everything written since ``mark``."""
        self.bytes, self._hash = mark[0], mark[1].copy()
        self._out.flush()
        self._out.seek(self.bytes)
        self._out.truncate()

    @property
    def closed(self) -> bool:
        return self._out.closed

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> str:
        """The SHA-256 of everything written."""
        self._out.close()
        return self._hash.hexdigest()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
