"""Zips and tars as sources: unpacked beside the run, with the traps of archives refused.

A member that would leave the folder, is a link or a device, or unpacks beyond all proportion (a bomb) refuses the whole
archive: half an archive is no dump.  Names in Shift_JIS, as Windows writes them into zips, are read as such.
"""

from __future__ import annotations

import errno
import lzma
import os
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from chukan_layout.model.filename import windows_refuses
from chukan_layout.model.refusal import Refused

#: Suffixes by which an archive is known.
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
#: An archive is a bomb when it unpacks to more than this many times its own size ...
MOST_GROWTH = 200
#: ... and to more than this many bytes; small ones are harmless whatever their ratio.
HARMLESS = 64 << 20
MOST_MEMBERS = 100_000
BLOCK = 1 << 20


#: Some names that other systems have cannot be made there.
WINDOWS = os.name == "nt"
#: What the standard library raises on an archive that is broken, besides OSError on places that cannot be.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


class ArchiveRefused(Refused):
    """The archive is not taken; the texts say why and what to do."""


class _Member(NamedTuple):
    name: str
    size: int
    regular: bool
    folder: bool
    encrypted: bool
    handle: Any


def is_archive(path: Path) -> bool:
    """Whether the name says so."""
    return path.name.lower().endswith(SUFFIXES)


def is_nonsense(failure: OSError) -> bool:
    """Whether it was raised for what a file says of itself (a place before its beginning), not by the disk."""
    return failure.errno in (None, errno.EINVAL)


def unpack(path: Path, into: Path) -> None:
    """The files of the archive below ``into``, which is made, readable by the owner alone.

    Raises ArchiveRefused when the archive is broken, encrypted or a trap; then ``into`` is gone.  OSError when the disk
    refuses.
    """
    into.mkdir(parents=True, mode=0o700)
    try:
        if path.name.lower().endswith(".zip"):
            with zipfile.ZipFile(path) as book:
                _take(path, into, list(_of_zip(book)), lambda m: book.open(m.handle))
        else:
            with tarfile.open(path) as tape:
                _take(path, into, list(_of_tar(tape)), lambda m: _opened(tape, m))
    except (*BROKEN, tarfile.TarError, ValueError, OSError) as broken:
        shutil.rmtree(into, ignore_errors=True)
        if isinstance(broken, OSError) and not is_nonsense(broken):
            raise
        raise ArchiveRefused(
            "書庫が壊れているか、扱えない形式です。作り直してもらってください。",
            "the archive is broken or of an unknown kind; have it made again",
        ) from None
    except BaseException:
        shutil.rmtree(into, ignore_errors=True)
        raise


def check_zip(path: Path, book: zipfile.ZipFile) -> None:
    """ArchiveRefused when a zip that is read in place (a workbook) has a password or would grow beyond all proportion."""
    _check(path, list(_of_zip(book)))


def _of_zip(book: zipfile.ZipFile) -> Iterator[_Member]:
    for info in book.infolist():
        name = info.filename
        if not info.flag_bits & 0x800:  # no UTF-8 mark: the standard library has read it as CP437
            raw = name.encode("cp437", "replace")
            try:
                name = raw.decode("cp932")
            except UnicodeDecodeError:
                name = info.filename
        kind = stat.S_IFMT(info.external_attr >> 16)
        regular = kind in (0, stat.S_IFREG) and not info.is_dir()
        yield _Member(name, info.file_size, regular, info.is_dir(), bool(info.flag_bits & 0x1), info)


def _of_tar(tape: tarfile.TarFile) -> Iterator[_Member]:
    for info in tape:
        yield _Member(info.name, info.size, info.isreg(), info.isdir(), False, info)


def _opened(tape: tarfile.TarFile, member: _Member) -> IO[bytes]:
    file = tape.extractfile(member.handle)
    if file is None:
        raise tarfile.TarError
    return file


def _take(path: Path, into: Path, members: list[_Member], opened: Callable[[_Member], IO[bytes]]) -> None:
    left = _check(path, members)
    for member in members:
        if member.folder:
            continue
        place = into / _inside(member)  # before anything of it is read
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with opened(member) as source, place.open("xb") as out:
            place.chmod(0o600)
            left -= _copy(source, out, left)


def _check(path: Path, members: list[_Member]) -> int:
    """How many bytes may be unpacked."""
    limit = max(HARMLESS, MOST_GROWTH * path.stat().st_size)
    if len(members) > MOST_MEMBERS or sum(m.size for m in members) > limit:
        raise _bomb()
    if any(m.encrypted for m in members):
        raise ArchiveRefused(
            "書庫にパスワードがかかっています。解除したものを指定してください。", "the archive is encrypted; unlock it first"
        )
    return limit


def _inside(member: _Member) -> PurePosixPath:
    """Where the member goes below the folder; ArchiveRefused when it is no plain file in it."""
    name = PurePosixPath(member.name.replace("\\", "/"))
    drive = bool(name.parts) and name.parts[0].endswith(":")
    if not member.regular or not name.parts or name.is_absolute() or drive or ".." in name.parts or "\0" in member.name:
        raise ArchiveRefused(
            "書庫に、リンクや外の場所を指す項目があります。安全のため開きません。",
            "the archive holds a link or a name that leads outside; it is not opened",
        )
    if WINDOWS and any(windows_refuses(part) for part in name.parts):
        raise ArchiveRefused(
            "書庫に、Windows では使えない名前のファイルがあります (CON、NUL、末尾の点など)。名前を変えて作り直してもらってください。",
            "the archive holds a name that Windows cannot use (CON, NUL, a dot at the end ...); have it made again with another",
        )
    return name


def _copy(source: IO[bytes], out: IO[bytes], left: int) -> int:
    """Bytes copied; what a member says of its size is not believed."""
    copied = 0
    while block := source.read(BLOCK):
        copied += len(block)
        if copied > left:
            raise _bomb()
        out.write(block)
    return copied


def _bomb() -> ArchiveRefused:
    return ArchiveRefused(
        "書庫を開くと異常に大きくなります（いわゆる ZIP 爆弾の疑い）。開いた状態のフォルダーを指定してください。",
        "the archive grows beyond all proportion (a bomb?); unpack it yourself and name the folder",
    )
