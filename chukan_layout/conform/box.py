"""The bundle as a zip whose every byte is determined by its contents, so that a changed byte anywhere is seen."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from chukan_layout.model.refusal import Refused

SUMS = "SHA256SUMS"
#: A bundle holds reports, not data.
MOST_BYTES = 512 << 20
MOST_MEMBERS = 64


class BadBox(Refused):
    """The file is no bundle or is not as it was written; the texts say why."""


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of ``files`` and their checksums: stored, in order of name, without times."""
    sums = "".join(f"{sha256(raw)}  {name}\n" for name, raw in sorted(files.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as book:
        for name, raw in sorted({**files, SUMS: sums.encode()}.items()):
            info = zipfile.ZipInfo(name)  # 1980-01-01
            info.external_attr = 0o600 << 16
            info.create_system = 3
            book.writestr(info, raw)
    return out.getvalue()


def unpacked(path: Path) -> dict[str, bytes]:
    """The files of a bundle; BadBox when it is none, or when any byte differs from what :func:`packed` writes."""
    raw = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            infos = book.infolist()
            if len(infos) > MOST_MEMBERS or any(i.compress_type != zipfile.ZIP_STORED for i in infos):
                raise BadBox("適合の証拠の形をしていません。", "this is not a bundle of evidence")
            files = {info.filename: book.read(info) for info in infos}
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError):
        raise BadBox("証拠のファイルが壊れています (zip として読めません)。", "the bundle is broken: it is no zip") from None
    sums = files.pop(SUMS, None)
    if sums is None:
        raise BadBox("適合の証拠の形をしていません。", "this is not a bundle of evidence")
    for line in sums.decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        if sha256(files.get(name, b"")) != digest:
            raise BadBox(f"証拠の中の {name[:80]} が書き換えられています。", f"{name[:80]} in the bundle was changed")
    if packed(files) != raw:
        raise BadBox("証拠のファイルが書き換えられています。", "the bundle was changed")
    return files
