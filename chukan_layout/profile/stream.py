"""A file as UTF-8 in parts, decoded one part ahead, in memory that doesn't grow with the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from chukan_layout import _kernel

BLOCK = 4 << 20
#: Longer records are none: a quote was left open.
LONGEST = 32 << 20
_LOST = ("undefined", "odd-byte")
_BOM = b"\xef\xbb\xbf"
Part = tuple[bytes, bool]


class Decoded:
    """Iterate for (UTF-8, whether it is the last part); ``undecodable`` counts codes without a character so far.

    ``most`` bytes are read, all without it; a record that is cut there is left out.
    """

    def __init__(self, path: Path, codec: _kernel.Codec, most: int | None = None) -> None:
        self.path, self.codec, self.most = path, codec, most
        self.undecodable = 0
        self._place, self._rest, self._first = (0, 0, 0, 0), b"", True

    def __iter__(self) -> Iterator[Part]:
        with self.path.open("rb") as file, ThreadPoolExecutor(1, thread_name_prefix="chukan-decode") as ahead:
            waiting: Future[Part] = ahead.submit(self._part, file)
            while True:
                text, last = waiting.result()
                if not last:
                    waiting = ahead.submit(self._part, file)
                yield text, last
                if last:
                    return

    def _part(self, file: BinaryIO) -> Part:
        size = BLOCK if self.most is None else self.most
        block = file.read(size)
        cut = self.most is not None and len(block) == size
        last = len(block) < size or cut
        if cut:
            block = block[: block.rfind(b"\n") + 1] or block
        raw = self._rest + block if self._rest else block
        out, taken, self._place, problems = self.codec.decode_part(raw, self._place, last)
        self._rest = raw[taken:]
        self.undecodable += sum(kind in _LOST for _, _, kind in problems)
        text = bytes(memoryview(out))
        if self._first:
            text, self._first = text.removeprefix(_BOM), False
        return text, last


def feed(parts: Decoded, surveys: _kernel.Survey, newline: int, header: bool) -> None:
    """All records behind the header to the survey."""
    rest = b""
    for part, last in parts:
        text = rest + part if rest else part
        if header:
            end = header_end(text, newline)
            if end < 0 and not last:
                rest = text
                continue
            text, header = text[end:] if end >= 0 else b"", False
        taken = surveys.feed(text, last)
        rest = text[taken:]
        if len(rest) > LONGEST:
            surveys.feed(rest, True)
            rest = b""
    surveys.end()


def feed_fixed(
    path: Path, survey: _kernel.Survey, table: bytes, length: int, places: Sequence[tuple[int, int, str]], most: int | None
) -> int:
    """All records of ``length`` bytes to the survey; the number of codes without a character."""
    lost, left = 0, most
    with path.open("rb") as file:
        while block := file.read(max(BLOCK // length, 1) * length if left is None else left // length * length):
            lost += survey.feed_fixed(table, block, length, places)[1]
            if left is not None:
                break
    survey.end()
    return lost


def header_end(text: bytes, newline: int) -> int:
    """Where the first record ends, quotes seen; -1 when it doesn't."""
    end, quotes, at = -1, 0, 0
    while (end := text.find(newline, at)) >= 0:
        quotes += text.count(b'"', at, end)
        if quotes % 2 == 0:
            return end + 1
        at = end + 1
    return -1
