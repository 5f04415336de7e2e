"""A sealed folder opened again: decrypted and unpacked in one stream, there only when all of it proved genuine."""

from __future__ import annotations

import os
import shutil
import tarfile
import threading
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any

from chukan_layout.run.seal import BLOCK, SealRefused, age
from chukan_layout.write.files import create, make_folder

#: An identity file is small; what is longer is none.
MOST_KEY = 1 << 16


def identities(files: Sequence[Path]) -> list[Any]:
    """Secret keys: files of age (``AGE-SECRET-KEY-1…``) or of SSH without a passphrase.  SealRefused for anything else."""
    found = [key for path in files for key in _keys(path)]
    if not found:
        raise SealRefused("秘密鍵がありません (--identity)。", "no secret key is given (--identity)")
    return found


def _keys(path: Path) -> list[Any]:
    library = age()
    with path.open("rb") as file:
        raw = file.read(MOST_KEY)
    try:
        if b"PRIVATE KEY-----" in raw:
            return [library.ssh.Identity.from_buffer(raw)]
        lines = [line.strip() for line in raw.decode("utf-8-sig").splitlines()]
        keys = [library.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (library.IdentityError, ValueError):
        keys = []
    if not keys:
        raise SealRefused(
            f"秘密鍵として読めません: {path.name}。AGE-SECRET-KEY-1 で始まる行か、パスフレーズのない SSH の秘密鍵が要ります。",
            f"{path.name} is no secret key: a line AGE-SECRET-KEY-1… or an SSH key without a passphrase is needed",
        )
    return keys


def unseal(sealed: Path, into: Path, keys: Sequence[Any]) -> int:
    """The files of ``sealed`` in the new folder ``into``; how many there are.

    Nothing appears under ``into`` before the last byte was proved genuine.  Raises SealRefused when no key fits, when the
    file is damaged, cut short or no sealed folder, or when ``into`` exists; OSError as the system refuses.
    """
    if into.exists():
        raise SealRefused(f"{into.name} がすでにあります。", f"{into.name} exists")
    part = into.with_name(into.name + ".part")
    if part.exists():
        raise SealRefused(f"前回の途中の結果 {part.name} が残っています。消してください。", f"{part.name} of an earlier try is left: remove it")
    make_folder(part)
    try:
        count = _through(sealed, part, keys)
        part.rename(into)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return count


def _through(sealed: Path, part: Path, keys: Sequence[Any]) -> int:
    """Decrypts in a thread what is unpacked here; the thread's failure is the one that counts."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []
    with sealed.open("rb") as source, os.fdopen(reading, "rb", BLOCK) as stream:

        def decrypt() -> None:
            try:
                with os.fdopen(writing, "wb", BLOCK) as out:
                    age().decrypt_io(source, out, list(keys))
            except BaseException as failure:  # noqa: BLE001 - told in the thread that waits for it
                failed.append(failure)

        thread = threading.Thread(target=decrypt, daemon=True)
        thread.start()
        count, broken = 0, None
        try:
            count = _unpacked(stream, part)
            while stream.read(BLOCK):
                pass
        except (tarfile.TarError, EOFError, ValueError) as failure:
            broken = failure
        finally:
            stream.close()
            thread.join()
    if failed and not (broken is None and isinstance(failed[0], BrokenPipeError)):
        raise _told(failed[0]) from None
    if broken is not None:
        if isinstance(broken, SealRefused):
            raise broken
        raise _no_tar() from None
    return count


def _unpacked(stream: IO[bytes], part: Path) -> int:
    count, top = 0, ""
    with tarfile.open(fileobj=stream, mode="r|") as tape:
        for info in tape:
            name = PurePosixPath(info.name.replace("\\", "/"))
            inside = len(name.parts) > 1 and not name.is_absolute() and ".." not in name.parts and ":" not in info.name
            top = top or name.parts[0]
            if info.isdir() and name.parts[:1] == (top,):
                continue
            content = tape.extractfile(info) if info.isreg() and inside and name.parts[0] == top else None
            if content is None:
                raise _no_tar()
            path = part.joinpath(*name.parts[1:])
            if path.exists():
                raise _no_tar()
            with content, create(path) as out:
                shutil.copyfileobj(content, out, BLOCK)
            count += 1
    return count


def _no_tar() -> SealRefused:
    return SealRefused(
        "中身が chukan seal の書庫ではありません。リンクや外を指す名前がある書庫は開きません。",
        "what is inside was not made by chukan seal; an archive with links or names that lead outside is not opened",
    )


def _told(failure: BaseException) -> BaseException:
    """The failure of the decryption, in words."""
    text = str(failure).lower()
    if isinstance(failure, MemoryError | KeyboardInterrupt):
        return failure
    if "no matching keys" in text:
        return SealRefused(
            "この秘密鍵では開けません。封をしたときの公開鍵と対になる鍵を指定してください (--identity)。ファイルの先頭が壊れていても、こうなります。",
            "this secret key does not open it: give the one of the public key it was sealed for (--identity); a damaged head looks the same",
        )
    return SealRefused(
        "封をしたファイルが壊れているか、途中で切れているか、age のファイルではありません。写しを確かめてください。",
        "the sealed file is damaged, cut short, or no age file: check your copy",
    )
