"""A folder sealed for keys: one deterministic tar, encrypted with age as it is read.

The format is age (age-encryption.org/v1), so that ``age -d`` and tar open it without this product.  The library is pyrage
(the extra ``[seal]``), a wheel that a closed network can bring in; nothing is asked of a network, and no key is kept.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from chukan_layout.model.refusal import Refused
from chukan_layout.run.folder import LOCK
from chukan_layout.write.files import create, sha256_of
from chukan_layout.write.system import take_lock

SUFFIX = ".tar.age"
BLOCK = 1 << 16
#: What tar fills its end up to.
RECORD = 10240


class SealRefused(Refused):
    """It cannot be sealed or opened; the texts say why and what to do."""


class Sealed(NamedTuple):
    """Files and their bytes, and the SHA-256 of the tar inside and of the sealed file."""

    files: int
    bytes: int
    tar_sha256: str
    sha256: str


def age() -> Any:
    """The library; SealRefused where the extra is not installed."""
    try:
        import pyrage
    except ModuleNotFoundError:
        raise SealRefused(
            "暗号化には pyrage が要ります: pip install 'chukan-layout[seal]'",
            "encryption needs pyrage: pip install 'chukan-layout[seal]'",
        ) from None
    return pyrage


def recipients(words: Sequence[str]) -> list[Any]:
    """Public keys: ``age1…``, ``ssh-ed25519 …``, ``ssh-rsa …``, or files with one a line.  SealRefused for anything else."""
    found = [_recipient(text) for word in words for text in _lines(word)]
    if not found:
        raise SealRefused("宛先の公開鍵がありません (--recipient)。", "no recipient is given (--recipient)")
    return found


def _lines(word: str) -> list[str]:
    if word.startswith(("age1", "ssh-")):
        return [word]
    try:
        text = Path(word).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _no_recipient(Path(word).name) from None
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _recipient(text: str) -> Any:
    library = age()
    try:
        if text.startswith("ssh-"):
            return library.ssh.Recipient.from_str(text)
        return library.x25519.Recipient.from_str(text)
    except library.RecipientError:
        secret = text.upper().startswith("AGE-SECRET-KEY-")
        raise _no_recipient("AGE-SECRET-KEY-…" if secret else text[:12] + "…") from None


def _no_recipient(shown: str) -> SealRefused:
    return SealRefused(
        f"公開鍵ではありません: {shown}。age1 で始まる鍵か、ssh-ed25519・ssh-rsa の公開鍵、またはそれを1行ずつ書いたファイルを指定してください。",
        f"no public key: {shown}; give an age1… key, an ssh-ed25519 or ssh-rsa key, or a file with one a line",
    )


def new_key(path: Path) -> str:
    """Writes a new secret key (0600) to a file that is not there yet; its public key.  FileExistsError when it is."""
    identity = age().x25519.Identity.generate()
    public = str(identity.to_public())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
        out.write(f"# public key: {public}\n{identity}\n")
    return public


def seal(folder: Path, out: Path, to: Sequence[Any]) -> Sealed:
    """All files of ``folder`` in ``out``, which appears only when it is whole and was read back.

    Raises SealRefused when ``out`` exists or lies in the folder, when a run is at work in it, or when a file changes
    while it is read; OSError as the system refuses.
    """
    _refuse(folder, out)
    held = os.open(folder / LOCK, os.O_RDWR) if (folder / LOCK).is_file() else None
    part = out.with_name(out.name + ".part")
    try:
        if held is not None and not take_lock(held):
            raise SealRefused("このフォルダーでは実行が進行中です。", "a run is at work in this folder")
        files = _files(folder)
        reader = _Reader(_tar(folder, files))
        with create(part) as target:
            hashed = _Hashed(target)
            age().encrypt_io(reader, hashed, list(to))
            target.flush()
            os.fsync(target.fileno())
        digest = hashed.sha256.hexdigest()
        if sha256_of(part) != digest:
            raise SealRefused(
                "書いたファイルを読み返すと違っていました。ディスクを確かめてください。",
                "what was written reads back differently: check the disk",
            )
        part.replace(out)
        return Sealed(len(files), reader.bytes, reader.sha256.hexdigest(), digest)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        if held is not None:
            os.close(held)


def _refuse(folder: Path, out: Path) -> None:
    if out.exists():
        raise SealRefused(f"{out.name} がすでにあります。", f"{out.name} exists")
    if folder.resolve() in out.resolve().parents:
        raise SealRefused("封をしたファイルは、フォルダーの外に書いてください (--out)。", "write the sealed file outside the folder (--out)")
    if (folder / ".work").exists():
        raise SealRefused(
            "中断した実行のフォルダーです。先に --resume で終えてください。", "the run in this folder was interrupted: finish it with --resume first"
        )


def _files(folder: Path) -> list[Path]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise SealRefused(
                f"リンクや特別なファイルがあります: {path.name}。取り除いてからやり直してください。",
                f"{path.name} is a link or no plain file: take it away and try again",
            )
        if path.is_file() and path != folder / LOCK:
            found.append(path)
    return found


def _tar(folder: Path, files: Iterable[Path]) -> Iterator[bytes]:
    """A tar whose bytes depend on the names and contents alone: no times, owners or order of the disk."""
    total = 0
    for path in files:
        with path.open("rb") as file:
            info = tarfile.TarInfo(f"{folder.resolve().name}/{path.relative_to(folder).as_posix()}")
            info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
            header = info.tobuf(tarfile.PAX_FORMAT)
            total += len(header) + info.size
            yield header
            left = info.size
            while left:
                data = file.read(min(left, BLOCK))
                if not data:
                    raise _changed(path)
                left -= len(data)
                yield data
            if file.read(1):
                raise _changed(path)
        padding = -info.size % tarfile.BLOCKSIZE
        total += padding
        yield bytes(padding)
    yield bytes(2 * tarfile.BLOCKSIZE + -(total + 2 * tarfile.BLOCKSIZE) % RECORD)


def _changed(path: Path) -> SealRefused:
    return SealRefused(f"読んでいる間に変わりました: {path.name}", f"{path.name} changed while it was read")


class _Reader:
    """The tar as the library reads it: pieces put together on demand, hashed as they go."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""
        self.sha256, self.bytes = hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = piece
        taken = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(taken) :]
        self.sha256.update(taken)
        self.bytes += len(taken)
        return taken


class _Hashed:
    """A file that is hashed as it is written."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.sha256 = out, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()
