"""A text file from one charset to another, in parts; what has no place in the other is told, with its byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from chukan_layout.charset.registry import Charset, codec

BLOCK = 4 << 20
_BOM = "\ufeff"


@dataclass(frozen=True)
class Told:
    """Something odd: where (byte of the source; of missing characters the byte of their block), what, which kind."""

    offset: int
    what: str
    kind: str


@dataclass
class Converted:
    """How much was converted and what was odd about it; ``first`` are the first of each kind."""

    read: int = 0
    written: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    first: list[Told] = field(default_factory=list)

    @property
    def lossless(self) -> bool:
        """Whether the same bytes come back: nothing was missing in the target, no shift code left a gap."""
        return not any(self.kinds[k] for k in ("missing", "missing-shift-out", "redundant-shift"))


def convert(
    source: BinaryIO, target: BinaryIO, from_: Charset, to: Charset, told: Callable[[Told], None] = lambda _: None
) -> Converted:
    """Writes ``source`` in the charset ``to``.  ``told`` is called for everything odd, in order.

    Codes without a character stay as private characters of plane 15 (in UTF-8), and become the same code again on the
    way back.  A byte order mark goes.
    """
    done = Converted()
    for offset, text, problems in _decoded(source, from_, done):
        for one in problems:
            _tell(done, one, told)
        if to.name == "utf-8":
            raw = text.encode()
        else:
            made, missing = codec(to).encode(text, "mixed")
            raw = bytes(made)
            for _, c in missing:
                _tell(done, Told(offset, f"U+{ord(c):04X}", "missing"), told)
        target.write(raw)
        done.written += len(raw)
    return done


def _tell(done: Converted, one: Told, told: Callable[[Told], None]) -> None:
    done.kinds[one.kind] += 1
    if done.kinds[one.kind] <= 5:
        done.first.append(one)
    told(one)


def _decoded(source: BinaryIO, from_: Charset, done: Converted) -> Iterator[tuple[int, str, list[Told]]]:
    """Parts that end with a line where they can: their first byte, their text, what was odd."""
    reader, place, rest, line, start = codec(from_), (0, 0, 0, 0), b"", "", 0
    while True:
        block = source.read(BLOCK)
        done.read += len(block)
        raw = rest + block
        before = place[1]
        out, taken, place, problems = reader.decode_part(raw, place, not block)
        rest = raw[taken:]
        found = []
        for at, length, kind in problems:
            # The shift code that was never ended may stand in a part long gone.
            own = raw[at - before : at - before + length] if at >= before else b""
            found.append(Told(at, own.hex().upper(), kind))
        text = line + bytes(memoryview(out)).decode()
        if not before:
            text = text.removeprefix(_BOM)
        cut = text.rfind("\n") + 1 if block else len(text)
        cut = cut or len(text)
        line = text[cut:]
        yield start, text[:cut], found
        start = before
        if not block:
            return
